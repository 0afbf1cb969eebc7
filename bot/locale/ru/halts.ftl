halts-stopped = ⛔️ <b>{ $channel ->
    [email] Почта стоит: почтовый сервер нам отказывает.
    [sms] SMS стоят: Twilio нам отказывает.
   *[telegram] Telegram стоит: он нам отказывает.
}</b>
halts-over = ✅ <b>{ $channel ->
    [email] Почта снова уходит.
    [sms] SMS снова уходят.
   *[telegram] Telegram снова работает.
}</b>
halts-reason = Причина: { $reason } (код { $code })
halts-said = Их словами: <i>{ $words }</i>
halts-what-now = Всё, что должно было уйти, ждёт и не пропадёт; пробуем каждые несколько минут. { $channel ->
    [email] Проверьте учётную запись и настройки почтового сервера: <code>touchline doctor</code>
    [sms] Проверьте аккаунт, отправителя и текст в консоли Twilio: <code>touchline doctor</code>
   *[telegram] Проверьте токен бота: <code>touchline doctor</code>
}
halts-cap = 🧮 <b>Дневной лимит SMS исчерпан.</b> { $count ->
    [0] Ничего больше не ждёт.
    [one] { $count } SMS ждёт до { $until }.
    [few] { $count } SMS ждут до { $until }.
    [many] { $count } SMS ждут до { $until }.
   *[other] { $count } SMS ждут до { $until }.
} Чтобы отправлять больше, администратор поднимает дневной лимит в настройках.
halts-aside = { $what ->
    [sms] ⚠️ <b>SMS не удалось занести в историю.</b>
   *[call] ⚠️ <b>Звонок не удалось занести в историю.</b>
}
halts-aside-what-now = Ошибка на нашей стороне. Свяжитесь с клиентом сами, а администратор пусть посмотрит журнал.
