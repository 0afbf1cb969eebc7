imports-title = 📄 <b>{ $name }</b>: this is how I read it
imports-column = { $header } → <b>{ $field }</b>
imports-left-out = ❔ Not understood, left out: <b>{ $headers }</b>. “Fix columns” says what they hold.
imports-counts = ➕ new: <b>{ $new }</b> · ✏️ changed: <b>{ $changed }</b> · unchanged: { $unchanged } · ❗ errors: <b>{ $errors }</b>
imports-change = { $field }: { $before } → <b>{ $after }</b>
imports-error-row = ❗ row { $row }: { $error }
imports-apply = { $count ->
        [one] Import { $count } row
       *[other] Import { $count } rows
    }
imports-apply-good = { $count ->
        [one] Import the { $count } good row only
       *[other] Import the { $count } good rows only
    }
imports-columns = Fix columns
imports-show-difference = All changes
imports-show-errors = Errors ({ $count })
imports-which-column = Which column did I read wrongly?
imports-what-holds = What does the column “{ $header }” hold?
imports-difference = <b>{ $name }</b>: what would change
imports-errors = { $count ->
        [one] { $count } row cannot be imported:
       *[other] { $count } rows cannot be imported:
    }
imports-applied = Imported. New: <b>{ $created }</b>, changed: <b>{ $updated }</b>, left out: { $left }.
imports-undo = Undo the import
imports-undone = The import is undone. Removed: <b>{ $removed }</b>, put back: <b>{ $restored }</b>.
imports-kept = { $count ->
        [one] Somebody worked on this client since, so those changes stay:
       *[other] Somebody worked on these { $count } clients since, so those changes stay:
    }
imports-not-yours = Client lists are imported by a manager, stock lists by the warehouse. Please pass the file on.
imports-field-name = name
imports-field-company = company
imports-field-person = contact person
imports-field-phone = phone
imports-field-email = email
imports-field-city = city
imports-field-tags = tags
imports-field-source = source
imports-field-reason = reason of first contact
imports-field-owner = owner
imports-field-language = language
imports-field-party = counterparty
imports-field-tax-id = tax number
imports-field-notes = notes
imports-field-birthday = birthday
imports-field-contract-end = contract end
imports-field-purchases = number of purchases
imports-field-purchase-sum = sum of purchases
imports-field-currency = currency
imports-field-first-purchase = first purchase
imports-field-last-purchase = last purchase
imports-field-own = field of your own
imports-field-none = left out
error-imports-unreadable = I cannot read “{ $file }”. Please send it as CSV (UTF-8) or XLSX.
error-imports-too-large = This file is too large: at most { $rows } rows and { $megabytes } MB. Please send it in parts.
error-imports-empty = There is nothing below the headers of this file.
error-imports-two-clients = its phones and emails belong to different clients: { $names }
error-imports-repeated-row = the same client as in row { $row }
error-imports-wrong-state = This import is already finished.
error-imports-outdated = The clients have changed in the meantime. Please look at the changes again.
error-imports-has-errors = Some rows have errors ({ $count }). Mend the file, or import the good rows only.
error-imports-bad-date = “{ $value }” in the column “{ $column }” is no date I can read. Write it like 24.11.2026, with four digits of the year.
error-imports-unclear-date = “{ $value }” in the column “{ $column }” may be two days: this file has dates with the day first and dates with the month first. Write it like 2026-11-24.
error-imports-date-ahead = “{ $value }” in the column “{ $column }” is still to come.
error-imports-bad-number = “{ $value }” in the column “{ $column }” is no number I can read for certain. Write it like 1234.50.
error-imports-bad-currency = “{ $value }” in the column “{ $column }”: I do not know the currency. Write it like EUR.
error-purchases-first-after-last = the first purchase ({ $first }) is later than the last one ({ $last })
