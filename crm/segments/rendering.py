"""Writes a tree back as a rule in English words, so that reading it gives the same tree."""

from __future__ import annotations

from crm.segments.lexer import in_quotes
from crm.segments.nouns import WORDS, phrases
from crm.segments.values import written
from storage.filters import Age, AllOf, AnyOf, Node, Not, Op, Test, Value


def render(tree: Node) -> str:
    """The tree as a rule in English words."""
    if isinstance(tree, Test):
        return _test(tree) + _window(tree)
    if isinstance(tree, Not):
        return "not " + _bracketed(tree.part, AllOf, AnyOf)
    if isinstance(tree, AllOf):
        return " and ".join(_bracketed(part, AllOf, AnyOf) for part in tree.parts)
    return " or ".join(_bracketed(part, AnyOf) for part in tree.parts)


def subject(field: str, op: Op, name: str = "") -> str:
    """What stands before the value: `last contact within`, `field "Discount" >=`, `in segment`."""
    words = WORDS[field]
    if op is Op.SILENT:
        return phrases(words.silent)[0]
    called = phrases(words.field)[0] + (f" {in_quotes(name)}" if name else "")
    return called if op is Op.IS and words.implied else f"{called} {_WRITTEN[op]}"


def _bracketed(node: Node, *kinds: type) -> str:
    return f"({render(node)})" if isinstance(node, kinds) else render(node)


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
    Op.MORE: ">",
    Op.LESS: "<",
    Op.AT_LEAST: ">=",
    Op.AT_MOST: "<=",
    Op.COMING: "in",
}


def _test(test: Test) -> str:
    words = WORDS[test.field]
    name = f" {in_quotes(test.name)}" if test.name else ""
    if test.op in (Op.PRESENT, Op.ABSENT):
        return phrases(words.present if test.op is Op.PRESENT else words.absent)[0] + name
    said = [_value(test, value) for value in test.values]
    if test.op in (Op.IN, Op.NOT_IN):
        field = phrases(words.field)[0] + name
        return f"{field} {'in' if test.op is Op.IN else 'not in'} ({', '.join(said)})"
    ago = " ago" if test.op is Op.OLDER else ""
    return f"{subject(test.field, test.op, test.name)} {said[0]}{ago}"


def _window(test: Test) -> str:
    if test.window is None:
        return ""
    word = "since" if not isinstance(test.window, Age) else "for" if test.op is Op.ABSENT else "in"
    return f" {word} {written(test.window)}"


def _value(test: Test, value: Value) -> str:
    """In quotes stands what could be read as a number or a day, or, right behind the field, as a comparison."""
    told = bool(test.name) or WORDS[test.field].implied
    return in_quotes(value) if told and isinstance(value, str) else written(value)
