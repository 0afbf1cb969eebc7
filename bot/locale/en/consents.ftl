consents-button = Consents
consents-title = <b>{ $name }</b>: may we send mailings?
consents-granted = { $channel ->
    [email] ✅ <b>Email</b>: said yes { $how }, { $at }
   *[sms] ✅ <b>SMS</b>: said yes { $how }, { $at }
}
consents-withdrawn = { $channel ->
    [email] ⛔ <b>Email</b>: said no { $how }, { $at }. No more mailings.
   *[sms] ⛔ <b>SMS</b>: said no { $how }, { $at }. No more mailings.
}
consents-silent = { $channel ->
    [email] ▫️ <b>Email</b>: never asked. Mailings go until they say no.
   *[sms] ▫️ <b>SMS</b>: never asked. Mailings go until they say no.
}
consents-silent-required = { $channel ->
    [email] ▫️ <b>Email</b>: never asked, and without a yes no mailings go.
   *[sms] ▫️ <b>SMS</b>: never asked, and without a yes no mailings go.
}
consents-no-address = { $channel ->
    [email] <i>There is no email on the card.</i>
   *[sms] <i>There is no phone on the card.</i>
}
consents-address-stopped = 🚫 { $address }: { $reason }
consents-by = <i>Written down by { $name }</i>
consents-how-form = on a form
consents-how-phone = on the phone
consents-how-meeting = in person
consents-how-letter = in writing
consents-how-page = on their page of preferences
consents-how-link = by the link in a letter
consents-how-stop = by writing STOP
consents-how-start = by writing START
consents-how-complaint = by reporting us as spam
consents-how-other = (“{ $how }”)
consents-said-yes = They said yes
consents-said-no = They said no
consents-ask-granted = { $channel ->
    [email] How did <b>{ $name }</b> say yes to emails?
   *[sms] How did <b>{ $name }</b> say yes to SMS?
}
consents-ask-withdrawn = { $channel ->
    [email] How did <b>{ $name }</b> say no to emails? Mailings stop at once.
   *[sms] How did <b>{ $name }</b> say no to SMS? Mailings stop at once.
}
consents-ask-how-form = 📋 On a form
consents-ask-how-phone = 📞 On the phone
consents-ask-how-meeting = 🤝 In person, at an exhibition
consents-ask-how-letter = ✍️ In writing
consents-ask-proof = What did <b>{ $name }</b> agree to? Write the words as they were said or printed, or send a photo of the form.
consents-stopped = { $channel ->
    [email] No more mailings by email.
   *[sms] No more mailings by SMS.
}
consents-all = { $count ->
    [one] { $count } entry
   *[other] All { $count } entries
}
consents-all-title = { $count ->
    [0] <b>{ $name }</b> has not said anything about mailings yet.
    [one] What <b>{ $name }</b> said about mailings: { $count } entry.
   *[other] What <b>{ $name }</b> said about mailings: { $count } entries, the newest first.
}
error-consent-proof-missing = A yes needs its proof: write the words they agreed to, or send a photo.
