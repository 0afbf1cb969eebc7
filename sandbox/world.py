"""The people around the product, what has changed for each of them, and a record of every call on the wire.

Everything here lives in memory: the demo's people forget when it stops, the product does not.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

CALLS_KEPT = 20_000
VIOLATIONS_KEPT = 1_000


class Clock(Protocol):
    def now(self) -> datetime: ...


@dataclass(slots=True)
class Person:
    """Somebody with a Telegram account, a mailbox, a phone, or several of them."""

    id: str
    name: str
    role: str
    language: str = "en"
    telegram_id: int | None = None
    email: str | None = None
    phone: str | None = None
    client_id: int | None = None
    username: str | None = None

    def describe(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "role": self.role,
            "language": self.language,
            "client_id": self.client_id,
            "telegram_id": self.telegram_id,
            "email": self.email,
            "phone": self.phone,
        }


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the product to a stand-in: which server, what it asked for, how it was answered."""

    server: str
    method: str
    status: int | str
    at: float
    to: str = ""

    def describe(self) -> dict[str, Any]:
        return {"server": self.server, "method": self.method, "status": self.status, "at": self.at, "to": self.to}


class UnknownPersonError(LookupError):
    """Nobody of that name lives here."""


@dataclass(slots=True)
class World:
    """The registry of people, with one sequence number for "something changed for them"."""

    clock: Clock
    people: dict[str, Person] = field(default_factory=dict)
    seq: int = 0
    calls: deque[Call] = field(default_factory=lambda: deque(maxlen=CALLS_KEPT))
    call_counts: Counter[tuple[str, str, int | str]] = field(default_factory=Counter)
    violations: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=VIOLATIONS_KEPT))
    _changed: dict[str, int] = field(default_factory=dict)
    _waiting: set[asyncio.Future[None]] = field(default_factory=set)
    _by_telegram: dict[int, Person] = field(default_factory=dict)
    _by_email: dict[str, Person] = field(default_factory=dict)
    _by_phone: dict[str, Person] = field(default_factory=dict)

    def add(self, person: Person) -> None:
        """Register `person`, replacing whoever had the id."""
        self.people[person.id] = person
        if person.telegram_id is not None:
            self._by_telegram[person.telegram_id] = person
        if person.email is not None:
            self._by_email[person.email.lower()] = person
        if person.phone is not None:
            self._by_phone[person.phone] = person
        self.touch(person)

    def person(self, person_id: str) -> Person:
        try:
            return self.people[person_id]
        except KeyError:
            raise UnknownPersonError(f"nobody here has the id {person_id!r}") from None

    def by_telegram(self, telegram_id: int) -> Person | None:
        return self._by_telegram.get(telegram_id)

    def by_email(self, address: str) -> Person | None:
        return self._by_email.get(address.lower())

    def by_phone(self, number: str) -> Person | None:
        return self._by_phone.get(number)

    def touch(self, person: Person | None = None) -> None:
        """Note that something changed for `person` (or for all: the clock) and wake whoever waits."""
        self.seq += 1
        if person is not None:
            self._changed[person.id] = self.seq
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    def changed_after(self, seq: int) -> list[str]:
        return sorted(person_id for person_id, last in self._changed.items() if last > seq)

    async def wait_for_change(self, *, after: int, timeout_s: float) -> None:
        """Return when the sequence has passed `after`, at the latest after `timeout_s` seconds."""
        if self.seq > after:
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await asyncio.wait({future}, timeout=timeout_s)
        finally:
            self._waiting.discard(future)
            future.cancel()

    def release_waiters(self) -> None:
        """Let every long poll end: the servers are stopping."""
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    def record_call(self, server: str, method: str, status: int | str, *, to: str = "") -> None:
        self.calls.append(Call(server, method, status, self.clock.now().timestamp(), to))
        self.call_counts[server, method, status] += 1

    def counts(self) -> Iterator[dict[str, Any]]:
        for (server, method, status), count in sorted(self.call_counts.items(), key=str):
            yield {"server": server, "method": method, "status": status, "count": count}
