inbound-unknown = Неизвестный отправитель
inbound-missed-call = Пропущенный звонок
inbound-how-to-answer = <i>Чтобы ответить, ответьте на это сообщение.</i>
inbound-spam-marked = 🚫 Отмечено как спам
inbound-new-client = Новый клиент
inbound-whose = Это наш клиент
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
inbound-earlier = <i>Прежняя переписка и подпись</i>
inbound-all-files = Все файлы
inbound-answers-at = ↪️ просит отвечать на <code>{ $address }</code>; обычный ответ уйдёт отправителю
inbound-not-ours-marked = 🙅 Не к нам: отвечать не нужно
inbound-yours = 🧑‍💼 Эту переписку передали вам
inbound-given-to = 🧑‍💼 Здесь отвечает { $name }
