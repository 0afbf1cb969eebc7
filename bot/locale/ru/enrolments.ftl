enrolments-button = Автоматизации
enrolments-story = Вся история
enrolments-of = { $count ->
    [0] <b>{ $name }</b>: автоматизаций ещё не было.
    [one] <b>{ $name }</b>: { $count } автоматизация. Нажмите номер, и будет вся история.
    [few] <b>{ $name }</b>: { $count } автоматизации, новые сверху. Нажмите номер, и будет вся история.
    [many] <b>{ $name }</b>: { $count } автоматизаций, новые сверху. Нажмите номер, и будет вся история.
   *[other] <b>{ $name }</b>: { $count } автоматизации, новые сверху. Нажмите номер, и будет вся история.
}
enrolments-for = Клиент: { $name }; версия { $version }, автор { $by }
enrolments-entered = <b>Вошёл</b> { $at }, потому что:
enrolments-by-event = { $known ->
    [yes] ➡️ { $what }, { $by } { $facts }
   *[no] ➡️ { $what } { $facts }
}
enrolments-by-date = ➡️ подошла дата: { $what }, { $day }
enrolments-by-start = ➡️ передала автоматизация «{ $automation }»
enrolments-inside = внутри; следующий шаг { $at }
enrolments-waits = внутри; ждёт: { $what }, до { $until }
enrolments-finished = дошёл до конца { $at }
enrolments-left = вышел { $at }: { $because }
enrolments-failed = остановлен { $at }: { $because }
enrolments-paused = ⏸ Автоматизация на паузе; продолжит, когда её возобновят.
enrolments-at-end = Все шаги сделаны; осталось дождаться последнего сообщения или срока.
enrolments-line-waiting = ждёт до { $until }
enrolments-line-waiting-for = ждёт: { $event }, не дольше чем до { $until }
enrolments-line-came = дождались: { $event }
enrolments-line-missed = не дождались: { $event }
enrolments-line-branch = { $holds ->
    [yes] верно: { $rule }
   *[no] неверно: { $rule }
}
enrolments-line-sent = { $channel ->
    [sms] SMS «{ $template }»
   *[email] письмо «{ $template }»
}
enrolments-line-unsent = «{ $template }» не отправлено: { $because }
enrolments-line-told = сообщили ответственному: { $text }
enrolments-line-assigned = передан: { $to }
enrolments-line-follow-up = задача: { $text }
enrolments-line-set = поле { $name }: «{ $value }»
enrolments-line-tagged = добавлен тег { $tag }
enrolments-line-untagged = убран тег { $tag }
enrolments-line-started = { $outcome ->
    [entered] передан в автоматизацию «{ $automation }»
    [not-on] автоматизация «{ $automation }» не включена: не передан
    [refused] не передан в «{ $automation }»: автоматизации запускали бы друг друга без конца
   *[terms] условия «{ $automation }» не позволили войти
}
enrolments-line-called-out = вызвана другая программа: { $url }
enrolments-line-uncalled = другая программа не ответила: { $url }
enrolments-line-failed = шаг не получился: { $because }
enrolments-line-parked = ждёт: эта версия программы не знает шага ({ $because })
enrolments-line-gone = ждёт: того, что нужно шагу, больше нет ({ $because })
enrolments-line-moved = переведён с версии { $before } на { $after }
enrolments-line-left = вышел: { $because }
enrolments-note = 🤖 <b>{ $client }</b>: сообщает автоматизация «{ $automation }»
enrolments-notice-failed = Шаг не получился для клиента { $client }: { $cause }. Клиент вышел из автоматизации, остальные идут дальше. Пишу об этом раз в день.
enrolments-notice-parked = Клиент { $client } стоит на шаге, которого эта версия программы не знает ({ $cause }). Ничего не потеряно: шаг подождёт.
enrolments-notice-gone = Клиент { $client } стоит на шаге, которому нужно то, чего больше нет: { $cause }. Никто не потерян: как только оно снова появится под тем же названием, все пойдут дальше.
enrolments-notice-loop = Автоматизация запустила бы сама себя, поэтому клиента не пустили. Измените шаг или то, что её запускает.
enrolments-notice-long-chain = Слишком длинная цепочка автоматизаций, поэтому клиента не пустили.
enrolments-notice-cap = Сегодня вошло столько клиентов, сколько разрешено; остальные не войдут.
enrolments-notice-rule = Никто не может войти: { $cause }.
enrolments-notice-days = Пока программа стояла, наступили дни, навёрстывать которые уже поздно ({ $cause }). Те, кого они касались, не войдут, например { $client }.
enrolments-notice-call-out = Другая программа не отвечала сутки, вызов прекращён. Первый клиент: { $client }.
error-automations-template-gone = Шаблона компании «{ $name }» больше нет.
error-automations-topic-gone = Темы «{ $name }» больше нет.
error-automations-template-channel = «{ $name }» – шаблон для SMS, письмом он не уйдёт.
error-automations-nobody-acts = Автор автоматизации ушёл, а администратора нет.
error-automations-key-used = Этот ключ уже назвал другое событие.
error-automations-our-event = «{ $name }» CRM записывает сама, снаружи его не присылают.
error-automations-needs-client = Событие «{ $name }» относится к одному клиенту: укажите, к какому.
enrolments-because-reply = клиент ответил
enrolments-because-purchase = клиент купил или заплатил
enrolments-because-call = был звонок
enrolments-because-contact = с клиентом уже связался коллега
enrolments-because-unsubscribe = клиент отказался от сообщений
enrolments-because-bounce = наше сообщение вернулось
enrolments-because-finished = сделан последний шаг
enrolments-because-expired = вышел срок
enrolments-because-archived = клиент убран в архив
enrolments-because-stopped = автоматизация убрана
enrolments-because-error = ошибка в программе
enrolments-because-no-address = в карточке нет нужного адреса
enrolments-because-stop = клиент написал STOP
enrolments-because-hard-bounce = такого адреса нет
enrolments-because-soft-bounce = ящик раз за разом не принимал письма
enrolments-because-complaint = клиент пожаловался на спам
enrolments-because-invalid = адрес неверный
enrolments-because-manual = мы сами закрыли адрес
enrolments-because-automations-template-gone = такого шаблона больше нет
enrolments-because-automations-topic-gone = такой темы больше нет
enrolments-because-automations-template-channel = шаблон для SMS, письмом он не уйдёт
enrolments-because-automations-nobody-acts = автор ушёл, а администратора нет
enrolments-because-access-not-allowed = у автора больше нет на это прав
enrolments-because-fields-invalid = такого коллеги или значения нет
enrolments-because-segments-syntax = условие не читается
enrolments-because-segments-too-complex = условие слишком длинное
enrolments-because-segments-unknown-value = в условии назван коллега, источник, рассылка или сегмент, которых больше нет
enrolments-because-segments-circle = сегменты в условии ссылаются друг на друга по кругу
enrolments-because-no-rule = не сказано, каких клиентов взять
enrolments-because-documentrefused = шаг неизвестен
enrolments-because-nosuchplace = такого шага больше нет
enrolments-because-unknownstep = шаг неизвестен
