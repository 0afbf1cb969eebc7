segments-list = { $count ->
    [0] ยังไม่มีกลุ่มลูกค้า
   *[other] กลุ่มลูกค้า { $count } กลุ่ม
}
segments-new-rule = สร้างด้วยเงื่อนไข
segments-new-list = สร้างรายชื่อจากการค้นหา
segments-back = ‹ กลุ่มลูกค้า
segments-ask-rule = พิมพ์ว่าหมายถึงใคร เช่น
    <code>เมือง = กรุงเทพ และ ไม่ใช่ แท็ก = vip และ ติดต่อล่าสุด &gt; 30 วันที่แล้ว</code>
    <code>ไม่ได้ติดต่อ 30 วัน หรือ ไม่เคยซื้อ</code>
    <code>ผู้ดูแล = ฉัน และ มีอีเมล และ ภาษา ใน (th, en)</code>
    <code>สายโทร &gt;= 2 ใน 30 วัน และ ไม่ อยู่ในกลุ่ม "VIP"</code>
    ชื่อ บริษัท เมือง แท็ก ผู้ดูแล ที่มา ภาษา สถานะ วันเกิด ติดต่อล่าสุด ซื้อล่าสุด เพิ่มเมื่อ; ฟิลด์ "…"; มี/ไม่มี อีเมล เบอร์โทร นัดติดตาม; ความยินยอมอีเมล; สายโทร การประชุม จำนวนอีเมล sms จำนวนการซื้อ … ใน 30 วัน; ยอดซื้อ; ได้รับข้อความกลุ่ม "…" ตอบข้อความกลุ่ม "…"; อยู่ในกลุ่ม "…"; และ หรือ ไม่ใช่ วงเล็บ
segments-preview = เข้าใจว่า: <b>{ $words }</b>
segments-count = { $count ->
    [0] ตอนนี้ยังไม่มีใคร
   *[other] ตอนนี้มีลูกค้า { $count } ราย: { $names }
}
segments-more = { $names } และรายอื่น ๆ
segments-keep = บันทึก
segments-again = พิมพ์เงื่อนไขใหม่เพื่อแทนที่ หรือกดบันทึก
segments-ask-name = ตั้งชื่อว่าอะไรดี
segments-saved = บันทึกแล้ว
segments-kind-rule = เงื่อนไข: { $words }
segments-kind-list = รายชื่อที่จัดเอง
segments-broken = อ่านเงื่อนไขนี้ไม่ได้แล้ว กรุณาแก้ไข
segments-change = แก้เงื่อนไข
segments-people = มีใครบ้าง
segments-add = เพิ่มจากการค้นหา
segments-archive = เก็บเข้าคลัง
segments-archive-sure = เก็บ “{ $name }” เข้าคลังไหม ผลของการส่งที่ผ่านมายังอยู่
segments-archived = เก็บ “{ $name }” เข้าคลังแล้ว
segments-ask-search = ใคร พิมพ์ชื่อ บริษัท เมือง หรือเบอร์โทร
segments-found = { $count ->
    [0] ไม่พบใคร ลองคำอื่น
   *[other] พบ { $count } ราย: { $names }
}
segments-take = เลือกทั้ง { $count } ราย
segments-added = { $count ->
    [0] ทุกรายอยู่ในรายชื่อแล้ว
   *[other] เพิ่มแล้ว { $count } ราย
}
segments-people-of = <b>{ $name }</b> · { $page }/{ $pages }
segments-take-off-hint = แตะชื่อเพื่อนำออกจากรายชื่อ
segments-taken-off = นำออกแล้ว
error-segments-syntax = อ่านไม่ออกที่ตัวอักษรที่ { $position }{ $has_near ->
    [no] {""}
   *[yes] {" "}(“{ $near }”)
} { $expected ->
    [field] ตรงนี้ควรเป็นหัวข้อ เช่น เมือง แท็ก ผู้ดูแล ติดต่อล่าสุด มีอีเมล
    [operator] ตรงนี้ควรเป็นตัวเปรียบเทียบ เช่น = ไม่ใช่ ใน ก่อน &gt;
    [value] ตรงนี้ขาดค่า
    [joiner] ตรงนี้ควรเป็น “และ” “หรือ” หรือจบประโยค ถ้าค่ามีคำเหล่านี้ให้ใส่เครื่องหมายคำพูด
    [bracket] วงเล็บยังไม่ปิด หรือขาด “และ”/“หรือ”
    [list] ตรงนี้ควรเป็นจุลภาคหรือวงเล็บปิด
    [day] ตรงนี้ควรเป็นวันที่ เช่น 31/1/2569 หรือ “30 วันที่แล้ว”
    [age] ตรงนี้ควรเป็นระยะเวลา เช่น “30 วัน”
    [choice] ไม่รู้จักค่านี้
    [quote] เครื่องหมายคำพูดยังไม่ปิด
    [number] ตรงนี้ควรเป็นจำนวนเต็ม เช่น 3
    [size] ตรงนี้ควรเป็นตัวเลขหรือวันที่ เช่น 10 หรือ 31/1/2569
    [money] ตรงนี้ควรเป็นจำนวนเงินพร้อมสกุลเงิน เช่น 1000 บาท
    [name] ตรงนี้ควรเป็นชื่อฟิลด์ ถ้ามีหลายคำให้ใส่เครื่องหมายคำพูด
    [since] ตรงนี้ควรเป็นระยะเวลา เช่น “30 วัน” หรือวันที่ เช่น 31/1/2569
   *[other] อ่านต่อจากตรงนี้ไม่ได้
}{ $has_suggestion ->
    [no] {""}
   *[yes] {" "}หมายถึง “{ $suggestion }” ใช่ไหม
}
error-segments-too-complex = ยาวหรือซับซ้อนเกินไป ไม่เกิน { $most } ({ $limit ->
    [length] ตัวอักษร
    [depth] ชั้น
    [values] ค่า
   *[nodes] เงื่อนไข
})
error-segments-unknown-value = { $field ->
    [owner] ไม่มีเพื่อนร่วมงานชื่อ “{ $value }”
    [segment] ไม่มีกลุ่มลูกค้าชื่อ “{ $value }”
    [mailing] ไม่มีข้อความกลุ่มชื่อ “{ $value }”
   *[other] ไม่มีที่มาชื่อ “{ $value }”
}{ $has_suggestion ->
    [no] {""}
   *[yes] {" "}หมายถึง “{ $suggestion }” ใช่ไหม
}
error-segments-name-taken = มีกลุ่มชื่อ “{ $name }” แล้ว กรุณาใช้ชื่ออื่น
error-segments-not-found = ไม่มีกลุ่มนี้แล้ว ดูกลุ่มอื่นได้ที่ /segments
error-segments-not-a-list = กลุ่มนี้เลือกตามเงื่อนไขเอง แก้รายชื่อด้วยมือได้เฉพาะรายชื่อเท่านั้น
error-segments-in-use = ยังมีการส่งข้อความที่ใช้กลุ่มนี้อยู่
error-segments-circle = กลุ่มเหล่านี้อ้างถึงกันเป็นวงกลม: { $path }
error-segments-mentioned = เงื่อนไขของกลุ่ม “{ $name }” อ้างถึงกลุ่มนี้อยู่ กรุณาแก้ที่นั่นก่อน
error-segments-burdens = กลุ่ม “{ $name }” อ้างถึงกลุ่มนี้ และจะใหญ่เกินไปหากใช้เงื่อนไขนี้ ไม่เกิน { $most } ({ $limit ->
    [length] ตัวอักษร
    [depth] ชั้น
    [values] ค่า
   *[nodes] เงื่อนไข
}) กรุณาทำให้ง่ายขึ้น
error-segments-too-slow = การนับใช้เวลาเกิน { $seconds } วินาที กรุณาทำเงื่อนไขให้ง่ายขึ้น หรือเริ่มด้วยเงื่อนไขที่มีลูกค้าเข้าเกณฑ์น้อยกว่า
segments-new-buttons = สร้างด้วยปุ่ม
segments-slow = เงื่อนไขนี้ใช้เวลานับนานเกินไป กรุณาทำให้ง่ายขึ้น
segments-join-and = ＋ และ
segments-join-or = ＋ หรือ
segments-join-and-not = ＋ ยกเว้น
segments-undo = ↶ ย้อนกลับ
segments-so-far = { $words } · { $count ->
    [0] ไม่มีใคร
   *[other] { $count } ราย
}
    { $join ->
    [or] … หรือ:
    [and_not] … ยกเว้น:
   *[and] … และ:
}
segments-about-what = เลือกจากเรื่องใด
segments-which-field = เรื่องใดโดยเฉพาะ
segments-which-own = { $count ->
    [0] ยังไม่มีฟิลด์ของคุณเอง พิมพ์ชื่อฟิลด์ได้
   *[other] ฟิลด์ไหน เลือกหรือพิมพ์ชื่อ
}
segments-how = เปรียบเทียบอย่างไร
segments-choose = <b>{ $comparison }</b>
segments-choose-or-type = <b>{ $comparison }</b> เลือกหรือพิมพ์ค่าอื่น
segments-type = <b>{ $comparison }</b> พิมพ์ค่า
segments-since-when = นับตั้งแต่เมื่อไร
segments-any-time = ทุกช่วงเวลา
segments-noun-clients = ข้อมูลลูกค้า
segments-noun-contacts = ที่อยู่ติดต่อ ความยินยอม
segments-noun-interactions = สายโทร ประชุม จดหมาย
segments-noun-followups = นัดติดตาม
segments-noun-purchases = การซื้อ
segments-noun-mailings = ข้อความกลุ่ม
segments-noun-segments = กลุ่มลูกค้าอื่น
segments-noun-own = ฟิลด์ของคุณเอง
segments-compare = ⚖ เปรียบเทียบ
segments-compare-which = เปรียบเทียบกลุ่มไหนบ้าง ไม่เกิน { $most } กลุ่ม
segments-compare-now = เปรียบเทียบ { $count } กลุ่ม
segments-compare-others = เลือกกลุ่มอื่น
segments-measure-size = จำนวน
segments-measure-revenue = ยอดซื้อใน 12 เดือน
segments-measure-contacts = การติดต่อใน 30 วัน
segments-measure-email = ส่งอีเมลถึงได้
segments-measure-sms = ส่ง SMS ถึงได้
segments-measure-response = ตอบกลับ จากผู้ที่ได้รับข้อความกลุ่มในหนึ่งปี
