doubts-question = ❔ <b>ไม่มีใครทราบว่าถึงผู้รับหรือยัง</b> การเชื่อมต่อขาดระหว่างส่ง และผู้ให้บริการก็ตอบไม่ได้เช่นกัน
doubts-arrived = ถึงแล้ว
doubts-again = ส่งอีกครั้ง
doubts-mailing = ❔ มี { $channel ->
    [email] อีเมล
   *[sms] SMS
} <b>{ $count }</b> ฉบับที่ไม่ทราบว่าถึงผู้รับหรือยัง ถ้าส่งอีกครั้ง บางคนอาจได้รับซ้ำ
doubts-mailing-over = ไม่มีรายการที่ไม่แน่ใจแล้ว
doubts-all-arrived = ถึงแล้วทั้งหมด
doubts-all-again = ส่งอีกครั้ง
doubts-noted = บันทึกแล้วว่าถึงผู้รับ
doubts-on-its-way = กำลังส่งอีกครั้ง
error-deliveries-not-in-doubt = ทราบผลของข้อความนี้แล้ว เปิดการ์ดอีกครั้ง
