imports-title = 📄 <b>{ $name }</b>: вот как я это понял
imports-column = { $header } → <b>{ $field }</b>
imports-left-out = ❔ Не понял и не беру: <b>{ $headers }</b>. Что в них, можно сказать кнопкой «Исправить столбцы».
imports-counts = ➕ новых: <b>{ $new }</b> · ✏️ изменится: <b>{ $changed }</b> · без изменений: { $unchanged } · ❗ ошибок: <b>{ $errors }</b>
imports-change = { $field }: { $before } → <b>{ $after }</b>
imports-error-row = ❗ строка { $row }: { $error }
imports-apply = { $count ->
        [one] Загрузить { $count } строку
        [few] Загрузить { $count } строки
        [many] Загрузить { $count } строк
       *[other] Загрузить { $count } строки
    }
imports-apply-good = { $count ->
        [one] Загрузить только { $count } верную строку
        [few] Загрузить только { $count } верные строки
        [many] Загрузить только { $count } верных строк
       *[other] Загрузить только { $count } верных строки
    }
imports-columns = Исправить столбцы
imports-show-difference = Все изменения
imports-show-errors = Ошибки ({ $count })
imports-which-column = Какой столбец я понял неверно?
imports-what-holds = Что в столбце «{ $header }»?
imports-difference = <b>{ $name }</b>: что изменится
imports-errors = { $count ->
        [one] { $count } строку загрузить нельзя:
        [few] { $count } строки загрузить нельзя:
        [many] { $count } строк загрузить нельзя:
       *[other] { $count } строки загрузить нельзя:
    }
imports-applied = Загружено. Новых: <b>{ $created }</b>, изменено: <b>{ $updated }</b>, пропущено: { $left }.
imports-undo = Отменить загрузку
imports-undone = Загрузка отменена. Убрано: <b>{ $removed }</b>, возвращено: <b>{ $restored }</b>.
imports-kept = { $count ->
        [one] С этим клиентом уже поработали, эти изменения остались:
        [few] С этими { $count } клиентами уже поработали, эти изменения остались:
        [many] С этими { $count } клиентами уже поработали, эти изменения остались:
       *[other] С этими { $count } клиентами уже поработали, эти изменения остались:
    }
imports-not-yours = Списки клиентов загружает руководитель, остатки – склад. Перешлите файл им, пожалуйста.
imports-field-name = имя
imports-field-company = компания
imports-field-person = контактное лицо
imports-field-phone = телефон
imports-field-email = почта
imports-field-city = город
imports-field-tags = теги
imports-field-source = источник
imports-field-reason = причина обращения
imports-field-owner = ответственный
imports-field-language = язык
imports-field-party = юрлицо
imports-field-tax-id = ИНН
imports-field-notes = заметки
imports-field-birthday = день рождения
imports-field-contract-end = конец договора
imports-field-purchases = число покупок
imports-field-purchase-sum = сумма покупок
imports-field-currency = валюта
imports-field-first-purchase = первая покупка
imports-field-last-purchase = последняя покупка
imports-field-own = своё поле
imports-field-none = не брать
error-imports-unreadable = Не могу прочитать «{ $file }». Пришлите CSV (UTF-8) или XLSX.
error-imports-too-large = Файл слишком большой: не больше { $rows } строк и { $megabytes } МБ. Пришлите по частям.
error-imports-empty = Под заголовками в файле ничего нет.
error-imports-two-clients = телефоны и почта принадлежат разным клиентам: { $names }
error-imports-repeated-row = тот же клиент, что в строке { $row }
error-imports-wrong-state = Эта загрузка уже завершена.
error-imports-outdated = Клиентов за это время изменили. Посмотрите изменения ещё раз.
error-imports-has-errors = В некоторых строках ошибки ({ $count }). Исправьте файл или загрузите только верные строки.
error-imports-bad-date = «{ $value }» в столбце «{ $column }» не похоже на дату. Напишите так: 24.11.2026, год четырьмя цифрами.
error-imports-unclear-date = «{ $value }» в столбце «{ $column }» может быть двумя разными днями: в файле есть даты и с днём впереди, и с месяцем. Напишите так: 2026-11-24.
error-imports-date-ahead = «{ $value }» в столбце «{ $column }» ещё не наступило.
error-imports-bad-number = «{ $value }» в столбце «{ $column }» не читается как число наверняка. Напишите так: 1234,50.
error-imports-bad-currency = «{ $value }» в столбце «{ $column }»: не знаю такой валюты. Напишите так: RUB.
error-purchases-first-after-last = первая покупка ({ $first }) позже последней ({ $last })
