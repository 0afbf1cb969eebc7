"""Faults on demand: what a stand-in should do wrong, to whom, and how often.

One `Fault` per server (telegram, smtp, imap, twilio), set over the control API or by a test.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from aiohttp import web

SERVERS = ("telegram", "smtp", "imap", "twilio")


class Harm(StrEnum):
    """What happens to one call."""

    NONE = "none"
    DROP = "drop"
    """The connection is cut before anything is done."""
    REFUSE = "refuse"
    """Answered with an error code; nothing is done."""
    ACCEPT_THEN_DROP = "accept_then_drop"
    """Done, but the answer never arrives."""
    RATE_LIMIT = "rate_limit"
    """Refused with the server's own "too many requests"."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do with one call: wait `delay` seconds, then do `harm`."""

    harm: Harm = Harm.NONE
    delay: float = 0.0
    code: int = 0
    text: str = ""
    retry_after: int = 0


FINE = Verdict()


@dataclass(slots=True)
class Fault:
    """One server's fault.

    `delay` seconds before every call; then the first of `drop`, `refuse` (a code), `rate_limit`, `accept_then_drop`.
    `rate_limit` is the seconds of one window of refusals, or {"per_second": n, "retry_after": s}.
    `only` limits it to labels (method, recipient, number; wildcards allowed), `odds` to a share of the calls, `times`
    to so many calls. `stage` is the SMTP command to harm (connect, mail, rcpt, data). `bounce` lists addresses the
    mail server accepts and later returns; `undelivered` is the Twilio error code of messages that never arrive.
    """

    delay: float = 0.0
    drop: bool = False
    refuse: int = 0
    text: str = ""
    rate_limit: float | Mapping[str, float] | None = None
    accept_then_drop: bool = False
    only: tuple[str, ...] = ()
    odds: float = 1.0
    times: int | None = None
    stage: str = ""
    bounce: tuple[str, ...] = ()
    undelivered: int = 0
    _window_ends: float | None = None
    _tokens: float = 0.0
    _refilled: float = 0.0
    _random: random.Random = field(default_factory=lambda: random.Random(20261124))

    def judge(self, *labels: str, stage: str = "") -> Verdict:
        """Decide about one call known by `labels`, at `stage` where the server has several."""
        if self.times == 0 or not self._concerns(labels, stage):
            return FINE
        harm = self._harm()
        if harm is Harm.NONE and not self.delay:
            return FINE
        if self.odds < 1 and self._random.random() >= self.odds:
            return FINE
        retry_after = 0
        if harm is Harm.RATE_LIMIT:
            retry_after = self._seconds_to_wait()
            if not retry_after:
                harm = Harm.NONE
        if self.times is not None:
            self.times -= 1
        return Verdict(harm=harm, delay=self.delay, code=self.refuse, text=self.text, retry_after=retry_after)

    def bounces(self, address: str) -> bool:
        return any(fnmatchcase(address.lower(), pattern.lower()) for pattern in self.bounce)

    def _concerns(self, labels: tuple[str, ...], stage: str) -> bool:
        if self.stage and stage and stage != self.stage:
            return False
        return not self.only or any(
            fnmatchcase(label.lower(), pattern.lower()) for label in labels for pattern in self.only
        )

    def _harm(self) -> Harm:
        if self.drop:
            return Harm.DROP
        if self.refuse:
            return Harm.REFUSE
        if self.rate_limit:
            return Harm.RATE_LIMIT
        if self.accept_then_drop:
            return Harm.ACCEPT_THEN_DROP
        return Harm.NONE

    def _seconds_to_wait(self) -> int:
        now = time.monotonic()
        if isinstance(self.rate_limit, Mapping):
            rate = float(self.rate_limit.get("per_second", 1))
            burst = max(rate, 1.0)
            self._tokens = min(burst, self._tokens + (now - self._refilled) * rate) if self._refilled else burst
            self._refilled = now
            if self._tokens >= 1:
                self._tokens -= 1
                return 0
            return max(1, math.ceil(float(self.rate_limit.get("retry_after", 1))))
        if self._window_ends is None:
            self._window_ends = now + float(self.rate_limit or 0)
        return max(0, math.ceil(self._window_ends - now))


class Faults:
    """The faults of all servers."""

    def __init__(self) -> None:
        self.telegram = Fault()
        self.smtp = Fault()
        self.imap = Fault()
        self.twilio = Fault()

    def change(self, wanted: Mapping[str, Mapping[str, Any] | None]) -> None:
        """Set the servers named in `wanted`; an empty or null fault heals. Raises ValueError naming what is unknown."""
        known = {item.name: item for item in fields(Fault) if not item.name.startswith("_")}
        fresh: dict[str, Fault] = {}
        for server, settings in wanted.items():
            if server not in SERVERS:
                raise ValueError(f"unknown server {server!r}, use one of {', '.join(SERVERS)}")
            unknown = set(settings or {}) - set(known)
            if unknown:
                raise ValueError(f"unknown fault {sorted(unknown)[0]!r}, use one of {', '.join(known)}")
            fresh[server] = Fault(**{name: _plain(name, value) for name, value in (settings or {}).items()})
        for server, fault in fresh.items():
            setattr(self, server, fault)

    def describe(self) -> dict[str, dict[str, Any]]:
        """What is set now, by server; healthy servers have an empty entry."""
        healthy = Fault()
        names = [item.name for item in fields(Fault) if not item.name.startswith("_")]
        return {
            server: {
                name: getattr(getattr(self, server), name)
                for name in names
                if getattr(getattr(self, server), name) != getattr(healthy, name)
            }
            for server in SERVERS
        }


def cut_connection(request: web.Request) -> web.Response:
    """Close the connection without a word; the response returned reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _plain(name: str, value: Any) -> Any:
    if name in ("only", "bounce"):
        return (value,) if isinstance(value, str) else tuple(value)
    if name in ("delay", "odds"):
        return float(value)
    if name in ("refuse", "undelivered"):
        return int(value or 0)
    if name == "times":
        return None if value is None else int(value)
    if name == "rate_limit" and isinstance(value, int | float | str):
        return float(value or 0)
    return value
