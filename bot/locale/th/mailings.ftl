mailings-list = { $count ->
    [0] ยังไม่มีการส่งข้อความกลุ่ม
   *[other] การส่งข้อความกลุ่ม { $count } รายการ
}
mailings-new = ส่งข้อความกลุ่มใหม่
mailings-back = ‹ ส่งข้อความกลุ่ม
mailings-ask-segment = <b>ส่งข้อความกลุ่มใหม่</b> ส่งถึงใคร
mailings-no-segments = ยังไม่มีกลุ่มลูกค้า ผู้จัดการสร้างได้ที่ /segments
mailings-type-rule = พิมพ์เงื่อนไข
mailings-rule-again = พิมพ์เงื่อนไขใหม่เพื่อแทนที่ได้
mailings-use-rule = เลือกกลุ่มนี้
mailings-name-rule = ตั้งชื่อแล้วเก็บไว้
mailings-to = ถึง: <b>{ $segment }</b>
mailings-ask-template = { $channel ->
    [email] { $count ->
        [0] ยังไม่มีแม่แบบอีเมลที่มีข้อความ
       *[some] ใช้อีเมลไหน
    }
   *[sms] { $count ->
        [0] ยังไม่มีแม่แบบ SMS ที่มีข้อความ
       *[some] ใช้ SMS ไหน
    }
}
mailings-by = { $channel ->
    [email] ✉️ ส่งทางอีเมลแทน
   *[sms] 📱 ส่งทาง SMS แทน
}
mailings-what = { $icon } { $template } → { $segment }
mailings-made-by = จัดทำโดย { $name }
mailings-reach = จะได้รับ <b>{ $reached }</b> จาก { $members } ราย
mailings-left-no-address = { $channel ->
    [email] ไม่มีอีเมล: { $n }
   *[sms] ไม่มีเบอร์โทร: { $n }
}
mailings-left-duplicates = ที่อยู่ซ้ำกับรายอื่น: { $n }
mailings-left-suppressed = ยกเลิกรับหรือส่งไม่ถึง: { $n }
mailings-left-refused = ไม่ขอรับข่าวสาร: { $n }
mailings-sampled = ตรวจทีละราย { $n } รายแรก ตอนส่งจะตรวจทุกรายอีกครั้ง
mailings-parts = { $n ->
    [1] รายละ 1 SMS
   *[other] รายละไม่เกิน { $n } SMS
}
mailings-gap = ⚠️ { $field } ว่าง: { $names }{ $more ->
    [0] {""}
   *[some] {" "}และอีก { $more } ราย
} รายเหล่านี้จะไม่ได้รับ ใส่คำสำรองได้ เช่น <code>{"{"}city|เมืองของคุณ{"}"}</code>
mailings-example = ตัวอย่าง <b>{ $name }</b>, { $address }:
mailings-test = ทดสอบส่งถึงฉัน
mailings-now = ส่งเลย
mailings-at = ตั้งเวลา…
mailings-drop = ทิ้ง
mailings-ask-address = { $channel ->
    [email] ส่งทดสอบไปที่อีเมลไหน
   *[sms] ส่งทดสอบไปที่เบอร์ไหน ใส่รหัสประเทศด้วย เช่น +66…
}
mailings-test-sent = กำลังส่งทดสอบไปที่ { $address }
mailings-ask-when = ส่งเมื่อไร เช่น “พรุ่งนี้ 10 โมง” หรือ “วันศุกร์ 15:00”
mailings-waits = เกิน { $over } ราย ต้องมีอีกคนดูก่อน ส่งคำขอแล้วถึง { $names }
mailings-waits-nobody = เกิน { $over } ราย ต้องมีอีกคนดูก่อน แต่ยังไม่มีผู้จัดการคนอื่น เชิญได้ที่ /invite
mailings-approve = อนุมัติ
mailings-return = ส่งคืน
mailings-approved = อนุมัติแล้ว
mailings-sent-back = ส่งคืนแล้ว กลับเป็นฉบับร่าง
mailings-starts = เริ่ม { $at }
mailings-starts-at-once = เริ่มทันทีที่อนุมัติ
mailings-state-scheduled = ตั้งเวลาไว้แล้ว
mailings-state-expanding = กำลังเตรียม ยังเพิ่มรายชื่ออยู่…
mailings-state-running = กำลังส่ง…
mailings-state-paused = หยุดชั่วคราว ไม่มีอะไรส่งออก
mailings-paused-restored = มีการกู้คืนข้อมูลสำรอง บางรายอาจได้รับข้อความไปแล้วหลังสำรองข้อมูล กรุณาตรวจก่อนดำเนินการต่อ
mailings-paused-bounces = หยุดเองแล้ว: อีเมล { $count } จาก { $of } ฉบับถูกตีกลับ ({ $share }% เกณฑ์คือ { $line }%) ถ้าส่งต่อแบบนี้ ผู้ให้บริการอีเมลจะจัดอีเมลของเราทั้งหมดเป็นสแปม ดูว่าใครไม่ได้รับ เอาที่อยู่ที่ผิดออก แล้วค่อยส่งต่อ
mailings-paused-complaints = หยุดเองแล้ว: { $count } จาก { $of } คนรายงานว่าเป็นสแปม ({ $share }% เกณฑ์คือ { $line }%) คนเหล่านี้จะไม่ได้รับอีเมลกลุ่มอีก ก่อนส่งต่อ กรุณาตรวจกลุ่มผู้รับและข้อความ
mailings-state-cancelled = ยกเลิกแล้ว
mailings-state-finished = เสร็จแล้ว
mailings-sent = ส่งแล้ว: <b>{ $sent }</b> จาก { $planned }
mailings-count-delivered = ถึงผู้รับ: { $n }
mailings-count-failed = ส่งไม่สำเร็จ: { $n }
mailings-count-suppressed = ไม่ได้ส่ง (ยกเลิกรับ ส่งไม่ถึง ไม่ยินยอม หรือได้รับพอแล้ว): { $n }
mailings-count-unknown = ไม่ทราบว่าถึงหรือไม่: { $n }
mailings-count-cancelled = ไม่ได้ส่ง: { $n }
mailings-count-waiting = รอส่ง: { $n }
mailings-count-answered = ตอบกลับ: { $n }
mailings-started = เริ่มเมื่อ { $at }
mailings-ended = จบเมื่อ { $at }
mailings-pause = หยุดชั่วคราว
mailings-resume = ดำเนินการต่อ
mailings-cancel = ยกเลิก
mailings-cancel-sure = ยกเลิก “{ $name }” ถาวรไหม { $waiting ->
    [0] ส่งไปหมดแล้ว
   *[other] อีก { $waiting } ข้อความจะไม่ถูกส่ง
}
mailings-drop-sure = ทิ้ง “{ $name }” ไหม ยังไม่มีอะไรถูกส่ง
mailings-other-segment = เลือกกลุ่มอื่น
mailings-missed = ใครไม่ได้รับ ({ $n })
mailings-missed-title = <b>{ $name }</b>: { $count ->
    [0] ได้รับทุกราย
   *[other] ไม่ได้รับ { $count } ราย
}
error-mailings-not-a-draft = การส่งนี้เริ่มไปแล้ว
error-mailings-template-empty = แม่แบบนี้ยังไม่มีข้อความ เขียนได้ที่ /templates
error-mailings-nobody-reached = จะไม่มีใครได้รับ กรุณาเลือกกลุ่มหรือช่องทางอื่น
error-mailings-no-public-url = ข้อความกลุ่มต้องมีลิงก์ยกเลิกรับข่าวสาร แต่ระบบนี้ยังไม่มีที่อยู่สาธารณะ กรุณาแจ้งผู้ดูแลระบบ
error-mailings-wrong-state = { $state ->
    [draft] ยังเป็นฉบับร่าง ทำแบบนี้ยังไม่ได้
    [awaiting_approval] รออนุมัติอยู่ ทำแบบนี้ยังไม่ได้
    [cancelled] ยกเลิกไปแล้ว ทำแบบนี้ไม่ได้แล้ว
    [finished] เสร็จแล้ว ทำแบบนี้ไม่ได้แล้ว
    [paused] หยุดชั่วคราวอยู่แล้ว
   *[other] กำลังส่งอยู่ ทำแบบนี้ตอนนี้ไม่ได้
}
error-mailings-needs-another = สิ่งที่คุณทำเอง ต้องให้คนอื่นอนุมัติ
mailings-left-barred = เราไม่ส่ง SMS ไปประเทศหรือเบอร์ประเภทนี้: { $n }
mailings-segments = 📱 { $about ->
    [about] รวมประมาณ <b>{ $n }</b> SMS
   *[exact] รวม <b>{ $n }</b> SMS
}
mailings-cost = 📱 { $about ->
    [about] รวมประมาณ <b>{ $n }</b> SMS ราว <b>{ $money }</b>
   *[exact] รวม <b>{ $n }</b> SMS เป็นเงิน <b>{ $money }</b>
}
mailings-last-leaves = ถ้าเริ่มตอนนี้ ฉบับสุดท้ายจะออก { $at }
mailings-too-slow = ⚠️ ส่งวินาทีละ { $rate } ต้องใช้เวลา { $hours } ชม. { $minutes } นาที เมื่อรวมช่วงห้ามรบกวนและ{ $cap ->
    [0] รายการที่รออยู่
   *[other] โควตาวันละ { $cap }
} จะไม่ทันภายใน { $within } ชั่วโมง
mailings-paused-sms-refused = เครือข่ายปฏิเสธข้อความนี้เพราะถือเป็นสแปม (รหัส { $code }) โปรดแก้ข้อความก่อนส่งต่อ
error-mailings-does-not-fit = ส่งไม่ทันเวลา: { $segments } SMS ที่วินาทีละ { $rate } ต้องใช้ { $hours } ชม. { $minutes } นาที เมื่อรวมช่วงห้ามรบกวนและ{ $cap ->
    [0] รายการที่รออยู่
   *[other] โควตาวันละ { $cap }
} จะไม่เสร็จภายใน { $within } ชั่วโมง เลือกคนให้น้อยลง ย่อข้อความ หรือขอให้ผู้ดูแลเพิ่มขีดจำกัด
mailings-held-quiet-hours = { $n ->
   *[other] { $n } คนอยู่ในเวลากลางคืน: พักไว้ กลุ่มแรกส่ง { $at }
}
mailings-held-quiet-hours-many = มากกว่า { $n } คนอยู่ในเวลากลางคืน: พักไว้ กลุ่มแรกส่ง { $at }
mailings-held-frequency-cap = { $n ->
   *[other] { $n } คนได้รับข่าวสารมากพอแล้วช่วงนี้: พักไว้ กลุ่มแรกส่ง { $at }
}
mailings-held-frequency-cap-many = มากกว่า { $n } คนได้รับข่าวสารมากพอแล้วช่วงนี้: พักไว้ กลุ่มแรกส่ง { $at }
mailings-left-no-consent = ยังไม่ยินยอมรับข่าวสาร: { $n }
