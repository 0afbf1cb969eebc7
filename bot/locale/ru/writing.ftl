writing-off-email = Почта здесь ещё не настроена.
writing-off-sms = SMS здесь ещё не настроены.
writing-which-address = <b>{ $name }</b>: на какой адрес?
writing-ask-subject = Письмо: <b>{ $name }</b>, { $address }. Какая тема?
writing-ask-text = SMS: <b>{ $name }</b>, { $address }. Напишите текст.
writing-ask-body = Теперь текст. Можно приложить файл.
writing-preview = Кому: <b>{ $name }</b>, <code>{ $address }</code>
writing-parts = { $count ->
        [one] { $count } SMS
        [few] { $count } SMS
        [many] { $count } SMS
       *[other] { $count } SMS
    }
writing-send = Отправить
writing-on-its-way = Отправляю
error-writing-no-address = { $channel ->
        [email] У клиента нет адреса почты. Добавьте в карточке: { core-more } → { clients-points }.
       *[sms] У клиента нет телефона. Добавьте в карточке: { core-more } → { clients-points }.
    }
error-writing-files-too-large = Файлы слишком велики для письма: вместе не больше { $limit } МБ.
error-writing-nothing-to-answer = На это ответить отсюда нельзя. Откройте карточку клиента и напишите оттуда.
