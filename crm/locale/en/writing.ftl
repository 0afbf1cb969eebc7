writing-forwarded = ---------- Forwarded message ----------
writing-forwarded-from = From
writing-forwarded-date = Date
writing-forwarded-subject = Subject
writing-forwarded-to = To
writing-forwarded-cc = Cc
