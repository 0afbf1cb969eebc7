optout-obeyed = 🔕 { $name } wants no more messages: mailings are stopped everywhere.
optout-question = 🔕 <b>Stop all mailings to { $name }?</b> It reads as if they wanted that.
optout-stopped = Stopped: no more mailings to them.
optout-kept = Noted: they still get mailings.
error-inbound-nothing-to-decide = This has been answered already.
