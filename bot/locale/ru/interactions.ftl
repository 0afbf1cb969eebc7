interactions-kind-call = Звонок
interactions-kind-call-in = Входящий звонок
interactions-kind-call-out = Исходящий звонок
interactions-kind-meeting = Встреча
interactions-kind-meeting-in = Встреча
interactions-kind-meeting-out = Встреча
interactions-kind-sms = SMS
interactions-kind-sms-in = Входящее SMS
interactions-kind-sms-out = Исходящее SMS
interactions-kind-email = Письмо
interactions-kind-email-in = Входящее письмо
interactions-kind-email-out = Исходящее письмо
interactions-kind-note = Заметка
interactions-kind-note-in = Заметка
interactions-kind-note-out = Заметка
interactions-duration = { $minutes } мин
interactions-outcome-reached = дозвонились
interactions-outcome-no-answer = не ответили
interactions-outcome-busy = занято
interactions-outcome-wrong-number = не тот номер
interactions-outcome-voicemail = автоответчик
interactions-files = 📎 { $count ->
        [one] { $count } файл
        [few] { $count } файла
        [many] { $count } файлов
       *[other] { $count } файла
    }: { $names }
interactions-promise = ⏰ <b>{ $at }</b> – { $promise }
interactions-plan = ⏰ Нужно сделать
interactions-promise-any = связаться
interactions-ask-save = <i>Всё верно?</i>
interactions-ask-which = <i>Какой из них «{ $named }»?</i>
interactions-ask-unknown = <i>Клиента «{ $named }» не нашёл. Кто это был?</i>
interactions-ask-who = <i>С каким клиентом?</i>
interactions-ask-name = Напишите имя клиента, компанию или телефон.
interactions-ask-text = О чём говорили? В конце можно добавить напоминание: <i>…, завтра в 10 отправить КП</i>. Файлы тоже можно.
interactions-ask-reason = Почему они к нам обратились? Пара слов, или /cancel, чтобы пропустить.
interactions-reason-kept = Записал, спасибо.
interactions-other-client = 🔎 Другой клиент
interactions-new-client = Новый клиент «{ $named }»
interactions-client = Клиент
interactions-kind = Вид
interactions-followup = ⏰ Напоминание
interactions-text = Текст
interactions-when-h1 = Через час
interactions-when-t9 = Завтра в 9:00
interactions-when-d3 = Через 3 дня
interactions-when-w1 = Через неделю
interactions-when-pk = Написать дату…
interactions-when-no = Без напоминания
interactions-saved = Сохранено
