error-mailings-tracking-off = ที่นี่ไม่ได้นับสิ่งนี้ในการส่งข่าวสาร ผู้ดูแลบอตเปิดใช้ได้ (TOUCHLINE_TRACK_CLICKS, TOUCHLINE_TRACK_OPENS)
error-topics-name-taken = มีหัวข้อ “{ $name }” อยู่แล้ว กรุณาใช้ชื่ออื่น
results-open = ผลลัพธ์
results-picture = ภาพสรุป
results-answers-open = คำตอบ ({ $n })
results-slices = สร้างรายชื่อ…
results-no-picture = ที่นี่ปิดภาพสรุปไว้: ยังไม่ได้ติดตั้งไลบรารีสำหรับวาดภาพ
results-clicked = คลิกลิงก์: { $n }{ $machines ->
    [0] {""}
   *[some] {" "}(อีก { $machines } รายมีแต่โปรแกรมตรวจความปลอดภัยเปิดลิงก์)
}
results-opened = เปิดอ่าน: อย่างน้อย { $n }
results-opens-note = ไม่มีทางรู้แน่ชัดว่าอีเมลถูกเปิดอ่านหรือไม่ บางโปรแกรมไม่โหลดรูป บางโปรแกรมโหลดรูปแทนทุกคนโดยอัตโนมัติ
results-sums = { $planned } = { $parts }
results-sums-wrong = ⚠️ ยอดไม่ตรงกัน: ขาดไป { $n } จาก { $planned } กรุณาแจ้งผู้ดูแลระบบ
results-pace = { $n ->
   *[other] นาทีละ { $n }
}
results-pace-left = นาทีละ { $n } เหลืออีกประมาณ { $hours ->
    [0] { $minutes } นาที
   *[other] { $hours } ชม. { $minutes } นาที
}
results-paused-failing = หยุดเองแล้ว: { $count } จาก { $of } รายการล่าสุดส่งไม่สำเร็จด้วยสาเหตุเดียวกัน กรุณาตรวจสอบก่อนส่งต่อ:
results-paused-unreadable = หยุดเองเพราะหาผู้รับไม่ได้แล้ว: { $cause } แก้กลุ่มลูกค้า แล้วค่อยส่งต่อ
results-revenue = 💰 { $money } จาก { $purchases ->
   *[other] { $purchases } รายการซื้อ
} ของลูกค้า { $clients ->
   *[other] { $clients } ราย
} ภายใน { $days ->
   *[other] { $days } วัน
}
results-links = ลิงก์ที่คลิกมากที่สุด:
results-answers = <b>{ $name }</b>: { $count ->
    [0] ยังไม่มีใครตอบ
   *[other] มีผู้ตอบ { $count } ราย
}
results-ask-slice = <b>{ $name }</b>: จะนำใครใส่ในรายชื่อ
results-slice-sent = ส่งถึงแล้ว
results-slice-delivered = ถึงปลายทางแล้ว
results-slice-bounced = ตีกลับ
results-slice-answered = ตอบแล้ว
results-slice-clicked = คลิกลิงก์
results-slice-opened = เปิดอ่าน (อย่างน้อย)
results-slice-silent = ยังไม่ตอบ
results-slice-left = เลิกรับ
results-slice-missed = ไม่ได้รับ
results-slice-saved = บันทึกเป็นรายชื่อ <b>{ $name }</b> แล้ว: { $count ->
   *[other] ลูกค้า { $count } ราย
}
results-mail-slice = ส่งข่าวสารใหม่ถึงรายชื่อนี้
results-missed-all = ทั้งหมด
results-by-reason = แยกตามสาเหตุ
results-send-missed = ส่งถึงผู้ที่ไม่ได้รับ ({ $n })
results-missed-file = { $count ->
   *[other] มี { $count } รายที่ไม่ได้รับ
}
results-column-client = ลูกค้า
results-column-company = บริษัท
results-column-address = ที่อยู่
results-column-state = สถานะ
results-column-reason = สาเหตุ
results-state-failed = ส่งไม่สำเร็จ
results-state-suppressed = ไม่ได้ส่งถึง
results-state-unknown = ไม่ทราบผล
results-state-cancelled = ไม่ได้ส่ง
results-choose-topic = หัวข้อ
results-ask-topic = { $count ->
    [0] ข่าวสารนี้เกี่ยวกับอะไร ยังไม่มีหัวข้อ ลูกค้าเลือกรับข่าวสารตามหัวข้อได้
   *[some] ข่าวสารนี้เกี่ยวกับอะไร ผู้ที่ไม่ต้องการรับหัวข้อนี้จะไม่ได้รับ
}
results-new-topic = หัวข้อใหม่
results-old-topic = เลิกใช้หัวข้อ…
results-ask-old-topic = จะเลิกใช้หัวข้อใด ผู้ที่ไม่รับหัวข้อนี้จะยังไม่ได้รับข่าวสารที่สร้างไว้แล้ว
results-no-topic = ไม่ระบุหัวข้อ
results-ask-topic-name =
    หัวข้อชื่ออะไร ลูกค้าจะเห็นในหน้าเลือกข่าวสารของตน หากต้องการคำแยกตามภาษา ให้เขียนสี่บรรทัด:
    ชื่อ แล้วตามด้วยภาษาอังกฤษ รัสเซีย ไทย
results-topic = 🏷 { $name } ({ $title })
results-topic-made = สร้างหัวข้อ <b>{ $name }</b> แล้ว
results-clicks-on = นับการคลิก
results-clicks-off = ไม่นับการคลิก
results-opens-on = นับการเปิดอ่าน
results-opens-off = ไม่นับการเปิดอ่าน
results-counting-clicks = กำลังนับการคลิก
results-counting-opens = กำลังนับการเปิดอ่านเท่าที่นับได้
results-picture-bars = ผลของการส่ง
results-picture-lines = ใครทำอะไรเมื่อไร
results-line-answer = ตอบ
results-line-click = คลิก
results-line-unsubscribe = เลิกรับ
results-bar-planned = วางแผนไว้
results-bar-sent = ส่งแล้ว
results-bar-delivered = ถึงปลายทาง
results-bar-delivered-known = ทราบว่าถึงปลายทาง
results-bar-delivered-sms = ถึงปลายทางทาง SMS
results-bar-delivered-email = ถึงปลายทางทางอีเมล
results-bar-clicked = คลิกลิงก์
results-bar-opened = เปิดอ่าน (อย่างน้อย)
results-bar-answered = ตอบแล้ว
results-bar-unsubscribed = เลิกรับ
results-bar-bounced = ตีกลับ
results-bar-failed = ส่งไม่สำเร็จ
results-bar-suppressed = ไม่ได้ส่งถึง
results-bar-unknown = ไม่ทราบผล
results-bar-cancelled = ไม่ได้ส่ง
results-bar-waiting = รอส่ง
mailings-count-bounced = ตีกลับ: { $n }
mailings-count-unsubscribed = เลิกรับ: { $n }
error-mailings-nobody-there = ไม่เหลือใครที่ส่งถึงได้ในกลุ่มนั้น
error-mailings-still-running = ยังส่งไม่เสร็จ จะรู้ว่าใครไม่ได้รับเมื่อส่งเสร็จแล้ว
