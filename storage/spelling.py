"""How much alike words are: typing errors, and "did you mean".

rapidfuzz is loaded when something is compared for the first time: it takes 4 MB, and a process that only sends never asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any


def closest(said: str, known: Iterable[str], *, at_least: float) -> tuple[str, float] | None:
    """Which of the known words was meant, and how much it is alike, 0 to 100; None where none is that much alike."""
    from rapidfuzz import fuzz, process

    found = process.extractOne(said, list(known), scorer=fuzz.ratio, score_cutoff=at_least)
    return None if found is None else (str(found[0]), float(found[1]))


def likeness(one: str, other: str) -> float:
    """How much two words are alike, 0 to 100."""
    from rapidfuzz import fuzz

    return float(fuzz.ratio(one, other))


def likeness_of_words(one: str, other: str) -> float:
    """The same of several words in any order, all of which count."""
    from rapidfuzz import fuzz

    return float(fuzz.token_sort_ratio(one, other))


def likeness_of_shared_words(one: str, other: str) -> float:
    """The same, where words that only one of them has count little."""
    from rapidfuzz import fuzz

    return float(fuzz.token_set_ratio(one, other))


def errors_between(one: str, other: str, *, at_most: int | None = None) -> int:
    """How many letters are left out, added, changed or swapped with their neighbours; beyond `at_most` only that it is more."""
    return int(_osa().distance(one, other, score_cutoff=at_most))


def similarity(one: str, other: str, *, at_least: float = 0.0) -> float:
    """One minus the share of such errors in the longer word; 0 where it is less than `at_least`."""
    return float(_osa().normalized_similarity(one, other, score_cutoff=at_least))


def with_errors(wanted: str, words: Sequence[str], *, at_most: int, limit: int) -> list[int]:
    """Places of the words with at most so many errors, the best first."""
    from rapidfuzz import process

    found = process.extract(wanted, words, scorer=_osa().distance, score_cutoff=at_most, limit=limit)
    return [place for _, _, place in found]


@cache
def _osa() -> Any:
    from rapidfuzz.distance import OSA

    return OSA
