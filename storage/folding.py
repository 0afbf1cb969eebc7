"""Text made comparable: folding, look-alike letters, keyboard layouts, romanisation and a rough key of how a name sounds.

Pure functions; the same ones build the searched columns and read the queries, so both sides always agree.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MAX_LENGTH = 2000  # longer text is cut before folding: a search box is no place for a megabyte

_WORD = re.compile(r"[^\W_\u0e30-\u0e3a\u0e45-\u0e4e][^\W_]*(?:[\u0e30-\u0e3a\u0e45-\u0e4e]+[^\W_]*)*")


def fold(text: str) -> str:
    """One spelling of a text: NFKC, no case, no accents, no control, bidi or zero-width characters, ё as е, single spaces."""
    text = text[:MAX_LENGTH]
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKC", text).casefold()
    # Only the Latin and Cyrillic accents fall; Thai vowels are combining marks too and must stay.
    decomposed = unicodedata.normalize("NFD", plain)
    kept = [_plain_character(character) for character in decomposed]
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def words(text: str) -> list[str]:
    """The words of a folded text; punctuation and symbols part them."""
    return _WORD.findall(text)


def word_spans(text: str) -> list[tuple[int, int]]:
    """Where the words of a text as typed begin and end."""
    return [found.span() for found in _WORD.finditer(text[:MAX_LENGTH])]


def fold_code(text: str) -> str:
    """An article code's one spelling: look-alike Cyrillic letters as Latin, no spaces, dashes, dots or slashes, × and * as x."""
    return fold(text).translate(_LOOK_ALIKE)


def digits(text: str) -> str:
    """The ASCII digits of a text, in any script's digits."""
    return "".join(str(unicodedata.digit(character)) for character in text[:MAX_LENGTH] if character.isdigit())


def swap_layout(text: str) -> list[str]:
    """What the same keys give in the other layouts (Russian, Thai, English), most likely first; empty when nothing changes."""
    plain = unicodedata.normalize("NFC", text[:MAX_LENGTH]).lower()
    variants = [plain.translate(table) for table in (_RU_TO_EN, _EN_TO_RU, _TH_TO_EN, _EN_TO_TH)]
    return [variant for variant in dict.fromkeys(variants) if variant != plain]


def transliterate(text: str) -> str:
    """Folded text in Latin letters: Анна → anna, สมชาย → somchai. Rough on purpose; compare by `sound`."""
    folded = fold(text)
    if folded.isascii():
        return folded
    return _THAI_RUN.sub(lambda run: _romanise_thai(run.group()), folded.translate(_RU_TO_LATIN))


def sound(text: str) -> str:
    """How it sounds, roughly, whatever the script and spelling: Шмидт, Schmidt → shmidt; Юлия, Julia, Yulia → iulia."""
    latin = transliterate(text)
    for pattern, plain in _SOUNDS:
        latin = pattern.sub(plain, latin)
    return latin


def name_key(name: str) -> str:
    """The key of a name for similar names and prefixes: words as they sound, in order, at most 400 characters."""
    return " ".join(words(sound(name)))[:400]


def index_text(*texts: str, codes: tuple[str, ...] = ()) -> str:
    """The searched column: every word folded, then as it sounds, then codes folded; between single spaces, spaces around.

    The spaces matter: they let a trigram stand for "begins with these two letters".
    """
    found: dict[str, None] = {}
    for text in texts:
        found.update(dict.fromkeys(words(fold(text))))
    for text in texts:
        found.update(dict.fromkeys(words(sound(text))))
    for code in codes:
        found.update(dict.fromkeys(filter(None, (fold_code(code), *words(fold(code))))))
    return f" {' '.join(found)} " if found else ""


def _plain_character(character: str) -> str:
    if "\u0300" <= character <= "\u036f":
        return ""
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    return " " if category in ("Cc", "Cs", "Co", "Cn") or character.isspace() else character


_LOOK_ALIKE = str.maketrans("авекмнорстухё×*", "abekmhopctyxexx", " -–—‐‑−./\\_,")
_RU_KEYS = "йцукенгшщзхъфывапролджэячсмитьбюё"
_EN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
# The Kedmanee layout, unshifted then shifted.
_TH_EN = "1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>?"
_TH_KEYS = 'ๅ/-ภถุึคตจขชๆไำพะัีรนยบลฃฟหกดเ้่าสวงผปแอิืทมใฝ๐"ฎฑธํ๊ณฯญฐ,ฤฆฏโฌ็๋ษศซ.()ฉฮฺ์?ฒฬฦ'
_RU_TO_EN = str.maketrans(_RU_KEYS, _EN_KEYS)
_EN_TO_RU = str.maketrans(_EN_KEYS, _RU_KEYS)
_TH_TO_EN = {ord(thai): latin.lower() for latin, thai in zip(_TH_EN, _TH_KEYS, strict=True) if thai >= "\u0e00"}
_EN_TO_TH = {ord(latin): thai for latin, thai in zip(_TH_EN, _TH_KEYS, strict=True) if not latin.isdigit()}

_RU_TO_LATIN = str.maketrans(
    {
        **dict(zip("абвгдезийклмнопрстуфхыэ", "abvgdeziiklmnoprstufhie", strict=True)),
        "ж": "zh",
        "ц": "ts",
        "ч": "ch",
        "ш": "sh",
        "щ": "sh",
        "ю": "iu",
        "я": "ia",
        "ъ": "",
        "ь": "",
        "і": "i",
        "ї": "i",
        "є": "e",
        "ґ": "g",
    }
)

_SOUNDS = [
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"tsch|tch", "ch"),
        (r"shch|sch", "sh"),
        (r"ch", "\x01"),
        (r"ck", "k"),
        (r"ph", "f"),
        (r"th", "t"),
        (r"kh", "h"),
        (r"tz", "ts"),
        (r"c(?=[eiy])", "s"),
        (r"[cq]", "k"),
        (r"x", "ks"),
        (r"w", "v"),
        (r"ou|oo", "u"),
        (r"ee", "i"),
        (r"[yj]", "i"),
        (r"([^\W\d_])\1+", r"\1"),
        (r"\x01+", "ch"),
    )
]

_THAI_RUN = re.compile(r"[\u0e01-\u0e4e]+")
_INITIAL = dict(
    zip(
        "กขฃคฅฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ",
        [
            "k",
            "kh",
            "kh",
            "kh",
            "kh",
            "kh",
            "ng",
            "ch",
            "ch",
            "ch",
            "s",
            "ch",
            "y",
            "d",
            "t",
            "th",
            "th",
            "th",
            "n",
            "d",
            "t",
            "th",
            "th",
            "th",
            "n",
            "b",
            "p",
            "ph",
            "f",
            "ph",
            "f",
            "ph",
            "m",
            "y",
            "r",
            "l",
            "w",
            "s",
            "s",
            "s",
            "h",
            "l",
            "-",
            "h",
        ],
        strict=True,
    )
)
_FINAL = {
    **dict.fromkeys("กขคฆ", "k"),
    **dict.fromkeys("จชซฎฏฐฑฒดตถทธศษส", "t"),
    **dict.fromkeys("ญณนรลฬ", "n"),
    **dict.fromkeys("บปผฝพฟภ", "p"),
    "ง": "ng",
    "ม": "m",
    "ย": "i",
    "ว": "o",
}
_LEADING = {"เ": "e", "แ": "ae", "โ": "o", "ใ": "ai", "ไ": "ai"}
_FOLLOWING = {
    "ะ": "a",
    "ั": "a",
    "า": "a",
    "ิ": "i",
    "ี": "i",
    "ึ": "ue",
    "ื": "ue",
    "ุ": "u",
    "ู": "u",
    "ํ": "am",
    "ำ": "am",
    "ๅ": "a",
}
_SILENT = "็่้๊๋์ฺ๎ๆฯ"
_KILLED = re.compile(r"[ก-ฮ][ิุ]?์")


@lru_cache(maxsize=4096)
def _romanise_thai(run: str) -> str:
    """Syllable by syllable: an optional leading vowel, a consonant (cluster), its vowel signs, a closing consonant.

    Two bare consonants have an unwritten o between them, as in สม → som.
    """
    letters = "".join(c for c in _KILLED.sub("", run).replace("ํา", "ำ") if c not in _SILENT)
    spoken: list[str] = []
    at = 0
    while at < len(letters):
        lead = _LEADING.get(letters[at], "")
        if lead:
            at += 1
        if at >= len(letters):
            spoken.append(lead)
            break
        if letters[at] not in _INITIAL:
            spoken.append(_FOLLOWING.get(letters[at], ""))
            at += 1
            continue
        onset, at = _onset(letters, at)
        vowel = lead
        while at < len(letters) and letters[at] in _FOLLOWING:
            sign = _FOLLOWING[letters[at]]
            vowel = "ao" if lead == "e" and letters[at] == "า" else lead or sign
            at += 1
        closing = ""
        # ศิริพร is si-ri-phon: two bare consonants that end the word are a syllable of their own.
        own_syllable = bool(vowel) and len(letters) - at == 2 and letters[at + 1] in _INITIAL
        if not own_syllable and _closes(letters, at):
            closing = _FINAL.get(letters[at], "")
            at += 1
        spoken.append(onset + (vowel or ("o" if closing else "a")) + closing)
    return "".join(spoken)


def _onset(letters: str, at: int) -> tuple[str, int]:
    onset = _INITIAL[letters[at]].replace("-", "")
    cluster = letters[at + 1 : at + 2]
    if cluster and cluster in "รลว" and letters[at] in "กขคตปผพศสทห":
        after = letters[at + 2 : at + 3]
        if after and after in _FOLLOWING:
            return ("" if letters[at] == "ห" else onset) + _INITIAL[cluster], at + 2
    return onset, at + 1


def _closes(letters: str, at: int) -> bool:
    """Whether the consonant at `at` ends the syllable: no vowel sign of its own follows it."""
    if at >= len(letters) or letters[at] not in _FINAL:
        return False
    return letters[at + 1 : at + 2] not in _FOLLOWING
