"""A recurring rule said in words: "every Monday at 10:00". `bot.recurrence` reads what people say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from babel.dates import get_day_names

from bot.render import Html, plain
from crm.recurrence import LAST, WORKDAYS, Every, Rule
from storage.models import Language

_LOCALES: Final = {Language.EN: "en_GB", Language.RU: "ru_RU", Language.TH: "th_TH"}


def say_rule(t: Callable[..., Html], rule: Rule, language: Language) -> Html:
    """The rule in words: "every Monday at 10:00"."""
    if rule.cron is not None:
        return t("recurrence-cron", fields=rule.cron.text)
    at = ", ".join(f"{minute // 60:02}:{minute % 60:02}" for minute in rule.times)
    if rule.every is Every.DAY:
        return t("recurrence-days", count=rule.count, at=at)
    if rule.every is Every.WEEK:
        if rule.weekdays == WORKDAYS and rule.count == 1:
            return t("recurrence-workdays", at=at)
        return t("recurrence-weeks", count=rule.count, days=_names(rule.weekdays, language), at=at)
    if rule.nth:
        day = _names(rule.weekdays, language)
        return t("recurrence-nth", nth="last" if rule.nth == LAST else rule.nth, day=day, count=rule.count, at=at)
    if rule.month_days == {LAST}:
        return t("recurrence-last-day", count=rule.count, at=at)
    return t(
        "recurrence-month-day",
        day=_and(t, [str(day) for day in sorted(rule.month_days)]),
        short="yes" if max(rule.month_days) > 28 else "no",
        count=rule.count,
        at=at,
    )


def _and(t: Callable[..., Html], parts: list[str]) -> str:
    """ "1, 10 and 20"."""
    *others, last = parts
    return plain(t("recurrence-and", others=", ".join(others), last=last)) if others else last


def _names(days: Iterable[int], language: Language) -> str:
    chosen = sorted(days)
    names = get_day_names("abbreviated" if len(chosen) > 1 else "wide", locale=_LOCALES[language])
    return ", ".join(str(names[day]) for day in chosen)
