"""Bot API methods that put something new into a chat."""

from __future__ import annotations

from typing import Any

from sandbox.telegram_bot import Params, TelegramBot
from sandbox.telegram_errors import bad_request
from sandbox.telegram_files import StoredFile, photo_sizes
from sandbox.telegram_html import CAPTION_LIMIT, read_text

_ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


async def send_message(bot: TelegramBot, params: Params) -> dict[str, Any]:
    chat = bot.chat(params)
    return bot.write(chat, params, body=bot.text_of(params)).wire()


async def send_photo(bot: TelegramBot, params: Params) -> dict[str, Any]:
    chat = bot.chat(params)
    media = media_of("photo", bot.file_of(params, params.values.get("photo"), folder="photos"))
    return bot.write(chat, params, body=bot.caption_of(params), media=media).wire()


async def send_document(bot: TelegramBot, params: Params) -> dict[str, Any]:
    chat = bot.chat(params)
    media = media_of("document", bot.file_of(params, params.values.get("document"), folder="documents"))
    return bot.write(chat, params, body=bot.caption_of(params), media=media).wire()


async def send_voice(bot: TelegramBot, params: Params) -> dict[str, Any]:
    chat = bot.chat(params)
    stored = bot.file_of(params, params.values.get("voice"), folder="voice")
    media = media_of("voice", stored, duration=params.number("duration"))
    return bot.write(chat, params, body=bot.caption_of(params), media=media).wire()


async def send_location(bot: TelegramBot, params: Params) -> dict[str, Any]:
    chat = bot.chat(params)
    latitude, longitude = params.decimal("latitude"), params.decimal("longitude")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad_request("wrong latitude or longitude specified")
    return bot.write(chat, params, media={"location": {"latitude": latitude, "longitude": longitude}}).wire()


async def send_contact(bot: TelegramBot, params: Params) -> dict[str, Any]:
    chat = bot.chat(params)
    if not params.text("phone_number"):
        raise bad_request("phone number is empty")
    if not params.text("first_name"):
        raise bad_request("first name is empty")
    contact = {
        name: params.text(name)
        for name in ("phone_number", "first_name", "last_name", "vcard")
        if params.values.get(name)
    }
    return bot.write(chat, params, media={"contact": contact}).wire()


async def send_media_group(bot: TelegramBot, params: Params) -> list[dict[str, Any]]:
    chat = bot.chat(params)
    items = params.structure("media")
    if not isinstance(items, list) or not 2 <= len(items) <= 10:
        raise bad_request("Media group must include 2-10 items")
    prepared = [_group_item(bot, params, item) for item in items]
    group = str(bot.unix_now()) + str(len(chat.messages))
    return [
        bot.write(chat, params, body=body, media=media, extra={"media_group_id": group}).wire()
        for body, media in prepared
    ]


async def send_chat_action(bot: TelegramBot, params: Params) -> bool:
    chat = bot.chat(params)
    if params.text("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.action = params.text("action")
    bot.world.touch(chat.person)
    return True


def media_of(kind: str, stored: StoredFile, *, duration: int = 0) -> dict[str, Any]:
    """The media part of a message for `stored`. Raises BotApiError for a picture that is none."""
    if kind == "photo":
        return {"photo": photo_sizes(stored)}
    if kind == "voice":
        return {"voice": {**stored.wire(), "duration": duration, "mime_type": stored.media_type or "audio/ogg"}}
    return {kind: {**stored.wire(), "file_name": stored.name, "mime_type": stored.media_type}}


def _group_item(bot: TelegramBot, params: Params, item: Any) -> tuple[Any, dict[str, Any]]:
    kind = str(item.get("type", ""))
    if kind not in ("photo", "document", "audio", "video"):
        raise bad_request("type of file mismatch")
    stored = bot.file_of(params, item.get("media"), folder=f"{kind}s")
    body = read_text(
        str(item.get("caption", "")),
        parse_mode=item.get("parse_mode"),
        entities=item.get("caption_entities"),
        limit=CAPTION_LIMIT,
    )
    return body, media_of(kind, stored)
