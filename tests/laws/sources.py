"""The product's sources, read once: paths and syntax trees for the laws."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("app", "bot", "channels", "crm", "sandbox", "scheduler", "storage", "web")
PRODUCT = tuple(room for room in ROOMS if room != "sandbox")
GENERATED = "storage/migrations/versions/"


@cache
def modules(rooms: tuple[str, ...] = ROOMS) -> dict[str, ast.Module]:
    """Every module of the rooms by its path, migrations left out (they are written by a tool)."""
    found = {}
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if not name.startswith(GENERATED):
                found[name] = ast.parse(path.read_text(encoding="utf-8"), filename=name)
    return found


def called(node: ast.Call) -> str:
    """The dotted name of what is called, as far as it is one: `datetime.now`, `session.commit`."""
    parts: list[str] = []
    target: ast.expr = node.func
    while isinstance(target, ast.Attribute):
        parts.append(target.attr)
        target = target.value
    if isinstance(target, ast.Name):
        parts.append(target.id)
    return ".".join(reversed(parts))
