inbound-unknown = Unknown sender
inbound-how-to-answer = <i>Reply to this message to answer.</i>
inbound-spam-marked = 🚫 Marked as spam
inbound-quoted = Earlier messages
inbound-new-client = New client
inbound-whose = It is a client's
inbound-spam = Spam
inbound-assign = Hand over
inbound-assign-to = Who takes this client over?
inbound-assigned = <b>{ $client }</b> is now with { $name }.
inbound-ask-name = What is this client called? Write the name, or /cancel to keep “{ $name }”.
inbound-tray = { $count ->
        [0] No messages from unknown senders.
        [one] <b>{ $count } unknown sender</b>
       *[other] <b>{ $count } unknown senders</b>
    }
inbound-files-coming = { $count ->
        [one] 📎 { $count } file is on its way…
       *[other] 📎 { $count } files are on their way…
    }
inbound-files-missing = { $count ->
        [one] ⚠️ { $count } file that came with it could not be fetched. Ask them to send it again.
       *[other] ⚠️ { $count } files that came with it could not be fetched. Ask them to send them again.
    }
