"""What the buttons of mailings carry. Every one of them is checked again in crm for who pressed it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.callbacks import Callback
from storage.models import MissedPolicy, TrialMeasure

FORM = "mailings"


@dataclass(frozen=True)
class ListMailings(Callback, prefix="ml"):
    page: int = 0


@dataclass(frozen=True)
class ShowMailing(Callback, prefix="mv"):
    mailing_id: int


@dataclass(frozen=True)
class TypeSegment(Callback, prefix="mr"):
    """A rule typed on the way, for the mailing of a template or (0) before one is chosen."""

    template_id: int = 0


@dataclass(frozen=True)
class NameSegment(Callback, prefix="mq"):
    """The rule typed on the way gets a name of its own."""


@dataclass(frozen=True)
class KeepSegment(Callback, prefix="mk", writes=True):
    """The rule typed on the way is kept under its own words, and the mailing goes on."""


@dataclass(frozen=True)
class AskTest(Callback, prefix="me"):
    mailing_id: int


@dataclass(frozen=True)
class LaunchNow(Callback, prefix="mo", writes=True):
    mailing_id: int


@dataclass(frozen=True)
class AskWhen(Callback, prefix="mw"):
    mailing_id: int


@dataclass(frozen=True)
class Approve(Callback, prefix="ma", writes=True):
    mailing_id: int


@dataclass(frozen=True)
class SendBack(Callback, prefix="mb"):
    """Asks for the reason first."""

    mailing_id: int


@dataclass(frozen=True)
class Pause(Callback, prefix="mp", writes=True):
    mailing_id: int


@dataclass(frozen=True)
class Resume(Callback, prefix="mg", writes=True):
    mailing_id: int


@dataclass(frozen=True)
class AskCancel(Callback, prefix="mx"):
    mailing_id: int


@dataclass(frozen=True)
class CancelMailing(Callback, prefix="mc", writes=True):
    mailing_id: int


@dataclass(frozen=True)
class AskOwnTime(Callback, prefix="M1"):
    """At an hour by everybody's own clock."""

    mailing_id: int


@dataclass(frozen=True)
class AskEvery(Callback, prefix="M2"):
    mailing_id: int


@dataclass(frozen=True)
class AskHours(Callback, prefix="M3"):
    mailing_id: int


@dataclass(frozen=True)
class SetHours(Callback, prefix="M4", writes=True):
    """Hours of the recipients' days the mailing keeps to; no days: none of its own."""

    mailing_id: int
    days: int = 0
    begin: int = 0
    end: int = 0


@dataclass(frozen=True)
class AtOnce(Callback, prefix="M5", writes=True):
    """Not recurring and not in everybody's own time any more."""

    mailing_id: int


@dataclass(frozen=True)
class TurnMissed(Callback, prefix="M6", writes=True):
    mailing_id: int
    policy: MissedPolicy


@dataclass(frozen=True)
class TurnOwnTime(Callback, prefix="M7", writes=True):
    mailing_id: int
    own: bool


@dataclass(frozen=True)
class AskUntil(Callback, prefix="M8"):
    mailing_id: int


@dataclass(frozen=True)
class Endless(Callback, prefix="M9", writes=True):
    mailing_id: int


@dataclass(frozen=True)
class AskSms(Callback, prefix="Ma"):
    """Which SMS those get whom no email may reach."""

    mailing_id: int
    page: int = 0


@dataclass(frozen=True)
class TakeSms(Callback, prefix="Mb", writes=True):
    """This one; 0: email only."""

    mailing_id: int
    template_id: int = 0


@dataclass(frozen=True)
class AskFiles(Callback, prefix="Mc"):
    mailing_id: int


@dataclass(frozen=True)
class DropFiles(Callback, prefix="Md", writes=True):
    mailing_id: int


@dataclass(frozen=True)
class ShowGaps(Callback, prefix="Me"):
    """Who lacks a value the text needs."""

    mailing_id: int
    page: int = 0


@dataclass(frozen=True)
class AskTrial(Callback, prefix="Mf"):
    """Two versions on a share of the people."""

    mailing_id: int


@dataclass(frozen=True)
class AskSubject(Callback, prefix="Mg"):
    mailing_id: int


@dataclass(frozen=True)
class AskText(Callback, prefix="Mh"):
    mailing_id: int
    page: int = 0


@dataclass(frozen=True)
class TryText(Callback, prefix="Mi", writes=True):
    mailing_id: int
    template_id: int


@dataclass(frozen=True)
class TryLater(Callback, prefix="Mj", writes=True):
    mailing_id: int
    minutes: int


@dataclass(frozen=True)
class TurnTrial(Callback, prefix="Mk", writes=True):
    """One of a trial's settings; what is 0 or empty stays."""

    mailing_id: int
    share: int = 0
    wait: int = 0
    measure: TrialMeasure | None = None


@dataclass(frozen=True)
class DropTrial(Callback, prefix="Ml", writes=True):
    mailing_id: int


@dataclass(frozen=True)
class CopyMailing(Callback, prefix="Mm", writes=True):
    mailing_id: int


@dataclass(frozen=True)
class LeaveOut(Callback, prefix="Mn", writes=True):
    """Whether a copy leaves out whom the first one reached."""

    mailing_id: int
    yes: bool
