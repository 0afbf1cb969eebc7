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


def _pattern(phrases: list[str]) -> re.Pattern[str]:
    parts = [re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True)]
    spaced = [part for part in parts if part[0] < "\u0e00"]
    thai = [part for part in parts if part[0] >= "\u0e00"]
    return re.compile(rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w)|{'|'.join(thai)}")


_ENDINGS: Final = {phrase: outcome for outcome, phrases in OUTCOMES.items() for phrase in phrases}
_RANKS: Final = {outcome: rank for rank, outcome in enumerate(OUTCOMES)}
_OUTCOME: Final = _pattern(list(_ENDINGS))


def find_outcome(text: str) -> tuple[CallOutcome, Span] | None:
    """How a call ended, where the line says so; of several the one that comes first in OUTCOMES."""
    found = [(_ENDINGS[match.group()], match.span()) for match in _OUTCOME.finditer(fold(text))]
    return min(found, key=lambda ending: _RANKS[ending[0]], default=None)


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
