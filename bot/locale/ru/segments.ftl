segments-list = { $count ->
    [0] Сегментов пока нет.
    [one] { $count } сегмент
    [few] { $count } сегмента
    [many] { $count } сегментов
   *[other] { $count } сегмента
}
segments-new-rule = Новый по правилу
segments-new-list = Новый список из поиска
segments-back = ‹ Сегменты
segments-ask-rule = Напишите, кто вам нужен, например:
    <code>город = Москва и не тег = vip и последний контакт &gt; 30 дней назад</code>
    <code>нет контакта 30 дней или нет покупок</code>
    <code>ответственный = я и есть почта и язык в (ru, en)</code>
    <code>звонков &gt;= 2 за 30 дней и не в сегменте "VIP"</code>
    Имя, компания, город, тег, ответственный, источник, язык, статус, день рождения, последний контакт, последняя покупка, добавлен; поле "…"; есть/нет почта, телефон, напоминание; согласие на письма; звонков, встреч, писем, sms, покупок … за 30 дней; сумма покупок; получил рассылку "…", ответил на рассылку "…"; в сегменте "…"; и, или, не, скобки.
segments-preview = Понял так: <b>{ $words }</b>
segments-count = { $count ->
    [0] Сейчас никого.
    [one] Сейчас { $count } клиент: { $names }
    [few] Сейчас { $count } клиента: { $names }
    [many] Сейчас { $count } клиентов: { $names }
   *[other] Сейчас { $count } клиента: { $names }
}
segments-more = { $names } и другие
segments-keep = Сохранить
segments-again = Напишите другое правило взамен или сохраните это.
segments-ask-name = Как назвать?
segments-saved = Сохранено.
segments-kind-rule = Правило: { $words }
segments-kind-list = Список, который ведут вручную.
segments-broken = Правило больше не читается. Измените его, пожалуйста.
segments-change = Изменить правило
segments-people = Кто в нём
segments-add = Добавить из поиска
segments-archive = В архив
segments-archive-sure = Убрать «{ $name }» в архив? Итоги отправленных рассылок сохранятся.
segments-archived = «{ $name }» в архиве.
segments-ask-search = Кого? Напишите имя, компанию, город или номер.
segments-found = { $count ->
    [0] Никого не нашлось. Попробуйте другие слова.
    [one] Нашёлся { $count }: { $names }
    [few] Нашлось { $count }: { $names }
    [many] Нашлось { $count }: { $names }
   *[other] Нашлось { $count }: { $names }
}
segments-take = { $count ->
    [one] Взять { $count } клиента
    [few] Взять { $count } клиентов
    [many] Взять { $count } клиентов
   *[other] Взять { $count } клиента
}
segments-added = { $count ->
    [0] Все они уже в списке.
    [one] Добавлен { $count }.
    [few] Добавлено { $count }.
    [many] Добавлено { $count }.
   *[other] Добавлено { $count }.
}
segments-people-of = <b>{ $name }</b> · { $page }/{ $pages }
segments-take-off-hint = Нажатие убирает клиента из списка.
segments-taken-off = Убран из списка.
error-segments-syntax = Споткнулся на знаке { $position }{ $has_near ->
    [no] {""}
   *[yes] {" "}(«{ $near }»)
}. { $expected ->
    [field] Здесь нужно поле: город, тег, ответственный, последний контакт, есть почта…
    [operator] Здесь нужно сравнение: =, не, в, раньше, &gt;…
    [value] Здесь не хватает значения.
    [joiner] Здесь нужно «и», «или» либо конец. Значение с такими словами возьмите в кавычки.
    [bracket] Скобка не закрыта, или не хватает «и»/«или».
    [list] Здесь нужна запятая или закрывающая скобка.
    [day] Здесь нужен день, например 31.01.2026, или «30 дней назад».
    [age] Здесь нужен срок, например «30 дней».
    [choice] Такого значения я не знаю.
    [quote] Кавычка не закрыта.
    [number] Здесь нужно целое число, например 3.
    [size] Здесь нужно число или день, например 10 или 31.01.2026.
    [money] Здесь нужна сумма с валютой, например 1000 руб.
    [name] Здесь нужно название поля; если в нём несколько слов – в кавычках.
    [since] Здесь нужен срок, например «30 дней», или день, например 31.01.2026.
   *[other] Отсюда прочитать не могу.
}{ $has_suggestion ->
    [no] {""}
   *[yes] {" "}Может быть, «{ $suggestion }»?
}
error-segments-too-complex = Слишком длинно или сложно: не больше { $most } ({ $limit ->
    [length] знаков
    [depth] уровней
    [values] значений
   *[nodes] условий
}).
error-segments-unknown-value = { $field ->
    [owner] Коллеги по имени «{ $value }» нет.
    [segment] Сегмента «{ $value }» нет.
    [mailing] Рассылки «{ $value }» нет.
   *[other] Источника «{ $value }» нет.
}{ $has_suggestion ->
    [no] {""}
   *[yes] {" "}Может быть, «{ $suggestion }»?
}
error-segments-name-taken = Сегмент «{ $name }» уже есть. Выберите другое название.
error-segments-not-found = Этого сегмента больше нет. Остальные – в /segments.
error-segments-not-a-list = Правило выбирает само; вручную меняют только списки.
error-segments-in-use = Этот сегмент ещё нужен незавершённой рассылке.
error-segments-circle = Эти сегменты ссылаются друг на друга по кругу: { $path }.
error-segments-mentioned = На этот сегмент ссылается правило сегмента «{ $name }». Сначала измените его.
error-segments-burdens = На этот сегмент ссылается сегмент «{ $name }», и с таким правилом он станет слишком большим: не больше { $most } ({ $limit ->
    [length] знаков
    [depth] уровней
    [values] значений
   *[nodes] условий
}). Упростите правило.
error-segments-too-slow = Подсчёт занимает больше { $seconds ->
    [one] { $seconds } секунды
    [few] { $seconds } секунд
    [many] { $seconds } секунд
   *[other] { $seconds } секунды
}. Упростите правило или начните его с условия, которому отвечает меньше клиентов.
segments-new-buttons = Собрать кнопками
segments-slow = Его правило слишком долго считать. Упростите его, пожалуйста.
segments-join-and = ＋ и
segments-join-or = ＋ или
segments-join-and-not = ＋ кроме
segments-undo = ↶ Вернуть
segments-so-far = { $words } · { $count ->
    [0] никого
    [one] { $count } клиент
    [few] { $count } клиента
    [many] { $count } клиентов
   *[other] { $count } клиента
}
    { $join ->
    [or] … или:
    [and_not] … кроме:
   *[and] … и:
}
segments-about-what = Что о них важно?
segments-which-field = Что именно?
segments-which-own = { $count ->
    [0] Своих полей пока нет. Напишите название поля.
   *[other] Какое поле? Выберите или напишите название.
}
segments-how = Как сравнить?
segments-choose = <b>{ $comparison }</b>
segments-choose-or-type = <b>{ $comparison }</b> Выберите или напишите своё.
segments-type = <b>{ $comparison }</b> Напишите значение.
segments-since-when = За какое время?
segments-any-time = за всё время
segments-noun-clients = Кто они
segments-noun-contacts = Адреса, согласие
segments-noun-interactions = Звонки, встречи, письма
segments-noun-followups = Напоминания
segments-noun-purchases = Покупки
segments-noun-mailings = Рассылки
segments-noun-segments = Другие сегменты
segments-noun-own = Свои поля
segments-compare = ⚖ Сравнить
segments-compare-which = Какие сегменты сравнить? Не больше { $most }.
segments-compare-now = Сравнить { $count }
segments-compare-others = Выбрать другие
segments-measure-size = Размер
segments-measure-revenue = Купили за 12 месяцев
segments-measure-contacts = Контакты за 30 дней
segments-measure-email = Доступны по почте
segments-measure-sms = Доступны по SMS
segments-measure-response = Ответили, из получивших рассылки за год
