"""One update of one colleague: who, when, what, the single unit of work, and the answers it leads to.

Handlers do no input or output besides the database. Answers are data: they are committed together with the effect and
with the inbox row's `processed_at`, and said afterwards.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import telegram
from sqlalchemy.ext.asyncio import AsyncSession

from bot import forms
from bot.callbacks import Signer
from bot.render import (
    BUTTON_LIMIT,
    CAPTION_LIMIT,
    TEXT_LIMIT,
    TOAST_LIMIT,
    Card,
    Html,
    Reader,
    fold,
    label,
    plain,
    translate,
)
from bot.routing import Router
from bot.settings import BotSettings
from channels.message import Button, ChatMessage, MailFile
from crm.interactions import KeptFile
from crm.wording import zone_of
from storage.database import Database
from storage.files import FileStore
from storage.models import FormProgress, Language, Staff

STAYING = frozenset({"followup", "escalation", "interaction", "inbound"})


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file that came with the message and lies in the file store already."""

    name: str
    media_type: str
    size: int
    sha256: str
    telegram_file_id: str
    kind: str  # document, photo, voice, audio, video


@dataclass
class Answer:
    """One thing to say: `do` is send, edit, toast or markup. Kept as JSON in the inbox row."""

    do: str
    html: str = ""
    buttons: list[list[dict[str, str]]] = field(default_factory=list)
    message_id: int | None = None
    card: str = ""
    card_id: int = 0
    file: dict[str, str] | None = None
    pressed: str = ""
    version: int | None = None  # of a card shown in place: which of those that hang there it is


class Unit:
    """The single unit of work of an update: one reading session at first, one writing session from the first write on."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stack = contextlib.AsyncExitStack()
        self._session: AsyncSession | None = None
        self._reading: AsyncSession | None = None

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """The session in hand; nothing is begun twice for one update."""
        if self._session is None and self._reading is None:
            self._reading = await self._stack.enter_async_context(self._database.read())
        session = self._session or self._reading
        if session is None:
            raise RuntimeError("the unit has ended")
        yield session

    @contextlib.asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """The writing session; leaving the block flushes, the dispatcher ends the unit."""
        if self._session is None:
            await self.release()
            self._session = await self._stack.enter_async_context(self._database.write())
        yield self._session
        await self._session.flush()

    async def release(self) -> None:
        """Ends the reading, before the network is used or the writing begins; a unit that writes is left alone."""
        if self._reading is not None and self._session is None:
            self._reading = None
            await self._stack.aclose()

    async def finish(self) -> None:
        """Commits what was written."""
        self._session = self._reading = None
        await self._stack.aclose()

    async def abandon(self, error: BaseException) -> None:
        """Rolls everything back."""
        self._session = self._reading = None
        with contextlib.suppress(type(error)):
            await self._stack.__aexit__(type(error), error, error.__traceback__)


class BotContext:
    """What a handler works with."""

    def __init__(
        self,
        *,
        staff: Staff,
        arrived_in: FormProgress | None,
        now: datetime,
        unit: Unit,
        signer: Signer,
        router: Router,
        settings: BotSettings,
        chat_id: int,
        update: telegram.Update,
        files: list[ReceivedFile],
        store: FileStore,
    ) -> None:
        self.staff = staff
        self.arrived_in = arrived_in  # the form the person was in when the update came
        self.now = now
        self.settings = settings
        self.chat_id = chat_id
        self.update = update
        self.files = files
        self.store = store
        self.answers: list[Answer] = []
        self.pressed_card = ""  # the kind of card whose button was pressed, where it is one that hangs
        self.commands_changed: set[int] = set()  # staff whose command menus must follow
        self._unit = unit
        self._signer = signer
        self._router = router

    @property
    def language(self) -> Language:
        return self.staff.language

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.staff.timezone)

    @property
    def message(self) -> telegram.Message | None:
        return self.update.message

    @property
    def text(self) -> str:
        """What the person typed, or the caption of what they sent."""
        message = self.update.message
        return ((message.text or message.caption or "") if message else "").strip()

    @property
    def pressed_message_id(self) -> int | None:
        query = self.update.callback_query
        return query.message.message_id if query and query.message else None

    @property
    def pressed_message(self) -> tuple[int, int] | None:
        """(chat, message) whose button was pressed: what `crm.cards.refresh` may leave to us."""
        message_id = self.pressed_message_id
        return (self.chat_id, message_id) if message_id else None

    def read(self) -> contextlib.AbstractAsyncContextManager[AsyncSession]:
        return self._unit.read()

    def write(self) -> contextlib.AbstractAsyncContextManager[AsyncSession]:
        return self._unit.write()

    async def release(self) -> None:
        """Ends the reading before something slow (a picture, a large file); a unit that writes is left alone."""
        await self._unit.release()

    def reader(self, session: AsyncSession) -> Reader:
        return Reader(session, staff=self.staff, now=self.now, settings=self.settings)

    def t(self, key: str, **arguments: object) -> Html:
        return translate(self.language, key, **arguments)

    def say(self, key: str, **arguments: object) -> None:
        """A plain new message."""
        self.send(Card(self.t(key, **arguments)))

    def send(self, card: Card) -> None:
        """A new message, whatever was pressed."""
        self.answers.append(self._answer("send", card, None))

    def show(self, card: Card) -> None:
        """The card in place of the one whose button was pressed, else as a new message.

        A reminder, a customer's message or a saved record stays where it hangs: another thing never takes its place.
        """
        message_id = self.pressed_message_id
        stays = self.pressed_card in STAYING and card.card != self.pressed_card
        if message_id is None or card.file is not None or stays:
            self.send(card)
        else:
            self.answers.append(self._answer("edit", card, message_id))

    def toast(self, key: str, **arguments: object) -> None:
        """A few words over the chat, as the answer to a press."""
        self.answers.append(Answer("toast", html=plain(self.t(key, **arguments))[:TOAST_LIMIT]))

    async def ask(self, form: str, step: str, fields: Mapping[str, Any], card: Card) -> None:
        """Starts the form or moves it on, and shows its card."""
        async with self.write() as session:
            await forms.put(session, staff_id=self.staff.id, form=form, step=step, fields=fields, now=self.now)
        self.show(card)

    async def form(self) -> FormProgress | None:
        async with self.read() as session:
            return await forms.current(session, staff_id=self.staff.id)

    async def finish_form(self) -> None:
        async with self.write() as session:
            await forms.finish(session, staff_id=self.staff.id)

    async def leave_form(self, form: str) -> None:
        """Whoever goes elsewhere by a button no longer answers that form: what they type next is not for it."""
        current = await self.form()
        if current is not None and current.form == form:
            await self.finish_form()

    async def show_card(self, name: str, card_id: int, *, new: bool = False, **facts: object) -> None:
        """Renders a registered card from what is true now and shows it; says so when the thing is gone."""
        async with self.read() as session:
            card = await self._router.cards[name](self.reader(session), card_id, dict(facts))
        if card is None:
            self.say("core-gone")
        elif new:
            self.send(card)
        else:
            self.show(card)

    async def run_command(self, name: str) -> None:
        """Does what typing the command would."""
        await self._router.commands[name](self, "")

    def _answer(self, do: str, card: Card, message_id: int | None) -> Answer:
        message = chat_message(card, signer=self._signer, staff=self.staff, now=self.now)
        answer = Answer(
            do,
            html=message.html,
            buttons=[[{"text": b.text, "data": b.data, "url": b.url} for b in row] for row in message.buttons],
            message_id=message_id,
            card=card.card,
            card_id=card.card_id,
        )
        if card.file is not None:
            answer.file = {"name": card.file.name, "media_type": card.file.media_type}
            if isinstance(card.file, KeptFile):
                answer.file["sha256"] = card.file.sha256
            else:
                answer.file["content"] = card.file.content.hex()
        return answer


def chat_message(card: Card, *, signer: Signer, staff: Staff, now: datetime) -> ChatMessage:
    """A card ready for the wire: folded to the limits, its actions packed for this person. A kept file is its caller's."""
    limit = CAPTION_LIMIT if card.file is not None else TEXT_LIMIT
    rows: list[tuple[Button, ...]] = []
    left = BUTTON_LIMIT
    for row in card.rows:
        buttons = tuple(
            Button(
                text=label(press.text),
                data=signer.pack(press.action, staff_id=staff.id, now=now) if press.action else "",
                url=press.url,
            )
            for press in row[: min(8, left)]
        )
        left -= len(buttons)
        if buttons:
            rows.append(buttons)
    file = card.file if isinstance(card.file, MailFile) else None
    return ChatMessage(html=fold(card.html, limit), buttons=tuple(rows), file=file)
