segments-and = и
segments-or = или
segments-not = не ({ $part })
segments-me = я
segments-is = { $field } — { $value }
segments-is-not = { $field } — не { $value }
segments-is-count = { $field } ровно { $value }
segments-is-not-count = { $field } любое число, кроме { $value }
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
segments-more = { $field } больше { $value }
segments-less = { $field } меньше { $value }
segments-at-least = { $field } не меньше { $value }
segments-at-most = { $field } не больше { $value }
segments-coming = { $field } в ближайшие { $value }
segments-lately = { $said } за последние { $age }
segments-since-day = { $said } с { $day }
segments-field-name = имя
segments-field-company = компания
segments-present-company = компания указана
segments-absent-company = компания не указана
segments-field-birthday = день рождения
segments-present-birthday = день рождения известен
segments-absent-birthday = день рождения неизвестен
segments-field-own = «{ $name }»
segments-present-own = «{ $name }» заполнено
segments-absent-own = «{ $name }» не заполнено
segments-field-email = почта
segments-field-phone = телефон
segments-field-consent-email = согласие на письма
segments-field-consent-sms = согласие на SMS
segments-consent-yes = дано
segments-consent-no = отозвано
segments-consent-unknown = не спрашивали
segments-present-unsubscribed-email = отписан от писем
segments-absent-unsubscribed-email = не отписан от писем
segments-present-unsubscribed-sms = отписан от SMS
segments-absent-unsubscribed-sms = не отписан от SMS
segments-present-suppressed-email = адрес почты в стоп-листе
segments-absent-suppressed-email = адресов почты в стоп-листе нет
segments-present-suppressed-sms = номер в стоп-листе
segments-absent-suppressed-sms = номеров в стоп-листе нет
segments-present-bounced-email = письма возвращаются
segments-absent-bounced-email = письма не возвращаются
segments-present-bounced-sms = номер недоступен
segments-absent-bounced-sms = номера доступны
segments-present-reachable-email = доступен по почте
segments-absent-reachable-email = недоступен по почте
segments-present-reachable-sms = доступен по SMS
segments-absent-reachable-sms = недоступен по SMS
segments-present-late-followup = есть просроченное напоминание
segments-absent-late-followup = нет просроченных напоминаний
segments-label-interactions = контакты
segments-label-calls = звонки
segments-label-calls-in = входящие звонки
segments-label-calls-out = исходящие звонки
segments-label-meetings = встречи
segments-label-emails = письма
segments-label-emails-in = входящие письма
segments-label-emails-out = исходящие письма
segments-label-sms = SMS
segments-label-sms-in = входящие SMS
segments-label-sms-out = исходящие SMS
segments-label-notes = заметки
segments-label-purchases = покупки
segments-label-purchase-sum = сумма покупок
segments-field-interactions = контактов
segments-present-interactions = контакты были
segments-absent-interactions = контактов не было
segments-field-calls = звонков
segments-present-calls = звонки были
segments-absent-calls = звонков не было
segments-field-calls-in = входящих звонков
segments-present-calls-in = входящие звонки были
segments-absent-calls-in = входящих звонков не было
segments-field-calls-out = исходящих звонков
segments-present-calls-out = исходящие звонки были
segments-absent-calls-out = исходящих звонков не было
segments-field-meetings = встреч
segments-present-meetings = встречи были
segments-absent-meetings = встреч не было
segments-field-emails = писем
segments-present-emails = письма были
segments-absent-emails = писем не было
segments-field-emails-in = входящих писем
segments-present-emails-in = входящие письма были
segments-absent-emails-in = входящих писем не было
segments-field-emails-out = исходящих писем
segments-present-emails-out = исходящие письма были
segments-absent-emails-out = исходящих писем не было
segments-field-sms = SMS
segments-present-sms = SMS были
segments-absent-sms = SMS не было
segments-field-sms-in = входящих SMS
segments-present-sms-in = входящие SMS были
segments-absent-sms-in = входящих SMS не было
segments-field-sms-out = исходящих SMS
segments-present-sms-out = исходящие SMS были
segments-absent-sms-out = исходящих SMS не было
segments-field-notes = заметок
segments-present-notes = заметки были
segments-absent-notes = заметок не было
segments-field-purchases = покупок
segments-present-purchases = есть покупки
segments-absent-purchases = покупок нет
segments-field-purchase-sum = покупок на сумму
segments-field-purchase-group = купленная группа товаров
segments-is-received = получил рассылку «{ $value }»
segments-is-not-received = не получил рассылку «{ $value }»
segments-present-received = получал рассылки
segments-absent-received = не получал рассылок
segments-is-returned = рассылка «{ $value }» вернулась
segments-is-not-returned = рассылка «{ $value }» не вернулась
segments-present-returned = рассылки возвращались
segments-absent-returned = рассылки не возвращались
segments-is-answered = ответил на рассылку «{ $value }»
segments-is-not-answered = не ответил на рассылку «{ $value }»
segments-present-answered = отвечал на рассылки
segments-absent-answered = не отвечал на рассылки
segments-is-clicked = перешёл по ссылке из рассылки «{ $value }»
segments-is-not-clicked = не перешёл по ссылке из рассылки «{ $value }»
segments-present-clicked = переходил по ссылкам из рассылок
segments-absent-clicked = не переходил по ссылкам из рассылок
segments-is-opened = открыл рассылку «{ $value }»
segments-is-not-opened = не открыл рассылку «{ $value }»
segments-present-opened = открывал рассылки
segments-absent-opened = не открывал рассылок
segments-is-segment = в сегменте «{ $value }»
segments-is-not-segment = не в сегменте «{ $value }»
