"""Reads a typed segment rule into an allow-listed tree; `rendering` writes it back, `parse(render(tree)) == tree`.

Nothing here touches the database; storage.filters gives the tree its meaning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from lark import Lark, Token, UnexpectedInput, UnexpectedToken

from crm.segments.errors import SegmentSyntax, SegmentTooComplex
from crm.segments.lexer import RuleLexer, is_quoted, near, normal
from crm.segments.values import age_of, count_of, day_of, money_of, number_of, since_of, yearless_of
from crm.segments.vocabulary import CHOICE_WORDS, ME_WORDS
from storage.filters import (
    FIELDS,
    MAX_DEPTH,
    MAX_NODES,
    MAX_VALUES,
    ME,
    ORDER,
    Age,
    AllOf,
    AnyOf,
    Field,
    Kind,
    Node,
    Not,
    Op,
    Test,
    Value,
)
from storage.spelling import closest

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


def today_in(zone: ZoneInfo, now: datetime) -> date:
    """The day it is in the zone."""
    return now.astimezone(zone).date()


class _Read:
    """A node while it is read, with its size, so that a deep rule is refused before anything walks it."""

    __slots__ = ("depth", "node", "nodes", "values")

    def __init__(self, node: Node, *, nodes: int = 1, depth: int = 1, values: int = 0) -> None:
        if nodes > MAX_NODES:
            raise SegmentTooComplex(limit="nodes", most=MAX_NODES)
        if depth > MAX_DEPTH:
            raise SegmentTooComplex(limit="depth", most=MAX_DEPTH)
        if values > MAX_VALUES:
            raise SegmentTooComplex(limit="values", most=MAX_VALUES)
        self.node, self.nodes, self.depth, self.values = node, nodes, depth, values


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
        return _Read(Not(read.node), nodes=read.nodes + 1, depth=read.depth + 1, values=read.values)

    def implied(self, children: list[Token]) -> _Read:
        return self._compared(children[0], "=", children[1])

    def compared(self, children: list[Token]) -> _Read:
        return self._compared(*children)

    def within_or_listed(self, children: list[Token]) -> _Read:
        """`birthday in 7 days`, `last purchase in 30 days`, and `city in Riga`: a list of one."""
        subject, value = children
        field, ops = _field(subject), _field(subject).ops
        is_length = not self._is_quoted(value) and (field.kind is not Kind.OWN or any(map(str.isdigit, value)))
        if is_length and (age := age_of(value)) is not None and ops & {Op.COMING, Op.WITHIN}:
            return self._read(subject, Op.COMING if Op.COMING in ops else Op.WITHIN, [age], value)
        return self.listed(children)

    def listed(self, children: list[Token]) -> _Read:
        return self._matched(children[0], Op.IN, children[1:])

    def unlisted(self, children: list[Token]) -> _Read:
        return self._matched(children[0], Op.NOT_IN, children[1:])

    def differs(self, children: list[Token]) -> _Read:
        return self._matched(children[0], Op.IS_NOT, children[1:])

    def never(self, children: list[Token]) -> _Read:
        (subject,) = (child for child in children if child.type == "FIELD")
        return self._read(subject, Op.ABSENT, [], subject)

    def presence(self, children: list[Token]) -> _Read:
        field, op, *name = children[0].split(":", 2)
        return _Read(Test(field, Op(op), name=self._named(children[0], name)))

    def silence(self, children: list[Token]) -> _Read:
        field, value = children
        age = age_of(value)
        if age is not None:
            return _Read(Test(str(field), Op.SILENT, (age,)))
        day = since_of(value, self._today)
        if day is None:
            self._refuse(value, "age")
        return _Read(Not(Test(str(field), Op.SINCE, (day,))), nodes=2, depth=2, values=1)

    def window(self, children: list[Token]) -> Age | date:
        (value,) = children
        found = age_of(value) or day_of(value, self._today)
        if found is None:
            self._refuse(value, "since")
        return found

    def lately(self, children: list[Any]) -> _Read:
        """The lexer offers a window only where the field takes one."""
        read, window = children
        return _Read(replace(read.node, window=window), values=read.values)

    def _joined(self, kind: type[AllOf] | type[AnyOf], children: list[_Read]) -> _Read:
        return _Read(
            kind(tuple(child.node for child in children)),
            nodes=1 + sum(child.nodes for child in children),
            depth=1 + max(child.depth for child in children),
            values=sum(child.values for child in children),
        )

    def _compared(self, subject: Token, operator: str, token: Token) -> _Read:
        """What a sign means depends on the field: "> 30 days" is longer ago, "> 2026-01-31" later, "> 3" more."""
        field = _field(subject)
        if field.kind is Kind.MOMENT:
            return self._moment(subject, operator, token)
        if field.kind is Kind.DAY:
            return self._of_a_year(subject, operator, token)
        if field.kind is Kind.OWN and operator in _COMING and (age := age_of(token)) is not None:
            return self._read(subject, Op.COMING, [age], token)
        table = _BY_SIZE if field.ops & {Op.MORE} else _BY_TEXT
        op = table.get(operator)
        if op is None or op not in field.ops:
            self._refuse(operator if isinstance(operator, Token) else token, "operator")
        if op in (Op.IS, Op.IS_NOT):
            return self._matched(subject, op, [token])
        value = self._value(subject, token, text=op is Op.CONTAINS)
        if op in ORDER and isinstance(value, str):
            self._refuse(token, "size")
        return self._read(subject, op, [value], token)

    def _moment(self, subject: Token, operator: str, token: Token) -> _Read:
        sign = operator if isinstance(operator, Token) else None
        value: Age | date | None = age_of(token)
        op = (_BY_AGE if value is not None else _BY_DAY).get(operator)
        value = value or day_of(token, self._today)
        if value is None:
            self._refuse(token, "day" if sign else "operator")
        if op is None or op not in _field(subject).ops:
            self._refuse(sign or token, "operator")
        return self._read(subject, op, [value], token)

    def _of_a_year(self, subject: Token, operator: str, token: Token) -> _Read:
        age = age_of(token)
        if age is not None and operator in _COMING:
            return self._read(subject, Op.COMING, [age], token)
        if operator not in ("=", "on"):
            self._refuse(operator if isinstance(operator, Token) else token, "operator")
        day = day_of(token, self._today) or yearless_of(token)
        if day is None:
            self._refuse(token, "day")
        return self._read(subject, Op.ON, [day], token)

    def _matched(self, subject: Token, op: Op, tokens: Sequence[Token]) -> _Read:
        if op not in _field(subject).ops:
            self._refuse(tokens[0], "operator")
        return self._read(subject, op, [self._value(subject, token) for token in tokens], tokens[0])

    def _read(self, subject: Token, op: Op, values: Sequence[Value], at: Token) -> _Read:
        name, *own = subject.split(":", 1)
        if op not in FIELDS[name].ops:
            self._refuse(at, "operator")
        return _Read(Test(name, op, tuple(values), name=self._named(subject, own)), values=len(values))

    def _named(self, token: Token, name: list[str]) -> str:
        said = " ".join(name).strip()
        if name and not 0 < len(said) <= MAX_VALUE:
            self._refuse(token, "name")
        return said

    def _value(self, subject: Token, token: Token, *, text: bool = False) -> Value:
        """One value as the field understands it."""
        field, said = _field(subject), str(token).strip()
        if not said or len(said) > MAX_VALUE:
            self._refuse(token, "value")
        if field.kind is Kind.COUNT:
            return self._must(token, "number", count_of(said))
        if field.kind is Kind.MONEY:
            return self._must(token, "money", money_of(said))
        if field.kind is Kind.OWN:
            return said if text or self._is_quoted(token) else self._own(said)
        if subject == "owner" and normal(said) in ME_WORDS:
            return ME
        words = CHOICE_WORDS.get(subject)
        if words is None:
            return said
        found = words.get(normal(said))
        if found is None:
            close = closest(normal(said), words, at_least=60)
            self._refuse(token, "choice", suggestion=close[0] if close else "")
        return found

    def _own(self, said: str) -> Value:
        """A number or a day where it is written as one; text in quotes stays text."""
        number = number_of(said)
        return number if number is not None else day_of(said, self._today) or said

    def _must(self, token: Token, expected: str, value: Value | None) -> Value:
        if value is None:
            self._refuse(token, expected)
        return value

    def _is_quoted(self, token: Token) -> bool:
        return is_quoted(self._rule, _at(token))

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
_BY_TEXT = {"=": Op.IS, "!=": Op.IS_NOT, "~": Op.CONTAINS}
_BY_SIZE = {
    **_BY_TEXT,
    "on": Op.IS,
    ">": Op.MORE,
    "after": Op.MORE,
    "<": Op.LESS,
    "before": Op.LESS,
    ">=": Op.AT_LEAST,
    "since": Op.AT_LEAST,
    "<=": Op.AT_MOST,
    "until": Op.AT_MOST,
}
_COMING = frozenset({"coming", "within"})


def _field(subject: Token) -> Field:
    return FIELDS[subject.partition(":")[0]]


def _at(token: Token) -> int:
    return token.start_pos or 0


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
