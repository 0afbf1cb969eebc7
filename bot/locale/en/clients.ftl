clients-card-facts = { $facts }
clients-card-owner = 🧑‍💼 { $name }
clients-card-nobodys = no owner
clients-card-purchase = last bought { $at }
clients-card-source = from: { $name }
clients-card-counterparties = 🏛 { $names }
clients-card-people = 👥 { $names }
clients-card-unreachable = <i>No phone or email yet.</i>
clients-card-no-contact = 🕘 No contact yet
clients-card-last = 🕘 { $at } · { $kind }: { $said }
clients-card-no-followup = ⚠️ <i>No follow-up planned</i>
clients-card-followup = ⏰ <b>{ $at }</b> – { $promise }
clients-card-followup-late = 🔴 Late since <b>{ $at }</b> – { $promise }
clients-card-tags = 🏷 { $tags }
clients-card-stopped = 🚫 { $reason }
clients-card-stopped-mailings = 🚫 no mailings: { $reason }
clients-stopped-unsubscribe = unsubscribed
clients-stopped-stop = said STOP
clients-stopped-hard-bounce = does not exist
clients-stopped-soft-bounce = refused our mail again and again
clients-stopped-complaint = complained
clients-stopped-invalid = not valid
clients-stopped-manual = stopped by us
clients-consent-granted = ✅ agreed to { $channel }
clients-consent-withdrawn = ⛔ no { $channel }
clients-channel-email = emails
clients-channel-sms = SMS
clients-channel-telegram = Telegram
clients-lifecycle-lead = lead
clients-lifecycle-customer = customer
clients-lifecycle-dormant = dormant
clients-lifecycle-lost = lost
clients-language-en = English
clients-language-ru = Russian
clients-language-th = Thai
clients-call = Call
clients-meeting = Meeting
clients-sms = SMS
clients-email = Email
clients-followup = Follow-up
clients-another-followup = Another follow-up
clients-history = History
clients-edit = Edit
clients-points = Phones, emails
clients-people = People
clients-parties = Counterparties
clients-tags = Tags
clients-source = Source
clients-owner = Owner
clients-archive = Archive
clients-ask-source = Where did they come from?
clients-list-title = <b>Clients</b> · { $count }
clients-list-own-title = <b>My clients</b> · { $count }
clients-list-hint = <i>To find one, just write a name, a company or a phone number.</i>
clients-list-own = My clients
clients-list-all = All clients
clients-show-all = Show all { $count }
clients-found = { $count ->
        [0] 🔎 “{ $query }”
        [one] 🔎 { $count } client for “{ $query }”
       *[other] 🔎 { $count } clients for “{ $query }”
    }
clients-found-line = <b>{ $name }</b> · { $company } · { $at }
clients-found-line-short = <b>{ $name }</b> · { $at }
clients-never = no contact yet
clients-nothing = I found nothing for “{ $query }”. Check the spelling, or make it a new client.
clients-new-named = New client “{ $name }”
clients-ask-new = Who is the new client? Everything in one message, separated by commas:
    <i>Anna Schmidt, Baltic Tools, +49 30 123456, anna@baltic.example, Berlin</i>
    A name alone is enough. You can also share a contact.
clients-alike = { $count ->
        [one] This looks like a client we have:
       *[other] This looks like clients we have:
    }
clients-alike-phone = 📱 the same phone: <b>{ $name }</b> · { $company }
clients-alike-email = ✉️ the same email: <b>{ $name }</b> · { $company }
clients-alike-telegram = ✈️ the same Telegram: <b>{ $name }</b> · { $company }
clients-alike-name = 👤 a similar name: <b>{ $name }</b> · { $company }
clients-make-anyway = Make a new one anyway
clients-undone = <b>{ $name }</b>: undone.
clients-saved = Saved
clients-edit-which = What should change about <b>{ $name }</b>?
clients-is-now = <i>Now: { $value }</i>
clients-field-name = Name
clients-field-company = Company
clients-field-city = City
clients-field-language = Language
clients-field-timezone = Time zone
clients-field-birthday = Birthday
clients-field-notes = Notes
clients-field-lifecycle = Status
clients-ask-name = What is <b>{ $name }</b> called? Write the new name.
clients-ask-company = Which company? Write it, or “-” for none.
clients-ask-city = Which city? Write it, or “-” for none.
clients-ask-notes = What should everybody know about <b>{ $name }</b>? This replaces the old notes; “-” clears them.
clients-ask-timezone = Which time zone, for example <code>Asia/Bangkok</code>? “-” for none.
clients-ask-birthday = Which day were they born, for example <code>1985-03-31</code> or <code>31.03.1985</code>? “-” for none.
clients-ask-language = Which language do they speak?
clients-ask-lifecycle = Where do things stand with <b>{ $name }</b>?
clients-ask-tag = Which tags? Separate several with commas.
clients-add-tag = Add tags
clients-tags-of = { $count ->
        [0] <b>{ $name }</b> has no tags yet.
        [one] The tag of <b>{ $name }</b>. Tap it to take it off.
       *[other] Tags of <b>{ $name }</b>. Tap one to take it off.
    }
clients-ask-owner = Who looks after <b>{ $name }</b>?
clients-owner-me = I do
clients-ask-source-of = Where did <b>{ $name }</b> come from?
clients-ask-reason = Why did <b>{ $name }</b> come to us? A few words.
clients-skip-reason = Skip
clients-ask-archive = Archive <b>{ $name }</b>? It leaves all lists; nothing is deleted.
clients-archived = <b>{ $name }</b> is archived.
error-clients-possible-duplicate = This looks like “{ $name }”, who is already a client.
error-clients-not-own = You can add clients for yourself only.
