"""Buttons by which one noun's card opens another's: kept apart so that the nouns need not import one another."""

from __future__ import annotations

from dataclasses import dataclass

from bot.callbacks import Callback
from storage.models import Channel


@dataclass(frozen=True)
class ShowClient(Callback, prefix="cs"):
    """The client's card; `page` 1 shows the buttons behind More."""

    client_id: int
    page: int = 0


@dataclass(frozen=True)
class ShowAutomation(Callback, prefix="av"):
    """The card of an automation."""

    automation_id: int


@dataclass(frozen=True)
class ShowEnrolments(Callback, prefix="ye"):
    """What a client is or was inside of."""

    client_id: int
    page: int = 0


@dataclass(frozen=True)
class ShowEnrolment(Callback, prefix="yn"):
    """The story of one enrolment."""

    enrolment_id: int
    page: int = 0


@dataclass(frozen=True)
class StartFollowUp(Callback, prefix="fs"):
    """Begins a promise to a client."""

    client_id: int


@dataclass(frozen=True)
class ShowPoints(Callback, prefix="os"):
    """Phones and addresses of a client."""

    client_id: int


@dataclass(frozen=True)
class ShowConsents(Callback, prefix="qs"):
    """What a client said about mailings."""

    client_id: int


@dataclass(frozen=True)
class ShowPersons(Callback, prefix="op"):
    """People at a client."""

    client_id: int


@dataclass(frozen=True)
class ShowParties(Callback, prefix="ls"):
    """Legal entities of a client."""

    client_id: int


@dataclass(frozen=True)
class ShowHistory(Callback, prefix="hs"):
    """The client's timeline; a search of it is kept in the draft."""

    client_id: int
    page: int = 0
    draft_id: int = 0


@dataclass(frozen=True)
class ShowWhy(Callback, prefix="yw"):
    """The whole story of one message to a customer; page 0 is its newest part."""

    outbox_id: int
    page: int = 0


@dataclass(frozen=True)
class ShowWhyOf(Callback, prefix="yc"):
    """What became of every message to a client."""

    client_id: int
    page: int = 0


@dataclass(frozen=True)
class ChooseSegment(Callback, prefix="ms"):
    """Begins a mailing, with a template chosen already or 0."""

    template_id: int = 0
    page: int = 0


@dataclass(frozen=True)
class ChooseTemplate(Callback, prefix="mt"):
    """Goes on with a mailing: the segment is chosen, what is sent is not."""

    segment_id: int
    channel: Channel | None = None
    page: int = 0


@dataclass(frozen=True)
class MakeDraft(Callback, prefix="md", writes=True):
    """A segment and a template are chosen: the mailing is drafted and shown."""

    segment_id: int
    template_id: int


@dataclass(frozen=True)
class NewTemplate(Callback, prefix="pn"):
    """Begins a template, for the mailing to a segment or (0) for later."""

    segment_id: int = 0


@dataclass(frozen=True)
class ShowThread(Callback, prefix="vt"):
    """The conversation a message belongs to, by default the page it stands on."""

    interaction_id: int
    page: int | None = None


@dataclass(frozen=True)
class ShowMessage(Callback, prefix="vo"):
    """The card of a message, sent or received; `page` 1 shows the buttons behind More."""

    interaction_id: int
    page: int = 0


@dataclass(frozen=True)
class StartAnswer(Callback, prefix="wa"):
    """Begins an answer that is looked at before it goes; `everybody` answers all the mail named."""

    interaction_id: int
    everybody: bool = False


@dataclass(frozen=True)
class StartForward(Callback, prefix="wf"):
    """Asks to whom a message is passed on."""

    interaction_id: int
    page: int = 0


@dataclass(frozen=True)
class WriteAgain(Callback, prefix="wg"):
    """A message that did not arrive, once more; `elsewhere` to another address."""

    interaction_id: int
    elsewhere: bool = False
