absences-away = 🌴 <b>{ $name }</b> ไม่อยู่ถึงวันที่ { $day }
absences-ask = เลื่อนเป็น <b>{ $at }</b> ไหม?
absences-more = { $count ->
       *[other] … และอีก { $count } รายการ
    }
absences-move = เลื่อน
absences-keep = คงเดิม
absences-moved = { $count ->
       *[other] 🗓 เลื่อน { $count } รายการของ <b>{ $name }</b> เป็น { $at } แล้ว
    }
absences-kept = 🌴 <b>{ $name }</b> ไม่อยู่ถึงวันที่ { $day } นัดหมายยังคงเดิม
absences-nothing-before = ไม่มีงานของคุณที่ครบกำหนดก่อนวันนั้น
error-absences-nothing-to-move = ไม่มีอะไรให้เลื่อนแล้ว: ทำเสร็จ เลื่อน หรือยกเลิกไปแล้ว
