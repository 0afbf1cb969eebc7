templates-list = { $count ->
    [0] No templates yet. A template is a text with fields, such as the client's name.
    [one] { $count } template
   *[other] { $count } templates
}
templates-new = New template
templates-back = ‹ Templates
templates-ask-name = What shall the template be called? Only colleagues see the name.
templates-ask-channel = <b>{ $name }</b>: by email or by SMS?
templates-channel-email = Email
templates-channel-sms = SMS
templates-ask-language = <b>{ $name }</b>: in which language is the first text? Others can follow; every client gets their own, else English.
templates-in-en = English
templates-in-ru = Russian
templates-in-th = Thai
templates-ask-subject = The subject, in { $speech }:
templates-ask-text = The text, in { $speech }. How to unsubscribe is added by itself.
templates-ask-design = Or send a designed mail as a file: .mjml or .html.
templates-designed = 🎨 a designed mail, with this text beside it
templates-fields =
    Fields you can put in, for example “Hello { "{name}" }!”:
    <code>{ "{name}" }</code> Anna Bee · <code>{ "{company}" }</code> Bee Trading · <code>{ "{city}" }</code> Riga
    <code>{ "{owner}" }</code> who looks after them · <code>{ "{last_purchase}" }</code> <code>{ "{last_contact}" }</code> 5 Oct 2026
    What follows | stands in when a field is empty: <code>{ "{company|your company}" }</code>
templates-version = <b>{ $speech }</b> · version { $number }, { $day }
templates-no-text = No text yet. Choose a language and write it.
templates-go-on = On to the mailing
templates-preview = Preview
templates-preview-of = What <b>{ $name }</b> would read, in { $speech }:
templates-gaps = Empty here and without words to stand in: { $fields }
templates-nobody = There is no client or no text to show it with yet.
templates-send = Mailing
templates-put-away = Archive
templates-put-away-sure = Archive “{ $name }”? Mailings that use it go on.
templates-away = “{ $name }” is archived.
error-templates-unknown-field = There is no field { "{" }{ $field }{ "}" }.{ $has_hint ->
    [no] {""}
   *[yes] {" "}Did you mean { $hint }?
}{" "}There are: { $known }
error-templates-no-fields-here = This text goes out as it stands: { "{" }{ $field }{ "}" } would not be filled in. Write the words themselves.
error-templates-loose-brace = A brace has no other half near “{ $near }”. Fields look like { "{name}" }.
error-templates-name-taken = There is or was a template called “{ $name }”. Choose another name.
error-templates-in-use = A mailing that was launched goes out with this template. Write a new one, or wait until it has gone.
error-templates-broken-markup = Line { $line }: &lt;{ $tag }&gt; is not closed, or not written as it must be.
error-templates-unknown-tag = Line { $line }: I know no MJML tag &lt;{ $tag }&gt;. Is it spelled right?
error-templates-misplaced-tag = Line { $line }: &lt;{ $tag }&gt; would not be shown there. Put it into a column.
error-templates-too-intricate = Line { $line }: too many tags, or tags too deep inside each other. Make the design simpler.
error-templates-not-rendered = Line { $line }: the MJML cannot be read here ({ $reason }).
error-templates-too-large = The design is larger than { $limit } kB; Gmail would cut off its end. Shorten it and keep pictures on your site.
error-templates-only-by-email = A designed mail goes by email only. Write the SMS as plain text.
error-templates-not-a-design = I take .mjml and .html files in UTF-8 here, or the text as a message.
templates-own = 👤 yours alone
