inbound-unknown = ผู้ส่งที่ไม่รู้จัก
inbound-how-to-answer = <i>ตอบกลับ (reply) ข้อความนี้เพื่อตอบลูกค้า</i>
inbound-spam-marked = 🚫 ทำเครื่องหมายสแปมแล้ว
inbound-quoted = ข้อความก่อนหน้า
inbound-new-client = ลูกค้าใหม่
inbound-whose = เป็นลูกค้าเดิม
inbound-spam = สแปม
inbound-assign = โอนให้
inbound-assign-to = จะโอนลูกค้ารายนี้ให้ใคร?
inbound-assigned = <b>{ $client }</b> อยู่กับ { $name } แล้ว
inbound-ask-name = ลูกค้ารายนี้ชื่ออะไร? พิมพ์ชื่อ หรือ /cancel เพื่อใช้ “{ $name }”
inbound-tray = { $count ->
        [0] ไม่มีข้อความจากผู้ส่งที่ไม่รู้จัก
       *[other] <b>ผู้ส่งที่ไม่รู้จัก { $count } ราย</b>
    }
inbound-files-coming = 📎 กำลังดาวน์โหลด { $count } ไฟล์…
inbound-files-missing = ⚠️ ดาวน์โหลดไม่สำเร็จ { $count } ไฟล์ ขอให้ลูกค้าส่งมาใหม่
