"""Updates are confirmed to Telegram only once they are written down, and nothing in them can block the road."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import telegram
from sqlalchemy import select
from telegram.request import RequestData

from bot.intake import Poller
from storage.models import Inbox
from tests.bot.conftest import BotTalk, Recorder
from tests.bot.updates import deliver, message


class Feed(Recorder):
    """Telegram's side of the poll: hands out what is past the offset, and notes the offsets."""

    def __init__(self, updates: list[dict[str, Any]]) -> None:
        super().__init__()
        self.updates = updates
        self.offsets: list[int] = []

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, **timeouts: Any
    ) -> tuple[int, bytes]:
        if "/getUpdates" not in url:
            return await super().do_request(url, method, request_data, **timeouts)
        offset = int(parse_qs(urlsplit(url).query).get("offset", ["0"])[0])
        self.offsets.append(offset)
        left = [update for update in self.updates if update["update_id"] >= offset]
        if not left:
            await asyncio.sleep(0.05)
        return 200, json.dumps({"ok": True, "result": left[:100]}).encode()


async def _poll(talk: BotTalk, feed: Feed, *, rounds: int) -> None:
    bot = telegram.Bot("100:test", request=feed, get_updates_request=feed)
    poller = Poller(database=talk.database, bot=bot, clock=talk.clock, owner="test", stored=lambda: None)
    stop = asyncio.Event()
    task = asyncio.create_task(poller.run(stop))
    async with asyncio.timeout(20):
        while len(feed.offsets) < rounds:
            await asyncio.sleep(0.02)
    stop.set()
    await task


async def _stored(talk: BotTalk) -> list[str]:
    async with talk.database.read() as session:
        return list((await session.execute(select(Inbox.external_id).order_by(Inbox.id))).scalars())


async def test_the_offset_moves_past_what_is_stored_and_a_replay_stores_nothing(talk: BotTalk) -> None:
    updates = [message(501, f"line {number}") for number in range(250)]
    await _poll(talk, feed := Feed(updates), rounds=4)
    ids = [str(update["update_id"]) for update in updates]
    assert await _stored(talk) == ids
    assert feed.offsets[:4] == [0, *(int(ids[last]) + 1 for last in (99, 199, 249))]
    await _poll(talk, Feed(updates), rounds=4)
    assert await _stored(talk) == ids


async def test_what_cannot_be_stored_stays_with_telegram(talk: BotTalk) -> None:
    updates = [message(501, "hello")]
    async with talk.database.write() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("ALTER TABLE inbox RENAME TO inbox_away")
    feed = Feed(updates)
    bot = telegram.Bot("100:test", request=feed, get_updates_request=feed)
    poller = Poller(database=talk.database, bot=bot, clock=talk.clock, owner="test", stored=lambda: None)
    stop = asyncio.Event()
    task = asyncio.create_task(poller.run(stop))
    async with asyncio.timeout(20):
        while len(feed.offsets) < 2:
            await asyncio.sleep(0.02)
    assert set(feed.offsets) == {0}
    async with talk.database.write() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("ALTER TABLE inbox_away RENAME TO inbox")
    async with asyncio.timeout(20):
        while feed.offsets[-1] == 0:
            await asyncio.sleep(0.02)
    stop.set()
    await task
    assert await _stored(talk) == [str(updates[0]["update_id"])]


async def test_characters_no_database_takes_do_not_block_the_road(talk: BotTalk) -> None:
    await deliver(talk, message(501, "/help\x00 \ud83d"), message(501, "/menu"))
    helped, menu = talk.recorder.texts(501)
    assert "Write as you speak" in helped
    assert "Rita Rep" in menu
