"""What the doctor's checks find: how one thing stands, and the fix."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from app.settings import Settings


class State(StrEnum):
    OK = "ok"
    OFF = "off"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True)
class Finding:
    """How one thing stands; `fix` is empty where nothing is to be done."""

    name: str
    state: State
    said: str
    fix: str = ""

    def as_dict(self) -> dict[str, str]:
        return {"check": self.name, "state": self.state.value, "said": self.said, "fix": self.fix}


Check = Callable[[Settings], Awaitable[Finding]]
