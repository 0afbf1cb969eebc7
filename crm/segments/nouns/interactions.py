"""Words for calls, meetings and messages, counted: `calls >= 2 in 30 days`, `no meetings for 90 days`."""

from __future__ import annotations

from collections.abc import Mapping

from crm.segments.nouns.words import Said, Words


def _many(field: Said, present: Said, absent: Said, example: Said) -> Words:
    return Words(example=example, field=field, present=present, absent=absent)


INTERACTION_WORDS: Mapping[str, Words] = {
    "interactions": _many(
        (
            "interactions | touches | activity",
            "взаимодействия | взаимодействий | касания | касаний",
            "การติดต่อ | จำนวนการติดต่อ",
        ),
        ("has interactions | any interactions", "есть взаимодействия | были взаимодействия", "มีการติดต่อ"),
        ("no interactions", "нет взаимодействий | не было взаимодействий", "ไม่มีการติดต่อเลย"),
        ("interactions < 3 in 6 months", "взаимодействий < 3 за 6 месяцев", "การติดต่อ < 3 ใน 6 เดือน"),
    ),
    "calls": _many(
        ("calls | phone calls", "звонки | звонков | звонка", "สายโทร | การโทร | จำนวนสาย"),
        ("has calls | any calls", "есть звонки | были звонки", "มีสายโทร | มีการโทร"),
        ("no calls", "нет звонков | не было звонков", "ไม่มีสายโทร | ไม่มีการโทร"),
        ("calls >= 2 in 30 days", "звонков >= 2 за 30 дней", "สายโทร >= 2 ใน 30 วัน"),
    ),
    "calls_in": _many(
        ("incoming calls | calls in", "входящие звонки | входящих звонков", "สายเข้า"),
        ("has incoming calls", "есть входящие звонки | были входящие звонки", "มีสายเข้า"),
        ("no incoming calls", "нет входящих звонков | не было входящих звонков", "ไม่มีสายเข้า"),
        ("incoming calls > 0 since 2026-01-01", "входящих звонков > 0 с 01.01.2026", "สายเข้า > 0 ตั้งแต่ 2026-01-01"),
    ),
    "calls_out": _many(
        ("outgoing calls | calls out", "исходящие звонки | исходящих звонков", "สายออก | โทรออก"),
        ("has outgoing calls", "есть исходящие звонки | были исходящие звонки", "มีสายออก"),
        ("no outgoing calls", "нет исходящих звонков | не было исходящих звонков", "ไม่มีสายออก"),
        ("no outgoing calls for 2 weeks", "нет исходящих звонков 2 недели", "ไม่มีสายออก 2 สัปดาห์"),
    ),
    "meetings": _many(
        ("meetings", "встречи | встреч", "การประชุม | ประชุม | การพบ"),
        ("has meetings | any meetings", "есть встречи | были встречи", "มีการประชุม | มีประชุม"),
        ("no meetings", "нет встреч | не было встреч", "ไม่มีการประชุม | ไม่มีประชุม"),
        ("no meetings for 90 days", "нет встреч 90 дней", "ไม่มีการประชุม 90 วัน"),
    ),
    "emails": _many(
        ("emails | letters", "письма | писем", "จำนวนอีเมล"),
        ("has emails | any emails", "есть письма | были письма", "มีอีเมลถึงกัน"),
        ("no emails", "нет писем | не было писем", "ไม่มีอีเมลถึงกัน"),
        ("emails more than 3", "писем больше 3", "จำนวนอีเมล มากกว่า 3"),
    ),
    "emails_in": _many(
        ("incoming emails | emails in", "входящие письма | входящих писем", "อีเมลเข้า"),
        ("has incoming emails", "есть входящие письма | были входящие письма", "มีอีเมลเข้า"),
        ("no incoming emails", "нет входящих писем | не было входящих писем", "ไม่มีอีเมลเข้า"),
        ("emails in > 0 since 2026-01-01", "входящих писем > 0 с 01.01.2026", "อีเมลเข้า > 0 ตั้งแต่ 2026-01-01"),
    ),
    "emails_out": _many(
        ("outgoing emails | emails out", "исходящие письма | исходящих писем", "อีเมลออก"),
        ("has outgoing emails", "есть исходящие письма | были исходящие письма", "มีอีเมลออก"),
        ("no outgoing emails", "нет исходящих писем | не было исходящих писем", "ไม่มีอีเมลออก"),
        ("outgoing emails at most 2 in 30 days", "исходящих писем не более 2 за 30 дней", "อีเมลออก อย่างมาก 2 ใน 30 วัน"),
    ),
    "sms": _many(
        ("sms | texts", "sms | смс", "sms | ข้อความสั้น"),
        ("has sms | any sms", "есть sms | есть смс | были sms | были смс", "มี sms"),
        ("no sms", "нет sms | нет смс | не было sms | не было смс", "ไม่มี sms"),
        ("sms >= 1 in 30 days", "смс >= 1 за 30 дней", "sms >= 1 ใน 30 วัน"),
    ),
    "sms_in": _many(
        ("incoming sms | sms in", "входящие sms | входящих sms | входящие смс | входящих смс", "sms เข้า"),
        ("has incoming sms", "есть входящие sms | есть входящие смс", "มี sms เข้า"),
        ("no incoming sms", "нет входящих sms | нет входящих смс", "ไม่มี sms เข้า"),
        ("no incoming sms", "нет входящих sms", "ไม่มี sms เข้า"),
    ),
    "sms_out": _many(
        ("outgoing sms | sms out", "исходящие sms | исходящих sms | исходящие смс | исходящих смс", "sms ออก"),
        ("has outgoing sms", "есть исходящие sms | есть исходящие смс", "มี sms ออก"),
        ("no outgoing sms", "нет исходящих sms | нет исходящих смс", "ไม่มี sms ออก"),
        ("outgoing sms = 0 in 7 days", "исходящих sms = 0 за 7 дней", "sms ออก = 0 ใน 7 วัน"),
    ),
    "notes": _many(
        ("notes", "заметки | заметок", "บันทึก | จำนวนบันทึก"),
        ("has notes | any notes", "есть заметки | были заметки", "มีบันทึก"),
        ("no notes", "нет заметок | не было заметок", "ไม่มีบันทึก"),
        ("has notes since 2026-01-01", "есть заметки с 01.01.2026", "มีบันทึก ตั้งแต่ 2026-01-01"),
    ),
}
