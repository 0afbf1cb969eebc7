"""Places in an automation's steps: `2`, `2.yes.0`, `2.no.1`; what stands there and what comes after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from crm.automations.definition import Branch, Definition, Step, Wait, WaitFor

FIRST: Final = "0"
END: Final = "end"  # past the last step, where a last wait is sat out
_BRANCHES: Final = ("yes", "no", "came", "missed")


class NoSuchPlace(Exception):
    """The steps have no such place: they were written for another version of the product, or the row is damaged."""


def step_at(definition: Definition, place: str) -> Step:
    """What stands at a place. Raises NoSuchPlace."""
    steps, number = _within(definition, place)
    return steps[number]


def after(definition: Definition, place: str) -> str:
    """The place that follows: the next in the list, else what follows the step whose branch ended; END after all."""
    while True:
        steps, number = _within(definition, place)
        outer, dot, _ = place.rpartition(".")
        if number + 1 < len(steps):
            return f"{outer}{dot}{number + 1}"
        if not dot:
            return END
        place = outer.rpartition(".")[0]


def into(definition: Definition, place: str, branch: str) -> str:
    """The first place of a branch of the step at `place`; of an empty branch what follows the step."""
    step = step_at(definition, place)
    return f"{place}.{branch}.0" if getattr(step, branch, ()) else after(definition, place)


def first(definition: Definition) -> str:
    return FIRST if definition.steps else END


def every(definition: Definition) -> list[tuple[str, Step]]:
    """All places with their steps, in the order they are read."""
    return _every(definition.steps, "")


def _every(steps: tuple[Step, ...], before: str) -> list[tuple[str, Step]]:
    found: list[tuple[str, Step]] = []
    for number, step in enumerate(steps):
        place = f"{before}{number}"
        found.append((place, step))
        for branch in _BRANCHES:
            found += _every(getattr(step, branch, ()), f"{place}.{branch}.")
    return found


def _within(definition: Definition, place: str) -> tuple[tuple[Step, ...], int]:
    """The list a place is in, and its number there."""
    parts = place.split(".")
    steps = definition.steps
    if len(parts) % 2 == 0:
        raise NoSuchPlace(place)
    for position in range(0, len(parts) - 1, 2):
        step, branch = _numbered(steps, parts[position], place), parts[position + 1]
        if not isinstance(step, Branch | WaitFor) or branch not in _BRANCHES or not hasattr(step, branch):
            raise NoSuchPlace(place)
        steps = getattr(step, branch)
    _numbered(steps, parts[-1], place)
    return steps, int(parts[-1])


def _numbered(steps: tuple[Step, ...], number: str, place: str) -> Step:
    if not (number.isascii() and number.isdecimal()) or int(number) >= len(steps):
        raise NoSuchPlace(place)
    return steps[int(number)]


def longest_wait(steps: Sequence[Step]) -> timedelta:
    """How long the steps wait on the slowest way through them; an hour that is waited for counts as nothing."""
    total = timedelta()
    for step in steps:
        match step:
            case Wait():
                total += step.length
            case WaitFor():
                total += max(step.timeout + longest_wait(step.missed), longest_wait(step.came))
            case Branch():
                total += max(longest_wait(step.yes), longest_wait(step.no))
    return total
