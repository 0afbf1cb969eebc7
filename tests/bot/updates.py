"""Raw updates of the Bot API, as anybody could send them, and their road into the bot: the inbox."""

from __future__ import annotations

from itertools import count
from typing import Any

from bot.intake import arrival
from channels import inbox
from storage.models import InboxSource
from tests.bot.conftest import BotTalk

_numbers = count(700_000)
WHEN = 1_795_510_800


def user(number: int, name: str = "Joe Doe", *, is_bot: bool = False, language: str = "en") -> dict[str, Any]:
    return {"id": number, "is_bot": is_bot, "first_name": name, "language_code": language}


def message(sender: int, text: str = "", *, chat: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """An update with a private message, or one in `chat`."""
    number = next(_numbers)
    body = {
        "message_id": number,
        "date": WHEN,
        "chat": chat or {"id": sender, "type": "private", "first_name": "Joe"},
        "from": user(sender),
        **({"text": text} if text else {}),
        **fields,
    }
    return {"update_id": number, "message": body}


def press(sender: int, data: str, *, chat: dict[str, Any] | None = None, message_id: int = 77) -> dict[str, Any]:
    """An update with a press of a button under a message of ours."""
    number = next(_numbers)
    where = {
        "message_id": message_id,
        "date": WHEN,
        "chat": chat or {"id": sender, "type": "private", "first_name": "Joe"},
        "text": "…",
    }
    query = {"id": str(number), "from": user(sender), "chat_instance": "1", "data": data, "message": where}
    return {"update_id": number, "callback_query": query}


async def store(talk: BotTalk, *updates: dict[str, Any]) -> list[int]:
    """Writes updates down as the poller does; returns the ids of the new inbox rows."""
    async with talk.database.write() as session:
        return await inbox.store_many(
            session,
            source=InboxSource.TELEGRAM,
            arrivals=[arrival(update) for update in updates],
            now=talk.clock.now(),
        )


async def deliver(talk: BotTalk, *updates: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Stores and handles updates; returns the calls the bot made for them."""
    before = len(talk.recorder.calls)
    await store(talk, *updates)
    await talk.application.dispatcher.drain()
    return talk.recorder.calls[before:]
