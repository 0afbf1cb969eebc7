"""How fast a channel may go: token buckets of this process, and pauses that a provider asked of all of us.

Durations are monotonic. Pauses live in `rate_pause` (storage.queries.outbox), so that every process keeps them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable

Monotonic = Callable[[], float]


class Bucket:
    """`rate` tokens a second, at most `burst` at once."""

    def __init__(self, *, rate: float, burst: float, monotonic: Monotonic = time.monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._tokens = burst
        self._monotonic = monotonic
        self._at = monotonic()

    def ready_in(self, tokens: float = 1) -> float:
        """Seconds until `tokens` are there. More than the burst is asked for as the whole burst."""
        self._refill()
        return max(0.0, (min(tokens, self._burst) - self._tokens) / self._rate)

    def take(self, tokens: float = 1) -> None:
        """Takes them; the bucket may go below nothing, and the next one waits the longer."""
        self._refill()
        self._tokens -= tokens

    def _refill(self) -> None:
        at = self._monotonic()
        self._tokens = min(self._burst, self._tokens + (at - self._at) * self._rate)
        self._at = at


class Spacing:
    """At least `interval` seconds between two takings of the same key (a chat)."""

    def __init__(self, *, interval: float, monotonic: Monotonic = time.monotonic, keep: int = 10_000) -> None:
        self._interval = interval
        self._monotonic = monotonic
        self._keep = keep
        self._free_at: dict[Hashable, float] = {}

    def ready_in(self, key: Hashable) -> float:
        return max(0.0, self._free_at.get(key, 0.0) - self._monotonic())

    def take(self, key: Hashable, *, interval: float | None = None) -> None:
        at = self._monotonic()
        if len(self._free_at) >= self._keep:
            self._free_at = {known: free for known, free in self._free_at.items() if free > at}
        self._free_at[key] = at + (self._interval if interval is None else interval)
