"""Bot API methods that change what is already in a chat, and answers to presses."""

from __future__ import annotations

from typing import Any

from sandbox.telegram_bot import Params, TelegramBot, read_markup
from sandbox.telegram_chats import Message
from sandbox.telegram_errors import bad_request
from sandbox.telegram_html import CAPTION_LIMIT, Formatted, read_text
from sandbox.telegram_sending import media_of

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
_CAPTIONED = ("photo", "document", "voice", "audio", "video", "animation")


async def edit_message_text(bot: TelegramBot, params: Params) -> dict[str, Any]:
    message = _message_to_edit(bot, params)
    body = bot.text_of(params)
    if message.media:
        raise bad_request("there is no text in the message to edit")
    return _apply(bot, message, params, body=body, media=message.media)


async def edit_message_caption(bot: TelegramBot, params: Params) -> dict[str, Any]:
    message = _message_to_edit(bot, params)
    if not any(kind in message.media for kind in _CAPTIONED):
        raise bad_request("there is no caption in the message to edit")
    message.has_caption = True
    return _apply(bot, message, params, body=bot.caption_of(params), media=message.media)


async def edit_message_media(bot: TelegramBot, params: Params) -> dict[str, Any]:
    message = _message_to_edit(bot, params)
    item = params.structure("media")
    if not isinstance(item, dict) or item.get("type") not in _CAPTIONED:
        raise bad_request("input media is not specified")
    kind = str(item["type"])
    media = media_of(kind, bot.file_of(params, item.get("media"), folder=f"{kind}s"))
    body = read_text(
        str(item.get("caption", "")),
        parse_mode=item.get("parse_mode"),
        entities=item.get("caption_entities"),
        limit=CAPTION_LIMIT,
    )
    message.has_caption = True
    return _apply(bot, message, params, body=body, media=media)


async def edit_message_reply_markup(bot: TelegramBot, params: Params) -> dict[str, Any]:
    message = _message_to_edit(bot, params)
    return _apply(bot, message, params, body=message.body, media=message.media)


async def delete_message(bot: TelegramBot, params: Params) -> bool:
    chat = bot.chat(params, to_write=False)
    if chat.messages.pop(params.number("message_id"), None) is None:
        raise bad_request("message to delete not found")
    bot.world.touch(chat.person)
    return True


async def delete_messages(bot: TelegramBot, params: Params) -> bool:
    chat = bot.chat(params, to_write=False)
    wanted = params.structure("message_ids")
    if not isinstance(wanted, list) or not 1 <= len(wanted) <= 100:
        raise bad_request("message identifiers are not specified")
    for message_id in wanted:
        chat.messages.pop(int(message_id), None)
    bot.world.touch(chat.person)
    return True


async def pin_chat_message(bot: TelegramBot, params: Params) -> bool:
    return _pin(bot, params, pinned=True)


async def unpin_chat_message(bot: TelegramBot, params: Params) -> bool:
    return _pin(bot, params, pinned=False)


async def answer_callback_query(bot: TelegramBot, params: Params) -> bool:
    query = bot.callbacks.get(params.text("callback_query_id"))
    if query is None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = params.text("text")
    if len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    if text:
        query.message.toast = text
    if not query.answered.done():
        query.answered.set_result(
            {"toast": text or None, "alert": params.flag("show_alert"), "url": params.text("url") or None}
        )
    bot.world.touch(query.message.chat.person)
    return True


async def answer_inline_query(bot: TelegramBot, params: Params) -> bool:
    asked = bot.inline_queries.get(params.text("inline_query_id"))
    results = params.structure("results")
    if asked is None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if not isinstance(results, list) or len(results) > 50:
        raise bad_request("RESULTS_TOO_MUCH")
    if not asked.done():
        asked.set_result(results)
    return True


def _message_to_edit(bot: TelegramBot, params: Params) -> Message:
    chat = bot.chat(params)
    message = chat.messages.get(params.number("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if not message.from_bot:
        raise bad_request("message can't be edited")
    return message


def _apply(
    bot: TelegramBot, message: Message, params: Params, *, body: Formatted, media: dict[str, Any]
) -> dict[str, Any]:
    # An edit without a markup takes the keyboard away: Telegram replaces it with what was sent, which is nothing.
    markup = read_markup(params.structure("reply_markup"), inline_only=True)
    if (body, media, markup) == (message.body, message.media, message.markup):
        raise bad_request(_NOT_MODIFIED)
    message.body, message.media, message.markup = body, media, markup
    message.edits += 1
    message.edit_date = bot.unix_now()
    bot.world.touch(message.chat.person)
    return message.wire()


def _pin(bot: TelegramBot, params: Params, *, pinned: bool) -> bool:
    chat = bot.chat(params)
    message = chat.messages.get(params.number("message_id"))
    if message is None:
        raise bad_request(f"message to {'pin' if pinned else 'unpin'} not found")
    message.pinned = pinned
    bot.world.touch(chat.person)
    return True
