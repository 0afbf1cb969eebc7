"""Reads a typed segment rule into an allow-listed tree, and writes a tree back as a rule.

`parse(render(tree)) == tree`. Nothing here touches the database; storage.filters gives the tree its meaning.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from lark import Lark, Token, UnexpectedInput, UnexpectedToken
from rapidfuzz import fuzz, process

from crm.segments.errors import SegmentSyntax, SegmentTooComplex
from crm.segments.lexer import RuleLexer, near, normal, quoted
from crm.segments.vocabulary import AGE_HEADS, AGE_TAILS, AGE_UNITS, CHOICE_WORDS, DAY_WORDS, ME_WORDS
from storage.filters import (
    EARLIEST,
    FIELDS,
    LATEST,
    MAX_AGE_DAYS,
    MAX_DEPTH,
    MAX_NODES,
    ME,
    Age,
    AgeUnit,
    AllOf,
    AnyOf,
    Node,
    Not,
    Op,
    Test,
    Value,
)

MAX_LENGTH = 4000
MAX_VALUE = 120


def parse(rule: str, *, today: date) -> Node:
    """The tree of a rule. `today` (the writer's) resolves "today" and "yesterday".

    Raises SegmentSyntax with the position, SegmentTooComplex.
    """
    if len(rule) > MAX_LENGTH:
        raise SegmentTooComplex(limit="length", most=MAX_LENGTH)
    if not rule.strip():
        raise SegmentSyntax(position=0, near="", expected="field")
    try:
        read = _Builder(rule, today).read()
    except UnexpectedToken as error:
        raise _unexpected(rule, error) from None
    except UnexpectedInput as error:  # the lexer words its own refusals; this is a state the grammar cannot be in
        raise SegmentSyntax(position=error.pos_in_stream or 0, near=near(rule, 0), expected="field") from error
    return read.node


def render(tree: Node) -> str:
    """The tree as a rule in English words."""
    if isinstance(tree, Test):
        return _render_test(tree)
    if isinstance(tree, Not):
        return "not " + _bracketed(tree.part, AllOf, AnyOf)
    if isinstance(tree, AllOf):
        return " and ".join(_bracketed(part, AllOf, AnyOf) for part in tree.parts)
    return " or ".join(_bracketed(part, AnyOf) for part in tree.parts)


def today_in(zone: ZoneInfo, now: datetime) -> date:
    """The day it is in the zone."""
    return now.astimezone(zone).date()


def _bracketed(node: Node, *kinds: type) -> str:
    return f"({render(node)})" if isinstance(node, kinds) else render(node)


class _Read:
    """A node while it is read, with its size, so that a deep rule is refused before anything walks it."""

    __slots__ = ("depth", "node", "nodes")

    def __init__(self, node: Node, *, nodes: int = 1, depth: int = 1) -> None:
        if nodes > MAX_NODES:
            raise SegmentTooComplex(limit="nodes", most=MAX_NODES)
        if depth > MAX_DEPTH:
            raise SegmentTooComplex(limit="depth", most=MAX_DEPTH)
        self.node, self.nodes, self.depth = node, nodes, depth


@lru_cache(maxsize=1)
def _grammar() -> Lark:
    grammar = (Path(__file__).parent / "rules.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer=RuleLexer)


class _Builder:
    """Builds the tree bottom-up; lark's own tree is bounded by the length of the rule."""

    def __init__(self, rule: str, today: date) -> None:
        self._rule = rule
        self._today = today

    def read(self) -> _Read:
        """Parses and builds without recursion over a hostile depth."""
        tree = _grammar().parse(self._rule)
        results: dict[int, Any] = {}
        for subtree in tree.iter_subtrees():  # children before parents, once each
            children = [results.get(id(child), child) for child in subtree.children]
            results[id(subtree)] = getattr(self, str(subtree.data))(children)
        read: _Read = results[id(tree)]
        return read

    def start(self, children: list[_Read]) -> _Read:
        return children[0]

    def all_of(self, children: list[_Read]) -> _Read:
        return self._joined(AllOf, children)

    def any_of(self, children: list[_Read]) -> _Read:
        return self._joined(AnyOf, children)

    def negated(self, children: list[_Read]) -> _Read:
        (read,) = children
        return _Read(Not(read.node), nodes=read.nodes + 1, depth=read.depth + 1)

    def implied(self, children: list[Token]) -> _Read:
        field, value = children
        if FIELDS[field].ops.isdisjoint({Op.IS}):
            raise SegmentSyntax(position=_at(value), near=near(self._rule, _at(value)), expected="operator")
        return self._test(field, Op.IS, [value])

    def compared(self, children: list[Token]) -> _Read:
        field, operator, value = children
        if Op.OLDER in FIELDS[field].ops:
            return self._moment(field, operator, value)
        op = {"=": Op.IS, "!=": Op.IS_NOT, "~": Op.CONTAINS}.get(operator)
        if op is None or op not in FIELDS[field].ops:
            self._refuse(operator, "operator")
        return self._test(field, op, [value])

    def listed(self, children: list[Token]) -> _Read:
        return self._test(children[0], Op.IN, children[1:])

    def unlisted(self, children: list[Token]) -> _Read:
        return self._test(children[0], Op.NOT_IN, children[1:])

    def differs(self, children: list[Token]) -> _Read:
        return self._test(children[0], Op.IS_NOT, children[1:])

    def never(self, children: list[Token]) -> _Read:
        (field,) = (child for child in children if child.type == "FIELD")
        if Op.ABSENT not in FIELDS[field].ops:
            self._refuse(field, "operator")
        return _Read(Test(str(field), Op.ABSENT))

    def presence(self, children: list[Token]) -> _Read:
        field, _, op = children[0].partition(":")
        return _Read(Test(field, Op(op)))

    def silence(self, children: list[Token]) -> _Read:
        field, value = children
        age = _age(value)
        if age is None:
            self._refuse(value, "age")
        return _Read(Test(str(field), Op.SILENT, (age,)))

    def _joined(self, kind: type[AllOf] | type[AnyOf], children: list[_Read]) -> _Read:
        return _Read(
            kind(tuple(child.node for child in children)),
            nodes=1 + sum(child.nodes for child in children),
            depth=1 + max(child.depth for child in children),
        )

    def _test(self, field: Token, op: Op, values: list[Token]) -> _Read:
        if op not in FIELDS[field].ops:
            self._refuse(values[0], "operator")
        return _Read(Test(str(field), op, tuple(self._value(str(field), value) for value in values)))

    def _value(self, field: str, token: Token) -> str:
        said = str(token).strip()
        if not said or len(said) > MAX_VALUE:
            self._refuse(token, "value")
        if field == "owner" and normal(said) in ME_WORDS:
            return ME
        words = CHOICE_WORDS.get(field)
        if words is None:
            return said
        found = words.get(normal(said))
        if found is None:
            close = process.extractOne(normal(said), list(words), scorer=fuzz.ratio, score_cutoff=60)
            self._refuse(token, "choice", suggestion=close[0] if close else "")
        return found

    def _moment(self, field: Token, operator: Token, token: Token) -> _Read:
        """An age is compared by length ("> 30 days": longer ago), a day by order ("> 2026-01-31": later)."""
        age, ops = _age(token), FIELDS[field].ops
        value: Value
        if age is not None:
            value, op = age, _BY_AGE.get(operator)
        else:
            day = _day(str(token), self._today)
            if day is None:
                self._refuse(token, "day")
            value, op = day, _BY_DAY.get(operator)
        if op is None or op not in ops:
            self._refuse(operator, "operator")
        return _Read(Test(str(field), op, (value,)))

    def _refuse(self, token: Token, expected: str, *, suggestion: str = "") -> NoReturn:
        raise SegmentSyntax(
            position=_at(token), near=near(self._rule, _at(token)), expected=expected, suggestion=suggestion
        )


_BY_AGE = {
    ">": Op.OLDER,
    ">=": Op.OLDER,
    "before": Op.OLDER,
    "<": Op.WITHIN,
    "<=": Op.WITHIN,
    "after": Op.WITHIN,
    "since": Op.WITHIN,
    "within": Op.WITHIN,
}
_BY_DAY = {
    "=": Op.ON,
    "on": Op.ON,
    ">": Op.AFTER,
    "after": Op.AFTER,
    "<": Op.BEFORE,
    "before": Op.BEFORE,
    ">=": Op.SINCE,
    "since": Op.SINCE,
    "<=": Op.UNTIL,
    "until": Op.UNTIL,
}
_WRITTEN = {
    Op.IS: "=",
    Op.IS_NOT: "!=",
    Op.CONTAINS: "~",
    Op.BEFORE: "before",
    Op.AFTER: "after",
    Op.SINCE: "since",
    Op.UNTIL: "until",
    Op.ON: "on",
    Op.OLDER: "before",
    Op.WITHIN: "within",
}
_PRESENCE_WRITTEN = {
    ("last_contact", Op.PRESENT): "ever contacted",
    ("last_contact", Op.ABSENT): "never contacted",
    ("last_purchase", Op.PRESENT): "ever bought",
    ("last_purchase", Op.ABSENT): "never bought",
}
_SILENCE_WRITTEN = {"last_contact": "no contact for", "last_purchase": "no purchase for"}
_FIELD_WRITTEN = {"last_contact": "last contact", "last_purchase": "last purchase"}


def _render_test(test: Test) -> str:
    field = _FIELD_WRITTEN.get(test.field, test.field)
    if test.op in (Op.PRESENT, Op.ABSENT):
        plain = f"{'has' if test.op is Op.PRESENT else 'no'} {field}"
        return _PRESENCE_WRITTEN.get((test.field, test.op), plain)
    written = [_render_value(value) for value in test.values]
    if test.op is Op.SILENT:
        return f"{_SILENCE_WRITTEN[test.field]} {written[0]}"
    if test.op in (Op.IN, Op.NOT_IN):
        return f"{field} {'in' if test.op is Op.IN else 'not in'} ({', '.join(written)})"
    ago = " ago" if test.op is Op.OLDER else ""
    return f"{field} {_WRITTEN[test.op]} {written[0]}{ago}"


def _render_value(value: Value) -> str:
    if isinstance(value, Age):
        return f"{value.count} {value.unit.value}{'s' if value.count > 1 else ''}"
    return value.isoformat() if isinstance(value, date) else quoted(value)


def _at(token: Token) -> int:
    return token.start_pos or 0


_AGE = re.compile(r"(?P<head>[^\d]{0,24})(?P<count>\d{1,6})\s*(?P<rest>[^\d]{1,40})")


def _age(token: Token) -> Age | None:
    """`30 days ago`, `2 недели назад`, `3 เดือน`: a number, a unit, and words that change nothing."""
    found = _AGE.fullmatch(normal(str(token)))
    if found is None or found["head"].strip() not in AGE_HEADS:
        return None
    rest = found["rest"].strip()
    for unit in sorted(AGE_UNITS, key=len, reverse=True):
        if rest.startswith(unit) and rest.removeprefix(unit).strip(" .") in AGE_TAILS:
            if unit.isascii() and rest != unit and rest[len(unit)].isalpha():
                continue
            age = Age(int(found["count"]), AgeUnit(AGE_UNITS[unit]))
            return age if 0 < age.days <= MAX_AGE_DAYS else None
    return None


_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")
_BUDDHIST = 543


def _day(said: str, today: date) -> date | None:
    """A calendar day: ISO, day.month.year, day/month/year, today; years from 2400 on are Buddhist."""
    offset = DAY_WORDS.get(normal(said))
    if offset is not None:
        return today + timedelta(days=int(offset))
    if found := _ISO.fullmatch(said):
        year, month, day = map(int, found.groups())
    elif found := _DAY_FIRST.fullmatch(said):
        day, month, year = map(int, found.groups())
    else:
        return None
    try:
        read = date(year - _BUDDHIST if year >= 2400 else year, month, day)
    except ValueError:
        return None
    return read if EARLIEST <= read <= LATEST else None


def _unexpected(rule: str, error: UnexpectedToken) -> SegmentSyntax:
    token, allowed = error.token, error.accepts or error.expected
    position = len(rule) if token.type == "$END" else _at(token)
    expected = next((named for kind, named in _EXPECTED if kind in allowed), "joiner")
    return SegmentSyntax(position=position, near=near(rule, position), expected=expected)


_EXPECTED = (
    ("OP", "operator"),
    ("_COMMA", "list"),
    ("VALUE", "value"),
    ("FIELD", "field"),
    ("_RPAR", "bracket"),
    ("_AND", "joiner"),
)
