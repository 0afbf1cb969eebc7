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
mailings-sampled = ตรวจทีละราย { $n } รายจากทั้งหมด ตอนส่งจะตรวจทุกรายอีกครั้ง
mailings-parts = { $n ->
    [1] รายละ 1 SMS
   *[other] รายละไม่เกิน { $n } SMS
}
mailings-gap = ⚠️ { $field } ว่าง: { $names }{ $more ->
    [0] {""}
   *[some] {" "}และอีก { $more } ราย
} รายเหล่านี้จะไม่ได้รับ ใส่คำสำรองได้ เช่น <code>{"{"}city|เมืองของคุณ{"}"}</code>
mailings-example = { $hard ->
    [missing] มีข้อมูลขาด: <b>{ $name }</b>, { $address }
    [longest] ยาวที่สุด: <b>{ $name }</b>, { $address }
    [segments] ใช้ SMS มากที่สุด: <b>{ $name }</b>, { $address }
    [letters] อักษรต่างระบบ: <b>{ $name }</b>, { $address }
    [language] ภาษาที่พบน้อยที่สุด: <b>{ $name }</b>, { $address }
   *[plain] ตัวอย่าง <b>{ $name }</b>, { $address }
}:
mailings-test = ทดสอบส่งถึงฉัน
mailings-now = ส่งเลย
mailings-at = ตั้งเวลา…
mailings-drop = ทิ้ง
mailings-ask-address = ส่งทดสอบไปที่ไหน เลือกได้จาก: { $addresses }
mailings-test-sent = กำลังส่งทดสอบไปที่ { $address }
mailings-ask-when = เมื่อไหร่? เช่น “พรุ่งนี้ 10 โมง” “วันศุกร์ 15:00” หรือ “ทุกวันจันทร์ 10 โมง”
mailings-waits = { $why ->
    [cost] ค่าใช้จ่ายเกิน { $over }: ต้องให้อีกคนดูก่อน ขอไปที่: { $names }
   *[size] มากกว่า { $over } คน: ต้องให้อีกคนดูก่อน ขอไปที่: { $names }
}
mailings-waits-nobody = { $why ->
    [cost] ค่าใช้จ่ายเกิน { $over }: ต้องให้ผู้จัดการที่ไม่ได้สร้างหรือส่งรายการนี้ดูก่อน แต่ยังไม่มีผู้จัดการคนอื่น เชิญได้ด้วย /invite
   *[size] มากกว่า { $over } คน: ต้องให้ผู้จัดการที่ไม่ได้สร้างหรือส่งรายการนี้ดูก่อน แต่ยังไม่มีผู้จัดการคนอื่น เชิญได้ด้วย /invite
}
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
mailings-count-delivered-known = ทราบว่าถึงผู้รับ: { $n }
mailings-count-delivered-sms = ถึงผู้รับทาง SMS: { $n } จาก { $of }
mailings-count-delivered-email = ทราบว่าถึงผู้รับทางอีเมล: { $n } จาก { $of }
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
error-mailings-not-for-tests = ส่งทดสอบได้เฉพาะกล่องอีเมลของบริษัทหรือเบอร์ของคุณเอง ไม่ใช่ { $value } ตั้งเบอร์ของคุณที่ /settings
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
error-mailings-needs-another = สิ่งที่คุณทำหรือสั่งส่งเอง ต้องให้คนอื่นอนุมัติ
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
mailings-fallback = ℹ️ ไม่มีข้อความภาษา{ $wanted }: ลูกค้า { $n } รายจะได้รับเป็นภาษา{ $given }
mailings-held-send-window = { $n } คนอยู่นอกช่วงเวลาของการส่งนี้: พักไว้ กลุ่มแรกส่ง { $at }
mailings-held-send-window-many = มากกว่า { $n } คนอยู่นอกช่วงเวลาของการส่งนี้: พักไว้ กลุ่มแรกส่ง { $at }
mailings-start = เริ่ม
mailings-at-once = ครั้งเดียว ตามเวลาที่กำหนด
mailings-each-own = ตามนาฬิกาของแต่ละคน…
mailings-every = ส่งซ้ำ…
mailings-hours = เฉพาะช่วงเวลา…
mailings-ask-own-time = กี่โมงตามนาฬิกาของแต่ละคน? เช่น “พรุ่งนี้ 10 โมง”: แต่ละคนจะได้รับเมื่อถึงสิบโมงที่ที่เขาอยู่
mailings-ask-every = บ่อยแค่ไหน? เช่น “ทุกวันจันทร์ 10 โมง” “ทุกวันทำการ 9 โมง” “ทุกวันที่ 1 ของเดือน” “วันสุดท้ายของเดือน” “ทุก 2 สัปดาห์” หรือห้าช่องของ cron
mailings-ask-hours = ช่วงเวลาใดของวันของผู้รับ? เช่น “วันทำการ 10-18” หรือ “จันทร์-เสาร์ 9-20” นอกช่วงนั้นจะรอไว้
mailings-hours-workdays = จันทร์ถึงศุกร์ 10:00–18:00
mailings-hours-daily = ทุกวัน 9:00–20:00
mailings-hours-none = ไม่กำหนดช่วงเวลา
mailings-hours-unclear = อ่าน “{ $text }” เป็นช่วงเวลาไม่ได้ ลองเขียนเช่น “วันทำการ 10-18”
mailings-own-time = 🌍 { $at } ตามนาฬิกาของแต่ละคน
mailings-window = ⏱ เฉพาะ { $hours } ณ ที่อยู่ของผู้รับ
mailings-cheapest = 📱 ผู้ที่ส่งอีเมลไม่ได้จะได้รับ SMS: { $template }
mailings-texts = ทาง SMS: ลูกค้า { $n } ราย
mailings-returned = ↩︎ ส่งคืน: { $reason }
mailings-ask-reason = ทำไมจึงส่งคืน “{ $name }”? เขียนสั้น ๆ ให้ผู้สร้าง
mailings-series = { $rule } ({ $zone })
mailings-series-own = { $rule } ตามนาฬิกาของแต่ละคน
mailings-series-next = ครั้งต่อไป: { $times }
mailings-series-until = ถึง { $day }
mailings-series-missed-policy = { $policy ->
    [run_once] ถ้าพลาดเพราะระบบหยุด: ส่งย้อนหลังหนึ่งครั้ง
   *[skip] ถ้าพลาดเพราะระบบหยุด: ไม่ส่ง
}
mailings-series-turn-missed = { $policy ->
    [run_once] ถ้าพลาด: ไม่ส่ง
   *[skip] ถ้าพลาด: ส่งย้อนหลัง
}
mailings-series-ask-until = ถึง…
mailings-series-until-when = ถึงวันไหน รวมวันนั้นด้วย? เช่น “31 ธันวาคม”
mailings-series-endless = ไม่มีสิ้นสุด
mailings-series-turn-own = { $own ->
    [yes] ตามนาฬิกาของคุณ
   *[no] ตามนาฬิกาของแต่ละคน
}
mailings-series-recurring = ส่งซ้ำตามกำหนด
mailings-series-paused = หยุดชั่วคราว: ยังไม่เริ่มครั้งใหม่
mailings-series-cancelled = หยุดแล้ว
mailings-series-finished = สิ้นสุดแล้ว
mailings-series-stop = เลิกส่ง
mailings-maker-left = ผู้สร้างไม่อยู่ที่นี่แล้ว ทำสำเนาในชื่อของคุณ หรือเลิกส่ง
mailings-series-made = ส่งแล้ว { $n } ครั้ง
mailings-series-missed = พลาด { $n } ครั้ง ล่าสุด { $at }
mailings-series-moved = ตั้งแต่ครั้งก่อน: เข้ามา { $entered } ออกไป { $left }
error-mailings-bad-window = ช่วงเวลานี้เหลือน้อยกว่าหนึ่งชั่วโมง หรือไม่มีวัน
error-mailings-wrong-channel = เฉพาะการส่งทางอีเมลเท่านั้นที่เปลี่ยนไปส่ง SMS ได้ และต้องใช้แม่แบบ SMS
mailings-add-files = ไฟล์
mailings-add-sms = SMS ให้คนที่เหลือ
mailings-ask-sms = { $count ->
    [0] ยังไม่มีแม่แบบ SMS ที่มีข้อความ เขียนได้ที่ /templates
   *[some] ผู้ที่ส่งอีเมลไม่ได้จะได้รับ SMS ใด? ลูกค้าแต่ละรายได้รับข้อความเดียว: อีเมลหากอนุญาต มิฉะนั้น SMS
}
mailings-email-only = เฉพาะอีเมล
mailings-ask-files = ส่งไฟล์มาทีละไฟล์ รวมไม่เกิน { $limit } MB รูปที่เขียนชื่อไว้ในข้อความแบบ <code>[picture.png]</code> (ในแบบดีไซน์: <code>cid:picture.png</code>) จะแสดงตรงนั้น ที่เหลือเป็นไฟล์แนบ
mailings-drop-files = เอาไฟล์ออกทั้งหมด
mailings-files = 📎 { $names }
mailings-show-gaps = ใครขาดอะไร
mailings-gaps-title = <b>{ $name }</b>: { $count ->
    [0] ไม่มีใครขาดข้อมูล
   *[other] ลูกค้า { $count } รายขาดข้อมูลและจะไม่ได้รับ
}
error-mailings-files-too-large = การส่งหนึ่งครั้งมีไฟล์ได้ไม่เกิน { $limit } MB ใน { $most } ไฟล์ เพราะเซิร์ฟเวอร์ของผู้รับทุกคนต้องรับไว้
mailings-add-trial = A/B
mailings-ask-trial = <b>สองแบบ</b>กับผู้รับบางส่วน ที่เหลือได้แบบที่ดีกว่า ให้ต่างกันตรงไหน?
mailings-try-subject = หัวเรื่องอื่น…
mailings-try-text = ข้อความอื่น…
mailings-try-later = ช้ากว่า { $hours } ชม.
mailings-ask-subject = { $count ->
    [1] หัวเรื่องอื่น ภาษา{ $speech }:
   *[other] หัวเรื่องอื่น บรรทัดละภาษาตามลำดับนี้: { $speech }
}
mailings-ask-other-text = { $count ->
    [0] ยังไม่มีแม่แบบอื่นของช่องทางนี้ที่มีข้อความ
   *[some] ข้อความอื่นใด?
}
mailings-trial-subject = สองหัวเรื่องกับผู้รับ { $share } % B: “{ $what }”
mailings-trial-text = สองข้อความกับผู้รับ { $share } % B: “{ $what }”
mailings-trial-time = สองเวลากับผู้รับ { $share } % B: ช้ากว่า { $what } ชม.
mailings-trial-waits = หลัง { $wait } ชม. แบบที่ดีกว่าจะส่งให้ที่เหลือ ดูจาก{ $measure ->
    [answered] ผู้ที่ตอบ
    [clicked] ผู้ที่คลิก
   *[opened] ผู้ที่เปิดอ่าน
}
mailings-trial-decides = ตัดสิน { $at } ดูจาก{ $measure ->
    [answered] ผู้ที่ตอบ
    [clicked] ผู้ที่คลิก
   *[opened] ผู้ที่เปิดอ่าน
}
mailings-trial-arm = { $side }: { $measure ->
    [answered] ตอบ
    [clicked] คลิก
   *[opened] เปิดอ่าน
} { $did } จาก { $reached } ({ $share } %)
mailings-trial-claimed = <b>{ $winner } ดีกว่า</b> ความบังเอิญล้วน ๆ ให้ผลต่างเช่นนี้ { $chance } % ของครั้ง ({ $test ->
    [exact] การทดสอบแม่นตรงของฟิชเชอร์
   *[large] การทดสอบสัดส่วนสองกลุ่ม
}) ที่เหลือได้ { $winner }
mailings-trial-open = <b>ยังบอกไม่ได้ว่าต่างกัน</b> ความบังเอิญล้วน ๆ ให้ผลเช่นนี้ { $chance } % ของครั้ง ({ $test ->
    [exact] การทดสอบแม่นตรงของฟิชเชอร์
   *[large] การทดสอบสัดส่วนสองกลุ่ม
} ต้องต่ำกว่า 5 %) ที่เหลือได้ { $winner } แบบที่เขียนก่อน
mailings-trial-share = กับ { $share } %
mailings-trial-wait = รอ { $wait } ชม.
mailings-trial-measure = ดูจาก{ $measure ->
    [answered] ผู้ที่ตอบ
    [clicked] ผู้ที่คลิก
   *[opened] ผู้ที่เปิดอ่าน
}
mailings-trial-none = แบบเดียวสำหรับทุกคน
error-mailings-bad-trial = แบบนี้เปรียบเทียบไม่ได้ เขียนหัวเรื่องหนึ่งบรรทัดต่อแต่ละภาษาของแม่แบบ
mailings-copy = ทำสำเนา
mailings-had-it = ลูกค้า { $n } รายได้รับไปแล้วและถูกเว้นไว้
mailings-leave-out = { $yes ->
    [yes] ส่งให้คนที่ได้รับแล้วด้วย
   *[no] เว้นคนที่ได้รับแล้ว
}
mailings-left-unfilled = ช่องในข้อความว่าง: { $n }
mailings-series-stop-sure = เลิกส่ง “{ $name }” ถาวร? ครั้งที่เริ่มแล้วจะส่งต่อ
