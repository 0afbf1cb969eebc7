mailboxes-list = { $count ->
        [0] Ни один почтовый ящик не подключён. Его добавляет администратор: <code>touchline init</code>.
        [one] 📬 <b>{ $count } почтовый ящик</b>
        [few] 📬 <b>{ $count } почтовых ящика</b>
        [many] 📬 <b>{ $count } почтовых ящиков</b>
       *[other] 📬 <b>{ $count } почтового ящика</b>
    }
mailboxes-personal = Личный ящик: { $name }
mailboxes-read = ✅ Новые письма приходят. Последняя проверка: { $at }
mailboxes-not-yet = ⏳ Открываю в первый раз…
mailboxes-failing = { $what ->
        [copies] ❌ Копии отправленных писем сюда не попадают: { $error } ({ $since })
            Они ждут и лягут сюда, как только всё заработает.
       *[read] ❌ <b>{ $folder } не читается</b>: { $error } ({ $since })
            Ничего не потеряется: что придёт за это время, заберу потом. Что делать, подскажет <code>touchline doctor</code>.
    }
mailboxes-recovered = Снова работает: { $at }.
mailboxes-held = 📥 { $held } из { $total } у нас
mailboxes-error = ⚠️ Забрать удалось не всё: { $error }
mailboxes-compared = Сверено с сервером: { $at }
mailboxes-comparing = 🔍 Сверяю с сервером…
mailboxes-uncompared = ⚠️ Сверка с сервером, назначенная на { $at }, не удаётся. Новая почта приходит, но всё ли на месте из прежней, сказать нельзя.
mailboxes-history = ⏳ Читаю старые письма: осталось { $left }. Новые их не ждут.
mailboxes-history-begins = ⏳ Сейчас начну читать старые письма.
mailboxes-copies = { $how ->
        [auto] 📤 Отправленное ложится и в папку «Отправленные».
       *[named] 📤 Отправленное ложится и в папку «{ $folder }».
    }
mailboxes-compare = Сверить сейчас
mailboxes-asked = Сверяю с сервером…
mailboxes-back = ‹ Все ящики
mailboxes-gap-title = 📬 <b>{ $mailbox }</b>, { $folder }
mailboxes-gap-fetched = { $n ->
        [one] Не хватало { $n } письма – уже забрал.
        [few] Не хватало { $n } писем – уже забрал.
        [many] Не хватало { $n } писем – уже забрал.
       *[other] Не хватало { $n } письма – уже забрал.
    }
mailboxes-gap-left = { $n ->
        [one] ⚠️ { $n } письмо забрать не удалось: { $error }
        [few] ⚠️ { $n } письма забрать не удалось: { $error }
        [many] ⚠️ { $n } писем забрать не удалось: { $error }
       *[other] ⚠️ { $n } письма забрать не удалось: { $error }
    }
    Пробую снова каждую ночь; в почтовой программе, возможно, откроется.
mailboxes-said = «{ $text }»
mailboxes-fault-unreachable = сервер недоступен
mailboxes-fault-silent = сервер не отвечает
mailboxes-fault-closed = сервер прервал соединение
mailboxes-fault-broken = сервер оборвал разговор
mailboxes-fault-not-now = сервер просит подождать
mailboxes-fault-certificate = сертификат сервера недействителен
mailboxes-fault-no-tls = сервер не предлагает шифрования, а пароль открытым текстом я не отправляю
mailboxes-fault-login = имя или пароль не приняты
mailboxes-fault-token = не удалось получить токен доступа для входа
mailboxes-fault-folder = такой папки нет, или она не открывается
mailboxes-fault-no-numbers = эту папку нельзя читать надёжно (нет UIDVALIDITY)
mailboxes-fault-no-sent-folder = ни одна папка не отмечена как «Отправленные»; укажите её в настройках
mailboxes-fault-not-taken = сервер не принимает копию
mailboxes-fault-owner-unknown = владельца из настроек среди сотрудников нет
mailboxes-fault-owner-ambiguous = имя владельца из настроек подходит нескольким сотрудникам
mailboxes-mail-no-size = сервер не может его открыть
mailboxes-mail-nothing = сервер ничего не присылает
mailboxes-mail-ends-the-line = сервер каждый раз обрывает на нём связь
