"""What the buttons of automations carry. Every one of them is checked again in crm for who pressed it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.callbacks import Callback

FORM = "automations"
CARD = "automation"


@dataclass(frozen=True)
class ListAutomations(Callback, prefix="al"):
    page: int = 0


@dataclass(frozen=True)
class ShowRecipe(Callback, prefix="ar"):
    """A ready one, before it is taken."""

    slug: str


@dataclass(frozen=True)
class TakeRecipe(Callback, prefix="at", writes=True):
    """Makes the recipe an automation; `on` switches it on at once."""

    slug: str
    on: bool


@dataclass(frozen=True)
class SwitchOn(Callback, prefix="ao", writes=True):
    automation_id: int


@dataclass(frozen=True)
class Pause(Callback, prefix="ap", writes=True):
    automation_id: int


@dataclass(frozen=True)
class Resume(Callback, prefix="ag", writes=True):
    automation_id: int


@dataclass(frozen=True)
class AskArchive(Callback, prefix="ax"):
    automation_id: int


@dataclass(frozen=True)
class Archive(Callback, prefix="aa", writes=True):
    automation_id: int


@dataclass(frozen=True)
class AskDocument(Callback, prefix="an"):
    """A new automation from a document."""


@dataclass(frozen=True)
class Edit(Callback, prefix="ae"):
    automation_id: int


@dataclass(frozen=True)
class ShowInside(Callback, prefix="am"):
    automation_id: int
    page: int = 0


@dataclass(frozen=True)
class MoveInside(Callback, prefix="af", writes=True):
    """Those on older versions go on in the newest one, where they stand at the same step."""

    automation_id: int


@dataclass(frozen=True)
class DrawPicture(Callback, prefix="ad"):
    """The flow of an automation, or (0) of a recipe."""

    automation_id: int
    slug: str = ""


@dataclass(frozen=True)
class ShowReplay(Callback, prefix="ay"):
    """On a card, or everybody as a file."""

    automation_id: int
    as_file: bool = False


@dataclass(frozen=True)
class AskClient(Callback, prefix="aq"):
    automation_id: int


@dataclass(frozen=True)
class Simulate(Callback, prefix="as"):
    automation_id: int
    client_id: int
