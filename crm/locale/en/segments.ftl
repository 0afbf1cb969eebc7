segments-and = and
segments-or = or
segments-not = not ({ $part })
segments-me = me
segments-is = { $field } is { $value }
segments-is-not = { $field } is not { $value }
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
