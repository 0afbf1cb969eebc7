"""A talk with the bot: raw updates go in through the inbox, Bot API calls come out at the transport."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import telegram
from telegram.request import BaseRequest, RequestData

from bot.application import BotApplication, build_bot
from bot.settings import BotSettings
from channels import inbox
from storage.database import Database
from storage.files import FileStore
from storage.models import InboxSource, Role, Staff
from tests.factories import make_staff

SECRET = "test-secret"


class Recorder(BaseRequest):
    """The far end of the transport: notes every call and answers as Telegram would."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.files: dict[str, bytes] = {}
        self._refusals: list[tuple[str, int, dict[str, Any]]] = []
        self._ids = count(5000)

    def refuse(self, method: str, status: int, description: str, *, times: int = 1, **parameters: Any) -> None:
        """The next calls of the method are refused so; `parameters` are Telegram's, like retry_after."""
        body = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
        self._refusals += [(method, status, body)] * times

    def texts(self, chat_id: int | None = None) -> list[str]:
        """What was said, refused or not, in order; to one chat when asked."""
        return [
            str(parameters.get("text") or parameters.get("caption") or "")
            for name, parameters in self.calls
            if name in _SHOWING and chat_id in (None, parameters["chat_id"])
        ]

    @property
    def read_timeout(self) -> float:
        return 5.0

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, **_timeouts: Any
    ) -> tuple[int, bytes]:
        name = url.rpartition("/")[2]
        if "/file/" in url:
            return 200, self.files[name]
        parameters = dict(request_data.parameters) if request_data else {}
        self.calls.append((name, parameters))
        for refusal in self._refusals:
            if refusal[0] == name:
                self._refusals.remove(refusal)
                return refusal[1], json.dumps(refusal[2]).encode()
        return 200, json.dumps({"ok": True, "result": self._result(name, parameters)}).encode()

    def _result(self, name: str, parameters: dict[str, Any]) -> Any:
        if name in ("sendMessage", "editMessageText", "sendDocument"):
            return {
                "message_id": parameters.get("message_id") or next(self._ids),
                "date": int(time.time()),
                "chat": {"id": parameters["chat_id"], "type": "private"},
                "text": parameters.get("text", ""),
            }
        if name == "getFile":
            return {"file_id": parameters["file_id"], "file_unique_id": "u", "file_path": parameters["file_id"]}
        return True


@dataclass
class Shown:
    """A message as the person sees it."""

    message_id: int
    html: str
    buttons: list[dict[str, str]]
    edited: bool


@dataclass
class MovableNow:
    at: datetime

    def now(self) -> datetime:
        return self.at


@dataclass
class BotTalk:
    """Plays colleagues; `says` and `taps` return what the bot showed for it."""

    application: BotApplication
    database: Database
    recorder: Recorder
    clock: MovableNow
    staff: Staff
    _ids: count[int] = field(default_factory=lambda: count(1))

    async def says(self, text: str = "", *, by: Staff | None = None, **message: Any) -> list[Shown]:
        body = {**self._head(by or self.staff), **({"text": text} if text else {}), **message}
        return await self._arrives({"message": body})

    async def taps(self, button: str, *, on: Shown, by: Staff | None = None) -> list[Shown]:
        """Presses a button by its text (or the start of it)."""
        data = next(b["callback_data"] for b in on.buttons if b["text"].startswith(button))
        return await self.presses(data, message_id=on.message_id, by=by)

    async def presses(self, data: str, *, message_id: int, by: Staff | None = None) -> list[Shown]:
        person = by or self.staff
        message = {**self._head(person), "message_id": message_id, "text": "…"}
        query = {
            "id": str(next(self._ids)),
            "from": message["from"],
            "chat_instance": "1",
            "data": data,
            "message": message,
        }
        return await self._arrives({"callback_query": query})

    def toast(self) -> str:
        """The words of the newest toast, empty when the press was answered without any."""
        return next((p.get("text", "") for n, p in reversed(self.recorder.calls) if n == "answerCallbackQuery"), "")

    def advance(self, **by: float) -> None:
        self.clock.at += timedelta(**by)

    def again(self) -> BotTalk:
        """The product started anew on the same database and files; nothing is kept in memory."""
        old = self.application
        fresh = build_bot(
            bot=old.bot,
            database=self.database,
            files=old.dispatcher.files,
            clock=self.clock,
            secret=SECRET,
            settings=old.dispatcher.settings,
            owner="again",
        )
        return replace(self, application=fresh)

    def _head(self, person: Staff) -> dict[str, Any]:
        user = {
            "id": person.telegram_id,
            "is_bot": False,
            "first_name": person.name,
            "language_code": person.language.value,
        }
        chat = {"id": person.telegram_id, "type": "private", "first_name": person.name}
        return {"message_id": next(self._ids), "date": int(self.clock.at.timestamp()), "chat": chat, "from": user}

    async def _arrives(self, update: dict[str, Any]) -> list[Shown]:
        update["update_id"] = next(self._ids)
        body = update.get("message") or update["callback_query"]["message"]
        before = len(self.recorder.calls)
        async with self.database.write() as session:
            await inbox.store(
                session,
                source=InboxSource.TELEGRAM,
                external_id=str(update["update_id"]),
                lane=str(body["chat"]["id"]),
                payload=update,
                now=self.clock.now(),
            )
        await self.application.dispatcher.drain()
        return [_shown(name, parameters) for name, parameters in self.recorder.calls[before:] if name in _SHOWING]


_SHOWING = ("sendMessage", "editMessageText", "sendDocument")


def _shown(name: str, parameters: dict[str, Any]) -> Shown:
    markup = parameters.get("reply_markup") or {"inline_keyboard": []}
    buttons = [button for row in markup["inline_keyboard"] for button in row]
    html = parameters.get("text") or parameters.get("caption") or ""
    return Shown(parameters.get("message_id") or 0, html, buttons, name == "editMessageText")


@pytest.fixture
def clock(now: datetime) -> MovableNow:
    return MovableNow(now)


@pytest.fixture
async def talk(database: Database, tmp_path: Path, clock: MovableNow) -> BotTalk:
    recorder = Recorder()
    bot = telegram.Bot("100:test", request=recorder, get_updates_request=recorder)
    async with database.write() as session:
        rep = await make_staff(session, Role.REP, name="Rita Rep", telegram_id=501, timezone="Europe/Berlin")
    application = build_bot(
        bot=bot,
        database=database,
        files=FileStore(tmp_path / "files"),
        clock=clock,
        secret=SECRET,
        settings=BotSettings(username="touchline_bot", email_on=True, sms_on=True, currency="THB", region="TH"),
        owner="test",
    )
    return BotTalk(application, database, recorder, clock, rep)
