"""`touchline init`: asks for the real accounts one by one, tries each at once, and writes the settings for you alone.

An empty answer leaves a channel off; a wrong one is asked again with what the account's own server said.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import typer
from dotenv import dotenv_values

from app import doctor, doctor_mailboxes
from app.findings import Finding, State
from app.settings import PREFIX, Settings, SettingsError, load, with_credentials

Answers = dict[str, str]
_SMTP_PORTS = {"starttls": 587, "tls": 465, "none": 25}


async def ask(file: Path) -> None:
    """The whole conversation. What the file holds already is offered as it is; nothing is lost by running again."""
    kept: Answers = {}
    if file.exists():
        kept = {name: value for name, value in dotenv_values(file).items() if value}
    typer.echo("Touchline asks for each account and tries it at once. Enter alone leaves one off.\n")
    for title, needed, questions, check in _CHAPTERS:
        typer.echo(title)
        while True:
            answered = await asyncio.to_thread(questions, kept)
            if not answered:
                kept = {name: value for name, value in kept.items() if name not in needed}
                typer.echo("  off\n")
                break
            if await _works({**kept, **answered}, check):
                kept |= answered
                break
            if not typer.confirm("  Try again?", default=True):
                if typer.confirm("  Keep it all the same?", default=False):
                    kept |= answered
                break
        typer.echo("")
    await asyncio.to_thread(_write, file, kept)
    typer.echo(f"Written to {file}, readable by you only.")
    typer.echo("Next: `touchline staff invite --role admin`, then `touchline run`.")


def ask_telegram(kept: Answers) -> Answers:
    token = _hidden("  Bot token from BotFather", kept.get(f"{PREFIX}TELEGRAM_TOKEN"))
    return {f"{PREFIX}TELEGRAM_TOKEN": token} if token else {}


def ask_smtp(kept: Answers) -> Answers:
    host = _plain("  Mail server for sending (host)")
    if not host:
        return _unchanged(kept, "SMTP_URL", "MAIL_FROM")
    security = _plain("  Security: starttls, tls or none", "starttls")
    port = int(_plain("  Port", str(_SMTP_PORTS.get(security, 587))))
    user = _plain("  User")
    password = _hidden("  Password") if user else ""
    sender = _plain("  Mail is sent from (Name <address>)", kept.get(f"{PREFIX}MAIL_FROM", ""))
    scheme, query = ("smtps", "") if security == "tls" else ("smtp", f"starttls={_starttls(security)}")
    return {
        f"{PREFIX}SMTP_URL": with_credentials(scheme, user, password, host, port, query),
        f"{PREFIX}MAIL_FROM": sender,
    }


def ask_imap(kept: Answers) -> Answers:
    host = _plain("  Mail server for receiving (IMAP host)")
    if not host:
        return _unchanged(kept, "IMAP_URL")
    secure = typer.confirm("  Encrypted from the first byte (port 993)?", default=True)
    port = int(_plain("  Port", "993" if secure else "143"))
    user, password = _plain("  User"), _hidden("  Password")
    return {f"{PREFIX}IMAP_URL": with_credentials("imaps" if secure else "imap", user, password, host, port)}


def ask_twilio(kept: Answers) -> Answers:
    account = _plain("  Twilio account SID (AC…)")
    if not account:
        return _unchanged(kept, "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM")
    return {
        f"{PREFIX}TWILIO_ACCOUNT_SID": account,
        f"{PREFIX}TWILIO_AUTH_TOKEN": _hidden("  Auth token"),
        f"{PREFIX}TWILIO_FROM": _plain("  Number or messaging service (+1… or MG…)"),
    }


def ask_public_url(kept: Answers) -> Answers:
    url = _plain("  Public address of this installation (https://…)", kept.get(f"{PREFIX}PUBLIC_URL", ""))
    return {f"{PREFIX}PUBLIC_URL": url} if url else {}


def ask_house(kept: Answers) -> Answers:
    return {
        f"{PREFIX}DEFAULT_LANGUAGE": _plain("  Language: en, ru or th", kept.get(f"{PREFIX}DEFAULT_LANGUAGE", "en")),
        f"{PREFIX}DEFAULT_TIMEZONE": _plain("  Time zone", kept.get(f"{PREFIX}DEFAULT_TIMEZONE", "UTC")),
        f"{PREFIX}CURRENCY": _plain("  Currency", kept.get(f"{PREFIX}CURRENCY", "EUR")),
        f"{PREFIX}DATABASE_URL": _hidden(
            "  PostgreSQL address (Enter: SQLite, in the data directory)", kept.get(f"{PREFIX}DATABASE_URL")
        ),
    }


_CHAPTERS: tuple[
    tuple[str, frozenset[str], Callable[[Answers], Answers], Callable[[Settings], Awaitable[Any]] | None], ...
] = (
    ("Telegram", frozenset({f"{PREFIX}TELEGRAM_TOKEN"}), ask_telegram, doctor.check_telegram),
    ("Email out", frozenset({f"{PREFIX}SMTP_URL", f"{PREFIX}MAIL_FROM"}), ask_smtp, doctor.check_smtp),
    ("Email in", frozenset({f"{PREFIX}IMAP_URL"}), ask_imap, doctor_mailboxes.check_imap),
    (
        "SMS",
        frozenset(f"{PREFIX}TWILIO_{name}" for name in ("ACCOUNT_SID", "AUTH_TOKEN", "FROM")),
        ask_twilio,
        doctor.check_twilio,
    ),
    ("Address", frozenset({f"{PREFIX}PUBLIC_URL"}), ask_public_url, None),
    ("House", frozenset(), ask_house, doctor.check_database),
)


async def _works(answers: Answers, check: Callable[[Settings], Awaitable[Any]] | None) -> bool:
    try:
        settings = load(environment=answers, env_file=None)
    except SettingsError as error:
        typer.echo(f"  ✗ {error}")
        return False
    if check is None:
        return True
    found: Finding = await doctor.patiently(check, settings)
    bad = found.state is State.FAILED
    typer.echo(f"  {'✗' if bad else '✓'} {found.said}" + (f"\n    → {found.fix}" if found.fix else ""))
    return not bad


def _write(file: Path, answers: Answers) -> None:
    from app.chores import write_private

    lines = ["# Written by `touchline init`; `touchline doctor` tries it again."]
    lines += [f"{name}={_quoted(value)}" for name, value in answers.items() if value]
    write_private(file, ("\n".join(lines) + "\n").encode())


def _quoted(value: str) -> str:
    """Single quotes are taken literally by readers of .env files, except for these two."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _starttls(security: str) -> str:
    return "never" if security == "none" else "always"


def _unchanged(kept: Answers, *names: str) -> Answers:
    """What was set before stays when the question is passed over and the person says so."""
    before = {PREFIX + name: kept[PREFIX + name] for name in names if PREFIX + name in kept}
    if before and typer.confirm("  Keep what is set?", default=True):
        return before
    return {}


def _plain(question: str, default: str = "") -> str:
    return str(typer.prompt(question, default=default, show_default=bool(default))).strip()


def _hidden(question: str, kept: str | None = None) -> str:
    shown = f"{question} (Enter keeps what is set)" if kept else question
    return str(typer.prompt(shown, default="", hide_input=True, show_default=False)).strip() or (kept or "")
