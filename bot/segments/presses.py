"""What the buttons of segments carry."""

from __future__ import annotations

from dataclasses import dataclass

from bot.callbacks import Callback
from crm import segments
from storage.filters import Op

PAGE = 8
FIRST = 5
MOST_TAKEN = 200  # what one search can put on a list
RULE_FORM, LIST_FORM = "segments.rule", "segments.list"


@dataclass(frozen=True)
class ListSegments(Callback, prefix="gl"):
    page: int = 0


@dataclass(frozen=True)
class ShowSegment(Callback, prefix="gs"):
    segment_id: int


@dataclass(frozen=True)
class TypeRule(Callback, prefix="gn"):
    """Begins a new rule (0), or another rule for a segment."""

    segment_id: int = 0


@dataclass(frozen=True)
class SearchForList(Callback, prefix="gm"):
    """Begins a new list (0), or adds to one."""

    segment_id: int = 0


@dataclass(frozen=True)
class KeepForm(Callback, prefix="gk", writes=True):
    """Takes what the form holds: changes the segment it is for, or asks for a new one's name."""


@dataclass(frozen=True)
class ShowPeople(Callback, prefix="gp"):
    segment_id: int
    page: int = 0


@dataclass(frozen=True)
class TakeOff(Callback, prefix="gr", writes=True):
    segment_id: int
    client_id: int
    page: int = 0


@dataclass(frozen=True)
class AskArchive(Callback, prefix="gx"):
    segment_id: int


@dataclass(frozen=True)
class ArchiveSegment(Callback, prefix="ga", writes=True):
    segment_id: int


@dataclass(frozen=True)
class BuildRule(Callback, prefix="gb"):
    """Begins a rule by buttons: a new one, or one more test for the rule at hand."""

    join: segments.Join = segments.Join.AND
    fresh: bool = False


@dataclass(frozen=True)
class PickNoun(Callback, prefix="gc"):
    noun: str


@dataclass(frozen=True)
class PickField(Callback, prefix="gf"):
    field: str


@dataclass(frozen=True)
class PickOwn(Callback, prefix="go"):
    """One of the custom fields offered, by its place."""

    place: int


@dataclass(frozen=True)
class PickComparison(Callback, prefix="gq"):
    op: Op


@dataclass(frozen=True)
class PickTest(Callback, prefix="gv"):
    """One of the tests offered, by its place; `whole` when its time was chosen too."""

    place: int
    whole: bool = False


@dataclass(frozen=True)
class UndoTest(Callback, prefix="gu"):
    """Takes the last test off the rule being built."""


@dataclass(frozen=True)
class PickCompared(Callback, prefix="gw"):
    """Segments to be compared, ids joined by dots."""

    chosen: str = ""
    page: int = 0


@dataclass(frozen=True)
class ShowComparison(Callback, prefix="gz"):
    chosen: str
