writing-off-email = Почта здесь ещё не настроена.
writing-off-sms = SMS здесь ещё не настроены.
writing-which-address = <b>{ $name }</b>: на какой адрес?
writing-ask-subject = Письмо: <b>{ $name }</b>, { $address }. Какая тема?
writing-ask-text = SMS: <b>{ $name }</b>, { $address }. Напишите текст.
writing-ask-body = Теперь текст.
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
writing-no-other-address = { $name }: другого адреса пока нет.
writing-new-address = Добавить адрес
writing-ask-answer = Что ответить? <b>{ $name }</b>. Напишите или возьмите шаблон.
writing-ask-answer-all = { $count ->
        [one] Что ответить? Получит { $count } человек. Напишите или возьмите шаблон.
        [few] Что ответить всем? Получат { $count } человека. Напишите или возьмите шаблон.
        [many] Что ответить всем? Получат { $count } человек. Напишите или возьмите шаблон.
       *[other] Что ответить всем? Получат { $count } человека. Напишите или возьмите шаблон.
    }
writing-ask-new-subject = Сейчас тема «{ $subject }». Напишите новую.
writing-ask-new-text = Нажмите на текст, чтобы скопировать, поправьте и пришлите мне.
writing-ask-files = Присылайте файлы и фото, один за другим.
writing-ask-address = На какой адрес почты? Перед отправкой покажу письмо ещё раз.
writing-files-left = <i>📎 Для файлов осталось { $left } из { $limit } МБ</i>
writing-size = { $size } МБ
writing-size-small = { $size } КБ
writing-done = Готово
writing-drop-files = Без файлов
writing-add-files = Файлы
writing-template = Шаблон
writing-more-templates = Другие шаблоны
writing-which-template = { $count ->
        [0] Подходящих шаблонов пока нет. Создать: /templates
       *[other] Какой шаблон?
    }
writing-gaps = ⚠️ Нечего подставить: { $fields }
writing-edit-subject = Тема
writing-edit-text = Текст
writing-preview-answer = Ответ: <b>{ $name }</b>, <code>{ $address }</code>
writing-preview-all = { $count ->
        [one] Ответ: <b>{ $count } получатель</b>
        [few] Ответ всем: <b>{ $count } получателя</b>
        [many] Ответ всем: <b>{ $count } получателей</b>
       *[other] Ответ всем: <b>{ $count } получателя</b>
    }
writing-preview-forward = Переслать на <code>{ $address }</code>
writing-original-follows = <i>Под вашими словами пойдёт исходное письмо.</i>
writing-to = Кому: { $names }
writing-cc = Копия: { $names }
writing-forward-to = Кому? Коллега сразу увидит письмо у себя в чате.
writing-forward-address = На адрес почты
writing-forwarded-to = { $name } видит это в чате, вместе с файлами.
writing-files-stay = Файлы этого письма слишком велики для нового и останутся здесь.
error-writing-too-many-recipients = В этом письме { $count } адресатов, а ответить всем можно не более чем { $limit }. Ответьте только отправителю.
error-writing-own-address = { $address } – наш собственный адрес: письмо уже здесь.
error-writing-no-files-by-sms = В SMS бывает только текст. Файлы отправьте письмом.
