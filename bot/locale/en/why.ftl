why-button = Why?
why-button-messages = What became of messages
why-ask = Whose messages? Write the client's name.
why-nobody = I found no client for “{ $query }”. Check the spelling.
why-which = Which of them?
why-messages-of = { $count ->
    [0] <b>{ $name }</b>: nothing was sent yet.
    [one] <b>{ $name }</b>: { $count } message. Tap the number for the whole story.
   *[other] <b>{ $name }</b>: { $count } messages, the newest first. Tap a number for the whole story.
}
why-inside = { $count ->
    [one] In the automation { $names }
   *[other] In the automations { $names }
}
why-without = Mailings without them
why-left-out = { $count ->
    [0] No mailing went out without <b>{ $name }</b>.
   *[other] These mailings went out without <b>{ $name }</b>. Tap one to see why.
}
why-to = To { $name }, { $address }
why-why = <b>Why it was to go</b>
why-cause-mailing = 📣 The mailing “{ $mailing }” by { $by }
why-cause-test = 🧪 A test of the mailing “{ $mailing }”, asked for by { $by }
why-cause-automation = 🤖 The automation “{ $automation }” by { $by }
why-cause-written = ✍️ { $by } wrote it
why-cause-other = ⚙️ It was sent automatically
why-approved = 👍 Approved by { $name }
why-topic = 🏷 On the topic “{ $topic }”
why-chosen-rule = 👥 Chosen because: { $words }
why-chosen-segment = 👥 Chosen by the segment “{ $segment }”: { $words }
why-chosen-list = 👥 They are on the list “{ $segment }”
why-chosen-unreadable = 👥 Chosen by the segment “{ $segment }”
why-since = ↪️ Since then: { $words }
why-stopped = 🚫 This address has been closed to us since { $at }: { $reason }
why-place-card = 🌙 Quiet { $hours } by their clock: { $zone }, as their card says
why-place-number = { $count ->
    [one] 🌙 Quiet { $hours } by their clock: { $zone }, by their phone number
   *[other] 🌙 Quiet { $hours }. Their phone number may be in { $count } time zones ({ $zone }), so it must be day in all of them. Set the time zone on the card to reach them sooner.
}
why-place-unknown = 🌙 Quiet { $hours }. Nobody knows their time zone, so mailings go between 10:00 and 17:00 of ours ({ $zone }). Set it on their card.
why-what = <b>What happened</b>
why-planned = planned
why-quiet-hours = held until { $until }: it was night where they are
why-frequency-cap = { $days ->
    [0] held until { $until }: they had had enough mailings lately
    [one] held until { $until }: enough mailings lately (at most { $limit } in a day)
   *[other] held until { $until }: enough mailings lately (at most { $limit } in { $days } days)
}
why-throttled = waited until { $until }: so many go at a time and no more ({ $of })
why-try-accepted = { $channel ->
    [email] try { $number }: the mail server took it
   *[sms] try { $number }: the SMS service took it
}
why-try-retry = try { $number }: not now
why-try-later = try { $number }: not now, their server asks for time
why-allowance-sms-day = SMS of a day
why-allowance-sms = SMS from one number
why-allowance-email = all our mail
why-allowance-warm-up = the first days of a new sender
why-allowance-domain = mail to { $domain }
why-try-rate-limited = try { $number }: too fast for them
why-try-permanent = try { $number }: refused for good
why-try-suppress = try { $number }: refused for good, and we do not write there any more
why-try-unknown = try { $number }: the line broke, it may have arrived
why-try-halt = try { $number }: our own account was refused
why-try-withheld = try { $number }: stopped at the last moment
why-try-cut = try { $number }: cut off by a restart
why-reconciled-there = the SMS service was asked: it had taken it
why-reconciled-not = the SMS service was asked: it had not got it, so it is sent again
why-bounced = it came back
why-delayed = their server has not delivered it yet and goes on trying
why-complained = they reported it as spam
why-unproven = their mail system could not prove that this mail came from us
why-no-copy = the Sent folder of { $mailbox } took no copy of it
why-given-up = ❌ given up
why-befell = { $what } { $said }
why-next-sent = { $channel ->
    [email] 👉 The mail server passes it on. Should it come back, it is said here; whether it was read, mail does not tell.
   *[sms] 👉 On its way to the phone; the network will tell.
}
why-next-unknown = { $channel ->
    [email] 👉 It is not sent again: it may have arrived.
   *[sms] 👉 It is not sent again before the SMS service has said what became of it.
}
why-next-paused = 👉 The mailing is paused; it goes when the mailing goes on.
why-next-turn = 👉 It goes as soon as its turn comes.
why-next-held = 👉 It goes at { $at }.
why-next-try = 👉 The next try is at { $at }.
why-not-title = ❓ <b>{ $name }</b> and “{ $mailing }”
why-not-there = They are in it.
why-not-not-started = It has not begun yet.
why-not-newer = It began on { $at }, before { $name } became a client.
why-not-archived = The client is archived, and mailings leave archived clients out.
why-not-others = { $maker } made it for clients of their own, and { $name } is not one.
why-not-unreadable = The rule of the segment “{ $segment }” cannot be read any more, so nobody can tell.
why-not-not-listed = They are not on the list “{ $segment }”.
why-not-not-meant = They are not in the segment “{ $segment }”. This is not true of them:
why-not-no-address = { $channel ->
    [email] There is no email on their card.
   *[sms] There is no phone on their card.
}
why-not-duplicate = Somebody with the same address got it ({ $other }); one address gets a mailing once.
why-not-said-no = { $name } said no to such messages.
why-not-not-yet = Their turn is still to come: people are still being added.
why-not-changed = As things are now they would be in it. Their card or the segment has changed since it began on { $at }.
why-not-now = <i>As things are now; it may have been different then.</i>
why-send-window = held until { $until }: where they are it was outside the hours of this mailing
why-trial-open = held until { $until }: two versions were still being compared
why-not-had-it = An earlier mailing reached them already, and this one left such people out.
