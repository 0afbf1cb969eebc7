"""How people ask in English. The words carriers require (CTIA): STOP, STOPALL, UNSUBSCRIBE, CANCEL, END, QUIT, HELP, INFO."""

from __future__ import annotations

from crm.optout.patterns import Patterns, compiled

_MESSAGES = (
    r"(?:(?:text|sms|marketing|promotional|advertising|spam|e ?mail) )?(?:texts?|messages?|msgs?|sms(?:es)?|spam|ads?|adverts?"
    r"|advertis\w+|promos?|promotions?|newsletters?|mailings?|marketing|communications?|notifications?|alerts?|e ?mails|mails)"
)
# What one is sent: "the offer" and "that e-mail" are about one piece of business.
_SENT = rf"(?:{_MESSAGES}|(?:special )?offers|(?<!the )(?<!this )(?<!that )(?<!your )e ?mail)"
_WHOM = (
    r"(?:me|us|this (?:(?:phone|cell|mobile) )?(?:number|phone|line)|(?:my|our) (?:(?:phone|cell|mobile|telephone) )?"
    r"(?:number|phone|cell|mobile|line)|here)"
)
_MAILBOX = r"(?:my|our|this) (?:e ?mail(?: (?:address|account))?|address|inbox|mailbox)"
_ANY = (
    r"(?:(?:any|all|the|these|this|those|that|such|your|more|of|further|other|stupid|annoying|unwanted|so many|damn"
    r"|bloody|fucking|kind|sort) )*"
)
_END = (
    r"(?: (?:any ?more|ever|again|at all|from you(?:r company)?|on|right away|asap|at once|today|every (?:day|week)|all the time|constantly"
    rf"|(?:to|on|at) (?:{_WHOM}|{_MAILBOX})|(?:by|via|through) e ?mail|for good))*"
)
_STOP = r"(?:stop|quit|cease(?: and desist)?|discontinue)"
_NOT = r"(?:do not|don't|dont|never|not|mind not|refrain from)"
_WANT = r"(?:i |we )?(?:(?:really )?(?:do not|don't|dont|no longer|never)) (?:want|wish|need|like|care|agree)"
_LIST = (
    r"(?:your (?:(?!order|invoic|deliver|price|meeting|attend|guest|part|shipping|wait|packing|payment|bill|suppl|vendor|task|project"
    r"|cc|copy|stock|quot|purchas|visit)\w+ ){0,3}?|(?:the|this|all|any|these|that|every) (?:(?:e ?mail(?:ing)?|mail(?:ing)?|marketing|promotional|advertising|contacts?|clients?"
    r"|customers?|subscri\w+|sms|text(?:ing)?|messaging|newsletter|phone|call(?:ing)?|data|spam|company(?:'s)?|broadcast"
    r"|distribution|future|further|other|stupid|annoying|damn|bloody|fucking|daily|weekly|monthly) ){0,3}?)"
    r"(?:lists?|databases?|mailings?|systems?|records|distribution|subscriptions?|contacts|texts|messages|sms|e ?mails|newsletters?)"
)
_LEAVING = (
    r"(?:(?:i |we )?(?:want|wish|need|would like|'d like|like)(?: to)?|(?:i|we)'d like(?: to)?|how (?:do|can) (?:i|we)"
    r"|how to|let (?:me|us)|can i|may i)"
)
# "Do not stop sending", "why did you remove me" ask for the opposite.
_UNLESS_NEGATED = (
    r"(?!.*\b(?:not|don't|dont|never|didn't|why (?:did|have) you|did|without) (?:\w+ )?"
    r"(?:stop\w*|quit\w*|cease|remov\w+|delet\w+|take|drop|unsub\w*|opt\w*|cancel\w*|end)\b)"
)
_REMOVE = r"(?:remove|delete|take|drop|erase|exclude)"
_FROM = r"(?: off| out of| from| of)+"

PATTERNS = Patterns(
    fillers=compiled(
        r"\b(?:please|pls|plz|kindly|thanks?(?: you| u)?(?: very much| a lot)?|thx|ty|hi|hello|hey|dear|good (?:morning|day|"
        r"afternoon|evening)|sir|madam|guys|team|sorry|now|just|immediately|can you|could you|would you|will you|ok|okay)\b"
    ),
    stop_words=compiled(
        r"(?:i (?:said|told you to|asked you to) )?(?:stop ?){1,3}(?:it|this|that|all|already)?",
        r"stopall|unsub(?:scribe|scription)?|unsuscribe|unsubcribe|cancel|end|quit|revoke|opt ?out",
        r"stop (?:sending|writing)",
    ),
    leaving_words=compiled(r"stop|stop ?all|unsub(?:scribe|scription)?|unsuscribe|unsubcribe|opt ?out"),
    weak_words=compiled(r"no more (?:of )?(?:this|these|that)|take (?:me|us) off|not any ?more|remove"),
    clear=compiled(
        rf"{_UNLESS_NEGATED}(?:.* )?{_STOP} (?:with )?(?:texting|messaging|msg(?:s|ing)|contacting|spamming|bothering|smsing|harassing|e ?mailing|mailing)(?: (?:{_WHOM}|{_MAILBOX}))?{_END}",
        rf"{_UNLESS_NEGATED}(?:.* )?{_STOP} sending(?: {_WHOM})?(?: {_ANY}(?:{_SENT}|stuff|things|crap|shit|rubbish|junk|this|these|those|it))?{_END}",
        rf"{_UNLESS_NEGATED}(?:.* )?(?:(?:end|cancel) {_ANY}{_MESSAGES}|{_STOP} {_ANY}{_SENT}){_END}",
        rf"{_UNLESS_NEGATED}(?:.* )?(?:cancel|end|stop) (?:my|the|this|our) (?:sms |text |e ?mail |newsletter )?subscription(?: to {_ANY}{_MESSAGES})?{_END}",
        rf"(?:.* )?{_NOT} (?:ever )?(?:text|texting|messag(?:e|ing)|sms|contact|contacting|spam|bother|e ?mail|e ?mailing|mail) (?:{_WHOM}|{_MAILBOX}){_END}",
        r"(?:do not|don't|dont) (?:text|contact|message|e ?mail)",
        rf"(?:stop|quit) (?:te?xt|message|msg|sms|spam|contact|bother|e ?mail) {_WHOM}{_END}",
        rf"(?:.* )?{_NOT} (?:ever )?send(?:ing)?(?: {_WHOM})? (?:{_ANY}{_SENT}|anything){_END}",
        rf"(?:.* )?{_NOT} (?:ever )?send(?:ing)? {_WHOM} {_ANY}(?:this|these|those|that|stuff|things)(?: any ?more| ever| again)+",
        rf"(?:.* )?{_WANT} (?:to (?:receive|get|see|be sent|have|read) {_ANY}{_SENT}|{_ANY}{_MESSAGES}){_END}",
        rf"(?!.*\b(?:there|have|has|had|are|is|see|got|(?<!to )get|getting|(?<!to )receive|receiving)\b)(?:.* )?(?:no more|enough (?:of|with)) {_ANY}{_SENT}{_END}",
        r"no (?:spam|ads|marketing|promotions)",
        rf"(?:.* )?{_WANT} to hear from (?:you|your company){_END}|(?:.* )?{_NOT} bother {_WHOM} with {_ANY}{_SENT}{_END}",
        rf"(?:i |we )?(?:do not|don't|no longer) consent(?: (?:any ?more|to (?:(?:receiv\w+|get\w*) )?{_ANY}{_SENT})){_END}|(?:i|we) no longer consent",
        rf"(?:.* )?(?:not to|(?:rather|wish|want) not(?: to)?) (?:receive|get|be sent) {_ANY}{_SENT}{_END}",
        rf"(?:.* )?be (?:removed|deleted|taken)(?: off| from| out of) {_LIST}",
        rf"(?:{_LEAVING} )?(?:unsub(?:scribe)?|unsuscribe|unsubcribe) (?:{_WHOM}|{_MAILBOX})(?: from .*)?{_END}",
        rf"{_LEAVING} (?:unsub(?:scribe)?|unsuscribe|unsubcribe)(?: from .*)?{_END}",
        r"(?:unsub(?:scribe)?|unsuscribe|unsubcribe) from .*",
        rf"(?:{_LEAVING} )?(?:be )?opt(?:ed)?(?: (?:me|us))? ?out(?: of .*)?{_END}",
        rf"{_UNLESS_NEGATED}(?:.* )?{_REMOVE} (?:{_WHOM}|{_MAILBOX}){_FROM} {_LIST}(?: (?!of |for ).*| of (?:\w+ )?(?:recipients|contacts|subscribers|clients|customers))?",
        rf"{_UNLESS_NEGATED}(?:.* )?(?:remove|delete|erase) (?:{_WHOM}|my contact(?: details)?|(?:my|our|this) e ?mail address){_END}",
        rf"{_UNLESS_NEGATED}(?:.* )?(?:remove|delete|take)(?: off| out of| from)+ (?:list|{_LIST})",
        r"(?:i |we )?(?:(?:hereby|would like to|want to|wish to|'d like to) )*(?:withdraw|revoke|retract) (?:(?:my|our|any|all|the) )?(?:previous )?consent"
        rf"(?: (?:to|for) (?:(?:receiv\w+|get\w*|be sent|being sent) )?(?:{_ANY}{_SENT}|contact me|be contacted|being contacted|(?:the )?(?:processing|use|storage)(?: of)? (?:my|our|personal)(?: personal)? data.*))?{_END}",
        r"(?:.* )?want out(?: of .*)?|(?:.* )?leave (?:me|us) alone",
        r"(?:.* )?(?:lose|forget|block) (?:my|this|our) number",
    ),
    hints=compiled(
        rf"(?:.* )?(?:{_STOP}|{_NOT}) (?:\w+ )?(?:text(?:ing)?|messag(?:e|ing)|sms|contact(?:ing)?|writ(?:e|ing) to) (?:me|us|here|this number)\b.*",
        r"(?:.* )?(?:don't|do not|dont)\b.* want (?:this|these|it|them)\b.*",
        rf"(?!.*\b(?:(?<!to )get|getting|(?<!to )receive|receiving|got|see) no more)(?:.* )?no more {_ANY}{_SENT}{_END}(?: though| for now)?|(?:.* )?(?:do not|don't|dont|no longer) (?:want|need) {_ANY}offers{_END}",
        rf"{_UNLESS_NEGATED}(?:.* )?{_REMOVE} (?:{_WHOM}|{_MAILBOX}){_FROM} (?:.* )?lists?\b.*",
        rf"(?:remove|delete|erase) {_MAILBOX}{_END}",
        r"(?:.* )?(?:withdraw|revoke|retract) (?:(?:my|our|any|all|the) )?consent\b.*",
    ),
    harmless=compiled(
        r"(?:this is (?:the |a )?|you (?:have|got) (?:the )?|it's (?:the )?)?wrong (?:number|person)",
        r"who (?:is|are) (?:this|you|it)|(?:i am|i'm|we are|we're) not (?:interested|your (?:client|customer))|not interested",
        r"(?:i|we) (?:did not|didn't|never) (?:sign(?:ed)? up|subscribed?|ask(?:ed)?|agreed?|consent(?:ed)?)(?: .*)?",
        r"(?:you )?keep (?:on )?(?:texting|messaging|sending|spamming)(?: .*)?|for the \w+ time|this (?:number|phone) (?:is|belongs)\b.*",
        r"(?:i am |i'm )?(?:so )?(?:tired|sick|fed up) (?:of|with) .*",
        r"i (?:don't|do not) know (?:you|who you are)|enough|no|yes|bye|goodbye",
    ),
    contradicting=compiled(
        r"(?:write |send (?:it |them )?(?:by |to )?)e ?mail(?: me| us)?(?: instead)?|e ?mail (?:me|us|instead)(?: instead)?|use (?!of ).*|text (?:me|us)(?: .*)?",
        r"(?:and |but )?(?:please )?(?:write|send (?:it|them|everything|all))(?: to me| to us| me| us)? (?:to|at) .*|call (?:the|our) .*",
        r"(?:and )?(?:(?:the|my|our|here is (?:the|my|our)) )?new (?:one|number|phone|address|e ?mail)\b.*",
        r"(?:but )?(?:i|we) (?:only |just |still )?(?:need|want) (?!you|to|no|out|nothing|them|this|that|these|it|peace|my ).*",
    ),
    doubtful=compiled(
        r"(?:(?:and|but|so) )?(?:when|why|did|does|do (?:you|we|they)|are|is (?!it possible|there (?:a|any|some) way)|was|were|has|have (?:you|we|they)"
        r"|what|which|who|how (?:often|many|much|long)|if (?!possible))\b.*",
        r"(?:.* )?no more .*\?|(?:.* )?(?:stop|end|cancel) (?:the|this|that|your) promo\w*\?",
        r".*\b(?:instead|and (?:use|put|add|write|send (?:it|them)))\b.*",
    ),
    quoted=compiled(
        r"\b(?:reply|text|send|answer|type|write)(?:ing)? (?:with )?[\"'“”«»]?stop[\"'“”«»]?(?: to \w+)?",
    ),
    start_words=compiled(
        r"start|unstop",
        r"(?:.* )?(?:re ?subscribe|subscribe) (?:me|us)(?: again)?|resubscribe|opt (?:me |us )?(?:back )?in(?: again)?",
        rf"start (?:sending|texting|messaging)(?: {_WHOM})?(?: {_ANY}{_MESSAGES})?(?: again)?",
    ),
    help_words=compiled(
        r"help|info|information|help me",
        r"who (?:is|are) (?:this|you|it)|who(?:'s| is) (?:this|texting|writing)(?: .*)?|what (?:number|company|is this number|is this)",
    ),
)
