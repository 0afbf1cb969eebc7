inbound-unknown = ผู้ส่งที่ไม่รู้จัก
inbound-missed-call = สายที่ไม่ได้รับ
inbound-how-to-answer = <i>ตอบกลับ (reply) ข้อความนี้เพื่อตอบลูกค้า</i>
inbound-spam-marked = 🚫 ทำเครื่องหมายสแปมแล้ว
inbound-new-client = ลูกค้าใหม่
inbound-whose = เป็นลูกค้าเดิม
inbound-ask-name = ลูกค้ารายนี้ชื่ออะไร? พิมพ์ชื่อ หรือ /cancel เพื่อใช้ “{ $name }”
inbound-tray = { $count ->
        [0] ไม่มีข้อความจากผู้ส่งที่ไม่รู้จัก
       *[other] <b>ผู้ส่งที่ไม่รู้จัก { $count } ราย</b>
    }
inbound-files-coming = 📎 กำลังดาวน์โหลด { $count } ไฟล์…
inbound-files-missing = ⚠️ ดาวน์โหลดไม่สำเร็จ { $count } ไฟล์ ขอให้ลูกค้าส่งมาใหม่
inbound-earlier = <i>ข้อความก่อนหน้าและลายเซ็น</i>
inbound-all-files = ไฟล์ทั้งหมด
inbound-answers-at = ↪️ ขอให้ตอบไปที่ <code>{ $address }</code> ถ้าตอบตามปกติจะส่งถึงผู้ส่ง
inbound-not-ours-marked = 🙅 ไม่เกี่ยวกับเรา ไม่ต้องตอบ
inbound-yours = 🧑‍💼 การสนทนานี้มอบให้คุณแล้ว
inbound-given-to = 🧑‍💼 { $name } เป็นผู้ตอบ
