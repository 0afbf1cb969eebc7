"""The marks mail programs leave around what they quote: attributions, separators, header blocks, devices, closings.

Every pattern is bounded in what it repeats and is asked about single lines of at most LONGEST_LINE characters.
"""

from __future__ import annotations

import re
from typing import Final

LONGEST_LINE: Final = 2000  # nothing we look for is longer; hostile lines are not matched at all
_LONGEST_ATTRIBUTION: Final = 500

# A date or an address somewhere; without one no attribution is believed. Buddhist years (25xx) count too.
_EVIDENCE = re.compile(r"\b(19|20|25)\d{2}\b|@|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
_CLOCK_AND_ADDRESS = re.compile(r"\d{1,2}:\d{2}[^\n]{0,120}<[^>\n]{1,200}>\s?:$")

_VERBS = (
    r"\bwrote|\bsaid|\bwrites|"
    r"пиш(?:ет|е|у|ут)|(?:на)?писал(?:\(?а\)?|и)?|пишет|"
    r"เขียน(?:ว่า|ไว้ว่า|เมื่อ)?|ได้เขียน(?:ไว้)?|"
    r"a écrit|schrieb|escribió|escreveu|ha scritto|napisał\(?a?\)?|skrev|schreef|geschreven|kirjoitti|yazdı|írta|napsal\(?a?\)?|"
    r"写道|寫道|のメッセージ|작성"
)
# How an attribution ends, by language ("On Mon … Ann wrote:").
_WROTE = re.compile(rf"(?:{_VERBS})(?:[^\n]{{0,60}}[:：])?[\s-]{{0,20}}$", re.IGNORECASE)
_WROTE_PLAINLY = " wrote:"  # the commonest, told without trying every verb at every letter
_VERB_ANYWHERE = re.compile(_VERBS, re.IGNORECASE)
# How it begins. Also a bare date, or a name with an address, may open it.
_OPENING = re.compile(
    r"^\W{0,8}(on\b|le\b|am\b|el\b|em\b|il\b|op\b|den\b|dnia\b|в\b|at\b|вы писали\b|\bпн|\bвт|\bср|\bчт|\bпт|\bсб|\bвс|"
    r"понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|เมื่อ|ในวัน|วันที่|วัน|在|于|\d{1,4}[\s./年-]|"
    r"(mon|tue|wed|thu|fri|sat|sun)\w{0,6}\b|[^\n<]{0,80}<[^>\n]{0,200}>)",
    re.IGNORECASE,
)
# Whole lines that open a quotation without the word "wrote": "2013/7/20 Sam <a@b.c>", "20.10.2016 19:37, Anna <a@b.c>:"
_DATE_AND_ADDRESS = re.compile(
    r"^\W{0,3}(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})\b[^\n<]{0,120}<[^>\n]{1,200}>\s?:?\s?$"
)
# "Пятница, 20 ноября 2026, 19:37 +03:00 от Анна <a@b.c>:": a date with its zone, "from", an address with or without brackets.
_FROM_WHOM = re.compile(
    r"(?:\d{4}|\d{2}:\d{2})[^\n]{0,20}\s(?:от|from|จาก)\s[^\n]{0,120}?[<\s(][^\s<>@]{1,64}@[^\s<>@]{1,120}[>\s)]?\s?:?\s?$",
    re.IGNORECASE,
)
# What `_FROM_WHOM` cannot do without, and nearly every line lacks; found in a twentieth of the time.
_FROM_WORD = re.compile(r"\s(?:от|from|จาก)\s", re.IGNORECASE)
_TITLES = (
    r"original(?: message| appointment)?|forwarded(?: message| by[^\n]{0,100})?|reply message|mensaje original|"
    r"message (?:d.origine|original|transféré)|ursprüngliche nachricht|messaggio originale|mensagem original|"
    r"weitergeleitete nachricht|oorspronkelijk bericht|исходное сообщение|пересылаемое (?:сообщение|письмо)|"
    r"переслан\w{1,4} сообщени\w{1,2}|original-nachricht|исходное письмо|"
    r"начало (?:пересылаемого|переадресованного) сообщения|конец пересылаемого сообщения|пересланное (?:письмо|сообщение)|"
    r"ข้อความต้นฉบับ|ข้อความเดิม|ต้นฉบับ|ข้อความที่ส่งต่อ|ข้อความที่ถูกส่งต่อ|จดหมายต้นฉบับ|อีเมลต้นฉบับ|"
    r"原始邮件|原始郵件|转发的邮件"
)
_SEPARATOR = re.compile(
    rf"^\s{{0,8}}[-–—‐_=*]{{2,60}}\s{{0,3}}(?:{_TITLES})\s{{0,3}}[-–—‐_=*]{{0,60}}:?\s?$", re.IGNORECASE
)
_FORWARD_OPENING = re.compile(
    r"^\s{0,8}(begin forwarded message|начало (?:пере[ас]\w{3,14}|пересылаемого) сообщения|เริ่มต้นข้อความที่ส่งต่อ|"
    r"anfang der weitergeleiteten)[^\n]{0,20}:?\s?$",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"^\W{0,3}(?P<name>from|sent|to|cc|subject|date|reply-to|von|gesendet|an|betreff|datum|de|envoyé|à|objet|da|inviato|a|"
    r"oggetto|data|risposta|enviado|para|asunto|assunto|fecha|van|verzonden|aan|onderwerp|från|skickat|till|ämne|"
    r"от|от кого|отправлено|кому|копия|тема|дата|від|надіслано|จาก|ส่ง|ส่งเมื่อ|วันที่ส่ง|ผู้ส่ง|ผู้รับ|ถึง|สำเนา|สำเนาถึง|เรื่อง|หัวเรื่อง|หัวข้อ|วันที่|"
    r"发件人|发送时间|收件人|主题)"
    r"\s?\*?\s?[:：]\*?\s?(?P<value>[^\n]{0,500})$",
    re.IGNORECASE,
)
_FROM = frozenset({"from", "von", "de", "da", "van", "från", "от", "от кого", "від", "จาก", "ผู้ส่ง", "发件人"})
_RULE = re.compile(r"^\s{0,8}[-_–—=*]{5,200}\s?$")
_LONGEST_SIGNATURE_MARK = 5
_SIGNATURE_MARK = re.compile(r"^\s?(--|—|––|__)\s?$")
_QUOTE = re.compile(r"^\s{0,3}(?:[>|](?!\|)|[A-ZА-ЯЁ]{1,3}>+(?:\s|$))")  # "АС> …" is The Bat's way
_QUOTATION = re.compile(r"^[\s>|]{0,40}")

_DEVICE_WORDS = (
    r"iphone|ipad|ipod|ios|android|samsung|galaxy|huawei|honor|xiaomi|redmi|oppo|vivo|realme|nokia|blackberry|windows|mac\b|"
    r"outlook|gmail|yahoo|mail|почт|телефон|смартфон|планшет|устройств|приложени|мобильн|"
    r"มือถือ|โทรศัพท์|สมาร์ทโฟน|สมาร์ตโฟน|แท็บเล็ต|อุปกรณ์|เมล|แอป"
)
_DEVICE = re.compile(
    r"^\W{0,3}(?:"
    r"sent (?:from|via|with|by|using)\b[^\n]{0,150}|someone from mobile|"
    r"from my (?:iphone|ipad|mobile|android|phone|cell)\b[^\n]{0,40}|"
    r"get \[?outlook for [^\n]{0,120}|envoyé (?:depuis|de) (?:mon|ma)\b[^\n]{0,60}|von mein\w{0,2} [^\n]{0,40}gesendet|"
    r"gesendet (?:von|mit)\b[^\n]{0,60}|diese nachricht wurde von [^\n]{0,60} gesendet[^\n]{0,5}|sendt fra min\b[^\n]{0,60}|"
    r"skickat från min\b[^\n]{0,60}|verzonden (?:met|vanaf|vanuit)\b[^\n]{0,60}|enviado desde mi\b[^\n]{0,60}|"
    r"enviado do meu\b[^\n]{0,60}|inviato da(?:l mio)?\b[^\n]{0,60}|wysłane z\b[^\n]{0,60}|надіслано з\b[^\n]{0,60}|"
    rf"(?:отправлен[оа]?|послано) (?:с|из|через|от)\b[^\n]{{0,40}}(?:{_DEVICE_WORDS})[^\n]{{0,100}}|"
    r"(?:получить|скачать|загрузить) \[?outlook (?:для|for)\b[^\n]{0,120}|"
    rf"ส่ง(?:จาก|ด้วย|โดย|ผ่าน)[^\n]{{0,40}}(?:{_DEVICE_WORDS})[^\n]{{0,100}}|"
    r"(?:รับ|ดาวน์โหลด|ดาวน์โหลดแอป) ?\[?outlook (?:for|สำหรับ)[^\n]{0,120}|"
    r"從我的[^\n]{0,30}傳送|发自我的[^\n]{0,40}|发送自[^\n]{0,40}"
    r")$",
    re.IGNORECASE,
)
# Russian and Thai formulas open a signature. English ones are also typed by hand with a name under them.
_FORMULA = re.compile(
    r"^\s{0,8}(?P<words>с (?:глубоким |искренним |большим )?уважением|с наилучшими пожеланиями|искренне ваш\w?|"
    r"ขอแสดงความนับถือ(?:อย่างสูง|อย่างยิ่ง)?|ด้วยความเคารพ(?:อย่างสูง|อย่างยิ่ง)?|ด้วยความนับถือ(?:อย่างสูง)?)"
    r"(?P<rest>[\s,.!:;]{0,6}[^\n]{0,80})$",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^\s{0,8}((kind|best|warm|with best|with kind) regards|regards|yours (sincerely|faithfully|truly)|sincerely( yours)?|"
    r"mit freundlichen grüßen|cordialement|saludos cordiales|с благодарностью|всего доброго)[\s,.!]{0,6}$",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"\+?\d[\d\s().-]{6,30}\d|@|https?://|www\.|\b(tel|phone|mobile|fax|тел|моб|факс|โทร|มือถือ)\b|แฟกซ์|โทร|มือถือ",
    re.IGNORECASE,
)
_AFTERTHOUGHT = re.compile(r"^\s{0,8}(p\.? ?s\.?|з\.?ы\.?|ป\.?ล\.?)[\s:.]", re.IGNORECASE)


def is_quote(line: str) -> bool:
    """Marked as quoted."""
    return bool(_QUOTE.match(line))


def unquoted(line: str) -> str:
    """Without the marks of quotation."""
    return _QUOTATION.sub("", line) if line[:1].isspace() or line[:1] in {">", "|"} else line


def is_rule(line: str) -> bool:
    """A drawn line."""
    return bool(_RULE.match(line))


def is_separator(line: str) -> bool:
    """A line that says in words that an older mail begins."""
    return bool(_SEPARATOR.match(line) or _FORWARD_OPENING.match(line))


def header_name(line: str) -> str:
    """`From: …` in any of our languages → `from`; empty for anything else."""
    if (":" not in line and "：" not in line) or len(line) > LONGEST_LINE:
        return ""
    found = _HEADER.match(line)
    return found["name"].lower() if found else ""


def names_sender(name: str) -> bool:
    """Whether a header's name says who wrote."""
    return name in _FROM


def may_open_attribution(line: str) -> bool:
    return bool(_OPENING.match(line))


def is_dated_address(line: str) -> bool:
    """A whole attribution on one line that has no verb."""
    return bool(
        _DATE_AND_ADDRESS.match(line) or (_FROM_WORD.search(line) and _FROM_WHOM.search(line[:_LONGEST_ATTRIBUTION]))
    )


def ends_attribution(joined: str) -> bool:
    """Whether lines joined so far are a whole "On … wrote:"."""
    if len(joined) > _LONGEST_ATTRIBUTION or not _EVIDENCE.search(joined):
        return False
    # "20 окт. 2016 г., в 19:37, Анна <anna@x.test>:" has no verb at all.
    if joined.endswith(_WROTE_PLAINLY):
        return True
    return bool(_WROTE.search(joined[-200:]) or _CLOCK_AND_ADDRESS.search(joined))


def introduces_quote(line: str) -> bool:
    """A line with a colon at its end that may say who wrote what is marked as quoted right below it, in whatever order."""
    line = line.rstrip()
    if not line.endswith((":", "：")) or len(line) > _LONGEST_ATTRIBUTION:
        return False
    return "@" in line or bool(_EVIDENCE.search(line) and _VERB_ANYWHERE.search(line))


def is_signature_mark(line: str) -> bool:
    return len(line) <= _LONGEST_SIGNATURE_MARK and bool(_SIGNATURE_MARK.match(line))


def is_device_line(line: str) -> bool:
    """ "Sent from my iPhone" and its like."""
    return len(line) <= 300 and bool(_DEVICE.match(line.strip()))


def is_formula(line: str) -> bool:
    """A Russian or Thai formula of respect that opens a signature, alone or with the name behind it."""
    found = _FORMULA.match(line) if len(line) <= 200 and not line.isascii() else None
    if found is None:
        return False
    rest = found["rest"].strip(" ,.!:;")
    if not rest or rest[:1].isupper():
        return True
    # Thai has no capitals: only the formula nothing else begins with may have the name on its own line.
    return "\u0e00" <= rest[:1] <= "\u0e7f" and found["words"].startswith("ขอแสดงความนับถือ") and len(rest) <= 40


def is_closing(line: str) -> bool:
    return len(line) <= 200 and bool(_CLOSING.match(line))


def has_contact(line: str) -> bool:
    """A telephone number, an address, a site."""
    return bool(_CONTACT.search(line[:LONGEST_LINE]))


def is_afterthought(line: str) -> bool:
    """ "P.S." in three languages: not part of a signature."""
    return bool(_AFTERTHOUGHT.match(line))
