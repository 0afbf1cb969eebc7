calls-call-back = โทรกลับ: สายที่ไม่ได้รับเมื่อ { $at } น.
calls-call-back-other-day = โทรกลับ: สายที่ไม่ได้รับเมื่อ { $at } น.
