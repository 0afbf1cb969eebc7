inbound-unknown = Неизвестный отправитель
inbound-how-to-answer = <i>Чтобы ответить, ответьте на это сообщение.</i>
inbound-spam-marked = 🚫 Отмечено как спам
inbound-quoted = Прежняя переписка
inbound-new-client = Новый клиент
inbound-whose = Это наш клиент
inbound-spam = Спам
inbound-assign = Передать
inbound-assign-to = Кому передать клиента?
inbound-assigned = Клиента <b>{ $client }</b> теперь ведёт { $name }.
inbound-ask-name = Как зовут клиента? Напишите имя, или /cancel, чтобы оставить «{ $name }».
inbound-tray = { $count ->
        [0] Сообщений от неизвестных нет.
        [one] <b>{ $count } неизвестный отправитель</b>
        [few] <b>{ $count } неизвестных отправителя</b>
        [many] <b>{ $count } неизвестных отправителей</b>
       *[other] <b>{ $count } неизвестного отправителя</b>
    }
inbound-files-coming = { $count ->
        [one] 📎 { $count } файл загружается…
        [few] 📎 { $count } файла загружаются…
        [many] 📎 { $count } файлов загружаются…
       *[other] 📎 { $count } файла загружаются…
    }
inbound-files-missing = { $count ->
        [one] ⚠️ { $count } файл загрузить не удалось. Попросите прислать ещё раз.
        [few] ⚠️ { $count } файла загрузить не удалось. Попросите прислать ещё раз.
        [many] ⚠️ { $count } файлов загрузить не удалось. Попросите прислать ещё раз.
       *[other] ⚠️ { $count } файла загрузить не удалось. Попросите прислать ещё раз.
    }
