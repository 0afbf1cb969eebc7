doubts-question = ❔ <b>Nobody knows whether it arrived.</b> The connection broke off as it was being sent, and the provider cannot tell us either.
doubts-arrived = It did
doubts-again = Send again
doubts-mailing = ❔ { $count ->
    [one] Nobody knows whether <b>{ $count }</b> { $channel ->
        [email] email
       *[sms] SMS
    } arrived.
   *[other] Nobody knows whether <b>{ $count }</b> { $channel ->
        [email] emails
       *[sms] SMS
    } arrived.
} Sent again, some people may get it twice.
doubts-mailing-over = Nothing is in doubt any more.
doubts-all-arrived = They did
doubts-all-again = Send again
doubts-noted = Noted: it arrived.
doubts-on-its-way = On its way again
error-deliveries-not-in-doubt = It is already known what became of it. Open the card again.
