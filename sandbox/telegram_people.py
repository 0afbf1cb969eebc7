"""What people do in Telegram: say, send, share, forward, press. It reaches the product as updates, nothing else."""

from __future__ import annotations

import asyncio
import base64
import binascii
import secrets
from typing import Any

from sandbox.telegram_bot import CallbackQuery, TelegramBot
from sandbox.telegram_chats import Chat, Message
from sandbox.telegram_errors import BotApiError
from sandbox.telegram_files import StoredFile
from sandbox.telegram_html import TEXT_LIMIT, Formatted, utf16_length, with_found_entities
from sandbox.telegram_sending import media_of
from sandbox.world import Person

TAP_TIMEOUT_S = 3.0


class ImpossibleActionError(ValueError):
    """A person cannot do that: there is no such button, message or file."""


async def say(bot: TelegramBot, person: Person, wanted: dict[str, Any]) -> list[int]:
    """Let `person` send what `wanted` describes; returns the ids of the new messages.

    Keys: text, reply_to, file, photo, voice, contact, location, forward_from. A text over Telegram's limit becomes
    several messages, as clients make it.
    """
    chat = bot.chat_of(person)
    body = Formatted(str(wanted.get("text") or "").strip())
    media = _media(bot, wanted)
    if not media and not body.text:
        raise ImpossibleActionError("nothing to say: give text, file, photo, voice, contact or location")
    reply_to = _replied(chat, wanted.get("reply_to"))
    extra = _forwarded(bot, wanted.get("forward_from"))
    _begin(bot, chat)
    bodies = [body] if media else [Formatted(part) for part in _parts(body.text)]
    sent = []
    for part in bodies:
        message = Message(
            message_id=bot.next_message_id(),
            chat=chat,
            from_bot=False,
            sender=chat.user(),
            date=bot.unix_now(),
            body=with_found_entities(part),
            media=media,
            has_caption=bool(media),
            reply_to=reply_to,
            extra=extra,
        )
        chat.messages[message.message_id] = message
        bot.updates.put("message", message.wire())
        sent.append(message.message_id)
    bot.world.touch(person)
    return sent


async def tap(
    bot: TelegramBot, person: Person, *, button: str, message_id: int | None, patience: float = TAP_TIMEOUT_S
) -> dict[str, Any]:
    """Press the button with that text or data (on `message_id`, else on the newest message that has it).

    Returns {"answered", "toast", "alert", "url"} once the bot has answered the press or `patience` seconds have passed.
    """
    chat = bot.chat_of(person)
    message, found = _find_button(chat, button, message_id)
    if "callback_data" not in found:
        if isinstance(found.get("url"), str):
            return {"answered": True, "toast": None, "alert": False, "url": found["url"]}
        # A reply keyboard's button says its text.
        await say(bot, person, {"text": found["text"]})
        return {"answered": True, "toast": None, "alert": False, "url": None}
    query_id = str(secrets.randbits(62))
    query = CallbackQuery(message=message, answered=asyncio.get_running_loop().create_future())
    bot.callbacks[query_id] = query
    message.toast = None
    bot.updates.put(
        "callback_query",
        {
            "id": query_id,
            "from": chat.user(),
            "message": message.wire(),
            "chat_instance": str(chat.telegram_id * 7919),
            "data": found["callback_data"],
        },
    )
    await asyncio.wait({query.answered}, timeout=patience)
    if not query.answered.done():
        return {"answered": False, "toast": None, "alert": False, "url": None}
    return {"answered": True, **query.answered.result()}


async def ask_inline(bot: TelegramBot, person: Person, *, query: str) -> list[Any]:
    """Type `@bot query` somewhere and return the results the bot offers; empty after 3 s of silence."""
    chat = bot.chat_of(person)
    query_id = str(secrets.randbits(62))
    answered: asyncio.Future[list[Any]] = asyncio.get_running_loop().create_future()
    bot.inline_queries[query_id] = answered
    bot.updates.put(
        "inline_query", {"id": query_id, "from": chat.user(), "query": query, "offset": "", "chat_type": "sender"}
    )
    await asyncio.wait({answered}, timeout=TAP_TIMEOUT_S)
    return answered.result() if answered.done() else []


def set_blocked(bot: TelegramBot, person: Person, *, blocked: bool) -> None:
    """Block the bot or let it in again; Telegram tells the bot by my_chat_member."""
    chat = bot.chat_of(person)
    if chat.blocked == blocked:
        return
    chat.blocked = blocked
    before, after = ("member", "kicked") if blocked else ("kicked", "member")
    bot.updates.put(
        "my_chat_member",
        {
            "chat": chat.wire(),
            "from": chat.user(),
            "date": bot.unix_now(),
            "old_chat_member": _membership(bot, before),
            "new_chat_member": _membership(bot, after),
        },
    )
    bot.world.touch(person)


def _membership(bot: TelegramBot, status: str) -> dict[str, Any]:
    membership: dict[str, Any] = {"user": bot.user(), "status": status}
    if status == "kicked":
        membership["until_date"] = 0
    return membership


def _begin(bot: TelegramBot, chat: Chat) -> None:
    # Writing to a blocked bot unblocks it first, as clients ask people to.
    if chat.blocked:
        set_blocked(bot, chat.person, blocked=False)
    chat.started = True


def _parts(text: str) -> list[str]:
    parts: list[str] = []
    while utf16_length(text) > TEXT_LIMIT:
        cut = TEXT_LIMIT
        while utf16_length(text[:cut]) > TEXT_LIMIT:
            cut -= 1
        space = text.rfind(" ", cut // 2, cut)
        cut = space if space > 0 else cut
        parts.append(text[:cut].strip())
        text = text[cut:].strip()
    return [*parts, text]


def _replied(chat: Chat, message_id: Any) -> Message | None:
    if message_id in (None, ""):
        return None
    found = chat.messages.get(int(message_id))
    if found is None:
        raise ImpossibleActionError(f"there is no message {message_id} to reply to")
    return found


def _forwarded(bot: TelegramBot, forward_from: Any) -> dict[str, Any]:
    """A person's id forwards as that account; any other name as somebody who hides theirs."""
    if not forward_from:
        return {}
    name = forward_from if isinstance(forward_from, str) else str(forward_from.get("name", ""))
    person = bot.world.people.get(name)
    if person is not None and person.telegram_id in bot.chats:
        user = bot.chat_of(person).user()
        return {"forward_origin": {"type": "user", "date": bot.unix_now(), "sender_user": user}}
    telegram_id = None if isinstance(forward_from, str) else forward_from.get("telegram_id")
    if telegram_id:
        first, _, last = name.partition(" ")
        sender = {"id": int(telegram_id), "is_bot": False, "first_name": first, **({"last_name": last} if last else {})}
        return {"forward_origin": {"type": "user", "date": bot.unix_now(), "sender_user": sender}}
    return {"forward_origin": {"type": "hidden_user", "date": bot.unix_now(), "sender_user_name": name}}


def _media(bot: TelegramBot, wanted: dict[str, Any]) -> dict[str, Any]:
    if wanted.get("contact"):
        contact = wanted["contact"]
        if not contact.get("phone_number") or not contact.get("first_name"):
            raise ImpossibleActionError("a contact needs phone_number and first_name")
        return {"contact": {name: value for name, value in contact.items() if value not in (None, "")}}
    if wanted.get("location"):
        return {"location": {name: float(wanted["location"][name]) for name in ("latitude", "longitude")}}
    if wanted.get("photo"):
        stored = _stored(bot, wanted["photo"], folder="photos", name="photo.jpg", media_type="image/jpeg")
        try:
            return media_of("photo", stored)
        except BotApiError as error:
            raise ImpossibleActionError(f"that is no picture: {error}") from error
    if wanted.get("voice"):
        voice = wanted["voice"] if isinstance(wanted["voice"], dict) else {}
        stored = _stored(
            bot, {"content_base64": "T2dnUw==", **voice}, folder="voice", name="voice.oga", media_type="audio/ogg"
        )
        return media_of("voice", stored, duration=int(voice.get("duration") or 3))
    if wanted.get("file"):
        stored = _stored(bot, wanted["file"], folder="documents", name="file", media_type="application/octet-stream")
        return media_of("document", stored)
    return {}


def _stored(bot: TelegramBot, described: Any, *, folder: str, name: str, media_type: str) -> StoredFile:
    if isinstance(described, str):
        described = {"content_base64": described}
    try:
        content = base64.b64decode(str(described.get("content_base64", "")), validate=True)
        return bot.files.add(
            content=content,
            name=str(described.get("name") or name),
            media_type=str(described.get("media_type") or media_type),
            folder=folder,
        )
    except binascii.Error as error:
        raise ImpossibleActionError("content_base64 is no base64") from error
    except BotApiError as error:
        raise ImpossibleActionError(str(error)) from error


def _find_button(chat: Chat, wanted: str, message_id: int | None) -> tuple[Message, dict[str, Any]]:
    if message_id is None:
        candidates = sorted(chat.messages.values(), key=lambda message: message.message_id, reverse=True)
    elif message_id in chat.messages:
        candidates = [chat.messages[message_id]]
    else:
        raise ImpossibleActionError(f"there is no message {message_id} in this chat")
    for match in (_exactly, _nearly):
        for message in candidates:
            found = [button for button in _buttons(message) if match(button, wanted)]
            if len(found) == 1 or (found and match is _exactly):
                return message, found[0]
            if found:
                raise ImpossibleActionError(f"{wanted!r} could be {', '.join(repr(b['text']) for b in found)}")
    offered = [button["text"] for message in candidates[:1] for button in _buttons(message)]
    raise ImpossibleActionError(f"there is no button {wanted!r}; the message offers {offered}")


def _buttons(message: Message) -> list[dict[str, Any]]:
    rows = message.keyboard or (message.markup or {}).get("keyboard", [])
    return [{"text": button} if isinstance(button, str) else button for row in rows for button in row]


def _exactly(button: dict[str, Any], wanted: str) -> bool:
    return wanted in (button["text"], button.get("callback_data"))


def _nearly(button: dict[str, Any], wanted: str) -> bool:
    return wanted.casefold() in button["text"].casefold()
