"""The segment vocabulary in SQL: an allow-listed tree over clients, compiled to bound conditions.

Nothing a person typed becomes SQL text: a tree names a field of FIELDS, an operator the field allows, and values that
are bound. A new noun is one entry in FIELDS. Every condition is two-valued (never NULL), so `not` is a true complement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, false, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from storage.models import (
    Client,
    ClientTag,
    ContactKind,
    ContactPoint,
    FollowUp,
    FollowUpState,
    Language,
    Lifecycle,
    Source,
    Staff,
    Tag,
)
from storage.search import fold

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


class FilterRefused(Exception):
    """The tree is not one we compile: an unknown field, an operator the field does not allow, too deep or too large."""


@dataclass(frozen=True)
class FilterContext:
    """What a rule means at one moment for one person: their zone, who `me` is, how colleagues and sources are called."""

    now: datetime
    zone: ZoneInfo
    actor_id: int | None
    owners: tuple[tuple[int, str], ...] = ()  # id, folded name
    sources: tuple[tuple[int, str, str], ...] = ()  # id, folded code, folded name

    def owner_ids(self, said: str) -> list[int]:
        """Colleagues whose name holds every word said; several when only a shared first name was."""
        words = set(fold(said).split())
        if words == {ME}:
            return [] if self.actor_id is None else [self.actor_id]
        return [key for key, name in self.owners if words and words <= set(name.split())]

    def source_ids(self, said: str) -> list[int]:
        """The sources with this code or name."""
        wanted = fold(said)
        return [key for key, code, name in self.sources if wanted in (code, name)]


Condition = Callable[[Test, FilterContext], ColumnElement[bool]]

MATCHING = frozenset({Op.IS, Op.IS_NOT, Op.IN, Op.NOT_IN})
PRESENCE = frozenset({Op.PRESENT, Op.ABSENT})
BY_DAY = frozenset({Op.BEFORE, Op.AFTER, Op.SINCE, Op.UNTIL, Op.ON})
BY_AGE = frozenset({Op.OLDER, Op.WITHIN, Op.SILENT})
NEGATIVE = frozenset({Op.IS_NOT, Op.NOT_IN, Op.ABSENT, Op.SILENT})


@dataclass(frozen=True)
class Field:
    """What may be asked of a client: the operators, the closed set of values if there is one, and the condition.

    `condition` answers the positive question (is, in, present, within); complements are made of it here.
    """

    ops: frozenset[Op]
    condition: Condition
    choices: frozenset[str] = frozenset()


async def load_context(session: AsyncSession, *, actor_id: int | None, zone: ZoneInfo, now: datetime) -> FilterContext:
    """The context of one evaluation; colleagues and sources are few, so they are read whole."""
    staff = await session.execute(select(Staff.id, Staff.name))
    sources = await session.execute(select(Source.id, Source.code, Source.name))
    return FilterContext(
        now=now,
        zone=zone,
        actor_id=actor_id,
        owners=tuple((key, fold(name)) for key, name in staff),
        sources=tuple((key, fold(code), fold(name)) for key, code, name in sources),
    )


def compile_filter(node: Node, context: FilterContext) -> ColumnElement[bool]:
    """The tree as a condition on `Client`. Raises FilterRefused."""
    nodes, depth = measure(node)
    if nodes > MAX_NODES or depth > MAX_DEPTH:
        raise FilterRefused(f"{nodes} nodes, {depth} deep")
    return _compile(node, context)


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


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The day's start and the next day's, as aware UTC."""
    return _midnight(day, zone), _midnight(day + timedelta(days=1), zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def _compile(node: Node, context: FilterContext) -> ColumnElement[bool]:
    if isinstance(node, AllOf):
        return and_(*(_compile(part, context) for part in node.parts))
    if isinstance(node, AnyOf):
        return or_(*(_compile(part, context) for part in node.parts))
    if isinstance(node, Not):
        return not_(_compile(node.part, context))
    field = FIELDS.get(node.field)
    if field is None or node.op not in field.ops:
        raise FilterRefused(f"{node.field} {node.op}")
    if field.choices and not field.choices.issuperset(node.values):
        raise FilterRefused(f"{node.field} {node.values}")
    condition = field.condition(node, context)
    return not_(condition) if node.op in NEGATIVE else condition


def _words(test: Test) -> list[str]:
    return [fold(value) for value in test.values if isinstance(value, str)]


def _city(test: Test, _context: FilterContext) -> ColumnElement[bool]:
    if test.op is Op.CONTAINS:
        return or_(*(Client.city_key.contains(word, autoescape=True) for word in _words(test)))
    if test.op in PRESENCE:
        return Client.city_key != ""
    return Client.city_key.in_(_words(test))


def _tag(test: Test, _context: FilterContext) -> ColumnElement[bool]:
    hung = select(ClientTag.client_id)
    if test.op not in PRESENCE:
        hung = hung.join(Tag, Tag.id == ClientTag.tag_id)
        if test.op is Op.CONTAINS:
            hung = hung.where(or_(*(Tag.key.contains(word, autoescape=True) for word in _words(test))))
        else:
            hung = hung.where(Tag.key.in_(_words(test)))
    return Client.id.in_(hung)


def _reference(
    column: InstrumentedAttribute[int | None], resolve: Callable[[FilterContext, str], Iterable[int]]
) -> Condition:
    def condition(test: Test, context: FilterContext) -> ColumnElement[bool]:
        if test.op in PRESENCE:
            return column.is_not(None)
        ids = sorted({key for value in test.values if isinstance(value, str) for key in resolve(context, value)})
        return and_(column.is_not(None), column.in_(ids)) if ids else false()

    return condition


def _choice(column: InstrumentedAttribute[Language] | InstrumentedAttribute[Lifecycle]) -> Condition:
    def condition(test: Test, _context: FilterContext) -> ColumnElement[bool]:
        return column.in_([value for value in test.values if isinstance(value, str)])

    return condition


def _moment(column: InstrumentedAttribute[datetime | None]) -> Condition:
    def condition(test: Test, context: FilterContext) -> ColumnElement[bool]:
        if test.op in PRESENCE:
            return column.is_not(None)
        (value,) = test.values
        if isinstance(value, Age):
            cutoff = context.now - timedelta(days=value.days)
            compared = column <= cutoff if test.op is Op.OLDER else column > cutoff
        elif isinstance(value, date) and EARLIEST <= value <= LATEST:
            start, end = day_bounds(value, context.zone)
            compared = {
                Op.BEFORE: column < start,
                Op.AFTER: column >= end,
                Op.SINCE: column >= start,
                Op.UNTIL: column < end,
                Op.ON: and_(column >= start, column < end),
            }[test.op]
        else:
            raise FilterRefused(f"{test.field} {test.op} {value!r}")
        return and_(column.is_not(None), compared)

    return condition


def _reachable(kind: ContactKind) -> Condition:
    def condition(_test: Test, _context: FilterContext) -> ColumnElement[bool]:
        return exists().where(ContactPoint.client_id == Client.id, ContactPoint.kind == kind)

    return condition


def _open_followup(_test: Test, _context: FilterContext) -> ColumnElement[bool]:
    return exists().where(FollowUp.client_id == Client.id, FollowUp.state == FollowUpState.OPEN)


_MOMENT_OPS = BY_DAY | BY_AGE | PRESENCE

FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        "city": Field(MATCHING | PRESENCE | {Op.CONTAINS}, _city),
        "tag": Field(MATCHING | PRESENCE | {Op.CONTAINS}, _tag),
        "owner": Field(MATCHING | PRESENCE, _reference(Client.owner_id, FilterContext.owner_ids)),
        "source": Field(MATCHING | PRESENCE, _reference(Client.source_id, FilterContext.source_ids)),
        "language": Field(MATCHING, _choice(Client.language), frozenset({"en", "ru", "th"})),
        "lifecycle": Field(MATCHING, _choice(Client.lifecycle), frozenset({"lead", "customer", "dormant", "lost"})),
        "last_contact": Field(_MOMENT_OPS, _moment(Client.last_contact_at)),
        "last_purchase": Field(_MOMENT_OPS, _moment(Client.last_purchase_at)),
        "created": Field(BY_DAY | {Op.OLDER, Op.WITHIN}, _moment(Client.created_at)),
        "email": Field(PRESENCE, _reachable(ContactKind.EMAIL)),
        "phone": Field(PRESENCE, _reachable(ContactKind.PHONE)),
        "telegram": Field(PRESENCE, _reachable(ContactKind.TELEGRAM)),
        "followup": Field(PRESENCE, _open_followup),
    }
)
