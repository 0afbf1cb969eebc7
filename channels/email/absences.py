"""Notes that say somebody is away, told from other machines' mail and from people who write about their holidays.

A machine's mark (RFC 3834, and those in use beside it) or a mail program's own subject is needed: words in a letter are
not enough. Subjects that people write too ("On vacation: …") count with a note below them that says when its writer is back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from channels.email.absence_dates import back_on

_READ = 4000

# What mail programs put before the subject of such a note.
_SUBJECT = re.compile(
    r"^\W{0,5}(?:automatic (?:reply|response)|auto(?:matic)?[ -]?(?:reply|response)|"
    r"автоматический ответ|автоответ|автоматическое уведомление об отсутствии|"
    r"ตอบกลับอัตโนมัติ|การตอบกลับอัตโนมัติ|ตอบรับอัตโนมัติ|ข้อความตอบกลับอัตโนมัติ|"
    r"abwesenheitsnotiz|automatische antwort|réponse automatique|respuesta automática|risposta automatica|resposta automática|"
    r"automatisch antwoord|autosvar|automatisk svar|automaattinen vastaus|odpowiedź automatyczna|automatická odpověď|"
    r"otomatik yanıt|自动答复|自動回覆|自動応答)(?!\w)",
    re.IGNORECASE,
)
# What they put there in words that people write too.
_USUAL_SUBJECT = re.compile(
    r"^\W{0,5}(?:out[ -]of[ -](?:the[ -])?office|ooo|away from (?:the )?office|on (?:vacation|holiday|leave)|"
    r"вне офиса|нет на работе|отсутствую|в отпуске|ไม่อยู่ที่สำนักงาน|ไม่อยู่ที่ทำงาน|แจ้งไม่อยู่|"
    r"abwesend|absence du bureau|fuera de (?:la )?oficina|fuori sede|afwezig)(?: autoreply| reply| автоответ)?\s?:",
    re.IGNORECASE,
)
# What such a note says, in a mail that machines marked as theirs.
_AWAY = re.compile(
    r"out of (?:the |my )?office|away from (?:the |my )?(?:office|desk|mail|email)|(?:on|annual|parental|maternity|sick) leave|"
    r"on (?:vacation|holiday|a business trip|business trip)|(?:am|be|is) (?:currently )?(?:away|unavailable|out)\b|"
    r"limited access to (?:my )?e-?mail|when i (?:return|get back)|until i return|"
    r"в отпуск|отпуске|в командировк|на больничном|отсутству|вне офиса|не на работе|меня не будет|нет на месте|нет в офисе|"
    r"ไม่อยู่|ลาพักร้อน|ลาพัก|ลาป่วย|ลาคลอด|ลากิจ|หยุดงาน|วันหยุด|ลาหยุด|เดินทางไป|ออกนอกสถานที่|"
    r"nicht im (?:büro|haus)|abwesend|im urlaub|außer haus|en vacances|absente? du|absent jusqu|de vacaciones|fuera de la oficina|"
    r"in ferie|fuori ufficio|niet op kantoor|op vakantie|na urlopie|poza biurem",
    re.IGNORECASE,
)
_MACHINE_HEADERS = ("x-autoreply", "x-autorespond", "x-autoreply-from", "x-mail-autoreply", "x-vacation", "x-oof")
_LEFT = re.compile(
    r"no longer (?:with|work|employed)|has left (?:the company|us)|больше не работа|уволил|ไม่ได้ทำงานที่|ลาออก|nicht mehr (?:bei|für)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Absence:
    """A note that its writer is away. `returns_on` is the first day they are back, where it says so."""

    returns_on: date | None = None


def is_automatic_subject(subject: str) -> bool:
    """Whether a mail program's own words for an automatic answer open the subject."""
    return bool(_SUBJECT.match(subject[:200]))


def recognise(
    *, headers: Mapping[str, str], subject: str, text: str, automatic: bool, sent: datetime | None
) -> Absence | None:
    """The absence a mail tells of; None for people's mail, other machines' mail, and of somebody who left for good.

    `text` is its new text, `automatic` whether its headers say that a machine wrote it, `sent` its date.
    """
    title, beginning = subject[:200], text[:_READ]
    programs, usual = is_automatic_subject(title), bool(_USUAL_SUBJECT.match(title))
    marked = automatic or programs or any(name in headers for name in _MACHINE_HEADERS)
    if not (marked or usual) or _LEFT.search(beginning):
        return None
    titled = marked and (programs or usual or _AWAY.search(title))
    if not (titled or _AWAY.search(beginning)):
        return None
    returns_on = None if sent is None else back_on(f"{title}\n{beginning}", sent=sent.date())
    return Absence(returns_on) if marked or returns_on is not None else None
