"""dateparser's word on a whole answer that our own grammar could not read; guarded, because it guesses.

Always with explicit languages (without them it reads Thai as Spanish), and never trusted with a past result.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dateparser.date import DateDataParser

from bot.dates.resolve import Hours
from crm.worktime import to_utc

if TYPE_CHECKING:
    from collections.abc import Sequence

_LANGUAGES = ("en", "ru", "th")


def parse_whole(
    text: str, *, now: datetime, zone: ZoneInfo, language: str, hours: Hours
) -> tuple[datetime, bool] | None:
    """The instant and whether an hour was said, or None."""
    base = now.astimezone(zone).replace(tzinfo=None)
    parser = _parser(
        tuple(sorted(_LANGUAGES, key=lambda known: known != language)), base.replace(second=0, microsecond=0)
    )
    result = parser.get_date_data(text)
    wall = result.date_obj
    if wall is None or result.period not in ("day", "time"):
        return None
    has_time = result.period == "time"
    if not has_time:
        wall = wall.replace(hour=hours.start.hour, minute=hours.start.minute, second=0, microsecond=0)
    at = wall.astimezone(UTC) if wall.tzinfo else to_utc(wall, zone=zone)
    return (at, has_time) if at > now else None


@lru_cache(maxsize=8)
def _parser(languages: Sequence[str], base: datetime) -> DateDataParser:
    return DateDataParser(
        languages=list(languages),
        settings={
            "RELATIVE_BASE": base,
            "PREFER_DATES_FROM": "future",
            "DATE_ORDER": "DMY",
            "RETURN_TIME_AS_PERIOD": True,
            "STRICT_PARSING": True,
        },
    )
