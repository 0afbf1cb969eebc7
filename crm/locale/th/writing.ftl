writing-forwarded = ---------- ข้อความที่ส่งต่อ ----------
writing-forwarded-from = จาก: { $value }
writing-forwarded-date = วันที่: { $value }
writing-forwarded-subject = หัวข้อ: { $value }
writing-forwarded-to = ถึง: { $value }
writing-forwarded-cc = สำเนาถึง: { $value }
