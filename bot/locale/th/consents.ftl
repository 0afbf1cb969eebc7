consents-button = ความยินยอม
consents-title = <b>{ $name }</b>: ส่งข่าวสารให้ได้ไหม?
consents-granted = { $channel ->
    [email] ✅ <b>อีเมล</b>: ยินยอม{ $how } { $at }
   *[sms] ✅ <b>SMS</b>: ยินยอม{ $how } { $at }
}
consents-withdrawn = { $channel ->
    [email] ⛔ <b>อีเมล</b>: ขอไม่รับ{ $how } { $at } หยุดส่งข่าวสารแล้ว
   *[sms] ⛔ <b>SMS</b>: ขอไม่รับ{ $how } { $at } หยุดส่งข่าวสารแล้ว
}
consents-silent = { $channel ->
    [email] ▫️ <b>อีเมล</b>: ยังไม่เคยถาม ส่งข่าวสารได้จนกว่าลูกค้าจะขอไม่รับ
   *[sms] ▫️ <b>SMS</b>: ยังไม่เคยถาม ส่งข่าวสารได้จนกว่าลูกค้าจะขอไม่รับ
}
consents-silent-required = { $channel ->
    [email] ▫️ <b>อีเมล</b>: ยังไม่เคยถาม และถ้าไม่ได้ยินยอมก็ส่งข่าวสารไม่ได้
   *[sms] ▫️ <b>SMS</b>: ยังไม่เคยถาม และถ้าไม่ได้ยินยอมก็ส่งข่าวสารไม่ได้
}
consents-no-address = { $channel ->
    [email] <i>ยังไม่มีอีเมลของลูกค้า</i>
   *[sms] <i>ยังไม่มีเบอร์โทรของลูกค้า</i>
}
consents-address-stopped = 🚫 { $address }: { $reason }
consents-by = <i>บันทึกโดย { $name }</i>
consents-how-form = ในแบบฟอร์ม
consents-how-phone = ทางโทรศัพท์
consents-how-meeting = ต่อหน้า
consents-how-letter = เป็นลายลักษณ์อักษร
consents-how-page = ในหน้าเลือกข่าวสารของลูกค้า
consents-how-link = ผ่านลิงก์ในอีเมล
consents-how-stop = โดยตอบ STOP
consents-how-start = โดยตอบ START
consents-how-complaint = โดยแจ้งว่าเป็นสแปม
consents-how-other = (“{ $how }”)
consents-said-yes = ยินยอม
consents-said-no = ขอไม่รับ
consents-ask-granted = { $channel ->
    [email] <b>{ $name }</b> ยินยอมรับอีเมลด้วยวิธีไหน?
   *[sms] <b>{ $name }</b> ยินยอมรับ SMS ด้วยวิธีไหน?
}
consents-ask-withdrawn = { $channel ->
    [email] <b>{ $name }</b> ขอไม่รับอีเมลด้วยวิธีไหน? ระบบจะหยุดส่งข่าวสารทันที
   *[sms] <b>{ $name }</b> ขอไม่รับ SMS ด้วยวิธีไหน? ระบบจะหยุดส่งข่าวสารทันที
}
consents-ask-how-form = 📋 ในแบบฟอร์ม
consents-ask-how-phone = 📞 ทางโทรศัพท์
consents-ask-how-meeting = 🤝 ต่อหน้า ที่งานแสดงสินค้า
consents-ask-how-letter = ✍️ เป็นลายลักษณ์อักษร
consents-ask-proof = <b>{ $name }</b> ยินยอมว่าอย่างไร? พิมพ์ข้อความตามที่พูดหรือตามแบบฟอร์ม หรือส่งรูปแบบฟอร์มมา
consents-stopped = { $channel ->
    [email] หยุดส่งข่าวสารทางอีเมลแล้ว
   *[sms] หยุดส่งข่าวสารทาง SMS แล้ว
}
consents-all = { $count ->
   *[other] ทั้งหมด { $count } รายการ
}
consents-all-title = { $count ->
    [0] <b>{ $name }</b> ยังไม่เคยบอกเรื่องข่าวสาร
   *[other] สิ่งที่ <b>{ $name }</b> บอกเรื่องข่าวสาร: { $count } รายการ ใหม่สุดอยู่บน
}
error-consent-proof-missing = การยินยอมต้องมีหลักฐาน พิมพ์ข้อความที่ลูกค้ายินยอม หรือส่งรูปมา
