"""What the buttons of a mailing's results and options carry. Each is checked again in crm for who pressed it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.callbacks import Callback
from crm.mailings.slices import Slice


@dataclass(frozen=True)
class ShowResults(Callback, prefix="rsl"):
    mailing_id: int


@dataclass(frozen=True)
class FetchPicture(Callback, prefix="rsp"):
    mailing_id: int


@dataclass(frozen=True)
class ShowAnswers(Callback, prefix="rsa"):
    mailing_id: int
    page: int = 0


@dataclass(frozen=True)
class ShowSlices(Callback, prefix="rss"):
    mailing_id: int


@dataclass(frozen=True)
class SaveSlice(Callback, prefix="rsv", writes=True):
    mailing_id: int
    part: Slice


@dataclass(frozen=True)
class ShowMissedBy(Callback, prefix="rsm"):
    """Who did not get it, by reason."""

    mailing_id: int


@dataclass(frozen=True)
class ShowMissedFor(Callback, prefix="rsf"):
    """The people of one reason (a sum of its words); of a reason that is gone, of all."""

    mailing_id: int
    reason: int = 0
    page: int = 0


@dataclass(frozen=True)
class FetchMissed(Callback, prefix="rsx"):
    """All of them as a file."""

    mailing_id: int
    as_csv: bool = False


@dataclass(frozen=True)
class SendMissed(Callback, prefix="rsg", writes=True):
    """A new draft to those who may get it after all."""

    mailing_id: int


@dataclass(frozen=True)
class ChooseTopic(Callback, prefix="rtc"):
    mailing_id: int
    page: int = 0


@dataclass(frozen=True)
class ChooseOldTopic(Callback, prefix="rtd"):
    """Which topic is offered no more."""

    mailing_id: int
    page: int = 0


@dataclass(frozen=True)
class PutTopicAway(Callback, prefix="rta", writes=True):
    mailing_id: int
    topic_id: int


@dataclass(frozen=True)
class SetTopic(Callback, prefix="rts", writes=True):
    """What a draft is about; 0: nothing in particular."""

    mailing_id: int
    topic_id: int = 0


@dataclass(frozen=True)
class NewTopic(Callback, prefix="rtn"):
    """Begins a topic, for the draft it was asked for at."""

    mailing_id: int


@dataclass(frozen=True)
class CountClicks(Callback, prefix="rtk", writes=True):
    mailing_id: int
    on: bool


@dataclass(frozen=True)
class CountOpens(Callback, prefix="rto", writes=True):
    mailing_id: int
    on: bool
