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
writing-parts-cost = { $count ->
        [one] { $count } SMS, { $money }
        [few] { $count } SMS, { $money }
        [many] { $count } SMS, { $money }
       *[other] { $count } SMS, { $money }
    }
error-writing-sms-refused = { $reason ->
        [country-not-allowed] В эту страну мы SMS не отправляем. Напишите письмо или попросите администратора разрешить страну.
        [premium-number] Это платный номер: каждое SMS туда стоило бы дороже, поэтому мы на такие не пишем.
       *[over-day-cap] Одно это сообщение больше дневного лимита. Сократите его.
    }
