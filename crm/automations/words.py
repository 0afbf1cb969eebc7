"""The words of an automation's document in English, Russian and Thai: what a person may write, and what is written back.

Words are compared without case, with ё as е and any spacing. The first word of a language is the one written back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from crm.automations.definition import ExitOn
from storage.models import Language

_SAID = tuple[str, str, str]  # English | Russian | Thai, each with what else is understood after a bar

# Of the whole automation.
TOP: Mapping[str, _SAID] = {
    "name": ("name", "название | имя", "ชื่อ"),
    "when": ("when", "когда", "เมื่อ"),
    "where": ("where", "где", "โดยที่"),
    "days": ("days", "дни", "วัน"),
    "only": ("only", "только", "เฉพาะ"),
    "topic": ("topic", "тема", "หัวข้อ"),
    "again": ("again", "снова | повторно", "ซ้ำ | อีกครั้ง"),
    "ends_on": ("ends on", "завершает | заканчивается", "จบเมื่อ"),
    "expires": ("expires", "срок", "หมดอายุ"),
    "cap": ("most a day", "не больше в день", "ไม่เกินต่อวัน"),
    "steps": ("steps", "шаги", "ขั้นตอน"),
}

# What a step begins with.
STEPS: Mapping[str, _SAID] = {
    "wait": ("wait", "ждать", "รอ"),
    "wait_until": ("wait until", "ждать до", "รอจนถึง"),
    "wait_for": ("wait for", "ждать событие | ждать события", "รอเหตุการณ์"),
    "if": ("if", "если", "ถ้า"),
    "send_email": ("send email", "отправить письмо | письмо", "ส่งอีเมล"),
    "send_sms": ("send sms", "отправить sms | отправить смс", "ส่ง sms"),
    "send_cheapest": ("send email or sms", "отправить письмо или sms | отправить письмо или смс", "ส่งอีเมลหรือ sms"),
    "tell": ("tell owner", "сообщить ответственному | сообщить менеджеру", "แจ้งผู้ดูแล"),
    "assign": ("assign to", "передать", "มอบให้"),
    "follow_up": ("follow-up | follow up", "задача | напоминание", "นัดติดตาม"),
    "set": ("set field", "записать в поле", "ตั้งค่าช่อง"),
    "add_tag": ("add tag", "добавить тег | добавить метку", "เพิ่มแท็ก"),
    "remove_tag": ("remove tag", "убрать тег | убрать метку", "ลบแท็ก"),
    "start": ("start", "запустить", "เริ่ม"),
    "call_out": ("call url", "вызвать адрес", "เรียก url"),
    "stop": ("stop", "стоп", "หยุด"),
}

# What stands beside the first word of a step.
BESIDE: Mapping[str, _SAID] = {
    "where": TOP["where"],
    "at_most": ("at most", "не дольше", "ไม่เกิน"),
    "came": ("if it comes", "если пришло", "ถ้ามา"),
    "missed": ("if not", "если нет", "ถ้าไม่มา"),
    "yes": ("then", "то", "ก็"),
    "no": ("else", "иначе", "ไม่งั้น"),
    "working_days": ("working days", "рабочие дни", "วันทำงาน"),
    "marketing": ("marketing", "реклама", "การตลาด"),
    "to": ("to", "значение", "เป็น"),
    "due_in": ("in", "через", "ภายใน"),
}

YES_NO: Mapping[str, _SAID] = {
    "yes": ("yes | true | on", "да", "ใช่"),
    "no": ("no | false | off", "нет", "ไม่"),
}

AGAIN: Mapping[str, _SAID] = {
    "never": ("never | no", "никогда | нет", "ไม่ | ไม่เลย"),
    "always": ("always", "всегда", "ทุกครั้ง | เสมอ"),
    "after": ("after", "через", "หลังจาก"),
}

NOTHING: Mapping[str, _SAID] = {"nothing": ("nothing | none", "ничего", "ไม่มี")}

# Before an event that only other programs tell us of.
POSTED: Mapping[str, _SAID] = {"posted": ("posted", "извне", "จากภายนอก")}

EXITS: Mapping[str, _SAID] = {
    ExitOn.REPLY: ("reply", "ответ", "ตอบกลับ"),
    ExitOn.PURCHASE: ("purchase", "покупка", "ซื้อ"),
    ExitOn.CALL: ("call", "звонок", "โทร"),
    ExitOn.CONTACT: ("contact", "контакт", "ติดต่อ"),
    ExitOn.UNSUBSCRIBE: ("unsubscribe", "отписка", "เลิกรับ"),
    ExitOn.BOUNCE: ("bounce", "возврат", "ตีกลับ"),
}

# Of a date that comes.
SIDES: Mapping[str, _SAID] = {"before": ("before", "до", "ก่อน"), "after": ("after", "после", "หลัง")}

# The first of each is for one; Russian has forms for few and many, in this order.
UNITS: Mapping[timedelta, _SAID] = {
    timedelta(weeks=1): ("week | weeks | w", "неделя | недели | недель | неделю", "สัปดาห์ | อาทิตย์"),
    timedelta(days=1): ("day | days | d", "день | дня | дней", "วัน"),
    timedelta(hours=1): ("hour | hours | h", "час | часа | часов", "ชั่วโมง | ชม."),
    timedelta(minutes=1): ("minute | minutes | min | m", "минута | минуты | минут | минуту | мин", "นาที"),
}

_PLACE = {Language.EN: 0, Language.RU: 1, Language.TH: 2}


def normal(said: str) -> str:
    return " ".join(said.casefold().replace("ё", "е").split())


def meanings(table: Mapping[str, _SAID]) -> Mapping[str, str]:
    """word → meaning, over the three languages."""
    return MappingProxyType(
        {normal(word): str(meaning) for meaning, said in table.items() for words in said for word in words.split("|")}
    )


def word(table: Mapping[str, _SAID], meaning: str, language: Language) -> str:
    """The word written back."""
    return table[meaning][_PLACE[language]].split("|")[0].strip()


_UNIT_WORDS = {normal(one): unit for unit, said in UNITS.items() for words in said for one in words.split("|")}
_LENGTH = re.compile(r"\s*(\d{1,6})\s*([^\d\s,]+)\s*,?")
LONGEST = timedelta(days=3660)


def length_of(said: str) -> timedelta | None:
    """`1 day 2 hours`, `2 недели`, `3 วัน`; None: it is none, or longer than ten years."""
    text, position, total = normal(said), 0, timedelta()
    while position < len(text):
        found = _LENGTH.match(text, position)
        unit = _UNIT_WORDS.get(found.group(2)) if found else None
        if found is None or unit is None or total > LONGEST:
            return None
        total += int(found.group(1)) * unit
        position = found.end()
    return total if text and total <= LONGEST else None


def length_said(length: timedelta, language: Language) -> str:
    """What `length_of` reads: whole minutes, in the largest units."""
    parts: list[str] = []
    left = length
    for unit in (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)):
        count, left = divmod(left, unit)
        if count or (not parts and unit == timedelta(minutes=1)):
            parts.append(f"{count} {unit_word(unit, count, language)}")
    return " ".join(parts)


def unit_word(unit: timedelta, count: int, language: Language) -> str:
    """The unit's form for a number."""
    forms = [form.strip() for form in UNITS[unit][_PLACE[language]].split("|")]
    if language is Language.TH:
        return forms[0]
    if language is Language.EN:
        return forms[0] if count == 1 else forms[1]
    if count % 10 == 1 and count % 100 != 11:
        return forms[0]
    return forms[1] if 2 <= count % 10 <= 4 and not 12 <= count % 100 <= 14 else forms[2]
