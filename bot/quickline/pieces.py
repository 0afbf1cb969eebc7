"""Cutting a quick line into words with their places, the same for every alphabet."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

CLAUSE_ENDS: Final = ",.;:!?\n—–"

_WORD = re.compile(r"[^\s,.;:!?()\"«»“”—–\u200b]+(?:\.(?=\w)[^\s,.;:!?()\"«»“”—–\u200b]+)*")


class Word(NamedTuple):
    low: str
    start: int
    end: int


def words_of(text: str) -> list[Word]:
    """The words of a text in lower case (ё as е), without the marks around them."""
    low = fold(text)
    return [Word(match.group(), match.start(), match.end()) for match in _WORD.finditer(low)]


def fold(text: str) -> str:
    """Lower case, ё as е, one apostrophe; one character for one, so that places stay true."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
    return low.replace("ё", "е").replace("’", "'")


def is_thai(letter: str) -> bool:
    return "\u0e00" <= letter <= "\u0e7f"


def breaks_thai_syllable(text: str, at: int) -> bool:
    """Whether a cut before `text[at]` would part a vowel or tone mark from its consonant."""
    return at < len(text) and (
        "\u0e30" <= text[at] <= "\u0e3a" or "\u0e47" <= text[at] <= "\u0e4e" or text[at] == "\u0e45"
    )


def tidy(text: str) -> str:
    """Without the spaces and marks a cut has left at the ends and in the middle."""
    joined = re.sub(r"\s+", " ", text)
    joined = re.sub(r" ([,.;:!?])", r"\1", joined)
    return re.sub(r"([,;:])(?: ?[,;:.])+", r"\1", joined).strip(" ,.;:-–—\n\t")
