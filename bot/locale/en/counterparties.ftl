counterparties-of = { $count ->
        [0] <b>{ $name }</b> has no legal entities yet.
        [one] <b>{ $name }</b> acts through
       *[other] <b>{ $name }</b> acts through
    }
counterparties-valid = 🏛 <b>{ $name }</b> · { $number } · since { $since }{ $until }
counterparties-ended = <s>{ $name }</s> · { $number } · { $since } – { $until }
counterparties-add = Add
counterparties-end = No longer: { $name }
counterparties-ask = Which legal entity? <i>Name, tax number, country</i> (TH, RU, DE …). A name alone is enough.
error-counterparties-already-linked = { $name } is already listed here.
error-counterparties-bad-period = It cannot end before it began.
