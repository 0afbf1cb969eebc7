"""A rule put together by choosing: which comparisons a field has, which values are worth offering, and the tests joined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from crm.access import Action, check, client_scope, mailing_scope
from crm.segments.errors import SegmentSyntax
from crm.segments.lexer import in_quotes
from crm.segments.limits import in_time
from crm.segments.meaning import meaning
from crm.segments.rendering import render, subject
from crm.segments.rules import parse, today_in
from crm.segments.values import number_of
from crm.wording import zone_of
from storage.custom_values import read_day
from storage.filters import FIELDS, ME, PRESENCE, Age, AgeUnit, AllOf, AnyOf, Kind, Node, Not, Op, Test, compile_filter
from storage.models import Staff
from storage.queries import segments as queries

MOST_OFFERED = 12
_AGES = (Age(7, AgeUnit.DAY), Age(30, AgeUnit.DAY), Age(90, AgeUnit.DAY), Age(6, AgeUnit.MONTH), Age(1, AgeUnit.YEAR))
_OPS: Mapping[Kind, tuple[Op, ...]] = {
    Kind.TEXT: (Op.IS, Op.IS_NOT, Op.CONTAINS, Op.PRESENT, Op.ABSENT),
    Kind.THING: (Op.IS, Op.IS_NOT, Op.PRESENT, Op.ABSENT),
    Kind.CHOICE: (Op.IS, Op.IS_NOT),
    Kind.MOMENT: (Op.WITHIN, Op.SILENT, Op.OLDER, Op.AFTER, Op.BEFORE, Op.ON, Op.PRESENT, Op.ABSENT),
    Kind.FLAG: (Op.PRESENT, Op.ABSENT),
    Kind.COUNT: (Op.AT_LEAST, Op.AT_MOST, Op.IS, Op.PRESENT, Op.ABSENT),
    Kind.MONEY: (Op.AT_LEAST, Op.LESS),
    Kind.DAY: (Op.COMING, Op.ON, Op.PRESENT, Op.ABSENT),
    Kind.OWN: (Op.IS, Op.CONTAINS, Op.AT_LEAST, Op.AT_MOST, Op.COMING, Op.PRESENT, Op.ABSENT),
}


class Join(StrEnum):
    AND = "and"
    OR = "or"
    AND_NOT = "and_not"


def comparisons_of(field: str) -> tuple[Op, ...]:
    """What may be chosen for a field, the likeliest first; typing knows a few more."""
    return tuple(op for op in _OPS[FIELDS[field].kind] if op in FIELDS[field].ops)


async def own_names(session: AsyncSession, *, actor: Staff) -> list[str]:
    """The names of custom fields that clients added lately have, the commonest first."""
    check(actor, Action.SEE_SEGMENTS)
    return await queries.own_field_names(session, scope=client_scope(actor), limit=MOST_OFFERED)


async def offers(
    session: AsyncSession, *, actor: Staff, field: str, op: Op, now: datetime, name: str = ""
) -> tuple[Test, ...]:
    """The tests worth a button for a comparison; none where only typing helps."""
    check(actor, Action.SEE_SEGMENTS)
    if op in PRESENCE:
        return (Test(field, op, name=name),)
    kind, found = FIELDS[field].kind, FIELDS[field]
    if kind is Kind.CHOICE:
        return tuple(Test(field, op, (value,)) for value in sorted(found.choices))
    if kind is Kind.COUNT:
        numbers = (1, 2, 3, 5, 10) if op is Op.AT_LEAST else (0, 1, 2, 3, 5)
        return tuple(Test(field, op, (number,)) for number in numbers)
    if op in (Op.WITHIN, Op.OLDER, Op.SILENT, Op.COMING):
        return tuple(Test(field, op, (age,), name) for age in _AGES)
    if op is Op.ON and kind is Kind.DAY:
        return (Test(field, op, (today_in(zone_of(actor.timezone), now),)),)
    if op in (Op.IS, Op.IS_NOT) and kind in (Kind.TEXT, Kind.THING):
        names = await queries.names_for(
            session, field=field, scope=client_scope(actor), mailings=mailing_scope(actor), limit=MOST_OFFERED
        )
        mine = [ME] if field == "owner" else []
        return tuple(Test(field, op, (value,)) for value in [*mine, *names])
    return ()


def in_windows(test: Test) -> tuple[Test, ...]:
    """The test at any time, and since some lengths of time ago; itself alone where it takes no window."""
    if not FIELDS[test.field].windowed:
        return (test,)
    return (test, *(Test(test.field, test.op, test.values, test.name, age) for age in _AGES))


def composed(*, field: str, op: Op, said: str, today: date, name: str = "") -> Test:
    """The test with a value somebody typed. Raises SegmentSyntax that quotes the value."""
    said = " ".join(said.split())
    kind = FIELDS[field].kind
    typed_text = kind in (Kind.TEXT, Kind.THING) or op is Op.CONTAINS
    own_text = kind is Kind.OWN and op is Op.IS and number_of(said) is None and read_day(said) is None
    value = in_quotes(said) if typed_text or own_text else said
    try:
        tree = parse(f"{subject(field, op, name)} {value}", today=today)
    except SegmentSyntax as refusal:
        expected = str(refusal.params["expected"])
        suggestion = str(refusal.params["suggestion"])
        raise SegmentSyntax(position=0, near=said[:24], expected=expected, suggestion=suggestion) from None
    if not isinstance(tree, Test) or tree.field != field:
        raise SegmentSyntax(position=0, near=said[:24], expected="value")
    return tree


def joined(rule: str, test: Test, join: Join, *, today: date) -> str:
    """The rule with one more test, written anew. Raises SegmentTooComplex."""
    added: Node = Not(test) if join is Join.AND_NOT else test
    if not rule:
        return render(added)
    tree, kind = parse(rule, today=today), AnyOf if join is Join.OR else AllOf
    parts = (*tree.parts, added) if isinstance(tree, kind) else (tree, added)
    written = render(kind(parts))
    parse(written, today=today)
    return written


async def tally(session: AsyncSession, *, actor: Staff, rules: Sequence[str], now: datetime) -> list[int]:
    """How many clients of the actor's scope each rule chooses now, in one scan. Raises what a preview raises."""
    check(actor, Action.SEE_SEGMENTS)
    zone = zone_of(actor.timezone)
    conditions = []
    for rule in rules:
        tree = parse(rule, today=today_in(zone, now))
        context = await meaning(session, tree, actor=actor, zone=zone, now=now)
        conditions.append(compile_filter(tree, context))
    async with in_time(session):
        return await queries.counts_of(session, scope=client_scope(actor), conditions=conditions)
