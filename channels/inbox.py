"""Everything in is a row first: store what arrived, hand it out lane by lane, close it once.

All functions run in the caller's unit of work (a session or a bare connection), so the effect and `processed_at` are one commit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from storage.database import Database
from storage.models import InboxSource
from storage.queries import inbox as rows
from storage.queries.inbox import Unit

MAX_TRIES = 5
RAW_FILE = "raw_file"  # in a payload: the SHA-256 of a large mail in the file store
SMALL = 1024 * 1024  # bytes; larger mails are not held in memory whole
_TOGETHER = 8 * 1024 * 1024
_ERROR_LIMIT = 2000
# SQLite takes 32,766 parameters in a statement; a row has seven.
_INSERT_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Arrival:
    """One thing that came in; `external_id` is the sender's own id (update_id, SID, uidvalidity:uid)."""

    external_id: str
    lane: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict)
    raw: bytes | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row to be handled. `tries` counts the failures before this one."""

    id: int
    source: InboxSource
    external_id: str
    lane: str
    payload: dict[str, Any]
    raw: bytes | None
    received_at: datetime
    tries: int


@dataclass(frozen=True, slots=True)
class WaitingMail:
    """An email to be read; `size` is that of what lies in the row. A large one's `raw` is empty: it is read in pieces."""

    id: int
    external_id: str
    lane: str
    payload: dict[str, Any]
    received_at: datetime
    tries: int
    size: int
    raw: bytes | None

    @property
    def is_large(self) -> bool:
        """Whether it lies elsewhere, or is more than anybody wants whole in memory."""
        return self.raw is None and (self.size > 0 or RAW_FILE in self.payload)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A row whose effect is committed and whose answer was decided, but perhaps not said (a crash between the two)."""

    id: int
    lane: str
    payload: dict[str, Any]
    answer: list[Any]
    processed_at: datetime


async def store(
    unit: Unit,
    *,
    source: InboxSource,
    external_id: str,
    now: datetime,
    lane: str = "",
    payload: Mapping[str, Any] | None = None,
    raw: bytes | None = None,
) -> int | None:
    """Writes one arrival down and returns its id; None when it was there already."""
    new = await store_many(
        unit, source=source, arrivals=[Arrival(external_id, lane, dict(payload or {}), raw)], now=now
    )
    return new[0] if new else None


async def store_many(unit: Unit, *, source: InboxSource, arrivals: Sequence[Arrival], now: datetime) -> list[int]:
    """Writes arrivals down in their order and returns the ids of those that were new."""
    return sorted((await store_named(unit, source=source, arrivals=arrivals, now=now)).values())


async def store_named(unit: Unit, *, source: InboxSource, arrivals: Sequence[Arrival], now: datetime) -> dict[str, int]:
    """As `store_many`, but the new ids by external id."""
    new: dict[str, int] = {}
    for group in _groups(arrivals):
        new |= await rows.add(
            unit,
            [
                {
                    "source": source,
                    "external_id": arrival.external_id,
                    "lane": arrival.lane,
                    "payload": dict(arrival.payload),
                    "raw": arrival.raw,
                    "received_at": now,
                    "tries": 0,
                }
                for arrival in group
            ],
        )
    return new


def _groups(arrivals: Sequence[Arrival]) -> Iterator[list[Arrival]]:
    """Rows of one statement each; large ones alone, because SQLite keeps copies of all rows of a statement."""
    group: list[Arrival] = []
    for arrival in arrivals:
        if arrival.raw is not None and len(arrival.raw) > SMALL:
            if group:
                yield group
            yield [arrival]
            group = []
            continue
        group.append(arrival)
        if len(group) == _INSERT_ROWS:
            yield group
            group = []
    if group:
        yield group


async def waiting(unit: Unit, *, source: InboxSource, limit: int = 200, after_id: int = 0) -> list[Waiting]:
    """Unprocessed rows in the order they arrived. A reader that keeps lanes in memory passes the last id it has seen."""
    return [Waiting(*row) for row in await rows.waiting(unit, source=source, after_id=after_id, limit=limit)]


async def waiting_mail(
    unit: Unit, *, limit: int = 20, after_id: int = 0, small: int = SMALL, together: int = _TOGETHER
) -> list[WaitingMail]:
    """Emails to be read, in the order they arrived; only of those of at most `small` bytes the mail itself.

    None after those that have `together` bytes between them.
    """
    found = await rows.waiting_mail(unit, after_id=after_id, limit=limit, small=small, together=together)
    return [WaitingMail(*row) for row in found]


async def raw_piece(unit: Unit, *, inbox_id: int, start: int, size: int) -> bytes:
    """Part of a large mail, `start` counted from 0; empty past its end."""
    return await rows.raw_piece(unit, inbox_id=inbox_id, start=start, size=size)


async def next_lanes(
    unit: Unit | Database, *, source: InboxSource, busy: Collection[str] = (), limit: int = 50
) -> list[Waiting]:
    """The oldest unprocessed row of each lane not in `busy`: these may be handled side by side."""
    return [Waiting(*row) for row in await rows.lane_heads(unit, source=source, busy=busy, limit=limit)]


async def mark_processed(unit: Unit, *, inbox_id: int, now: datetime, answer: Sequence[Any] | None = None) -> bool:
    """Closes the row in the effect's own transaction. False: another process was first, so do nothing (roll back).

    Called before the effect it also locks the row, and two processes cannot do the work at once.
    """
    return await rows.set_processed(unit, inbox_id=inbox_id, now=now, answer=answer)


async def mark_many_processed(unit: Unit, *, ids: Collection[int], now: datetime) -> set[int]:
    """The same for several rows; those missing from the answer another process was first with."""
    return await rows.set_many_processed(unit, ids=ids, now=now)


async def mark_failed(unit: Unit, *, inbox_id: int, error: str, now: datetime, limit: int = MAX_TRIES) -> bool:
    """Counts a failure, in a unit of its own after the effect's was rolled back.

    True when that was the last try: the row is closed with its error (quarantine) and its lane goes on.
    """
    return bool(await rows.set_failed(unit, inbox_id=inbox_id, error=error[:_ERROR_LIMIT], now=now, limit=limit))


async def mark_answered(unit: Unit, *, ids: Collection[int], now: datetime) -> None:
    """The answers of these rows were said."""
    await rows.set_answered(unit, ids=ids, now=now)


async def keep_unsaid(unit: Unit, *, inbox_id: int, answer: Sequence[Any]) -> None:
    """What could not be said yet of a row's answer: the rest of it waits."""
    await rows.set_answer(unit, inbox_id=inbox_id, answer=answer)


async def unanswered(unit: Unit, *, source: InboxSource, limit: int = 100) -> list[Unanswered]:
    """Answers decided but not known to be said, oldest first: after a restart they are said again or dropped by age."""
    return [Unanswered(*row) for row in await rows.unanswered(unit, source=source, limit=limit)]
