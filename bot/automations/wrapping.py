"""Text cut into lines, or short, without parting what a reader sees as one: a sign with its marks, a Thai vowel with its consonant."""

from __future__ import annotations

import re
from typing import Final

import regex

# Thai vowels written before their consonant, and those and the repeat mark that follow one, belong to it.
_CLUSTER: Final = regex.compile(r"[\u0e40-\u0e44]?\X(?:[\u0e2f\u0e30\u0e32\u0e45\u0e46]\p{M}*)*")
_TOGETHER: Final = 6  # signs of a word without such vowels
_LEADS: Final = frozenset("\u0e40\u0e41\u0e42\u0e43\u0e44")  # with such a vowel a syllable begins


def wrapped(text: str, *, across: int, most: int) -> list[str]:
    """At most so many lines of so many signs: broken at spaces, and where a language writes without them between syllables."""
    lines = [""]
    for word in re.split(r"(\s+)", " ".join(text.split())):
        for piece in _pieces(word, across // 2):
            if len(lines[-1]) and _seen(lines[-1] + piece) > across:
                lines.append("")
            lines[-1] += piece if lines[-1] else piece.lstrip()
    kept = [line.strip() for line in lines if line.strip()] or [""]
    return kept if len(kept) <= most else [*kept[: most - 1], f"{shortened(kept[most - 1], across - 1).rstrip('…')}…"]


def shortened(text: str, limit: int) -> str:
    """The text, or as much of it as fits into so many characters with a … behind it."""
    if len(text) <= limit:
        return text
    kept = ""
    for cluster in _CLUSTER.findall(text):
        if len(kept) + len(cluster) > limit - 1:
            break
        kept += cluster
    return kept + "…"


def _pieces(word: str, longest: int) -> list[str]:
    """A word that fits is one; of a longer one what stays together: from one leading vowel to the next, or so many signs."""
    if _seen(word) <= longest:
        return [word]
    pieces: list[list[str]] = []
    for cluster in _CLUSTER.findall(word):
        if not pieces or cluster[0] in _LEADS or len(pieces[-1]) >= _TOGETHER:
            pieces.append([])
        pieces[-1].append(cluster)
    return ["".join(piece) for piece in pieces]


def _seen(text: str) -> int:
    return len(regex.findall(r"\X", text))
