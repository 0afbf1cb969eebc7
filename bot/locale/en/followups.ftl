followups-today = Today, { $date } · { $name }
followups-morning = Good morning, { $name }! { $date }
followups-counts = ⏰ late { $late } · today { $due } · waiting for an answer { $waiting } · later { $later }
followups-nothing = Nothing is promised. A good day to call somebody new.
followups-team = The team's promises
followups-team-line = { $name }: ⏰ { $late } late, { $due } today, { $open } open
followups-team-empty = Nothing is promised by anybody.
followups-owner = Promised by { $name }
followups-last = Last: { $at } – <i>{ $text }</i>
followups-state-planned = 🗓 <b>{ $at }</b>
followups-state-due = ⏰ <b>Due</b> · { $at }
followups-state-late = 🔴 <b>Late</b> by { $ago } · { $at }
followups-state-escalated = 🚨 <b>Late</b> by { $ago } · { $at } · the manager knows
followups-state-waiting = ⌛ <b>Waiting for their answer</b>, until { $at } at the latest
followups-state-done = ✅ <b>Done</b> · { $at }
followups-state-cancelled = ✖️ <b>Dropped</b>
followups-minutes = { $n ->
        [one] { $n } minute
       *[other] { $n } minutes
    }
followups-hours = { $n ->
        [one] { $n } hour
       *[other] { $n } hours
    }
followups-days = { $n ->
        [one] { $n } day
       *[other] { $n } days
    }
followups-done = Done
followups-log-call = Log call
followups-plus-hour = +1 h
followups-tomorrow = Tomorrow 9:00
followups-pick = Pick…
followups-when-answer = When they answer
followups-drop = Drop it
followups-take-note = I have seen it
followups-done-toast = Done. Well kept!
followups-snoozed = Put off until { $at }
followups-waits = It comes back when they answer
followups-ask-when = When? For example: <i>tomorrow 10</i>, <i>in 3 days</i>, <i>Friday 15:00</i>
followups-ask-promise = What is promised, and when? For example: <i>tomorrow 10 send the offer</i>
followups-promise-any = Get in touch
followups-date-unclear = I cannot read “{ $text }” as a time to come. For example: <i>tomorrow 10</i>, <i>in 3 days</i>, <i>Friday 15:00</i>
followups-whats-next = What's next?
followups-next-for = ⏰ Next step with { $name }
error-followups-closed = This follow-up is already closed.
