automations-list = { $count ->
    [0] Пока ничего не работает само. Возьмите готовую или пришлите свой документ.
    [one] { $count } автоматизация
    [few] { $count } автоматизации
   *[many] { $count } автоматизаций
}
automations-ready = Можно включить:
automations-ready-too = Со знаком ＋ — готовые: их можно включить.
automations-new-document = Из документа
automations-back = ‹ Автоматизации
automations-state = { $state ->
    [draft] Черновик: никто не входит.
    [on] Включена с { $since }.
   *[paused] На паузе: никто не входит и не движется.
}
automations-when = Когда: <b>{ $what }</b>
automations-when-days = { $days ->
    [one] { $side ->
        [before] за { $days } день
       *[after] через { $days } день
    }
    [few] { $side ->
        [before] за { $days } дня
       *[after] через { $days } дня
    }
   *[many] { $side ->
        [before] за { $days } дней
       *[after] через { $days } дней
    }
}: { $what }
automations-when-quiet = { $days ->
    [one] { $days } день без контакта
    [few] { $days } дня без контакта
   *[many] { $days } дней без контакта
}
automations-event-posted = событие { $name } из другой программы
automations-only = Только: { $rule }
automations-topic = Тема: { $topic }
automations-exits = Завершает досрочно: { $exits }
automations-exits-none = Досрочно ничего не завершает.
automations-exit-reply = ответ
automations-exit-purchase = покупка или оплата
automations-exit-call = звонок
automations-exit-contact = контакт коллеги
automations-exit-unsubscribe = отписка
automations-exit-bounce = возврат сообщения
automations-because-expired = вышел срок
automations-because-archived = клиент в архиве
automations-because-stopped = автоматизация убрана
automations-because-other = { $reason }
automations-again = { $again ->
    [never] Один раз на клиента
    [always] Снова каждый раз, когда случится
   *[after] Снова не раньше чем через { $length }
}{ $cap ->
    [0] {"."}
   *[some] {", "}не больше { $cap } в день.
}
automations-figures = Внутри: <b>{ $inside }</b> · вошли за 30 дней: { $entered } · дошли до конца: { $finished }
automations-sent = Отправлено: { $sent } · ответили: { $answered }
automations-left = Вышли досрочно: { $reasons }
automations-failed = Не смогли продолжить: { $n }
automations-version = Версия { $number }{ $recipe ->
    [0] {""}
   *[some] {" "}· из готовых
}
automations-step-wait = ждать { $length }
automations-step-until = ждать до { $hour }{ $working ->
    [no] {""}
   *[yes] {" "}рабочего дня
}
automations-step-for = ждать: { $event }, не дольше { $length }
automations-step-came = если пришло
automations-step-missed = если нет
automations-step-if = если: { $rule }
automations-step-yes = то
automations-step-no = иначе
automations-step-email = письмо «{ $template }»
automations-step-sms = SMS «{ $template }»
automations-step-cheapest = письмо, иначе SMS «{ $template }»
automations-step-tell = сообщить ответственному: { $text }
automations-step-assign = передать: { $name }
automations-step-follow-up = задача через { $length }: { $text }
automations-step-set = { $field } = { $value }
automations-step-tag = тег + { $tag }
automations-step-untag = тег − { $tag }
automations-step-start = запустить «{ $name }»
automations-step-call-out = вызвать { $url }
automations-step-stop = стоп
automations-switch-on = Включить
automations-take = Взять черновиком
automations-edit = Изменить
automations-pause = Пауза
automations-resume = Продолжить
automations-replay = Последние 90 дней
automations-simulate = Проба на клиенте
automations-picture = Схема
automations-people = Внутри ({ $n })
automations-archive = Убрать
automations-archive-sure = Убрать «{ $name }»? { $inside ->
    [0] Внутри никого нет.
    [one] { $inside } клиент внутри выйдет, запланированное ему не уйдёт.
    [few] { $inside } клиента внутри выйдут, запланированное им не уйдёт.
   *[many] { $inside } клиентов внутри выйдут, запланированное им не уйдёт.
}
automations-archived = «{ $name }» убрана.
automations-on = Включена.
automations-not-ready = Пока включить нельзя:
automations-good-to-know = Полезно знать:
automations-found-no-steps = Нет шагов.
automations-found-needs-rule = Событие «{ $detail }» не относится к одному клиенту: укажите в «только», кого оно касается.
automations-found-template = Нет общего шаблона «{ $detail }».
automations-found-template-channel = Шаблон «{ $detail }» для другого канала.
automations-found-template-empty = В шаблоне «{ $detail }» ещё нет текста.
automations-found-outlasts = Ожидания занимают вместе { $detail } дн., а через { $more } дн. всё заканчивается: до последних шагов дело не дойдёт. Укажите больший «срок».
automations-found-topic = Темы «{ $detail }» нет среди доступных. Темы создаются в рассылке: «Тема».
automations-found-colleague = Нет активного коллеги с именем «{ $detail }», или их несколько.
automations-found-rule = Условие «{ $detail }» проверить нельзя.
automations-found-segment = Нет сегмента «{ $detail }».
automations-found-needs-segment = Для события «{ $detail }» нужно указать сегмент: назовите его в «где».
automations-found-automation = Нет автоматизации «{ $detail }», которую надо запустить.
automations-found-field-value = Поле «{ $detail }» не может быть «{ $more }».
automations-found-loop = Может идти по кругу без конца: { $detail }. Пусть в одну из них входят один раз (снова: никогда) или ждут действия клиента.
automations-found-posted = О событии «{ $detail }» сообщает другая программа: она должна слать его на /api/v1/events.
automations-found-languages = У шаблона «{ $detail }» нет текста на языках: { $more }. Эти клиенты получат другой язык.
automations-found-own-field = «{ $detail }» станет вашим собственным полем. Возможно, имелось в виду «{ $more }»?
automations-found-started-is-off = «{ $detail }» не включена: в неё никто не попадёт.
automations-found-reply-ends-first = Ответ завершает её, поэтому шаги «если пришло» после ожидания сообщения не выполнятся.
automations-means = { $count ->
    [one] Сейчас под условие подходит { $count } клиент
    [few] Сейчас под условие подходят { $count } клиента
   *[many] Сейчас под условие подходят { $count } клиентов
}; { $turn ->
    [day] каждый войдёт, когда подойдёт его день.
    [all] все войдут разом, когда это случится.
   *[event] каждый войдёт, когда это случится с ним.
}
automations-ask-document = Пришлите документ файлом или сообщением. В нём название, когда начать и что делать:
automations-starters = Что может её начать, а в скобках то, о чём может спросить «где»:
automations-edit-file = Измените файл и пришлите его сюда: он станет версией { $number }. Кто внутри, останется на своей версии.
automations-not-a-document = Это не текстовый файл. Пришлите документ как .yaml или сообщением.
automations-same = Ничего не изменилось.
automations-saved = Версия { $number } сохранена.
automations-people-of = Внутри «{ $name }»: { $count }
automations-nobody-inside = Внутри «{ $name }» сейчас никого.
automations-member = { $number }. <b>{ $name }</b>: { $place }, { $at }{ $old ->
    [0] {""}
   *[some] {" "}(версия { $old })
}
automations-member-waits = { $number }. <b>{ $name }</b>: ждёт: { $event }, не позже { $at }
automations-move = Перевести на версию { $number }
automations-moved = Переведено: { $moved }. Остались на своей версии, потому что шаг теперь другой: { $stayed }.
automations-ask-client = На ком попробовать «{ $name }»? Напишите имя клиента.
automations-no-client = Никого не нашлось. Напишите другое имя.
automations-which-client = Кого именно?
automations-simulated = «{ $name }» с клиентом <b>{ $client }</b>, если начать сейчас и он промолчит. Ничего не отправлено.
automations-simulated-outside = Сейчас не вошёл бы: условие его не касается.
automations-simulated-end = конец
automations-simulated-cut = … и так далее.
automations-said-none = сообщения нет: { $because }
automations-replay-title = «{ $name }» за последние { $days } дн., если бы была включена
automations-replay-entered = { $n ->
    [0] Никто бы не вошёл.
    [one] { $n } вход.
    [few] { $n } входа.
   *[many] { $n } входов.
}
automations-replay-cut = Прослежены только первые { $n }.
automations-replay-ended = Завершились досрочно: { $reasons }
automations-replay-sent = Письма: { $email } · SMS: { $sms }{ $has_parts ->
    [no] {""}
   *[yes] {" "}(частей: { $parts })
}
automations-replay-cost = SMS примерно на { $money }
automations-replay-unsent = Без адреса или разрешения: { $n }
automations-replay-capped = Сверх предела входов в день: { $n }
automations-replay-frequency = Сверх предела сообщений одному клиенту: { $n }
automations-replay-conflicts = { $n ->
    [one] { $n } раз клиент получил бы в один день сообщения двух автоматизаций.
    [few] { $n } раза клиент получил бы в один день сообщения двух автоматизаций.
   *[many] { $n } раз клиент получил бы в один день сообщения двух автоматизаций.
}
automations-replay-loop = Ходит по кругу: { $names }
automations-replay-file = Все, таблицей
automations-replay-note = Условия проверены по нынешним карточкам; чего тогда никто не записал, того здесь нет.
automations-replay-first = Первые из них:
automations-unsent-no-address = нет адреса
automations-unsent-suppressed = адрес закрыт
automations-unsent-unsubscribe = отписались
automations-unsent-topic = отказались от этой темы
automations-unsent-missing-field = в тексте есть поле, которое у клиента пусто
error-automations-not-ready = Включить как есть нельзя: чего-то нужного не хватает.
error-automations-not-found = Этой автоматизации больше нет.
error-automations-name-taken = Автоматизация «{ $name }» уже есть. Выберите другое название.
error-automations-names-it = Это ещё нужно автоматизации «{ $name }». Сначала измените или уберите её.
error-automations-starts-it = Автоматизация «{ $name }» запускает эту по названию. Сначала измените ту.
error-automations-recipe-not-found = Такой готовой автоматизации нет.
error-automations-not-in-state = Её тем временем изменили. Посмотрите ещё раз.
automations-no-picture = Для схем нужна часть, которая здесь не установлена. Шаги словами есть на карточке.
error-automations-document-refused = Строка { $line }, столбец { $column }{ $has_found ->
    [no] {""}
   *[yes] {" "}(«{ $found }»)
}: { $problem ->
    [empty] Документ пустой.
    [too-large] Слишком велик: не больше 64 КБ, 4000 строк и 10 000 знаков в строке.
    [too-deep] Слишком много вложенных шагов: не больше десяти уровней.
    [too-many-steps] Слишком много шагов: не больше 100.
    [character] Здесь невидимый управляющий знак. Удалите его.
    [tab] Отступ делается пробелами, а не табуляцией.
    [indent] Отступ не тот: то, что стоит рядом, начинается в одном столбце.
    [empty-item] После дефиса ничего нет.
    [colon] Здесь нужно слово, после него двоеточие и пробел.
    [colon-inside] Текст с двоеточием пишется в кавычках.
    [sign] С этого знака текст начинаться не может. Возьмите его в кавычки.
    [after-value] После значения стоит что-то лишнее.
    [bracket] Скобка в этой строке не закрыта, или нет запятой.
    [quote] Кавычка в этой строке не закрыта.
    [escape] После обратной черты бывает n, t, ещё одна черта или кавычка.
    [twice] Это сказано дважды.
    [unknown-key] Это слово здесь мне незнакомо.
    [unknown-step] Такого шага нет.
    [lacks] Здесь этого не хватает.
    [no-value] Здесь нет значения.
    [not-a-map] Здесь нужны строки вида «слово: значение».
    [not-a-list] Здесь нужен список: каждый шаг с новой строки, начиная с дефиса.
    [not-a-text] Здесь нужно одно значение.
    [one-line] Это должно уместиться в одну строку.
    [too-long] Слишком длинно; предел в знаках указан здесь.
    [duration] Это не срок. Напишите, например, «3 дня», «2 недели» или «1 день 4 часа».
    [hour] Это не время суток. Напишите, например, "10:00".
    [days] Это не число дней. Напишите, например, «7 дней до» или «3 дня».
    [number] Это не целое число, или оно слишком велико или мало.
    [yes-or-no] Здесь нужно да или нет.
    [again] Здесь бывает: никогда, всегда или, например, «через 30 дней».
    [exit] Завершить досрочно может: ответ, покупка, звонок, контакт, отписка, возврат; или ничего.
    [rule] Это условие не читается.
    [text] В полях этого текста ошибка.
    [url] Это не адрес для вызова: он начинается с https://
    [unknown-event] Такого события я не знаю. Если о нём сообщает другая программа, напишите перед ним «извне».
    [event-name] Событие называется вроде order.shipped: строчные латинские буквы через точку.
    [date-as-event] Это дата, ждать её шагом нельзя: она может только запускать автоматизацию.
    [fact-name] Сведения события называются строчными латинскими буквами: number, total.
    [unknown-fact] Этого в событии нет.
    [days-of-an-event] Дни отсчитываются только от дат, а не от этого события. Пусть вместо этого первый шаг ждёт.
    [quiet-days] Напишите в «дни», после скольких дней без контакта.
   *[other] Отсюда прочитать не могу.
}{ $has_hint ->
    [no] {""}
   *[yes] {" "}Возможно, имелось в виду «{ $hint }»?
}
