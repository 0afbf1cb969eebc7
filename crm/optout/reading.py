"""Reads one message of a customer: what they wish of our messages, if they speak of them at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from crm.optout import english, russian, thai
from crm.optout.patterns import Patterns

_LANGUAGES: Final[tuple[Patterns, ...]] = (english.PATTERNS, russian.PATTERNS, thai.PATTERNS)
# Most who want out say so at no greater length. Of what is longer only its beginning is obeyed.
_LONGEST: Final = 400
_LOOKED_AT: Final = 4 * _LONGEST  # of a long letter, for what a person should be asked about
_BEGINNING: Final = 3  # clauses: a greeting, a name, the wish
_PARAGRAPH: Final = re.compile(r"\n[ \t\r]*\n")
_THAI: Final = re.compile("[ก-๙]")
_ENDS: Final = re.compile(r"([.!?…;:\n]+|,| [–—-] |[()])")
_NO_LETTER: Final = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # says how the sign before it is drawn


class Wish(StrEnum):
    """What a message wants. UNSURE is for a person to decide."""

    NONE = "none"
    STOP = "stop"
    START = "start"
    HELP = "help"
    UNSURE = "unsure"


class _Says(StrEnum):
    """What one clause says about our messages."""

    CLEAR = "clear"
    WORD = "word"
    WEAK = "weak"
    HINT = "hint"
    HARMLESS = "harmless"
    CONTRADICTS = "contradicts"
    OTHER = "other"


def read(text: str, *, in_letter: bool = False) -> Wish:
    """The wish in a message. In a letter, which may answer anything, "cancel" or "стоп" alone is a person's question.

    1. Our own words about STOP, quoted back, and words of politeness are left out.
    2. A clause that clearly asks for no more messages decides, unless it is a question or another one asks for something
       else of us.
    3. A stop word decides when nothing else is said.
    4. START and HELP are whole messages.
    5. Of a longer text a clear ask in its first clauses is obeyed; one further down, or a stop word that is a paragraph
       by itself above the rest, is a person's question.
    """
    plain = _plain(text)
    if len(plain) > _LONGEST:
        return _read_long(plain, _PARAGRAPH.split(text[:_LOOKED_AT].strip(), maxsplit=1))
    clauses = list(_clauses(plain))
    said = [_said(clause) for clause in clauses]
    whole = _said_unspaced(plain)
    if _Says.CLEAR in said or whole is _Says.CLEAR:
        return Wish.UNSURE if _Says.CONTRADICTS in said else Wish.STOP
    others = {_Says.OTHER, _Says.HINT, _Says.CONTRADICTS} & set(said)
    if _Says.WORD in said:
        # In Thai a stop word and a noun with a blank between are one sentence about the noun.
        asks = not others or whole is _Says.HINT or not _THAI.search(plain)
        if asks and in_letter and not any(_is(clause, "leaving_words") for clause in clauses):
            return Wish.UNSURE
        return (Wish.UNSURE if others else Wish.STOP) if asks else Wish.NONE
    if clauses and all(_is(clause, "start_words") for clause in clauses):
        return Wish.START
    if clauses and all(_is(clause, "help_words") for clause in clauses):
        return Wish.HELP
    if _Says.HINT in said or (_Says.WEAK in said and not others) or whole is _Says.HINT:
        return Wish.UNSURE
    return Wish.NONE


def means_stop(text: str) -> bool:
    """Whether a message clearly asks to get no more of them."""
    return read(text) is Wish.STOP


def means_start(text: str) -> bool:
    """Whether a message takes a STOP back. A plain "yes" may answer something else."""
    return read(text) is Wish.START


def _read_long(plain: str, paragraphs: list[str]) -> Wish:
    """STOP, UNSURE or NONE."""
    pieces = [piece for piece in _ENDS.split(plain)[::2] if piece.strip()]
    beginning = ". ".join(pieces[:_BEGINNING])
    clauses = [clause for clause in _clauses(plain) if len(clause) <= _LONGEST]
    said = {_said(clause) for clause in clauses}
    if len(beginning) <= _LONGEST and _asks_clearly(beginning) and _Says.CONTRADICTS not in said:
        return Wish.STOP
    if _Says.CLEAR in said or _said_unspaced(plain) is _Says.CLEAR:
        return Wish.UNSURE
    stops_above = len(paragraphs) > 1 and len(paragraphs[0]) <= _LONGEST and means_stop(paragraphs[0])
    return Wish.UNSURE if stops_above else Wish.NONE


def _asks_clearly(plain: str) -> bool:
    return _said_unspaced(plain) is _Says.CLEAR or any(_said(clause) is _Says.CLEAR for clause in _clauses(plain))


def _plain(text: str) -> str:
    """One spelling: folded, straight apostrophes, ё as е, without what we say about STOP and without politeness."""
    folded = unicodedata.normalize("NFKC", _NO_LETTER.sub("", text[:_LOOKED_AT]))[:_LOOKED_AT].casefold()
    # NFKC takes the Thai letter am apart, keyboards and our patterns do not.
    folded = folded.replace("\u0e4d\u0e32", "\u0e33")
    folded = (
        folded.replace("’", "'").replace("‘", "'").replace("`", "'").replace("ё", "е").replace("opt-out", "opt out")
    )
    folded = "".join(one if _is_text(one) else " " for one in folded)
    for language in _LANGUAGES:
        folded = language.quoted.sub(" ", folded)
    for language in _LANGUAGES:
        # Between two commas a word of politeness interrupts a clause; after one it begins another.
        folded = re.sub(rf"\s*,\s*(?:{language.fillers.pattern})\s*,", " ", folded)
        folded = language.fillers.sub(" ", folded)
    return "\n".join(" ".join(line.split()) for line in folded.splitlines() if line.strip())


def _is_text(one: str) -> bool:
    """Letters, their marks, digits, and what ends a clause; Thai vowels above and below are marks, not letters.

    A mark around a sign (Me), as of a key, belongs to a picture.
    """
    kind = unicodedata.category(one)
    return one in "'.,!?…;:()–—-\"“”«»\n" or one.isspace() or (kind[0] in "LMN" and kind != "Me")


def _clauses(plain: str) -> Iterator[str]:
    """What stands between two ends, with a question mark where that is its end."""
    pieces = _ENDS.split(plain)
    for piece, end in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        words = " ".join(piece.replace('"', " ").replace("-", " ").split()).strip("' “”«»")
        if not words:
            continue
        joined, mark = words.replace(" ", ""), "?" if "?" in end else ""
        if not _THAI.search(words) or _said(joined) is not _Says.OTHER:
            yield (words if not _THAI.search(words) else joined) + mark
        else:
            yield from words.split()


def _said(clause: str) -> _Says:
    for name, says in (
        ("stop_words", _Says.WORD),
        ("clear", _Says.CLEAR),
        ("weak_words", _Says.WEAK),
        ("contradicting", _Says.CONTRADICTS),
        ("harmless", _Says.HARMLESS),
        ("hints", _Says.HINT),
    ):
        if _is(clause, name):
            return _Says.HINT if says is _Says.CLEAR and _doubted(clause) else says
    return _Says.OTHER


def _said_unspaced(plain: str) -> _Says:
    """What all of a text says where words are written without spaces: CLEAR, HINT or OTHER."""
    together = "".join(plain.split())
    for language in _LANGUAGES:
        if language.anywhere is not None and language.anywhere.search(together) is not None:
            return _Says.HINT if language.doubtful.search(together) is not None else _Says.CLEAR
        if language.anywhere_hints is not None and language.anywhere_hints.search(together) is not None:
            return _Says.HINT
    return _Says.OTHER


def _is(clause: str, name: str) -> bool:
    bare = clause.removesuffix("?")
    return any(getattr(language, name).fullmatch(bare) is not None for language in _LANGUAGES)


def _doubted(clause: str) -> bool:
    return any(language.doubtful.fullmatch(clause) is not None for language in _LANGUAGES)
