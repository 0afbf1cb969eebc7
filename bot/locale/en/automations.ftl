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
    [days-of-an-event] Days are counted from dates only, not from this event. Let the first step wait instead.
    [quiet-days] Write with “days” after how many days without contact.
   *[other] I cannot read on from here.
}{ $has_hint ->
    [no] {""}
   *[yes] {" "}Did you mean “{ $hint }”?
}
