staff-role-rep = ฝ่ายขาย
staff-role-manager = ผู้จัดการ
staff-role-warehouse = คลังสินค้า
staff-role-admin = ผู้ดูแลระบบ
staff-ask-role = เพื่อนร่วมงานใหม่ทำหน้าที่อะไร?
staff-invited = { $hours ->
       *[other] คำเชิญสำหรับ: <b>{ $role }</b> ส่งลิงก์นี้ให้คนเดียว ใช้ได้ครั้งเดียวภายใน { $hours } ชั่วโมง
    }
staff-list = { $count ->
       *[other] <b>พนักงาน</b> · { $count } คน
    }
staff-manager = ⇡ หัวหน้า: { $name }
staff-nobody = ไม่มี
staff-has-left = <i>ไม่ได้ทำงานที่นี่แล้ว</i>
staff-remove = นำออก
staff-ask-remove = นำ <b>{ $name }</b> ออก? จะใช้งานไม่ได้ทันที ส่วนลูกค้าและประวัติยังอยู่
staff-removed = <b>{ $name }</b> ไม่มีสิทธิ์ใช้งานแล้ว
staff-saved = บันทึกแล้ว
staff-settings = ⚙️ <b>{ $name }</b> · { $role }
staff-settings-zone = 🌍 { $zone } · ตอนนี้ { $time }
staff-settings-hours = 🕘 { $since }–{ $until } · { $days }
staff-settings-digest = ☀️ รายการตอนเช้าเวลา { $at }
staff-settings-stand-in = 🤝 ผู้ทำแทน: { $name }
staff-settings-away = 🏖 ไม่อยู่ถึง { $at }
staff-set-language = 🌐 ภาษา
staff-set-zone = 🌍 เขตเวลา
staff-set-hours = 🕘 เวลาทำงาน
staff-set-days = 📅 วันทำงาน
staff-set-digest = ☀️ รายการตอนเช้า
staff-set-stand-in = 🤝 ผู้ทำแทน
staff-set-away = 🏖 ไม่อยู่
staff-set-signature = ✍️ ลายเซ็น
staff-settings-signature = ✍️ ลายเซ็นท้ายอีเมล:
staff-ask-signature = ลายเซ็นท้ายอีเมลของคุณ ภาษาใดก็ได้ พิมพ์ตามที่อยากให้แสดง: ชื่อ เบอร์โทร บริษัท
staff-no-signature = ไม่ใช้ลายเซ็น
staff-ask-language = จะใช้ภาษาอะไร?
staff-ask-zone = เขตเวลาไหน? แตะเลือก หรือพิมพ์ เช่น <code>Asia/Bangkok</code>
staff-ask-hours = ทำงานเวลาไหน? แตะเลือก หรือพิมพ์ <code>9:00-18:00</code>
staff-ask-days = ทำงานวันไหนบ้าง?
staff-ask-digest = ให้ส่งรายการตอนเช้ากี่โมง? แตะเลือก หรือพิมพ์เวลา
staff-ask-stand-in = ระหว่างที่ไม่อยู่ ให้ใครรับการเตือนและตอบลูกค้าแทน?
staff-ask-away = จะไม่อยู่กี่วัน? การเตือนจะไปที่ผู้ทำแทน
staff-away-days = { $days ->
       *[other] { $days } วัน
    }
staff-away-back = กลับมาแล้ว
staff-day-0 = จ.
staff-day-1 = อ.
staff-day-2 = พ.
staff-day-3 = พฤ.
staff-day-4 = ศ.
staff-day-5 = ส.
staff-day-6 = อา.
error-staff-invite-invalid = คำเชิญนี้ใช้ไม่ได้แล้ว กรุณาขอใหม่
error-staff-already-joined = คุณอยู่ในทีมแล้ว พิมพ์ /menu เพื่อดูทุกอย่าง
error-staff-last-admin = ต้องมีผู้ดูแลระบบอย่างน้อยหนึ่งคน กรุณาตั้งคนอื่นก่อน
error-staff-bad-hours = เวลาเริ่มงานต้องมาก่อนเวลาเลิกงาน ภายในวันเดียวกัน
