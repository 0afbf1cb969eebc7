"""Values as JSON and back, by the types their dataclasses declare: what the mail parser's process answers with.

Enums, dates, tuples and dataclasses inside dataclasses come back as what they were; a field or an enum's word added later
needs nothing here. What a field holds by default is not written. Bytes do not pass: they travel behind the JSON.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Callable
from datetime import date
from enum import Enum
from functools import cache
from typing import Any

_Convert = Callable[[Any], Any]
_AS_IT_IS = (str, int, float, bool, type(None))


def written(value: Any) -> bytes:
    """What `plain` made, as bytes."""
    # What no database takes ends here at the latest: a lone surrogate of damaged mail becomes "?".
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def read(content: bytes) -> Any:
    """What `written` was given."""
    return json.loads(content)


def plain(value: Any, *, without: tuple[str, ...] = ()) -> Any:
    """`value` as JSON can hold it; `without` names fields of the outermost dataclass that are left out."""
    if type(value) in _AS_IT_IS:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):  # datetime too
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [one if type(one) in _AS_IT_IS else plain(one) for one in value]
    if isinstance(value, dict):
        return {key: one if type(one) in _AS_IT_IS else plain(one) for key, one in value.items()}
    fields = {}
    kind: Any = type(value)
    for name, default in _defaults(kind, without):
        held = getattr(value, name)
        if held is not default and held != default:
            fields[name] = held if type(held) in _AS_IT_IS else plain(held)
    return fields


def restored(kind: Any, value: Any) -> Any:
    """What `plain` was given, of the declared type `kind`. Raises TypeError or ValueError for what does not fit."""
    convert = _converter(kind)
    return value if convert is None else convert(value)


@cache
def _defaults(kind: Any, without: tuple[str, ...]) -> list[tuple[str, Any]]:
    # A field without a default holds nothing that equals MISSING.
    return [
        (one.name, one.default if one.default_factory is dataclasses.MISSING else one.default_factory())
        for one in dataclasses.fields(kind)
        if one.name not in without
    ]


@cache
def _converter(kind: Any) -> _Convert | None:
    """What makes a `kind` of its JSON; None where that is the same."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return _unless_none(_converter(next(one for one in inner if one is not types.NoneType)))
    if origin is tuple:
        return _each(_converter(inner[0]))
    if dataclasses.is_dataclass(kind):
        return _of_dataclass(kind)
    if isinstance(kind, type) and issubclass(kind, date):
        return kind.fromisoformat
    return kind if isinstance(kind, type) and issubclass(kind, Enum) else None


def _unless_none(convert: _Convert | None) -> _Convert | None:
    return None if convert is None else lambda value: None if value is None else convert(value)


def _each(convert: _Convert | None) -> _Convert:
    return tuple if convert is None else lambda value: tuple(map(convert, value))


def _of_dataclass(kind: Any) -> _Convert:
    converters = {name: _converter(hint) for name, hint in typing.get_type_hints(kind).items()}

    def convert(fields: dict[str, Any]) -> Any:
        for name, value in fields.items():
            one = converters[name]
            if one is not None:
                fields[name] = one(value)
        return kind(**fields)

    return convert
