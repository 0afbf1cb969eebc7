history-title = { $count ->
        [0] 🗂 <b>{ $name }</b>: пока пусто
        [one] 🗂 <b>{ $name }</b> · { $count } запись
        [few] 🗂 <b>{ $name }</b> · { $count } записи
        [many] 🗂 <b>{ $name }</b> · { $count } записей
       *[other] 🗂 <b>{ $name }</b> · { $count } записи
    }
history-found = { $count ->
        [0] 🗂 <b>{ $name }</b>: о «{ $query }» ничего нет
        [one] 🗂 <b>{ $name }</b> · { $count } запись о «{ $query }»
        [few] 🗂 <b>{ $name }</b> · { $count } записи о «{ $query }»
        [many] 🗂 <b>{ $name }</b> · { $count } записей о «{ $query }»
       *[other] 🗂 <b>{ $name }</b> · { $count } записи о «{ $query }»
    }
history-promise-open = ⏰ { $by }, обещано на { $at }: { $promise }
history-promise-done = ✅ { $by }, сделано, срок { $at }: { $promise }
history-promise-cancelled = ✖️ { $by }, отменено, { $at }: { $promise }
history-search = Поиск
history-all = Всё
history-ask = Что поискать в истории?
