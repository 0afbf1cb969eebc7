"""`touchline doctor`: tries every account and part as they are set, and names the fix for what does not work.

Nothing is sent and nothing is changed.
"""

from __future__ import annotations

import asyncio
import shutil
import stat
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from app.doctor_mailboxes import mailbox_checks
from app.findings import Check, Finding, State
from app.settings import Settings
from app.twilio import twilio_account
from channels.message import Outcome
from storage import migrations
from storage.database import Database, StorageError

PATIENCE_SECONDS = 20.0
SKEW_WARNING, SKEW_FAILURE = 5.0, 60.0
DISK_WARNING, DISK_FAILURE = 2_000_000_000, 200_000_000
_MARKS = {"ok": "[green]✓[/]", "off": "[dim]–[/]", "warning": "[yellow]![/]", "failed": "[red]✗[/]"}


async def examine(settings: Settings) -> list[Finding]:
    """All checks, at once; one that hangs or breaks is a finding too."""
    checks = [*CHECKS, *mailbox_checks(settings)]
    return list(await asyncio.gather(*(patiently(check, settings) for check in checks)))


async def patiently(check: Check, settings: Settings) -> Finding:
    """One check, given up after a while."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await check(settings)
    except TimeoutError:
        name = check.__name__.removeprefix("check_")
        fix = "check the network and the host"
        return Finding(name, State.FAILED, f"no answer within {PATIENCE_SECONDS:.0f} s", fix)


def show(findings: Sequence[Finding]) -> None:
    """Prints the findings for people."""
    from rich.console import Console
    from rich.markup import escape

    console = Console(highlight=False)
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        console.print(f"{_MARKS[finding.state.value]} {finding.name:<{width}}  {escape(finding.said)}")
        if finding.fix:
            console.print(f"  {'':<{width}}  [bold]→ {escape(finding.fix)}[/]")


async def check_telegram(settings: Settings) -> Finding:
    """getMe, and whether the webhook fits the way updates are to come."""
    from telegram.error import InvalidToken, TelegramError

    from app.wiring import build

    name = "telegram"
    if not settings.has_telegram:
        return Finding(name, State.OFF, "no bot", "get a token from BotFather and set TOUCHLINE_TELEGRAM_TOKEN")
    product = build(settings)
    bot = product.telegram
    try:
        await bot.initialize()
        hook = await bot.get_webhook_info()
    except InvalidToken:
        return Finding(name, State.FAILED, "the token is refused", "copy TOUCHLINE_TELEGRAM_TOKEN from BotFather again")
    except TelegramError as error:
        fix = "check the network and TOUCHLINE_TELEGRAM_API_URL"
        return Finding(name, State.FAILED, f"{settings.telegram_api_url} does not answer: {error}", fix)
    finally:
        for transport in bot._request:
            await transport.shutdown()
    me = f"@{bot.username}"
    wanted = f"{settings.public_url}/telegram" if settings.telegram_mode == "webhook" else ""
    if hook.url and not wanted:
        return Finding(name, State.WARNING, f"{me}, with a webhook set", "`touchline run` takes it away when it polls")
    if wanted and hook.url != wanted:
        return Finding(name, State.WARNING, f"{me}, its webhook is not ours yet", "`touchline run` sets it")
    if hook.last_error_message and wanted:
        fix = "make TOUCHLINE_PUBLIC_URL reach this machine's TOUCHLINE_WEB_PORT"
        return Finding(name, State.FAILED, f"{me}: Telegram could not deliver: {hook.last_error_message}", fix)
    waiting = f", {hook.pending_update_count} updates wait" if hook.pending_update_count else ""
    return Finding(name, State.OK, f"{me}, {settings.telegram_mode}{waiting}")


async def check_clock(settings: Settings) -> Finding:
    """Our clock against the Date header of the Bot API: reminders are as right as the clock is."""
    import aiohttp

    try:
        timeout = aiohttp.ClientTimeout(total=10)
        async with aiohttp.ClientSession(timeout=timeout) as http, http.head(settings.telegram_api_url) as answer:
            theirs = parsedate_to_datetime(answer.headers["Date"])
    except (aiohttp.ClientError, TimeoutError, KeyError, ValueError):
        return Finding(
            "clock", State.WARNING, "could not be compared: the Bot API does not answer", "check the network"
        )
    skew = abs((datetime.now(UTC) - theirs).total_seconds())
    fix = "switch time synchronisation on (timedatectl set-ntp true)"
    if skew > SKEW_FAILURE:
        return Finding("clock", State.FAILED, f"{skew:.0f} s away from Telegram's", fix)
    if skew > SKEW_WARNING:
        return Finding("clock", State.WARNING, f"{skew:.0f} s away from Telegram's", fix)
    return Finding("clock", State.OK, "agrees with Telegram's")


async def check_smtp(settings: Settings) -> Finding:
    """Log in and leave again."""
    if settings.smtp_url is None:
        return Finding("email out", State.OFF, "no mail is sent", "set TOUCHLINE_SMTP_URL and TOUCHLINE_MAIL_FROM")
    from channels.email.smtp import SmtpSender

    sender = SmtpSender(settings.smtp_url.get_secret_value(), connections=1)
    try:
        result = await sender.check()
    finally:
        await sender.close()
    if result.outcome is Outcome.ACCEPTED:
        return Finding("email out", State.OK, f"logged in; {result.reply}" if result.reply else "logged in")
    fix = "check host, port, user and password in TOUCHLINE_SMTP_URL"
    return Finding("email out", State.FAILED, f"{result.phase.value}: {result.reply or result.code}", fix)


async def check_signing(settings: Settings) -> Finding:
    """Whether DNS holds the public half of the key that signs our mail."""
    signer = settings.signer()
    if signer is None:
        fix = "set TOUCHLINE_DKIM_KEY and TOUCHLINE_DKIM_SELECTOR, unless the mail server signs"
        return Finding("signature", State.OFF, "mail goes out without a DKIM signature of ours", fix)
    import dns.exception
    import dns.resolver

    try:
        answer = await asyncio.to_thread(dns.resolver.resolve, signer.record_name, "TXT", lifetime=5.0)
        records = [b"".join(one.strings).decode("utf-8", "replace") for one in answer]
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        records = []
    except dns.exception.DNSException as error:
        said = f"DNS was not reached for {signer.record_name}: {_first_line(error)}"
        return Finding("signature", State.WARNING, said, "check the network")
    if not any(signer.is_published_in(record) for record in records):
        fix = f"publish at {signer.record_name} the TXT record {signer.record}"
        return Finding("signature", State.FAILED, "the public key is not in DNS: receivers distrust the mail", fix)
    return Finding("signature", State.OK, f"DKIM as {signer.domain}; the key in DNS fits")


async def check_public_address(settings: Settings) -> Finding:
    """Whether mail programs may unsubscribe with one press: they do so by https alone."""
    from channels.email.headers import takes_one_click

    if not settings.public_url:
        return Finding("public address", State.OFF, "nobody reaches the web part", "set TOUCHLINE_PUBLIC_URL")
    if not takes_one_click(settings.public_url):
        said = (
            f"{settings.public_url} is not https: mailings offer no unsubscribing with one press, which Gmail asks for"
        )
        return Finding("public address", State.WARNING, said, "put https in front of the web part and name it so")
    return Finding("public address", State.OK, settings.public_url)


async def check_twilio(settings: Settings) -> Finding:
    """Whether the account lets us in."""
    client = twilio_account(settings)
    if client is None:
        return Finding("sms", State.OFF, "no SMS is sent", "set the three TOUCHLINE_TWILIO_… settings")
    try:
        result = await client.check()
    finally:
        await client.close()
    if result.outcome is not Outcome.ACCEPTED:
        fix = "check TOUCHLINE_TWILIO_ACCOUNT_SID and TOUCHLINE_TWILIO_AUTH_TOKEN"
        return Finding("sms", State.FAILED, f"Twilio says {result.code}: {result.reply}", fix)
    if not settings.public_url:
        fix = "set TOUCHLINE_PUBLIC_URL to the address Twilio can reach"
        return Finding("sms", State.WARNING, "sends; answers and delivery reports cannot come in", fix)
    terms = settings.sms_terms
    if not terms.takes_replies:
        said = f"sends as {terms.sender}: nobody can answer; mailings carry a link instead of STOP"
        return Finding("sms", State.WARNING, said, "set TOUCHLINE_TWILIO_FROM to a number if customers are to answer")
    if not terms.day_segments and not terms.day_money:
        fix = "set TOUCHLINE_SMS_DAY_SEGMENTS or TOUCHLINE_SMS_DAY_BUDGET"
        return Finding("sms", State.WARNING, "the account answers; nothing limits what a day may cost", fix)
    return Finding("sms", State.OK, f"the account answers; webhook for answers: {settings.public_url}/twilio/sms")


async def check_database(settings: Settings) -> Finding:
    """Reachable, and with the settings the ledger relies on."""
    path = settings.sqlite_file
    if path is not None and not path.exists():
        return Finding("database", State.WARNING, f"{path} is not there yet", "`touchline migrate` makes it")
    kind = "PostgreSQL" if path is None else "SQLite"
    database = Database(settings.database)
    try:
        await database.check()
    except StorageError as error:
        return Finding("database", State.FAILED, str(error), "change that setting on the database server")
    except Exception as error:  # noqa: BLE001  (drivers raise what they like; any of it means: not reachable)
        fix = "check TOUCHLINE_DATABASE_URL and that the server runs"
        return Finding("database", State.FAILED, f"{kind} does not answer: {_first_line(error)}", fix)
    finally:
        await database.close()
    where = f"{database.url.host}/{database.url.database}" if path is None else str(path)
    return Finding("database", State.OK, f"{kind}, {where}")


async def check_migrations(settings: Settings) -> Finding:
    """Whether the schema is this version's."""
    if settings.sqlite_file is not None and not settings.sqlite_file.exists():
        return Finding("schema", State.OFF, "no database yet")
    database = Database(settings.database)
    try:
        waiting = await migrations.pending(database)
    except StorageError as error:
        return Finding("schema", State.FAILED, str(error), "run the version of Touchline that made it")
    except Exception as error:  # noqa: BLE001  (as above; the database check says what to do)
        return Finding("schema", State.FAILED, f"could not be read: {_first_line(error)}")
    finally:
        await database.close()
    if waiting:
        return Finding("schema", State.WARNING, f"{len(waiting)} migrations wait", "`touchline migrate`, or simply run")
    return Finding("schema", State.OK, f"up to date ({migrations.head()})")


async def check_disk(settings: Settings) -> Finding:
    """Free space where the data lies, and who may read the settings."""
    place = next((one for one in [settings.data_dir, *settings.data_dir.absolute().parents] if one.exists()), Path("/"))
    free = shutil.disk_usage(place).free
    said = f"{free / 1e9:.1f} GB free at {settings.data_dir}"
    if free < DISK_FAILURE:
        return Finding("disk", State.FAILED, said, "make room: what cannot be written down is not accepted")
    if free < DISK_WARNING:
        return Finding("disk", State.WARNING, said, "make room before it runs out")
    return Finding("disk", State.OK, said)


async def check_secrets(settings: Settings) -> Finding:
    """Whether other users of this machine can read the settings file."""
    for file in (Path(".env"), *([settings.mailboxes] if settings.mailboxes is not None else [])):
        if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
            return Finding("settings", State.WARNING, f"{file} can be read by other users", f"chmod 600 {file}")
    return Finding("settings", State.OK, "read and understood")


CHECKS: tuple[Check, ...] = (
    check_secrets,
    check_database,
    check_migrations,
    check_disk,
    check_clock,
    check_telegram,
    check_smtp,
    check_signing,
    check_public_address,
    check_twilio,
)


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
