enrolments-button = ระบบอัตโนมัติ
enrolments-story = เรื่องราวทั้งหมด
enrolments-of = { $count ->
    [0] <b>{ $name }</b> ยังไม่เคยอยู่ในระบบอัตโนมัติ
   *[other] <b>{ $name }</b>: ระบบอัตโนมัติ { $count } รายการ ใหม่สุดอยู่บน แตะหมายเลขเพื่อดูเรื่องราวทั้งหมด
}
enrolments-for = สำหรับ { $name } ฉบับที่ { $version } โดย { $by }
enrolments-entered = <b>เข้าเมื่อ</b> { $at } เพราะ:
enrolments-by-event = { $known ->
    [yes] ➡️ { $what }, { $by } { $facts }
   *[no] ➡️ { $what } { $facts }
}
enrolments-by-date = ➡️ ถึงวัน: { $what } { $day }
enrolments-by-start = ➡️ ส่งต่อจากระบบอัตโนมัติ “{ $automation }”
enrolments-inside = อยู่ข้างใน ขั้นต่อไป { $at }
enrolments-waits = อยู่ข้างใน กำลังรอ: { $what } จนถึง { $until }
enrolments-finished = ไปถึงปลายทาง { $at }
enrolments-left = ออก { $at } เพราะ{ $because }
enrolments-failed = หยุด { $at }: { $because }
enrolments-paused = ⏸ ระบบอัตโนมัติหยุดพักอยู่ จะเดินต่อเมื่อมีคนสั่งต่อ
enrolments-at-end = ทำครบทุกขั้นแล้ว เหลือรอข้อความสุดท้ายหรือเวลาที่ตั้งไว้
enrolments-line-waiting = รอจนถึง { $until }
enrolments-line-waiting-for = รอ: { $event } ไม่เกิน { $until }
enrolments-line-came = มาแล้ว: { $event }
enrolments-line-missed = ไม่มา: { $event }
enrolments-line-branch = { $holds ->
    [yes] ตรง: { $rule }
   *[no] ไม่ตรง: { $rule }
}
enrolments-line-sent = { $channel ->
    [sms] SMS “{ $template }”
   *[email] อีเมล “{ $template }”
}
enrolments-line-unsent = ไม่ได้ส่ง “{ $template }”: { $because }
enrolments-line-told = แจ้งผู้ดูแลแล้ว: { $text }
enrolments-line-assigned = มอบให้ { $to }
enrolments-line-follow-up = นัดติดตาม: { $text }
enrolments-line-set = ตั้ง { $name } เป็น “{ $value }”
enrolments-line-tagged = เพิ่มแท็ก { $tag }
enrolments-line-untagged = ลบแท็ก { $tag }
enrolments-line-started = { $outcome ->
    [entered] ส่งต่อไประบบอัตโนมัติ “{ $automation }”
    [not-on] ระบบอัตโนมัติ “{ $automation }” ยังไม่เปิด จึงไม่ส่งต่อ
    [refused] ไม่ส่งต่อไป “{ $automation }”: ระบบจะเรียกกันวนไม่จบ
   *[terms] เงื่อนไขของ “{ $automation }” ไม่ให้เข้า
}
enrolments-line-called-out = เรียกโปรแกรมอื่น: { $url }
enrolments-line-uncalled = โปรแกรมอื่นไม่ตอบ: { $url }
enrolments-line-failed = ทำขั้นนี้ไม่ได้: { $because }
enrolments-line-parked = พักไว้: โปรแกรมรุ่นนี้ไม่รู้จักขั้นตอน ({ $because })
enrolments-line-gone = พักไว้: สิ่งที่ขั้นนี้ต้องใช้ไม่มีแล้ว ({ $because })
enrolments-line-moved = ย้ายจากฉบับที่ { $before } ไปฉบับที่ { $after }
enrolments-line-left = ออก: { $because }
enrolments-note = 🤖 <b>{ $client }</b>: จากระบบอัตโนมัติ “{ $automation }”
enrolments-notice-failed = ทำขั้นตอนให้ { $client } ไม่ได้: { $cause } ลูกค้ารายนี้ออกจากระบบแล้ว รายอื่นเดินต่อ จะแจ้งวันละครั้ง
enrolments-notice-parked = { $client } อยู่ที่ขั้นซึ่งโปรแกรมรุ่นนี้ไม่รู้จัก ({ $cause }) ไม่มีอะไรหาย แค่รอรุ่นที่รู้จัก
enrolments-notice-gone = { $client } อยู่ที่ขั้นซึ่งต้องใช้สิ่งที่ไม่มีแล้ว: { $cause } ไม่มีใครหลุดหาย เมื่อมีสิ่งนั้นอีกครั้งในชื่อเดิมก็จะไปต่อ
enrolments-notice-loop = ระบบจะเรียกตัวเองซ้ำ จึงไม่ให้ลูกค้าเข้า โปรดแก้ขั้นตอนหรือสิ่งที่เริ่มระบบ
enrolments-notice-long-chain = ระบบอัตโนมัติเรียกต่อกันยาวเกินไป จึงไม่ให้ลูกค้าเข้า
enrolments-notice-cap = วันนี้มีลูกค้าเข้าครบตามที่กำหนดแล้ว รายอื่นจะไม่ได้เข้า
enrolments-notice-rule = ไม่มีใครเข้าได้: { $cause }
enrolments-notice-days = มีวันที่มาถึงขณะโปรแกรมหยุดอยู่ และผ่านมานานเกินจะตามทัน ({ $cause }) ผู้ที่เกี่ยวข้องจะไม่ได้เข้า เช่น { $client }
enrolments-notice-call-out = โปรแกรมอื่นไม่ตอบตลอดหนึ่งวัน จึงเลิกเรียก ลูกค้ารายแรก: { $client }
error-automations-template-gone = ไม่มีแม่แบบของบริษัทชื่อ “{ $name }” แล้ว
error-automations-topic-gone = ไม่มีหัวข้อ “{ $name }” แล้ว
error-automations-template-channel = “{ $name }” เป็นแม่แบบ SMS จึงส่งทางอีเมลไม่ได้
error-automations-nobody-acts = ผู้สร้างระบบนี้ลาออกแล้วและไม่มีผู้ดูแลระบบ
error-automations-key-used = คีย์นี้เคยใช้กับเหตุการณ์อื่นแล้ว
error-automations-our-event = CRM บันทึก “{ $name }” เอง จึงส่งเข้ามาไม่ได้
error-automations-needs-client = “{ $name }” เป็นเหตุการณ์ของลูกค้ารายเดียว ต้องระบุว่าลูกค้ารายใด
enrolments-because-reply = ลูกค้าตอบแล้ว
enrolments-because-purchase = ลูกค้าซื้อหรือชำระแล้ว
enrolments-because-call = มีการโทรคุยกัน
enrolments-because-contact = เพื่อนร่วมงานติดต่อแล้ว
enrolments-because-unsubscribe = ลูกค้าไม่รับข้อความแล้ว
enrolments-because-bounce = ข้อความของเราตีกลับ
enrolments-because-finished = ทำขั้นสุดท้ายแล้ว
enrolments-because-expired = หมดเวลา
enrolments-because-archived = ลูกค้าถูกเก็บเข้าคลัง
enrolments-because-stopped = ระบบอัตโนมัติถูกยกเลิก
enrolments-because-error = ข้อผิดพลาดของโปรแกรม
enrolments-because-no-address = ไม่มีที่อยู่ที่ใช้ได้ในบัตร
enrolments-because-stop = ลูกค้าเขียน STOP
enrolments-because-hard-bounce = ไม่มีที่อยู่นี้
enrolments-because-soft-bounce = กล่องจดหมายปฏิเสธซ้ำ ๆ
enrolments-because-complaint = ลูกค้าแจ้งว่าเป็นสแปม
enrolments-because-invalid = ที่อยู่ไม่ถูกต้อง
enrolments-because-manual = เราปิดที่อยู่นี้เอง
enrolments-because-automations-template-gone = ไม่มีแม่แบบนี้แล้ว
enrolments-because-automations-topic-gone = ไม่มีหัวข้อนี้แล้ว
enrolments-because-automations-template-channel = แม่แบบเป็น SMS จึงส่งทางอีเมลไม่ได้
enrolments-because-automations-nobody-acts = ผู้สร้างลาออกแล้วและไม่มีผู้ดูแลระบบ
enrolments-because-access-not-allowed = ผู้สร้างไม่มีสิทธิ์ทำสิ่งนี้แล้ว
enrolments-because-fields-invalid = ไม่รู้จักเพื่อนร่วมงานหรือค่านี้
enrolments-because-segments-syntax = อ่านเงื่อนไขไม่ได้
enrolments-because-segments-too-complex = เงื่อนไขยาวเกินไป
enrolments-because-segments-unknown-value = เงื่อนไขอ้างถึงเพื่อนร่วมงาน ที่มา ข้อความกลุ่ม หรือกลุ่มลูกค้าที่ไม่มีแล้ว
enrolments-because-segments-circle = กลุ่มลูกค้าในเงื่อนไขอ้างถึงกันเป็นวง
enrolments-because-no-rule = ไม่ได้ระบุว่าหมายถึงลูกค้ารายใด
enrolments-because-documentrefused = ไม่รู้จักขั้นตอน
enrolments-because-nosuchplace = ไม่มีขั้นตอนนี้แล้ว
enrolments-because-unknownstep = ไม่รู้จักขั้นตอน
