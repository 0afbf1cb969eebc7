why-button = Почему?
why-button-messages = Что с сообщениями
why-ask = Чьи сообщения? Напишите имя клиента.
why-nobody = По запросу «{ $query }» клиентов нет. Проверьте написание.
why-which = Кто из них?
why-messages-of = { $count ->
    [0] <b>{ $name }</b>: пока ничего не отправляли.
    [one] <b>{ $name }</b>: { $count } сообщение. Нажмите номер, и будет вся история.
    [few] <b>{ $name }</b>: { $count } сообщения, новые сверху. Нажмите номер, и будет вся история.
    [many] <b>{ $name }</b>: { $count } сообщений, новые сверху. Нажмите номер, и будет вся история.
   *[other] <b>{ $name }</b>: { $count } сообщения, новые сверху. Нажмите номер, и будет вся история.
}
why-inside = { $count ->
    [one] Внутри автоматизации: { $names }
    [few] Внутри { $count } автоматизаций: { $names }
    [many] Внутри { $count } автоматизаций: { $names }
   *[other] Внутри { $count } автоматизаций: { $names }
}
why-without = Рассылки без этого клиента
why-left-out = { $count ->
    [0] Рассылок без клиента <b>{ $name }</b> не было.
   *[other] Эти рассылки прошли без клиента <b>{ $name }</b>. Нажмите, чтобы узнать почему.
}
why-to = Кому: { $name }, { $address }
why-why = <b>Откуда оно взялось</b>
why-cause-mailing = 📣 Рассылка «{ $mailing }», автор { $by }
why-cause-test = 🧪 Проба рассылки «{ $mailing }» для { $by }
why-cause-automation = 🤖 Автоматизация «{ $automation }», автор { $by }
why-cause-written = ✍️ Написано лично: { $by }
why-cause-other = ⚙️ Отправлено автоматически
why-approved = 👍 Одобрено: { $name }
why-topic = 🏷 На тему «{ $topic }»
why-chosen-rule = 👥 Клиент подошёл по условию: { $words }
why-chosen-segment = 👥 Клиент попал в сегмент «{ $segment }»: { $words }
why-chosen-list = 👥 Клиент есть в списке «{ $segment }»
why-chosen-unreadable = 👥 Клиент попал в сегмент «{ $segment }»
why-since = ↪️ С тех пор: { $words }
why-stopped = 🚫 Адрес закрыт с { $at }: { $reason }
why-place-card = 🌙 Тихие часы { $hours } по времени клиента: { $zone }, как в карточке
why-place-number = { $count ->
    [one] 🌙 Тихие часы { $hours } по времени клиента: { $zone }, судя по телефону
    [few] 🌙 Тихие часы { $hours }. По телефону возможны { $count } часовых пояса ({ $zone }), день должен быть во всех. Укажите пояс в карточке, и будет доходить раньше.
    [many] 🌙 Тихие часы { $hours }. По телефону возможны { $count } часовых поясов ({ $zone }), день должен быть во всех. Укажите пояс в карточке, и будет доходить раньше.
   *[other] 🌙 Тихие часы { $hours }. По телефону возможны { $count } часового пояса ({ $zone }), день должен быть во всех. Укажите пояс в карточке, и будет доходить раньше.
}
why-place-unknown = 🌙 Тихие часы { $hours }. Часовой пояс клиента неизвестен, поэтому рассылки идут с 10:00 до 17:00 по нашему времени ({ $zone }). Укажите пояс в карточке.
why-what = <b>Что было</b>
why-planned = запланировано
why-quiet-hours = отложено до { $until }: у клиента была ночь
why-frequency-cap = { $days ->
    [0] отложено до { $until }: рассылок в последнее время и так хватало
    [one] отложено до { $until }: рассылок уже хватало (не больше { $limit } за { $days } день)
    [few] отложено до { $until }: рассылок уже хватало (не больше { $limit } за { $days } дня)
    [many] отложено до { $until }: рассылок уже хватало (не больше { $limit } за { $days } дней)
   *[other] отложено до { $until }: рассылок уже хватало (не больше { $limit } за { $days } дня)
}
why-throttled = ждало до { $until }: за раз уходит не больше положенного ({ $of })
why-try-accepted = { $channel ->
    [email] попытка { $number }: почтовый сервер принял
   *[sms] попытка { $number }: SMS-сервис принял
}
why-try-retry = попытка { $number }: пока не приняли
why-try-later = попытка { $number }: сервер просит подождать
why-allowance-sms-day = SMS за день
why-allowance-sms = SMS с одного номера
why-allowance-email = вся наша почта
why-allowance-warm-up = первые дни нового отправителя
why-allowance-domain = почта на { $domain }
why-try-rate-limited = попытка { $number }: просят не так быстро
why-try-permanent = попытка { $number }: отказ окончательный
why-try-suppress = попытка { $number }: отказ окончательный, туда больше не пишем
why-try-unknown = попытка { $number }: связь оборвалась, могло и дойти
why-try-halt = попытка { $number }: отказали нашему аккаунту
why-try-withheld = попытка { $number }: остановлено в последний момент
why-try-cut = попытка { $number }: прервана перезапуском
why-reconciled-there = спросили SMS-сервис: сообщение у него есть
why-reconciled-not = спросили SMS-сервис: сообщения у него нет, отправляем ещё раз
why-bounced = письмо вернулось
why-delayed = их сервер пока не доставил и пробует дальше
why-complained = пожаловались на спам
why-no-copy = папка отправленных ящика { $mailbox } не приняла копию
why-given-up = ❌ больше не пробуем
why-befell = { $what } { $said }
why-next-sent = { $channel ->
    [email] 👉 Почтовый сервер доставляет. Если письмо вернётся, будет видно здесь; прочитали ли его, почта не сообщает.
   *[sms] 👉 Идёт к телефону, оператор сообщит.
}
why-next-unknown = { $channel ->
    [email] 👉 Ещё раз не отправляем: могло дойти.
   *[sms] 👉 Ещё раз не отправляем, пока SMS-сервис не ответит, что с ним стало.
}
why-next-paused = 👉 Рассылка на паузе, уйдёт, когда её продолжат.
why-next-turn = 👉 Уйдёт, как только дойдёт очередь.
why-next-held = 👉 Уйдёт { $at }.
why-next-try = 👉 Следующая попытка { $at }.
why-not-title = ❓ <b>{ $name }</b> и «{ $mailing }»
why-not-there = Клиент в ней есть.
why-not-not-started = Она ещё не началась.
why-not-newer = Она началась { $at }, когда { $name } ещё не числился клиентом.
why-not-archived = Клиент в архиве, а архивных рассылки обходят.
why-not-others = Автор рассылки, { $maker }, писал своим клиентам, а { $name } не из них.
why-not-unreadable = Условие сегмента «{ $segment }» больше не читается, поэтому сказать нельзя.
why-not-not-listed = Клиента нет в списке «{ $segment }».
why-not-not-meant = Клиент не входит в сегмент «{ $segment }». Не выполняется:
why-not-no-address = { $channel ->
    [email] В карточке нет почты.
   *[sms] В карточке нет телефона.
}
why-not-duplicate = Рассылку получил клиент с тем же адресом ({ $other }), а на один адрес она идёт один раз.
why-not-said-no = { $name }: есть отказ от таких сообщений.
why-not-not-yet = Очередь ещё не дошла: получатели ещё добавляются.
why-not-changed = Сейчас клиент бы в неё вошёл. Карточка или сегмент изменились после её начала { $at }.
why-not-now = <i>Так обстоят дела сейчас, тогда могло быть иначе.</i>
why-send-window = отложено до { $until }: у клиента было время вне часов этой рассылки
why-trial-open = отложено до { $until }: ещё сравнивались две версии
why-not-had-it = Им уже пришла прежняя рассылка, а эта таких пропускает.
