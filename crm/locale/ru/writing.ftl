writing-forwarded = ---------- Пересланное письмо ----------
writing-forwarded-from = От
writing-forwarded-date = Дата
writing-forwarded-subject = Тема
writing-forwarded-to = Кому
writing-forwarded-cc = Копия
