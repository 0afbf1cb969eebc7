history-title = { $count ->
        [0] 🗂 <b>{ $name }</b>: ยังไม่มีประวัติ
       *[other] 🗂 <b>{ $name }</b> · { $count } รายการ
    }
history-found = { $count ->
        [0] 🗂 <b>{ $name }</b>: ไม่พบเรื่อง “{ $query }”
       *[other] 🗂 <b>{ $name }</b> · { $count } รายการเรื่อง “{ $query }”
    }
history-promise-open = ⏰ { $by } นัดไว้ { $at }: { $promise }
history-promise-done = ✅ { $by } ทำแล้ว กำหนด { $at }: { $promise }
history-promise-cancelled = ✖️ { $by } ยกเลิก { $at }: { $promise }
history-search = ค้นหา
history-all = ทั้งหมด
history-ask = จะค้นหาอะไรในประวัติ?
