error-mailings-tracking-off = В рассылках это здесь не считается: включить может тот, кто запускает бота (TOUCHLINE_TRACK_CLICKS, TOUCHLINE_TRACK_OPENS).
error-topics-name-taken = Тема «{ $name }» уже есть. Назовите по-другому.
results-open = Итоги
results-picture = Картинка
results-answers-open = Ответы ({ $n })
results-slices = Сделать список…
results-no-picture = Картинки здесь выключены: не установлена библиотека, которая их рисует.
results-clicked = Перешли по ссылке: { $n }{ $machines ->
    [0] {""}
   *[some] {" "}(ещё у { $machines } ссылку открывали только программы: они ищут опасное)
}
results-opened = Открыли: не меньше { $n }
results-opens-note = Точно узнать, открыто ли письмо, нельзя: одни программы не загружают картинки, другие загружают их машиной за всех.
results-sums = { $planned } = { $parts }
results-sums-wrong = ⚠️ Суммы не сходятся: не хватает { $n } из { $planned }. Сообщите администратору.
results-pace = { $n ->
    [one] { $n } в минуту
    [few] { $n } в минуту
    [many] { $n } в минуту
   *[other] { $n } в минуту
}
results-pace-left = { $n } в минуту, осталось около { $hours ->
    [0] { $minutes } мин
   *[other] { $hours } ч { $minutes } мин
}
results-paused-failing = Рассылка остановилась сама: { $count } из последних { $of } не ушли по одной причине. Разберитесь, прежде чем продолжать:
results-paused-unreadable = Она остановилась сама: больше нельзя понять, кому её отправлять: { $cause }. Исправьте сегмент и продолжите.
results-revenue = 💰 { $money }: { $purchases ->
    [one] { $purchases } покупка
    [few] { $purchases } покупки
    [many] { $purchases } покупок
   *[other] { $purchases } покупки
} у { $clients ->
    [one] { $clients } клиента
    [few] { $clients } клиентов
    [many] { $clients } клиентов
   *[other] { $clients } клиента
} за { $days ->
    [one] { $days } день
    [few] { $days } дня
    [many] { $days } дней
   *[other] { $days } дня
}
results-links = Чаще всего переходили:
results-answers = <b>{ $name }</b>: { $count ->
    [0] пока никто не ответил.
    [one] ответил { $count } человек.
    [few] ответили { $count } человека.
    [many] ответили { $count } человек.
   *[other] ответили { $count } человека.
}
results-ask-slice = <b>{ $name }</b>: кого взять в список?
results-slice-sent = Кому отправлено
results-slice-delivered = Кому доставлено
results-slice-bounced = От кого вернулось
results-slice-answered = Ответили
results-slice-clicked = Перешли по ссылке
results-slice-opened = Открыли (не меньше)
results-slice-silent = Не ответили
results-slice-left = Отписались
results-slice-missed = Не получили
results-slice-saved = Сохранён список <b>{ $name }</b>: { $count ->
    [one] { $count } клиент.
    [few] { $count } клиента.
    [many] { $count } клиентов.
   *[other] { $count } клиента.
}
results-mail-slice = Новая рассылка им
results-missed-all = Все вместе
results-by-reason = По причинам
results-send-missed = Отправить тем, кто не получил ({ $n })
results-missed-file = { $count ->
    [one] Не получил { $count } человек.
    [few] Не получили { $count } человека.
    [many] Не получили { $count } человек.
   *[other] Не получили { $count } человека.
}
results-column-client = Клиент
results-column-company = Компания
results-column-address = Адрес
results-column-state = Состояние
results-column-reason = Причина
results-state-failed = не ушло
results-state-suppressed = не писали
results-state-unknown = неизвестно
results-state-cancelled = не отправлено
results-choose-topic = Тема
results-ask-topic = { $count ->
    [0] О чём рассылка? Тем пока нет. По темам клиенты выбирают, что получать.
   *[some] О чём рассылка? Кому тема не интересна, тот её не получит.
}
results-new-topic = Новая тема
results-old-topic = Убрать тему…
results-ask-old-topic = Какую тему больше не предлагать? Кто от неё отказался, не получит и уже созданных рассылок по ней.
results-no-topic = Без темы
results-ask-topic-name =
    Как называется тема? Клиенты видят её на своей странице. Чтобы на каждом языке были свои слова, напишите четыре строки:
    название, затем по-английски, по-русски, по-тайски.
results-topic = 🏷 { $name } ({ $title })
results-topic-made = Тема <b>{ $name }</b> создана.
results-clicks-on = Считать переходы
results-clicks-off = Не считать переходы
results-opens-on = Считать открытия
results-opens-off = Не считать открытия
results-counting-clicks = Переходы считаются.
results-counting-opens = Открытия считаются, насколько это возможно.
results-picture-bars = Что стало с рассылкой
results-picture-lines = Кто что сделал и когда
results-line-answer = ответили
results-line-click = перешли
results-line-unsubscribe = отписались
results-bar-planned = Запланировано
results-bar-sent = Отправлено
results-bar-delivered = Доставлено
results-bar-delivered-known = Известно о доставке
results-bar-delivered-sms = Доставлено по SMS
results-bar-delivered-email = Доставлено по почте
results-bar-clicked = Перешли
results-bar-opened = Открыли (не меньше)
results-bar-answered = Ответили
results-bar-unsubscribed = Отписались
results-bar-bounced = Вернулось
results-bar-failed = Не ушло
results-bar-suppressed = Не писали
results-bar-unknown = Неизвестно
results-bar-cancelled = Не отправлено
results-bar-waiting = Ждут
mailings-count-bounced = Вернулось: { $n }
mailings-count-unsubscribed = Отписались: { $n }
error-mailings-nobody-there = Там не осталось никого, кому можно писать.
error-mailings-still-running = Рассылка ещё идёт: кто её не получил, станет известно в конце.
