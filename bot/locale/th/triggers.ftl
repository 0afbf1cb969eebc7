trigger-client-created = ลูกค้าใหม่
trigger-client-edited = บัตรลูกค้าเปลี่ยน
trigger-client-assigned = ลูกค้ามีผู้ดูแลใหม่
trigger-client-tagged = เพิ่มแท็กแล้ว
trigger-client-untagged = ลบแท็กแล้ว
trigger-client-source-set = ทราบที่มาของลูกค้าแล้ว
trigger-interaction-logged = บันทึกการติดต่อแล้ว
trigger-message-received = ลูกค้าเขียนมา
trigger-message-written = เพื่อนร่วมงานเขียนถึงลูกค้า
trigger-message-bounced = ข้อความตีกลับ
trigger-message-failed = ข้อความไปไม่ถึง
trigger-message-complained = ลูกค้าแจ้งว่าเป็นสแปม
trigger-call-ended = การโทร
trigger-call-missed = สายที่ไม่ได้รับ
trigger-consent-granted = ลูกค้ายินยอมรับข่าวสาร
trigger-consent-withdrawn = ลูกค้าไม่รับข่าวสาร
trigger-followup-scheduled = ตั้งนัดติดตามแล้ว
trigger-followup-done = ติดตามเสร็จแล้ว
trigger-followup-late = นัดติดตามเลยกำหนด
trigger-followup-escalated = นัดที่เลยกำหนดส่งถึงผู้จัดการ
trigger-segment-entered = ลูกค้าเข้ากลุ่ม
trigger-segment-left = ลูกค้าออกจากกลุ่ม
trigger-mailing-clicked = เปิดลิงก์ในการส่ง
trigger-mailing-opened = เปิดอ่านการส่ง
trigger-mailing-answered = มีคำตอบต่อการส่ง
trigger-purchase-recorded = การซื้อ
trigger-stock-back = สินค้ากลับมามีในสต็อก
trigger-stock-out = สินค้าหมด
trigger-stock-low = สินค้าใกล้หมด
trigger-birthday = วันเกิด
trigger-contract-end = วันสิ้นสุดสัญญา
trigger-quiet = จำนวนวันที่ไม่ได้ติดต่อ
trigger-deal-created = ดีลใหม่
trigger-deal-stage-changed = ดีลเปลี่ยนขั้น
trigger-deal-won = ปิดดีลสำเร็จ
trigger-deal-lost = เสียดีล
trigger-quote-sent = ส่งใบเสนอราคาแล้ว
trigger-order-created = คำสั่งซื้อใหม่
trigger-order-shipped = ส่งสินค้าแล้ว
trigger-order-delivered = สินค้าถึงแล้ว
trigger-order-paid = ชำระคำสั่งซื้อแล้ว
trigger-order-overdue = คำสั่งซื้อเลยกำหนด
trigger-invoice-created = ใบแจ้งหนี้ใหม่
trigger-invoice-due = ใบแจ้งหนี้ถึงกำหนด
trigger-invoice-overdue = ใบแจ้งหนี้เลยกำหนด
trigger-invoice-paid = ชำระใบแจ้งหนี้แล้ว
trigger-payment-received = ได้รับชำระเงิน
trigger-reservation-expired = การจองหมดอายุ
trigger-complaint-opened = ข้อร้องเรียน
trigger-complaint-closed = ปิดข้อร้องเรียนแล้ว
trigger-survey-answered = ตอบแบบสอบถามแล้ว
trigger-price-changed = ราคาเปลี่ยน
trigger-event-announced = ประกาศกิจกรรม
trigger-fact-channel = { $value ->
    [sms] ทาง SMS
    [telegram] ทาง Telegram
   *[email] ทางอีเมล
}
trigger-fact-imported = { $value ->
    [yes] จากการนำเข้า
   *[no] ไม่ใช่จากการนำเข้า
}
trigger-fact-number = { $of ->
    [quote] ใบเสนอราคา { $value }
    [order] คำสั่งซื้อ { $value }
    [invoice] ใบแจ้งหนี้ { $value }
    [payment] การชำระเงิน { $value }
    [complaint] ข้อร้องเรียน { $value }
   *[other] เลขที่ { $value }
}
trigger-fact-product = สินค้า { $value }
trigger-fact-tag = แท็ก { $value }
trigger-fact-segment = กลุ่ม { $value }
trigger-fact-document = เอกสาร { $value }
trigger-fact-stage = ขั้น { $value }
trigger-fact-reason = เหตุผล: { $value }
trigger-fact-score = คะแนน { $value }
trigger-fact-group = หมวด { $value }
trigger-fact-name = ชื่อ { $value }
trigger-fact-source = แหล่งที่มา: { $value }
trigger-fact-field = ช่อง: { $value }
trigger-fact-before = เดิม: { $value }
trigger-fact-after = ใหม่: { $value }
trigger-fact-code = รหัส { $value }
trigger-fact-how = ผ่าน { $value }
trigger-fact-sum = ยอด { $value }
trigger-fact-currency = สกุลเงิน { $value }
trigger-fact-due = ครบกำหนด { $value }
trigger-fact-at = วันที่ { $value }
trigger-fact-seconds = นาน { $value } วินาที
trigger-fact-automatic = { $value ->
    [yes] คำตอบอัตโนมัติ
   *[no] ไม่ใช่คำตอบอัตโนมัติ
}
trigger-fact-kind = { $value ->
    [meeting] พบกัน
    [call] โทร
    [sms] SMS
    [email] อีเมล
    [note] บันทึก
    [hard] ปฏิเสธถาวร
    [soft] ปฏิเสธชั่วคราว
   *[complaint] แจ้งว่าเป็นสแปม
}
trigger-fact-direction = { $value ->
    [in] จากลูกค้า
   *[out] ถึงลูกค้า
}
trigger-fact-outcome = { $value ->
    [reached] ติดต่อได้
    [no-answer] ไม่รับสาย
    [busy] สายไม่ว่าง
    [wrong-number] ผิดหมายเลข
   *[voicemail] ฝากข้อความ
}
