writing-off-email = ยังไม่ได้ตั้งค่าอีเมล
writing-off-sms = ยังไม่ได้ตั้งค่า SMS
writing-which-address = <b>{ $name }</b>: ส่งไปที่ไหน?
writing-ask-subject = อีเมลถึง <b>{ $name }</b> { $address } หัวข้อคืออะไร?
writing-ask-text = SMS ถึง <b>{ $name }</b> { $address } พิมพ์ข้อความได้เลย
writing-ask-body = พิมพ์เนื้อความได้เลย
writing-preview = ถึง <b>{ $name }</b> <code>{ $address }</code>
writing-parts = SMS { $count } ข้อความ
writing-send = ส่ง
writing-on-its-way = กำลังส่ง
error-writing-no-address = { $channel ->
        [email] ลูกค้ารายนี้ยังไม่มีอีเมล เพิ่มได้ที่การ์ด: { core-more } → { clients-points }
       *[sms] ลูกค้ารายนี้ยังไม่มีเบอร์โทร เพิ่มได้ที่การ์ด: { core-more } → { clients-points }
    }
error-writing-files-too-large = ไฟล์ใหญ่เกินไปสำหรับอีเมล รวมกันไม่เกิน { $limit } MB
error-writing-nothing-to-answer = ตอบข้อความนี้จากที่นี่ไม่ได้ เปิดการ์ดลูกค้าแล้วเขียนจากที่นั่น
writing-parts-cost = SMS { $count } ข้อความ { $money }
error-writing-sms-refused = { $reason ->
        [country-not-allowed] เราไม่ส่ง SMS ไปประเทศนี้ ส่งอีเมลแทน หรือขอให้ผู้ดูแลระบบเปิดประเทศนี้
        [premium-number] เบอร์นี้คิดค่าบริการพิเศษ ทุก SMS จะแพงกว่าปกติ เราจึงไม่ส่งถึง
       *[over-day-cap] ข้อความนี้ข้อความเดียวเกินโควตาทั้งวัน กรุณาย่อให้สั้นลง
    }
writing-no-other-address = { $name } ยังไม่มีที่อยู่อื่น
writing-new-address = เพิ่มที่อยู่
writing-ask-answer = จะตอบ <b>{ $name }</b> ว่าอะไร? พิมพ์ได้เลย หรือเลือกแม่แบบ
writing-ask-answer-all = { $count ->
       *[other] จะตอบทั้ง { $count } คนว่าอะไร? พิมพ์ได้เลย หรือเลือกแม่แบบ
    }
writing-ask-new-subject = หัวข้อตอนนี้คือ “{ $subject }” พิมพ์หัวข้อใหม่
writing-ask-new-text = แตะข้อความเพื่อคัดลอก แก้ไข แล้วส่งกลับมา
writing-ask-files = ส่งไฟล์และรูปมาทีละรายการ
writing-ask-address = ส่งไปที่อีเมลไหน? จะให้ดูอีกครั้งก่อนส่ง
writing-files-left = <i>📎 แนบไฟล์ได้อีก { $left } จาก { $limit } MB</i>
writing-size = { $size } MB
writing-size-small = { $size } KB
writing-done = เสร็จแล้ว
writing-drop-files = ไม่แนบไฟล์
writing-add-files = แนบไฟล์
writing-template = แม่แบบ
writing-more-templates = แม่แบบอื่น
writing-which-template = { $count ->
        [0] ยังไม่มีแม่แบบสำหรับข้อความนี้ สร้างได้ที่ /templates
       *[other] ใช้แม่แบบไหน?
    }
writing-gaps = ⚠️ ไม่มีข้อมูลสำหรับเติม: { $fields }
writing-edit-subject = หัวข้อ
writing-edit-text = ข้อความ
writing-preview-answer = ตอบ <b>{ $name }</b> <code>{ $address }</code>
writing-preview-all = { $count ->
       *[other] ตอบ<b>ทั้ง { $count } คน</b>
    }
writing-preview-forward = ส่งต่อไปที่ <code>{ $address }</code>
writing-original-follows = <i>อีเมลต้นฉบับจะต่อท้ายข้อความของคุณ</i>
writing-to = ถึง: { $names }
writing-cc = สำเนาถึง: { $names }
writing-forward-to = ส่งต่อให้ใคร? เพื่อนร่วมงานจะเห็นในแชตของตนทันที
writing-forward-address = ส่งไปที่อีเมล
writing-forwarded-to = { $name } เห็นในแชตแล้ว พร้อมไฟล์แนบ
writing-files-stay = ไฟล์ในอีเมลนี้ใหญ่เกินกว่าจะส่งต่อ จึงไม่ได้แนบไปด้วย
error-writing-too-many-recipients = อีเมลนี้มีผู้รับ { $count } คน ตอบทุกคนได้ไม่เกิน { $limit } คน กรุณาตอบเฉพาะผู้ส่ง
error-writing-own-address = { $address } เป็นที่อยู่ของเราเอง อีเมลอยู่ที่นี่แล้ว
error-writing-no-files-by-sms = SMS ส่งได้เฉพาะข้อความ กรุณาส่งไฟล์ทางอีเมล
