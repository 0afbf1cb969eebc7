"""What the way of a quick line costs: it is what everybody does all day, so what it asks the database is counted."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import event, select, update
from telegram.request import RequestData

from crm.client_index import reindex
from storage.database import Database
from storage.models import CardMessage, Draft, Staff
from storage.queries import cards
from storage.sqlite_cursor import Driver
from tests.bot.conftest import BotTalk
from tests.bot.updates import message, store
from tests.factories import make_client, make_staff

_INDEX = "'main'."  # how the index of words speaks of its own tables
LINE = "call Anna agreed 20 pcs, tomorrow 10 send offer"


async def _named(talk: BotTalk, *names: str) -> None:
    async with talk.database.write() as session:
        for name in names:
            client = await make_client(session, name, owner=talk.staff)
            await reindex(session, client, now=talk.clock.now())


@dataclass
class Cost:
    """What was asked of the database: statements, beginnings of transactions, and on SQLite trips to the driver's threads."""

    statements: list[str] = field(default_factory=list)
    begun: int = 0
    trips_before: dict[Driver, int] = field(default_factory=dict)

    @property
    def trips(self) -> int:
        return sum(driver._sent - before for driver, before in self.trips_before.items())

    def on_statement(self, _connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        self.statements.append(statement)

    def on_begin(self, connection: Any) -> None:
        self.begun += connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT"

    def on_checkout(self, connection: Any, *_others: Any) -> None:
        self.follow(connection.driver_connection)

    def follow(self, driver: Driver) -> None:
        self.trips_before.setdefault(driver, driver._sent)
        driver._conn.set_trace_callback(self._on_trace)

    def _on_trace(self, statement: str) -> None:
        if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")) and _INDEX not in statement:
            self.statements.append(statement)


@contextlib.asynccontextmanager
async def _counted(database: Database) -> AsyncIterator[Cost]:
    cost = Cost()
    if database.is_sqlite:
        cost.follow(await database.kept_reader())
    # SQLite itself tells of its statements, those given it past SQLAlchemy among them.
    told = ("checkout", cost.on_checkout) if database.is_sqlite else ("before_cursor_execute", cost.on_statement)
    listeners: list[tuple[str, Any]] = [("begin", cost.on_begin), told]
    engines = {database._writer.sync_engine, database._reader.sync_engine}
    for engine in engines:
        for name, listener in listeners:
            event.listen(engine, name, listener)
    try:
        yield cost
    finally:
        for engine in engines:
            for name, listener in listeners:
                event.remove(engine, name, listener)
        for driver in cost.trips_before:
            driver._conn.set_trace_callback(None)


@pytest.mark.parametrize("names", [["Anna Schmidt"], ["Anna Schmidt", "Anna Braun", "Anna Weiss", "Anna Klein"]])
async def test_a_quick_line_costs_ten_statements_and_three_commits(talk: BotTalk, names: list[str]) -> None:
    """Stored; seen with who speaks; client found, draft, answer and `processed_at` written together; said; noted.

    However many clients there are of the name.
    """
    await _named(talk, *names)
    await talk.says(LINE)
    async with _counted(talk.database) as cost:
        [card] = await talk.says(LINE)
    assert all(name in str(card) for name in names)
    assert len(cost.statements) <= 10
    assert cost.begun <= 3
    assert cost.trips <= 3  # to commit: whatever else is asked is brief


async def test_who_speaks_is_asked_once_for_all_chats_of_a_round(talk: BotTalk) -> None:
    async with talk.database.write() as session:
        others = [await make_staff(session, telegram_id=number) for number in range(600, 605)]
    await store(talk, *(message(other.telegram_id or 0, "/help") for other in others), message(777, "who is there"))
    async with _counted(talk.database) as cost:
        assert await talk.application.dispatcher.drain() == 6
    asked = [
        "form_progress.staff_id" in statement and "staff.telegram_id" in statement for statement in cost.statements
    ]
    assert sum(asked) == 1
    assert all(len(talk.recorder.texts(other.telegram_id)) == 1 for other in others)
    assert len(talk.recorder.texts(777)) == 1


async def test_a_message_shows_one_card_whatever_it_showed_before(talk: BotTalk) -> None:
    now, place = talk.clock.now(), (501, 9)
    async with talk.database.connect() as unit:
        for number in (1, 2):
            await cards.hang(unit, card="interaction", card_id=number, staff_id=talk.staff.id, place=place, now=now)
    async with talk.database.read() as session:
        [hanging] = (await session.execute(select(CardMessage))).scalars()
    assert (hanging.card, hanging.card_id, hanging.staff_id) == ("interaction", 2, talk.staff.id)
    async with talk.database.connect() as unit:
        await cards.take_down(unit, place=place)
    async with talk.database.read() as session:
        assert (await session.execute(select(CardMessage))).first() is None


async def test_who_left_while_their_file_was_fetched_is_a_stranger(
    talk: BotTalk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file may take minutes: who speaks is asked again after it."""
    await _named(talk, "Anna Schmidt")
    talk.recorder.files["offer.pdf"] = b"%PDF"
    fetch = talk.recorder.do_request

    async def slow(url: str, method: str, request_data: RequestData | None = None, **others: Any) -> tuple[int, bytes]:
        if "/file/" in url:
            async with talk.database.write() as session:
                await session.execute(update(Staff).where(Staff.id == talk.staff.id).values(active=False))
        return await fetch(url, method, request_data, **others)

    monkeypatch.setattr(talk.recorder, "do_request", slow)
    document = {"file_id": "offer.pdf", "file_unique_id": "u", "file_name": "offer.pdf", "mime_type": "application/pdf"}
    await talk.says(document=document, caption="note Anna the offer")
    async with talk.database.read() as session:
        assert (await session.get(Draft, 1)) is None
