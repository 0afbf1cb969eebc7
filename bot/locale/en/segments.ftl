segments-list = { $count ->
    [0] No segments yet.
    [one] { $count } segment
   *[other] { $count } segments
}
segments-new-rule = New by rule
segments-new-list = New list by search
segments-back = ‹ Segments
segments-ask-rule = Write whom you mean, for example:
    <code>city = Bangkok and not tag = vip and last contact &gt; 30 days ago</code>
    <code>no contact for 30 days or never bought</code>
    <code>owner = me and has email and language in (en, th)</code>
    <code>calls &gt;= 2 in 30 days and not in segment "VIP"</code>
    Name, company, city, tag, owner, source, language, status, birthday, last contact, last purchase, added; field "…"; has/no email, phone, follow-up; consent email; calls, meetings, emails, sms, purchases … in 30 days; purchases sum; received, answered, clicked mailing "…"; in segment "…"; and, or, not, brackets.
segments-preview = Understood: <b>{ $words }</b>
segments-count = { $count ->
    [0] Nobody now.
    [one] { $count } client now: { $names }
   *[other] { $count } clients now: { $names }
}
segments-more = { $names } and others
segments-keep = Save
segments-again = Write another to replace it, or save it.
segments-ask-name = What shall it be called?
segments-saved = Saved.
segments-kind-rule = Rule: { $words }
segments-kind-list = A list kept by hand.
segments-broken = The rule can no longer be read. Change it, please.
segments-change = Change the rule
segments-people = Who is in it
segments-add = Add by search
segments-archive = Archive
segments-archive-sure = Archive “{ $name }”? Mailings already sent keep their results.
segments-archived = “{ $name }” is archived.
segments-ask-search = Whom? Write a name, a company, a city or a number.
segments-found = { $count ->
    [0] Nobody found. Try other words.
    [one] { $count } found: { $names }
   *[other] { $count } found: { $names }
}
segments-take = { $count ->
    [one] Take { $count } client
   *[other] Take { $count } clients
}
segments-added = { $count ->
    [0] All of them are already on the list.
    [one] { $count } added.
   *[other] { $count } added.
}
segments-people-of = <b>{ $name }</b> · { $page }/{ $pages }
segments-take-off-hint = A tap takes a client off the list.
segments-taken-off = Taken off.
error-segments-syntax = I stumbled at character { $position }{ $has_near ->
    [no] {""}
   *[yes] {" "}(“{ $near }”)
}. { $expected ->
    [field] Here I expect a field: city, tag, owner, last contact, has email…
    [operator] Here I expect how to compare: =, not, in, before, &gt;…
    [value] Here a value is missing.
    [joiner] Here I expect “and”, “or” or the end. A value with such words goes into quotes.
    [bracket] A bracket is not closed, or “and”/“or” is missing.
    [list] Here I expect a comma or the closing bracket.
    [day] Here I expect a day such as 2026-01-31, or “30 days ago”.
    [age] Here I expect a length of time such as “30 days”.
    [choice] I do not know this value.
    [quote] The quotation mark is not closed.
    [number] Here I expect a whole number such as 3.
    [size] Here I expect a number or a day, such as 10 or 2026-01-31.
    [money] Here I expect an amount with its currency, such as 1000 EUR.
    [name] Here I expect the field's name, in quotes where it has several words.
    [since] Here I expect a length of time such as “30 days”, or a day such as 2026-01-31.
   *[other] I cannot read on from here.
}{ $has_suggestion ->
    [no] {""}
   *[yes] {" "}Did you mean “{ $suggestion }”?
}
error-segments-too-complex = This is too long or too nested: at most { $most } ({ $limit ->
    [length] characters
    [depth] levels
    [values] values
   *[nodes] conditions
}).
error-segments-unknown-value = { $field ->
    [owner] No colleague is called “{ $value }”.
    [segment] There is no segment “{ $value }”.
    [mailing] There is no mailing “{ $value }”.
   *[other] There is no source “{ $value }”.
}{ $has_suggestion ->
    [no] {""}
   *[yes] {" "}Did you mean “{ $suggestion }”?
}
error-segments-name-taken = There is already a segment called “{ $name }”. Choose another name.
error-segments-not-found = This segment is no longer there. /segments shows the others.
error-segments-not-a-list = Its rule chooses by itself; only lists are changed by hand.
error-segments-in-use = A mailing that is not finished still needs this segment.
error-segments-circle = These segments name each other in a circle: { $path }.
error-segments-mentioned = The segment “{ $name }” names this one in its rule. Change that first.
error-segments-burdens = The segment “{ $name }” names this one in its rule and would become too large with it: at most { $most } ({ $limit ->
    [length] characters
    [depth] levels
    [values] values
   *[nodes] conditions
}). Make this rule simpler.
error-segments-too-slow = Counting this takes more than { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
}. Make the rule simpler, or begin it with a condition that fewer clients meet.
segments-new-buttons = New by buttons
segments-slow = Its rule takes too long to count. Make it simpler, please.
segments-join-and = ＋ and
segments-join-or = ＋ or
segments-join-and-not = ＋ but not
segments-undo = ↶ Undo
segments-so-far = { $words } · { $count ->
    [0] nobody
    [one] { $count } client
   *[other] { $count } clients
}
    { $join ->
    [or] … or:
    [and_not] … but not:
   *[and] … and:
}
segments-about-what = What about them?
segments-which-field = What exactly?
segments-which-own = { $count ->
    [0] No fields of your own yet. Type a field's name.
   *[other] Which field? Choose, or type its name.
}
segments-how = How to compare?
segments-choose = <b>{ $comparison }</b>
segments-choose-or-type = <b>{ $comparison }</b> Choose, or type another.
segments-type = <b>{ $comparison }</b> Type the value.
segments-since-when = Since when?
segments-any-time = at any time
segments-noun-clients = Who they are
segments-noun-contacts = Addresses, consent
segments-noun-interactions = Calls, meetings, mail
segments-noun-followups = Follow-ups
segments-noun-purchases = Purchases
segments-noun-mailings = Mailings
segments-noun-segments = Other segments
segments-noun-own = Fields of your own
segments-compare = ⚖ Compare
segments-compare-which = Which segments side by side? Up to { $most }.
segments-compare-now = Compare { $count }
segments-compare-others = Choose others
segments-measure-size = Size
segments-measure-revenue = Bought in 12 months
segments-measure-contacts = Contacts in 30 days
segments-measure-email = Can be reached by email
segments-measure-sms = Can be reached by SMS
segments-measure-response = Answered, of those who got mailings in a year
