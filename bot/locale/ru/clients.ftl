clients-card-facts = { $facts }
clients-card-owner = 🧑‍💼 { $name }
clients-card-nobodys = без ответственного
clients-card-purchase = последняя покупка { $at }
clients-card-source = откуда: { $name }
clients-card-counterparties = 🏛 { $names }
clients-card-people = 👥 { $names }
clients-card-unreachable = <i>Пока нет ни телефона, ни почты.</i>
clients-card-no-contact = 🕘 Контактов ещё не было
clients-card-last = 🕘 { $at } · { $kind }: { $said }
clients-card-no-followup = ⚠️ <i>Следующий шаг не назначен</i>
clients-card-followup = ⏰ <b>{ $at }</b> – { $promise }
clients-card-followup-late = 🔴 Просрочено с <b>{ $at }</b> – { $promise }
clients-card-tags = 🏷 { $tags }
clients-card-stopped = 🚫 { $reason }
clients-card-stopped-mailings = 🚫 без рассылок: { $reason }
clients-stopped-unsubscribe = отписался
clients-stopped-stop = ответил СТОП
clients-stopped-hard-bounce = адреса не существует
clients-stopped-soft-bounce = раз за разом не принимал почту
clients-stopped-complaint = пожаловался
clients-stopped-invalid = недействителен
clients-stopped-manual = остановлено нами
clients-consent-granted = ✅ согласен на { $channel }
clients-consent-withdrawn = ⛔ отказ: { $channel }
clients-channel-email = письма
clients-channel-sms = SMS
clients-channel-telegram = Telegram
clients-lifecycle-lead = лид
clients-lifecycle-customer = покупатель
clients-lifecycle-dormant = спящий
clients-lifecycle-lost = потерян
clients-language-en = Английский
clients-language-ru = Русский
clients-language-th = Тайский
clients-call = Звонок
clients-meeting = Встреча
clients-sms = SMS
clients-email = Письмо
clients-followup = Напомнить
clients-another-followup = Ещё одно напоминание
clients-history = История
clients-edit = Изменить
clients-points = Телефоны, почта
clients-people = Люди
clients-parties = Юрлица
clients-tags = Теги
clients-source = Источник
clients-owner = Ответственный
clients-archive = В архив
clients-ask-source = Откуда клиент?
clients-list-title = <b>Клиенты</b> · { $count }
clients-list-own-title = <b>Мои клиенты</b> · { $count }
clients-list-hint = <i>Чтобы найти, просто напишите имя, компанию или телефон.</i>
clients-list-own = Мои клиенты
clients-list-all = Все клиенты
clients-show-all = Показать все: { $count }
clients-found = { $count ->
        [0] 🔎 «{ $query }»
        [one] 🔎 { $count } клиент по запросу «{ $query }»
        [few] 🔎 { $count } клиента по запросу «{ $query }»
        [many] 🔎 { $count } клиентов по запросу «{ $query }»
       *[other] 🔎 { $count } клиента по запросу «{ $query }»
    }
clients-found-line = <b>{ $name }</b> · { $company } · { $at }
clients-found-line-short = <b>{ $name }</b> · { $at }
clients-never = контактов ещё не было
clients-nothing = По запросу «{ $query }» ничего нет. Проверьте написание или заведите нового клиента.
clients-new-named = Новый клиент «{ $name }»
clients-ask-new = Кто новый клиент? Всё одним сообщением, через запятую:
    <i>Анна Шмидт, Балтик Тулс, +7 916 123-45-67, anna@baltic.example, Рига</i>
    Хватит и одного имени. Можно просто прислать контакт.
clients-alike = { $count ->
        [one] Похоже, такой клиент уже есть:
        [few] Похоже, такие клиенты уже есть:
        [many] Похоже, такие клиенты уже есть:
       *[other] Похоже, такие клиенты уже есть:
    }
clients-alike-phone = 📱 тот же телефон: <b>{ $name }</b> · { $company }
clients-alike-email = ✉️ та же почта: <b>{ $name }</b> · { $company }
clients-alike-telegram = ✈️ тот же Telegram: <b>{ $name }</b> · { $company }
clients-alike-name = 👤 похожее имя: <b>{ $name }</b> · { $company }
clients-make-anyway = Всё равно завести нового
clients-undone = <b>{ $name }</b>: отменено.
clients-saved = Сохранено
clients-edit-which = Что изменить у клиента <b>{ $name }</b>?
clients-is-now = <i>Сейчас: { $value }</i>
clients-field-name = Имя
clients-field-company = Компания
clients-field-city = Город
clients-field-language = Язык
clients-field-timezone = Часовой пояс
clients-field-birthday = День рождения
clients-field-notes = Заметки
clients-field-lifecycle = Статус
clients-ask-name = Как зовут клиента <b>{ $name }</b>? Напишите новое имя.
clients-ask-company = Какая компания? Напишите, или «-», если никакой.
clients-ask-city = Какой город? Напишите, или «-», чтобы убрать.
clients-ask-notes = Что всем надо знать про <b>{ $name }</b>? Старые заметки заменятся; «-» их сотрёт.
clients-ask-timezone = Какой часовой пояс, например <code>Europe/Moscow</code>? «-», чтобы убрать.
clients-ask-birthday = День рождения, например <code>31.03.1985</code>? «-», чтобы убрать.
clients-ask-language = На каком языке говорит клиент?
clients-ask-lifecycle = Как обстоят дела с <b>{ $name }</b>?
clients-ask-tag = Какие теги? Можно несколько через запятую.
clients-add-tag = Добавить теги
clients-tags-of = { $count ->
        [0] У клиента <b>{ $name }</b> пока нет тегов.
        [one] Тег клиента <b>{ $name }</b>. Нажмите, чтобы снять.
        [few] Теги клиента <b>{ $name }</b>. Нажмите, чтобы снять.
        [many] Теги клиента <b>{ $name }</b>. Нажмите, чтобы снять.
       *[other] Теги клиента <b>{ $name }</b>. Нажмите, чтобы снять.
    }
clients-ask-owner = Кто ведёт клиента <b>{ $name }</b>?
clients-owner-me = Я
clients-ask-source-of = Откуда пришёл клиент <b>{ $name }</b>?
clients-ask-reason = Почему <b>{ $name }</b> к нам обратился? В двух словах.
clients-skip-reason = Пропустить
clients-ask-archive = Убрать <b>{ $name }</b> в архив? Из списков пропадёт, ничего не удалится.
clients-archived = <b>{ $name }</b> в архиве.
error-clients-possible-duplicate = Похоже на клиента «{ $name }», он у нас уже есть.
error-clients-not-own = Вы можете заводить клиентов только на себя.
