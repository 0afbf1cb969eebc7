contacts-of = { $count ->
        [0] <b>{ $name }</b> ยังไม่มีเบอร์โทรหรืออีเมล
       *[other] ช่องทางติดต่อ <b>{ $name }</b> (★ ช่องทางหลัก)
    }
contacts-one = <b>{ $name }</b>: { $value }
contacts-add = เพิ่ม
contacts-remove = ลบ
contacts-prefer = ตั้งเป็นหลัก
contacts-ask = เบอร์โทรหรืออีเมลอะไร? ถ้ามีหลายอัน ให้พิมพ์บรรทัดละอัน
contacts-people-of = { $count ->
        [0] <b>{ $name }</b>: ยังไม่มีผู้ติดต่อ
       *[other] ผู้ติดต่อของ <b>{ $name }</b>
    }
contacts-person = <b>{ $name }</b> · { $position } · { $reached }
contacts-add-person = เพิ่มผู้ติดต่อ
contacts-ask-person = ผู้ติดต่อคือใคร? <i>ชื่อ, ตำแหน่ง, เบอร์โทร, อีเมล</i> มีแค่ชื่อก็พอ
contacts-shared = 👤 <b>{ $name }</b> · { $phone }
contacts-shared-alike = { $count ->
       *[other] อาจเป็นคนของลูกค้าเหล่านี้? แตะเพื่อเพิ่มเป็นผู้ติดต่อ
    }
contacts-shared-new = ลูกค้าใหม่
contacts-shared-person = ทำงานอยู่กับลูกค้า
contacts-ask-whose = ของลูกค้ารายไหน? พิมพ์ชื่อ บริษัท หรือเบอร์โทร
contacts-whose-nobody = ไม่พบลูกค้า “{ $query }” ลองสะกดแบบอื่น หรือ /cancel
contacts-whose-which = รายไหน?
error-contacts-taken = มี { $value } อยู่แล้ว
error-contacts-too-many = ลูกค้าหนึ่งรายมีเบอร์โทรและอีเมลได้ไม่เกิน { $limit } รายการ กรุณาลบก่อน
error-contacts-bad-phone = “{ $value }” ไม่ใช่เบอร์โทรที่ใช้ได้ กรุณาพิมพ์พร้อมรหัสประเทศ: +66 81 234 5678
error-contacts-dear-number = { $value } เป็นเบอร์ที่คิดค่าบริการพิเศษ โทรไปแล้วเสียเงินเพิ่ม เราจึงไม่โทรถึงเบอร์แบบนี้
error-contacts-bad-email = “{ $value }” ไม่ใช่อีเมล กรุณาตรวจตัวสะกด
