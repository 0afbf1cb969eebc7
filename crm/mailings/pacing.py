"""Whether a mailing by SMS can be finished: its segments against the sender's pace, the day's cap and the quiet hours.

A mailing is launched only when its last message can leave within a day of its first: what is written for today reads
oddly the day after tomorrow, and a sender that promises more than it can keep fails half of it in silence.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.sms.terms import DAY_SCOPE, SmsTerms
from crm.errors import CrmError
from crm.mailings.waiting import segments_waiting
from crm.wording import zone_of
from crm.worktime import to_utc
from storage.models import SendBudget

WITHIN: Final = timedelta(hours=24)
_DAY_MINUTES: Final = 24 * 60
Quiet = tuple[int, int]  # minutes of the local day: from, until


class DoesNotFit(CrmError):
    """The plan cannot be finished in time. Parameters: segments, hours, minutes, rate, cap, within (hours)."""

    code = "mailings.does_not_fit"


@dataclass(frozen=True, slots=True)
class Load:
    """What a mailing is billed as: segments, and money in millionths where prices are set."""

    segments: int
    money: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """When the last message of a load can leave; None when not within a day."""

    load: Load
    ends_at: datetime | None


async def plan(
    session: AsyncSession,
    *,
    load: Load,
    terms: SmsTerms,
    starts_at: datetime,
    zone: str,
    quiet: Quiet | None = None,
) -> Plan:
    """Looks at what waits before it and what the day has left. `quiet` is taken by the clock of `zone`."""
    ahead = await segments_waiting(session, terms=terms, until=starts_at + WITHIN)
    today = _day(starts_at)
    spent = select(SendBudget.used, SendBudget.money).where(SendBudget.scope == DAY_SCOPE, SendBudget.period == today)
    row = (await session.execute(spent)).one_or_none()
    used = (row.used, row.money) if row is not None else (0, 0)
    ends_at = last_leaves(load, terms, starts_at=starts_at, zone=zone, quiet=quiet, ahead=ahead, used={today: used})
    return Plan(load, ends_at)


def refused(load: Load, terms: SmsTerms) -> DoesNotFit:
    """The refusal with its numbers."""
    minutes = math.ceil(load.segments / terms.rate / 60)
    rate = int(terms.rate) if terms.rate >= 1 else round(terms.rate, 2)
    return DoesNotFit(
        segments=load.segments,
        hours=minutes // 60,
        minutes=minutes % 60,
        rate=rate,
        cap=terms.day_segments,
        within=int(WITHIN.total_seconds()) // 3600,
    )


def last_leaves(
    load: Load,
    terms: SmsTerms,
    *,
    starts_at: datetime,
    zone: str,
    quiet: Quiet | None = None,
    ahead: int = 0,
    used: dict[int, tuple[int, int]] | None = None,
) -> datetime | None:
    """When the last segment leaves, sent as fast as allowed from `starts_at` on; None when not within a day.

    `ahead` segments of others go first. `used` is what days (UTC, by number) have spent already: segments and money.
    """
    left = load.segments + ahead
    price = (load.money or 0) / load.segments if load.segments else 0.0
    spent = {day: list(amounts) for day, amounts in (used or {}).items()}
    for begin, end in _open_spans(starts_at, starts_at + WITHIN, zone, quiet):
        day = spent.setdefault(_day(begin), [0, 0])
        allowed = _allowance(terms, day, price)
        able = min(math.floor((end - begin).total_seconds() * terms.rate), allowed)
        if able >= left:
            return begin + timedelta(seconds=left / terms.rate)
        left -= able
        day[0] += able
        day[1] += math.ceil(able * price)
    return None


def _allowance(terms: SmsTerms, spent: list[int], price: float) -> int:
    """Segments a day may still have."""
    limits = [terms.day_segments - spent[0]] if terms.day_segments else []
    if terms.day_money and price:
        limits.append(math.floor((terms.day_money - spent[1]) / price))
    return max(0, min(limits, default=10**9))


def _open_spans(start: datetime, end: datetime, zone: str, quiet: Quiet | None) -> Iterator[tuple[datetime, datetime]]:
    """The time between that is neither quiet nor runs over the end of a day's allowance."""
    at = start
    while at < end:
        wakes = _quiet_until(at, zone, quiet)
        if wakes is not None:
            at = wakes
            continue
        until = min(end, _next_day(at), *([_next_quiet(at, zone, quiet)] if quiet else []))
        yield at, until
        at = until


def _quiet_until(at: datetime, zone: str, quiet: Quiet | None) -> datetime | None:
    if quiet is None:
        return None
    local = at.astimezone(zone_of(zone))
    into = (local.hour * 60 + local.minute - quiet[0]) % _DAY_MINUTES
    length = (quiet[1] - quiet[0]) % _DAY_MINUTES
    return _on_the_wall(at, zone, length - into) if into < length else None


def _next_quiet(at: datetime, zone: str, quiet: Quiet) -> datetime:
    local = at.astimezone(zone_of(zone))
    return _on_the_wall(at, zone, (quiet[0] - local.hour * 60 - local.minute) % _DAY_MINUTES or _DAY_MINUTES)


def _on_the_wall(at: datetime, zone: str, minutes: int) -> datetime:
    """So many minutes later by the clock on the wall there, and later in any case."""
    local = at.astimezone(zone_of(zone)).replace(second=0, microsecond=0, tzinfo=None)
    return max(to_utc(local + timedelta(minutes=minutes), zone=zone_of(zone)), at + timedelta(seconds=1))


def _day(at: datetime) -> int:
    """The number of an allowance's day, as channels/outbox/budgets.py counts it."""
    return int(at.timestamp()) // 86_400


def _next_day(at: datetime) -> datetime:
    return datetime.fromtimestamp((_day(at) + 1) * 86_400, UTC)
