"""A rule as a tree of plain values: comparisons of fields, joined and negated; and how large one may be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

ME = "me"  # the owner who asks
MAX_DEPTH = 10
MAX_NODES = 100
MAX_VALUES = 500  # compared in one rule: databases take only so many parameters


class Op(StrEnum):
    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    IN = "in"
    NOT_IN = "not_in"
    BEFORE = "before"  # before the day's start
    AFTER = "after"  # after the day's end
    SINCE = "since"  # from the day's start on
    UNTIL = "until"  # to the day's end
    ON = "on"
    OLDER = "older"  # at least so long ago
    WITHIN = "within"  # less long ago
    SILENT = "silent"  # not within; also when it never happened
    PRESENT = "present"
    ABSENT = "absent"
    MORE = "more"
    LESS = "less"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    COMING = "coming"  # from today on, within so many days


class AgeUnit(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


DAYS_OF = MappingProxyType({AgeUnit.DAY: 1, AgeUnit.WEEK: 7, AgeUnit.MONTH: 30, AgeUnit.YEAR: 365})
MAX_AGE_DAYS = 36_500


@dataclass(frozen=True, slots=True)
class Age:
    """A length of time; a month counts 30 days and a year 365."""

    count: int
    unit: AgeUnit

    @property
    def days(self) -> int:
        return self.count * DAYS_OF[self.unit]


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the currency's smallest unit."""

    minor: int
    currency: str


Value = str | int | float | date | Age | Money


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison of one field.

    `name` says which one where people name them (a custom field); `window` leaves only what happened since then.
    """

    __test__ = False  # not a test case, whatever the name says to pytest

    field: str
    op: Op
    values: tuple[Value, ...] = ()
    name: str = ""
    window: Age | date | None = None


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Node


Node = Test | AllOf | AnyOf | Not


def measure(node: Node, nested: Mapping[str, Node | int] = MappingProxyType({})) -> tuple[int, int, int]:
    """How many nodes the tree has, how deep it is (a lone test: 1, 1) and how many values it compares with.

    The segments it names count with it. Counting stops beyond the limits, so that a circle of segments ends too.
    """
    nodes, depth, values, todo = 0, 0, 0, [(node, 1)]
    while todo and nodes <= MAX_NODES and depth <= MAX_DEPTH:
        current, level = todo.pop()
        nodes, depth = nodes + 1, max(depth, level)
        values += len(current.values) if isinstance(current, Test) else 0
        todo.extend((part, level + 1) for part in below(current, nested))
    return nodes, depth, values


def comparisons(node: Node) -> Iterator[Test]:
    """Every comparison in the tree."""
    todo = [node]
    while todo:
        current = todo.pop()
        if isinstance(current, Test):
            yield current
        else:
            todo.extend(below(current, {}))


def below(node: Node, nested: Mapping[str, Node | int]) -> tuple[Node, ...]:
    """The nodes a node stands on: its parts, or the rules of the segments it names."""
    if isinstance(node, AllOf | AnyOf):
        return node.parts
    if isinstance(node, Not):
        return (node.part,)
    if node.field != "segment":
        return ()
    named = (nested.get(value) for value in node.values if isinstance(value, str))
    return tuple(part for part in named if part is not None and not isinstance(part, int))
