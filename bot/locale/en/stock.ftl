stock-ask = What shall I look up? Write an article code, a name or a size: <i>m8x40</i>, <i>ball valve</i>, a barcode.
stock-nothing = Nothing in the catalogue fits “{ $query }”. Try a part of the code, or fewer words.
stock-hits = { $count ->
    [one] { $count } product for “{ $query }”
   *[other] { $count } products for “{ $query }”
}
stock-hits-most = The first { $count } products for “{ $query }”
stock-price = { $price } per { $unit }
stock-no-price = no price
stock-barcode = Barcode { $barcode }
stock-available = Can be promised: <b>{ $quantity } { $unit }</b>
stock-short = Promised more than there is: <b>{ $quantity } { $unit }</b>
stock-low-mark = low: at or under { $quantity }
stock-nowhere = Not in stock anywhere.
stock-shelf = { $warehouse }: <b>{ $available }</b>
stock-shelf-reserved = { $warehouse }: <b>{ $available }</b> (on hand { $on_hand }, reserved { $reserved })
stock-incoming = On its way:
stock-arrival = { $day }: +{ $quantity } { $unit } → { $warehouse }
stock-arrival-no-day = no date yet: +{ $quantity } { $unit } → { $warehouse }
stock-share = Share
stock-back = ‹ Results
stock-share-in-stock = In stock
stock-share-on-order = On order, expected { $day }
stock-share-ask = Please ask for availability
error-products-not-found = This product is no longer in the catalogue.
error-products-code-taken = The code { $code } belongs to another product.
error-stock-not-enough = Only { $on_hand } on hand: { $wanted } cannot leave.
error-stock-two-low-marks = another low mark than in row { $row }: a product has one for all warehouses

stock-import-title = Stock list <b>{ $name }</b>
stock-import-column = { $header } → { $field }
stock-import-counts = New { $new } · changed { $changed } · as before { $unchanged } · with errors { $errors }
stock-import-warehouses = New warehouses: { $names }
stock-import-change = { $field }: { $before } → { $after }
stock-import-error-row = Row { $row }: { $error }
stock-import-apply = { $count ->
    [one] Import { $count } product
   *[other] Import { $count } products
}
stock-import-apply-good = { $count ->
    [one] Import { $count } product without errors
   *[other] Import { $count } products without errors
}
stock-import-nothing = Nothing new in it.
stock-import-applied = Done: { $created } new, { $updated } changed, { $left } left out.
stock-import-undo = Undo the import
stock-import-undone = Undone: { $removed } removed, { $restored } put back as they were.
stock-import-kept = Changed since, left alone: { $codes }
stock-import-field-none = left out
stock-import-field-code = code
stock-import-field-name = name
stock-import-field-name-en = name (English)
stock-import-field-name-ru = name (Russian)
stock-import-field-name-th = name (Thai)
stock-import-field-unit = unit
stock-import-field-price = price
stock-import-field-currency = currency
stock-import-field-barcode = barcode
stock-import-field-warehouse = warehouse
stock-import-field-quantity = on hand
stock-import-field-reserved = reserved
stock-import-field-incoming = on its way
stock-import-field-expected = expected on
stock-import-field-low-mark = low mark
stock-import-field-active = offered
error-stock-repeated-row = the same product and warehouse as in row { $row }
