mailings-list = { $count ->
    [0] Рассылок пока нет.
    [one] { $count } рассылка
    [few] { $count } рассылки
    [many] { $count } рассылок
   *[other] { $count } рассылки
}
mailings-new = Новая рассылка
mailings-back = ‹ Рассылки
mailings-ask-segment = <b>Новая рассылка.</b> Кому?
mailings-no-segments = Сегментов пока нет. Их заводит руководитель: /segments.
mailings-type-rule = Написать правило
mailings-rule-again = Напишите другое правило взамен.
mailings-use-rule = Взять их
mailings-name-rule = Сохранить под названием
mailings-to = Кому: <b>{ $segment }</b>
mailings-ask-template = { $channel ->
    [email] { $count ->
        [0] Шаблонов письма с текстом пока нет.
       *[some] Какое письмо?
    }
   *[sms] { $count ->
        [0] Шаблонов SMS с текстом пока нет.
       *[some] Какое SMS?
    }
}
mailings-by = { $channel ->
    [email] ✉️ Лучше письмом
   *[sms] 📱 Лучше по SMS
}
mailings-what = { $icon } { $template } → { $segment }
mailings-made-by = Автор: { $name }
mailings-reach = { $members ->
    [one] Получат <b>{ $reached }</b> из { $members } клиента.
    [few] Получат <b>{ $reached }</b> из { $members } клиентов.
    [many] Получат <b>{ $reached }</b> из { $members } клиентов.
   *[other] Получат <b>{ $reached }</b> из { $members } клиента.
}
mailings-left-no-address = { $channel ->
    [email] нет адреса почты: { $n }
   *[sms] нет телефона: { $n }
}
mailings-left-duplicates = тот же адрес у другого: { $n }
mailings-left-suppressed = адрес отписан или не принимает: { $n }
mailings-left-refused = не хотят рассылок: { $n }
mailings-sampled = По одному проверены первые { $n }; при отправке проверяется каждый.
mailings-parts = { $n ->
    [one] По { $n } SMS каждому.
    [few] До { $n } SMS каждому.
    [many] До { $n } SMS каждому.
   *[other] До { $n } SMS каждому.
}
mailings-gap = ⚠️ { $field } пусто: { $names }{ $more ->
    [0] {""}
   *[some] {" "}и ещё { $more }
} – им письмо не уйдёт. Запасные слова пишут так: <code>{"{"}city|ваш город{"}"}</code>.
mailings-example = Например, <b>{ $name }</b>, { $address }:
mailings-test = Тест мне
mailings-now = Сейчас
mailings-at = Позже…
mailings-drop = Убрать
mailings-ask-address = { $channel ->
    [email] На какой адрес отправить тест?
   *[sms] На какой номер отправить тест? С кодом страны: +7…
}
mailings-test-sent = Тест отправляется на { $address }.
mailings-ask-when = Когда? Например, «завтра в 10» или «пт в 15».
mailings-waits = Больше { $over } человек: сначала посмотрит кто-то ещё. Запрос отправлен: { $names }
mailings-waits-nobody = Больше { $over } человек: сначала должен посмотреть кто-то ещё, а другого руководителя пока нет. Пригласите: /invite.
mailings-approve = Одобрить
mailings-return = Вернуть
mailings-approved = Одобрено.
mailings-sent-back = Возвращено: это снова черновик.
mailings-starts = Начало: { $at }
mailings-starts-at-once = Начнётся сразу после одобрения.
mailings-state-scheduled = Запланирована.
mailings-state-expanding = Готовится: люди ещё добавляются…
mailings-state-running = Отправляется…
mailings-state-paused = На паузе: больше ничего не уходит.
mailings-paused-restored = Базу восстановили из копии: кому-то могли написать уже после неё. Проверьте, прежде чем продолжить.
mailings-paused-bounces = Остановилась сама. Писем вернулось: { $count } из { $of } ({ $share } %, предел { $line } %). Если продолжать, почтовые службы начнут отправлять в спам всю нашу почту. Посмотрите, кто не получил, уберите неверные адреса и продолжайте.
mailings-paused-complaints = Остановилась сама. Жалоб на спам: { $count } на { $of } писем ({ $share } %, предел { $line } %). Кто пожаловался, рассылок больше не получит. Прежде чем продолжить, проверьте сегмент и текст.
mailings-state-cancelled = Отменена.
mailings-state-finished = Завершена.
mailings-sent = Отправлено: <b>{ $sent }</b> из { $planned }
mailings-count-delivered = Доставлено: { $n }
mailings-count-failed = Не удалось: { $n }
mailings-count-suppressed = Не писали (отписка, адрес, нет согласия, уже хватает): { $n }
mailings-count-unknown = Неизвестно, дошло ли: { $n }
mailings-count-cancelled = Не отправлено: { $n }
mailings-count-waiting = Ждут: { $n }
mailings-count-answered = Ответили: { $n }
mailings-started = Начата { $at }
mailings-ended = Закончена { $at }
mailings-pause = Пауза
mailings-resume = Продолжить
mailings-cancel = Отменить
mailings-cancel-sure = Отменить «{ $name }» совсем? { $waiting ->
    [0] Всё уже отправлено.
    [one] Не уйдёт { $waiting } сообщение.
    [few] Не уйдут { $waiting } сообщения.
    [many] Не уйдут { $waiting } сообщений.
   *[other] Не уйдут { $waiting } сообщения.
}
mailings-drop-sure = Убрать «{ $name }»? Ещё ничего не отправлено.
mailings-other-segment = Другой сегмент
mailings-missed = Кто не получил ({ $n })
mailings-missed-title = <b>{ $name }</b>: { $count ->
    [0] получили все.
    [one] не получил { $count }.
    [few] не получили { $count }.
    [many] не получили { $count }.
   *[other] не получили { $count }.
}
error-mailings-not-a-draft = Эта рассылка уже запущена.
error-mailings-template-empty = В этом шаблоне ещё нет текста. Напишите его: /templates.
error-mailings-nobody-reached = Её никто не получит. Выберите другой сегмент или другой канал.
error-mailings-no-public-url = В рассылке есть ссылка для отписки, а у этой установки ещё нет публичного адреса. Попросите администратора.
error-mailings-wrong-state = { $state ->
    [draft] Это черновик, так пока нельзя.
    [awaiting_approval] Она ждёт одобрения, так пока нельзя.
    [cancelled] Она отменена, так уже нельзя.
    [finished] Она завершена, так уже нельзя.
    [paused] Она уже на паузе.
   *[other] Она уже идёт, так сейчас нельзя.
}
error-mailings-needs-another = То, что сделали вы, одобряет кто-то другой.
mailings-left-barred = в их страну или на такой номер SMS не отправляем: { $n }
mailings-segments = 📱 { $about ->
    [about] Всего около <b>{ $n }</b> SMS.
   *[exact] Всего <b>{ $n }</b> SMS.
}
mailings-cost = 📱 { $about ->
    [about] Всего около <b>{ $n }</b> SMS, примерно <b>{ $money }</b>.
   *[exact] Всего <b>{ $n }</b> SMS, <b>{ $money }</b>.
}
mailings-last-leaves = Если начать сейчас, последнее уйдёт { $at }.
mailings-too-slow = ⚠️ По { $rate } в секунду на них нужно { $hours } ч { $minutes } мин; с тихими часами и { $cap ->
    [0] тем, что уже ждёт,
   *[other] лимитом { $cap } в день
} за { $within } ч не успеть.
mailings-paused-sms-refused = Операторы отклоняют эти тексты как нежелательные (код { $code }). Измените текст, прежде чем продолжать.
error-mailings-does-not-fit = Не успеет уйти вовремя: { $segments } SMS по { $rate } в секунду – это { $hours } ч { $minutes } мин; с тихими часами и { $cap ->
    [0] тем, что уже ждёт,
   *[other] лимитом { $cap } в день
} за { $within } ч не уложиться. Выберите меньше людей или текст короче, или попросите администратора поднять лимиты.
mailings-held-quiet-hours = { $n ->
    [one] у { $n } человека ночь: отложено до { $at }
    [few] у { $n } человек ночь: первым уйдёт { $at }
    [many] у { $n } человек ночь: первым уйдёт { $at }
   *[other] у { $n } человек ночь: первым уйдёт { $at }
}
mailings-held-quiet-hours-many = ночь больше чем у { $n } человек: первым уйдёт { $at }
mailings-held-frequency-cap = { $n ->
    [one] { $n } человеку рассылок пока хватает: отложено до { $at }
    [few] { $n } людям рассылок пока хватает: первым уйдёт { $at }
    [many] { $n } людям рассылок пока хватает: первым уйдёт { $at }
   *[other] { $n } людям рассылок пока хватает: первым уйдёт { $at }
}
mailings-held-frequency-cap-many = рассылок пока хватает больше чем { $n } людям: первым уйдёт { $at }
mailings-left-no-consent = нет согласия на рассылки: { $n }
