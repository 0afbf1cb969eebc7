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
# Nobody explains that they want out at greater length; letters and forwarded texts are read by people.
_LONGEST: Final = 400
_THAI: Final = re.compile("[ก-๙]")
_ENDS: Final = re.compile(r"[.!?…;:\n]+|,| [–—-] |[()]")


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
    2. A clause that clearly asks for no more messages decides, unless another one asks for them elsewhere.
    3. A stop word decides when nothing else is said.
    4. START and HELP are whole messages.
    """
    plain = _plain(text)
    if not plain or len(plain) > _LONGEST:
        return Wish.NONE
    clauses = list(_clauses(plain))
    said = [_said(clause) for clause in clauses]
    together = "".join(plain.split())
    if _Says.CLEAR in said or _anywhere(together):
        return Wish.UNSURE if _Says.CONTRADICTS in said else Wish.STOP
    others = {_Says.OTHER, _Says.HINT, _Says.CONTRADICTS} & set(said)
    if _Says.WORD in said:
        # In Thai a stop word and a noun with a blank between are one sentence about the noun.
        asks = not others or _hinted(together) or not _THAI.search(plain)
        if asks and in_letter and not any(_is(clause, "leaving_words") for clause in clauses):
            return Wish.UNSURE
        return (Wish.UNSURE if others else Wish.STOP) if asks else Wish.NONE
    if clauses and all(_is(clause, "start_words") for clause in clauses):
        return Wish.START
    if clauses and all(_is(clause, "help_words") for clause in clauses):
        return Wish.HELP
    if _Says.HINT in said or (_Says.WEAK in said and not others) or _hinted(together):
        return Wish.UNSURE
    return Wish.NONE


def means_stop(text: str) -> bool:
    """Whether a message clearly asks to get no more of them."""
    return read(text) is Wish.STOP


def means_start(text: str) -> bool:
    """Whether a message takes a STOP back. A plain "yes" may answer something else."""
    return read(text) is Wish.START


def _plain(text: str) -> str:
    """One spelling: folded, straight apostrophes, ё as е, without what we say about STOP and without politeness."""
    folded = unicodedata.normalize("NFKC", text[: 4 * _LONGEST]).casefold()
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
    """Letters, their marks, digits, and what ends a clause; Thai vowels above and below are marks, not letters."""
    return one in "'.,!?…;:()–—-\"“”«»\n" or one.isspace() or unicodedata.category(one)[0] in "LMN"


def _clauses(plain: str) -> Iterator[str]:
    for piece in _ENDS.split(plain):
        words = " ".join(piece.replace('"', " ").replace("-", " ").split()).strip("' “”«»")
        if not words:
            continue
        joined = words.replace(" ", "")
        if not _THAI.search(words) or _said(joined) is not _Says.OTHER:
            yield words if not _THAI.search(words) else joined
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
            return says
    return _Says.OTHER


def _is(clause: str, name: str) -> bool:
    return any(_matches(getattr(language, name), clause) for language in _LANGUAGES)


def _matches(pattern: re.Pattern[str], clause: str) -> bool:
    return pattern.fullmatch(clause) is not None


def _anywhere(together: str) -> bool:
    return any(one.anywhere is not None and one.anywhere.search(together) is not None for one in _LANGUAGES)


def _hinted(together: str) -> bool:
    return any(one.anywhere_hints is not None and one.anywhere_hints.search(together) is not None for one in _LANGUAGES)
