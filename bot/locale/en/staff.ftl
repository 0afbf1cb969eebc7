staff-role-rep = sales
staff-role-manager = manager
staff-role-warehouse = warehouse
staff-role-admin = admin
staff-ask-role = What will the new colleague do?
staff-invited = { $hours ->
        [one] Invitation for: <b>{ $role }</b>. Send this link to one person; it works once, within { $hours } hour.
       *[other] Invitation for: <b>{ $role }</b>. Send this link to one person; it works once, within { $hours } hours.
    }
staff-list = { $count ->
        [one] <b>Staff</b> · { $count } person
       *[other] <b>Staff</b> · { $count } people
    }
staff-manager = ⇡ reports to: { $name }
staff-nobody = nobody
staff-has-left = <i>No longer works here.</i>
staff-remove = Remove
staff-ask-remove = Remove <b>{ $name }</b>? They lose access at once; their clients and history stay.
staff-removed = <b>{ $name }</b> no longer has access.
staff-saved = Saved
staff-settings = ⚙️ <b>{ $name }</b> · { $role }
staff-settings-zone = 🌍 { $zone } · it is { $time }
staff-settings-hours = 🕘 { $since }–{ $until } · { $days }
staff-settings-digest = ☀️ Morning list at { $at }
staff-settings-stand-in = 🤝 Stand-in: { $name }
staff-settings-away = 🏖 Away until { $at }
staff-set-language = 🌐 Language
staff-set-zone = 🌍 Time zone
staff-set-hours = 🕘 Working hours
staff-set-days = 📅 Working days
staff-set-digest = ☀️ Morning list
staff-set-stand-in = 🤝 Stand-in
staff-set-away = 🏖 Away
staff-set-signature = ✍️ Signature
staff-settings-signature = ✍️ Your signature under emails:
staff-ask-signature = Your signature under emails, in any language. Write it as it should stand there: name, phone, company.
staff-no-signature = No signature
staff-ask-language = Which language shall we speak?
staff-ask-zone = Which time zone? Tap, or write one like <code>Asia/Bangkok</code>.
staff-ask-hours = When do you work? Tap, or write <code>9:00-18:00</code>.
staff-ask-days = On which days do you work?
staff-ask-digest = When shall the morning list come? Tap, or write a time.
staff-ask-stand-in = Who gets your reminders and answers your customers while you are away?
staff-ask-away = For how long are you away? Your reminders go to your stand-in.
staff-away-days = { $days ->
        [one] { $days } day
       *[other] { $days } days
    }
staff-away-back = I am back
staff-day-0 = Mon
staff-day-1 = Tue
staff-day-2 = Wed
staff-day-3 = Thu
staff-day-4 = Fri
staff-day-5 = Sat
staff-day-6 = Sun
error-staff-invite-invalid = This invitation is no longer valid. Please ask for a new one.
error-staff-already-joined = You are already in. /menu shows everything.
error-staff-last-admin = There must be one admin. Make somebody else admin first.
error-staff-bad-hours = Working hours must begin before they end, within one day.
