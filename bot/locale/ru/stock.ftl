stock-ask = Что посмотреть? Напишите артикул, название или размер: <i>м8х40</i>, <i>кран шаровой</i>, штрихкод.
stock-nothing = По запросу «{ $query }» ничего нет. Попробуйте часть артикула или меньше слов.
stock-hits = { $count ->
    [one] { $count } товар по запросу «{ $query }»
    [few] { $count } товара по запросу «{ $query }»
    [many] { $count } товаров по запросу «{ $query }»
   *[other] { $count } товара по запросу «{ $query }»
}
stock-hits-most = Первые { $count } по запросу «{ $query }»
stock-price = { $price } за { $unit }
stock-no-price = цены нет
stock-barcode = Штрихкод { $barcode }
stock-available = Можно обещать: <b>{ $quantity } { $unit }</b>
stock-short = Обещано больше, чем есть: <b>{ $quantity } { $unit }</b>
stock-low-mark = мало: { $quantity } и меньше
stock-nowhere = Нигде нет в наличии.
stock-shelf = { $warehouse }: <b>{ $available }</b>
stock-shelf-reserved = { $warehouse }: <b>{ $available }</b> (на складе { $on_hand }, в резерве { $reserved })
stock-incoming = В пути:
stock-arrival = { $day }: +{ $quantity } { $unit } → { $warehouse }
stock-arrival-no-day = дата не известна: +{ $quantity } { $unit } → { $warehouse }
stock-share = Поделиться
stock-back = ‹ К списку
stock-share-in-stock = Есть в наличии
stock-share-on-order = Под заказ, ожидаем { $day }
stock-share-ask = Наличие уточните, пожалуйста
error-products-not-found = Этого товара больше нет в каталоге.
error-products-code-taken = Артикул { $code } уже у другого товара.
error-stock-not-enough = На складе только { $on_hand }: списать { $wanted } нельзя.
error-stock-two-low-marks = минимальный остаток не тот, что в строке { $row }: у товара он один на все склады

stock-import-title = Список товаров <b>{ $name }</b>
stock-import-column = { $header } → { $field }
stock-import-counts = Новых { $new } · изменится { $changed } · без изменений { $unchanged } · с ошибками { $errors }
stock-import-warehouses = Новые склады: { $names }
stock-import-change = { $field }: { $before } → { $after }
stock-import-error-row = Строка { $row }: { $error }
stock-import-apply = { $count ->
    [one] Загрузить { $count } товар
    [few] Загрузить { $count } товара
    [many] Загрузить { $count } товаров
   *[other] Загрузить { $count } товара
}
stock-import-apply-good = { $count ->
    [one] Загрузить { $count } товар без ошибок
    [few] Загрузить { $count } товара без ошибок
    [many] Загрузить { $count } товаров без ошибок
   *[other] Загрузить { $count } товара без ошибок
}
stock-import-nothing = Ничего нового в нём нет.
stock-import-applied = Готово: новых { $created }, изменено { $updated }, пропущено { $left }.
stock-import-undo = Отменить загрузку
stock-import-undone = Отменено: убрано { $removed }, возвращено как было { $restored }.
stock-import-kept = Изменены позже, оставлены как есть: { $codes }
stock-import-field-none = не берём
stock-import-field-code = артикул
stock-import-field-name = название
stock-import-field-name-en = название (английское)
stock-import-field-name-ru = название (русское)
stock-import-field-name-th = название (тайское)
stock-import-field-unit = единица
stock-import-field-price = цена
stock-import-field-currency = валюта
stock-import-field-barcode = штрихкод
stock-import-field-warehouse = склад
stock-import-field-quantity = остаток
stock-import-field-reserved = резерв
stock-import-field-incoming = в пути
stock-import-field-expected = ожидается
stock-import-field-low-mark = минимальный остаток
stock-import-field-active = в продаже
error-stock-repeated-row = тот же товар и склад, что в строке { $row }
