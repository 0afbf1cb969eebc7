"""What the way of a quick line costs: it is what everybody does all day, so what it asks the database is counted."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event, select, update
from telegram.request import RequestData

from crm.client_index import reindex
from storage.database import Database
from storage.models import CardMessage, Draft, Staff
from storage.queries import cards
from tests.bot.conftest import BotTalk
from tests.bot.updates import message, store
from tests.factories import make_client, make_staff

LINE = "call Anna agreed 20 pcs, tomorrow 10 send offer"


async def _named(talk: BotTalk, *names: str) -> None:
    async with talk.database.write() as session:
        for name in names:
            client = await make_client(session, name, owner=talk.staff)
            await reindex(session, client, now=talk.clock.now())


@contextlib.contextmanager
def _counted(database: Database) -> Iterator[tuple[list[str], list[str]]]:
    """The statements and the beginnings of transactions meanwhile."""
    statements: list[str] = []
    begun: list[str] = []
    engines = {database._writer.sync_engine, database._reader.sync_engine}

    def executed(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        statements.append(statement)

    def began(_connection: Any) -> None:
        begun.append("begin")

    for engine in engines:
        event.listen(engine, "before_cursor_execute", executed)
        event.listen(engine, "begin", began)
    try:
        yield statements, begun
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", executed)
            event.remove(engine, "begin", began)


@pytest.mark.parametrize("names", [["Anna Schmidt"], ["Anna Schmidt", "Anna Braun", "Anna Weiss", "Anna Klein"]])
async def test_a_quick_line_costs_ten_statements_in_five_units(talk: BotTalk, names: list[str]) -> None:
    """Stored; seen with who speaks; client found, draft, answer and `processed_at` written together; said; noted.

    However many clients there are of the name.
    """
    await _named(talk, *names)
    await talk.says(LINE)
    with _counted(talk.database) as (statements, begun):
        [card] = await talk.says(LINE)
    assert all(name in str(card) for name in names)
    assert len(statements) <= 10
    assert len(begun) <= 5


async def test_who_speaks_is_asked_once_for_all_chats_of_a_round(talk: BotTalk) -> None:
    async with talk.database.write() as session:
        others = [await make_staff(session, telegram_id=number) for number in range(600, 605)]
    await store(talk, *(message(other.telegram_id or 0, "/help") for other in others), message(777, "who is there"))
    with _counted(talk.database) as (statements, _begun):
        assert await talk.application.dispatcher.drain() == 6
    assert (
        sum("form_progress.staff_id" in statement and "staff.telegram_id" in statement for statement in statements) == 1
    )
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
