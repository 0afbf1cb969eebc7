enrolments-button = Automations
enrolments-story = The whole story
enrolments-of = { $count ->
    [0] <b>{ $name }</b> was in no automation yet.
    [one] <b>{ $name }</b>: { $count } automation. Tap the number for the whole story.
   *[other] <b>{ $name }</b>: { $count } automations, the newest first. Tap a number for the whole story.
}
enrolments-for = For { $name }; version { $version }, made by { $by }
enrolments-entered = <b>Entered</b> { $at } because:
enrolments-by-event = { $known ->
    [yes] ➡️ { $what }, { $by } { $facts }
   *[no] ➡️ { $what } { $facts }
}
enrolments-by-date = ➡️ the day came: { $what }, { $day }
enrolments-by-start = ➡️ sent on by the automation “{ $automation }”
enrolments-inside = inside; the next step is at { $at }
enrolments-waits = inside; waiting for: { $what }, until { $until }
enrolments-finished = came to the end { $at }
enrolments-left = left { $at } because { $because }
enrolments-failed = stopped { $at }: { $because }
enrolments-paused = ⏸ The automation is paused; it goes on when somebody resumes it.
enrolments-at-end = All steps are done; only the last message or wait is still to end.
enrolments-line-waiting = waiting until { $until }
enrolments-line-waiting-for = waiting for: { $event }, at most until { $until }
enrolments-line-came = it came: { $event }
enrolments-line-missed = it did not come: { $event }
enrolments-line-branch = { $holds ->
    [yes] it is true: { $rule }
   *[no] it is not true: { $rule }
}
enrolments-line-sent = { $channel ->
    [sms] SMS “{ $template }”
   *[email] email “{ $template }”
}
enrolments-line-unsent = “{ $template }” was not sent: { $because }
enrolments-line-told = the owner was told: { $text }
enrolments-line-assigned = given to { $to }
enrolments-line-follow-up = a follow-up: { $text }
enrolments-line-set = { $name } set to “{ $value }”
enrolments-line-tagged = tag { $tag } added
enrolments-line-untagged = tag { $tag } removed
enrolments-line-started = { $outcome ->
    [entered] sent on to the automation “{ $automation }”
    [not-on] the automation “{ $automation }” is not on: not sent on
    [refused] not sent on to “{ $automation }”: automations would set one another off without end
   *[terms] the terms of “{ $automation }” did not let them in
}
enrolments-line-called-out = another program was called: { $url }
enrolments-line-uncalled = another program did not answer: { $url }
enrolments-line-failed = this step could not be done: { $because }
enrolments-line-parked = waits: this version of the program does not know the step ({ $because })
enrolments-line-gone = waits: what the step needs is gone ({ $because })
enrolments-line-moved = moved from version { $before } to { $after }
enrolments-line-left = left: { $because }
enrolments-note = 🤖 <b>{ $client }</b>: a word from the automation “{ $automation }”
enrolments-notice-failed = A step could not be done for { $client }: { $cause }. They left the automation; the others go on. I say this once a day.
enrolments-notice-parked = { $client } stands at a step this version of the program does not know ({ $cause }). Nothing is lost: it waits for one that does.
enrolments-notice-gone = { $client } stands at a step that needs what is gone: { $cause }. Nobody is lost: as soon as it is there again under the same name, they go on.
enrolments-notice-loop = It would have set itself off again, so a client was not let in. Change a step or what starts it.
enrolments-notice-long-chain = Too many automations set one another off in a row, so a client was not let in.
enrolments-notice-cap = As many clients as may have entered today; the others are not let in.
enrolments-notice-rule = Nobody can enter: { $cause }.
enrolments-notice-days = Days came while the program stood still, too long ago to be caught up ({ $cause }). Whoever they concern does not enter, for example { $client }.
enrolments-notice-call-out = Another program did not answer for a day, so it was given up. First client: { $client }.
error-automations-template-gone = There is no template “{ $name }” of the company's any more.
error-automations-topic-gone = There is no topic “{ $name }” any more.
error-automations-template-channel = “{ $name }” is a template for SMS and cannot go by email.
error-automations-nobody-acts = Whoever made this automation has left, and there is no admin.
error-automations-key-used = This key named another event before.
error-automations-our-event = “{ $name }” is recorded by the CRM itself and cannot be posted.
error-automations-needs-client = “{ $name }” is one client's event: say whose.
enrolments-because-reply = they answered
enrolments-because-purchase = they bought or paid
enrolments-because-call = there was a call
enrolments-because-contact = a colleague was in contact with them
enrolments-because-unsubscribe = they want no more messages
enrolments-because-bounce = our message came back
enrolments-because-finished = the last step was done
enrolments-because-expired = its time ran out
enrolments-because-archived = the client was archived
enrolments-because-stopped = the automation was put away
enrolments-because-error = an error in the program
enrolments-because-no-address = there is no address for it on the card
enrolments-because-stop = they wrote STOP
enrolments-because-hard-bounce = the address does not exist
enrolments-because-soft-bounce = their mailbox refused our mail again and again
enrolments-because-complaint = they reported us as spam
enrolments-because-invalid = the address is not valid
enrolments-because-manual = we blocked the address
enrolments-because-automations-template-gone = the template is no longer there
enrolments-because-automations-topic-gone = the topic is no longer there
enrolments-because-automations-template-channel = the template is for SMS and cannot go by email
enrolments-because-automations-nobody-acts = whoever made it has left, and there is no admin
enrolments-because-access-not-allowed = whoever made it may not do this any more
enrolments-because-fields-invalid = the colleague or the value is not known
enrolments-because-segments-syntax = the rule cannot be read
enrolments-because-segments-too-complex = the rule is too long
enrolments-because-segments-unknown-value = the rule names a colleague, a source, a mailing or a segment that is gone
enrolments-because-segments-circle = the segments of the rule name one another in a circle
enrolments-because-no-rule = nothing says which clients are meant
enrolments-because-documentrefused = a step is not known
enrolments-because-nosuchplace = the step is no longer there
enrolments-because-unknownstep = a step is not known
