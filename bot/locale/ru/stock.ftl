stock-ask = Что посмотреть? Напишите артикул, название или размер: <i>м8х40</i>, <i>кран шаровой</i>, штрихкод.
stock-nothing = По запросу «{ $query }» ничего нет. Попробуйте часть артикула или меньше слов.
stock-hits = { $count ->
    [one] { $count } товар по запросу «{ $query }»
    [few] { $count } товара по запросу «{ $query }»
    [many] { $count } товаров по запросу «{ $query }»
   *[other] { $count } товара по запросу «{ $query }»
}
stock-hits-most = Первые { $count } товаров по запросу «{ $query }»
stock-hit = { $name } · { $available } { $unit }
stock-gone = Этого товара больше нет в каталоге.
stock-price = { $price } за { $unit }
stock-no-price = цены нет
stock-barcode = Штрихкод { $barcode }
stock-available = Можно обещать: <b>{ $quantity } { $unit }</b>
stock-short = Обещано больше, чем есть: <b>{ $quantity } { $unit }</b>
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
error-stock-not-enough = Там всего { $on_hand }, списать { $wanted } нельзя.
