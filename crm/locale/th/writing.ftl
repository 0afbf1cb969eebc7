writing-forwarded = ---------- ข้อความที่ส่งต่อ ----------
writing-forwarded-from = จาก
writing-forwarded-date = วันที่
writing-forwarded-subject = หัวข้อ
writing-forwarded-to = ถึง
writing-forwarded-cc = สำเนาถึง
