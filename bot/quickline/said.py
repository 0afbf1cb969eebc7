"""What a line says besides the name: how the call ended, how long it took, and what is promised for later."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from bot.quickline.pieces import fold, words_of
from bot.quickline.words import INTENTIONS, OUTCOMES, THAI_INTENTIONS
from storage.models.enums import CallOutcome

Span = tuple[int, int]

_DURATION = re.compile(
    r"(?<![\w.,:/+-])(?:for |~ ?|около |примерно )?(\d{1,3}) ?(min|mins|minutes|minute|мин|минут|минуты|минуту|นาที|h|hr|hrs|hour|hours|"
    r"час|часа|часов|ชั่วโมง|ชม)(?![^\W\d_])\.?"
)
_HOURS: Final = frozenset({"h", "hr", "hrs", "hour", "hours", "час", "часа", "часов", "ชั่วโมง", "ชม"})
_NOT_A_DURATION: Final = re.compile(r"(?:\bin|\bwithin|\bevery|\bat|\bafter|через|каждые|после|\bв|อีก|ภายใน|ทุก) ?\Z")
_LONGEST: Final = timedelta(hours=12)


def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    words = sorted(phrases, key=len, reverse=True)
    parts = [re.escape(word) if word[0] >= "\u0e00" else rf"(?<!\w){re.escape(word)}(?!\w)" for word in words]
    return re.compile("|".join(parts))


_OUTCOME_PATTERNS: Final = tuple((outcome, _pattern(phrases)) for outcome, phrases in OUTCOMES)


def find_outcome(text: str) -> tuple[CallOutcome, Span] | None:
    """How a call ended, where the line says so; a refusal to answer goes before words that only sound like a talk."""
    low = fold(text)
    for outcome, pattern in _OUTCOME_PATTERNS:
        match = pattern.search(low)
        if match:
            return outcome, match.span()
    return None


def find_duration(text: str) -> tuple[timedelta, Span] | None:
    """ "5 min", "около 20 минут", "1 h": how long it took, not when it will be."""
    low = fold(text)
    for match in _DURATION.finditer(low):
        if _NOT_A_DURATION.search(low[max(0, match.start() - 10) : match.start()]):
            continue
        amount = int(match.group(1))
        length = timedelta(hours=amount) if match.group(2) in _HOURS else timedelta(minutes=amount)
        if timedelta() < length <= _LONGEST:
            return length, match.span()
    return None


def split_intention(text: str) -> int | None:
    """Where what is to be done begins ("agreed 20 pcs | send offer"), by its verb; None when no such verb stands there."""
    for word in words_of(text):
        if word.low in INTENTIONS and word.start > 0:
            return word.start
    places = [place for word in THAI_INTENTIONS if (place := text.rfind(" " + word)) > 0]
    return max(places) + 1 if places else None
