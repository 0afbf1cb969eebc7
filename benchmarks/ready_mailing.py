"""A company with a mailing that only waits to be sent: clients, a template with fields, and a ledger row for each client."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import insert

from benchmarks.shelves import empty_database
from channels.email.verp import ReturnPath
from crm.mailings.composing import Links, MailingComposer
from crm.writing import Sender
from storage.database import Database
from storage.files import FileStore
from storage.models import (
    Channel,
    Language,
    Mailing,
    MailingState,
    Role,
    Segment,
    SegmentKind,
    Staff,
    Template,
    TemplateVersion,
)

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
_MOMENT = NOW.strftime("%Y-%m-%d %H:%M:%S.%f")
_TEXT = (
    "Dear {name},\n\nM8 bolts are back in stock: 2,000 pcs at 0.12 EUR each, delivered to {city|your door} within two days. "
    "Your price holds until Friday.\n\nIf {company|your company} needs other lengths, simply answer this mail and we look at "
    "once what the warehouse has.\n\nKind regards\nYour sales team"
)


class Clock:
    """Product time stands still: what is due is due."""

    def now(self) -> datetime:
        return NOW


async def ready(path: Path, recipients: int) -> Database:
    """A database with a running mailing to `recipients` clients, all of it planned."""
    database = await empty_database(path)
    async with database.connect() as unit:
        await unit.execute(
            insert(Staff).values(id=1, name="Mara", role=Role.MANAGER, language=Language.EN, created_at=NOW)
        )
        await unit.execute(
            insert(Segment).values(id=1, name="everybody", kind=SegmentKind.RULE, rule="has email", created_at=NOW)
        )
        await unit.execute(insert(Template).values(id=1, name="news", channel=Channel.EMAIL, created_at=NOW))
        version = {"template_id": 1, "language": Language.EN, "number": 1, "created_at": NOW}
        await unit.execute(insert(TemplateVersion).values(subject="{name}: bolts are back", text=_TEXT, **version))
        mailing = {"id": 1, "name": "news", "channel": Channel.EMAIL, "segment_id": 1, "template_id": 1}
        running = {"state": MailingState.RUNNING, "planned": recipients, "created_by_id": 1, "created_at": NOW}
        await unit.execute(insert(Mailing).values(mailing | running))
    plan(path, recipients)
    return database


def plan(path: Path, recipients: int) -> None:
    """Clients and their ledger rows, by plain SQL."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("BEGIN")
    clients, rows = _clients(recipients), _rows(recipients)
    while chunk := list(islice(clients, 10_000)):
        connection.executemany(_CLIENT, chunk)
        connection.executemany(_ROW, list(islice(rows, 10_000)))
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def fill_clients_to_mail(path: Path, count: int) -> None:
    """Clients who write English, each with an address, by plain SQL."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("BEGIN")
    clients, numbers = _clients(count), iter(range(1, count + 1))
    while chunk := list(islice(clients, 10_000)):
        connection.executemany(_CLIENT, chunk)
        points = [(n, f"anna{n}@client{n % 100}.example", _MOMENT) for n in islice(numbers, 10_000)]
        connection.executemany(_POINT, points)
    connection.execute("COMMIT")
    connection.execute("ANALYZE")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def composer() -> MailingComposer:
    """The mailing's composer with everything on: bounces to an address of each delivery's own, Feedback-ID, unsubscribe links."""
    path = ReturnPath(base="bounces@touchline.example", key=b"k" * 32)
    who = Sender(
        mail_from="crm@touchline.example",
        name="Touchline",
        files=FileStore(Path("/nonexistent")),
        return_path=path,
        feedback_id="touchline",
    )
    return MailingComposer(who, Links(public_url="https://touchline.example", key=b"u" * 32))


_CLIENT = """INSERT INTO client (id, name, company, name_key, search_text, city, city_key, language, lifecycle, custom_fields,
    first_contact_reason, notes, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'en', 'customer', '{}', '', '', ?, ?)"""
_POINT = """INSERT INTO contact_point (client_id, kind, value, label, is_primary, created_at) VALUES (?, 'email', ?, '', 1, ?)"""
_ROW = """INSERT INTO outbox (channel, kind, dedupe_key, state, priority, due_at, address, payload, marketing, client_id, mailing_id,
    message_id, attempts, created_at) VALUES ('email', 'mailing', ?, 'planned', 9, ?, ?, '{}', 1, ?, 1, ?, 0, ?)"""


def _clients(count: int) -> Iterator[tuple[object, ...]]:
    for number in range(1, count + 1):
        name, company, city = f"Anna Smith {number}", f"Smith & Sons {number}", f"Riga {number % 50}"
        yield (number, name, company, name.lower(), name.lower(), city, city.lower(), _MOMENT, _MOMENT)


def _rows(count: int) -> Iterator[tuple[object, ...]]:
    for number in range(1, count + 1):
        address = f"anna{number}@client{number % 100}.example"
        identifier = f"<1.{number}.x@touchline.example>"
        yield (f"mailing:1:client:{number}", _MOMENT, address, number, identifier, _MOMENT)
