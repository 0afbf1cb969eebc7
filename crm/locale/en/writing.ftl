writing-forwarded = ---------- Forwarded message ----------
writing-forwarded-from = From: { $value }
writing-forwarded-date = Date: { $value }
writing-forwarded-subject = Subject: { $value }
writing-forwarded-to = To: { $value }
writing-forwarded-cc = Cc: { $value }
