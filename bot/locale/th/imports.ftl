imports-title = 📄 <b>{ $name }</b>: อ่านได้ดังนี้
imports-column = { $header } → <b>{ $field }</b>
imports-left-out = ❔ ไม่เข้าใจ จึงไม่นำเข้า: <b>{ $headers }</b> กด “แก้คอลัมน์” เพื่อบอกว่าคืออะไร
imports-counts = ➕ ใหม่: <b>{ $new }</b> · ✏️ เปลี่ยน: <b>{ $changed }</b> · เหมือนเดิม: { $unchanged } · ❗ ผิดพลาด: <b>{ $errors }</b>
imports-change = { $field }: { $before } → <b>{ $after }</b>
imports-error-row = ❗ แถว { $row }: { $error }
imports-apply = { $count ->
       *[other] นำเข้า { $count } แถว
    }
imports-apply-good = { $count ->
       *[other] นำเข้าเฉพาะ { $count } แถวที่ถูกต้อง
    }
imports-columns = แก้คอลัมน์
imports-show-difference = ดูการเปลี่ยนแปลงทั้งหมด
imports-show-errors = ข้อผิดพลาด ({ $count })
imports-which-column = คอลัมน์ไหนที่อ่านผิด?
imports-what-holds = คอลัมน์ “{ $header }” คืออะไร?
imports-difference = <b>{ $name }</b>: สิ่งที่จะเปลี่ยน
imports-errors = { $count ->
       *[other] นำเข้าไม่ได้ { $count } แถว:
    }
imports-applied = นำเข้าแล้ว ใหม่: <b>{ $created }</b> เปลี่ยน: <b>{ $updated }</b> ข้าม: { $left }
imports-undo = เลิกทำการนำเข้า
imports-undone = เลิกทำการนำเข้าแล้ว เอาออก: <b>{ $removed }</b> คืนค่าเดิม: <b>{ $restored }</b>
imports-kept = { $count ->
       *[other] มีคนแก้ไขลูกค้า { $count } รายนี้หลังนำเข้า จึงคงไว้ตามนั้น:
    }
imports-not-yours = รายชื่อลูกค้าให้ผู้จัดการนำเข้า ส่วนสต็อกให้ฝ่ายคลัง กรุณาส่งไฟล์ต่อให้เขา
imports-field-name = ชื่อ
imports-field-company = บริษัท
imports-field-person = ผู้ติดต่อ
imports-field-phone = เบอร์โทร
imports-field-email = อีเมล
imports-field-city = เมือง
imports-field-tags = แท็ก
imports-field-source = ที่มา
imports-field-reason = เหตุผลที่ติดต่อครั้งแรก
imports-field-owner = ผู้ดูแล
imports-field-language = ภาษา
imports-field-party = นิติบุคคล
imports-field-tax-id = เลขผู้เสียภาษี
imports-field-notes = บันทึก
imports-field-birthday = วันเกิด
imports-field-contract-end = วันสิ้นสุดสัญญา
imports-field-purchases = จำนวนการซื้อ
imports-field-purchase-sum = ยอดซื้อรวม
imports-field-currency = สกุลเงิน
imports-field-first-purchase = ซื้อครั้งแรก
imports-field-last-purchase = ซื้อล่าสุด
imports-field-own = ช่องที่กำหนดเอง
imports-field-none = ไม่ใช้
error-imports-unreadable = อ่านไฟล์ “{ $file }” ไม่ได้ กรุณาส่งเป็น CSV (UTF-8) หรือ XLSX
error-imports-too-large = ไฟล์ใหญ่เกินไป ได้ไม่เกิน { $rows } แถว และ { $megabytes } MB กรุณาแบ่งส่ง
error-imports-empty = ไม่มีข้อมูลใต้หัวตารางในไฟล์นี้
error-imports-two-clients = เบอร์โทรและอีเมลเป็นของลูกค้าคนละราย: { $names }
error-imports-repeated-row = ลูกค้าเดียวกับแถว { $row }
error-imports-wrong-state = การนำเข้านี้เสร็จสิ้นไปแล้ว
error-imports-outdated = ข้อมูลลูกค้าเปลี่ยนไปแล้ว กรุณาดูการเปลี่ยนแปลงอีกครั้ง
error-imports-has-errors = บางแถวมีข้อผิดพลาด ({ $count }) แก้ไฟล์ หรือนำเข้าเฉพาะแถวที่ถูกต้อง
error-imports-bad-date = อ่าน “{ $value }” ในคอลัมน์ “{ $column }” เป็นวันที่ไม่ได้ กรุณาเขียนแบบ 24.11.2026 และใส่ปีสี่หลัก
error-imports-unclear-date = “{ $value }” ในคอลัมน์ “{ $column }” อาจเป็นได้สองวัน เพราะไฟล์นี้มีทั้งแบบวันนำหน้าและเดือนนำหน้า กรุณาเขียนแบบ 2026-11-24
error-imports-date-ahead = “{ $value }” ในคอลัมน์ “{ $column }” ยังมาไม่ถึง
error-imports-bad-number = อ่าน “{ $value }” ในคอลัมน์ “{ $column }” เป็นตัวเลขให้แน่ใจไม่ได้ กรุณาเขียนแบบ 1234.50
error-imports-bad-currency = “{ $value }” ในคอลัมน์ “{ $column }”: ไม่รู้จักสกุลเงินนี้ กรุณาเขียนแบบ THB
error-purchases-first-after-last = วันที่ซื้อครั้งแรก ({ $first }) อยู่หลังวันที่ซื้อล่าสุด ({ $last })
