followups-today = Сегодня, { $date } · { $name }
followups-morning = Доброе утро, { $name }! { $date }
followups-counts = ⏰ просрочено { $late } · сегодня { $due } · ждём ответа { $waiting } · позже { $later }
followups-nothing = Ничего не обещано. Хороший день, чтобы позвонить кому-то новому.
followups-team = Обещания команды
followups-team-line = { $name }: ⏰ просрочено { $late }, сегодня { $due }, всего { $open }
followups-team-empty = Никто ничего не обещал.
followups-owner = Ответственный: { $name }
followups-last = Последнее: { $at } – <i>{ $text }</i>
followups-state-planned = 🗓 <b>{ $at }</b>
followups-state-due = ⏰ <b>Пора</b> · { $at }
followups-state-late = 🔴 <b>Просрочено</b> на { $ago } · { $at }
followups-state-escalated = 🚨 <b>Просрочено</b> на { $ago } · { $at } · руководитель знает
followups-state-waiting = ⌛ <b>Ждём ответа</b>, самое позднее до { $at }
followups-state-done = ✅ <b>Сделано</b> · { $at }
followups-state-cancelled = ✖️ <b>Снято</b>
followups-minutes = { $n ->
        [one] { $n } минуту
        [few] { $n } минуты
        [many] { $n } минут
       *[other] { $n } минуты
    }
followups-hours = { $n ->
        [one] { $n } час
        [few] { $n } часа
        [many] { $n } часов
       *[other] { $n } часа
    }
followups-days = { $n ->
        [one] { $n } день
        [few] { $n } дня
        [many] { $n } дней
       *[other] { $n } дня
    }
followups-done = Сделано
followups-log-call = Записать звонок
followups-plus-hour = +1 ч
followups-tomorrow = Завтра в 9:00
followups-pick = Когда…
followups-when-answer = Когда ответят
followups-drop = Снять
followups-take-note = Вижу
followups-done-toast = Сделано. Слово сдержано!
followups-snoozed = Отложено до { $at }
followups-waits = Вернётся, когда ответят
followups-ask-when = Когда? Например: <i>завтра в 10</i>, <i>через 3 дня</i>, <i>пт в 15</i>
followups-ask-promise = Что обещаем и когда? Например: <i>завтра в 10 отправить КП</i>
followups-promise-any = Связаться
followups-date-unclear = Не понял, когда это: «{ $text }». Напишите, например: <i>завтра в 10</i>, <i>через 3 дня</i>, <i>пт в 15</i>
followups-whats-next = Что дальше?
followups-next-for = ⏰ Следующий шаг: { $name }
error-followups-closed = Это напоминание уже закрыто.
