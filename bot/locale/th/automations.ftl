automations-list = { $count ->
    [0] ยังไม่มีอะไรทำงานเอง เลือกชุดสำเร็จ หรือส่งเอกสารของคุณเอง
   *[other] ระบบอัตโนมัติ { $count } ชุด
}
automations-ready = พร้อมเปิดใช้:
automations-ready-too = รายการที่มี ＋ พร้อมให้เปิดใช้
automations-new-document = จากเอกสาร
automations-back = ‹ ระบบอัตโนมัติ
automations-state = { $state ->
    [draft] ฉบับร่าง: ยังไม่มีใครเข้า
    [on] เปิดตั้งแต่ { $since }
   *[paused] หยุดชั่วคราว: ไม่มีใครเข้าและไม่เดินต่อ
}
automations-when = เมื่อ: <b>{ $what }</b>
automations-when-days = { $days ->
   *[other] { $side ->
        [before] ก่อน { $days } วัน
       *[after] หลัง { $days } วัน
    }
}: { $what }
automations-when-quiet = { $days ->
   *[other] ไม่ได้ติดต่อ { $days } วัน
}
automations-event-posted = เหตุการณ์ { $name } จากโปรแกรมอื่น
automations-only = เฉพาะ: { $rule }
automations-topic = หัวข้อ: { $topic }
automations-exits = จบก่อนเมื่อ: { $exits }
automations-exits-none = ไม่มีอะไรทำให้จบก่อน
automations-exit-reply = ตอบกลับ
automations-exit-purchase = ซื้อหรือชำระเงิน
automations-exit-call = โทร
automations-exit-contact = เพื่อนร่วมงานติดต่อ
automations-exit-unsubscribe = เลิกรับ
automations-exit-bounce = ข้อความตีกลับ
automations-because-expired = หมดเวลา
automations-because-archived = ลูกค้าถูกเก็บเข้าคลัง
automations-because-stopped = เก็บระบบนี้แล้ว
automations-because-other = { $reason }
automations-again = { $again ->
    [never] ลูกค้าละครั้งเดียว
    [always] เข้าได้อีกทุกครั้งที่เกิดขึ้น
   *[after] เข้าได้อีกหลัง { $length }
}{ $cap ->
    [0] {""}
   *[some] {" "}ไม่เกิน { $cap } รายต่อวัน
}
automations-figures = อยู่ข้างใน: <b>{ $inside }</b> · เข้าใน 30 วัน: { $entered } · จบครบ: { $finished }
automations-sent = ส่งแล้ว: { $sent } · ตอบ: { $answered }
automations-left = ออกก่อน: { $reasons }
automations-failed = ไปต่อไม่ได้: { $n }
automations-version = ฉบับที่ { $number }{ $recipe ->
    [0] {""}
   *[some] {" "}· จากชุดสำเร็จ
}
automations-step-wait = รอ { $length }
automations-step-until = รอถึง { $hour }{ $working ->
    [no] {""}
   *[yes] {" "}ในวันทำงาน
}
automations-step-for = รอ: { $event } ไม่เกิน { $length }
automations-step-came = ถ้ามา
automations-step-missed = ถ้าไม่มา
automations-step-if = ถ้า: { $rule }
automations-step-yes = ก็
automations-step-no = ไม่งั้น
automations-step-email = อีเมล “{ $template }”
automations-step-sms = SMS “{ $template }”
automations-step-cheapest = อีเมล ถ้าส่งไม่ได้จึงส่ง SMS “{ $template }”
automations-step-tell = แจ้งผู้ดูแล: { $text }
automations-step-assign = มอบให้ { $name }
automations-step-follow-up = นัดติดตามใน { $length }: { $text }
automations-step-set = { $field } = { $value }
automations-step-tag = แท็ก + { $tag }
automations-step-untag = แท็ก − { $tag }
automations-step-start = เริ่ม “{ $name }”
automations-step-call-out = เรียก { $url }
automations-step-stop = หยุด
automations-switch-on = เปิดใช้
automations-take = เก็บเป็นฉบับร่าง
automations-edit = แก้ไข
automations-pause = หยุดชั่วคราว
automations-resume = เดินต่อ
automations-replay = 90 วันที่ผ่านมา
automations-simulate = ลองกับลูกค้า
automations-picture = แผนภาพ
automations-people = ข้างใน ({ $n })
automations-archive = เก็บ
automations-archive-sure = เก็บ “{ $name }” ไหม { $inside ->
    [0] ไม่มีใครอยู่ข้างใน
   *[other] ลูกค้า { $inside } รายข้างในจะออก และสิ่งที่วางแผนไว้จะไม่ถูกส่ง
}
automations-archived = เก็บ “{ $name }” แล้ว
automations-on = เปิดแล้ว
automations-not-ready = ยังเปิดไม่ได้:
automations-good-to-know = ควรทราบ:
automations-found-no-steps = ยังไม่มีขั้นตอน
automations-found-needs-rule = “{ $detail }” ไม่ใช่เหตุการณ์ของลูกค้ารายใด ให้ระบุใน “เฉพาะ” ว่าหมายถึงใคร
automations-found-template = ไม่มีแม่แบบของบริษัทชื่อ “{ $detail }”
automations-found-template-channel = แม่แบบ “{ $detail }” เป็นของอีกช่องทาง
automations-found-template-empty = แม่แบบ “{ $detail }” ยังไม่มีข้อความ
automations-found-outlasts = เวลารอรวมกัน { $detail } วัน แต่จะสิ้นสุดหลัง { $more } วัน ขั้นตอนท้ายจึงไปไม่ถึง ให้กำหนด “หมดอายุ” ให้นานขึ้น
automations-found-topic = ไม่มีหัวข้อ “{ $detail }” ให้เลือก สร้างหัวข้อได้ในหน้าการส่งข้อความกลุ่ม: หัวข้อ
automations-found-colleague = ไม่มีเพื่อนร่วมงานชื่อ “{ $detail }” หรือมีหลายคน
automations-found-rule = ใช้เงื่อนไข “{ $detail }” ไม่ได้
automations-found-segment = ไม่มีกลุ่มลูกค้าชื่อ “{ $detail }”
automations-found-needs-segment = “{ $detail }” ต้องบอกว่าหมายถึงกลุ่มลูกค้าใด ให้ระบุชื่อไว้ใน “โดยที่”
automations-found-automation = ไม่มีระบบ “{ $detail }” ให้เริ่ม
automations-found-field-value = “{ $detail }” เป็น “{ $more }” ไม่ได้
automations-found-loop = อาจวนไม่รู้จบ: { $detail } ให้ระบบหนึ่งเข้าได้ครั้งเดียว (ซ้ำ: ไม่) หรือรอสิ่งที่ลูกค้าทำ
automations-found-posted = “{ $detail }” มาจากโปรแกรมอื่น ซึ่งต้องส่งมาที่ /api/v1/events
automations-found-languages = “{ $detail }” ไม่มีข้อความภาษา: { $more } ลูกค้ากลุ่มนั้นจะได้ภาษาอื่น
automations-found-own-field = “{ $detail }” จะเป็นช่องใหม่ของคุณเอง หมายถึง “{ $more }” หรือเปล่า
automations-found-started-is-off = “{ $detail }” ยังไม่เปิด จะไม่มีใครถูกส่งต่อไป
automations-found-reply-ends-first = การตอบกลับทำให้จบก่อน ขั้นตอน “ถ้ามา” หลังรอข้อความจึงไม่ถูกทำ
automations-means = { $count ->
   *[other] ตอนนี้มีลูกค้าตรงเงื่อนไข { $count } ราย
} { $turn ->
    [day] แต่ละรายจะเข้าเมื่อถึงวันของตน
    [all] ทุกรายจะเข้าพร้อมกันเมื่อเกิดเหตุการณ์นี้
   *[event] แต่ละรายจะเข้าเมื่อเกิดเหตุการณ์นี้กับตน
}
automations-ask-document = ส่งเอกสารเป็นไฟล์หรือข้อความ ในนั้นมีชื่อ เริ่มเมื่อไร และทำอะไร:
automations-starters = สิ่งที่เริ่มได้ ในวงเล็บคือสิ่งที่ “โดยที่” ถามได้:
automations-edit-file = แก้ไฟล์แล้วส่งกลับมาที่นี่ จะเป็นฉบับที่ { $number } คนที่อยู่ข้างในยังอยู่ฉบับเดิม
automations-not-a-document = ไม่ใช่ไฟล์ข้อความ ส่งเอกสารเป็น .yaml หรือเป็นข้อความ
automations-same = ไม่มีอะไรเปลี่ยน
automations-saved = เก็บฉบับที่ { $number } แล้ว
automations-people-of = ข้างใน “{ $name }”: { $count }
automations-nobody-inside = ตอนนี้ไม่มีใครอยู่ใน “{ $name }”
automations-member = { $number }. <b>{ $name }</b>: { $place }, { $at }{ $old ->
    [0] {""}
   *[some] {" "}(ฉบับที่ { $old })
}
automations-member-waits = { $number }. <b>{ $name }</b>: รอ { $event } ไม่เกิน { $at }
automations-move = ย้ายไปฉบับที่ { $number }
automations-moved = ย้ายแล้ว: { $moved } ขั้นตอนไม่ตรงกันจึงอยู่ฉบับเดิม: { $stayed }
automations-ask-client = ลอง “{ $name }” กับใคร พิมพ์ชื่อลูกค้า
automations-no-client = ไม่พบ พิมพ์ชื่ออื่น
automations-which-client = รายไหน
automations-simulated = “{ $name }” กับ <b>{ $client }</b> ถ้าเริ่มตอนนี้และลูกค้าเงียบ ยังไม่มีอะไรถูกส่ง
automations-simulated-outside = ตอนนี้จะไม่ได้เข้า เงื่อนไขไม่ได้หมายถึงรายนี้
automations-simulated-end = จบ
automations-simulated-cut = … และต่อไป
automations-said-none = ไม่มีข้อความ: { $because }
automations-replay-title = “{ $name }” ใน { $days } วันที่ผ่านมา ถ้าเปิดไว้
automations-replay-entered = { $n ->
    [0] จะไม่มีใครเข้า
   *[other] จะมีลูกค้าเข้า { $n } ครั้ง
}
automations-replay-cut = ติดตามเพียง { $n } รายแรก
automations-replay-ended = จบก่อน: { $reasons }
automations-replay-sent = อีเมล: { $email } · SMS: { $sms }{ $has_parts ->
    [no] {""}
   *[yes] {" "}({ $parts } ส่วน)
}
automations-replay-cost = ค่า SMS ประมาณ { $money }
automations-replay-unsent = ไม่มีที่อยู่หรือไม่ได้รับอนุญาต: { $n }
automations-replay-capped = เกินจำนวนเข้าต่อวัน: { $n }
automations-replay-frequency = เกินจำนวนข้อความต่อลูกค้า: { $n }
automations-replay-conflicts = { $n ->
   *[other] มี { $n } ครั้งที่ลูกค้าจะได้ข้อความจากสองระบบในวันเดียวกัน
}
automations-replay-loop = วนกลับ: { $names }
automations-replay-file = ทั้งหมดเป็นตาราง
automations-replay-note = เงื่อนไขเทียบกับข้อมูลลูกค้าวันนี้ สิ่งที่ตอนนั้นไม่มีใครบันทึกจะไม่อยู่ในนี้
automations-replay-first = รายแรก ๆ:
automations-unsent-no-address = ไม่มีที่อยู่
automations-unsent-suppressed = ที่อยู่ถูกปิด
automations-unsent-unsubscribe = เลิกรับแล้ว
automations-unsent-topic = ไม่รับหัวข้อนี้
automations-unsent-missing-field = ข้อความใช้ช่องที่ลูกค้ารายนี้ยังว่าง
error-automations-not-ready = ยังเปิดไม่ได้ ขาดสิ่งที่จำเป็น
error-automations-not-found = ไม่มีระบบนี้แล้ว
error-automations-name-taken = มีระบบชื่อ “{ $name }” แล้ว เลือกชื่ออื่น
error-automations-names-it = ระบบ “{ $name }” ยังใช้สิ่งนี้อยู่ กรุณาแก้หรือเก็บระบบนั้นก่อน
error-automations-starts-it = ระบบ “{ $name }” เริ่มระบบนี้ด้วยชื่อ กรุณาแก้ที่นั่นก่อน
error-automations-recipe-not-found = ไม่มีชุดสำเร็จนี้
error-automations-not-in-state = มีคนแก้ไปแล้วระหว่างนี้ กรุณาดูอีกครั้ง
automations-no-picture = แผนภาพต้องใช้ส่วนที่ยังไม่ได้ติดตั้งที่นี่ ขั้นตอนเป็นข้อความอยู่บนการ์ด
error-automations-document-refused = บรรทัด { $line } คอลัมน์ { $column }{ $has_found ->
    [no] {""}
   *[yes] {" "}(“{ $found }”)
}: { $problem ->
    [empty] ไม่มีอะไรในเอกสารนี้
    [too-large] ใหญ่เกินไป ได้ไม่เกิน 64 kB, 4,000 บรรทัด และ 10,000 ตัวอักษรต่อบรรทัด
    [too-deep] ขั้นตอนซ้อนกันลึกเกินไป ได้ไม่เกินสิบชั้น
    [too-many-steps] ขั้นตอนมากเกินไป ได้ไม่เกิน 100
    [character] มีอักขระควบคุมที่มองไม่เห็นอยู่ตรงนี้ กรุณาลบออก
    [tab] ย่อหน้าด้วยช่องว่าง ไม่ใช่แท็บ
    [indent] บรรทัดนี้เยื้องไม่ตรง สิ่งที่อยู่ด้วยกันต้องเริ่มที่คอลัมน์เดียวกัน
    [empty-item] ไม่มีอะไรต่อจากขีด
    [colon] ตรงนี้ควรเป็นคำ ตามด้วยเครื่องหมาย : และช่องว่าง
    [colon-inside] ข้อความที่มีเครื่องหมาย : ต้องอยู่ในเครื่องหมายคำพูด
    [sign] ข้อความขึ้นต้นด้วยเครื่องหมายนี้ไม่ได้ กรุณาใส่ในเครื่องหมายคำพูด
    [after-value] มีอะไรเกินมาหลังค่า
    [bracket] วงเล็บในบรรทัดนี้ยังไม่ปิด หรือขาดเครื่องหมายจุลภาค
    [quote] เครื่องหมายคำพูดในบรรทัดนี้ยังไม่ปิด
    [escape] หลังเครื่องหมาย \ ใช้ได้เฉพาะ n, t, \ หรือเครื่องหมายคำพูด
    [twice] เขียนซ้ำสองครั้ง
    [unknown-key] ไม่รู้จักคำนี้ตรงนี้
    [unknown-step] ไม่มีขั้นตอนแบบนี้
    [lacks] ตรงนี้ขาดรายการนี้
    [no-value] ตรงนี้ขาดค่า
    [not-a-map] ตรงนี้ควรเป็นบรรทัดแบบ “คำ: ค่า”
    [not-a-list] ตรงนี้ควรเป็นรายการ แต่ละขั้นตอนขึ้นบรรทัดใหม่ด้วยขีด
    [not-a-text] ตรงนี้ควรเป็นค่าเดียว
    [one-line] ต้องเขียนในบรรทัดเดียว
    [too-long] ยาวเกินไป จำนวนตัวอักษรสูงสุดแสดงไว้ตรงนี้
    [duration] ไม่ใช่ระยะเวลา เขียนเช่น “3 วัน” “2 สัปดาห์” หรือ “1 วัน 4 ชั่วโมง”
    [hour] ไม่ใช่เวลา เขียนเช่น "10:00"
    [days] ไม่ใช่จำนวนวัน เขียนเช่น “7 วัน ก่อน” หรือ “3 วัน”
    [number] ไม่ใช่จำนวนเต็ม หรือมากหรือน้อยเกินไป
    [yes-or-no] ตรงนี้ควรเป็น ใช่ หรือ ไม่
    [again] ตรงนี้ใช้ได้: ไม่, ทุกครั้ง หรือเช่น “หลังจาก 30 วัน”
    [exit] สิ่งที่ทำให้จบก่อนได้: ตอบกลับ, ซื้อ, โทร, ติดต่อ, เลิกรับ, ตีกลับ หรือ ไม่มี
    [rule] อ่านเงื่อนไขนี้ไม่ได้
    [text] ช่องในข้อความนี้มีข้อผิดพลาด
    [url] ไม่ใช่ที่อยู่ที่เรียกได้ ต้องขึ้นต้นด้วย https://
    [unknown-event] ไม่รู้จักเหตุการณ์นี้ ถ้าโปรแกรมอื่นเป็นผู้แจ้ง ให้เขียน “จากภายนอก” ไว้ข้างหน้า
    [event-name] ชื่อเหตุการณ์เป็นแบบ order.shipped ตัวอักษรละตินเล็กคั่นด้วยจุด
    [date-as-event] นี่คือวันที่ ขั้นตอนรอไม่ได้ ใช้เริ่มระบบอัตโนมัติได้เท่านั้น
    [fact-name] ข้อมูลของเหตุการณ์ตั้งชื่อด้วยตัวอักษรละตินเล็ก เช่น number, total
    [unknown-fact] เหตุการณ์นี้ไม่มีข้อมูลนี้
    [days-of-an-event] นับวันได้จากวันที่เท่านั้น ไม่ใช่จากเหตุการณ์นี้ ให้ขั้นตอนแรกรอแทน
    [quiet-days] เขียนที่ “วัน” ว่าไม่ได้ติดต่อกี่วัน
   *[other] อ่านต่อจากตรงนี้ไม่ได้
}{ $has_hint ->
    [no] {""}
   *[yes] {" "}หมายถึง “{ $hint }” หรือเปล่า
}
