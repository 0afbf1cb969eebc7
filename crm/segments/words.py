"""Says a segment's rule back in words, in the reader's language, so that what was understood can be seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from crm import wording
from crm.segments.nouns import WORDS
from crm.segments.values import written
from storage.filters import FIELDS, ME, ORDER, Age, AllOf, AnyOf, Kind, Money, Node, Not, Op, Test, Value
from storage.models import Language


def describe(tree: Node, language: Language) -> str:
    """The rule in words: `city is Bangkok, and tag is not vip, and last contact more than 30 days ago`."""
    if isinstance(tree, Test):
        return _test(tree, language)
    if isinstance(tree, Not):
        turned = _turned(tree.part)
        return describe(turned, language) if turned else _say(language, "not", part=describe(tree.part, language))
    joiner = _say(language, "and" if isinstance(tree, AllOf) else "or")
    parts = [f"({said})" if isinstance(part, AllOf | AnyOf) else said for part, said in _said(tree, language)]
    return f" {joiner} ".join(parts)


@lru_cache(maxsize=1)
def _catalogue() -> wording.Wording:
    return wording.Wording(Path(__file__).parent.parent / "locale")


def _say(language: Language, key: str, **arguments: object) -> str:
    return _catalogue().text(language, f"segments-{key}", arguments)


def _said(tree: AllOf | AnyOf, language: Language) -> list[tuple[Node, str]]:
    return [(part, describe(part, language)) for part in tree.parts]


_OPPOSITES = {
    Op.IS: Op.IS_NOT,
    Op.IS_NOT: Op.IS,
    Op.IN: Op.NOT_IN,
    Op.NOT_IN: Op.IN,
    Op.PRESENT: Op.ABSENT,
    Op.ABSENT: Op.PRESENT,
    Op.SILENT: Op.WITHIN,
    Op.MORE: Op.AT_MOST,
    Op.AT_MOST: Op.MORE,
    Op.LESS: Op.AT_LEAST,
    Op.AT_LEAST: Op.LESS,
}


def _turned(node: Node) -> Node | None:
    """The opposite test where the language has a plainer way to say it than `not (…)`."""
    if isinstance(node, Not):
        return node.part
    if isinstance(node, Test) and node.op in _OPPOSITES:
        # A custom field that is not there is neither more nor at most.
        if node.name and node.op in ORDER:
            return None
        return replace(node, op=_OPPOSITES[node.op])
    return None


def _test(test: Test, language: Language) -> str:
    said = _bare(test, language)
    if test.window is None:
        return said
    if isinstance(test.window, Age):
        return _say(
            language, "lately", said=said, age=_say(language, f"age-{test.window.unit.value}", n=test.window.count)
        )
    return _say(language, "since-day", said=said, day=_day(test.window, language))


def _bare(test: Test, language: Language) -> str:
    named = test.field.replace("_", "-")
    if test.op in (Op.PRESENT, Op.ABSENT):
        return _say(language, f"{test.op.value}-{named}", name=test.name)
    if test.op is Op.SILENT:
        return _say(language, f"silent-{named}", age=_value(test, test.values[0], language))
    values = [_value(test, value, language) for value in test.values]
    if WORDS[test.field].implied and test.op in (Op.IS, Op.IS_NOT):
        return _say(language, f"{test.op.value.replace('_', '-')}-{named}", value=values[0])
    field = _say(language, f"field-{named}", name=test.name)
    if test.op in (Op.IN, Op.NOT_IN):
        said = f" {_say(language, 'or')} ".join(values)
        return _say(language, "is" if test.op is Op.IN else "is-not", field=field, value=said)
    return _say(language, _compared(test.field, test.op), field=field, value=values[0])


def _compared(field: str, op: Op) -> str:
    """The message of a comparison: a number of things is not, as a thing is, another."""
    said = op.value.replace("_", "-")
    return f"{said}-count" if FIELDS[field].kind is Kind.COUNT and op in (Op.IS, Op.IS_NOT) else said


def _value(test: Test, value: Value, language: Language) -> str:
    if isinstance(value, Age):
        key = "age" if test.op in (Op.SILENT, Op.COMING) else "than"
        return _say(language, f"{key}-{value.unit.value}", n=value.count)
    if isinstance(value, date):
        of_any_year = FIELDS[test.field].kind is Kind.DAY
        return wording.day_of_year(value, language=language) if of_any_year else _day(value, language)
    if isinstance(value, Money):
        return wording.money(value.minor, currency=value.currency, language=language)
    if isinstance(value, int | float):
        return written(value)
    if test.field == "owner" and value == ME:
        return _say(language, "me")
    if FIELDS[test.field].kind is Kind.CHOICE:
        group = "consent" if test.field.startswith("consent") else test.field
        return _say(language, f"{group}-{value}")
    return value


def _day(value: date, language: Language) -> str:
    return wording.day(datetime.combine(value, time(), tzinfo=UTC), zone=ZoneInfo("UTC"), language=language)


def field_name(field: str, language: Language, name: str = "") -> str:
    """A field as a button names it."""
    named = field.replace("_", "-")
    said = WORDS[field]
    if said.field is None or said.implied:
        key = f"is-{named}" if said.implied and said.present is None else f"present-{named}"
        return _say(language, key, name=name, value="…")
    key = "label" if FIELDS[field].kind in (Kind.COUNT, Kind.MONEY) else "field"
    return _say(language, f"{key}-{named}", name=name or "…")


def comparison_name(field: str, op: Op, language: Language, name: str = "") -> str:
    """A comparison of a field with its value left open: `calls at least …`."""
    if op in (Op.PRESENT, Op.ABSENT):
        return _bare(Test(field, op, name=name), language)
    named = field.replace("_", "-")
    if op is Op.SILENT:
        return _say(language, f"silent-{named}", age="…")
    if WORDS[field].implied:
        return _say(language, f"{op.value.replace('_', '-')}-{named}", value="…")
    return _say(language, _compared(field, op), field=_say(language, f"field-{named}", name=name), value="…")


def value_name(test: Test, language: Language) -> str:
    """The test's value alone, as a button names it; the whole test where it has none."""
    if not test.values:
        return _test(test, language)
    return ", ".join(_value(test, value, language) for value in test.values)


def window_name(window: Age | date, language: Language) -> str:
    """Since when, alone: `in the last 30 days`."""
    if isinstance(window, Age):
        age = _say(language, f"age-{window.unit.value}", n=window.count)
        return _say(language, "lately", said="", age=age).strip()
    return _say(language, "since-day", said="", day=_day(window, language)).strip()
