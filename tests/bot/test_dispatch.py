"""Trouble while handling: what fails is set aside, what was not said is said later, and nothing is lost."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from sqlalchemy import func, select

from bot import dispatch
from bot.callbacks import Callback
from bot.context import BotContext
from bot.render import translate
from channels import inbox
from channels.inbox import MAX_TRIES
from crm.client_index import reindex
from storage.models import Draft, Inbox, Interaction, Language
from tests.bot.conftest import BotTalk
from tests.bot.updates import deliver, message, store
from tests.factories import make_client, make_staff

Commands = dict[str, Callable[[BotContext, str], Awaitable[None]]]


@asynccontextmanager
async def running(talk: BotTalk) -> AsyncIterator[None]:
    """The dispatcher at work, as in the running product."""
    stop = asyncio.Event()
    task = asyncio.create_task(talk.application.dispatcher.run(stop))
    try:
        yield
    finally:
        stop.set()
        await task


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(40):
        while not await true():
            await asyncio.sleep(0.02)


async def _row(talk: BotTalk, row_id: int) -> Inbox:
    async with talk.database.read() as session:
        return await session.get_one(Inbox, row_id)


async def _count(talk: BotTalk, model: type[Draft | Interaction]) -> int:
    async with talk.database.read() as session:
        return int((await session.execute(select(func.count()).select_from(model))).scalar_one())


async def _anna(talk: BotTalk) -> None:
    async with talk.database.write() as session:
        client = await make_client(session, "Anna Schmidt", owner=talk.staff)
        await reindex(session, client, now=talk.clock.now())


def _breaking(talk: BotTalk, *, failures: int = 10**9) -> list[int]:
    """A command that writes and then fails; returns its calls."""
    calls: list[int] = []

    async def broken(context: BotContext, _argument: str) -> None:
        calls.append(1)
        async with context.write() as session:
            session.add(Draft(staff_id=context.staff.id, noun="x", fields={}, created_at=context.now))
        if len(calls) <= failures:
            raise RuntimeError("out of order")
        context.say("core-cancelled")

    talk.application.router.commands["broken"] = broken
    return calls


async def test_a_failing_update_is_set_aside_after_its_tries_and_the_lane_goes_on(talk: BotTalk) -> None:
    calls = _breaking(talk)
    failed, good = await store(talk, message(501, "/broken"), message(501, "/help"))
    await talk.application.dispatcher.drain()
    assert len(calls) == MAX_TRIES
    row = await _row(talk, failed)
    assert row.processed_at
    assert "out of order" in (row.error or "")
    assert await _count(talk, Draft) == 0
    assert (await _row(talk, good)).error is None
    told, helped = talk.recorder.texts(501)
    assert told == translate(Language.EN, "core-failed")
    assert "Write as you speak" in helped


async def test_a_failure_that_passes_is_not_seen(talk: BotTalk) -> None:
    calls = _breaking(talk, failures=2)
    await deliver(talk, message(501, "/broken"))
    assert len(calls) == 3
    assert await _count(talk, Draft) == 1
    assert talk.recorder.texts(501) == [translate(Language.EN, "core-cancelled")]


async def test_one_chats_failure_does_not_hold_up_another_chat(talk: BotTalk) -> None:
    _breaking(talk)
    async with talk.database.write() as session:
        await make_staff(session, telegram_id=502, name="Max")
    async with running(talk):
        await store(talk, message(501, "/broken"), message(502, "/help"))
        talk.application.dispatcher.wake()

        async def helped() -> bool:
            return bool(talk.recorder.texts(502))

        await until(helped)
        assert not talk.recorder.texts(501)


async def test_a_refusal_of_the_business_becomes_words_and_nothing_is_kept(talk: BotTalk) -> None:
    await _anna(talk)
    [card] = await talk.says("call Anna agreed, tomorrow 10 send offer")
    talk.advance(days=3)
    before = await _count(talk, Interaction)
    assert await talk.taps("✅ Save", on=card) == []
    assert talk.toast() == translate(Language.EN, "error-dates-in-past")
    assert await _count(talk, Interaction) == before
    # Refused is not used: with another moment the same button saves.
    await talk.taps("⏰ Follow-up", on=card)
    [menu] = await talk.presses(_data(card.buttons, "⏰ Follow-up"), message_id=card.message_id)
    await talk.taps("Tomorrow", on=menu)
    await talk.taps("✅ Save", on=card)
    assert await _count(talk, Interaction) == before + 1


def _data(buttons: list[dict[str, str]], text: str) -> str:
    return next(button["callback_data"] for button in buttons if button["text"].startswith(text))


async def test_an_unknown_command_and_an_unreadable_line_are_answered(talk: BotTalk) -> None:
    assert "do not know this command" in (await talk.says("/nonsense"))[0].html
    assert "do not know this command" in (await talk.says("/"))[0].html
    assert await talk.says("?!")


async def test_a_pause_asked_for_by_telegram_is_kept_and_nothing_is_lost(talk: BotTalk) -> None:
    await _anna(talk)
    talk.recorder.refuse("sendMessage", 429, "Too Many Requests: retry after 1", retry_after=1)
    async with running(talk):
        ids = await store(talk, *(message(501, f"note Anna word{number}") for number in range(5)))
        talk.application.dispatcher.wake()

        async def handled() -> bool:
            return await _count(talk, Draft) == 5

        await until(handled)
        # One call was refused, and none was made in the pause.
        assert len(talk.recorder.texts(501)) == 1

        async def said() -> bool:
            return all([(await _row(talk, row_id)).answered_at for row_id in ids])

        await until(said)
    words = talk.recorder.texts(501)[1:]
    assert [next(number for number in range(5) if f"word{number}<" in text) for text in words] == [0, 1, 2, 3, 4]


async def test_a_colleague_who_blocked_the_bot_stops_nothing(talk: BotTalk) -> None:
    await _anna(talk)
    talk.recorder.refuse("sendMessage", 403, "Forbidden: bot was blocked by the user", times=2)
    rows = await store(talk, *(message(501, f"note Anna word{number}") for number in range(3)))
    await talk.application.dispatcher.drain()
    assert await _count(talk, Draft) == 3
    assert all([(await _row(talk, row_id)).answered_at for row_id in rows])
    assert "word2" in talk.recorder.texts(501)[-1]


async def test_an_edit_of_a_message_that_is_gone_comes_as_a_new_message(talk: BotTalk) -> None:
    await _anna(talk)
    [card] = await talk.says("call Anna agreed")
    talk.recorder.refuse("editMessageText", 400, "Bad Request: message to edit not found")
    edited, sent = await talk.taps("✅ Save", on=card)
    assert edited.edited
    assert not sent.edited
    assert sent.html == edited.html


async def test_what_telegram_cannot_parse_goes_plainly(talk: BotTalk) -> None:
    talk.recorder.refuse("sendMessage", 400, "Bad Request: can't parse entities: unexpected end tag")
    marked, simple = await talk.says("/help")
    assert "<b>" in marked.html
    assert "<" not in simple.html
    assert "Write as you speak" in simple.html


async def test_what_may_have_been_said_is_not_said_again(talk: BotTalk) -> None:
    talk.recorder.refuse("sendMessage", 502, "Bad Gateway")
    async with running(talk):
        [row_id] = await store(talk, message(501, "/help"))
        talk.application.dispatcher.wake()

        async def answered() -> bool:
            return (await _row(talk, row_id)).answered_at is not None

        await until(answered)
    assert len(talk.recorder.texts(501)) == 1


async def test_answers_left_unsaid_by_a_crash_are_said_once_by_the_next_process(talk: BotTalk) -> None:
    """The effect, `processed_at` and the answer are committed; the process dies before a word is said."""
    await _anna(talk)
    [row_id] = await store(talk, message(501, "note Anna hello"))
    dispatcher = talk.application.dispatcher
    update = dispatch.telegram.Update.de_json(message(501, "note Anna hello"), talk.application.bot)
    [turn] = await dispatcher._look()
    await dispatcher._effect(turn, update)
    assert talk.recorder.texts() == []
    again = talk.again()
    talk.advance(seconds=11)
    async with running(again):

        async def answered() -> bool:
            return (await _row(talk, row_id)).answered_at is not None

        await until(answered)
        await asyncio.sleep(2.5)  # the next look at what is left unsaid
    assert len(talk.recorder.texts(501)) == 1
    assert await _count(talk, Draft) == 1


async def test_an_answer_older_than_an_hour_is_not_said(talk: BotTalk) -> None:
    [row_id] = await store(talk, message(501, "/help"))
    async with talk.database.write() as session:
        await inbox.mark_processed(
            session, inbox_id=row_id, now=talk.clock.now(), answer=[{"do": "send", "html": "old news"}]
        )
    talk.advance(hours=2)
    async with running(talk):

        async def closed() -> bool:
            return (await _row(talk, row_id)).answered_at is not None

        await until(closed)
    assert talk.recorder.texts() == []


async def test_a_file_that_cannot_be_fetched_yet_is_waited_for(talk: BotTalk) -> None:
    """More refusals than tries: Telegram's trouble is not counted against the message."""
    await _anna(talk)
    talk.recorder.files["offer.pdf"] = b"%PDF"
    talk.recorder.refuse("getFile", 429, "Too Many Requests", times=MAX_TRIES + 2, retry_after=0.01)
    document = {"file_id": "offer.pdf", "file_unique_id": "u", "file_name": "offer.pdf", "file_size": 4}
    await deliver(talk, message(501, document=document, caption="note Anna sent it"))
    assert "offer.pdf" in talk.recorder.texts(501)[-1]


@pytest.mark.parametrize("known_size", [True, False])
async def test_a_file_too_large_for_bots_is_said_so(talk: BotTalk, known_size: bool) -> None:
    document = {"file_id": "f", "file_unique_id": "u", "file_name": "film.mp4"}
    if known_size:
        document["file_size"] = 50_000_000  # type: ignore[assignment]
    else:
        talk.recorder.refuse("getFile", 400, "Bad Request: file is too big")
    await deliver(talk, message(501, document=document))
    [text] = talk.recorder.texts(501)
    assert "up to 20 MB" in text


async def test_a_locked_database_delays_and_loses_nothing(talk: BotTalk) -> None:
    if not talk.database.is_sqlite:
        pytest.skip("PostgreSQL locks rows, not the database")
    await _anna(talk)
    await store(talk, message(501, "note Anna hello"))
    lock = sqlite3.connect(str(talk.database.url.database), isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    try:
        async with running(talk):
            await asyncio.sleep(1.0)
            assert talk.recorder.texts() == []
            lock.execute("ROLLBACK")

            async def said() -> bool:
                return bool(talk.recorder.texts(501))

            await until(said)
    finally:
        with suppress(sqlite3.OperationalError):
            lock.execute("ROLLBACK")
        lock.close()
    assert await _count(talk, Draft) == 1


async def test_two_processes_handle_each_update_once(talk: BotTalk) -> None:
    """Two dispatchers on one database: whoever commits first is the one that acted and spoke."""
    await _anna(talk)
    other = talk.again()
    async with running(talk), running(other):
        await store(talk, *(message(501, f"note Anna word{number}") for number in range(20)))

        async def handled() -> bool:
            return await _count(talk, Draft) >= 20

        await until(handled)
    assert await _count(talk, Draft) == 20
    said = [next(n for n in range(20) if f">word{n}<" in text) for text in talk.recorder.texts(501)]
    assert sorted(said) == list(range(20))


async def test_every_press_has_a_handler(talk: BotTalk) -> None:
    """A button nobody answers would fail five times before it says so."""

    def below(kind: type[Callback]) -> list[type[Callback]]:
        return [one for sub in kind.__subclasses__() for one in [sub, *below(sub)]]

    presses = {kind for kind in below(Callback) if kind.__module__.startswith("bot.")}
    assert presses - set(talk.application.router.presses) == set()
