mailings-list = { $count ->
    [0] No mailings yet.
    [one] { $count } mailing
   *[other] { $count } mailings
}
mailings-new = New mailing
mailings-back = ‹ Mailings
mailings-ask-segment = <b>New mailing.</b> To whom?
mailings-no-segments = There are no segments yet. A manager makes them under /segments.
mailings-type-rule = Write a rule
mailings-rule-again = Write another to replace it.
mailings-use-rule = Take these
mailings-name-rule = Save under a name
mailings-to = To: <b>{ $segment }</b>
mailings-ask-template = { $channel ->
    [email] { $count ->
        [0] There is no email template with a text yet.
       *[some] Which email?
    }
   *[sms] { $count ->
        [0] There is no SMS template with a text yet.
       *[some] Which SMS?
    }
}
mailings-by = { $channel ->
    [email] ✉️ By email instead
   *[sms] 📱 By SMS instead
}
mailings-what = { $icon } { $template } → { $segment }
mailings-made-by = By { $name }
mailings-reach = { $members ->
    [one] <b>{ $reached }</b> of { $members } client gets it.
   *[other] <b>{ $reached }</b> of { $members } clients get it.
}
mailings-left-no-address = { $channel ->
    [email] without an email: { $n }
   *[sms] without a phone: { $n }
}
mailings-left-duplicates = same address as another: { $n }
mailings-left-suppressed = address unsubscribed or bounced: { $n }
mailings-left-refused = said no to mailings: { $n }
mailings-sampled = Looked at { $n } of them one by one; everybody is checked again when it is sent.
mailings-parts = { $n ->
    [one] One SMS for each.
   *[other] Up to { $n } SMS for each.
}
mailings-gap = ⚠️ { $field } is empty for { $names }{ $more ->
    [0] {""}
   *[some] {" "}and { $more } more
}: they will not get it. For other words in its place write <code>{"{"}city|your city{"}"}</code>.
mailings-example = { $hard ->
    [missing] Something missing: <b>{ $name }</b>, { $address }
    [longest] The longest: <b>{ $name }</b>, { $address }
    [segments] The most SMS: <b>{ $name }</b>, { $address }
    [letters] In another script: <b>{ $name }</b>, { $address }
    [language] The rarest language: <b>{ $name }</b>, { $address }
   *[plain] For example <b>{ $name }</b>, { $address }
}:
mailings-test = Test to me
mailings-now = Now
mailings-at = At…
mailings-drop = Drop it
mailings-ask-address = To which address shall the test go? Yours: { $addresses }
mailings-test-sent = The test is on its way to { $address }.
mailings-ask-when = When? For example “tomorrow 10”, “Friday 15:00”, or “every Monday at 10”.
mailings-waits = { $why ->
    [cost] It costs more than { $over }: somebody else looks at it first. Asked: { $names }
   *[size] More than { $over } people: somebody else looks at it first. Asked: { $names }
}
mailings-waits-nobody = { $why ->
    [cost] It costs more than { $over }: a manager who neither made nor launched it must look at it first, and there is no other manager yet. Invite one with /invite.
   *[size] More than { $over } people: a manager who neither made nor launched it must look at it first, and there is no other manager yet. Invite one with /invite.
}
mailings-approve = Approve
mailings-return = Return
mailings-approved = Approved.
mailings-sent-back = Returned. It is a draft again.
mailings-starts = Starts { $at }
mailings-starts-at-once = Starts as soon as it is approved.
mailings-state-scheduled = Scheduled.
mailings-state-expanding = Getting ready: more people are being added…
mailings-state-running = On its way…
mailings-state-paused = Paused: nothing more goes out.
mailings-paused-restored = A backup was restored: some people may have been written to since it was made. Look before you go on.
mailings-paused-bounces = It stopped itself: { $count } of { $of } messages came back ({ $share } %, the limit is { $line } %). Going on like this, mail providers would put all our mail into spam. See who did not get it, take wrong addresses out, then resume.
mailings-paused-complaints = It stopped itself: { $count } of { $of } people reported it as spam ({ $share } %, the limit is { $line } %). They get no more mailings. Look at who is in the segment and at the text before you resume.
mailings-state-cancelled = Cancelled.
mailings-state-finished = Finished.
mailings-sent = Sent: <b>{ $sent }</b> of { $planned }
mailings-count-delivered = Delivered: { $n }
mailings-count-delivered-known = Known to be delivered: { $n }
mailings-count-delivered-sms = Delivered by SMS: { $n } of { $of }
mailings-count-delivered-email = Known to be delivered by email: { $n } of { $of }
mailings-count-failed = Failed: { $n }
mailings-count-suppressed = Not written to (unsubscribed, bounced, no consent, mailed enough lately): { $n }
mailings-count-unknown = Unknown whether it arrived: { $n }
mailings-count-cancelled = Not sent: { $n }
mailings-count-waiting = Waiting: { $n }
mailings-count-answered = Answered: { $n }
mailings-started = Started { $at }
mailings-ended = Ended { $at }
mailings-pause = Pause
mailings-resume = Resume
mailings-cancel = Cancel
mailings-cancel-sure = Cancel “{ $name }” for good? { $waiting ->
    [0] Everything has already been sent.
    [one] { $waiting } message would not be sent.
   *[other] { $waiting } messages would not be sent.
}
mailings-drop-sure = Drop “{ $name }”? Nothing was sent yet.
mailings-other-segment = Another segment
mailings-missed = Who did not get it ({ $n })
mailings-missed-title = <b>{ $name }</b>: { $count ->
    [0] everybody got it.
    [one] { $count } did not get it.
   *[other] { $count } did not get it.
}
error-mailings-not-a-draft = This mailing has already been launched.
error-mailings-template-empty = This template has no text yet. Write one under /templates.
error-mailings-not-for-tests = A test goes to a mailbox of the company's or to your own phone, not to { $value }. Your phone: /settings.
error-mailings-nobody-reached = Nobody would get it. Choose another segment, or the other channel.
error-mailings-no-public-url = Mailings carry an unsubscribe link, and this installation has no public address yet. Ask your administrator.
error-mailings-wrong-state = { $state ->
    [draft] It is a draft; that cannot be done yet.
    [awaiting_approval] It waits for approval; that cannot be done yet.
    [cancelled] It was cancelled; that cannot be done any more.
    [finished] It is finished; that cannot be done any more.
    [paused] It is already paused.
   *[other] It is already running; that cannot be done now.
}
error-mailings-needs-another = Somebody else has to approve what you made or launched.
mailings-left-barred = we send no SMS to their country or kind of number: { $n }
mailings-segments = 📱 { $about ->
    [about] About <b>{ $n }</b> SMS in all.
   *[exact] <b>{ $n }</b> SMS in all.
}
mailings-cost = 📱 { $about ->
    [about] About <b>{ $n }</b> SMS in all, about <b>{ $money }</b>.
   *[exact] <b>{ $n }</b> SMS in all, <b>{ $money }</b>.
}
mailings-last-leaves = Begun now, the last one leaves { $at }.
mailings-too-slow = ⚠️ At { $rate } a second they need { $hours } h { $minutes } min; with quiet hours and { $cap ->
    [0] what else waits
   *[other] at most { $cap } a day
} that cannot be done within { $within } hours.
mailings-paused-sms-refused = Twilio's networks turn these texts away as unwanted (code { $code }). Change the text before you go on.
error-mailings-does-not-fit = It would not be finished in time: { $segments } SMS at { $rate } a second need { $hours } h { $minutes } min; with quiet hours and { $cap ->
    [0] what else waits
   *[other] at most { $cap } a day
} that cannot be done within { $within } hours. Choose fewer people or a shorter text, or ask an admin to raise the limits.
mailings-held-quiet-hours = { $n ->
    [one] for { $n } person it is night: held until { $at }
   *[other] for { $n } people it is night: the first are held until { $at }
}
mailings-held-quiet-hours-many = for more than { $n } people it is night: the first are held until { $at }
mailings-held-frequency-cap = { $n ->
    [one] { $n } person had enough mailings lately: held until { $at }
   *[other] { $n } people had enough mailings lately: the first are held until { $at }
}
mailings-held-frequency-cap-many = more than { $n } people had enough mailings lately: the first are held until { $at }
mailings-left-no-consent = never said yes to mailings: { $n }
mailings-fallback = { $n ->
    [one] ℹ️ There is no text in { $wanted }: { $n } client gets it in { $given }.
   *[other] ℹ️ There is no text in { $wanted }: { $n } clients get it in { $given }.
}
mailings-held-send-window = { $n ->
    [one] { $n } person is outside the hours of this mailing: held until { $at }
   *[other] { $n } people are outside the hours of this mailing: the first are held until { $at }
}
mailings-held-send-window-many = more than { $n } people are outside the hours of this mailing: the first are held until { $at }
mailings-start = Start
mailings-at-once = Only once, at a time
mailings-each-own = Everybody by their own clock…
mailings-every = Every…
mailings-hours = Only within hours…
mailings-ask-own-time = At which hour, by everybody’s own clock? For example “tomorrow 10”: each person gets it when it is ten where they are.
mailings-ask-every = How often? For example “every Monday at 10”, “every weekday at 9”, “on the 1st of each month”, “last day of month”, “every 2 weeks”, or the five fields of cron.
mailings-ask-hours = Within which hours of the recipient’s day? For example “weekdays 10-18” or “Mon-Sat 9-20”. Outside them it waits.
mailings-hours-workdays = Monday to Friday 10:00–18:00
mailings-hours-daily = Every day 9:00–20:00
mailings-hours-none = No hours of its own
mailings-hours-unclear = I cannot read “{ $text }” as hours. Write for example “weekdays 10-18”.
mailings-own-time = 🌍 { $at }, each by their own clock
mailings-window = ⏱ Only { $hours } where the recipient is
mailings-cheapest = 📱 Whom no email may reach gets an SMS: { $template }
mailings-texts = { $n ->
    [one] By SMS: { $n } client
   *[other] By SMS: { $n } clients
}
mailings-returned = ↩︎ Returned: { $reason }
mailings-ask-reason = Why do you return “{ $name }”? A few words for whoever made it.
mailings-series = { $rule } ({ $zone })
mailings-series-own = { $rule }, each by their own clock
mailings-series-next = Next: { $times }
mailings-series-until = Until { $day }
mailings-series-missed-policy = { $policy ->
    [run_once] Missed while nothing ran: goes out once, late.
   *[skip] Missed while nothing ran: left out.
}
mailings-series-turn-missed = { $policy ->
    [run_once] If missed: leave it out
   *[skip] If missed: send it late
}
mailings-series-ask-until = Until…
mailings-series-until-when = Until which day, that day included? For example “31 December”.
mailings-series-endless = Without end
mailings-series-turn-own = { $own ->
    [yes] By your clock
   *[no] Each by their own clock
}
mailings-series-recurring = It goes out again and again.
mailings-series-paused = Paused: nothing more begins.
mailings-series-cancelled = Stopped.
mailings-series-finished = It has ended.
mailings-series-stop = Stop it
mailings-maker-left = Whoever made it is no longer here. Make a copy in your own name, or stop it.
mailings-series-made = { $n ->
    [one] Went out { $n } time
   *[other] Went out { $n } times
}
mailings-series-missed = { $n ->
    [one] Missed { $n } time, last { $at }
   *[other] Missed { $n } times, last { $at }
}
mailings-series-moved = Since the last one: { $entered } came in, { $left } left
error-mailings-bad-window = These hours leave less than an hour, or no day.
error-mailings-wrong-channel = Only a mailing by email can fall back to SMS, and only with an SMS template.
mailings-add-files = Files
mailings-add-sms = SMS for the others
mailings-ask-sms = { $count ->
    [0] There is no SMS template with a text yet. Write one under /templates.
   *[some] Which SMS do those get whom no email may reach? Each client gets one message: email where they permit it, else SMS.
}
mailings-email-only = Email only
mailings-ask-files = Send the files now, one after another, at most { $limit } MB in all. A picture named in the text as <code>[picture.png]</code> (in a design: <code>cid:picture.png</code>) is shown there; the others are attached.
mailings-drop-files = Take all files off
mailings-files = 📎 { $names }
mailings-show-gaps = Who lacks what
mailings-gaps-title = <b>{ $name }</b>: { $count ->
    [0] nobody lacks anything.
    [one] { $count } client lacks something and will not get it.
   *[other] { $count } clients lack something and will not get it.
}
error-mailings-files-too-large = A mailing carries at most { $limit } MB in { $most } files: every recipient’s server has to take them.
mailings-add-trial = A/B
mailings-ask-trial = <b>Two versions</b> on a share of the people; the rest gets the better one. What shall differ?
mailings-try-subject = Another subject…
mailings-try-text = Another text…
mailings-try-later = { $hours } h later
mailings-ask-subject = { $count ->
    [1] The other subject, in { $speech }:
   *[other] The other subject, a line for each language in this order: { $speech }.
}
mailings-ask-other-text = { $count ->
    [0] There is no other template of this channel with a text yet.
   *[some] Which other text?
}
mailings-trial-subject = Two subjects on { $share } % of the people. B: “{ $what }”
mailings-trial-text = Two texts on { $share } % of the people. B: “{ $what }”
mailings-trial-time = Two hours on { $share } % of the people. B: { $what } h later
mailings-trial-waits = After { $wait } h the better one goes to the rest, by { $measure ->
    [answered] who answered
    [clicked] who clicked
   *[opened] who opened
}.
mailings-trial-decides = Decided { $at }, by { $measure ->
    [answered] who answered
    [clicked] who clicked
   *[opened] who opened
}.
mailings-trial-arm = { $side }: { $did } of { $reached } { $measure ->
    [answered] answered
    [clicked] clicked
   *[opened] opened
} ({ $share } %)
mailings-trial-claimed = <b>{ $winner } is better.</b> Chance alone makes such a difference { $chance } % of the time ({ $test ->
    [exact] Fisher’s exact test
   *[large] two-proportion test
}). The rest gets { $winner }.
mailings-trial-open = <b>No difference can be claimed.</b> Chance alone makes such a one { $chance } % of the time ({ $test ->
    [exact] Fisher’s exact test
   *[large] two-proportion test
}; it would have to be below 5 %). The rest gets { $winner }, the version written first.
mailings-trial-share = On { $share } %
mailings-trial-wait = Wait { $wait } h
mailings-trial-measure = By { $measure ->
    [answered] who answered
    [clicked] who clicked
   *[opened] who opened
}
mailings-trial-none = One version for all
error-mailings-bad-trial = That makes no trial. Write one subject for each language of the template, a line each.
mailings-copy = Copy
mailings-had-it = { $n ->
    [one] { $n } client had it already and is left out.
   *[other] { $n } clients had it already and are left out.
}
mailings-leave-out = { $yes ->
    [yes] Send to those who had it too
   *[no] Leave out those who had it
}
mailings-left-unfilled = a field of the text is empty: { $n }
mailings-series-stop-sure = Stop “{ $name }” for good? What it began goes on.
