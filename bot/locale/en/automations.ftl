automations-list = { $count ->
    [0] Nothing runs by itself yet. Take one that is ready, or send a document of your own.
    [one] { $count } automation
   *[other] { $count } automations
}
automations-ready = Ready to switch on:
automations-ready-too = Those with ＋ are ready to be switched on.
automations-new-document = From a document
automations-back = ‹ Automations
automations-state = { $state ->
    [draft] Draft: nobody enters.
    [on] On since { $since }.
   *[paused] Paused: nobody enters, nobody moves.
}
automations-when = When: <b>{ $what }</b>
automations-when-days = { $days ->
    [one] { $side ->
        [before] { $days } day before
       *[after] after { $days } day
    }
   *[other] { $side ->
        [before] { $days } days before
       *[after] after { $days } days
    }
}: { $what }
automations-when-quiet = { $days ->
    [one] { $days } day without contact
   *[other] { $days } days without contact
}
automations-event-posted = event { $name } from another program
automations-only = Only: { $rule }
automations-topic = Topic: { $topic }
automations-exits = Ends early by: { $exits }
automations-exits-none = Nothing ends it early.
automations-exit-reply = an answer
automations-exit-purchase = a purchase or a payment
automations-exit-call = a call
automations-exit-contact = a colleague's contact
automations-exit-unsubscribe = unsubscribing
automations-exit-bounce = a returned message
automations-because-expired = its time was over
automations-because-archived = the client was put away
automations-because-stopped = the automation was put away
automations-because-other = { $reason }
automations-again = { $again ->
    [never] Once per client
    [always] Again as often as it happens
   *[after] Again after { $length } at the earliest
}{ $cap ->
    [0] {"."}
   *[some] {", "}at most { $cap } a day.
}
automations-figures = Inside: <b>{ $inside }</b> · came in 30 days: { $entered } · to the end: { $finished }
automations-sent = Sent: { $sent } · answered: { $answered }
automations-left = Left early: { $reasons }
automations-failed = Could not go on: { $n }
automations-version = Version { $number }{ $recipe ->
    [0] {""}
   *[some] {" "}· from a ready one
}
automations-step-wait = wait { $length }
automations-step-until = wait until { $hour }{ $working ->
    [no] {""}
   *[yes] {" "}on a working day
}
automations-step-for = wait for: { $event }, at most { $length }
automations-step-came = if it comes
automations-step-missed = if not
automations-step-if = if: { $rule }
automations-step-yes = then
automations-step-no = else
automations-step-email = email “{ $template }”
automations-step-sms = SMS “{ $template }”
automations-step-cheapest = email, else SMS “{ $template }”
automations-step-tell = tell the owner: { $text }
automations-step-assign = hand over to { $name }
automations-step-follow-up = follow-up in { $length }: { $text }
automations-step-set = { $field } = { $value }
automations-step-tag = tag + { $tag }
automations-step-untag = tag − { $tag }
automations-step-start = start “{ $name }”
automations-step-call-out = call { $url }
automations-step-stop = stop
automations-switch-on = Switch on
automations-take = Take as a draft
automations-edit = Edit
automations-pause = Pause
automations-resume = Resume
automations-replay = Last 90 days
automations-simulate = Try on a client
automations-picture = Picture
automations-people = Inside ({ $n })
automations-archive = Put away
automations-archive-sure = Put “{ $name }” away? { $inside ->
    [0] Nobody is inside.
    [one] { $inside } client inside leaves it, and what is planned for them is not sent.
   *[other] { $inside } clients inside leave it, and what is planned for them is not sent.
}
automations-archived = “{ $name }” is put away.
automations-on = On.
automations-not-ready = It cannot be switched on yet:
automations-good-to-know = Good to know:
automations-found-no-steps = There are no steps.
automations-found-needs-rule = “{ $detail }” is nobody's event in particular: say with “only” whom it means.
automations-found-template = There is no company template “{ $detail }”.
automations-found-template-channel = “{ $detail }” is a template for the other channel.
automations-found-template-empty = The template “{ $detail }” has no text yet.
automations-found-outlasts = Its waits take { $detail } days together, and it ends after { $more } days: the last steps are never reached. Write a longer “expires”.
automations-found-topic = There is no topic “{ $detail }” to choose. Topics are made under a mailing: Topic.
automations-found-colleague = Nobody active here, or more than one, is called “{ $detail }”.
automations-found-rule = The rule “{ $detail }” cannot be asked.
automations-found-segment = There is no segment “{ $detail }”.
automations-found-needs-segment = “{ $detail }” has to say which segment it means: name it under “where”.
automations-found-automation = There is no automation “{ $detail }” to start.
automations-found-field-value = “{ $detail }” cannot be “{ $more }”.
automations-found-loop = It could go round without end: { $detail }. Let one of them be entered once only (again: never), or wait for something the client does.
automations-found-posted = “{ $detail }” comes from another program: it has to post it to /api/v1/events.
automations-found-languages = “{ $detail }” has no text in: { $more }. Those clients get another language.
automations-found-own-field = “{ $detail }” becomes a field of your own. Did you mean “{ $more }”?
automations-found-started-is-off = “{ $detail }” is not on: nobody is sent on into it.
automations-found-reply-ends-first = A reply ends it, so the steps for “if it comes” after waiting for a message are never taken.
automations-means = { $count ->
    [one] { $count } client meets the rule now
   *[other] { $count } clients meet the rule now
}; { $turn ->
    [day] each enters when their day comes.
    [all] all of them enter together when it happens.
   *[event] each enters when it happens to them.
}
automations-ask-document = Send the document as a file or as a message. It begins with a name and says when it starts and what it does:
automations-starters = What can start it, and in brackets what “where” may ask of it:
automations-edit-file = Change the file and send it back here: it becomes version { $number }. Who is inside stays on the version they entered.
automations-not-a-document = That is no text file. Send the document as .yaml or as a message.
automations-same = Nothing has changed.
automations-saved = Version { $number } is kept.
automations-people-of = Inside “{ $name }”: { $count }
automations-nobody-inside = Nobody is inside “{ $name }” now.
automations-member = { $number }. <b>{ $name }</b>: { $place }, { $at }{ $old ->
    [0] {""}
   *[some] {" "}(version { $old })
}
automations-member-waits = { $number }. <b>{ $name }</b>: waits for { $event }, at most until { $at }
automations-move = Move them to version { $number }
automations-moved = Moved: { $moved }. Stayed where they are, because their step is another now: { $stayed }.
automations-ask-client = Try “{ $name }” on whom? Type a client's name.
automations-no-client = Nobody found. Type another name.
automations-which-client = Which one?
automations-simulated = “{ $name }” with <b>{ $client }</b>, as if it began now and they stayed silent. Nothing was sent.
automations-simulated-outside = They would not be let in now: the rule does not mean them.
automations-simulated-end = the end
automations-simulated-cut = … and so on.
automations-said-none = no message: { $because }
automations-replay-title = “{ $name }” over the last { $days } days, as if it had been on
automations-replay-entered = { $n ->
    [0] Nobody would have entered.
    [one] { $n } client would have entered.
   *[other] { $n } times a client would have entered.
}
automations-replay-cut = Only the first { $n } are followed.
automations-replay-ended = Ended early: { $reasons }
automations-replay-sent = Emails: { $email } · SMS: { $sms }{ $has_parts ->
    [no] {""}
   *[yes] {" "}({ $parts } parts)
}
automations-replay-cost = SMS cost about { $money }
automations-replay-unsent = Without an address or a permission: { $n }
automations-replay-capped = Over the cap of entries a day: { $n }
automations-replay-frequency = Over the limit of messages to one client: { $n }
automations-replay-conflicts = { $n ->
    [one] { $n } client would have had messages of two automations on one day.
   *[other] { $n } times a client would have had messages of two automations on one day.
}
automations-replay-loop = Goes round: { $names }
automations-replay-file = Everybody, as a table
automations-replay-note = Rules are asked of the clients as they are today; what nobody recorded then is not in it.
automations-replay-first = First of them:
automations-unsent-no-address = no address for it
automations-unsent-suppressed = the address is closed
automations-unsent-unsubscribe = they unsubscribed
automations-unsent-topic = they left this topic
automations-unsent-missing-field = the text needs a field they have nothing in
error-automations-not-ready = It cannot be switched on as it is: something it needs is missing.
error-automations-not-found = This automation is no longer there.
error-automations-name-taken = Another automation is called “{ $name }”. Choose another name.
error-automations-names-it = The automation “{ $name }” still needs this. Change it or put it away first.
error-automations-starts-it = The automation “{ $name }” starts this one by its name. Change that one first.
error-automations-recipe-not-found = There is no such ready automation.
error-automations-not-in-state = It was changed in the meantime. Look again.
automations-no-picture = Pictures need a part that is not installed here. The steps in words are on the card.
error-automations-document-refused = Line { $line }, column { $column }{ $has_found ->
    [no] {""}
   *[yes] {" "}(“{ $found }”)
}: { $problem ->
    [empty] There is nothing in it.
    [too-large] It is too large: at most 64 kB, 4,000 lines, 10,000 characters in a line.
    [too-deep] Steps inside steps go too deep: at most ten levels.
    [too-many-steps] There are too many steps: at most 100.
    [character] An invisible control character stands here. Delete it.
    [tab] Lines are moved to the right by spaces, not by tabs.
    [indent] This line stands too far to the right or to the left: what belongs together begins in the same column.
    [empty-item] Nothing follows the dash.
    [colon] Here I expect a word with a colon and a space after it.
    [colon-inside] A text with a colon in it goes into quotes.
    [sign] A text cannot begin with this sign. Put it into quotes.
    [after-value] Something stands after the end of the value.
    [bracket] A bracket is not closed in this line, or a comma is missing.
    [quote] The quotation mark is not closed in this line.
    [escape] After a backslash come n, t, another backslash or a quotation mark.
    [twice] This is said twice.
    [unknown-key] I do not know this word here.
    [unknown-step] There is no such step.
    [lacks] This is missing here.
    [no-value] A value is missing here.
    [not-a-map] Here I expect lines such as “word: value”.
    [not-a-list] Here I expect a list: each step in a line of its own that begins with a dash.
    [not-a-text] Here I expect a single value.
    [one-line] This has to fit in one line.
    [too-long] This is too long; the limit in characters is given here.
    [duration] This is no length of time. Write for example “3 days”, “2 weeks” or “1 day 4 hours”.
    [hour] This is no time of day. Write for example "10:00".
    [days] This is no number of days. Write for example “7 days before” or “3 days”.
    [number] This is no whole number, or it is too large or too small.
    [yes-or-no] Here I expect yes or no.
    [again] Here I expect: never, always, or for example “after 30 days”.
    [exit] What ends it early can be: reply, purchase, call, contact, unsubscribe, bounce; or nothing.
    [rule] This rule cannot be read.
    [text] This text has a mistake in its fields.
    [url] This is no address that can be called: it begins with https://
    [unknown-event] I do not know this event. If another program tells of it, write “posted” before it.
    [event-name] An event is called like order.shipped: small Latin letters with a dot between.
    [date-as-event] This is a date, and a step cannot wait for it. It can only start an automation.
    [fact-name] What an event says is called by small Latin letters, such as number or total.
    [unknown-fact] This event does not say that.
    [days-of-an-event] Days are counted from dates only, not from this event. Let the first step wait instead.
    [quiet-days] Write with “days” after how many days without contact.
   *[other] I cannot read on from here.
}{ $has_hint ->
    [no] {""}
   *[yes] {" "}Did you mean “{ $hint }”?
}
