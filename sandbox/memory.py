"""What the sandbox remembers from one run to the next: chats, files, mail and texts, as one JSON file.

A product that keeps its data remembers which message holds which card; people's phones must remember it too.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from sandbox import letters
from sandbox.mailboxes import Folder, StoredMail
from sandbox.server import Sandbox
from sandbox.telegram_chats import Chat, Message
from sandbox.telegram_files import StoredFile
from sandbox.telegram_html import Formatted
from sandbox.twilio_phones import Picture, Text

SAVE_EVERY_S = 2.0
_TEXT_MOMENTS = ("created_at", "updated_at", "sent_at")


async def keep_saving(sandbox: Sandbox, path: Path) -> None:
    """Save after changes, at most every two seconds, until cancelled; the last state is saved on the way out."""
    saved = -1
    try:
        while True:
            await sandbox.world.wait_for_change(after=max(saved, 0), timeout_s=3600)
            saved = sandbox.world.seq
            save(sandbox, path)
            await asyncio.sleep(SAVE_EVERY_S)
    finally:
        save(sandbox, path)


def save(sandbox: Sandbox, path: Path) -> None:
    state = {
        "chats": [_chat_out(chat) for chat in sandbox.bot.chats.values()],
        "files": [_file_out(file) for file in sandbox.bot.files.all()],
        "updates": list(sandbox.bot.updates.pending),
        "folders": [_folder_out(folder) for folder in sandbox.office.folders.values()],
        "letters": {owner: [_letter_out(letter) for letter in box] for owner, box in sandbox.office.letters.items()},
        "texts": [_text_out(text) for text in sandbox.phones.texts.values()],
        "stopped": sorted(sandbox.phones.stopped),
    }
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    fresh.write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")
    fresh.replace(path)


def load(sandbox: Sandbox, path: Path) -> bool:
    """Give everybody back what they had; people must have been added before. False when nothing was kept."""
    if not path.is_file():
        return False
    state = json.loads(path.read_text(encoding="utf-8"))
    for described in state["files"]:
        sandbox.bot.files.put_back(StoredFile(**{**described, "content": base64.b64decode(described["content"])}))
    for described in state["chats"]:
        chat = sandbox.bot.chats.get(described["telegram_id"])
        if chat is not None:
            _chat_in(chat, described)
    sandbox.bot.updates.pending.extend(state["updates"])
    for described in state["folders"]:
        sandbox.office.folders[described["name"]] = _folder_in(described)
    for owner, box in state["letters"].items():
        sandbox.office.letters[owner] = [_letter_in(described) for described in box]
    for described in state["texts"]:
        text = _text_in(described)
        sandbox.phones.texts[text.sid] = text
    sandbox.phones.stopped.update(state["stopped"])
    return True


def _chat_out(chat: Chat) -> dict[str, Any]:
    return {
        "telegram_id": chat.telegram_id,
        "started": chat.started,
        "blocked": chat.blocked,
        "messages": [_message_out(message) for message in chat.messages.values()],
    }


def _message_out(message: Message) -> dict[str, Any]:
    return {
        "message_id": message.message_id,
        "from_bot": message.from_bot,
        "sender": message.sender,
        "date": message.date,
        "text": message.body.text,
        "entities": list(message.body.entities),
        "media": message.media,
        "has_caption": message.has_caption,
        "markup": message.markup,
        "reply_to": message.reply_to.message_id if message.reply_to else None,
        "extra": message.extra,
        "edits": message.edits,
        "edit_date": message.edit_date,
        "pinned": message.pinned,
    }


def _chat_in(chat: Chat, described: dict[str, Any]) -> None:
    chat.started, chat.blocked = described["started"], described["blocked"]
    for kept in sorted(described["messages"], key=lambda one: int(one["message_id"])):
        fields = {key: value for key, value in kept.items() if key not in ("text", "entities", "reply_to")}
        chat.messages[kept["message_id"]] = Message(
            chat=chat,
            body=Formatted(kept["text"], tuple(kept["entities"])),
            reply_to=chat.messages.get(kept["reply_to"]),
            **fields,
        )


def _file_out(file: StoredFile) -> dict[str, Any]:
    return {
        "file_id": file.file_id,
        "unique_id": file.unique_id,
        "path": file.path,
        "name": file.name,
        "media_type": file.media_type,
        "content": base64.b64encode(file.content).decode(),
    }


def _folder_out(folder: Folder) -> dict[str, Any]:
    return {
        "name": folder.name,
        "uid_validity": folder.uid_validity,
        "uid_next": folder.uid_next,
        "mails": [
            {
                "uid": mail.uid,
                "raw": base64.b64encode(mail.raw).decode(),
                "received_at": mail.received_at.isoformat(),
                "flags": sorted(mail.flags),
            }
            for mail in folder.mails
        ],
    }


def _folder_in(described: dict[str, Any]) -> Folder:
    folder = Folder(described["name"], uid_validity=described["uid_validity"])
    folder.uid_next = described["uid_next"]
    folder.mails = [
        StoredMail(
            uid=mail["uid"],
            raw=base64.b64decode(mail["raw"]),
            received_at=datetime.fromisoformat(mail["received_at"]),
            flags=set(mail["flags"]),
        )
        for mail in described["mails"]
    ]
    return folder


def _letter_out(letter: letters.Letter) -> dict[str, Any]:
    return {
        "number": letter.number,
        "direction": letter.direction,
        "date": letter.date.isoformat(),
        "raw": base64.b64encode(letter.raw).decode(),
    }


def _letter_in(described: dict[str, Any]) -> letters.Letter:
    return letters.read(
        base64.b64decode(described["raw"]),
        number=described["number"],
        direction=described["direction"],
        received_at=datetime.fromisoformat(described["date"]),
    )


def _text_out(text: Text) -> dict[str, Any]:
    described = {name: getattr(text, name) for name in Text.__slots__ if name != "media"}
    kept = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in described.items()}
    media = [
        {"sid": one.sid, "media_type": one.media_type, "content": base64.b64encode(one.content).decode()}
        for one in text.media
    ]
    return {**kept, "media": media}


def _text_in(described: dict[str, Any]) -> Text:
    moments = {name: datetime.fromisoformat(described[name]) for name in _TEXT_MOMENTS if described[name]}
    # What was on its way when the sandbox stopped has arrived meanwhile.
    status = "delivered" if described["status"] in ("queued", "sent") else described["status"]
    media = tuple(
        Picture(one["sid"], base64.b64decode(one["content"]), one["media_type"]) for one in described.get("media", ())
    )
    return Text(**{**described, **moments, "status": status, "media": media})
