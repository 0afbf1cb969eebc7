core-welcome = ยินดีต้อนรับคุณ { $name }! เข้าทีมเรียบร้อย พิมพ์ /menu เพื่อดูทุกอย่าง /help เพื่อดูวิธีพิมพ์
core-stranger = สวัสดี! นี่คือผู้ช่วยภายในบริษัท จึงคุยได้เฉพาะกับพนักงานเท่านั้น ขอให้เป็นวันที่ดี!
core-gone = ไม่มีรายการนี้แล้ว ดูที่เหลือได้ที่ /menu
core-failed = ระบบเกิดขัดข้องและบันทึกไว้แล้ว ข้อความของคุณยังอยู่ กรุณาลองอีกครั้ง
core-file-missed = รับไฟล์นี้ไม่ได้: Telegram ส่งไฟล์ให้ได้ไม่เกิน { $limit } MB กรุณาส่งไฟล์ที่เล็กลงหรือลิงก์แทน
core-press-expired = ปุ่มนี้หมดอายุแล้ว กรุณาเปิดการ์ดใหม่
core-press-used = ทำไปแล้ว
core-cancelled = ยกเลิกแล้ว ไม่มีการบันทึก
core-nothing-to-cancel = ไม่มีอะไรให้ยกเลิก
core-unknown-command = ไม่รู้จักคำสั่งนี้ พิมพ์ /menu เพื่อดูคำสั่งทั้งหมด
core-not-understood = ยังไม่เข้าใจข้อความนี้ ลองพิมพ์ชื่อลูกค้า ชื่อสินค้า หรือเช่น: <i>โทรหาแอนนา ตกลง 20 ชิ้น พรุ่งนี้ 10 โมง ส่งใบเสนอราคา</i>
core-yes = ใช่
core-no = ไม่
core-cancel = ยกเลิก
core-back = ‹ กลับ
core-more = เพิ่มเติม
core-save = บันทึก
core-undo = เลิกทำ
core-edit = แก้ไข
core-undone = เลิกทำแล้ว

core-menu = คุณ<b>{ $name }</b> จะทำอะไรดี?
    หรือพิมพ์ได้เลย: ชื่อลูกค้า <i>สต็อก m8</i> <i>โทรหาแอนนา ตกลง 20 ชิ้น พรุ่งนี้ 10 โมง ส่งใบเสนอราคา</i>
core-menu-warehouse = คุณ<b>{ $name }</b> จะดูอะไรดี?
    พิมพ์รหัสสินค้า ชื่อสินค้า หรือ <i>สต็อก m8</i> ส่งไฟล์สต็อก CSV หรือ XLSX เพื่อนำเข้าได้
core-help = <b>พิมพ์เหมือนพูด</b>
    <i>โทรหาแอนนา ตกลง 20 ชิ้น พรุ่งนี้ 10 โมง ส่งใบเสนอราคา</i> – บันทึกการโทรและเตือนให้
    <i>ประชุมกับสมชาย คุยเรื่องราคา</i> – บันทึกการประชุม
    <i>สต็อก m8</i> หรือรหัสสินค้า – ดูของในคลัง
    <i>Baltic</i> หรือเบอร์โทร – ค้นหาลูกค้า

    <b>ตอบลูกค้า</b>: ตอบกลับ (reply) ข้อความที่แจ้งเข้ามา
    <b>ส่งต่อ</b>อะไรก็ได้มาให้ (ข้อความ เสียง รายชื่อ ไฟล์) แล้วจะบันทึกให้
    /today – สิ่งที่สัญญาไว้ · /why แอนนา – ข้อความไปถึงไหน · /menu – ทั้งหมด · /cancel – ออกจากแบบฟอร์ม
core-help-warehouse = พิมพ์รหัสสินค้า ชื่อสินค้า หรือ <i>สต็อก m8</i> เพื่อดูของที่มี ที่จอง และที่กำลังเข้า
    ส่งไฟล์สต็อก (CSV หรือ XLSX) เพื่อนำเข้า /menu – ทั้งหมด

core-menu-today = วันนี้
core-menu-clients = ลูกค้า
core-menu-new = ลูกค้าใหม่
core-menu-stock = สต็อก
core-menu-tray = ผู้ส่งที่ไม่รู้จัก
core-menu-segments = กลุ่มลูกค้า
core-menu-mailings = ส่งข้อความกลุ่ม
core-menu-automations = ระบบอัตโนมัติ
core-menu-templates = แม่แบบ
core-menu-why = ข้อความไปถึงไหน
core-menu-team = ทีม
core-menu-mailboxes = กล่องอีเมล
core-menu-staff = พนักงาน
core-menu-settings = ตั้งค่า
core-menu-menu = เมนู
core-command-start = เริ่ม
core-command-today = สิ่งที่ต้องทำวันนี้
core-command-clients = ค้นหาลูกค้า
core-command-new = ลูกค้าใหม่
core-command-stock = ถามสต็อก
core-command-tray = ข้อความจากผู้ส่งที่ไม่รู้จัก
core-command-segments = กลุ่มลูกค้า
core-command-mailings = ส่งข้อความกลุ่ม
core-command-automations = ระบบอัตโนมัติ: สิ่งที่ทำงานเอง
core-command-templates = แม่แบบข้อความ
core-command-why = ทำไมลูกค้าได้รับหรือไม่ได้รับข้อความ
core-command-team = งานวันนี้ของทีม
core-command-mailboxes = กล่องอีเมล รับครบหรือไม่
core-command-staff = พนักงานและหน้าที่
core-command-invite = เชิญเพื่อนร่วมงาน
core-command-settings = ภาษา เขตเวลา เวลาทำงาน
core-command-menu = ทุกอย่างเป็นปุ่ม
core-command-help = วิธีพิมพ์สั่งงาน
core-command-cancel = ออกจากแบบฟอร์ม

error-access-not-allowed = ไม่มีรายการนี้แล้ว หรือคุณไม่มีสิทธิ์ ดูสิ่งที่ทำได้ที่ /menu
error-access-not-found = ไม่มีรายการนี้แล้ว หรือคุณไม่มีสิทธิ์ดู ดูสิ่งที่ทำได้ที่ /menu
error-dates-in-past = เวลานั้นผ่านไปแล้ว กรุณาเลือกเวลาข้างหน้า
error-fields-too-long = ยาวเกินไป ไม่เกิน { $limit } ตัวอักษร
error-fields-missing = ยังขาดข้อมูลตรงนี้ กรุณาพิมพ์
error-fields-invalid = อ่าน “{ $value }” ไม่ได้ กรุณาตรวจสอบ
error-undo-expired = เลิกทำไม่ได้แล้ว (เกินสิบนาที) กรุณาแก้ไขแทน
