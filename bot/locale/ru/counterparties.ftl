counterparties-of = { $count ->
        [0] У клиента <b>{ $name }</b> пока нет юрлиц.
        [one] Клиент <b>{ $name }</b> работает через
        [few] Клиент <b>{ $name }</b> работает через
        [many] Клиент <b>{ $name }</b> работает через
       *[other] Клиент <b>{ $name }</b> работает через
    }
counterparties-valid = 🏛 <b>{ $name }</b> · { $number } · с { $since }{ $until }
counterparties-ended = <s>{ $name }</s> · { $number } · { $since } – { $until }
counterparties-add = Добавить
counterparties-end = Больше не через: { $name }
counterparties-ask = Какое юрлицо? <i>Название, ИНН, страна</i> (RU, TH, DE …). Хватит и названия.
error-counterparties-already-linked = { $name } уже записано.
error-counterparties-bad-period = Конец не может быть раньше начала.
