"""The published description of the Bot API, when it is at hand: every call of the product is held against it.

Values arrive as strings in forms, so each is read by the types its parameter may have before it is judged.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

# What people wrote may well begin with attach:// and means no file.
_PROSE = frozenset({"text", "caption"})
SPEC_FILE = Path("telegram") / "bot-api-10.0.api.min.json"


class BotApiSpec:
    """Judges calls by the method list of `path` (the format of PaulSonOfLars/telegram-bot-api-spec)."""

    def __init__(self, path: Path) -> None:
        description = json.loads(path.read_text(encoding="utf-8"))
        self._types: dict[str, Any] = description["types"]
        self._methods = {
            name.lower(): (name, {part["name"]: part for part in method.get("fields", [])})
            for name, method in description["methods"].items()
        }

    def faults(self, method: str, values: dict[str, Any], uploads: set[str]) -> list[str]:
        """What is wrong with this call: unknown, missing and wrongly typed parameters. Empty when nothing is."""
        found = self._methods.get(method.lower())
        if found is None:
            return [f"unknown method {method}"]
        fields = found[1]
        typed = {name: _typed(value, fields[name]["types"]) for name, value in values.items() if name in fields}
        attached = set(_attachments([value for name, value in typed.items() if name not in _PROSE]))
        faults = [f"{name}: unknown parameter" for name in values if name not in fields]
        faults += [f"{name}: file nobody refers to" for name in uploads - attached - set(fields)]
        faults += [f"attach://{name}: no such file in the request" for name in attached - uploads]
        faults += [
            f"{name}: required"
            for name, part in fields.items()
            if part["required"] and not self._given(name, values, uploads)
        ]
        for name, value in typed.items():
            faults += self._check(value, fields[name]["types"], name)
        return faults

    @staticmethod
    def _given(name: str, values: dict[str, Any], uploads: set[str]) -> bool:
        return name in values or name in uploads

    def _check(self, value: Any, types: list[str], path: str) -> list[str]:
        shortest: list[str] | None = None
        for kind in types:
            faults = self._check_one(value, kind, path)
            if not faults:
                return []
            if shortest is None or len(faults) < len(shortest):
                shortest = faults
        return shortest or []

    def _check_one(self, value: Any, kind: str, path: str) -> list[str]:
        if kind.startswith("Array of "):
            if not isinstance(value, list):
                return [f"{path}: expected {kind}"]
            return [
                fault
                for index, item in enumerate(value)
                for fault in self._check(item, [kind.removeprefix("Array of ")], f"{path}[{index}]")
            ]
        plain = _PLAIN.get(kind)
        if plain is not None:
            return [] if plain(value) else [f"{path}: not {kind}"]
        described = self._types[kind]
        if described.get("subtypes"):
            return self._check(value, described["subtypes"], path)
        if not isinstance(value, dict):
            return [f"{path}: not {kind}"]
        fields = {part["name"]: part for part in described.get("fields", [])}
        faults = [f"{path}.{name}: unknown in {kind}" for name in value if name not in fields]
        faults += [
            f"{path}.{name}: required" for name, part in fields.items() if part["required"] and name not in value
        ]
        for name, item in value.items():
            if name in fields:
                faults += self._check(item, fields[name]["types"], f"{path}.{name}")
        return faults


def load_spec(directory: Path | None) -> BotApiSpec | None:
    """The description below `directory`, or None where it is missing."""
    path = directory / SPEC_FILE if directory is not None else None
    return BotApiSpec(path) if path is not None and path.is_file() else None


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_PLAIN: dict[str, Callable[[Any], bool]] = {
    "Integer": _is_integer,
    "Float": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "String": lambda value: isinstance(value, str),
    "Boolean": lambda value: isinstance(value, bool),
    # An upload stands as itself; an id, an address or attach:// as text.
    "InputFile": lambda value: not isinstance(value, int | float | list | dict),
}


def _typed(value: Any, types: list[str]) -> Any:
    if not isinstance(value, str):
        return value
    for kind in types:
        if kind == "Integer" and value.lstrip("-").isdigit():
            return int(value)
        if kind == "Boolean" and value.lower() in ("true", "false"):
            return value.lower() == "true"
        if kind == "Float":
            try:
                return float(value)
            except ValueError:
                continue
        if kind not in _PLAIN and value[:1] in ("{", "["):
            try:
                return json.loads(value)
            except ValueError:
                continue
    return value


def _attachments(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value.removeprefix("attach://")] if value.startswith("attach://") else []
    if isinstance(value, dict):
        value = list(value.values())
    return [name for item in value for name in _attachments(item)] if isinstance(value, list) else []
