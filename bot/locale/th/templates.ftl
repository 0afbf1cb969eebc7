templates-list = { $count ->
    [0] ยังไม่มีแม่แบบ แม่แบบคือข้อความที่มีช่องเติมเอง เช่น ชื่อลูกค้า
   *[other] แม่แบบ { $count } รายการ
}
templates-new = แม่แบบใหม่
templates-back = ‹ แม่แบบ
templates-ask-name = ตั้งชื่อแม่แบบว่าอะไรดี ชื่อนี้เห็นเฉพาะเพื่อนร่วมงาน
templates-ask-channel = <b>{ $name }</b>: ส่งทางอีเมลหรือ SMS
templates-channel-email = อีเมล
templates-channel-sms = SMS
templates-ask-language = <b>{ $name }</b>: ข้อความแรกเป็นภาษาอะไร เพิ่มภาษาอื่นทีหลังได้ ลูกค้าแต่ละรายจะได้ภาษาของตน ถ้าไม่มีจะได้ภาษาอังกฤษ
templates-in-en = อังกฤษ
templates-in-ru = รัสเซีย
templates-in-th = ไทย
templates-ask-subject = พิมพ์หัวข้ออีเมล ภาษา{ $speech }
templates-ask-text = พิมพ์ข้อความ ภาษา{ $speech } วิธียกเลิกรับข่าวสารจะเติมให้เอง
templates-ask-design = หรือส่งอีเมลที่ออกแบบไว้เป็นไฟล์ .mjml หรือ .html
templates-designed = 🎨 อีเมลที่ออกแบบไว้ พร้อมข้อความนี้
templates-fields =
    ช่องที่ใส่ได้ เช่น “สวัสดีคุณ { "{name}" }”
    <code>{ "{name}" }</code> สมชาย ใจดี · <code>{ "{company}" }</code> บริษัท ใจดี จำกัด · <code>{ "{city}" }</code> เชียงใหม่
    <code>{ "{owner}" }</code> ผู้ดูแลลูกค้า · <code>{ "{last_purchase}" }</code> <code>{ "{last_contact}" }</code> 5 ต.ค. 2026
    คำหลัง | ใช้แทนเมื่อช่องว่าง: <code>{ "{company|บริษัทของคุณ}" }</code>
templates-version = <b>{ $speech }</b> · ฉบับที่ { $number }, { $day }
templates-no-text = ยังไม่มีข้อความ เลือกภาษาแล้วพิมพ์ได้เลย
templates-go-on = ไปส่งข้อความกลุ่ม
templates-preview = ดูตัวอย่าง
templates-preview-of = ข้อความที่คุณ <b>{ $name }</b> จะได้อ่าน ภาษา{ $speech }
templates-gaps = ช่องว่างและไม่มีคำแทน: { $fields }
templates-nobody = ยังไม่มีลูกค้าหรือข้อความให้แสดง
templates-send = ส่งข้อความกลุ่ม
templates-put-away = เก็บเข้าคลัง
templates-put-away-sure = เก็บ “{ $name }” เข้าคลังไหม การส่งที่ใช้แม่แบบนี้อยู่จะดำเนินต่อ
templates-away = เก็บ “{ $name }” เข้าคลังแล้ว
error-templates-unknown-field = ไม่มีช่อง { "{" }{ $field }{ "}" }{ $has_hint ->
    [no] {""}
   *[yes] {" "}หมายถึง { $hint } หรือเปล่า
}{" "}ช่องที่มี: { $known }
error-templates-no-fields-here = ข้อความนี้ส่งออกไปตามที่เป็น { "{" }{ $field }{ "}" } จะไม่ถูกเติมค่า โปรดพิมพ์คำเหล่านั้นเอง
error-templates-loose-brace = วงเล็บปีกกาไม่ครบคู่ใกล้ “{ $near }” ช่องเขียนแบบนี้ { "{name}" }
error-templates-name-taken = มีหรือเคยมีแม่แบบชื่อ “{ $name }” กรุณาเลือกชื่ออื่น
error-templates-in-use = กำลังส่งข้อความด้วยแม่แบบนี้อยู่ กรุณาสร้างแม่แบบใหม่ หรือรอจนส่งเสร็จ
error-templates-broken-markup = บรรทัดที่ { $line }: แท็ก &lt;{ $tag }&gt; ไม่ได้ปิดหรือเขียนไม่ถูก
error-templates-unknown-tag = บรรทัดที่ { $line }: ไม่รู้จักแท็ก MJML &lt;{ $tag }&gt; ลองตรวจตัวสะกด
error-templates-misplaced-tag = บรรทัดที่ { $line }: แท็ก &lt;{ $tag }&gt; จะไม่แสดงตรงนี้ ย้ายไปไว้ในคอลัมน์
error-templates-too-intricate = บรรทัดที่ { $line }: แท็กมากเกินไปหรือซ้อนกันลึกเกินไป ลองออกแบบให้เรียบง่ายขึ้น
error-templates-not-rendered = บรรทัดที่ { $line }: อ่าน MJML ตรงนี้ไม่ได้ ({ $reason })
error-templates-too-large = แบบใหญ่กว่า { $limit } KB ซึ่ง Gmail จะตัดส่วนท้ายทิ้ง ลองตัดให้สั้นลงและวางรูปไว้บนเว็บไซต์
error-templates-only-by-email = แบบที่ออกแบบไว้ส่งได้ทางอีเมลเท่านั้น ส่วน SMS พิมพ์เป็นข้อความธรรมดา
error-templates-not-a-design = ตรงนี้รับไฟล์ .mjml หรือ .html แบบ UTF-8 หรือพิมพ์เป็นข้อความก็ได้
templates-own = 👤 ของคุณเท่านั้น
