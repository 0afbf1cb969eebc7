mailboxes-list = { $count ->
        [0] No mailbox is connected. An administrator adds one: <code>touchline init</code>.
        [one] 📬 <b>{ $count } mailbox</b>
       *[other] 📬 <b>{ $count } mailboxes</b>
    }
mailboxes-personal = Personal mailbox of { $name }
mailboxes-read = ✅ New mail is read. Last look: { $at }
mailboxes-not-yet = ⏳ Being opened for the first time…
mailboxes-failing = { $what ->
        [copies] ❌ Since { $since } sent mail gets no copies here: { $error }
            They wait and are laid in as soon as it works again.
       *[read] ❌ <b>{ $folder } cannot be read</b> since { $since }: { $error }
            Nothing is lost: what arrives meanwhile is fetched afterwards. <code>touchline doctor</code> says what to do.
    }
mailboxes-recovered = Works again since { $at }.
mailboxes-held = 📥 { $held } of { $total } held
mailboxes-error = ⚠️ Not everything could be fetched: { $error }
mailboxes-compared = Compared with the server: { $at }
mailboxes-comparing = 🔍 Being compared with the server…
mailboxes-uncompared = ⚠️ The comparison with the server, due { $at }, does not succeed. New mail is read; whether old mail is complete nobody can say.
mailboxes-history = ⏳ Reading what lies here from before: { $left } to go. New mail does not wait for it.
mailboxes-history-begins = ⏳ What lies here from before is about to be read.
mailboxes-copies = { $how ->
        [auto] 📤 What you send is kept in the Sent folder too.
       *[named] 📤 What you send is kept in “{ $folder }” too.
    }
mailboxes-compare = Compare now
mailboxes-asked = Comparing with the server…
mailboxes-back = ‹ All mailboxes
mailboxes-gap-title = 📬 <b>{ $mailbox }</b>, { $folder }
mailboxes-gap-fetched = { $n ->
        [one] { $n } email was missing and has been fetched.
       *[other] { $n } emails were missing and have been fetched.
    }
mailboxes-gap-left = { $n ->
        [one] ⚠️ { $n } email could not be fetched: { $error }
       *[other] ⚠️ { $n } emails could not be fetched: { $error }
    }
    I try again every night; in a mail program it may open.
mailboxes-said = “{ $text }”
mailboxes-fault-unreachable = the server cannot be reached
mailboxes-fault-silent = the server does not answer
mailboxes-fault-closed = the server ended the connection
mailboxes-fault-broken = the server broke off
mailboxes-fault-not-now = the server says: not now
mailboxes-fault-certificate = the server's certificate is not valid
mailboxes-fault-no-tls = the server offers no encryption, and I do not send the password in the clear
mailboxes-fault-login = user name or password refused
mailboxes-fault-token = no access token could be had for the login
mailboxes-fault-folder = there is no such folder, or it cannot be opened
mailboxes-fault-no-numbers = this folder cannot be read reliably (no UIDVALIDITY)
mailboxes-fault-no-sent-folder = no folder is marked as Sent; name one in the settings
mailboxes-fault-not-taken = the server does not take the copy
mailboxes-fault-owner-unknown = its owner in the settings is nobody here
mailboxes-fault-owner-ambiguous = its owner's name in the settings fits several colleagues
mailboxes-mail-no-size = the server cannot open it
mailboxes-mail-nothing = the server sends nothing
mailboxes-mail-ends-the-line = the server breaks off at it each time
