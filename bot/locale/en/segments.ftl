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
    City, tag, owner, source, language, status, last contact, last purchase, added, has/no email, phone, follow-up; and, or, not, brackets.
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
error-segments-too-slow = Counting this takes more than { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
}. Make the rule simpler, or begin it with a condition that fewer clients meet.
