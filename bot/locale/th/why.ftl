why-button = ทำไม?
why-button-messages = ข้อความไปถึงไหน
why-ask = ข้อความของใคร? พิมพ์ชื่อลูกค้า
why-nobody = ไม่พบลูกค้า “{ $query }” ลองตรวจตัวสะกด
why-which = รายไหน?
why-messages-of = { $count ->
    [0] <b>{ $name }</b>: ยังไม่เคยส่งอะไรให้
   *[other] <b>{ $name }</b>: { $count } ข้อความ ใหม่สุดอยู่บน แตะหมายเลขเพื่อดูเรื่องราวทั้งหมด
}
why-inside = { $count ->
   *[other] อยู่ในระบบอัตโนมัติ: { $names }
}
why-without = การส่งที่ไม่มีลูกค้ารายนี้
why-left-out = { $count ->
    [0] ไม่มีการส่งครั้งไหนที่ขาด <b>{ $name }</b>
   *[other] การส่งเหล่านี้ไม่มี <b>{ $name }</b> แตะเพื่อดูว่าทำไม
}
why-to = ถึง { $name }, { $address }
why-why = <b>ทำไมถึงจะส่ง</b>
why-cause-mailing = 📣 การส่ง “{ $mailing }” โดย { $by }
why-cause-test = 🧪 ทดลองส่ง “{ $mailing }” โดย { $by }
why-cause-automation = 🤖 ระบบอัตโนมัติ “{ $automation }” โดย { $by }
why-cause-written = ✍️ { $by } เขียนเอง
why-cause-other = ⚙️ ส่งอัตโนมัติ
why-approved = 👍 อนุมัติโดย { $name }
why-topic = 🏷 ในหัวข้อ “{ $topic }”
why-chosen-rule = 👥 ลูกค้าเข้าเงื่อนไข: { $words }
why-chosen-segment = 👥 ลูกค้าอยู่ในกลุ่ม “{ $segment }”: { $words }
why-chosen-list = 👥 ลูกค้าอยู่ในรายชื่อ “{ $segment }”
why-chosen-unreadable = 👥 ลูกค้าอยู่ในกลุ่ม “{ $segment }”
why-since = ↪️ หลังจากนั้น: { $words }
why-stopped = 🚫 ห้ามส่งถึงที่นี่ตั้งแต่ { $at }: { $reason }
why-place-card = 🌙 งดส่ง { $hours } ตามเวลาของลูกค้า: { $zone } ตามข้อมูลลูกค้า
why-place-number = { $count ->
    [1] 🌙 งดส่ง { $hours } ตามเวลาของลูกค้า: { $zone } ดูจากเบอร์โทร
   *[other] 🌙 งดส่ง { $hours } ดูจากเบอร์โทรอาจอยู่ได้ { $count } เขตเวลา ({ $zone }) ต้องเป็นกลางวันทุกเขต ระบุเขตเวลาในข้อมูลลูกค้าจะส่งถึงเร็วขึ้น
}
why-place-unknown = 🌙 งดส่ง { $hours } ไม่มีใครทราบเขตเวลาของลูกค้า จึงส่งเฉพาะ 10:00–17:00 ตามเวลาของเรา ({ $zone }) ระบุเขตเวลาในข้อมูลลูกค้าได้
why-what = <b>เกิดอะไรขึ้นบ้าง</b>
why-planned = วางแผนส่ง
why-quiet-hours = พักไว้ถึง { $until }: ที่นั่นเป็นเวลากลางคืน
why-frequency-cap = { $days ->
    [0] พักไว้ถึง { $until }: ช่วงนี้ได้รับข่าวสารมากพอแล้ว
   *[other] พักไว้ถึง { $until }: ช่วงนี้ได้รับข่าวสารมากพอแล้ว (ไม่เกิน { $limit } ครั้งใน { $days } วัน)
}
why-throttled = รอถึง { $until }: ส่งได้ครั้งละจำกัด ({ $of })
why-try-accepted = { $channel ->
    [email] ครั้งที่ { $number }: เซิร์ฟเวอร์อีเมลรับแล้ว
   *[sms] ครั้งที่ { $number }: ผู้ให้บริการ SMS รับแล้ว
}
why-try-retry = ครั้งที่ { $number }: ยังไม่รับตอนนี้
why-try-later = ครั้งที่ { $number }: เซิร์ฟเวอร์ปลายทางขอให้รอ
why-allowance-sms-day = SMS ต่อวัน
why-allowance-sms = SMS จากหนึ่งหมายเลข
why-allowance-email = อีเมลทั้งหมดของเรา
why-allowance-warm-up = ช่วงแรกของผู้ส่งรายใหม่
why-allowance-domain = อีเมลถึง { $domain }
why-try-rate-limited = ครั้งที่ { $number }: เร็วเกินไปสำหรับปลายทาง
why-try-permanent = ครั้งที่ { $number }: ปฏิเสธถาวร
why-try-suppress = ครั้งที่ { $number }: ปฏิเสธถาวร และเราจะไม่ส่งไปที่นั่นอีก
why-try-unknown = ครั้งที่ { $number }: การเชื่อมต่อขาด อาจไปถึงแล้ว
why-try-halt = ครั้งที่ { $number }: บัญชีของเราถูกปฏิเสธ
why-try-withheld = ครั้งที่ { $number }: หยุดไว้ในนาทีสุดท้าย
why-try-cut = ครั้งที่ { $number }: ถูกตัดตอนระบบเริ่มใหม่
why-reconciled-there = ถามผู้ให้บริการ SMS แล้ว: ได้รับข้อความแล้ว
why-reconciled-not = ถามผู้ให้บริการ SMS แล้ว: ยังไม่ได้รับ จึงส่งอีกครั้ง
why-bounced = อีเมลตีกลับ
why-delayed = เซิร์ฟเวอร์ปลายทางยังส่งไม่ถึงและกำลังลองต่อ
why-complained = ลูกค้าแจ้งว่าเป็นสแปม
why-unproven = ระบบอีเมลของเขายืนยันไม่ได้ว่าอีเมลนี้มาจากเรา
why-no-copy = โฟลเดอร์ส่งแล้วของ { $mailbox } ไม่รับสำเนา
why-given-up = ❌ เลิกพยายามแล้ว
why-befell = { $what } { $said }
why-next-sent = { $channel ->
    [email] 👉 เซิร์ฟเวอร์อีเมลกำลังส่งต่อ ถ้าตีกลับจะแจ้งที่นี่ ส่วนอ่านหรือยัง อีเมลไม่บอก
   *[sms] 👉 กำลังไปถึงโทรศัพท์ เครือข่ายจะแจ้งผล
}
why-next-unknown = { $channel ->
    [email] 👉 ไม่ส่งซ้ำ เพราะอาจไปถึงแล้ว
   *[sms] 👉 ไม่ส่งซ้ำจนกว่าผู้ให้บริการ SMS จะบอกผล
}
why-next-paused = 👉 การส่งหยุดพักอยู่ จะส่งเมื่อเริ่มต่อ
why-next-turn = 👉 จะส่งทันทีเมื่อถึงคิว
why-next-held = 👉 จะส่ง { $at }
why-next-try = 👉 จะลองอีกครั้ง { $at }
why-not-title = ❓ <b>{ $name }</b> กับ “{ $mailing }”
why-not-there = ลูกค้าอยู่ในการส่งนี้
why-not-not-started = ยังไม่เริ่มส่ง
why-not-newer = เริ่มส่ง { $at } ก่อนที่ { $name } จะเป็นลูกค้า
why-not-archived = ลูกค้าถูกเก็บเข้าคลัง จึงไม่ส่งข่าวสารให้
why-not-others = { $maker } ส่งให้ลูกค้าของตัวเอง ซึ่งไม่มี { $name }
why-not-unreadable = เงื่อนไขของกลุ่ม “{ $segment }” อ่านไม่ได้แล้ว จึงบอกไม่ได้
why-not-not-listed = ลูกค้าไม่อยู่ในรายชื่อ “{ $segment }”
why-not-not-meant = ลูกค้าไม่อยู่ในกลุ่ม “{ $segment }” ข้อที่ไม่ตรงคือ:
why-not-no-address = { $channel ->
    [email] ไม่มีอีเมลในข้อมูลลูกค้า
   *[sms] ไม่มีเบอร์โทรในข้อมูลลูกค้า
}
why-not-duplicate = ลูกค้าอีกรายที่ใช้ที่อยู่เดียวกันได้รับแล้ว ({ $other }) ที่อยู่เดียวส่งครั้งเดียว
why-not-said-no = { $name } ไม่ขอรับข้อความแบบนี้
why-not-not-yet = ยังไม่ถึงคิว กำลังเพิ่มผู้รับอยู่
why-not-changed = ตอนนี้ลูกค้าเข้าเงื่อนไข แต่ข้อมูลลูกค้าหรือกลุ่มเปลี่ยนไปหลังเริ่มส่ง { $at }
why-not-now = <i>ตามข้อมูลตอนนี้ ตอนนั้นอาจต่างออกไป</i>
why-send-window = พักไว้ถึง { $until }: ที่นั่นอยู่นอกช่วงเวลาของการส่งนี้
why-trial-open = พักไว้ถึง { $until }: ยังเปรียบเทียบสองแบบอยู่
why-not-had-it = การส่งครั้งก่อนถึงพวกเขาแล้ว ครั้งนี้จึงเว้นไว้
