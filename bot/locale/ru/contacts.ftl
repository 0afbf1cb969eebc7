contacts-of = { $count ->
        [0] У клиента <b>{ $name }</b> пока нет ни телефона, ни почты.
        [one] Как связаться с клиентом <b>{ $name }</b> (★ – основной)
        [few] Как связаться с клиентом <b>{ $name }</b> (★ – основной)
        [many] Как связаться с клиентом <b>{ $name }</b> (★ – основной)
       *[other] Как связаться с клиентом <b>{ $name }</b> (★ – основной)
    }
contacts-one = <b>{ $name }</b>: { $value }
contacts-add = Добавить
contacts-remove = Удалить
contacts-prefer = Сделать основным
contacts-ask = Какой телефон или почта? Несколько – каждый с новой строки.
contacts-people-of = { $count ->
        [0] <b>{ $name }</b>: людей пока нет.
        [one] Люди клиента <b>{ $name }</b>
        [few] Люди клиента <b>{ $name }</b>
        [many] Люди клиента <b>{ $name }</b>
       *[other] Люди клиента <b>{ $name }</b>
    }
contacts-person = <b>{ $name }</b> · { $position } · { $reached }
contacts-add-person = Добавить человека
contacts-ask-person = Кто это? <i>Имя, должность, телефон, почта</i> – хватит и имени.
contacts-shared = 👤 <b>{ $name }</b> · { $phone }
contacts-shared-alike = { $count ->
        [one] Может быть, это кто-то у этого клиента? Нажмите, чтобы добавить туда.
        [few] Может быть, это кто-то у одного из этих клиентов? Нажмите, чтобы добавить туда.
        [many] Может быть, это кто-то у одного из этих клиентов? Нажмите, чтобы добавить туда.
       *[other] Может быть, это кто-то у одного из этих клиентов? Нажмите, чтобы добавить туда.
    }
contacts-shared-new = Новый клиент
contacts-shared-person = Работает у клиента
contacts-ask-whose = У какого клиента? Напишите имя, компанию или телефон.
contacts-whose-nobody = По запросу «{ $query }» клиентов нет. Попробуйте иначе или /cancel.
contacts-whose-which = У кого из них?
error-contacts-taken = { $value } уже записан.
error-contacts-too-many = У клиента может быть не больше { $limit } телефонов и адресов. Сначала удалите лишний.
error-contacts-bad-phone = «{ $value }» не похоже на телефон. Напишите с кодом страны: +7 916 123-45-67.
error-contacts-dear-number = { $value } – платный номер: звонок туда стоит дороже обычного, поэтому мы на такие не звоним.
error-contacts-bad-email = «{ $value }» не похоже на адрес почты. Проверьте, нет ли опечатки.
