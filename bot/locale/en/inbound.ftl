inbound-unknown = Unknown sender
inbound-missed-call = Missed call
inbound-how-to-answer = <i>Reply to this message to answer.</i>
inbound-spam-marked = 🚫 Marked as spam
inbound-new-client = New client
inbound-whose = It is a client's
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
inbound-earlier = <i>Earlier messages and signature</i>
inbound-all-files = All files
inbound-answers-at = ↪️ asks for answers at <code>{ $address }</code>; a plain answer goes to the sender
inbound-not-ours-marked = 🙅 Not ours: nobody has to answer
inbound-yours = 🧑‍💼 This conversation was given to you
inbound-given-to = 🧑‍💼 { $name } answers here
