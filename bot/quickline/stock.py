"""Questions about the warehouse: "stock m8", "есть ли болт м8", "เหลือกี่ตัว", a bare article code; and what they ask for."""

from __future__ import annotations

import re
from typing import Final

from bot.quickline.pieces import breaks_thai_syllable, fold, words_of

_ASKS_ANYWHERE: Final = frozenset(
    [
        *("stock", "stocks", "instock", "inventory", "availability", "available", "warehouse", "onhand"),
        *(
            "сколько",
            "остаток",
            "остатки",
            "остатка",
            "остатков",
            "остатку",
            "наличие",
            "наличии",
            "наличия",
            "складе",
            "складах",
            "осталось",
        ),
        *("имеется", "имеются"),
    ]
)
_ASKS_FIRST: Final = frozenset(["any", "есть", "склад", "got"])
_ASK_PHRASES: Final = (
    ("do", "we", "have"),
    ("have", "we", "got"),
    ("do", "you", "have"),
    ("we", "have"),
    ("how", "many"),
    ("how", "much"),
    ("is", "there"),
    ("are", "there"),
    ("on", "hand"),
    ("у", "нас", "есть"),
    ("есть", "ли"),
)
_FILLERS: Final = frozenset(
    [
        *(
            "do",
            "does",
            "we",
            "you",
            "have",
            "has",
            "got",
            "any",
            "is",
            "are",
            "there",
            "the",
            "a",
            "of",
            "for",
            "in",
            "on",
            "hand",
            "left",
            "how",
        ),
        *(
            "many",
            "much",
            "please",
            "pls",
            "check",
            "what's",
            "whats",
            "what",
            "our",
            "now",
            "still",
            "show",
            "me",
            "at",
            "can",
            "i",
            "level",
            "levels",
        ),
        *("pcs", "pieces", "remaining", "count", "query"),
        *(
            "есть",
            "ли",
            "у",
            "нас",
            "на",
            "склад",
            "складу",
            "в",
            "еще",
            "штук",
            "шт",
            "сейчас",
            "пожалуйста",
            "какой",
            "какое",
            "какие",
            "по",
            "покажи",
        ),
        *("проверь", "проверить", "там", "вообще", "а", "скажи", "подскажи", "количество", "товара", "товар"),
    ]
)
_THAI_ASK = re.compile(
    r"(?:เช็ค|เช็ก|ดู)?(?:สต็อก|สต๊อก|สต็อค|สต๊อค|สตอก|สตอค|สต๊อก)|คงเหลือ|ในคลัง|คลังสินค้า|เหลือ(?:อยู่)?|ของมี"
    r"|มี(?:ของ|สินค้า)?(?:กี่|เท่าไ)|กี่(?:ชิ้น|ตัว|อัน|กล่อง|ม้วน|แผ่น|ชุด|เส้น|ถุง|ลัง|แพ็ค|เมตร|กิโล|หน่วย)"
)
_THAI_TAIL = re.compile(r"(?:ไหม|มั้ย|มั๊ย|ไม๊|หรือเปล่า|รึเปล่า|หรือไม่|หรือยัง|บ้าง|กี่|เท่าไหร่|เท่าไร|เท่าใด)")
_THAI_FILLERS = re.compile(
    r"ครับ|ค่ะ|คะ|นะ|ในคลังสินค้า|ในคลัง|คลังสินค้า|คงเหลือ|เหลืออยู่|เหลือ|ของมี|มีของ|มีสินค้า|กี่\s*(?:ชิ้น|ตัว|อัน|กล่อง|ม้วน|แผ่น|ชุด|เส้น|ถุง|ลัง|แพ็ค|เมตร|กิโล|หน่วย)?"
    r"|เท่าไหร่|เท่าไร|เท่าใด|หรือเปล่า|รึเปล่า|หรือไม่|หรือยัง|บ้าง|ไหม|มั้ย|มั๊ย|ไม๊|(?:เช็ค|เช็ก|ดู)?(?:สต็อก|สต๊อก|สต็อค|สต๊อค|สตอก|สตอค)|เช็ค|เช็ก|อยู่|ตอนนี้|จำนวน|ของเรา"
)
# Letters and digits in one word, or a short code with a dash: М8х40, AB-1234, din933
_CODE = re.compile(r"(?=[^\W_]*[-./_]?[^\W_]*\d)[^\W_]+(?:[-./_][^\W_]+){0,5}")


def stock_query(text: str) -> str | None:
    """What is asked for, cleaned of the asking words; None when the line asks nothing. May be empty ("stock?")."""
    thai = _thai_query(text)
    if thai is not None:
        return thai
    words = words_of(text)
    lows = [word.low for word in words]
    if not _asks(lows):
        return None
    kept = [word for word in words if word.low not in _FILLERS and word.low not in _ASKS_ANYWHERE]
    return " ".join(text[word.start : word.end] for word in kept)


def is_article_code(text: str) -> bool:
    """One word of letters and digits together; a phone number, a price or an address is none."""
    word = text.strip()
    if not 2 <= len(word) <= 30 or any(letter.isspace() or letter in "@+" for letter in word):
        return False
    letters = sum(letter.isalpha() for letter in word)
    digits = sum(letter.isdigit() for letter in word)
    return letters > 0 and digits > 0 and letters <= 12 and _CODE.fullmatch(word) is not None


def _asks(lows: list[str]) -> bool:
    if not lows:
        return False
    if lows[0] in _ASKS_FIRST or any(low in _ASKS_ANYWHERE for low in lows):
        return True
    return any(tuple(lows[at : at + len(phrase)]) == phrase for phrase in _ASK_PHRASES for at in range(len(lows)))


def _thai_query(text: str) -> str | None:
    low = fold(text)
    have = low.find("มี")
    asks_have = have >= 0 and not breaks_thai_syllable(low, have + 2) and _THAI_TAIL.search(low, have) is not None
    if not asks_have and _THAI_ASK.search(low) is None:
        return None
    if asks_have:
        text = text[:have] + " " + text[have + 2 :]
    cleaned = _THAI_FILLERS.sub(" ", text)
    kept = [word for word in words_of(cleaned) if word.low not in _FILLERS and word.low not in _ASKS_ANYWHERE]
    return " ".join(cleaned[word.start : word.end] for word in kept)
