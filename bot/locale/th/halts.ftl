halts-stopped = ⛔️ <b>{ $channel ->
    [email] อีเมลหยุดส่ง: เซิร์ฟเวอร์อีเมลปฏิเสธเรา
    [sms] SMS หยุดส่ง: Twilio ปฏิเสธเรา
   *[telegram] Telegram หยุดส่ง: Telegram ปฏิเสธเรา
}</b>
halts-over = ✅ <b>{ $channel ->
    [email] อีเมลส่งได้แล้ว
    [sms] SMS ส่งได้แล้ว
   *[telegram] Telegram ส่งได้แล้ว
}</b>
halts-reason = สาเหตุ: { $reason } (รหัส { $code })
halts-said = ข้อความจากผู้ให้บริการ: <i>{ $words }</i>
halts-what-now = ข้อความที่รอส่งยังอยู่ครบ ไม่หายไปไหน ระบบจะลองใหม่ทุกไม่กี่นาที { $channel ->
    [email] โปรดตรวจบัญชีและการตั้งค่าเซิร์ฟเวอร์อีเมล: <code>touchline doctor</code>
    [sms] โปรดตรวจบัญชี ผู้ส่ง และข้อความใน Twilio: <code>touchline doctor</code>
   *[telegram] โปรดตรวจโทเค็นของบอท: <code>touchline doctor</code>
}
halts-cap = 🧮 <b>โควตา SMS ของวันนี้หมดแล้ว</b> { $count ->
    [0] ไม่มีรายการรอแล้ว
   *[other] { $count } รายการรอถึง { $until }
} หากต้องการส่งเพิ่ม ผู้ดูแลระบบเพิ่มขีดจำกัดต่อวันได้ในการตั้งค่า
halts-aside = { $what ->
    [sms] ⚠️ <b>บันทึก SMS ลงประวัติไม่สำเร็จ</b>
   *[call] ⚠️ <b>บันทึกข้อมูลสายโทรลงประวัติไม่สำเร็จ</b>
}
halts-aside-what-now = เป็นข้อผิดพลาดของระบบเรา โปรดติดต่อลูกค้าเอง และให้ผู้ดูแลระบบตรวจบันทึกการทำงาน
