"""The sandbox: every stand-in, started and stopped as one, all on 127.0.0.1.

One HTTP site carries the page, the control API, the Bot API and Twilio; SMTP and IMAP have ports of their own.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from sandbox.clock import MovableClock
from sandbox.control import Control
from sandbox.faults import Faults
from sandbox.mail_imap import ImapServer
from sandbox.mail_smtp import SmtpServer
from sandbox.mailboxes import PostOffice
from sandbox.telegram_api import TelegramServer
from sandbox.telegram_bot import TelegramBot
from sandbox.telegram_files import UPLOAD_LIMIT
from sandbox.telegram_spec import load_spec
from sandbox.twilio_api import TwilioServer
from sandbox.twilio_calls import Exchange
from sandbox.twilio_phones import PhoneNetwork
from sandbox.world import Person, World

PAGE = Path(__file__).parent / "page"
_MULTIPART_OVERHEAD = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts the stand-ins know; nothing here opens anything outside this machine."""

    telegram_token: str = "7000000001:AAsandboxSANDBOXsandboxSANDBOXsandb"
    bot_name: str = "Touchline"
    bot_username: str = "touchline_sandbox_bot"
    company_address: str = "crm@touchline.example"
    company_name: str = "Touchline Trading"
    mail_user: str = "crm"
    mail_password: str = "sandbox-mail"
    twilio_account_sid: str = "AC5a6d626f785a6d626f785a6d626f7801"
    twilio_auth_token: str = "5a6d626f785a6d626f785a6d626f7802"
    twilio_number: str = "+12025550143"


class Sandbox:
    """All the stand-ins with their people.

    `validate` holds every Bot API call against the published description below `counterparts`; `spec_missing` tells
    that it was not there. `smtp_tls` offers STARTTLS.
    """

    def __init__(
        self,
        *,
        clock: MovableClock | None = None,
        accounts: Accounts | None = None,
        validate: bool = False,
        counterparts: Path | None = None,
        smtp_tls: ssl.SSLContext | None = None,
    ) -> None:
        self.clock = clock or MovableClock()
        self.accounts = accounts or Accounts()
        self.faults = Faults()
        self.world = World(clock=self.clock)
        known = self.accounts
        self.bot = TelegramBot(
            world=self.world, token=known.telegram_token, name=known.bot_name, username=known.bot_username
        )
        self.office = PostOffice(
            world=self.world, faults=self.faults, company_address=known.company_address, company_name=known.company_name
        )
        self.phones = PhoneNetwork(
            world=self.world,
            faults=self.faults,
            account_sid=known.twilio_account_sid,
            auth_token=known.twilio_auth_token,
            number=known.twilio_number,
        )
        self.calls = Exchange(network=self.phones)
        spec = load_spec(counterparts) if validate else None
        self.spec_missing = validate and spec is None
        self._telegram = TelegramServer(bot=self.bot, faults=self.faults, spec=spec)
        self._twilio = TwilioServer(network=self.phones, exchange=self.calls, faults=self.faults)
        credentials = {"user": known.mail_user, "password": known.mail_password}
        self.smtp = SmtpServer(office=self.office, faults=self.faults, tls=smtp_tls, **credentials)
        self.imap = ImapServer(office=self.office, faults=self.faults, **credentials)
        self._runner: web.AppRunner | None = None
        self._port = 0

    def add_person(
        self,
        id: str,  # noqa: A002 - the name the control API uses
        name: str,
        role: str,
        language: str = "en",
        *,
        telegram_id: int | None = None,
        email: str | None = None,
        phone: str | None = None,
        client_id: int | None = None,
        username: str | None = None,
        started: bool = True,
    ) -> Person:
        """Let somebody live here. With `started=False` the bot may not write to them before they have."""
        person = Person(id, name, role, language, telegram_id, email, phone, client_id, username)
        self.world.add(person)
        if telegram_id is not None:
            self.bot.open_chat(person, started=started)
        return person

    async def start(self, *, port: int = 0, smtp_port: int = 0, imap_port: int = 0) -> None:
        """Listen, on the ports given or on free ones."""
        application = web.Application(client_max_size=UPLOAD_LIMIT + _MULTIPART_OVERHEAD)
        self._telegram.add_routes(application)
        self._twilio.add_routes(application)
        control = Control(
            world=self.world,
            clock=self.clock,
            bot=self.bot,
            office=self.office,
            network=self.phones,
            exchange=self.calls,
            faults=self.faults,
            imap=self.imap,
        )
        control.add_routes(application)
        application.router.add_get("/", _index)
        application.router.add_static("/page", PAGE)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.phones.api_url = self.twilio_api_url
        await self.smtp.start(smtp_port)
        await self.imap.start(imap_port)

    async def stop(self) -> None:
        """Close everything; whoever waits in a long poll is let go first."""
        await self.bot.updates.close()
        self.world.release_waiters()
        await self.calls.close()
        await self.phones.close()
        await self.smtp.stop()
        await self.imap.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def port(self) -> int:
        return self._port

    @property
    def telegram_api_url(self) -> str:
        """What the product's TELEGRAM_API_URL wants: it appends /bot<token>/<method> and /file/bot<token>/<path>."""
        return self.url

    @property
    def bot_base_url(self) -> str:
        """What python-telegram-bot calls base_url."""
        return f"{self.url}/bot"

    @property
    def bot_file_url(self) -> str:
        """What python-telegram-bot calls base_file_url."""
        return f"{self.url}/file/bot"

    @property
    def smtp_url(self) -> str:
        return (
            f"smtp://{self.accounts.mail_user}:{self.accounts.mail_password}@127.0.0.1:{self.smtp.port}?starttls=auto"
        )

    @property
    def imap_url(self) -> str:
        return f"imap://{self.accounts.mail_user}:{self.accounts.mail_password}@127.0.0.1:{self.imap.port}"

    @property
    def twilio_api_url(self) -> str:
        return self.url

    def product_environment(self) -> dict[str, str]:
        """The settings that lead the product here, as environment variables."""
        known = self.accounts
        return {
            "TOUCHLINE_TELEGRAM_TOKEN": known.telegram_token,
            "TOUCHLINE_TELEGRAM_API_URL": self.telegram_api_url,
            "TOUCHLINE_SMTP_URL": self.smtp_url,
            "TOUCHLINE_IMAP_URL": self.imap_url,
            "TOUCHLINE_MAIL_FROM": f"{known.company_name} <{known.company_address}>",
            "TOUCHLINE_TWILIO_ACCOUNT_SID": known.twilio_account_sid,
            "TOUCHLINE_TWILIO_AUTH_TOKEN": known.twilio_auth_token,
            "TOUCHLINE_TWILIO_FROM": known.twilio_number,
            "TOUCHLINE_TWILIO_API_URL": self.twilio_api_url,
        }


async def _index(request: web.Request) -> web.StreamResponse:
    index = PAGE / "index.html"
    if not index.is_file():
        return web.Response(text="The sandbox is running; its control API is under /sandbox.")
    return web.FileResponse(index, headers={"Cache-Control": "no-cache"})
