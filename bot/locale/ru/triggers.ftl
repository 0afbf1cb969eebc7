trigger-client-created = новый клиент
trigger-client-edited = изменилась карточка клиента
trigger-client-assigned = у клиента новый ответственный
trigger-client-tagged = добавлен тег
trigger-client-untagged = тег убран
trigger-client-source-set = стал известен источник клиента
trigger-interaction-logged = записан контакт
trigger-message-received = клиент написал
trigger-message-written = коллега написал клиенту
trigger-message-bounced = сообщение вернулось
trigger-message-failed = сообщение не дошло
trigger-message-complained = клиент пожаловался на спам
trigger-call-ended = звонок
trigger-call-missed = пропущенный звонок
trigger-consent-granted = клиент согласился на рассылки
trigger-consent-withdrawn = клиент отказался от рассылок
trigger-followup-scheduled = поставлена задача
trigger-followup-done = задача выполнена
trigger-followup-late = задача просрочена
trigger-followup-escalated = просроченная задача ушла руководителю
trigger-segment-entered = клиент попал в сегмент
trigger-segment-left = клиент вышел из сегмента
trigger-mailing-clicked = открыта ссылка из рассылки
trigger-mailing-opened = рассылку открыли
trigger-mailing-answered = на рассылку ответили
trigger-purchase-recorded = покупка
trigger-stock-back = товар снова в наличии
trigger-stock-out = товар закончился
trigger-stock-low = товар заканчивается
trigger-birthday = день рождения
trigger-contract-end = окончание договора
trigger-quiet = дни без контакта
trigger-deal-created = новая сделка
trigger-deal-stage-changed = сделка перешла на другой этап
trigger-deal-won = сделка выиграна
trigger-deal-lost = сделка проиграна
trigger-quote-sent = отправлено предложение
trigger-order-created = новый заказ
trigger-order-shipped = заказ отгружен
trigger-order-delivered = заказ доставлен
trigger-order-paid = заказ оплачен
trigger-order-overdue = заказ просрочен
trigger-invoice-created = новый счёт
trigger-invoice-due = подошёл срок счёта
trigger-invoice-overdue = счёт просрочен
trigger-invoice-paid = счёт оплачен
trigger-payment-received = пришла оплата
trigger-reservation-expired = истёк резерв
trigger-complaint-opened = рекламация
trigger-complaint-closed = рекламация закрыта
trigger-survey-answered = получен ответ на опрос
trigger-price-changed = изменилась цена
trigger-event-announced = объявлено мероприятие
trigger-fact-channel = { $value ->
    [sms] по SMS
    [telegram] в Telegram
   *[email] по почте
}
trigger-fact-imported = { $value ->
    [yes] из импорта
   *[no] не из импорта
}
trigger-fact-number = { $of ->
    [quote] предложение { $value }
    [order] заказ { $value }
    [invoice] счёт { $value }
    [payment] оплата { $value }
    [complaint] рекламация { $value }
   *[other] № { $value }
}
trigger-fact-product = товар { $value }
trigger-fact-tag = тег { $value }
trigger-fact-segment = сегмент { $value }
trigger-fact-document = документ { $value }
trigger-fact-stage = этап { $value }
trigger-fact-reason = причина: { $value }
trigger-fact-score = оценка { $value }
trigger-fact-group = группа { $value }
trigger-fact-name = название: { $value }
trigger-fact-source = источник: { $value }
trigger-fact-field = поле: { $value }
trigger-fact-before = было: { $value }
trigger-fact-after = стало: { $value }
trigger-fact-code = код { $value }
trigger-fact-how = через { $value }
trigger-fact-sum = сумма { $value }
trigger-fact-currency = валюта { $value }
trigger-fact-due = срок { $value }
trigger-fact-at = от { $value }
trigger-fact-seconds = длительность { $value } с
trigger-fact-automatic = { $value ->
    [yes] автоответ
   *[no] не автоответ
}
trigger-fact-kind = { $value ->
    [meeting] встреча
    [call] звонок
    [sms] SMS
    [email] письмо
    [note] заметка
    [hard] отказ навсегда
    [soft] отказ на время
   *[complaint] жалоба на спам
}
trigger-fact-direction = { $value ->
    [in] от клиента
   *[out] клиенту
}
trigger-fact-outcome = { $value ->
    [reached] дозвонились
    [no-answer] нет ответа
    [busy] занято
    [wrong-number] не тот номер
   *[voicemail] автоответчик
}
