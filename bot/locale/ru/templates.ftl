templates-list = { $count ->
    [0] Шаблонов пока нет. Шаблон – это текст с полями, например с именем клиента.
    [one] { $count } шаблон
    [few] { $count } шаблона
    [many] { $count } шаблонов
   *[other] { $count } шаблона
}
templates-new = Новый шаблон
templates-back = ‹ Шаблоны
templates-ask-name = Как назвать шаблон? Название видят только коллеги.
templates-ask-channel = <b>{ $name }</b>: письмом или по SMS?
templates-channel-email = Почта
templates-channel-sms = SMS
templates-ask-language = <b>{ $name }</b>: на каком языке первый текст? Другие можно добавить потом; каждый клиент получит свой, а если его нет – английский.
templates-in-en = Английский
templates-in-ru = Русский
templates-in-th = Тайский
templates-ask-subject = Тема письма. Язык: { $speech }
templates-ask-text = Текст. Язык: { $speech }. Как отписаться, добавится само.
templates-ask-design = Или пришлите готовый макет файлом: .mjml или .html.
templates-designed = 🎨 макет письма, к нему этот текст
templates-fields =
    Можно вставить поля, например «Здравствуйте, { "{name}" }!»:
    <code>{ "{name}" }</code> Анна Белова · <code>{ "{company}" }</code> ООО «Вектор» · <code>{ "{city}" }</code> Рига
    <code>{ "{owner}" }</code> кто ведёт клиента · <code>{ "{last_purchase}" }</code> <code>{ "{last_contact}" }</code> 5 окт. 2026 г.
    Слова после | заменят пустое поле: <code>{ "{company|ваша компания}" }</code>
templates-version = <b>{ $speech }</b> · версия { $number }, { $day }
templates-no-text = Текста пока нет. Выберите язык и напишите.
templates-go-on = К рассылке
templates-preview = Как выглядит
templates-preview-of = Что прочитает <b>{ $name }</b>. Язык: { $speech }
templates-gaps = Здесь пусто, и замены нет: { $fields }
templates-nobody = Пока не на ком показать: нет клиента или текста.
templates-send = Рассылка
templates-put-away = В архив
templates-put-away-sure = Убрать «{ $name }» в архив? Рассылки с ним продолжатся.
templates-away = «{ $name }» в архиве.
error-templates-unknown-field = Поля { "{" }{ $field }{ "}" } нет.{ $has_hint ->
    [no] {""}
   *[yes] {" "}Может быть, { $hint }?
}{" "}Есть: { $known }
error-templates-no-fields-here = Этот текст уходит таким, как он есть: { "{" }{ $field }{ "}" } не заполнится. Напишите сами слова.
error-templates-loose-brace = У фигурной скобки нет пары рядом с «{ $near }». Поля пишутся так: { "{name}" }.
error-templates-name-taken = Шаблон «{ $name }» уже есть или был. Выберите другое название.
error-templates-in-use = С этим шаблоном уже идёт рассылка. Создайте новый или дождитесь её конца.
error-templates-broken-markup = Строка { $line }: тег &lt;{ $tag }&gt; не закрыт или записан с ошибкой.
error-templates-unknown-tag = Строка { $line }: тега MJML &lt;{ $tag }&gt; я не знаю. Проверьте, как он написан.
error-templates-misplaced-tag = Строка { $line }: тег &lt;{ $tag }&gt; здесь не будет виден. Поместите его в колонку.
error-templates-too-intricate = Строка { $line }: тегов слишком много или они слишком глубоко вложены. Упростите макет.
error-templates-not-rendered = Строка { $line }: MJML здесь не читается ({ $reason }).
error-templates-too-large = Макет больше { $limit } КБ, Gmail обрежет конец письма. Сократите его, а картинки держите на сайте.
error-templates-only-by-email = Макет годится только для писем. Для SMS напишите обычный текст.
error-templates-not-a-design = Здесь подойдёт файл .mjml или .html в UTF-8 либо просто текст сообщением.
templates-own = 👤 только ваш
