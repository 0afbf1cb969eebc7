writing-forwarded = ---------- Пересланное письмо ----------
writing-forwarded-from = От: { $value }
writing-forwarded-date = Дата: { $value }
writing-forwarded-subject = Тема: { $value }
writing-forwarded-to = Кому: { $value }
writing-forwarded-cc = Копия: { $value }
