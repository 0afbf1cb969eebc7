conversations-title = { $count ->
       *[other] 🧵 <b>{ $name }</b> · { $count } ข้อความ
    }
conversations-thread = บทสนทนา
conversations-answer = ตอบ
conversations-answer-all = ทุกคน ({ $count })
conversations-forward = ส่งต่อ
conversations-whole = อีเมลฉบับเต็ม
conversations-original = ต้นฉบับ (.eml)
conversations-file-too-large = “{ $name }” มีขนาด { $size } MB แต่ Telegram ให้ส่งได้ { $limit } MB ไฟล์ยังเก็บไว้กับอีเมล
conversations-assign = มอบหมาย
conversations-assign-to = จะให้ใครตอบ <b>{ $name }</b> ในบทสนทนานี้? ลูกค้ายังอยู่กับผู้ดูแลคนเดิม
conversations-assigned = { $name } เป็นผู้ตอบบทสนทนานี้แล้ว และจะได้รับแจ้งทุกข้อความใหม่
conversations-give-back = ส่งคืน
conversations-given-back = ส่งคืนแล้ว ผู้ตอบ: { $name }
conversations-not-ours = ไม่เกี่ยวกับเรา
conversations-spam = สแปม
conversations-again = ส่งอีกครั้ง
conversations-elsewhere = ที่อยู่อื่น
conversations-keep = เก็บเป็นแม่แบบ
conversations-ask-template-name = ตั้งชื่อแม่แบบของคุณว่าอะไรดี ชื่อลูกค้าจะกลายเป็นช่องเติมเอง
error-conversations-not-for-them = มอบให้ { $name } ไม่ได้ เพราะไม่ได้ตอบลูกค้า หรือยังไม่ได้เข้าร่วม
error-conversations-read-only = คุณอ่านข้อความนี้ได้ แต่มีเพื่อนร่วมงานดูแลลูกค้ารายนี้อยู่ ขอให้เขามอบหมายบทสนทนาให้คุณก่อน
