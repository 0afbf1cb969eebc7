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
mailings-sampled = По одному проверено из них: { $n }; при отправке проверяется каждый.
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
mailings-example = { $hard ->
    [missing] Чего-то не хватает: <b>{ $name }</b>, { $address }
    [longest] Самое длинное: <b>{ $name }</b>, { $address }
    [segments] Больше всего SMS: <b>{ $name }</b>, { $address }
    [letters] Другой алфавит: <b>{ $name }</b>, { $address }
    [language] Самый редкий язык: <b>{ $name }</b>, { $address }
   *[plain] Например, <b>{ $name }</b>, { $address }
}:
mailings-test = Тест мне
mailings-now = Сейчас
mailings-at = Позже…
mailings-drop = Убрать
mailings-ask-address = Куда отправить тест? Можно сюда: { $addresses }
mailings-test-sent = Тест отправляется на { $address }.
mailings-ask-when = Когда? Например: «завтра в 10», «в пятницу в 15:00» или «каждый понедельник в 10».
mailings-waits = { $why ->
    [cost] Это дороже { $over }: сначала посмотрит кто-то ещё. Спросили: { $names }
   *[size] Больше { $over } человек: сначала посмотрит кто-то ещё. Спросили: { $names }
}
mailings-waits-nobody = { $why ->
    [cost] Это дороже { $over }: сначала должен посмотреть руководитель, который её не создавал и не запускал, а другого пока нет. Пригласите: /invite.
   *[size] Больше { $over } человек: сначала должен посмотреть руководитель, который её не создавал и не запускал, а другого пока нет. Пригласите: /invite.
}
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
mailings-count-delivered-known = Известно о доставке: { $n }
mailings-count-delivered-sms = Доставлено по SMS: { $n } из { $of }
mailings-count-delivered-email = Известно о доставке по почте: { $n } из { $of }
mailings-count-failed = Не удалось: { $n }
mailings-count-suppressed = Не писали (отписка, адрес, нет согласия, недавно уже писали): { $n }
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
error-mailings-not-for-tests = Тест уходит в почтовый ящик компании или на ваш собственный телефон, а не на { $value }. Ваш телефон: /settings.
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
error-mailings-needs-another = То, что вы сделали или запустили сами, одобряет кто-то другой.
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
mailings-fallback = { $n ->
    [one] ℹ️ Нет текста на языке «{ $wanted }»: { $n } клиент получит на языке «{ $given }».
    [few] ℹ️ Нет текста на языке «{ $wanted }»: { $n } клиента получат на языке «{ $given }».
    [many] ℹ️ Нет текста на языке «{ $wanted }»: { $n } клиентов получат на языке «{ $given }».
   *[other] ℹ️ Нет текста на языке «{ $wanted }»: { $n } клиента получат на языке «{ $given }».
}
mailings-held-send-window = { $n ->
    [one] { $n } человек вне часов этой рассылки: уйдёт { $at }
    [few] { $n } человека вне часов этой рассылки: первым уйдёт { $at }
    [many] { $n } человек вне часов этой рассылки: первым уйдёт { $at }
   *[other] { $n } человека вне часов этой рассылки: первым уйдёт { $at }
}
mailings-held-send-window-many = больше { $n } человек вне часов этой рассылки: первым уйдёт { $at }
mailings-start = Запустить
mailings-at-once = Один раз, в заданное время
mailings-each-own = Каждому по его часам…
mailings-every = Повторять…
mailings-hours = Только в часы…
mailings-ask-own-time = В котором часу по часам каждого? Например, «завтра в 10»: каждый получит, когда у него будет десять.
mailings-ask-every = Как часто? Например: «каждый понедельник в 10», «по будням в 9», «1 числа каждого месяца», «последний день месяца», «каждые 2 недели» или пять полей cron.
mailings-ask-hours = В какие часы дня получателя? Например, «по будням 10-18» или «пн-сб 9-20». Вне их рассылка ждёт.
mailings-hours-workdays = Понедельник–пятница 10:00–18:00
mailings-hours-daily = Каждый день 9:00–20:00
mailings-hours-none = Без своих часов
mailings-hours-unclear = Не понимаю «{ $text }» как часы. Напишите, например: «по будням 10-18».
mailings-own-time = 🌍 { $at }, каждому по его часам
mailings-window = ⏱ Только { $hours } там, где получатель
mailings-cheapest = 📱 Кому нельзя по почте, получит SMS: { $template }
mailings-texts = { $n ->
    [one] По SMS: { $n } клиент
    [few] По SMS: { $n } клиента
    [many] По SMS: { $n } клиентов
   *[other] По SMS: { $n } клиента
}
mailings-returned = ↩︎ Возвращено: { $reason }
mailings-ask-reason = Почему вы возвращаете «{ $name }»? Несколько слов для автора.
mailings-series = { $rule } ({ $zone })
mailings-series-own = { $rule }, каждому по его часам
mailings-series-next = Дальше: { $times }
mailings-series-until = До { $day }
mailings-series-missed-policy = { $policy ->
    [run_once] Пропущенное при остановке уйдёт один раз с опозданием.
   *[skip] Пропущенное при остановке не отправляется.
}
mailings-series-turn-missed = { $policy ->
    [run_once] Пропущенное не слать
   *[skip] Пропущенное слать позже
}
mailings-series-ask-until = До…
mailings-series-until-when = До какого дня включительно? Например, «31 декабря».
mailings-series-endless = Без конца
mailings-series-turn-own = { $own ->
    [yes] По вашим часам
   *[no] Каждому по его часам
}
mailings-series-recurring = Повторяется.
mailings-series-paused = На паузе: новое не начинается.
mailings-series-cancelled = Остановлена.
mailings-series-finished = Закончилась.
mailings-series-stop = Остановить
mailings-maker-left = Её автор здесь больше не работает. Сделайте копию от своего имени или остановите.
mailings-series-made = { $n ->
    [one] Вышла { $n } раз
    [few] Вышла { $n } раза
    [many] Вышла { $n } раз
   *[other] Вышла { $n } раза
}
mailings-series-missed = { $n ->
    [one] Пропущена { $n } раз, последний раз { $at }
    [few] Пропущена { $n } раза, последний раз { $at }
    [many] Пропущена { $n } раз, последний раз { $at }
   *[other] Пропущена { $n } раза, последний раз { $at }
}
mailings-series-moved = С прошлого раза: вошли { $entered }, вышли { $left }
error-mailings-bad-window = В этих часах меньше часа или ни одного дня.
error-mailings-wrong-channel = Перейти на SMS может только рассылка по почте и только с шаблоном SMS.
mailings-add-files = Файлы
mailings-add-sms = SMS остальным
mailings-ask-sms = { $count ->
    [0] Шаблона SMS с текстом пока нет. Напишите его: /templates.
   *[some] Какую SMS получат те, кому нельзя по почте? Каждый клиент получит одно сообщение: письмо, если он его разрешил, иначе SMS.
}
mailings-email-only = Только почта
mailings-ask-files = Пришлите файлы по одному, всего не больше { $limit } МБ. Картинка, названная в тексте как <code>[picture.png]</code> (в дизайне: <code>cid:picture.png</code>), будет показана там; остальное приложится.
mailings-drop-files = Убрать все файлы
mailings-files = 📎 { $names }
mailings-show-gaps = Кому чего не хватает
mailings-gaps-title = <b>{ $name }</b>: { $count ->
    [0] у всех всё есть.
    [one] { $count } клиенту чего-то не хватает, он не получит рассылку.
    [few] { $count } клиентам чего-то не хватает, они не получат рассылку.
    [many] { $count } клиентам чего-то не хватает, они не получат рассылку.
   *[other] { $count } клиентам чего-то не хватает, они не получат рассылку.
}
error-mailings-files-too-large = Рассылка несёт не больше { $limit } МБ в { $most } файлах: их принимает сервер каждого получателя.
mailings-add-trial = A/B
mailings-ask-trial = <b>Две версии</b> на части людей; остальные получат лучшую. Чем они различаются?
mailings-try-subject = Другая тема…
mailings-try-text = Другой текст…
mailings-try-later = На { $hours } ч позже
mailings-ask-subject = { $count ->
    [1] Другая тема, язык: { $speech }.
   *[other] Другая тема, по строке на язык в таком порядке: { $speech }.
}
mailings-ask-other-text = { $count ->
    [0] Другого шаблона этого канала с текстом пока нет.
   *[some] Какой другой текст?
}
mailings-trial-subject = Две темы на { $share } % людей. B: «{ $what }»
mailings-trial-text = Два текста на { $share } % людей. B: «{ $what }»
mailings-trial-time = Два часа отправки на { $share } % людей. B: на { $what } ч позже
mailings-trial-waits = Через { $wait } ч остальным уйдёт лучшая: смотрим, { $measure ->
    [answered] кто ответил
    [clicked] кто перешёл по ссылке
   *[opened] кто открыл
}.
mailings-trial-decides = Решится { $at }: смотрим, { $measure ->
    [answered] кто ответил
    [clicked] кто перешёл по ссылке
   *[opened] кто открыл
}.
mailings-trial-arm = { $side }: { $measure ->
    [answered] ответили
    [clicked] перешли
   *[opened] открыли
} { $did } из { $reached } ({ $share } %)
mailings-trial-claimed = <b>{ $winner } лучше.</b> Случай сам по себе даёт такую разницу в { $chance } % испытаний ({ $test ->
    [exact] точный тест Фишера
   *[large] сравнение двух долей
}). Остальные получат { $winner }.
mailings-trial-open = <b>О разнице говорить нельзя.</b> Случай сам по себе даёт такую в { $chance } % испытаний ({ $test ->
    [exact] точный тест Фишера
   *[large] сравнение двух долей
}; нужно меньше 5 %). Остальные получат { $winner }, написанную первой.
mailings-trial-share = На { $share } %
mailings-trial-wait = Ждать { $wait } ч
mailings-trial-measure = Смотреть, { $measure ->
    [answered] кто ответил
    [clicked] кто перешёл
   *[opened] кто открыл
}
mailings-trial-none = Одна версия для всех
error-mailings-bad-trial = Так сравнить не получится. Напишите по одной теме на каждый язык шаблона, каждую с новой строки.
mailings-copy = Копия
mailings-had-it = { $n ->
    [one] { $n } клиент уже получил и пропущен.
    [few] { $n } клиента уже получили и пропущены.
    [many] { $n } клиентов уже получили и пропущены.
   *[other] { $n } клиента уже получили и пропущены.
}
mailings-leave-out = { $yes ->
    [yes] Слать и тем, кто получил
   *[no] Пропустить тех, кто получил
}
mailings-left-unfilled = не заполнено поле текста: { $n }
mailings-series-stop-sure = Остановить «{ $name }» насовсем? Начатое продолжится.
