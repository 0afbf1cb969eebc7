mailboxes-list = { $count ->
        [0] ยังไม่มีกล่องอีเมลที่เชื่อมต่อ ผู้ดูแลระบบเพิ่มได้ด้วย <code>touchline init</code>
       *[other] 📬 <b>กล่องอีเมล { $count } กล่อง</b>
    }
mailboxes-personal = กล่องส่วนตัวของ { $name }
mailboxes-read = ✅ รับอีเมลใหม่ได้ ตรวจล่าสุด { $at }
mailboxes-not-yet = ⏳ กำลังเปิดเป็นครั้งแรก…
mailboxes-failing = { $what ->
        [copies] ❌ ตั้งแต่ { $since } เก็บสำเนาอีเมลที่ส่งไว้ที่นี่ไม่ได้: { $error }
            สำเนารออยู่ และจะเก็บให้ทันทีที่ใช้ได้อีกครั้ง
       *[read] ❌ <b>อ่าน { $folder } ไม่ได้</b> ตั้งแต่ { $since }: { $error }
            ไม่มีอะไรหาย อีเมลที่เข้ามาระหว่างนี้จะดึงมาให้ทีหลัง ดูวิธีแก้ได้ด้วย <code>touchline doctor</code>
    }
mailboxes-recovered = กลับมาใช้ได้ตั้งแต่ { $at }
mailboxes-held = 📥 เก็บแล้ว { $held } จาก { $total } ฉบับ
mailboxes-error = ⚠️ ดึงมาได้ไม่ครบ: { $error }
mailboxes-compared = เทียบกับเซิร์ฟเวอร์เมื่อ { $at }
mailboxes-comparing = 🔍 กำลังเทียบกับเซิร์ฟเวอร์…
mailboxes-uncompared = ⚠️ การเทียบกับเซิร์ฟเวอร์ที่กำหนดไว้ { $at } ยังทำไม่สำเร็จ อีเมลใหม่ยังอ่านได้ตามปกติ แต่ยังยืนยันไม่ได้ว่าอีเมลเก่าครบหรือไม่
mailboxes-history = ⏳ กำลังอ่านอีเมลเก่า เหลืออีก { $left } ฉบับ อีเมลใหม่ไม่ต้องรอ
mailboxes-history-begins = ⏳ กำลังจะเริ่มอ่านอีเมลเก่า
mailboxes-copies = { $how ->
        [auto] 📤 อีเมลที่ส่งเก็บไว้ในโฟลเดอร์ Sent ด้วย
       *[named] 📤 อีเมลที่ส่งเก็บไว้ในโฟลเดอร์ “{ $folder }” ด้วย
    }
mailboxes-compare = เทียบตอนนี้
mailboxes-asked = กำลังเทียบกับเซิร์ฟเวอร์…
mailboxes-back = ‹ กล่องอีเมลทั้งหมด
mailboxes-gap-title = 📬 <b>{ $mailbox }</b> โฟลเดอร์ { $folder }
mailboxes-gap-fetched = มีอีเมลขาดไป { $n } ฉบับ ดึงมาให้ครบแล้ว
mailboxes-gap-left = ⚠️ ดึงอีเมลไม่ได้ { $n } ฉบับ: { $error }
    จะลองใหม่ทุกคืน อาจเปิดได้ในโปรแกรมอีเมล
mailboxes-said = “{ $text }”
mailboxes-fault-unreachable = ติดต่อเซิร์ฟเวอร์ไม่ได้
mailboxes-fault-silent = เซิร์ฟเวอร์ไม่ตอบ
mailboxes-fault-closed = เซิร์ฟเวอร์ตัดการเชื่อมต่อ
mailboxes-fault-broken = เซิร์ฟเวอร์หยุดกลางคัน
mailboxes-fault-not-now = เซิร์ฟเวอร์ให้รอก่อน
mailboxes-fault-certificate = ใบรับรองของเซิร์ฟเวอร์ใช้ไม่ได้
mailboxes-fault-no-tls = เซิร์ฟเวอร์ไม่มีการเข้ารหัส จึงไม่ส่งรหัสผ่านออกไป
mailboxes-fault-login = ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง
mailboxes-fault-token = ขอโทเค็นสำหรับเข้าสู่ระบบไม่ได้
mailboxes-fault-folder = ไม่มีโฟลเดอร์นี้ หรือเปิดไม่ได้
mailboxes-fault-no-numbers = โฟลเดอร์นี้อ่านอย่างเชื่อถือได้ไม่ได้ (ไม่มี UIDVALIDITY)
mailboxes-fault-no-sent-folder = ไม่มีโฟลเดอร์ที่กำหนดเป็น Sent โปรดระบุในการตั้งค่า
mailboxes-fault-not-taken = เซิร์ฟเวอร์ไม่รับสำเนา
mailboxes-fault-owner-unknown = ไม่พบเจ้าของกล่องตามที่ตั้งค่าไว้ในรายชื่อพนักงาน
mailboxes-fault-owner-ambiguous = ชื่อเจ้าของกล่องในการตั้งค่าตรงกับพนักงานหลายคน
mailboxes-mail-no-size = เซิร์ฟเวอร์เปิดไม่ได้
mailboxes-mail-nothing = เซิร์ฟเวอร์ไม่ส่งอะไรมา
mailboxes-mail-ends-the-line = เซิร์ฟเวอร์ตัดการเชื่อมต่อทุกครั้งที่ถึงฉบับนี้
