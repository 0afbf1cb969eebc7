"""What is new in an answer: the text without the quoted history and without the signature.

Line by line, linear in the text's length, in English, Russian, Thai and the commonest other languages of mail programs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LONGEST_LINE = 2000  # nothing we look for is longer; hostile lines are not matched at all
_MOST_CANDIDATES = 300  # lines that might open an attribution; letters have a few, only an attack has hundreds
_ATTRIBUTION_LINES = 5  # "On … wrote:" is wrapped over at most so many lines

# A date or an address somewhere; without one no attribution is believed.
_EVIDENCE = re.compile(r"\b(19|20|25)\d{2}\b|@|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")

# How an attribution ends, by language ("On Mon … Ann wrote:").
_WROTE = re.compile(
    r"(\bwrote|\bsaid|\bwrites|пиш(ет|е|у)|писал(\(?а\)?|и)?|написал(\(?а\)?|и)?|เขียน(ว่า|ไว้ว่า)?|ได้เขียน(ไว้)?|a écrit|schrieb|escribió|"
    r"escreveu|ha scritto|napisał\(?a?\)?|skrev|schreef|geschreven|kirjoitti|yazdı|写道|寫道|のメッセージ|작성)"
    r"([^\n]{0,60}[:：])?\s*-*\s*$",
    re.IGNORECASE,
)
# How it begins. Also a bare date, or a name with an address, may open it.
_OPENING = re.compile(
    r"^\W{0,8}(on\b|le\b|am\b|el\b|em\b|il\b|op\b|den\b|dnia\b|в\b|at\b|\bпн|\bвт|\bср|\bчт|\bпт|\bсб|\bвс|"
    r"понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|เมื่อ|ในวัน|วันที่|วัน|在|于|\d{1,4}[\s./年-]|"
    r"(mon|tue|wed|thu|fri|sat|sun)\w*\b|[^\n<]{0,80}<[^>\n]{0,200}>)",
    re.IGNORECASE,
)
# Whole lines that open a quotation without the word "wrote": "2013/7/20 Sam <a@b.c>", "20.10.2016 19:37, Anna <a@b.c>:"
_DATE_AND_ADDRESS = re.compile(
    r"^\W{0,3}(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})\b[^\n<]{0,120}<[^>\n]{1,200}>\s*:?\s*$"
)
_SEPARATOR = re.compile(
    r"^\s*[-–—_=*]{2,}\s*(original( message| appointment)?|forwarded( message| by.*)?|reply message|mensaje original|"
    r"message (d.origine|original|transféré)|ursprüngliche nachricht|messaggio originale|mensagem original|"
    r"oorspronkelijk bericht|исходное сообщение|пересылаемое сообщение|переслан\w+ сообщени\w+|original-nachricht|"
    r"начало (пересылаемого|переадресованного) сообщения|конец пересылаемого сообщения|пересланное письмо|"
    r"ข้อความต้นฉบับ|ข้อความเดิม|ต้นฉบับ|ข้อความที่ส่งต่อ|จดหมายต้นฉบับ|原始邮件|原始郵件|转发的邮件)\s*[-–—_=*]*:?\s*$",
    re.IGNORECASE,
)
_FORWARD_OPENING = re.compile(
    r"^\s*(begin forwarded message|начало переадресованного сообщения|เริ่มต้นข้อความที่ส่งต่อ|anfang der weitergeleiteten).{0,20}:?\s*$",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"^\W{0,3}(?P<name>from|sent|to|cc|subject|date|reply-to|von|gesendet|an|betreff|datum|de|envoyé|à|objet|da|inviato|a|"
    r"oggetto|data|risposta|enviado|para|asunto|assunto|fecha|van|verzonden|aan|onderwerp|från|skickat|till|ämne|"
    r"от|отправлено|кому|копия|тема|дата|від|надіслано|จาก|ส่ง|ส่งเมื่อ|ถึง|สำเนา|สำเนาถึง|เรื่อง|หัวเรื่อง|วันที่|发件人|发送时间|收件人|主题)"
    r"\s?\*?\s?[:：]\*?\s?(?P<value>.{0,500})$",
    re.IGNORECASE,
)
_FROM = frozenset({"from", "von", "de", "da", "van", "från", "от", "від", "จาก", "发件人"})
_RULE = re.compile(r"^\s*[-_–—=*]{5,}\s*$")
_SIGNATURE_MARK = re.compile(r"^\s?(--|—|––|__)\s*$")
_QUOTE = re.compile(r"^\s{0,3}[>|](?!\|)")

_DEVICE = re.compile(
    r"^\W{0,3}("
    r"sent (from|via|with|by|using)\b.{0,150}|someone from mobile|from my (iphone|ipad|mobile|android|phone|cell)\b.{0,40}|"
    r"get \[?outlook for .{0,120}|envoyé (depuis|de) (mon|ma)\b.{0,60}|von mein\w{0,2} .{0,40}gesendet|"
    r"gesendet (von|mit)\b.{0,60}|diese nachricht wurde von .{0,60} gesendet.{0,5}|sendt fra min\b.{0,60}|"
    r"skickat från min\b.{0,60}|verzonden (met|vanaf|vanuit)\b.{0,60}|enviado desde mi\b.{0,60}|enviado do meu\b.{0,60}|"
    r"inviato da(l mio)?\b.{0,60}|wysłane z\b.{0,60}|"
    r"отправлено (с|из|через|от)\b.{0,100}|отправлен[оа]? с моего\b.{0,60}|послано с\b.{0,60}|надіслано з\b.{0,60}|"
    r"ส่งจาก.{0,100}|ส่งด้วย.{0,60}|ส่งโดย.{0,60}|從我的.{0,30}傳送|发自我的.{0,40}|发送自.{0,40}"
    r")$",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^\s*(с уважением|с наилучшими пожеланиями|всего доброго|с благодарностью|ขอแสดงความนับถือ|ด้วยความเคารพ|ด้วยความนับถือ|"
    r"(kind|best|warm) regards|yours (sincerely|faithfully|truly)|sincerely( yours)?)\b[\s,.!]*$",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"\+?\d[\d\s().-]{6,}\d|@|https?://|www\.|\b(tel|phone|mobile|fax|тел|моб|факс|โทร|มือถือ)\b|แฟกซ์|โทร", re.IGNORECASE
)
_LONGEST_SIGNATURE = 12


@dataclass(frozen=True, slots=True)
class Trimmed:
    """`new` is what the person wrote now; `quoted` is what was cut away behind it."""

    new: str
    quoted: str


def trim(text: str) -> Trimmed:
    """Cut the quoted history and the signature off `text`; text that is nothing but a quotation is kept whole."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    code = _fenced(lines)
    cut = _history_start(lines, code)
    above, below = lines[:cut], lines[cut:]
    if not _has_words(above):
        answer = _below_quotation(below)
        if answer is not None:
            above, below = answer
    signature = _signature_start(above)
    kept, sign_off = above[:signature], above[signature:]
    new = _joined(kept)
    if not new:
        new, sign_off, below = _joined(lines), [], []
    return Trimmed(new, _joined([*sign_off, *below]))


def new_text(text: str) -> str:
    """Only what the person wrote now."""
    return trim(text).new


def _joined(lines: list[str]) -> str:
    first = next((index for index, line in enumerate(lines) if line.strip()), len(lines))
    return "\n".join(lines[first:]).rstrip()


def _has_words(lines: list[str]) -> bool:
    return any(line.strip() for line in lines)


def _fenced(lines: list[str]) -> set[int]:
    """Numbers of the lines within ``` fences; an unclosed fence protects nothing."""
    marks = [index for index, line in enumerate(lines) if line.lstrip().startswith("```")]
    protected: set[int] = set()
    for opening, closing in zip(marks[::2], marks[1::2], strict=False):
        protected.update(range(opening, closing + 1))
    return protected


def _history_start(lines: list[str], code: set[int]) -> int:
    """The number of the first line of the history: an attribution, a separator, a header block, or trailing quotes."""
    candidates = 0
    for index, line in enumerate(lines):
        if index in code or not line.strip() or len(line) > _LONGEST_LINE:
            continue
        if _SEPARATOR.match(line) or _FORWARD_OPENING.match(line):
            return index
        if _is_header_block(lines, index):
            return index - 1 if index and _RULE.match(lines[index - 1]) else index
        if candidates < _MOST_CANDIDATES and _OPENING.match(_unquoted(line)):
            candidates += 1
            if _is_attribution(lines, index):
                return index
    return _trailing_quotes(lines, code)


def _is_attribution(lines: list[str], index: int) -> bool:
    bare = _unquoted(lines[index])
    if _DATE_AND_ADDRESS.match(bare):
        return True
    if not _OPENING.match(bare):
        return False
    joined = ""
    for line in lines[index : index + _ATTRIBUTION_LINES * 2]:
        if not line.strip() and not joined.rstrip().endswith((",", "<")) and "<" not in line:
            # Only an attribution that stopped at an address goes on behind an empty line.
            if not _opens_address(lines, index):
                return False
            continue
        joined = f"{joined} {_unquoted(line)}".strip()
        if len(joined) > 500:
            return False
        if _wrote(joined):
            return True
    return False


def _wrote(joined: str) -> bool:
    if not _EVIDENCE.search(joined):
        return False
    if _WROTE.search(joined):
        return True
    # "20 окт. 2016 г., в 19:37, Анна <anna@x.test>:" has no verb at all, nor has "GMT+02:00 Foo <foo@bar>:".
    return bool(re.search(r"\d{1,2}:\d{2}[^\n]{0,120}<[^>\n]{1,200}>\s*:$", joined))


def _opens_address(lines: list[str], index: int) -> bool:
    following = [line for line in lines[index + 1 : index + 4] if line.strip()]
    return bool(following) and following[0].lstrip().startswith("<")


def _unquoted(line: str) -> str:
    return re.sub(r"^[\s>|]{0,40}", "", line)


def _is_header_block(lines: list[str], index: int) -> bool:
    """A "From:" with at least two more header lines right below it, as Outlook puts above what it quotes."""
    first = _HEADER.match(lines[index])
    if first is None or first["name"].lower() not in _FROM:
        return False
    names = {first["name"].lower()}
    for line in lines[index + 1 : index + 8]:
        found = _HEADER.match(line) if len(line) <= _LONGEST_LINE else None
        if found is not None:
            names.add(found["name"].lower())
        elif line.strip() and not line.startswith((" ", "\t", "<", ">")):
            break
    return len(names) >= 3


def _trailing_quotes(lines: list[str], code: set[int]) -> int:
    """Where the quotation at the very end begins; quotes with an answer beneath them are part of the answer."""
    end = len(lines)
    signature = _dashes(lines)
    if signature is not None and not any(_QUOTE.match(line) for line in lines[signature:]):
        end = signature
    start = end
    while start > 0 and start - 1 not in code:
        line = lines[start - 1]
        if line.strip() and not _QUOTE.match(line):
            break
        start -= 1
    has_quote = any(_QUOTE.match(line) for line in lines[start:end])
    return start if has_quote else len(lines)


def _below_quotation(lines: list[str]) -> tuple[list[str], list[str]] | None:
    """The answer under a quotation that stands first ("On … wrote: > … answer"), and the rest.

    Quotes without an attribution above them are somebody's way of answering point by point: they stay.
    """
    index = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    if index == len(lines) or not _is_attribution(lines, index):
        return None
    while index < len(lines) and not _WROTE.search(lines[index][-200:]) and not lines[index].endswith(":"):
        index += 1
    quoted = [number for number, line in enumerate(lines) if _QUOTE.match(line)]
    # With nothing marked as quoted beneath the attribution, what follows may be the answer itself.
    start = quoted[-1] + 1 if quoted else index + 1
    return (lines[start:], lines[:start]) if _has_words(lines[start:]) else None


def _dashes(lines: list[str]) -> int | None:
    return next((index for index, line in enumerate(lines) if index and _SIGNATURE_MARK.match(line)), None)


def _signature_start(lines: list[str]) -> int:
    """The number of the first line of the signature: a "--" line, device lines, or a closing with contact details."""
    end = len(lines)
    mark = _dashes(lines)
    if mark is not None and _has_words(lines[:mark]):
        end = mark
    start = end
    while start > 0 and (not lines[start - 1].strip() or _is_device_line(lines[start - 1])):
        start -= 1
    if any(_is_device_line(line) for line in lines[start:end]):
        end = start
    for index in range(max(1, end - _LONGEST_SIGNATURE), end):
        if _CLOSING.match(lines[index]) and _first_contact(lines, index + 1, end) < end:
            # The name below a closing belongs to the answer; its telephone numbers and addresses do not.
            return _first_contact(lines, index + 1, end)
    return end


def _first_contact(lines: list[str], start: int, end: int) -> int:
    return next((index for index in range(start, end) if _CONTACT.search(lines[index][:_LONGEST_LINE])), end)


def _is_device_line(line: str) -> bool:
    return len(line) <= 300 and bool(_DEVICE.match(line.strip()))
