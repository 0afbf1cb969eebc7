writing-off-email = ยังไม่ได้ตั้งค่าอีเมล
writing-off-sms = ยังไม่ได้ตั้งค่า SMS
writing-which-address = <b>{ $name }</b>: ส่งไปที่ไหน?
writing-ask-subject = อีเมลถึง <b>{ $name }</b> { $address } หัวข้อคืออะไร?
writing-ask-text = SMS ถึง <b>{ $name }</b> { $address } พิมพ์ข้อความได้เลย
writing-ask-body = พิมพ์เนื้อความ แนบไฟล์ได้ด้วย
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
