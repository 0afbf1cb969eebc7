"""What an automation is, as plain values: who enters, what is done step by step, and what ends it early.

Written down as YAML (`crm.automations.document`), kept in immutable versions, walked by `crm.automations.walking`.
A place in the steps is a path of numbers and branch names: `2`, `2.yes.0`, `2.no.1`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum

Facts = tuple[tuple[str, str], ...]  # names and values an event must have, sorted by name


class ExitOn(StrEnum):
    """What ends an enrolment early, on whatever channel it happens; an out-of-office note ends nothing."""

    REPLY = "reply"
    PURCHASE = "purchase"
    CALL = "call"
    CONTACT = "contact"  # a colleague met, called or wrote to them
    UNSUBSCRIBE = "unsubscribe"
    BOUNCE = "bounce"


class SendBy(StrEnum):
    EMAIL = "email"
    SMS = "sms"
    CHEAPEST = "cheapest"  # email where permitted and present, else SMS


@dataclass(frozen=True, slots=True)
class Trigger:
    """What brings a client in: an event by name (of the registry, or posted), or a date that comes.

    `facts` must all be equal in the event (as text). `days` counts from a date: -7 is a week before it; for
    `quiet` it is how many days without contact.
    """

    event: str
    facts: Facts = ()
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Reentry:
    """`again_after` None: once in a client's life; zero: whenever they are not inside."""

    again_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    length: timedelta


@dataclass(frozen=True, slots=True)
class WaitUntil:
    """Until this hour where the client is, today if it is still to come; on working days only if so said."""

    hour: time
    working_days: bool = False


@dataclass(frozen=True, slots=True)
class WaitFor:
    """Until an event of this client, at most `timeout`; then `came` or `missed` is walked, then what follows."""

    event: str
    timeout: timedelta
    facts: Facts = ()
    came: tuple[Step, ...] = ()
    missed: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Branch:
    """`rule` is a segment rule, asked of this one client at this moment."""

    rule: str
    yes: tuple[Step, ...] = ()
    no: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Send:
    by: SendBy
    template: str
    marketing: bool = True  # an invoice's reminder is not


@dataclass(frozen=True, slots=True)
class TellOwner:
    """A card to the client's owner; `text` may hold merge fields."""

    text: str


@dataclass(frozen=True, slots=True)
class Assign:
    """Makes a colleague (by name) the client's owner."""

    to: str


@dataclass(frozen=True, slots=True)
class MakeFollowUp:
    text: str
    due_in: timedelta


@dataclass(frozen=True, slots=True)
class SetField:
    """A custom field, or one of the client's own that may be changed (city, language, lifecycle)."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class ChangeTag:
    tag: str
    add: bool = True


@dataclass(frozen=True, slots=True)
class Start:
    """Puts the client into another automation, if its own terms allow."""

    automation: str


@dataclass(frozen=True, slots=True)
class CallOut:
    """A signed POST to an address of the company's own; retried until it is answered or a day is over."""

    url: str


@dataclass(frozen=True, slots=True)
class Stop:
    """The end, before the last step."""


Step = (
    Wait
    | WaitUntil
    | WaitFor
    | Branch
    | Send
    | TellOwner
    | Assign
    | MakeFollowUp
    | SetField
    | ChangeTag
    | Start
    | CallOut
    | Stop
)


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of an automation. `only` is a segment rule that must hold on entering; empty lets everybody in.

    `expires` ends an enrolment however far it came; `cap` is how many enrolments may begin in a day (None: no cap).
    `topic` is what its marketing messages are about, by name: who left it gets none of them. Empty: nothing one could leave.
    """

    name: str
    trigger: Trigger
    steps: tuple[Step, ...]
    only: str = ""
    reentry: Reentry = field(default_factory=Reentry)
    exits: frozenset[ExitOn] = frozenset(ExitOn)
    expires: timedelta = timedelta(days=90)
    cap: int | None = None
    topic: str = ""
