arrivals-forged = ⚠️ <b>Sender not verified.</b> The address may be forged: check before you trust it.
arrivals-unread = ⚠️ <b>A mail could not be read.</b> It is attached as it came.
arrivals-body-unread = ⚠️ The mail could not be read completely. It is attached as it came.
arrivals-away = 🌴 Away until { $day }
arrivals-automatic = 🤖 Automatic message
arrivals-unread-short = ⚠️ A mail that could not be read
