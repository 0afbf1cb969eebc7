doubts-question = ❔ <b>Никто не знает, дошло ли.</b> Связь оборвалась во время отправки, и провайдер тоже не может сказать.
doubts-arrived = Дошло
doubts-again = Отправить ещё раз
doubts-mailing = ❔ { $count ->
    [one] Неизвестно, дошло ли <b>{ $count }</b> { $channel ->
        [email] письмо
       *[sms] SMS
    }.
    [few] Неизвестно, дошли ли <b>{ $count }</b> { $channel ->
        [email] письма
       *[sms] SMS
    }.
    [many] Неизвестно, дошли ли <b>{ $count }</b> { $channel ->
        [email] писем
       *[sms] SMS
    }.
   *[other] Неизвестно, дошли ли <b>{ $count }</b> { $channel ->
        [email] письма
       *[sms] SMS
    }.
} Если отправить ещё раз, кто-то может получить дважды.
doubts-mailing-over = Неясных больше нет.
doubts-all-arrived = Дошли
doubts-all-again = Отправить ещё раз
doubts-noted = Записано: дошло.
doubts-on-its-way = Отправляю ещё раз
error-deliveries-not-in-doubt = Уже известно, что с ним стало. Откройте карточку заново.
