"""Where the product's `now` comes from: one object made in app/wiring.py and handed down.

Business time only; leases and durations use the host's own clocks, which nobody can move.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the present moment, aware and in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The host's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)
