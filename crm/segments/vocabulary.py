"""The words of the segment language in English, Russian and Thai: what a person may type, never what they read.

Phrases are compared without case, with ё as е and any spacing. The longest phrase wins. The words of fields stand by noun
in `nouns/`; here are those that join and compare.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from crm.segments.nouns import WORDS, phrases
from storage.filters import AgeUnit


def _phrases(table: Mapping[str, str]) -> Mapping[str, str]:
    """`meaning -> "phrase | phrase"` turned into `phrase -> meaning`."""
    return MappingProxyType({phrase.strip(): meaning for meaning, said in table.items() for phrase in said.split("|")})


FIELD_WORDS: Mapping[str, str] = MappingProxyType(
    {phrase: name for name, words in WORDS.items() for phrase in phrases(words.field)}
)
PRESENCE_WORDS: Mapping[str, str] = MappingProxyType(
    {phrase: f"{name}:present" for name, words in WORDS.items() for phrase in phrases(words.present)}
    | {phrase: f"{name}:absent" for name, words in WORDS.items() for phrase in phrases(words.absent)}
)
SILENCE_WORDS: Mapping[str, str] = MappingProxyType(
    {phrase: name for name, words in WORDS.items() for phrase in phrases(words.silent)}
)
CHOICE_WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        name: MappingProxyType({phrase: key for key, said in words.choices.items() for phrase in phrases(said)})
        for name, words in WORDS.items()
        if words.choices
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
        "<": "< | less than | under | fewer than | меньше | менее | меньше чем | менее чем | น้อยกว่า",
        ">=": ">= | ≥ | => | at least | не менее | не меньше | минимум | อย่างน้อย",
        "<=": "<= | ≤ | =< | at most | не более | не больше | максимум | อย่างมาก | ไม่เกิน",
        "before": "before | earlier than | older than | раньше | ранее | до | старше | ก่อน | นานกว่า | เก่ากว่า",
        "after": "after | later than | newer than | позже | позднее | после | หลัง | หลังจาก | ใหม่กว่า",
        "since": "since | from | с | начиная с | ตั้งแต่",
        "until": "until | till | up to | по | включительно до | จนถึง | ถึง",
        "on": "on | ровно | เมื่อวันที่ | วันที่",
        "within": "within | in the last | in last | within the last | за последние | за | в течение | ภายใน | ในช่วง",
        "coming": "in the next | within the next | через | в ближайшие | ในอีก | อีก",
    }
)
# Since when things are counted: before a length of time, or before a day.
WINDOWS = _phrases(
    {
        "within": (
            "in | in the last | in last | in the past | within | within the last | for | for the last | over | over the last"
            " | during the last | за | за последние | в течение | последние | ใน | ในช่วง | ภายใน | มา | ในรอบ"
        ),
        "since": "since | from | с | со | начиная с | ตั้งแต่ | นับจาก",
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
# Lengths of time whose number goes without saying.
BARE_AGES = _phrases(
    {
        "1 day": "a day | one day | day | сутки | день | หนึ่งวัน",
        "1 week": "a week | one week | week | неделю | неделя | หนึ่งสัปดาห์ | หนึ่งอาทิตย์",
        "1 month": "a month | one month | month | месяц | หนึ่งเดือน",
        "6 months": "half a year | half year | полгода | ครึ่งปี",
        "1 year": "a year | one year | year | год | หนึ่งปี",
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
TIMES_WORDS = frozenset({"", "times", "time", "раз", "раза", "ครั้ง", "สาย", "ฉบับ", "шт"})
CURRENCY_WORDS = _phrases(
    {
        "EUR": "€ | eur | euro | euros | евро | ยูโร",
        "USD": "$ | usd | dollar | dollars | доллар | доллара | долларов | ดอลลาร์",
        "RUB": "₽ | rub | rur | руб | рубль | рубля | рублей | р | รูเบิล",
        "GBP": "£ | gbp | pound | pounds | фунт | фунта | фунтов | ปอนด์",
        "THB": "฿ | thb | baht | бат | бата | батов | บาท",
    }
)
