"""The words of the segment language in English, Russian and Thai: what a person may type, never what they read.

Phrases are compared without case, with ё as е and any spacing. The longest phrase wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from storage.filters import AgeUnit


def _phrases(table: Mapping[str, str]) -> Mapping[str, str]:
    """`meaning -> "phrase | phrase"` turned into `phrase -> meaning`."""
    return MappingProxyType({phrase.strip(): meaning for meaning, said in table.items() for phrase in said.split("|")})


FIELD_WORDS = _phrases(
    {
        "city": "city | town | город | เมือง | จังหวัด",
        "tag": "tag | tags | тег | теги | тэг | метка | метки | แท็ก | แท็ค | ป้าย",
        "owner": "owner | manager | rep | ответственный | менеджер | владелец | ผู้ดูแล | เจ้าของ | เซลส์",
        "source": "source | источник | แหล่งที่มา | ที่มา",
        "language": "language | lang | язык | ภาษา",
        "lifecycle": "lifecycle | status | stage | статус | стадия | этап | สถานะ",
        "last_contact": (
            "last contact | last contacted | contacted | contact | последний контакт | последнее общение | контакт"
            " | ติดต่อล่าสุด | การติดต่อล่าสุด | ติดต่อครั้งล่าสุด"
        ),
        "last_purchase": (
            "last purchase | last order | last bought | purchase | bought | последняя покупка | последний заказ"
            " | последней покупки | покупка | ซื้อล่าสุด | การซื้อล่าสุด | ซื้อครั้งล่าสุด | สั่งซื้อล่าสุด"
        ),
        "created": "created | added | создан | добавлен | заведен | สร้างเมื่อ | เพิ่มเมื่อ",
    }
)

PRESENCE_WORDS = _phrases(
    {
        "email:present": "has email | has an email | with email | есть email | есть почта | есть имейл | с почтой | มีอีเมล",
        "email:absent": "no email | has no email | without email | нет email | нет почты | без почты | без email | ไม่มีอีเมล",
        "phone:present": (
            "has phone | has a phone | with phone | есть телефон | с телефоном | มีโทรศัพท์ | มีเบอร์ | มีเบอร์โทร"
        ),
        "phone:absent": (
            "no phone | has no phone | without phone | нет телефона | без телефона | ไม่มีโทรศัพท์ | ไม่มีเบอร์ | ไม่มีเบอร์โทร"
        ),
        "telegram:present": "has telegram | with telegram | есть телеграм | есть telegram | มีเทเลแกรม",
        "telegram:absent": (
            "no telegram | has no telegram | without telegram | нет телеграма | без телеграма | нет telegram | ไม่มีเทเลแกรม"
        ),
        "followup:present": (
            "has follow-up | has followup | has follow up | has a follow-up | with follow-up"
            " | есть задача | есть напоминание | มีนัดติดตาม"
        ),
        "followup:absent": (
            "no follow-up | no followup | no follow up | has no follow-up | without follow-up"
            " | нет задачи | нет задач | без задачи | нет напоминания | без напоминания | ไม่มีนัดติดตาม"
        ),
        "tag:present": "has tag | has tags | has a tag | есть тег | есть теги | มีแท็ก",
        "tag:absent": "no tag | no tags | without tags | нет тега | нет тегов | без тегов | ไม่มีแท็ก",
        "owner:present": "has owner | has an owner | есть ответственный | มีผู้ดูแล",
        "owner:absent": "no owner | without owner | нет ответственного | без ответственного | ไม่มีผู้ดูแล",
        "source:present": "has source | has a source | есть источник | มีแหล่งที่มา",
        "source:absent": "no source | without source | нет источника | без источника | ไม่มีแหล่งที่มา",
        "city:present": "has city | has a city | есть город | มีเมือง",
        "city:absent": "no city | without city | нет города | без города | ไม่มีเมือง",
        "last_contact:present": "was contacted | ever contacted | был контакт | เคยติดต่อ",
        "last_contact:absent": "never contacted | no contact | not contacted | нет контакта | нет контактов | не общались | не было контакта | не было контактов | ไม่เคยติดต่อ",
        "last_purchase:present": "has bought | ever bought | has purchases | есть покупки | покупал | เคยซื้อ",
        "last_purchase:absent": (
            "never bought | no purchase | no purchases | has no purchases | no orders | not bought | нет покупок | не было покупок | нет заказов | не покупал | без покупок | ไม่เคยซื้อ"
        ),
    }
)

SILENCE_WORDS = _phrases(
    {
        "last_contact": (
            "no contact | no contact for | not contacted | not contacted for | no contact in | not contacted in | нет контакта | не было контакта"
            " | без контакта | нет контактов | не было контактов | не общались | ไม่ได้ติดต่อ | ไม่ได้ติดต่อมา | ไม่มีการติดต่อ"
        ),
        "last_purchase": (
            "no purchase | no purchases | no orders | not bought | no purchase for | no purchases for | no purchase in | no purchases in | no order for | no orders for"
            " | not bought for | has not bought for | нет покупок | не было покупок | без покупок | не покупал"
            " | нет заказов | не было заказов | ไม่ได้ซื้อ | ไม่ได้ซื้อมา | ไม่มีการซื้อ"
        ),
    }
)

AND, OR, NOT, IN, NOT_IN, NEVER = "and", "or", "not", "in", "not_in", "never"
JOINERS = _phrases({AND: "and | и | และ", OR: "or | или | либо | หรือ"})
NEGATIONS = _phrases({NOT: "not | не | кроме | except | ไม่ใช่ | ไม่ | ยกเว้น | !"})
LISTING = _phrases(
    {
        IN: "in | is in | one of | is one of | в | из | одно из | ใน | อยู่ใน | เป็นหนึ่งใน",
        NOT_IN: "not in | is not in | isn't in | not one of | не в | не из | ไม่ใน | ไม่อยู่ใน",
    }
)
NEVERS = _phrases({NEVER: "never | is never | none | никогда | нет | ไม่เคย | ไม่มี"})

# Comparisons are told apart by the field and the value later: "> 30 days ago" is an age, "> 2026-01-31" a day.
OPERATORS = _phrases(
    {
        "=": "= | == | is | equals | : | равно | равен | равна | это | есть | เท่ากับ | คือ | เป็น",
        "!=": "!= | <> | ≠ | is not | isn't | не равно | не равен | не это | ไม่เท่ากับ | ไม่เป็น",
        "~": "~ | contains | like | содержит | похоже на | มีคำว่า | ประกอบด้วย",
        ">": "> | more than | over | больше | более | больше чем | более чем | มากกว่า | เกิน",
        "<": "< | less than | under | меньше | менее | меньше чем | менее чем | น้อยกว่า | ไม่เกิน",
        ">=": ">= | ≥ | => | at least | не менее | не меньше | อย่างน้อย",
        "<=": "<= | ≤ | =< | at most | не более | не больше | อย่างมาก",
        "before": "before | earlier than | older than | раньше | ранее | до | старше | ก่อน | นานกว่า | เก่ากว่า",
        "after": "after | later than | newer than | позже | позднее | после | หลัง | หลังจาก | ใหม่กว่า",
        "since": "since | from | с | начиная с | ตั้งแต่",
        "until": "until | till | up to | по | включительно до | จนถึง | ถึง",
        "on": "on | ровно | เมื่อวันที่ | วันที่",
        "within": "within | in the last | in last | within the last | за последние | за | в течение | ภายใน | ในช่วง",
    }
)

CHOICE_WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "language": _phrases(
            {
                "en": "en | eng | english | английский | англ | อังกฤษ | ภาษาอังกฤษ",
                "ru": "ru | rus | russian | русский | рус | รัสเซีย | ภาษารัสเซีย",
                "th": "th | tha | thai | тайский | тай | ไทย | ภาษาไทย",
            }
        ),
        "lifecycle": _phrases(
            {
                "lead": "lead | prospect | лид | потенциальный | потенциальный клиент | ลีด | ผู้สนใจ | ว่าที่ลูกค้า",
                "customer": "customer | client | клиент | покупатель | ลูกค้า",
                "dormant": "dormant | sleeping | asleep | спящий | неактивный | ไม่เคลื่อนไหว | เงียบหาย",
                "lost": "lost | потерян | потерянный | ушел | ушедший | เลิกซื้อ | เลิกซื้อแล้ว | เสียไปแล้ว | สูญเสีย",
            }
        ),
    }
)
ME_WORDS = frozenset({"me", "myself", "я", "мой", "меня", "ฉัน", "ผม", "ดิฉัน"})

AGE_UNITS = _phrases(
    {
        AgeUnit.DAY: "d | day | days | д | дн | день | дня | дней | วัน",
        AgeUnit.WEEK: "w | week | weeks | нед | неделя | неделю | недели | недель | สัปดาห์ | อาทิตย์",
        AgeUnit.MONTH: "month | months | mo | мес | месяц | месяца | месяцев | เดือน",
        AgeUnit.YEAR: "y | year | years | г | год | года | лет | ปี",
    }
)
AGE_TAILS = frozenset({"", "ago", "old", "назад", "ที่แล้ว", "ก่อน", "ที่ผ่านมา", "มาแล้ว", "แล้ว"})
AGE_HEADS = frozenset(
    {
        "",
        "for",
        "in",
        "last",
        "the last",
        "the past",
        "over",
        "more than",
        "at least",
        ">",
        "уже",
        "более",
        "больше",
        "последние",
    }
    | {"в течение", "за", "за последние", "มา", "มากกว่า", "เกิน", "นาน"}
)
DAY_WORDS = _phrases(
    {"0": "today | сегодня | วันนี้", "-1": "yesterday | вчера | เมื่อวาน", "1": "tomorrow | завтра | พรุ่งนี้"}
)
