halts-stopped = ⛔️ <b>{ $channel ->
    [email] Email stands still: the mail server refuses us.
    [sms] SMS stand still: Twilio refuses us.
   *[telegram] Telegram stands still: it refuses us.
}</b>
halts-over = ✅ <b>{ $channel ->
    [email] Email goes out again.
    [sms] SMS go out again.
   *[telegram] Telegram goes out again.
}</b>
halts-reason = Reason: { $reason } (code { $code })
halts-said = In their words: <i>{ $words }</i>
halts-what-now = What was to be sent waits, nothing is lost; we try again every few minutes. { $channel ->
    [email] Please check the account and the settings of the mail server: <code>touchline doctor</code>
    [sms] Please check the account, the sender and the text in the Twilio console: <code>touchline doctor</code>
   *[telegram] Please check the bot's token: <code>touchline doctor</code>
}
halts-cap = 🧮 <b>Today's allowance of SMS is used up.</b> { $count ->
    [0] Nothing waits any more.
    [one] { $count } SMS waits until { $until }.
   *[other] { $count } SMS wait until { $until }.
} To send more, an admin raises the daily limit in the settings.
halts-aside = { $what ->
    [sms] ⚠️ <b>An SMS could not be put on the timeline.</b>
   *[call] ⚠️ <b>News of a call could not be put on the timeline.</b>
}
halts-aside-what-now = The fault is ours. Please see to the customer, and have an admin look at the log.
