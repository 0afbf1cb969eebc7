"""What the buttons about clients do."""

from __future__ import annotations

from dataclasses import dataclass

from bot.callbacks import Callback
from crm.clients import Field

FORM = "clients"


@dataclass(frozen=True)
class ListClients(Callback, prefix="cl"):
    page: int = 0
    own: bool = False


@dataclass(frozen=True)
class FoundPage(Callback, prefix="ck"):
    """A page of a search; the words are kept in the draft."""

    draft_id: int
    page: int


@dataclass(frozen=True)
class NewClient(Callback, prefix="cn"):
    """Begins a client; with a draft, from what was typed before."""

    draft_id: int = 0


@dataclass(frozen=True)
class MakeAnyway(Callback, prefix="cf", writes=True):
    draft_id: int


@dataclass(frozen=True)
class UndoClient(Callback, prefix="cu", writes=True):
    client_id: int


@dataclass(frozen=True)
class EditField(Callback, prefix="ce"):
    """Offers the fields; with one, asks for its value."""

    client_id: int
    field: Field | None = None


@dataclass(frozen=True)
class SetField(Callback, prefix="cv", writes=True):
    client_id: int
    field: Field
    value: str


@dataclass(frozen=True)
class ShowTags(Callback, prefix="ct"):
    client_id: int


@dataclass(frozen=True)
class AskTag(Callback, prefix="cg"):
    client_id: int


@dataclass(frozen=True)
class DropTag(Callback, prefix="cr", writes=True):
    client_id: int
    tag_id: int


@dataclass(frozen=True)
class ShowOwners(Callback, prefix="co"):
    client_id: int


@dataclass(frozen=True)
class SetOwner(Callback, prefix="cw", writes=True):
    """Gives the client away; 0 means nobody."""

    client_id: int
    staff_id: int


@dataclass(frozen=True)
class AskSource(Callback, prefix="cq"):
    client_id: int


@dataclass(frozen=True)
class SetSource(Callback, prefix="cp", writes=True):
    client_id: int
    source_id: int


@dataclass(frozen=True)
class AskArchive(Callback, prefix="ca"):
    client_id: int


@dataclass(frozen=True)
class Archive(Callback, prefix="cx", writes=True):
    client_id: int
