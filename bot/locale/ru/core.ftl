core-welcome = Добро пожаловать, { $name }! Вы в команде. /menu – всё по кнопкам, /help – как мне писать.
core-stranger = Здравствуйте! Это внутренний помощник компании, я говорю только с её сотрудниками. Хорошего дня!
core-gone = Этого уже нет. Что есть – в /menu.
core-failed = У нас что-то не сработало, мы это записали. Ваше сообщение сохранено. Попробуйте ещё раз.
core-file-missed = Не удалось получить файл: Telegram отдаёт мне файлы до { $limit } МБ. Пришлите, пожалуйста, файл поменьше или ссылку.
core-press-expired = Кнопка устарела. Откройте карточку заново.
core-press-used = Уже сделано.
core-cancelled = Отменено. Ничего не сохранено.
core-nothing-to-cancel = Отменять нечего.
core-unknown-command = Такой команды нет. /menu покажет, что есть.
core-not-understood = Не понял, что это. Напишите имя клиента, товар или, например: <i>звонок Анна, берёт 20 шт, завтра в 10 отправить КП</i>
core-yes = Да
core-no = Нет
core-cancel = Отмена
core-back = ‹ Назад
core-more = Ещё
core-save = Сохранить
core-undo = Отменить
core-edit = Изменить
core-undone = Отменено.

core-menu = <b>{ $name }</b>, что делаем?
    Или просто напишите: имя клиента, <i>остаток м8</i>, <i>звонок Анна, берёт 20 шт, завтра в 10 отправить КП</i>
core-menu-warehouse = <b>{ $name }</b>, что посмотреть?
    Напишите артикул, название или <i>остаток м8</i>. Пришлите остатки в CSV или XLSX – загружу.
core-help = <b>Пишите, как говорите</b>
    <i>звонок Анна, берёт 20 шт, завтра в 10 отправить КП</i> – запишу звонок и напомню
    <i>встреча Иванов, обсудили цены</i> – встреча
    <i>остаток м8</i> или артикул – что есть на складе
    <i>Балтик</i> или номер телефона – найду клиента

    <b>Ответить клиенту</b>: ответьте на сообщение о его письме или SMS.
    <b>Перешлите</b> мне что угодно (сообщение, голосовое, контакт, файл) – запишу.
    /today – что обещано · /why Анна – что с сообщениями · /menu – всё · /cancel – выйти из формы
core-help-warehouse = Напишите артикул, название товара или <i>остаток м8</i>: покажу наличие, резерв и ожидаемое.
    Пришлите остатки (CSV или XLSX) – загружу. /menu – всё

core-menu-today = Сегодня
core-menu-clients = Клиенты
core-menu-new = Новый клиент
core-menu-stock = Склад
core-menu-tray = Неизвестные
core-menu-segments = Сегменты
core-menu-mailings = Рассылки
core-menu-automations = Автоматизации
core-menu-templates = Шаблоны
core-menu-why = Что с сообщениями
core-menu-team = Команда
core-menu-mailboxes = Почтовые ящики
core-menu-staff = Сотрудники
core-menu-settings = Настройки
core-menu-menu = Меню
core-command-start = Начать
core-command-today = Что обещано на сегодня
core-command-clients = Найти клиента
core-command-new = Новый клиент
core-command-stock = Спросить остаток
core-command-tray = Сообщения от неизвестных
core-command-segments = Группы клиентов
core-command-mailings = Рассылки
core-command-automations = Автоматизации: что работает само
core-command-templates = Шаблоны сообщений
core-command-why = Почему клиент получил сообщение или не получил
core-command-team = День команды
core-command-mailboxes = Почта: всё ли приходит
core-command-staff = Сотрудники и роли
core-command-invite = Пригласить коллегу
core-command-settings = Язык, часовой пояс, часы работы
core-command-menu = Всё по кнопкам
core-command-help = Как мне писать
core-command-cancel = Выйти из формы

error-access-not-allowed = Этого уже нет, или у вас нет доступа. Что доступно – в /menu.
error-access-not-found = Этого уже нет, или у вас нет доступа. Что доступно – в /menu.
error-dates-in-past = Это время уже прошло. Выберите более позднее.
error-fields-too-long = Слишком длинно: не больше { $limit } знаков.
error-fields-missing = Здесь чего-то не хватает. Напишите, пожалуйста.
error-fields-invalid = Не могу прочитать «{ $value }». Проверьте, пожалуйста.
error-undo-expired = Отменить уже нельзя: прошло десять минут. Лучше изменить.
