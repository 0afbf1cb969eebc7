consents-button = Согласия
consents-title = <b>{ $name }</b>: можно ли слать рассылки?
consents-granted = { $channel ->
    [email] ✅ <b>Почта</b>: согласие { $how }, { $at }
   *[sms] ✅ <b>SMS</b>: согласие { $how }, { $at }
}
consents-withdrawn = { $channel ->
    [email] ⛔ <b>Почта</b>: отказ { $how }, { $at }. Рассылок больше не будет.
   *[sms] ⛔ <b>SMS</b>: отказ { $how }, { $at }. Рассылок больше не будет.
}
consents-silent = { $channel ->
    [email] ▫️ <b>Почта</b>: не спрашивали. Рассылки идут, пока не откажется.
   *[sms] ▫️ <b>SMS</b>: не спрашивали. Рассылки идут, пока не откажется.
}
consents-silent-required = { $channel ->
    [email] ▫️ <b>Почта</b>: не спрашивали, а без согласия рассылки не идут.
   *[sms] ▫️ <b>SMS</b>: не спрашивали, а без согласия рассылки не идут.
}
consents-no-address = { $channel ->
    [email] <i>Почты в карточке нет.</i>
   *[sms] <i>Телефона в карточке нет.</i>
}
consents-address-stopped = 🚫 { $address }: { $reason }
consents-by = <i>Кто записал: { $name }</i>
consents-how-form = в анкете
consents-how-phone = по телефону
consents-how-meeting = при встрече
consents-how-letter = письменно
consents-how-page = на своей странице подписок
consents-how-link = по ссылке в письме
consents-how-stop = словом СТОП
consents-how-start = словом START
consents-how-complaint = жалобой на спам
consents-how-other = («{ $how }»)
consents-said-yes = Согласие
consents-said-no = Отказ
consents-ask-granted = { $channel ->
    [email] Как клиент <b>{ $name }</b> согласился на письма?
   *[sms] Как клиент <b>{ $name }</b> согласился на SMS?
}
consents-ask-withdrawn = { $channel ->
    [email] Как клиент <b>{ $name }</b> отказался от писем? Рассылки прекратятся сразу.
   *[sms] Как клиент <b>{ $name }</b> отказался от SMS? Рассылки прекратятся сразу.
}
consents-ask-how-form = 📋 В анкете
consents-ask-how-phone = 📞 По телефону
consents-ask-how-meeting = 🤝 При встрече, на выставке
consents-ask-how-letter = ✍️ Письменно
consents-ask-proof = На что согласился клиент <b>{ $name }</b>? Напишите дословно, как было сказано или напечатано, или пришлите фото анкеты.
consents-stopped = { $channel ->
    [email] Рассылок по почте больше не будет.
   *[sms] Рассылок по SMS больше не будет.
}
consents-all = { $count ->
    [one] { $count } запись
    [few] Все { $count } записи
    [many] Все { $count } записей
   *[other] Все { $count } записи
}
consents-all-title = { $count ->
    [0] <b>{ $name }</b>: о рассылках пока ничего не записано.
    [one] Что говорил о рассылках клиент <b>{ $name }</b>: { $count } запись.
    [few] Что говорил о рассылках клиент <b>{ $name }</b>: { $count } записи, новые сверху.
    [many] Что говорил о рассылках клиент <b>{ $name }</b>: { $count } записей, новые сверху.
   *[other] Что говорил о рассылках клиент <b>{ $name }</b>: { $count } записи, новые сверху.
}
error-consent-proof-missing = Согласию нужно подтверждение: напишите, на что согласился клиент, или пришлите фото.
