absences-away = 🌴 <b>{ $name }</b> is away until { $day }.
absences-ask = Move to <b>{ $at }</b>?
absences-more = { $count ->
        [one] … and one more
       *[other] … and { $count } more
    }
absences-move = Move
absences-keep = Keep as it is
absences-moved = { $count ->
        [one] 🗓 Moved to { $at }, when <b>{ $name }</b> is back.
       *[other] 🗓 { $count } follow-ups moved to { $at }, when <b>{ $name }</b> is back.
    }
absences-kept = 🌴 <b>{ $name }</b> is away until { $day }. Nothing was moved.
absences-nothing-before = Nothing of yours is due before.
error-absences-nothing-to-move = There is nothing left to move: it is done, moved or cancelled.
