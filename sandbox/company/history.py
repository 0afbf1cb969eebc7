"""A month at the demo company: what was said to whom, what was promised, which letters and texts went back and forth.

Pure: clients are known by their place in the list of sketches, colleagues by their keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sandbox.company.clients import Sketch
from sandbox.company.colleagues import BANGKOK
from sandbox.company.phrases import LETTERS, PROMISES, SAID, SMS_ANSWERS
from storage.models import CallOutcome, Channel, Direction, InteractionKind, Lifecycle

DAYS = 30
_ZONE = ZoneInfo(BANGKOK)
_CONTACTS_IN_A_MONTH = {
    Lifecycle.CUSTOMER: (3, 9),
    Lifecycle.LEAD: (1, 5),
    Lifecycle.DORMANT: (0, 0),
    Lifecycle.LOST: (0, 0),
}
_OUTCOMES = (CallOutcome.REACHED, CallOutcome.NO_ANSWER, CallOutcome.BUSY, CallOutcome.VOICEMAIL)


@dataclass(frozen=True, slots=True)
class Said:
    """One contact that a colleague logged."""

    client: int
    kind: InteractionKind
    direction: Direction | None
    outcome: CallOutcome | None
    seconds: int | None
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Exchange:
    """A letter or text we sent, and the answer if there was one."""

    client: int
    channel: Channel
    subject: str
    text: str
    at: datetime
    answer: str | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Promised:
    """A follow-up. Closed ones have `closed_at`; a late one that nobody acknowledged is `escalated` or about to be."""

    client: int
    promise: str
    made_at: datetime
    due_at: datetime
    closed_at: datetime | None = None
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class Month:
    said: tuple[Said, ...]
    exchanges: tuple[Exchange, ...]
    promised: tuple[Promised, ...]


def live_a_month(sketches: Sequence[Sketch], *, now: datetime, random: Random) -> Month:
    """Everything that happened before `now`, and what is promised for after it."""
    said: list[Said] = []
    exchanges: list[Exchange] = []
    for client, sketch in enumerate(sketches):
        if sketch.owner is None:
            continue
        low, high = _CONTACTS_IN_A_MONTH[sketch.lifecycle]
        said.extend(_said(client, sketch, now, random) for _ in range(random.randint(low, high)))
        exchanges.extend(_exchanges(client, sketch, now, random))
    promised = _promises(sketches, now, random)
    return Month(
        said=tuple(sorted(said, key=lambda one: one.at)),
        exchanges=tuple(sorted(exchanges, key=lambda one: one.at)),
        promised=tuple(promised),
    )


def working_moment(now: datetime, random: Random, *, latest_days: float = DAYS) -> datetime:
    """A moment on a weekday between nine and six at the office, in the last month and at least two hours ago."""
    while True:
        day = (now - timedelta(days=random.uniform(0, latest_days))).astimezone(_ZONE)
        at = day.replace(hour=random.randint(9, 17), minute=random.randint(0, 59), second=0, microsecond=0)
        if at.weekday() < 5 and at < now - timedelta(hours=2):
            return at


def _said(client: int, sketch: Sketch, now: datetime, random: Random) -> Said:
    kinds = (InteractionKind.CALL, InteractionKind.MEETING, InteractionKind.NOTE)
    kind = random.choices(kinds, weights=(78, 12, 10))[0]
    at = working_moment(now, random)
    text = random.choice(SAID[kind][sketch.language])
    if kind is InteractionKind.NOTE:
        return Said(client, kind, None, None, None, text, at)
    if kind is InteractionKind.MEETING:
        return Said(client, kind, None, None, random.randrange(20, 95, 5) * 60, text, at)
    direction = random.choices((Direction.OUT, Direction.IN), weights=(70, 30))[0]
    outcome = CallOutcome.REACHED if direction is Direction.IN else random.choices(_OUTCOMES, weights=(80, 12, 5, 3))[0]
    if outcome is not CallOutcome.REACHED:
        return Said(client, kind, direction, outcome, None, "", at)
    return Said(client, kind, direction, outcome, random.randint(40, 900), text, at)


def _exchanges(client: int, sketch: Sketch, now: datetime, random: Random) -> list[Exchange]:
    found = []
    busy = sketch.lifecycle in (Lifecycle.CUSTOMER, Lifecycle.LEAD)
    if sketch.email and busy and (sketch.key or random.random() < 0.35):
        subject, text, answer = random.choice(LETTERS[sketch.language])
        found.append(_exchange(client, Channel.EMAIL, (subject, text, answer), 0.7, now, random))
    if sketch.phone and busy and random.random() < 0.25:
        text = random.choice(SAID[InteractionKind.SMS][sketch.language])
        answer = random.choice(SMS_ANSWERS[sketch.language])
        found.append(_exchange(client, Channel.SMS, ("", text, answer), 0.4, now, random))
    return found


def _exchange(
    client: int, channel: Channel, words: tuple[str, str, str], odds: float, now: datetime, random: Random
) -> Exchange:
    subject, text, answer = words
    at = working_moment(now, random)
    answered_at = at + timedelta(minutes=random.randint(4, 1500))
    if random.random() >= odds or answered_at >= now - timedelta(minutes=30):
        return Exchange(client, channel, subject, text, at, None, None)
    return Exchange(client, channel, subject, text, at, answer, answered_at)


# Hours from now: the first reminder of the day leaves a newcomer time to look around first.
_LATE_HOURS = (0.7, 3, 5, 22, 27, 50, 74)
_TODAY_HOURS = (1.5, 2, 2.5, 3)


def _promises(sketches: Sequence[Sketch], now: datetime, random: Random) -> list[Promised]:
    """Per colleague some late, some today, many later, a few that wait for an answer; and those kept in the past month."""
    promised: list[Promised] = []
    for owner in ("rep", "rep2"):
        clients = [
            number
            for number, sketch in enumerate(sketches)
            # The client of the examples has nothing promised yet: the newcomer's own promise should be the next one.
            if sketch.owner == owner and sketch.key != "anna" and sketch.lifecycle is not Lifecycle.LOST
        ]
        random.shuffle(clients)
        late, today = clients[:5], clients[5:9]
        waiting, later, kept = clients[9:12], clients[12:48], clients[48:110]
        moments = [now - timedelta(hours=hours) for hours in random.sample(_LATE_HOURS, k=len(late))]
        moments[0] = now - timedelta(hours=_LATE_HOURS[0])
        moments += [now + timedelta(hours=hours) for hours in _TODAY_HOURS]
        for client, due in zip([*late, *today], moments, strict=True):
            promised.append(_promise(client, sketches[client], due.replace(second=0, microsecond=0), now, random))
        promised.extend(
            _promise(client, sketches[client], _later(now, random.randint(5, 9), random), now, random, waiting=True)
            for client in waiting
        )
        promised.extend(
            _promise(client, sketches[client], _later(now, random.randint(1, 25), random), now, random)
            for client in later
        )
        for client in kept:
            due = working_moment(now, random)
            closed = min(due + timedelta(minutes=random.randint(-30, 90)), now - timedelta(hours=1))
            promised.append(_promise(client, sketches[client], due, now, random, closed_at=closed))
    return promised


def _promise(
    client: int,
    sketch: Sketch,
    due: datetime,
    now: datetime,
    random: Random,
    *,
    closed_at: datetime | None = None,
    waiting: bool = False,
) -> Promised:
    text = random.choice(PROMISES[sketch.language])
    made = min(due, now) - timedelta(days=random.randint(1, 6), minutes=random.randint(0, 300))
    return Promised(client, text, made, due, closed_at, waiting)


def _later(now: datetime, days: int, random: Random) -> datetime:
    day = (now + timedelta(days=days)).astimezone(_ZONE)
    return day.replace(hour=random.randint(9, 17), minute=random.choice((0, 15, 30, 45)), second=0, microsecond=0)
