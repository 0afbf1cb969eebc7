"""Says a segment's rule back in words, in the reader's language, so that what was understood can be seen."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from crm import wording
from storage.filters import ME, Age, AllOf, AnyOf, Node, Not, Op, Test, Value
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
}


def _turned(node: Node) -> Node | None:
    """The opposite test where the language has a plainer way to say it than `not (…)`."""
    if isinstance(node, Not):
        return node.part
    if isinstance(node, Test) and node.op in _OPPOSITES:
        return Test(node.field, _OPPOSITES[node.op], node.values)
    return None


def _test(test: Test, language: Language) -> str:
    named = test.field.replace("_", "-")
    if test.op in (Op.PRESENT, Op.ABSENT):
        return _say(language, f"{test.op.value}-{named}")
    if test.op is Op.SILENT:
        return _say(language, f"silent-{named}", age=_value(test, test.values[0], language))
    field = _say(language, f"field-{named}")
    values = [_value(test, value, language) for value in test.values]
    if test.op in (Op.IN, Op.NOT_IN):
        said = f" {_say(language, 'or')} ".join(values)
        return _say(language, "is" if test.op is Op.IN else "is-not", field=field, value=said)
    return _say(language, test.op.value.replace("_", "-"), field=field, value=values[0])


def _value(test: Test, value: Value, language: Language) -> str:
    if isinstance(value, Age):
        key = "age" if test.op is Op.SILENT else "than"
        return _say(language, f"{key}-{value.unit.value}", n=value.count)
    if isinstance(value, date):
        return wording.day(datetime.combine(value, time(), tzinfo=UTC), zone=ZoneInfo("UTC"), language=language)
    if test.field == "owner" and value == ME:
        return _say(language, "me")
    if test.field in ("language", "lifecycle"):
        return _say(language, f"{test.field}-{value}")
    return value
