segments-and = and
segments-or = or
segments-not = not ({ $part })
segments-me = me
segments-is = { $field } is { $value }
segments-is-not = { $field } is not { $value }
segments-is-count = { $field } exactly { $value }
segments-is-not-count = { $field } not exactly { $value }
segments-contains = { $field } contains “{ $value }”
segments-before = { $field } before { $value }
segments-after = { $field } after { $value }
segments-since = { $field } since { $value }
segments-until = { $field } until { $value }
segments-on = { $field } on { $value }
segments-older = { $field } at least { $value } ago
segments-within = { $field } within the last { $value }
segments-field-city = city
segments-field-tag = tag
segments-field-owner = owner
segments-field-source = source
segments-field-language = language
segments-field-lifecycle = status
segments-field-last-contact = last contact
segments-field-last-purchase = last purchase
segments-field-created = added
segments-present-city = city known
segments-absent-city = city not known
segments-present-tag = has a tag
segments-absent-tag = has no tag
segments-present-owner = has an owner
segments-absent-owner = has no owner
segments-present-source = source known
segments-absent-source = source not known
segments-present-email = has an email
segments-absent-email = has no email
segments-present-phone = has a phone
segments-absent-phone = has no phone
segments-present-telegram = has Telegram
segments-absent-telegram = has no Telegram
segments-present-followup = has an open follow-up
segments-absent-followup = has no open follow-up
segments-present-last-contact = was contacted before
segments-absent-last-contact = never contacted
segments-present-last-purchase = has bought before
segments-absent-last-purchase = never bought
segments-silent-last-contact = no contact for { $age }
segments-silent-last-purchase = no purchase for { $age }
segments-age-day = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
segments-age-week = { $n ->
    [one] { $n } week
   *[other] { $n } weeks
}
segments-age-month = { $n ->
    [one] { $n } month
   *[other] { $n } months
}
segments-age-year = { $n ->
    [one] { $n } year
   *[other] { $n } years
}
segments-than-day = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
segments-than-week = { $n ->
    [one] { $n } week
   *[other] { $n } weeks
}
segments-than-month = { $n ->
    [one] { $n } month
   *[other] { $n } months
}
segments-than-year = { $n ->
    [one] { $n } year
   *[other] { $n } years
}
segments-language-en = English
segments-language-ru = Russian
segments-language-th = Thai
segments-lifecycle-lead = lead
segments-lifecycle-customer = customer
segments-lifecycle-dormant = dormant
segments-lifecycle-lost = lost
segments-more = { $field } more than { $value }
segments-less = { $field } less than { $value }
segments-at-least = { $field } at least { $value }
segments-at-most = { $field } at most { $value }
segments-coming = { $field } within the next { $value }
segments-lately = { $said } in the last { $age }
segments-since-day = { $said } since { $day }
segments-field-name = name
segments-field-company = company
segments-present-company = company known
segments-absent-company = company not known
segments-field-birthday = birthday
segments-present-birthday = birthday known
segments-absent-birthday = birthday not known
segments-field-own = “{ $name }”
segments-present-own = “{ $name }” filled in
segments-absent-own = “{ $name }” not filled in
segments-field-email = email
segments-field-phone = phone
segments-field-consent-email = consent to email
segments-field-consent-sms = consent to SMS
segments-consent-yes = given
segments-consent-no = withdrawn
segments-consent-unknown = never asked
segments-present-unsubscribed-email = unsubscribed from email
segments-absent-unsubscribed-email = not unsubscribed from email
segments-present-unsubscribed-sms = unsubscribed from SMS
segments-absent-unsubscribed-sms = not unsubscribed from SMS
segments-present-suppressed-email = an email address is suppressed
segments-absent-suppressed-email = no email address is suppressed
segments-present-suppressed-sms = a number is suppressed
segments-absent-suppressed-sms = no number is suppressed
segments-present-bounced-email = email bounces
segments-absent-bounced-email = email does not bounce
segments-present-bounced-sms = a number cannot be reached
segments-absent-bounced-sms = every number can be reached
segments-present-reachable-email = can be reached by email
segments-absent-reachable-email = cannot be reached by email
segments-present-reachable-sms = can be reached by SMS
segments-absent-reachable-sms = cannot be reached by SMS
segments-present-late-followup = has a late follow-up
segments-absent-late-followup = has no late follow-up
segments-label-interactions = contacts
segments-label-calls = calls
segments-label-calls-in = incoming calls
segments-label-calls-out = outgoing calls
segments-label-meetings = meetings
segments-label-emails = emails
segments-label-emails-in = incoming emails
segments-label-emails-out = outgoing emails
segments-label-sms = SMS
segments-label-sms-in = incoming SMS
segments-label-sms-out = outgoing SMS
segments-label-notes = notes
segments-label-purchases = purchases
segments-label-purchase-sum = sum of purchases
segments-field-interactions = contacts
segments-present-interactions = had contacts
segments-absent-interactions = no contacts
segments-field-calls = calls
segments-present-calls = had calls
segments-absent-calls = no calls
segments-field-calls-in = incoming calls
segments-present-calls-in = had incoming calls
segments-absent-calls-in = no incoming calls
segments-field-calls-out = outgoing calls
segments-present-calls-out = had outgoing calls
segments-absent-calls-out = no outgoing calls
segments-field-meetings = meetings
segments-present-meetings = had meetings
segments-absent-meetings = no meetings
segments-field-emails = emails
segments-present-emails = had emails
segments-absent-emails = no emails
segments-field-emails-in = incoming emails
segments-present-emails-in = had incoming emails
segments-absent-emails-in = no incoming emails
segments-field-emails-out = outgoing emails
segments-present-emails-out = had outgoing emails
segments-absent-emails-out = no outgoing emails
segments-field-sms = SMS
segments-present-sms = had SMS
segments-absent-sms = no SMS
segments-field-sms-in = incoming SMS
segments-present-sms-in = had incoming SMS
segments-absent-sms-in = no incoming SMS
segments-field-sms-out = outgoing SMS
segments-present-sms-out = had outgoing SMS
segments-absent-sms-out = no outgoing SMS
segments-field-notes = notes
segments-present-notes = had notes
segments-absent-notes = no notes
segments-field-purchases = purchases
segments-present-purchases = has purchases
segments-absent-purchases = no purchases
segments-field-purchase-sum = purchases worth
segments-field-purchase-group = bought product group
segments-is-received = received the mailing “{ $value }”
segments-is-not-received = did not receive the mailing “{ $value }”
segments-present-received = received some mailing
segments-absent-received = received no mailing
segments-is-returned = the mailing “{ $value }” bounced
segments-is-not-returned = the mailing “{ $value }” did not bounce
segments-present-returned = some mailing bounced
segments-absent-returned = no mailing bounced
segments-is-answered = answered the mailing “{ $value }”
segments-is-not-answered = did not answer the mailing “{ $value }”
segments-present-answered = answered some mailing
segments-absent-answered = answered no mailing
segments-is-clicked = clicked in the mailing “{ $value }”
segments-is-not-clicked = did not click in the mailing “{ $value }”
segments-present-clicked = clicked in some mailing
segments-absent-clicked = clicked in no mailing
segments-is-opened = opened the mailing “{ $value }”
segments-is-not-opened = did not open the mailing “{ $value }”
segments-present-opened = opened some mailing
segments-absent-opened = opened no mailing
segments-is-segment = in the segment “{ $value }”
segments-is-not-segment = not in the segment “{ $value }”
