"""What an automation would do with one client: the walk with a moved clock, against what happened or against silence.

Nothing is read or written here; who walks for real is `crm.automations.walking`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from crm.automations import places, triggers
from crm.automations.definition import (
    Branch,
    Definition,
    ExitOn,
    MakeFollowUp,
    Send,
    Step,
    Stop,
    TellOwner,
    Wait,
    WaitFor,
    WaitUntil,
)
from crm.automations.leaving import Because
from crm.automations.telling import filled
from crm.worktime import next_strike
from storage.models import Channel

_MOST_STEPS: Final = 500
_BRANCHES: Final[Mapping[type, tuple[str, str]]] = {Branch: ("yes", "no"), WaitFor: ("came", "missed")}


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of the client, as the feed has it."""

    at: datetime
    name: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of the client: where they are, which rules they meet, what they did (in its order), how they are reached."""

    zone: ZoneInfo
    meets: Mapping[str, bool]
    happened: Sequence[Happened]
    reach: Callable[[Send], tuple[Channel | None, str]]  # by which channel; else why by none


@dataclass(frozen=True, slots=True)
class Did:
    """One step taken. Of a message `channel` says by what it went; else `because` says why it did not."""

    at: datetime
    place: str
    step: Step
    channel: Channel | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class Walked:
    """How far it came; `because` is empty while they would still be inside."""

    steps: tuple[Did, ...]
    until: datetime
    because: str = ""


@dataclass(frozen=True, slots=True)
class Stand:
    """A place as the walk needs it: the step, what follows, and where its branches begin."""

    step: Step
    after: str
    into: Mapping[str, str]


def plan(definition: Definition) -> Mapping[str, Stand]:
    """Every place, worked out once for many walks."""
    return {
        place: Stand(
            step,
            places.after(definition, place),
            {branch: places.into(definition, place, branch) for branch in _BRANCHES.get(type(step), ())},
        )
        for place, step in places.every(definition)
    }


def walk(
    definition: Definition,
    person: Person,
    *,
    start: datetime,
    until: datetime,
    planned: Mapping[str, Stand] | None = None,
) -> Walked:
    """From entering at `start`, with what happened after it, no further than `until`."""
    planned = planned if planned is not None else plan(definition)
    left_at, reason = _leaves(definition, person, start)
    over = start + definition.expires
    done: list[Did] = []
    place, at = places.first(definition), start
    for _ in range(_MOST_STEPS):
        if left_at is not None and left_at <= min(at, over):
            return Walked(tuple(done), left_at, reason)
        if min(at, over) > until:
            return Walked(tuple(done), until)
        if over <= at:
            return Walked(tuple(done), over, Because.EXPIRED.value)
        if place == places.END:
            return Walked(tuple(done), at, Because.FINISHED.value)
        stand = planned[place]
        done.append(_did(stand.step, person, place, at))
        place, at = _next(stand, person, at)
    return Walked(tuple(done), at)


def in_full(walked: Walked, values: Mapping[str, str]) -> Walked:
    """What the owner would be told or asked to do, filled with what is true of the client."""
    steps = (
        replace(did, step=replace(did.step, text=filled(did.step.text, values)))
        if isinstance(did.step, TellOwner | MakeFollowUp)
        else did
        for did in walked.steps
    )
    return replace(walked, steps=tuple(steps))


def _leaves(definition: Definition, person: Person, start: datetime) -> tuple[datetime | None, str]:
    """When something would have ended it, and what."""
    for one in person.happened:
        if one.at > start:
            if one.name == "client.archived":
                return one.at, Because.ARCHIVED.value
            hit = triggers.ends_by(one.name, one.facts) & definition.exits
            if hit and not triggers.is_past(one.name, one.at, one.facts, entered_at=start):
                return one.at, next(exit_.value for exit_ in ExitOn if exit_ in hit)
    return None, ""


def _did(step: Step, person: Person, place: str, at: datetime) -> Did:
    if isinstance(step, Send):
        channel, because = person.reach(step)
        return Did(at, place, step, channel, because)
    return Did(at, place, step)


def _next(stand: Stand, person: Person, at: datetime) -> tuple[str, datetime]:
    match step := stand.step:
        case Wait():
            return stand.after, at + step.length
        case WaitUntil():
            return stand.after, next_strike(step.hour, at=at, zone=person.zone, working_days=step.working_days)
        case WaitFor():
            came = _comes(step, person, at)
            return (stand.into["came"], came) if came is not None else (stand.into["missed"], at + step.timeout)
        case Branch():
            return stand.into["yes" if person.meets.get(step.rule, False) else "no"], at
        case Stop():
            return places.END, at
    return stand.after, at


def _comes(step: WaitFor, person: Person, at: datetime) -> datetime | None:
    for one in person.happened:
        if at < one.at <= at + step.timeout and one.name == step.event and triggers.holds(step.facts, one.facts):
            return one.at
    return None
