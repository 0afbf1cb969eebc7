"""Twilio's lists: newest first, a page at a time, filtered by number, status and whole GMT days."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from operator import eq, ge, le
from typing import Any, TypeVar
from urllib.parse import urlencode

from aiohttp import web

_Record = TypeVar("_Record")
_TESTS: dict[str, Callable[[date, date], bool]] = {"": eq, "<": le, ">": ge}


def page(
    request: web.Request, noun: str, records: Sequence[_Record], describe: Callable[[_Record], dict[str, Any]]
) -> dict[str, Any]:
    """The page asked for of all there is."""
    query = request.query
    size = min(int(query.get("PageSize") or 50), 1000)
    number = int(query.get("Page") or 0)
    shown = records[number * size : (number + 1) * size]

    def uri(of: int) -> str:
        kept = {key: value for key, value in query.items() if key not in ("Page", "PageSize", "PageToken")}
        return f"{request.path}?{urlencode({**kept, 'PageSize': size, 'Page': of})}"

    return {
        "first_page_uri": uri(0),
        "next_page_uri": uri(number + 1) if len(records) > (number + 1) * size else None,
        "previous_page_uri": uri(number - 1) if number else None,
        "page": number,
        "page_size": size,
        "start": number * size,
        "end": max(number * size + len(shown) - 1, 0),
        "uri": uri(number),
        noun: [describe(one) for one in shown],
    }


def says(query: Mapping[str, str], **known: str | None) -> bool:
    """Whether every one of these filters that the query names has that value."""
    return all(query[name] == value for name, value in known.items() if name in query)


def is_within(query: Mapping[str, str], name: str, at: datetime | None) -> bool:
    """The filters `name`, `name<` and `name>`; whatever has no such moment passes none of them."""
    for sign, test in _TESTS.items():
        asked = query.get(name + sign)
        if asked is not None and (at is None or not test(*_comparable(at, asked))):
            return False
    return True


def _comparable(at: datetime, asked: str) -> tuple[date, date]:
    """Twilio compares whole GMT days for a date, and seconds for a date with a time."""
    if len(asked) > 10:
        moment = datetime.fromisoformat(asked.replace("Z", "+00:00"))
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return at.replace(microsecond=0), moment
    return at.astimezone(UTC).date(), date.fromisoformat(asked)
