"""The state of the one bot that the Telegram stand-in serves, and what all its methods share."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from sandbox.telegram_chats import Chat, Message
from sandbox.telegram_errors import BotApiError, bad_request
from sandbox.telegram_files import FileStore, StoredFile
from sandbox.telegram_html import CAPTION_LIMIT, TEXT_LIMIT, Formatted, read_text
from sandbox.telegram_updates import UpdateQueue, number_of_this_run
from sandbox.world import Person, World

_BUTTON_LIMIT = 100
_ACTIONS = (
    "callback_data",
    "url",
    "login_url",
    "web_app",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came inside a request."""

    name: str
    media_type: str
    content: bytes


@dataclass(slots=True)
class Params:
    """The decoded parameters of one call, and the files that came with it."""

    values: dict[str, Any]
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name, default)
        return value if isinstance(value, str) else json.dumps(value)

    def number(self, name: str, default: int = 0) -> int:
        value = self.values.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad_request(f"invalid {name} specified") from None

    def decimal(self, name: str) -> float:
        try:
            return float(self.values[name])
        except (KeyError, TypeError, ValueError):
            raise bad_request(f"invalid {name} specified") from None

    def flag(self, name: str) -> bool:
        return self.values.get(name) in (True, 1, "true", "True", "1")

    def structure(self, name: str) -> Any:
        """A JSON object or array, however it was sent; None when absent. Raises BotApiError when it is no JSON."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None


@dataclass(slots=True)
class CallbackQuery:
    """A press on a button, until the bot answers it."""

    message: Message
    answered: asyncio.Future[dict[str, Any]]


@dataclass(slots=True)
class TelegramBot:
    """The bot account with its chats, files, updates and settings."""

    world: World
    token: str
    name: str
    username: str
    files: FileStore = field(default_factory=FileStore)
    chats: dict[int, Chat] = field(default_factory=dict)
    updates: UpdateQueue = field(init=False)
    callbacks: dict[str, CallbackQuery] = field(default_factory=dict)
    inline_queries: dict[str, asyncio.Future[list[Any]]] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_button: dict[str, Any] = field(default_factory=lambda: {"type": "commands"})
    _last_message_id: int = field(default_factory=lambda: number_of_this_run(per_second=2))

    def __post_init__(self) -> None:
        self.updates = UpdateQueue(unix_now=self.unix_now)

    @property
    def bot_id(self) -> int:
        return int(self.token.partition(":")[0])

    def unix_now(self) -> int:
        return int(self.world.clock.now().timestamp())

    def user(self) -> dict[str, Any]:
        return {"id": self.bot_id, "is_bot": True, "first_name": self.name, "username": self.username}

    def open_chat(self, person: Person, *, started: bool) -> None:
        """Give `person` a private chat. Without `started` the bot may not write first, as at Telegram."""
        assert person.telegram_id is not None
        self.chats[person.telegram_id] = Chat(person=person, started=started)

    def chat_of(self, person: Person) -> Chat:
        if person.telegram_id is None:
            raise LookupError(f"{person.id} has no Telegram account")
        return self.chats[person.telegram_id]

    def chat(self, params: Params, name: str = "chat_id", *, to_write: bool = True) -> Chat:
        """The chat a call is about. Raises BotApiError: not found, blocked, never started."""
        value = params.values.get(name)
        if value in (None, ""):
            raise bad_request(f"{name} is empty")
        try:
            found = self.chats.get(int(value))
        except (TypeError, ValueError):
            found = None
        if found is None:
            raise bad_request("chat not found")
        if to_write and found.blocked:
            raise BotApiError(403, "bot was blocked by the user")
        if to_write and not found.started:
            raise BotApiError(403, "bot can't initiate conversation with a user")
        return found

    def next_message_id(self) -> int:
        self._last_message_id += 1
        return self._last_message_id

    def write(
        self,
        chat: Chat,
        params: Params,
        *,
        body: Formatted | None = None,
        media: dict[str, Any] | None = None,
        extra: dict[str, Any] | None = None,
    ) -> Message:
        """Put a message of the bot into `chat`."""
        message = Message(
            message_id=self.next_message_id(),
            chat=chat,
            from_bot=True,
            sender=self.user(),
            date=self.unix_now(),
            body=body or Formatted(""),
            media=media or {},
            has_caption=bool(media) and body is not None,
            markup=read_markup(params.structure("reply_markup")),
            reply_to=self._replied(chat, params),
            extra=extra or {},
        )
        chat.messages[message.message_id] = message
        chat.action = None
        self.world.touch(chat.person)
        return message

    def text_of(self, params: Params, name: str = "text") -> Formatted:
        """The formatted text of a call. Raises BotApiError when empty, too long or badly formatted."""
        formatted = read_text(
            params.text(name),
            parse_mode=params.text("parse_mode") or None,
            entities=params.structure("entities"),
            limit=TEXT_LIMIT,
        )
        if not formatted.text:
            raise bad_request("message text is empty")
        return formatted

    def caption_of(self, params: Params) -> Formatted:
        return read_text(
            params.text("caption"),
            parse_mode=params.text("parse_mode") or None,
            entities=params.structure("caption_entities"),
            limit=CAPTION_LIMIT,
        )

    def file_of(self, params: Params, value: Any, *, folder: str) -> StoredFile:
        """The file a parameter means: an upload, attach://…, or the id of a file already here."""
        if isinstance(value, Upload):
            upload = value
        elif isinstance(value, str) and value.startswith("attach://"):
            found = params.uploads.get(value.removeprefix("attach://"))
            if found is None:
                raise bad_request(f"there is no {folder.rstrip('s')} in the request")
            upload = found
        elif isinstance(value, str) and value:
            return self.files.by_id(value)
        else:
            raise bad_request(f"there is no {folder.rstrip('s')} in the request")
        return self.files.add(content=upload.content, name=upload.name, media_type=upload.media_type, folder=folder)

    def _replied(self, chat: Chat, params: Params) -> Message | None:
        reply = params.structure("reply_parameters") or {}
        wanted = reply.get("message_id") or params.number("reply_to_message_id")
        if not wanted:
            return None
        found = chat.messages.get(int(wanted))
        if found is None and not (
            reply.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply")
        ):
            raise bad_request("message to be replied not found")
        return found


def read_markup(markup: Any, *, inline_only: bool = False) -> dict[str, Any] | None:
    """Check a reply markup as Telegram does. Raises BotApiError; returns None for none at all."""
    if markup is None or markup in ({}, ""):
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        return _inline_keyboard(markup)
    if inline_only:
        raise bad_request("inline keyboard expected")
    return markup


def _inline_keyboard(markup: dict[str, Any]) -> dict[str, Any] | None:
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('can\'t parse inline keyboard: Field "inline_keyboard" must be of type Array of Array')
    if sum(len(row) for row in rows) > _BUTTON_LIMIT:
        raise bad_request("reply markup is too long")
    for row in rows:
        for button in row:
            _check_button(button)
    kept = [row for row in rows if row]
    return {"inline_keyboard": kept} if kept else None


def _check_button(button: Any) -> None:
    if not isinstance(button, dict) or not str(button.get("text", "")).strip():
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be non-empty')
    chosen = [action for action in _ACTIONS if action in button]
    if len(chosen) != 1:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if chosen[0] == "callback_data" and not 1 <= len(str(button["callback_data"]).encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")
    if chosen[0] == "url" and str(button["url"]).partition(":")[0] not in ("http", "https", "tg", "mailto", "tel"):
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
