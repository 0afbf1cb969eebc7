"""The words people make dates of, in English, Russian and Thai, each with what it can mean.

A word may mean several things ("อาทิตย์" is a week and a Sunday, "дня" days and the afternoon); the grammar decides by place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

# What a word can mean. Values are numbers whose sense the comment gives.
REL: Final = "rel"  # days from today
PART: Final = "part"  # part of the day, one of the constants below
WEEKDAY: Final = "weekday"  # Monday is 0
WEAK: Final = "weak"  # a short form that is also another word: it needs a date's surroundings
MONTH: Final = "month"  # 1 to 12
UNIT: Final = "unit"  # a length of time
NUMBER: Final = "number"  # a number in words, times two ("полтора" is 3)
ARTICLE: Final = "article"  # a, an: one, before a unit only
ORDINAL: Final = "ordinal"  # Russian genitive ordinals of hours: "полтретьего"
AHEAD: Final = "ahead"  # in, через, อีก
LATER: Final = "later"  # "3 days later"
WHICH: Final = "which"  # this 0, next 1, the one after next 2, "the coming one" 3
EDGE: Final = "edge"  # start 0, middle 1, end 2
UNTIL_EDGE: Final = "eo"  # EOD, EOW, EOM: the unit whose end it is
LINK: Final = "link"  # joins the parts; 2 marks an hour by itself, 1 marks one beside a day, 0 says nothing
MERIDIEM: Final = "meridiem"  # am 0, pm 1
OCLOCK: Final = "oclock"  # after an hour: o'clock 0, Thai daytime hour 1, Thai evening hour 2
DAWN: Final = "dawn"  # ตี, before an hour
HALF: Final = "half"  # half past, ครึ่ง, половина
QUARTER: Final = "quarter"
PAST: Final = "past"  # past 1, to -1
LESS: Final = "less"  # без четверти
DAY_WORD: Final = "dayword"  # วัน before a weekday, วันที่ before a day of the month (1)
SUFFIX: Final = "suffix"  # 24th, 24-го, 24 числа
NOUN: Final = "noun"  # what a number before it counts, so that it is no hour
WEEKEND: Final = "weekend"
HALF_UNIT: Final = "halfunit"  # полчаса, полгода: the unit halved
GONE: Final = "gone"  # last, ago, прошлый: what it stands beside is past
UNSAID: Final = "unsaid"  # adds nothing to a date: first thing, рано

MORNING, LATE_MORNING, NOON, LUNCH, AFTERNOON, EVENING, NIGHT, MIDNIGHT, AFTER_LUNCH = range(9)
MINUTE, HOUR, DAY, WEEK, MONTH_UNIT, QUARTER_UNIT, YEAR, WORKDAY = range(8)

Meanings = Mapping[str, int]


def meanings(word: str) -> Meanings | None:
    """What a lower-case word (ё written е) may mean in a date, or None."""
    return _WORDS.get(word)


def longest_thai(text: str, at: int) -> int:
    """How long the longest Thai date word beginning at `at` is; 0 when there is none.

    A match that stops before a vowel or tone mark would cut a syllable in two, and is no match.
    """
    for length in _THAI_LENGTHS.get(text[at : at + 2]) or _THAI_LENGTHS.get(text[at], ()):
        if text[at : at + length] in _WORDS and not _continues_syllable(text, at + length):
            return length
    return 0


def _continues_syllable(text: str, at: int) -> bool:
    if at >= len(text):
        return False
    code = ord(text[at])
    return 0x0E30 <= code <= 0x0E3A or code == 0x0E45 or 0x0E47 <= code <= 0x0E4E


_WORDS: dict[str, dict[str, int]] = {}


def _add(tag: str, value: int, words: str | Iterable[str]) -> None:
    for word in words.split() if isinstance(words, str) else words:
        _WORDS.setdefault(word, {})[tag] = value


def _add_rows(tag: str, rows: Iterable[str], first: int = 0) -> None:
    for value, row in enumerate(rows, first):
        _add(tag, value, row)


# Days near today
_add(REL, 0, "today tod tonight сегодня วันนี้ คืนนี้ เย็นนี้ บ่ายนี้ เช้านี้ ค่ำนี้ ค่ํานี้ เที่ยงนี้")
_add(REL, 1, "tomorrow tomorow tommorow tommorrow tomorrow's tmrw tmr tmrow завтра завтро พรุ่งนี้ พรุ่งนี พุ่งนี้ พรุ้งนี้ วันพรุ่งนี้")
_add(REL, 2, "overmorrow послезавтра มะรืน มะรืนนี้ วันมะรืน วันมะรืนนี้")
_add(REL, 3, "послепослезавтра มะเรื่อง มะเรื่องนี้")
_add(REL, -1, "yesterday вчера เมื่อวาน เมื่อวานนี้")
_add(REL, -2, "позавчера เมื่อวานซืน")
_add(PART, NIGHT, "tonight คืนนี้")
_add(PART, EVENING, "เย็นนี้ ค่ำนี้ ค่ํานี้")
_add(PART, AFTERNOON, "บ่ายนี้")
_add(PART, MORNING, "เช้านี้")
_add(PART, NOON, "เที่ยงนี้")

# Parts of the day
_add(PART, MORNING, "morning утром утра утро เช้า")
_add(PART, NOON, "noon midday полдень полудня เที่ยง เที่ยงวัน")
_add(PART, LUNCH, "lunch lunchtime обед обеда обеду พักเที่ยง")
_add(PART, AFTERNOON, "afternoon днем дня บ่าย")
_add(PART, EVENING, "evening вечером вечера вечер вечеру เย็น ค่ำ ค่ํา หัวค่ำ")
_add(PART, NIGHT, "night ночью ночи ночь กลางคืน คืน ดึก")
_add(PART, MIDNIGHT, "midnight полночь полуночи เที่ยงคืน")

# Weekdays; the short ones are ordinary words too
_add_rows(
    WEEKDAY,
    (
        "monday mon понедельник понедельника понедельнику понедельнике пн понед จันทร์ จ.",
        "tuesday tue tues вторник вторника вторнику вторнике вт อังคาร",
        "wednesday wed weds среда среду среды среде ср พุธ",
        "thursday thu thur thurs четверг четверга четвергу четверге чт พฤหัส พฤหัสบดี พฤหัสฯ พฤ.",
        "friday fri пятница пятницу пятницы пятнице пт пятн ศุกร์ ศ.",
        "saturday sat суббота субботу субботы субботе сб เสาร์",
        "sunday sun воскресенье воскресенья воскресенью вс อาทิตย์ อา.",
    ),
)
_add(WEAK, 1, "mon tue wed thu fri sat sun пн вт ср чт пт сб вс среда จันทร์ อังคาร พุธ พฤหัส ศุกร์ เสาร์ อาทิตย์ จ. พฤ. ศ. อา.")
_add(WEAK, 2, "sat sun wed ср среда")  # a verb, a thing: not even at the beginning of a line
_add(WEEKEND, 1, "weekend выходные выходных выходным วันหยุดสุดสัปดาห์ สุดสัปดาห์ เสาร์อาทิตย์")
_add(DAY_WORD, 0, "วัน")
_add(DAY_WORD, 1, "วันที่ date числа")

# Months
_add_rows(
    MONTH,
    (
        "january jan январь января январе янв มกราคม มกรา ม.ค. มค. มค",
        "february feb февраль февраля феврале фев февр กุมภาพันธ์ กุมภา ก.พ. กพ. กพ",
        "march mar март марта марте мар มีนาคม มีนา มี.ค. มีค. มีค",
        "april apr апрель апреля апреле апр เมษายน เมษา เม.ย. เมย. เมย",
        "may май мая мае พฤษภาคม พฤษภา พ.ค. พค. พค",
        "june jun июнь июня июне июн มิถุนายน มิถุนา มิ.ย. มิย. มิย",
        "july jul июль июля июле июл กรกฎาคม กรกฎา ก.ค. กค. กค",
        "august aug август августа августе авг สิงหาคม สิงหา ส.ค. สค. สค",
        "september sep sept сентябрь сентября сентябре сен сент กันยายน กันยา ก.ย. กย. กย",
        "october oct октябрь октября октябре окт ตุลาคม ตุลา ต.ค. ตค. ตค",
        "november nov ноябрь ноября ноябре ноя нояб พฤศจิกายน พฤศจิกา พ.ย. พย. พย",
        "december dec декабрь декабря декабре дек ธันวาคม ธันวา ธ.ค. ธค. ธค",
    ),
    first=1,
)

# Lengths of time
_add(UNIT, MINUTE, "min mins minute minutes мин минут минуты минуту минутку минуток минуточку นาที")
_add(UNIT, HOUR, "h hr hrs hour hours ч час часа часов часик часок ชั่วโมง ชม. ชม")
_add(UNIT, DAY, "d day days день дня дней денек วัน")
_add(UNIT, WEEK, "w wk wks week weeks неделя неделю недели недель неделе неделей недельку нед สัปดาห์ อาทิตย์")
_add(UNIT, MONTH_UNIT, "month months mo месяц месяца месяцев месяце месяцу мес เดือน")
_add(UNIT, QUARTER_UNIT, "quarter quarters квартал квартала кварталов квартале кварталу ไตรมาส")
_add(UNIT, YEAR, "year years год года лет году ปี")
_add(UNIT, WORKDAY, "workday workdays วันทำการ วันทําการ วันทำงาน วันทํางาน")
_add(HALF_UNIT, HOUR, "полчаса полчасика")
_add(HALF_UNIT, YEAR, "полгода полгодика")

# Numbers, times two
_NUMBERS = (
    "zero ноль ศูนย์",
    "one один одну одна หนึ่ง นึง",
    "two два две двух สอง",
    "three три трех สาม",
    "four четыре четырех สี่",
    "five пять пяти ห้า",
    "six шесть шести หก",
    "seven семь семи เจ็ด",
    "eight восемь восьми แปด",
    "nine девять девяти เก้า",
    "ten десять десяти สิบ",
    "eleven одиннадцать одиннадцати สิบเอ็ด",
    "twelve двенадцать двенадцати สิบสอง",
    "thirteen тринадцать สิบสาม",
    "fourteen четырнадцать สิบสี่",
    "fifteen пятнадцать пятнадцати สิบห้า",
    "sixteen шестнадцать สิบหก",
    "seventeen семнадцать สิบเจ็ด",
    "eighteen восемнадцать สิบแปด",
    "nineteen девятнадцать สิบเก้า",
    "twenty двадцать двадцати ยี่สิบ",
)
for _value, _row in enumerate(_NUMBERS):
    _add(NUMBER, _value * 2, _row)
_add(NUMBER, 60, "thirty тридцать สามสิบ")
_add(NUMBER, 90, "forty-five сорокпять สี่สิบห้า")
_add(NUMBER, 3, "полтора полторы")
_add(NUMBER, 4, "couple пару สองสาม")
_add(NUMBER, 6, "few несколько สองสาม")
_add(NUMBER, 28, "fortnight")
_add(ARTICLE, 1, "a an")
for _value, _row in enumerate(
    [
        "первого",
        "второго",
        "третьего",
        "четвертого",
        "пятого",
        "шестого",
        "седьмого",
        "восьмого",
        "девятого",
        "десятого",
        "одиннадцатого",
        "двенадцатого",
    ],
    1,
):
    _add(ORDINAL, _value, _row)
    _add(ORDINAL, _value + 100, "пол" + _row)  # "полтретьего" in one word: half past two

# What joins and places them
_add(AHEAD, 1, "in within через спустя течение течении อีก ภายใน ใน +")
_add(LATER, 1, "later hence from ข้างหน้า ถัดไป")
_add(WHICH, 0, "this эту этот это этой этом этого นี้")
_add(WHICH, 1, "следующую следующий следующее следующей следующем следующего следующая след หน้า ถัดไป")
_add(WHICH, 2, "послеследующую")
_add(WHICH, 3, "next nxt coming upcoming ближайшую ближайший ближайшее ближайшие ที่จะถึงนี้ ที่จะถึง")
_add(WHICH, 4, "following")
_add(EDGE, 0, "start early beginning начало начале начала началу ต้น")
_add(EDGE, 1, "middle mid середина середине середину กลาง")
_add(EDGE, 2, "end late конец конца конце концу สิ้น ปลาย")
_add(UNTIL_EDGE, DAY, "eod cob")
_add(UNTIL_EDGE, WEEK, "eow")
_add(UNTIL_EDGE, MONTH_UNIT, "eom")
_add(UNTIL_EDGE, YEAR, "eoy")
_add(LINK, 2, "at @ в во ตอน เวลา")
_add(LINK, 1, "by between around ближе под about before after к около после ประมาณ ก่อน หลัง ช่วง หลังจาก ราว")
_add(LINK, 0, "on the of до на с со until till для คือ ถึง ของ พ.ศ. พศ ค.ศ. เดือน ในวัน ใน ที่ in within ภายใน")
_add(
    GONE,
    1,
    "last previous since прошлую прошлый прошлое прошлой прошлом прошлого минувшую ago назад ที่แล้ว ที่ผ่านมา ก่อนหน้า",
)
_add(UNSAID, 1, "first thing рано сразу самого первым делом exactly ровно sharp อาจจะ")
_add(MERIDIEM, 0, "am a.m")
_add(MERIDIEM, 1, "pm p.m")
_add(OCLOCK, 0, "o'clock oclock час часа часов ч hrs h น. น นาฬิกา")
_add(OCLOCK, 1, "โมง โมงตรง")
_add(OCLOCK, 2, "ทุ่ม ทุ่มตรง")
_add(DAWN, 1, "ตี")
_add(HALF, 1, "half пол половина половину половине ครึ่ง")
_add(QUARTER, 1, "quarter четверть четверти")
_add(PAST, 1, "past")
_add(PAST, -1, "to till")
_add(LESS, 1, "без")
_add(SUFFIX, 1, "st nd rd th го ое е числа число")

# What a number counts when it is not an hour
_add(
    NOUN,
    1,
    "pcs pc piece pieces unit units box boxes pack packs pallet pallets carton cartons set sets kg g t ton tons tonnes m mm cm km "
    "l litres liters pairs usd eur thb rub gbp baht dollars euros rubles percent people guys items bags times rolls sheets k m2 m3 дюйма "
    "шт штук штуки штука коробок коробки коробка коробку упаковок упаковки упаковка уп пачек пачки ящиков ящика ящик кг г т тонн "
    "тонны тонна м мм см км л литров литра метров метра руб рублей рубля рубль р тыс тысяч тысячи млн долларов доллара евро бат "
    "батов процентов процента проц комплектов комплекта пар человек позиций позиции раз раза рулонов рулона листов листа мешков поддонов "
    "паллет паллеты ชิ้น ตัว อัน กล่อง แพ็ค แพค กก. กก กิโล กิโลกรัม ตัน เมตร ซม. มม. บาท ลัง ถุง ม้วน แผ่น ชุด คน เครื่อง "
    "เปอร์เซ็นต์ ราย เส้น หลอด ขวด คู่ โหล พาเลท ดอลลาร์ รายการ ใบ",
)
_add(NOUN, 1, ["%", "$", "€", "฿", "₽", "£", "x", "х", "×", "*"])

# By the first two letters: how long the words are that begin so, the longest first
_THAI_LENGTHS: dict[str, tuple[int, ...]] = {}
for _word in _WORDS:
    if "\u0e00" <= _word[0] <= "\u0e7f":
        _THAI_LENGTHS[_word[:2]] = tuple(sorted({*_THAI_LENGTHS.get(_word[:2], ()), len(_word)}, reverse=True))
