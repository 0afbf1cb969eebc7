contacts-of = { $count ->
        [0] <b>{ $name }</b> has no phone or email yet.
        [one] How to reach <b>{ $name }</b>
       *[other] How to reach <b>{ $name }</b> (★ first choice)
    }
contacts-one = <b>{ $name }</b>: { $value }
contacts-add = Add
contacts-remove = Remove
contacts-prefer = First choice
contacts-ask = Which phone or email? If there are several, one per line.
contacts-people-of = { $count ->
        [0] <b>{ $name }</b>: no people yet.
        [one] The person at <b>{ $name }</b>
       *[other] People at <b>{ $name }</b>
    }
contacts-person = <b>{ $name }</b> · { $position } · { $reached }
contacts-add-person = Add a person
contacts-ask-person = Who is it? <i>Name, position, phone, email</i> – a name alone is enough.
contacts-shared = 👤 <b>{ $name }</b> · { $phone }
contacts-shared-alike = { $count ->
        [one] Perhaps somebody at this client? Tap to add the contact there.
       *[other] Perhaps somebody at one of these clients? Tap to add the contact there.
    }
contacts-shared-new = New client
contacts-shared-person = Works at a client
contacts-ask-whose = At which client? Write its name, company or phone.
contacts-whose-nobody = I found no client for “{ $query }”. Try another spelling, or /cancel.
contacts-whose-which = At which of them?
error-contacts-taken = { $value } is already recorded here.
error-contacts-too-many = A client can have at most { $limit } phones and emails. Remove one first.
error-contacts-bad-phone = “{ $value }” does not look like a phone number. Write it with the country code: +66 81 234 5678.
error-contacts-dear-number = { $value } is a premium-rate number: whoever rings it pays extra, so calls never go there.
error-contacts-bad-email = “{ $value }” does not look like an email address. Check it for a typing error.
