"""The door: strangers get one polite line and nothing else; an invitation's deep link lets a colleague in."""

from __future__ import annotations

import time
from datetime import datetime

import telegram

from bot.context import Answer, Unit
from bot.render import translate
from crm.errors import CrmError
from crm.staff import join
from storage.models import Language

GREET_AGAIN_SECONDS = 24 * 3600.0
_GREETED_LIMIT = 10_000


def language_of(user: telegram.User) -> Language:
    """The language of a Telegram user where we speak it, else English."""
    code = (user.language_code or "en")[:2]
    return Language(code) if code in set(Language) else Language.EN


async def stranger(unit: Unit, update: telegram.Update, *, now: datetime, greeted: dict[int, float]) -> list[Answer]:
    """What somebody who is not staff gets to hear; a valid invitation makes them staff."""
    message, user = update.message, update.effective_user
    if message is None or user is None:
        return []
    language = language_of(user)
    text = message.text or ""
    if text.startswith("/start ") and message.forward_origin is None:
        try:
            async with unit.write() as session:
                joined = await join(
                    session,
                    token=text.removeprefix("/start ").strip(),
                    telegram_id=user.id,
                    name=user.full_name,
                    language=language,
                    now=now,
                )
                return [Answer("send", html=translate(joined.language, "core-welcome", name=joined.name))]
        except CrmError as error:
            await unit.abandon(error)
            return [Answer("send", html=translate(language, error.key, **error.params))]
    if time.monotonic() - greeted.get(user.id, -GREET_AGAIN_SECONDS) < GREET_AGAIN_SECONDS:
        return []
    if len(greeted) >= _GREETED_LIMIT:
        greeted.clear()
    greeted[user.id] = time.monotonic()
    return [Answer("send", html=translate(language, "core-stranger"))]
