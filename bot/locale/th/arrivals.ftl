arrivals-forged = ⚠️ <b>ยืนยันผู้ส่งไม่ได้</b> อีเมลนี้อาจถูกปลอม โปรดตรวจสอบก่อนเชื่อถือ
arrivals-unread = ⚠️ <b>มีอีเมลหนึ่งฉบับที่อ่านไม่ได้</b> แนบต้นฉบับไว้แล้ว
arrivals-body-unread = ⚠️ อ่านอีเมลได้ไม่ครบ แนบต้นฉบับไว้แล้ว
arrivals-away = 🌴 ไม่อยู่ถึงวันที่ { $day }
arrivals-automatic = 🤖 ข้อความอัตโนมัติ
arrivals-unread-short = ⚠️ อีเมลที่อ่านไม่ได้
