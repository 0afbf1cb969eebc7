writing-off-email = Email is not set up here yet.
writing-off-sms = SMS is not set up here yet.
writing-which-address = Which address of { $name }?
writing-ask-subject = An email to <b>{ $name }</b>, { $address }. What is the subject?
writing-ask-text = An SMS to <b>{ $name }</b>, { $address }. Write the text.
writing-ask-body = Now the text. You can attach a file with it.
writing-preview = To <b>{ $name }</b>, <code>{ $address }</code>
writing-parts = { $count ->
        [one] { $count } SMS
       *[other] { $count } SMS
    }
writing-send = Send
writing-on-its-way = On its way
error-writing-no-address = { $channel ->
        [email] This client has no email address yet. Add one on their card: { core-more } → { clients-points }.
       *[sms] This client has no phone number yet. Add one on their card: { core-more } → { clients-points }.
    }
error-writing-files-too-large = The files are too large for an email: at most { $limit } MB together.
error-writing-nothing-to-answer = This message cannot be answered here. Open the client's card and write from there.
writing-parts-cost = { $count ->
        [one] { $count } SMS, { $money }
       *[other] { $count } SMS, { $money }
    }
error-writing-sms-refused = { $reason ->
        [country-not-allowed] We do not send SMS to this country. Write an email, or ask an admin to allow the country.
        [premium-number] This is a premium-rate number: every SMS to it would cost extra, so we never send there.
       *[over-day-cap] This one message is more than a whole day may have. Make it shorter.
    }
