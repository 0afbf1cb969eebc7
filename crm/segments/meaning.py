"""What the names in a rule stand for: colleagues, sources, mailings, and other segments with theirs.

A name nobody knows would choose nobody (or, excluded, everybody), silently: it is refused instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from crm.access import mailing_scope
from crm.segments.errors import SegmentCircle, SegmentTooComplex, SegmentUnknownValue
from crm.segments.rules import parse, today_in
from storage.filters import (
    MAX_DEPTH,
    MAX_NODES,
    MAX_VALUES,
    ME,
    FilterContext,
    Node,
    Test,
    comparisons,
    load_context,
    measure,
)
from storage.models import Segment, SegmentKind, Staff
from storage.queries import segments as queries
from storage.search import fold

_MAILINGS = frozenset({"received", "returned", "answered", "clicked", "opened"})


async def meaning(
    session: AsyncSession,
    tree: Node,
    *,
    actor: Staff | None,
    zone: ZoneInfo,
    now: datetime,
    inside: str = "",
    client_id: int | None = None,
    kept: bool = False,
) -> FilterContext:
    """The context to compile the tree with. `inside` is the segment whose rule it is.

    A mailing the actor may not know of is one nobody knows; segments named may speak of any.
    A rule that is `kept` may speak of any mailing too: who wrote it was asked then. That a colleague has another name by
    now is refused all the same: an exclusion of nobody would be one of no one.
    Raises SegmentUnknownValue, SegmentCircle, SegmentTooComplex, and SegmentSyntax of a segment it names.
    """
    found = nested_in(tree, await queries.live(session) if _named(tree) else (), zone=zone, now=now, inside=inside)
    trees = [tree, *(rule for rule in found.values() if not isinstance(rule, int))]
    tests = [test for one in trees for test in comparisons(one)]
    context = await load_context(
        session,
        actor_id=actor.id if actor is not None else None,
        zone=zone,
        now=now,
        people=any(test.field in ("owner", "source") for test in tests),
        mailings=any(test.field in _MAILINGS for test in tests),
        segments=found,
        client_id=client_id,
    )
    names = await _mailings_seen(session, None if kept else actor, context)
    seen = replace(context, mailings=tuple((name, fold(name)) for name in names))
    own = set(comparisons(tree))
    for test in tests:
        _check(test, seen if test in own else context, names)
    return context


def nested_in(
    tree: Node, live: Iterable[Segment], *, zone: ZoneInfo, now: datetime, inside: str = ""
) -> dict[str, Node | int]:
    """The segments of `live` that a rule names, and those that they name, within the limits of all together.

    Raises SegmentUnknownValue of a segment, SegmentCircle, SegmentTooComplex, and SegmentSyntax of a segment it names.
    """
    nested = _Nested(Named(live), zone=zone, now=now)
    nested.add(tree, (inside,) if inside else ())
    nodes, depth, values = measure(tree, nested.found)
    for limit, size, most in (("nodes", nodes, MAX_NODES), ("depth", depth, MAX_DEPTH), ("values", values, MAX_VALUES)):
        if size > most:
            raise SegmentTooComplex(limit=limit, most=most)
    return nested.found


class Named:
    """Segments by what a rule calls them: as the name is spelled, else without case and accents where that is one only.

    Names that differ in nothing else are refused now; some may have been kept before.
    """

    def __init__(self, live: Iterable[Segment]) -> None:
        self._exact = {one.name: one for one in live}
        self._alike: dict[str, list[Segment]] = {}
        for one in self._exact.values():
            self._alike.setdefault(fold(one.name), []).append(one)

    def get(self, said: str) -> Segment | None:
        """The one that is meant; None where nobody can say."""
        alike = self._alike.get(fold(said), [])
        return self._exact.get(said) or (alike[0] if len(alike) == 1 else None)

    def must(self, said: str) -> Segment:
        """The one that is meant. Raises SegmentUnknownValue."""
        found = self.get(said)
        if found is None:
            raise _unknown("segment", said, list(self._exact))
        return found

    def named_by(self, tree: Node) -> list[Segment]:
        """Those that a rule names itself, as far as they are known."""
        found = (self.get(said) for said in _named(tree))
        return [one for one in found if one is not None]


class _Nested:
    """The segments a rule names, and those that they name, each read once."""

    def __init__(self, known: Named, *, zone: ZoneInfo, now: datetime) -> None:
        self.found: dict[str, Node | int] = {}
        self._known = known
        self._read: dict[int, Node] = {}
        self._today = today_in(zone, now)

    def add(self, tree: Node, path: tuple[str, ...]) -> None:
        """Reads what the tree names. Raises SegmentUnknownValue, SegmentCircle."""
        for name in _named(tree):
            segment = self._known.must(name)
            if segment.name in path:
                raise SegmentCircle(path=" → ".join([*path[path.index(segment.name) :], segment.name]))
            if len(path) > MAX_DEPTH:
                raise SegmentTooComplex(limit="depth", most=MAX_DEPTH)
            if segment.kind is SegmentKind.LIST:
                self.found[name] = segment.id
                continue
            if segment.id not in self._read:  # else what it names was followed to its end, and did not lead back
                rule = parse(segment.rule, today=self._today)
                self.add(rule, (*path, segment.name))
                self._read[segment.id] = rule
            self.found[name] = self._read[segment.id]


def _named(tree: Node) -> list[str]:
    named = (test.values for test in comparisons(tree) if test.field == "segment")
    return [value for values in named for value in values if isinstance(value, str)]


async def _mailings_seen(session: AsyncSession, actor: Staff | None, context: FilterContext) -> list[str]:
    """The names of the mailings the actor may know of, where the rules speak of any."""
    if actor is None or not context.mailings:
        return [name for name, _ in context.mailings]
    return list((await session.execute(queries.mailing_names(mailing_scope(actor)))).scalars())


def _check(test: Test, context: FilterContext, mailings: Sequence[str]) -> None:
    if test.field == "owner":
        _must_resolve(test, context.owner_ids, [name for _, name in context.owners])
    elif test.field == "source":
        _must_resolve(test, context.source_ids, [name for _, _, name in context.sources])
    elif test.field in _MAILINGS:
        _must_resolve(test, context.mailing_names, mailings)


def _must_resolve(test: Test, resolve: Callable[[str], Sequence[object]], names: Sequence[str]) -> None:
    field = "mailing" if test.field in _MAILINGS else test.field
    for value in test.values:
        if isinstance(value, str) and value != ME and not resolve(value):
            raise _unknown(field, value, names)


def _unknown(field: str, value: str, names: Iterable[str]) -> SegmentUnknownValue:
    by_folded = {fold(name): name for name in names}
    close = get_close_matches(fold(value), list(by_folded), n=1)
    return SegmentUnknownValue(field=field, value=value, suggestion=by_folded[close[0]] if close else "")
