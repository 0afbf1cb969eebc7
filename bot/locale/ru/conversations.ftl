conversations-title = { $count ->
        [one] 🧵 <b>{ $name }</b> · { $count } сообщение
        [few] 🧵 <b>{ $name }</b> · { $count } сообщения
        [many] 🧵 <b>{ $name }</b> · { $count } сообщений
       *[other] 🧵 <b>{ $name }</b> · { $count } сообщения
    }
conversations-thread = Переписка
conversations-answer = Ответить
conversations-answer-all = Всем ({ $count })
conversations-forward = Переслать
conversations-whole = Письмо целиком
conversations-original = Оригинал (.eml)
conversations-file-too-large = «{ $name }» занимает { $size } МБ, а Telegram пропускает от меня { $limit } МБ. Файл хранится вместе с письмом.
conversations-assign = Поручить
conversations-assign-to = Кто ответит в этой переписке с <b>{ $name }</b>? Сам клиент останется за тем же сотрудником.
conversations-assigned = Теперь здесь отвечает { $name } и будет узнавать о каждом новом сообщении.
conversations-give-back = Вернуть
conversations-given-back = Вернули. Теперь отвечает: { $name }
conversations-not-ours = Не к нам
conversations-spam = Спам
conversations-again = Отправить ещё раз
conversations-elsewhere = Другой адрес
conversations-keep = В шаблоны
conversations-ask-template-name = Как назвать ваш шаблон? Вместо имени клиента подставится поле.
error-conversations-not-for-them = { $name }: поручить нельзя, этот коллега не отвечает клиентам или ещё не подключился.
error-conversations-read-only = Это сообщение вам можно читать, но клиента ведёт другой сотрудник. Попросите его поручить переписку вам.
