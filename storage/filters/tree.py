"""A rule as a tree of plain values: comparisons of fields, joined and negated; and how large one may be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

ME = "me"  # the owner who asks
MAX_DEPTH = 10
MAX_NODES = 100


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


class AgeUnit(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


DAYS_OF = MappingProxyType({AgeUnit.DAY: 1, AgeUnit.WEEK: 7, AgeUnit.MONTH: 30, AgeUnit.YEAR: 365})
MAX_AGE_DAYS = 36_500
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)


@dataclass(frozen=True, slots=True)
class Age:
    """A length of time; a month counts 30 days and a year 365."""

    count: int
    unit: AgeUnit

    @property
    def days(self) -> int:
        return self.count * DAYS_OF[self.unit]


Value = str | date | Age


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison of one field."""

    __test__ = False  # not a test case, whatever the name says to pytest

    field: str
    op: Op
    values: tuple[Value, ...] = ()


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


def measure(node: Node) -> tuple[int, int]:
    """How many nodes the tree has and how deep it is (a lone test: 1, 1)."""
    nodes, depth, todo = 0, 0, [(node, 1)]
    while todo:
        current, level = todo.pop()
        nodes, depth = nodes + 1, max(depth, level)
        if isinstance(current, AllOf | AnyOf):
            todo.extend((part, level + 1) for part in current.parts)
        elif isinstance(current, Not):
            todo.append((current.part, level + 1))
    return nodes, depth
