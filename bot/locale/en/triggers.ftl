trigger-client-created = a new client
trigger-client-edited = the client's card changed
trigger-client-assigned = the client got another owner
trigger-client-tagged = a tag was added
trigger-client-untagged = a tag was removed
trigger-client-source-set = it became known where the client came from
trigger-interaction-logged = a contact was written down
trigger-message-received = the client wrote
trigger-message-written = a colleague wrote to the client
trigger-message-bounced = a message came back
trigger-message-failed = a message did not arrive
trigger-message-complained = the client reported a message as spam
trigger-call-ended = a call
trigger-call-missed = a missed call
trigger-consent-granted = the client said yes to mailings
trigger-consent-withdrawn = the client said no to mailings
trigger-followup-scheduled = a follow-up was set
trigger-followup-done = a follow-up was done
trigger-followup-late = a follow-up is late
trigger-followup-escalated = a late follow-up went to the manager
trigger-segment-entered = the client came into a segment
trigger-segment-left = the client left a segment
trigger-mailing-clicked = a link in a mailing was opened
trigger-mailing-opened = a mailing was opened
trigger-mailing-answered = a mailing was answered
trigger-purchase-recorded = a purchase
trigger-stock-back = a product is back in stock
trigger-stock-out = a product ran out
trigger-stock-low = a product is running low
trigger-birthday = a birthday
trigger-contract-end = the end of the contract
trigger-quiet = days without contact
trigger-deal-created = a new deal
trigger-deal-stage-changed = a deal moved to another stage
trigger-deal-won = a deal was won
trigger-deal-lost = a deal was lost
trigger-quote-sent = a quote was sent
trigger-order-created = a new order
trigger-order-shipped = an order was shipped
trigger-order-delivered = an order was delivered
trigger-order-paid = an order was paid
trigger-order-overdue = an order is overdue
trigger-invoice-created = a new invoice
trigger-invoice-due = an invoice is due
trigger-invoice-overdue = an invoice is overdue
trigger-invoice-paid = an invoice was paid
trigger-payment-received = a payment came in
trigger-reservation-expired = a reservation expired
trigger-complaint-opened = a complaint
trigger-complaint-closed = a complaint was settled
trigger-survey-answered = a survey was answered
trigger-price-changed = a price changed
trigger-event-announced = an event was announced
trigger-fact-channel = { $value ->
    [sms] by SMS
    [telegram] in Telegram
   *[email] by email
}
trigger-fact-imported = { $value ->
    [yes] from an import
   *[no] not from an import
}
trigger-fact-number = { $of ->
    [quote] quote { $value }
    [order] order { $value }
    [invoice] invoice { $value }
    [payment] payment { $value }
    [complaint] complaint { $value }
   *[other] no. { $value }
}
trigger-fact-product = product { $value }
trigger-fact-tag = tag { $value }
trigger-fact-segment = segment { $value }
trigger-fact-document = document { $value }
trigger-fact-stage = stage { $value }
trigger-fact-reason = reason: { $value }
trigger-fact-score = score { $value }
trigger-fact-group = group { $value }
trigger-fact-name = called { $value }
trigger-fact-source = from { $value }
trigger-fact-field = field: { $value }
trigger-fact-before = before: { $value }
trigger-fact-after = now: { $value }
trigger-fact-code = code { $value }
trigger-fact-how = by { $value }
trigger-fact-sum = sum { $value }
trigger-fact-currency = in { $value }
trigger-fact-due = due { $value }
trigger-fact-at = of { $value }
trigger-fact-seconds = { $value } s long
trigger-fact-automatic = { $value ->
    [yes] an automatic answer
   *[no] not an automatic answer
}
trigger-fact-kind = { $value ->
    [meeting] a meeting
    [call] a call
    [sms] an SMS
    [email] a letter
    [note] a note
    [hard] refused for good
    [soft] refused for now
   *[complaint] reported as spam
}
trigger-fact-direction = { $value ->
    [in] from the client
   *[out] to the client
}
trigger-fact-outcome = { $value ->
    [reached] reached
    [no-answer] no answer
    [busy] busy
    [wrong-number] wrong number
   *[voicemail] voicemail
}
