history-title = { $count ->
        [0] 🗂 <b>{ $name }</b>: nothing yet
        [one] 🗂 <b>{ $name }</b> · { $count } entry
       *[other] 🗂 <b>{ $name }</b> · { $count } entries
    }
history-found = { $count ->
        [0] 🗂 <b>{ $name }</b>: nothing about “{ $query }”
        [one] 🗂 <b>{ $name }</b> · { $count } entry about “{ $query }”
       *[other] 🗂 <b>{ $name }</b> · { $count } entries about “{ $query }”
    }
history-promise-open = ⏰ { $by } promised for { $at }: { $promise }
history-promise-done = ✅ { $by } kept the promise of { $at }: { $promise }
history-promise-cancelled = ✖️ { $by }, cancelled, { $at }: { $promise }
history-search = Search
history-all = Everything
history-ask = What shall I look for in the history?
