absences-away = 🌴 <b>{ $name }</b> отсутствует до { $day }.
absences-ask = Перенести на <b>{ $at }</b>?
absences-more = { $count ->
        [one] … и ещё { $count } дело
        [few] … и ещё { $count } дела
        [many] … и ещё { $count } дел
       *[other] … и ещё { $count } дела
    }
absences-move = Перенести
absences-keep = Оставить как есть
absences-moved = { $count ->
        [one] 🗓 <b>{ $name }</b>: { $count } дело перенесено на { $at }.
        [few] 🗓 <b>{ $name }</b>: { $count } дела перенесены на { $at }.
        [many] 🗓 <b>{ $name }</b>: { $count } дел перенесено на { $at }.
       *[other] 🗓 <b>{ $name }</b>: { $count } дела перенесено на { $at }.
    }
absences-kept = 🌴 <b>{ $name }</b> отсутствует до { $day }. Сроки остались прежними.
absences-nothing-before = До этого дня у вас ничего не назначено.
error-absences-nothing-to-move = Переносить уже нечего: всё сделано, перенесено или отменено.
