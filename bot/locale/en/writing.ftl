writing-off-email = Email is not set up here yet.
writing-off-sms = SMS is not set up here yet.
writing-which-address = Which address of { $name }?
writing-ask-subject = An email to <b>{ $name }</b>, { $address }. What is the subject?
writing-ask-text = An SMS to <b>{ $name }</b>, { $address }. Write the text.
writing-ask-body = Now the text.
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
writing-no-other-address = { $name } has no other address yet.
writing-new-address = Add an address
writing-ask-answer = Your answer to <b>{ $name }</b>? Write it, or take a template.
writing-ask-answer-all = { $count ->
        [one] Your answer to { $count } person? Write it, or take a template.
       *[other] Your answer to all { $count } people? Write it, or take a template.
    }
writing-ask-new-subject = The subject is “{ $subject }”. Write the new one.
writing-ask-new-text = Tap the text to copy it, change it and send it to me.
writing-ask-files = Send the files and photos, one after another.
writing-ask-address = To which email address? You see the mail once more before it goes.
writing-files-left = <i>📎 { $left } of { $limit } MB left for files</i>
writing-size = { $size } MB
writing-size-small = { $size } KB
writing-done = Done
writing-drop-files = Without files
writing-add-files = Files
writing-template = Template
writing-more-templates = More templates
writing-which-template = { $count ->
        [0] There is no template for this yet. /templates makes one.
       *[other] Which template?
    }
writing-gaps = ⚠️ Nothing to put in for: { $fields }
writing-edit-subject = Subject
writing-edit-text = Text
writing-preview-answer = Answer to <b>{ $name }</b>, <code>{ $address }</code>
writing-preview-all = { $count ->
        [one] Answer to <b>{ $count } person</b>
       *[other] Answer to <b>all { $count } people</b>
    }
writing-preview-forward = Forward to <code>{ $address }</code>
writing-original-follows = <i>The original follows below your words.</i>
writing-to = To: { $names }
writing-cc = Cc: { $names }
writing-forward-to = To whom? A colleague sees it in their chat at once.
writing-forward-address = To an email address
writing-forwarded-to = { $name } has it in the chat, files and all.
writing-files-stay = The files of this mail are too large for another one and stay behind.
error-writing-too-many-recipients = This mail names { $count } people; an answer to all goes to at most { $limit }. Answer the sender alone.
error-writing-own-address = { $address } is our own address: the mail is here already.
error-writing-no-files-by-sms = An SMS carries text only. Send files by email.
