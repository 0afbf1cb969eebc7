"""Chats of the Telegram stand-in: messages as both sides see them.

`Message.wire()` is the Bot API's Message; `Message.seen()` is what the person's screen shows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.telegram_html import Formatted
from sandbox.world import Person


@dataclass(slots=True)
class Message:
    """One message of a private chat. `media` is the payload beside the text: {"document": {…}}, {"photo": […]} …"""

    message_id: int
    chat: Chat
    from_bot: bool
    sender: dict[str, Any]
    date: int
    body: Formatted = field(default_factory=lambda: Formatted(""))
    media: dict[str, Any] = field(default_factory=dict)
    has_caption: bool = False
    markup: dict[str, Any] | None = None
    reply_to: Message | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    edits: int = 0
    edit_date: int | None = None
    toast: str | None = None
    pinned: bool = False

    @property
    def keyboard(self) -> list[list[dict[str, Any]]]:
        rows = (self.markup or {}).get("inline_keyboard")
        return rows if isinstance(rows, list) else []

    def wire(self, *, with_reply: bool = True) -> dict[str, Any]:
        written: dict[str, Any] = {
            "message_id": self.message_id,
            "from": self.sender,
            "chat": self.chat.wire(),
            "date": self.date,
        }
        if self.edit_date is not None:
            written["edit_date"] = self.edit_date
        if self.reply_to is not None and with_reply:
            written["reply_to_message"] = self.reply_to.wire(with_reply=False)
        written.update(self.media)
        if self.media:
            if self.has_caption and self.body.text:
                written["caption"] = self.body.text
                if self.body.entities:
                    written["caption_entities"] = list(self.body.entities)
        else:
            written["text"] = self.body.text
            if self.body.entities:
                written["entities"] = list(self.body.entities)
        if self.keyboard:
            written["reply_markup"] = {"inline_keyboard": self.keyboard}
        written.update(self.extra)
        return written

    def seen(self) -> dict[str, Any]:
        """The message on the person's screen."""
        photo, file = self._attachments()
        return {
            "message_id": self.message_id,
            "from": "bot" if self.from_bot else self.chat.person.id,
            "date": self.date,
            "text": self.body.text,
            "html": self.body.html,
            "buttons": [
                [
                    {"text": button["text"], "data": button.get("callback_data"), "url": button.get("url")}
                    for button in row
                ]
                for row in self.keyboard
            ],
            "keyboard": [
                [button if isinstance(button, str) else button["text"] for button in row]
                for row in (self.markup or {}).get("keyboard", [])
            ],
            "edits": self.edits,
            "photo": photo,
            "file": file,
            "voice": file if file and file["kind"] == "voice" else None,
            "contact": self.media.get("contact"),
            "location": self.media.get("location"),
            "forwarded_from": _origin_name(self.extra.get("forward_origin")),
            "reply_to": self.reply_to.message_id if self.reply_to else None,
            "toast": self.toast,
            "pinned": self.pinned,
        }

    def _attachments(self) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        if "photo" in self.media:
            largest = self.media["photo"][-1]
            return {
                "url": f"/sandbox/files/{largest['file_id']}",
                "width": largest["width"],
                "height": largest["height"],
            }, None
        for kind in ("document", "voice", "audio", "video"):
            if kind in self.media:
                held = self.media[kind]
                return None, {
                    "kind": kind,
                    "name": held.get("file_name") or kind,
                    "media_type": held.get("mime_type"),
                    "size": held.get("file_size"),
                    "duration": held.get("duration"),
                    "url": f"/sandbox/files/{held['file_id']}",
                }
        return None, None


@dataclass(slots=True)
class Chat:
    """A person's private chat with the bot."""

    person: Person
    started: bool = True
    blocked: bool = False
    messages: dict[int, Message] = field(default_factory=dict)
    action: str | None = None
    menu_button: dict[str, Any] = field(default_factory=lambda: {"type": "commands"})

    @property
    def telegram_id(self) -> int:
        assert self.person.telegram_id is not None
        return self.person.telegram_id

    def wire(self) -> dict[str, Any]:
        return {**_names(self.person), "id": self.telegram_id, "type": "private"}

    def user(self) -> dict[str, Any]:
        return {
            "id": self.telegram_id,
            "is_bot": False,
            **_names(self.person),
            "language_code": self.person.language,
        }


def _names(person: Person) -> dict[str, str]:
    first, _, last = person.name.partition(" ")
    names = {"first_name": first}
    if last:
        names["last_name"] = last
    if person.username:
        names["username"] = person.username
    return names


def _origin_name(origin: dict[str, Any] | None) -> str | None:
    if origin is None:
        return None
    if "sender_user" in origin:
        user = origin["sender_user"]
        return " ".join(filter(None, [user.get("first_name"), user.get("last_name")]))
    return str(origin.get("sender_user_name", ""))
