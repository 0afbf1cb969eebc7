"""The only constructor: builds the product from settings and a clock, and runs its parts until told to stop.

What a part needs is imported when the part is built, so that a process pays only for what it runs.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
from collections.abc import Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass, field
from email.utils import parseaddr
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

import structlog

from app import garbage, logs
from app.settings import Settings
from crm.marketing import ensure_standard_sources
from scheduler.clock import Clock, SystemClock
from storage import migrations
from storage.database import Database
from storage.files import FileStore

if TYPE_CHECKING:
    import telegram
    from fastapi import FastAPI

    from bot.application import BotApplication
    from channels.inbox import Arrival
    from channels.outbox.worker import OutboxWorker
    from crm.calls import CallTerms
    from crm.contact_rules import ContactRules
    from crm.threads import House
    from crm.writing import Ours
    from crm.writing import Sender as Writer
    from scheduler.inbound import InboundLoop
    from scheduler.ticks import Ticker

log = structlog.get_logger("touchline")

DRAIN_SECONDS = 28.0  # of the 30 a supervisor grants between SIGTERM and SIGKILL
LONGEST_PAUSE_SECONDS = 30.0

Loop = Callable[[asyncio.Event], Coroutine[Any, Any, None]]


class Part(StrEnum):
    """What `run --only` chooses from."""

    BOT = "bot"
    WEB = "web"
    SCHEDULER = "scheduler"
    WORKER = "worker"


class CannotRun(Exception):
    """Trying again would not help (a refused token, a taken port); the message is one line with the fix."""


def build(settings: Settings, clock: Clock | None = None) -> Product:
    """The product, nothing started yet. The clock is the host's unless another is handed in."""
    return Product(settings=settings, clock=clock or SystemClock())


@dataclass
class Product:
    """Everything one process may run. The parts share one database, one clock, one file store."""

    settings: Settings
    clock: Clock
    owner: str = field(default_factory=lambda: f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}")
    _parts: Collection[Part] = field(default_factory=tuple, init=False, repr=False)
    _opened: list[Callable[[], Coroutine[Any, Any, object]]] = field(default_factory=list, init=False, repr=False)

    @cached_property
    def database(self) -> Database:
        return Database(self.settings.database)

    @cached_property
    def files(self) -> FileStore:
        return FileStore(self.settings.files)

    @cached_property
    def telegram(self) -> telegram.Bot:
        """The Bot API client over our own transport. `open()` must have run before it is used."""
        import telegram

        from bot.request import AiohttpRequest

        if self.settings.telegram_token is None:
            raise CannotRun("TOUCHLINE_TELEGRAM_TOKEN is missing; run `touchline init`, or try `touchline demo`")
        calls, polls = AiohttpRequest(), AiohttpRequest(connection_pool_size=2)
        root = self.settings.telegram_api_url
        return telegram.Bot(
            self.settings.telegram_token.get_secret_value(),
            base_url=f"{root}/bot",
            base_file_url=f"{root}/file/bot",
            request=calls,
            get_updates_request=polls,
        )

    @cached_property
    def bot(self) -> BotApplication:
        from app import chatting
        from bot.application import build_bot

        return build_bot(
            bot=self.telegram,
            database=self.database,
            files=self.files,
            clock=self.clock,
            secret=self.settings.derived_key("callbacks").hex(),
            settings=chatting.bot_settings(self),
            owner=self.owner,
        )

    @cached_property
    def writer(self) -> Writer:
        """Who we are to customers."""
        from app import outgoing

        return outgoing.writer(self.settings, self.files)

    @cached_property
    def call_terms(self) -> CallTerms:
        """What calls go out on; off without a number or an address Twilio can ask."""
        from crm.calls import CallTerms

        return CallTerms(number=self.settings.voice_number, public_url=self.settings.public_url)

    @cached_property
    def contact_rules(self) -> ContactRules:
        """When, how often and whether at all marketing may reach clients."""
        return self.settings.contact_rules(zone=self.settings.default_timezone)

    @property
    def mail_domain(self) -> str:
        """What our Message-IDs end in."""
        return parseaddr(self.settings.mail_from)[1].rpartition("@")[2] or "localhost"

    @property
    def house(self) -> House:
        """Who we are to those who write to us."""
        from app import outgoing
        from crm.threads import House

        return House(self.own_addresses.addresses, self.mail_domain, outgoing.answer_key(self.settings))

    @cached_property
    def own_addresses(self) -> Ours:
        """Where mail reaches us: what it is sent from, where bounces go, and the mailboxes that are read."""
        from urllib.parse import unquote, urlsplit

        from crm.writing import Ours

        urls = [mailbox.url.get_secret_value() for mailbox in self.settings.mailbox_list]
        logins = [unquote(urlsplit(url).username or "") for url in urls]
        return Ours.of(parseaddr(self.settings.mail_from)[1], parseaddr(self.settings.bounce_address)[1], *logins)

    @cached_property
    def worker(self) -> OutboxWorker:
        from app import outgoing
        from channels.outbox.worker import OutboxWorker
        from crm import consent

        return OutboxWorker(
            database=self.database,
            senders=outgoing.senders(self),
            composers=outgoing.composers(self),
            gate=consent.Gate(self.contact_rules),
            clock=self.clock,
            owner=self.owner,
        )

    @cached_property
    def ticker(self) -> Ticker:
        from crm.mailings import Terms
        from scheduler.ticks import TICKS, Ticker, automation_ticks, mailing_ticks

        settings, rules = self.settings, self.contact_rules
        terms = Terms(settings.approval_rules(), settings.sms_terms, rules.consent_required)
        return Ticker(
            database=self.database,
            clock=self.clock,
            owner=self.owner,
            planned=self._wake_worker,
            ticks=(
                *TICKS,
                *mailing_ticks(self.mail_domain, rules, terms),
                *automation_ticks(self.mail_domain),
            ),
        )

    @cached_property
    def inbound(self) -> InboundLoop:
        from app import incoming
        from crm.deliveries import Returns
        from scheduler.inbound import InboundLoop

        return InboundLoop(
            database=self.database,
            files=self.files,
            clock=self.clock,
            planned=self._wake_worker,
            media=incoming.media_fetcher(self.settings),
            house=self.house,
            returns=Returns(key=self.settings.derived_key("bounce"), soft_limit=self.settings.soft_bounce_limit),
        )

    @cached_property
    def web(self) -> FastAPI:
        from web.application import create_app
        from web.deps import WebParts

        settings = self.settings
        reads: Callable[[dict[str, Any]], Arrival] | None = None
        if settings.has_telegram:
            from bot.intake import arrival as reads
        return create_app(
            WebParts(
                database=self.database,
                clock=self.clock,
                token_key=settings.derived_key("unsubscribe"),
                touch_key=settings.derived_key("touches"),
                public_url=settings.public_url,
                sender_name=parseaddr(settings.mail_from)[0],
                default_language=settings.default_language,
                telegram_secret=settings.webhook_secret() if settings.has_telegram else "",
                telegram_arrival=reads,
                twilio_account_sid=settings.twilio_account_sid,
                twilio_auth_token=_shown(settings.twilio_auth_token),
                api_key=_shown(settings.api_key),
                voice_number=settings.voice_number,
                voice_record=settings.voice_record,
                currency=settings.currency,
                wake_telegram=self._wake_bot,
                wake_inbound=self._wake_inbound,
                poll_age=self._poll_age,
            )
        )

    async def open(self) -> None:
        """Checks the database, brings its schema up to date and opens the transports. Raises StorageError."""
        self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        await self.database.check()
        await migrations.upgrade(self.database)
        async with self.database.write() as session:
            await ensure_standard_sources(session)
        if self.settings.has_telegram:
            from telegram.request import BaseRequest

            transports: Sequence[BaseRequest] = self.telegram._request  # the only way to both of them
            for transport in transports:
                await transport.initialize()
                self._opened.append(transport.shutdown)

    async def close(self) -> None:
        """Closes what was opened, in reverse."""
        if "worker" in self.__dict__:
            await self.worker.close()
        while self._opened:
            await self._opened.pop()()
        if "database" in self.__dict__:
            await self.database.close()

    async def run(self, *, only: Collection[str] | None = None, stop: asyncio.Event | None = None) -> None:
        """Runs the parts until `stop`, then lets each finish what it has in hand, within 30 s.

        Without a `stop` of the caller's this is a process of its own: it writes logs and heeds SIGTERM and Ctrl-C.
        Raises CannotRun.
        """
        alone, stop = stop is None, stop or asyncio.Event()
        if alone:
            self._be_a_process(stop)
        self._parts = [Part(name) for name in only] if only else list(Part)
        try:
            await self.open()
            loops = self._loops(self._parts)
            if alone:
                garbage.look_seldom()
            await self._run_loops(loops, stop)
        finally:
            await self.close()

    def _be_a_process(self, stop: asyncio.Event) -> None:
        settings = self.settings
        settings.key()  # made now, so that the redactor knows it
        logs.configure(
            level=settings.log_level, as_json=settings.log_format == "json", secrets=tuple(settings.secrets())
        )
        loop = asyncio.get_running_loop()
        for one in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(one, stop.set)

    def _loops(self, parts: Collection[Part]) -> dict[str, Loop]:
        """The loops of the chosen parts by name, in the order they start."""
        from app import outgoing

        loops: dict[str, Loop] = {}
        if Part.BOT in parts:
            if self.settings.has_telegram:
                loops["bot"] = self._run_bot
            else:
                log.warning("The bot is off: TOUCHLINE_TELEGRAM_TOKEN is missing")
        if Part.WORKER in parts:
            loops["worker"] = self.worker.run
            loops["calls to other programs"] = outgoing.caller(self).run
        if Part.SCHEDULER in parts:
            loops["ticks"] = self.ticker.run
            loops.update(self._intake_loops())
        if Part.WEB in parts:
            loops["web"] = self._run_web
        if not loops:
            raise CannotRun("TOUCHLINE_TELEGRAM_TOKEN is missing: there is no bot to run; `touchline init` asks for it")
        return loops

    def _intake_loops(self) -> dict[str, Loop]:
        """Customers' mail, SMS and calls: looked for where they lie, and handled once they are rows."""
        from app import incoming

        loops: dict[str, Loop] = {"inbound": self.inbound.run}
        for name, loop in incoming.loops(self).items():
            loops[name] = loop.run
        return loops

    async def _run_loops(self, loops: dict[str, Loop], stop: asyncio.Event) -> None:
        tasks = [asyncio.create_task(_kept_up(name, loop, stop), name=name) for name, loop in loops.items()]
        stopped = asyncio.create_task(stop.wait(), name="stop")
        log.info("Running", parts=list(loops))
        done, _ = await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        log.info("Stopping", ended=sorted(task.get_name() for task in done))
        _, late = await asyncio.wait(tasks, timeout=DRAIN_SECONDS) if tasks else (set(), set())
        for task in late:
            log.warning("Cut short: it did not finish in time", part=task.get_name())
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def _run_bot(self, stop: asyncio.Event) -> None:
        from telegram.error import InvalidToken

        polling = self.settings.telegram_mode == "polling"
        try:
            if not await self._greet_telegram(stop, polling=polling):
                return
            await self.bot.run(stop, polling=polling)
        except InvalidToken:
            raise CannotRun(
                "TOUCHLINE_TELEGRAM_TOKEN: Telegram does not accept it; copy it again from BotFather"
            ) from None

    async def _greet_telegram(self, stop: asyncio.Event, *, polling: bool) -> bool:
        """Asks who the bot is and sets the webhook, again until Telegram answers. False when told to stop meanwhile."""
        from dataclasses import replace

        from telegram.error import InvalidToken, TelegramError

        from bot.intake import ALLOWED_UPDATES

        pause = 0.5
        while not stop.is_set():
            try:
                await self.telegram.initialize()
                if not polling:
                    await self.telegram.set_webhook(
                        f"{self.settings.public_url}/telegram",
                        secret_token=self.settings.webhook_secret(),
                        allowed_updates=list(ALLOWED_UPDATES),
                        drop_pending_updates=False,
                    )
            except InvalidToken:
                raise
            except TelegramError as error:
                log.warning("Telegram does not answer yet", error=str(error), pause=pause)
                await _rest(stop, pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            else:
                dispatcher = self.bot.dispatcher
                dispatcher.settings = replace(dispatcher.settings, username=self.telegram.username)
                return True
        return False

    async def _run_web(self, stop: asyncio.Event) -> None:
        from app.server import serve

        await serve(self.web, host=self.settings.web_host, port=self.settings.web_port, stop=stop)

    def _poll_age(self) -> float | None:
        """Seconds since the last good poll; None where this process does not poll."""
        if "bot" not in self.__dict__ or self.settings.telegram_mode != "polling" or not self.bot.poller.leads:
            return None
        return self.bot.poller.age

    def _wake_worker(self) -> None:
        if "worker" in self.__dict__:
            self.worker.wake()

    def _wake_inbound(self) -> None:
        if "inbound" in self.__dict__:
            self.inbound.wake()

    def _wake_bot(self) -> None:
        if "bot" in self.__dict__:
            self.bot.dispatcher.wake()


async def _kept_up(name: str, loop: Loop, stop: asyncio.Event) -> None:
    """Runs a loop and starts it again when it fails, after growing pauses; CannotRun ends the process."""
    pause = 1.0
    while not stop.is_set():
        try:
            await loop(stop)
        except CannotRun:
            raise
        except Exception:
            log.exception("A part failed and starts again", part=name, pause=pause)
            await _rest(stop, pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        else:
            return


async def _rest(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return


def _shown(secret: Any) -> str:
    return "" if secret is None else str(secret.get_secret_value())
