segments-and = и
segments-or = или
segments-not = не ({ $part })
segments-me = я
segments-is = { $field } — { $value }
segments-is-not = { $field } — не { $value }
segments-contains = { $field } содержит «{ $value }»
segments-before = { $field } раньше { $value }
segments-after = { $field } позже { $value }
segments-since = { $field } начиная с { $value }
segments-until = { $field } по { $value }
segments-on = { $field } — { $value }
segments-older = { $field } не менее { $value } назад
segments-within = { $field } не более { $value } назад
segments-field-city = город
segments-field-tag = тег
segments-field-owner = ответственный
segments-field-source = источник
segments-field-language = язык
segments-field-lifecycle = статус
segments-field-last-contact = последний контакт
segments-field-last-purchase = последняя покупка
segments-field-created = добавление
segments-present-city = город указан
segments-absent-city = город не указан
segments-present-tag = есть теги
segments-absent-tag = нет тегов
segments-present-owner = есть ответственный
segments-absent-owner = нет ответственного
segments-present-source = источник указан
segments-absent-source = источник не указан
segments-present-email = есть почта
segments-absent-email = нет почты
segments-present-phone = есть телефон
segments-absent-phone = нет телефона
segments-present-telegram = есть Telegram
segments-absent-telegram = нет Telegram
segments-present-followup = есть напоминание
segments-absent-followup = нет напоминания
segments-present-last-contact = контакты были
segments-absent-last-contact = контактов не было
segments-present-last-purchase = покупки были
segments-absent-last-purchase = покупок не было
segments-silent-last-contact = нет контакта { $age }
segments-silent-last-purchase = нет покупок { $age }
segments-age-day = { $n ->
    [one] { $n } день
    [few] { $n } дня
    [many] { $n } дней
   *[other] { $n } дня
}
segments-age-week = { $n ->
    [one] { $n } неделю
    [few] { $n } недели
    [many] { $n } недель
   *[other] { $n } недели
}
segments-age-month = { $n ->
    [one] { $n } месяц
    [few] { $n } месяца
    [many] { $n } месяцев
   *[other] { $n } месяца
}
segments-age-year = { $n ->
    [one] { $n } год
    [few] { $n } года
    [many] { $n } лет
   *[other] { $n } года
}
segments-than-day = { $n ->
    [one] { $n } дня
    [few] { $n } дней
    [many] { $n } дней
   *[other] { $n } дня
}
segments-than-week = { $n ->
    [one] { $n } недели
    [few] { $n } недель
    [many] { $n } недель
   *[other] { $n } недели
}
segments-than-month = { $n ->
    [one] { $n } месяца
    [few] { $n } месяцев
    [many] { $n } месяцев
   *[other] { $n } месяца
}
segments-than-year = { $n ->
    [one] { $n } года
    [few] { $n } лет
    [many] { $n } лет
   *[other] { $n } года
}
segments-language-en = английский
segments-language-ru = русский
segments-language-th = тайский
segments-lifecycle-lead = лид
segments-lifecycle-customer = покупатель
segments-lifecycle-dormant = спящий
segments-lifecycle-lost = потерян
