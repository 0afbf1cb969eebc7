error-mailings-tracking-off = Mailings do not count this here: whoever runs the bot can switch it on (TOUCHLINE_TRACK_CLICKS, TOUCHLINE_TRACK_OPENS).
error-topics-name-taken = A topic called “{ $name }” is there already. Please choose another name.
results-open = Results
results-picture = Picture
results-answers-open = Answers ({ $n })
results-slices = Make a list…
results-no-picture = Pictures are off here: the library that draws them is not installed.
results-clicked = Clicked: { $n }{ $machines ->
    [0] {""}
   *[some] {" "}(of { $machines } more only machines opened a link: they look for harm)
}
results-opened = Opened: at least { $n }
results-opens-note = Whether a mail was opened is never known for sure: some programs load no pictures, others load them by a machine for everybody.
results-sums = { $planned } = { $parts }
results-sums-wrong = ⚠️ The sums do not add up: { $n } of { $planned } are missing. Please tell an administrator.
results-pace = { $n ->
    [one] { $n } a minute
   *[other] { $n } a minute
}
results-pace-left = { $n } a minute, about { $hours ->
    [0] { $minutes } min
   *[other] { $hours } h { $minutes } min
} left
results-paused-failing = It stopped itself: { $count } of the last { $of } failed for one cause. Look into it before you resume:
results-paused-unreadable = It stopped itself: whom it goes to can no longer be worked out: { $cause }. Mend the segment, then resume.
results-revenue = 💰 { $money } in { $purchases ->
    [one] { $purchases } purchase
   *[other] { $purchases } purchases
} of { $clients ->
    [one] { $clients } client
   *[other] { $clients } clients
} within { $days ->
    [one] { $days } day
   *[other] { $days } days
}
results-links = Clicked most:
results-answers = <b>{ $name }</b>: { $count ->
    [0] nobody answered yet.
    [one] { $count } person answered.
   *[other] { $count } people answered.
}
results-ask-slice = <b>{ $name }</b>: whom shall the list have?
results-slice-sent = It was sent to
results-slice-delivered = It was delivered to
results-slice-bounced = It came back from
results-slice-answered = Answered
results-slice-clicked = Clicked
results-slice-opened = Opened (at least)
results-slice-silent = Did not answer
results-slice-left = Unsubscribed
results-slice-missed = Did not get it
results-slice-saved = Kept as the list <b>{ $name }</b>: { $count ->
    [one] { $count } client.
   *[other] { $count } clients.
}
results-mail-slice = New mailing to them
results-missed-all = All of them
results-by-reason = By reason
results-send-missed = Send to the missed ({ $n })
results-missed-file = { $count ->
    [one] { $count } person did not get it.
   *[other] { $count } people did not get it.
}
results-column-client = Client
results-column-company = Company
results-column-address = Address
results-column-state = State
results-column-reason = Reason
results-state-failed = failed
results-state-suppressed = not written to
results-state-unknown = unknown
results-state-cancelled = not sent
results-choose-topic = Topic
results-ask-topic = { $count ->
    [0] What is it about? There are no topics yet. Customers choose by topic what they get.
   *[some] What is it about? Whoever does not want to hear of it does not get it.
}
results-new-topic = New topic
results-old-topic = Put a topic away…
results-ask-old-topic = Which topic shall be offered no more? Who left it stays without the mailings already made on it.
results-no-topic = No topic
results-ask-topic-name =
    What is the topic called? Customers see it on their page. For words of its own in each language write four lines:
    the name, then English, Russian, Thai.
results-topic = 🏷 { $name } ({ $title })
results-topic-made = The topic <b>{ $name }</b> is there.
results-clicks-on = Count clicks
results-clicks-off = Do not count clicks
results-opens-on = Count openings
results-opens-off = Do not count openings
results-counting-clicks = Clicks are counted.
results-counting-opens = Openings are counted, as far as they can be.
results-picture-bars = What became of it
results-picture-lines = When people did what
results-line-answer = answered
results-line-click = clicked
results-line-unsubscribe = unsubscribed
results-bar-planned = Planned
results-bar-sent = Sent
results-bar-delivered = Delivered
results-bar-delivered-known = Known to be delivered
results-bar-delivered-sms = Delivered by SMS
results-bar-delivered-email = Delivered by email
results-bar-clicked = Clicked
results-bar-opened = Opened (at least)
results-bar-answered = Answered
results-bar-unsubscribed = Unsubscribed
results-bar-bounced = Came back
results-bar-failed = Failed
results-bar-suppressed = Not written to
results-bar-unknown = Unknown
results-bar-cancelled = Not sent
results-bar-waiting = Waiting
mailings-count-bounced = Came back: { $n }
mailings-count-unsubscribed = Unsubscribed: { $n }
error-mailings-nobody-there = Nobody is left there whom one may write to.
error-mailings-still-running = It is still on its way: who missed it is known when it has ended.
