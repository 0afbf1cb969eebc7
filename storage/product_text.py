"""Product names and article questions in one spelling: sizes, fractions, decimals, units, look-alike letters, plurals.

The same functions build the searched column and read the query, so both sides always agree.
"""

from __future__ import annotations

import re

from storage.folding import fold, fold_code, index_text, words

MAX_TOKENS = 8

_BY = re.compile(r"(?<=\d)\s*(?:[x×хX*]|\s(?:на|by|คูณ)\s)\s*(?=\d)")
_FRACTION = re.compile(r"(?<![\d.,])(\d)\s*[/⁄]\s*(\d)(?!\d)")
_DECIMAL = re.compile(r"(?<=\d)[.,](?=\d)")
_DIGIT_THEN_UNIT = re.compile(
    r"(?<=\d)\s*(мм|mm|มม|см|cm|мл|ml|มล|кг|kg|гр|г|g|กรัม|дюйма?|inch|in|นิ้ว|м|m|เมตร|шт|pcs|ชิ้น|ตัว)(?![^\W\d_])"
)
_SCRIPT_CHANGE = re.compile(r"(?<=[\u0e00-\u0e7f])(?=[0-9a-zа-я])|(?<=[0-9a-zа-я])(?=[\u0e00-\u0e7f])")
_TONES = str.maketrans("", "", "็่้๊๋์ํ๎")
_TO_CYRILLIC = str.maketrans("abekmhopctyx", "авекмнорстух")
_TO_LATIN = str.maketrans("авекмнорстух", "abekmhopctyx")
_LATIN, _CYRILLIC = re.compile("[a-z]"), re.compile("[а-я]")

# Said in a question, these narrow nothing: units, small words, and how one asks for goods in general.
_IDLE = frozenset(
    [
        "mm",
        "мм",
        "มม",
        "cm",
        "см",
        "ml",
        "мл",
        "มล",
        "kg",
        "кг",
        "г",
        "гр",
        "g",
        "m",
        "м",
        "เมตร",
        "กรัม",
        "pcs",
        "pc",
        "шт",
        "штук",
        "ชน",
        "ตว",
        "ขนาด",
        "size",
        "размер",
        "inch",
        "дюйм",
        "дюйма",
        "นว",
        "in",
        "a",
        "an",
        "the",
        "of",
        "for",
        "with",
        "and",
        "to",
        "по",
        "для",
        "с",
        "со",
        "на",
        "из",
        "и",
        "в",
        "ส",
        "า",
        "หรบ",
        "แบบ",
    ]
)
_RU_ENDINGS = re.compile(
    r"(?:иями|ями|ами|ого|его|ому|ему|ыми|ими|ая|яя|ое|ее|ые|ие|ый|ий|ой|ую|юю|ых|их|ым|им|ом|ем|ам|ям|ах|ях|ов|ев|ей|ок|ек|ек"
    r"|а|я|о|е|ы|и|у|ю|ь|й)$"
)
_RU_IRREGULAR = {"гаек": "гайк", "шпилек": "шпильк", "сверел": "сверл", "шайб": "шайб"}


def normalise(text: str) -> str:
    """Folded text whose sizes read one way: `М8 × 40` → `m8x40`, `½` → `1d2`, `4,2` → `4p2`, `6мм` → `6 мм`."""
    plain = fold(text).translate(_TONES)
    plain = _BY.sub("x", plain)
    plain = _FRACTION.sub(r"\1d\2", plain)
    plain = _DECIMAL.sub("p", plain)
    plain = _SCRIPT_CHANGE.sub(" ", plain)
    plain = _DIGIT_THEN_UNIT.sub(r" \1", plain)
    return " ".join(_one_script(word) for word in words(plain))


def product_index(*, code: str, barcode: str | None, names: tuple[str, ...]) -> tuple[str, str]:
    """`code_key` and `search_text` of a product."""
    plain = [normalise(name) for name in names]
    sizes = [part for name in plain for word in name.split() if "x" in word for part in _size_parts(word)]
    codes = [code, *([barcode] if barcode else []), *normalise(code).split()]
    return fold_code(code)[:60], index_text(*plain, " ".join(dict.fromkeys(sizes)), codes=tuple(codes))


def query_tokens(query: str, *, stemmed: bool = True) -> list[str]:
    """The words of a question that narrow; all of them when none does."""
    found = normalise(query).split()[: MAX_TOKENS * 2]
    telling = [token for token in found if token not in _IDLE]
    told = [stem(token) if stemmed else token for token in telling or found]
    return list(dict.fromkeys(told))[:MAX_TOKENS]


def stem(word: str) -> str:
    """A word without its plural or case ending, never shorter than three letters; sizes and codes stay."""
    if any(character.isdigit() for character in word) or len(word) < 4:
        return word
    if word in _RU_IRREGULAR:
        return _RU_IRREGULAR[word]
    if _CYRILLIC.search(word):
        shorter = _RU_ENDINGS.sub("", word)
        return shorter if len(shorter) >= 3 else word
    if word.isascii() and word.endswith("s") and not word.endswith("ss"):
        return word[:-2] if word.endswith(("shes", "xes")) else word[:-1]
    return word


def _one_script(word: str) -> str:
    """Look-alike letters of the other alphabet set right; with a digit it is a size or a code, and those are Latin."""
    if any(character.isdigit() for character in word):
        return word.translate(_TO_LATIN) if _CYRILLIC.search(word) else word
    latin, cyrillic = len(_LATIN.findall(word)), len(_CYRILLIC.findall(word))
    if not latin or not cyrillic:
        return word
    to_cyrillic = word.translate(_TO_CYRILLIC)
    to_latin = word.translate(_TO_LATIN)
    if not _LATIN.search(to_cyrillic) and (_CYRILLIC.search(to_latin) or cyrillic >= latin):
        return to_cyrillic
    return to_latin if not _CYRILLIC.search(to_latin) else word


def _size_parts(word: str) -> list[str]:
    """`m8x40` is also asked for as m8, 8 and 40."""
    parts = [part for part in word.split("x") if part and any(character.isdigit() for character in part)]
    return [said for part in parts for said in dict.fromkeys((part, part.lstrip("m")))]
