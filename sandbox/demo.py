"""The demo: the stand-ins, the product beside them in the same process, a trading company, and one address to open.

The product is built by its own wiring from addresses and a clock; nothing in it knows that this is a demo.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import socket
import tempfile
import webbrowser
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from sqlalchemy import select

from app import settings as product_settings
from app import wiring
from crm import staff
from sandbox import memory
from sandbox.clock import MovableClock
from sandbox.product import free_port, product_environment
from sandbox.seed import opening_moment, people, seed
from sandbox.server import Sandbox
from sandbox.telegram_people import say
from storage import migrations
from storage.database import Database, StorageError
from storage.models import Role, Staff

DEFAULT_PORT = 8900
CLOCK_FILE, MEMORY_FILE = "demo-clock", "demo-people.json"
# Said on the first morning, so that nobody opens the page on empty phones; the answers are the product's own.
FIRST_WORDS = (("rep", "/today"), ("manager", "/team"), ("warehouse", "เหลือกี่ตัว โบลท์สแตนเลส m8x40"))

# A demo company is small, and its REST API is on this machine alone: a second person is asked, and programs may post.
DEMO_SETTINGS = {"TOUCHLINE_APPROVAL_OVER": "100", "TOUCHLINE_API_KEY": "any-program-on-this-machine"}

console = Console(highlight=False)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the command line asked for; `port` 0 takes the usual one, or a free one when that is taken."""

    port: int = 0
    data: Path | None = None
    browser: bool = True
    empty: bool = False


def main() -> int:
    """The command line of `python -m sandbox`; returns the exit code."""
    chosen = read_arguments()
    try:
        with _directory(chosen.data) as data, contextlib.suppress(KeyboardInterrupt):
            asyncio.run(live(chosen, data=data))
    except (wiring.CannotRun, product_settings.SettingsError, StorageError, OSError) as error:
        Console(stderr=True, highlight=False).print(f"The demo cannot start: {error}", markup=False)
        return 1
    return 0


def read_arguments(arguments: list[str] | None = None) -> Choices:
    parser = argparse.ArgumentParser(prog="touchline demo", description="Live a rep's day, with no account anywhere.")
    parser.add_argument("--port", type=int, default=0, help=f"where the page is (default {DEFAULT_PORT})")
    parser.add_argument("--data", type=Path, help="keep the company in this directory; without it all is forgotten")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    parser.add_argument("--empty", action="store_true", help="no demo company: start from nothing")
    chosen = parser.parse_args(arguments)
    return Choices(port=chosen.port, data=chosen.data, browser=not chosen.no_browser, empty=chosen.empty)


async def live(chosen: Choices, *, data: Path) -> None:
    """Run the demo in `data` until the process is asked to stop."""
    clock_file = data / CLOCK_FILE
    is_new = not clock_file.exists()
    clock = MovableClock(path=clock_file)
    if is_new:
        clock.advance_to(opening_moment(clock.now()))
    sandbox = Sandbox(clock=clock)
    # Everybody lives here before the doors open: the page never shows half a town.
    bare = product_settings.load(environment={"TOUCHLINE_DATA_DIR": str(data)}, env_file=None)
    invitation = await _prepare(bare.database, sandbox, chosen)
    memory.load(sandbox, data / MEMORY_FILE)
    await sandbox.start(port=chosen.port or _if_free(DEFAULT_PORT))
    try:
        # Beside the page's port, so that links in mails of an earlier run still lead somewhere.
        web_port = _if_free(sandbox.port + 1) or free_port()
        sandbox.phones.sms_url = f"http://127.0.0.1:{web_port}/twilio/sms"
        sandbox.calls.voice_url = f"http://127.0.0.1:{web_port}/twilio/voice"
        environment = product_environment(sandbox, data=data, port=web_port) | DEMO_SETTINGS
        settings = product_settings.load(environment={"TOUCHLINE_LOG_LEVEL": "WARNING", **environment}, env_file=None)
        remembering = asyncio.create_task(memory.keep_saving(sandbox, data / MEMORY_FILE))
        try:
            product = wiring.build(settings, clock=clock)
            if is_new and invitation is None:
                await _begin_the_day(sandbox)
            _welcome(sandbox, invitation)
            if chosen.browser:
                await asyncio.to_thread(webbrowser.open, sandbox.url)
            await product.run()
        finally:
            remembering.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await remembering
    finally:
        await sandbox.stop()


async def _prepare(database_url: str, sandbox: Sandbox, chosen: Choices) -> str | None:
    """Migrate, fill and populate; returns an invitation for the first admin when nobody works here yet."""
    database = Database(database_url)
    now = sandbox.clock.now()
    try:
        await migrations.upgrade(database)
        if not chosen.empty:
            await seed(database, now=now)
        at_work = await _telegram_accounts(database)
        for person in await people(database):
            sandbox.add_person(
                person.id,
                person.name,
                person.role,
                person.language,
                telegram_id=person.telegram_id,
                email=person.email,
                phone=person.phone,
                client_id=person.client_id,
                username=person.username,
                # Those who do not work here yet have never written to the bot.
                started=person.telegram_id in at_work,
            )
        if at_work:
            return None
        async with database.write() as session:
            return await staff.invite(session, actor=None, role=Role.ADMIN, now=now)
    finally:
        await database.close()


async def _telegram_accounts(database: Database) -> set[int]:
    async with database.read() as session:
        found = await session.execute(select(Staff.telegram_id).where(Staff.active.is_(True)))
        return {telegram_id for telegram_id in found.scalars() if telegram_id is not None}


async def _begin_the_day(sandbox: Sandbox) -> None:
    """Colleagues' first words; they wait at Telegram until the product asks for updates."""
    for key, words in FIRST_WORDS:
        await say(sandbox.bot, sandbox.world.person(key), {"text": words})


def _welcome(sandbox: Sandbox, invitation: str | None) -> None:
    console.print(f"\n  Touchline is running: [bold]{sandbox.url}[/bold]\n")
    if invitation is not None:
        console.print(f"  Nobody works here yet. Write this on the admin's phone:  /start {invitation}\n")
    console.print("  Ctrl+C ends it.\n", style="dim")


def _if_free(port: int) -> int:
    """The port, or 0 when somebody listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return 0
    return port


@contextlib.contextmanager
def _directory(wanted: Path | None) -> Iterator[Path]:
    if wanted is not None:
        wanted.mkdir(parents=True, exist_ok=True)
        yield wanted.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="touchline-demo-") as made:
        yield Path(made)
