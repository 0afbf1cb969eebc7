staff-role-rep = продажи
staff-role-manager = руководитель
staff-role-warehouse = склад
staff-role-admin = администратор
staff-ask-role = Чем займётся новый коллега?
staff-invited = { $hours ->
        [one] Приглашение: <b>{ $role }</b>. Отправьте ссылку одному человеку; она сработает один раз, в течение { $hours } часа.
        [few] Приглашение: <b>{ $role }</b>. Отправьте ссылку одному человеку; она сработает один раз, в течение { $hours } часов.
        [many] Приглашение: <b>{ $role }</b>. Отправьте ссылку одному человеку; она сработает один раз, в течение { $hours } часов.
       *[other] Приглашение: <b>{ $role }</b>. Отправьте ссылку одному человеку; она сработает один раз, в течение { $hours } часов.
    }
staff-list = { $count ->
        [one] <b>Сотрудники</b> · { $count } человек
        [few] <b>Сотрудники</b> · { $count } человека
        [many] <b>Сотрудники</b> · { $count } человек
       *[other] <b>Сотрудники</b> · { $count } человека
    }
staff-manager = ⇡ руководитель: { $name }
staff-nobody = никто
staff-has-left = <i>Больше не работает.</i>
staff-remove = Убрать
staff-ask-remove = Убрать <b>{ $name }</b>? Доступ пропадёт сразу; клиенты и история останутся.
staff-removed = <b>{ $name }</b>: доступ закрыт.
staff-saved = Сохранено
staff-settings = ⚙️ <b>{ $name }</b> · { $role }
staff-settings-zone = 🌍 { $zone } · сейчас { $time }
staff-settings-hours = 🕘 { $since }–{ $until } · { $days }
staff-settings-digest = ☀️ Утренний список в { $at }
staff-settings-stand-in = 🤝 Замещает: { $name }
staff-settings-away = 🏖 Отсутствую до { $at }
staff-set-language = 🌐 Язык
staff-set-zone = 🌍 Часовой пояс
staff-set-hours = 🕘 Часы работы
staff-set-days = 📅 Рабочие дни
staff-set-digest = ☀️ Утренний список
staff-set-stand-in = 🤝 Замещение
staff-set-away = 🏖 Отсутствие
staff-set-signature = ✍️ Подпись
staff-settings-signature = ✍️ Подпись в письмах:
staff-ask-signature = Подпись под вашими письмами, на любом языке. Напишите её так, как она должна выглядеть: имя, телефон, компания.
staff-no-signature = Без подписи
staff-ask-language = На каком языке будем говорить?
staff-ask-zone = Какой часовой пояс? Нажмите или напишите, например <code>Europe/Moscow</code>.
staff-ask-hours = Когда вы работаете? Нажмите или напишите <code>9:00-18:00</code>.
staff-ask-days = По каким дням вы работаете?
staff-ask-digest = Когда присылать утренний список? Нажмите или напишите время.
staff-ask-stand-in = Кто получает ваши напоминания и отвечает вашим клиентам, пока вас нет?
staff-ask-away = Надолго вас не будет? Напоминания получит тот, кто вас замещает.
staff-away-days = { $days ->
        [one] { $days } день
        [few] { $days } дня
        [many] { $days } дней
       *[other] { $days } дня
    }
staff-away-back = Я на месте
staff-day-0 = Пн
staff-day-1 = Вт
staff-day-2 = Ср
staff-day-3 = Чт
staff-day-4 = Пт
staff-day-5 = Сб
staff-day-6 = Вс
error-staff-invite-invalid = Это приглашение не действует. Попросите, пожалуйста, новое.
error-staff-already-joined = Вы уже в команде. /menu покажет всё.
error-staff-last-admin = Хотя бы один администратор должен остаться. Сначала назначьте другого.
error-staff-bad-hours = Начало работы должно быть раньше конца, в пределах одного дня.
