conversations-title = { $count ->
        [one] 🧵 <b>{ $name }</b> · { $count } message
       *[other] 🧵 <b>{ $name }</b> · { $count } messages
    }
conversations-thread = Thread
conversations-answer = Answer
conversations-answer-all = All ({ $count })
conversations-forward = Forward
conversations-whole = Whole mail
conversations-original = Original (.eml)
conversations-file-too-large = “{ $name }” has { $size } MB; Telegram lets me send { $limit } MB. It is kept with the mail.
conversations-assign = Assign
conversations-assign-to = Who shall answer <b>{ $name }</b> here? The client stays whose it is.
conversations-assigned = { $name } has this conversation now and hears of every further message in it.
conversations-give-back = Give back
conversations-given-back = Given back. Answers here: { $name }
conversations-not-ours = Not ours
conversations-spam = Spam
conversations-again = Send again
conversations-elsewhere = Another address
conversations-keep = As template
conversations-ask-template-name = What shall your template be called? Where the client is named, a field is put in.
error-conversations-not-for-them = { $name } cannot take this: they do not answer customers, or have not joined here yet.
error-conversations-read-only = You may read this message; its client is looked after by somebody else. Ask them to assign you the conversation.
