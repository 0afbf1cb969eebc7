"""The bot, put together: every noun's doors, the dispatcher, the poller, and the cards the outbox sends for us."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any, Protocol

import structlog
import telegram
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from telegram.error import TelegramError

from bot import menu
from bot.callbacks import Signer
from bot.context import chat_message
from bot.dispatch import Dispatcher
from bot.intake import Poller
from bot.render import Reader
from bot.routing import Router
from bot.settings import BotSettings
from channels.message import MailFile, OutgoingChat
from channels.outbox.delivery import Delivery, Drop
from crm.interactions import KeptFile
from storage.database import Database
from storage.files import FileStore
from storage.models import CardMessage, Staff

log = structlog.get_logger(__name__)

# The order of this list is the order in which plain lines are read: interactions, stock, search.
NOUNS = (
    "menu",
    "automations",
    "inbound",
    "conversations",
    "interactions",
    "followups",
    "absences",
    "invitations",
    "writing",
    "calls",
    "stock",
    "imports",
    "contacts",
    "consents",
    "counterparties",
    "segments",
    "templates",
    "mailings",
    "doubts",
    "halts",
    "optout",
    "why",
    "enrolments",
    "staff",
    "mailboxes",
    "history",
    "clients",
)


# Where a card hangs is no fact of the card.
_PLACE = frozenset({"card", "card_id", "message_id", "wherever"})


class _Clock(Protocol):
    def now(self) -> Any: ...


def collect() -> Router:
    """All doors of all nouns."""
    router = Router()
    for noun in NOUNS:
        router.include(import_module(f"bot.{noun}").router)
    return router


@dataclass
class BotApplication:
    """The running bot; `dispatcher.wake()` after a webhook stored something."""

    bot: telegram.Bot
    database: Database
    router: Router
    signer: Signer
    clock: _Clock
    dispatcher: Dispatcher
    poller: Poller

    async def run(self, stop: asyncio.Event, *, polling: bool) -> None:
        """Announces the commands, then works until `stop`; updates in hand are finished."""
        await self._announce()
        parts = [asyncio.create_task(self.dispatcher.run(stop), name="dispatcher")]
        if polling:
            parts.append(asyncio.create_task(self.poller.run(stop), name="poller"))
        try:
            await asyncio.gather(*parts)
        finally:
            for part in parts:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)

    async def compose_card(self, session: AsyncSession, row: Delivery) -> OutgoingChat | Drop:
        """The outbox's composer for `card` and `card_edit`: rendered in the reader's language from what is true now."""
        staff = await session.get(Staff, row.staff_id)
        if staff is None or not staff.active or staff.telegram_id is None:
            return Drop("staff-left")
        name = str(row.payload["card"])
        message_id = row.payload.get("message_id")
        if row.payload.get("wherever"):
            message_id = await _hung_at(session, row)
        # Asked before anything is read for the card: what changes from here on makes this look an old one.
        as_of = await _version(session, row, message_id) if message_id is not None else None
        if row.kind == "card_edit" and as_of is None:
            return Drop("shown-no-more")
        facts = {key: value for key, value in row.payload.items() if key not in _PLACE}
        reader = Reader(session, staff=staff, now=self.clock.now(), settings=self.dispatcher.settings)
        card = await self.router.cards[name](reader, int(row.payload["card_id"]), facts)
        if card is None:
            return Drop("gone")
        if isinstance(card.file, KeptFile):
            content = await self.dispatcher.files.get(card.file.sha256)
            card = replace(card, file=MailFile(card.file.name, card.file.media_type, content))
        message = chat_message(card, signer=self.signer, staff=staff, now=self.clock.now())
        return OutgoingChat(chat_id=staff.telegram_id, message=message, message_id=message_id, as_of=as_of)

    async def _announce(self) -> None:
        async with self.database.read() as session:
            everybody = (await session.execute(select(Staff).where(Staff.active.is_(True)))).scalars().all()
        try:
            await menu.announce_to_strangers(self.bot)
            for staff in everybody:
                await menu.announce(self.bot, staff)
        except TelegramError as error:
            log.warning("the command menus could not be set", error=type(error).__name__)


async def _hung_at(session: AsyncSession, row: Delivery) -> int | None:
    """Where the newest copy of the row's card hangs in the reader's chat."""
    query = (
        select(CardMessage.message_id)
        .where(
            CardMessage.chat_id == int(row.address),
            CardMessage.card == str(row.payload["card"]),
            CardMessage.card_id == int(row.payload["card_id"]),
        )
        .order_by(CardMessage.id.desc())
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def _version(session: AsyncSession, row: Delivery, message_id: int) -> int | None:
    """The version of what hangs where an edit belongs; None when the message shows that card no more."""
    query = select(CardMessage.version).where(
        CardMessage.chat_id == int(row.address),
        CardMessage.message_id == int(message_id),
        CardMessage.card == str(row.payload["card"]),
        CardMessage.card_id == int(row.payload["card_id"]),
    )
    return (await session.execute(query)).scalar_one_or_none()


def build_bot(
    *,
    bot: telegram.Bot,
    database: Database,
    files: FileStore,
    clock: _Clock,
    secret: str,
    settings: BotSettings,
    owner: str,
) -> BotApplication:
    """Puts the bot together around a ready `telegram.Bot` (its transport is `bot.request.AiohttpRequest`)."""
    router = collect()
    signer = Signer(secret)

    async def staff_changed(staff: Staff) -> None:
        await menu.announce(bot, staff)

    dispatcher = Dispatcher(
        database=database,
        files=files,
        bot=bot,
        router=router,
        signer=signer,
        clock=clock,
        settings=settings,
        staff_changed=staff_changed,
    )
    poller = Poller(database=database, bot=bot, clock=clock, owner=owner, stored=dispatcher.wake)
    return BotApplication(bot, database, router, signer, clock, dispatcher, poller)
