"""Wording in three languages: Fluent catalogues and the formats of dates, numbers and money.

A room that talks to people keeps its catalogues in `locale/<language>/*.ftl` and loads them here once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_currency, format_decimal, get_currency_precision
from fluent.runtime import FluentBundle, FluentResource

from storage.models import Language

_BABEL = {Language.EN: "en_GB", Language.RU: "ru_RU", Language.TH: "th_TH"}


class WordingError(Exception):
    """A catalogue is broken or a message is missing: a mistake in the locale files, never the person's."""


class Wording:
    """The catalogues of one room. Messages are looked up in the person's language; a missing one is an error, not a key on screen."""

    def __init__(self, directory: Path) -> None:
        self._bundles = {language: _load(directory / language.value, _BABEL[language]) for language in Language}

    def text(self, language: Language, key: str, arguments: Mapping[str, object] | None = None) -> str:
        """The message in plain text. Raises WordingError when it is missing or an argument is."""
        bundle = self._bundles[language]
        if not bundle.has_message(key):
            raise WordingError(f"{language.value}: no message {key!r}")
        message = bundle.get_message(key)
        if message.value is None:
            raise WordingError(f"{language.value}: message {key!r} has no text")
        value, errors = bundle.format_pattern(message.value, dict(arguments or {}))
        if errors:
            raise WordingError(f"{language.value}: message {key!r}: {errors[0]}")
        return str(value)

    def has(self, key: str) -> bool:
        return all(bundle.has_message(key) for bundle in self._bundles.values())


def _load(directory: Path, locale: str) -> FluentBundle:
    bundle = FluentBundle([locale.replace("_", "-")], use_isolating=False)
    for path in sorted(directory.glob("*.ftl")):
        resource = FluentResource(path.read_text(encoding="utf-8"))
        bundle.add_resource(resource)
    return bundle


@lru_cache(maxsize=640)  # all there are: reading one from its file costs as much as a hundred answers
def zone_of(name: str) -> ZoneInfo:
    """The zone by its IANA name."""
    return ZoneInfo(name)


def moment(at: datetime, *, zone: ZoneInfo, language: Language, now: datetime | None = None) -> str:
    """A date and time as the language writes it, without the year when it is this one: `Wed 25 Nov, 10:00`."""
    local = at.astimezone(zone)
    this_year = now is not None and local.year == now.astimezone(zone).year
    pattern = {
        Language.EN: "EEE d MMM, HH:mm" if this_year else "d MMM y, HH:mm",
        Language.RU: "EEE d MMM, HH:mm" if this_year else "d MMM y, HH:mm",
        Language.TH: "EEE d MMM HH:mm" if this_year else "d MMM y HH:mm",
    }[language]
    return str(format_datetime(local, pattern, locale=_BABEL[language]))


def day(at: datetime, *, zone: ZoneInfo, language: Language) -> str:
    """A date: `25 Nov 2026`."""
    return str(format_date(at.astimezone(zone).date(), "d MMM y", locale=_BABEL[language]))


def day_of_year(value: date, *, language: Language) -> str:
    """A date of any year: `25 Nov`."""
    return str(format_date(value, "d MMM", locale=_BABEL[language]))


def clock_time(at: datetime, *, zone: ZoneInfo, language: Language) -> str:
    """A time of day: `10:00`."""
    return str(format_time(at.astimezone(zone).time(), "HH:mm", locale=_BABEL[language]))


def number(value: Decimal | int, *, language: Language) -> str:
    """A number with the language's separators, as many decimals as it has."""
    exact = Decimal(value).normalize()
    return str(format_decimal(exact, locale=_BABEL[language], decimal_quantization=False))


def money(minor: int, *, currency: str, language: Language) -> str:
    """Money from integer minor units: 12550 THB → `฿125.50` as the language writes it."""
    digits = get_currency_precision(currency)
    return str(format_currency(Decimal(minor).scaleb(-digits), currency, locale=_BABEL[language]))


def price(millionths: int, *, currency: str, language: Language) -> str:
    """Money from millionths of the currency, as exact as small prices need: `€0.0079`, but `€12.35`."""
    exact = Decimal(millionths) / 1_000_000
    if exact >= 1:
        return str(format_currency(exact, currency, locale=_BABEL[language]))
    small = exact.quantize(Decimal("0.0001")).normalize()
    return str(format_currency(small, currency, locale=_BABEL[language], decimal_quantization=False))
