"""What the command line does in one go: migrate, invite, list, export. Each opens its own database and closes it."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from app.settings import ROOT, Settings
from app.wiring import Product, build
from crm.errors import CrmError
from crm.wording import Wording, WordingError
from storage import migrations
from storage.models import Language, Role, Staff

TELEGRAM_SECONDS = 10.0


async def migrate(settings: Settings) -> list[str]:
    """Runs what is pending and says what that was."""
    product = build(settings)
    try:
        await product.database.check()
        waiting = await migrations.pending(product.database)
        await migrations.upgrade(product.database)
    finally:
        await product.close()
    return waiting


async def invite(settings: Settings, *, role: str, name: str) -> dict[str, str]:
    """An invitation: the token, and the link where the bot's name can be had."""
    from crm import staff

    async with opened(settings) as product:
        async with product.database.write() as session:
            token = await staff.invite(session, actor=None, role=Role(role), name=name, now=product.clock.now())
        username = await _bot_name(product)
    link = f"https://t.me/{username}?start={token}" if username else ""
    return {"role": role, "token": token, "link": link}


async def colleagues(settings: Settings) -> list[dict[str, Any]]:
    """Everybody who works or worked here."""
    from crm import staff

    async with opened(settings) as product, product.database.read() as session:
        people = await staff.everybody(session, actor=host(settings), active_only=False)
        return [
            {
                "id": one.id,
                "name": one.name,
                "role": one.role.value,
                "language": one.language.value,
                "zone": one.timezone,
                "active": one.active,
                "telegram_id": one.telegram_id,
            }
            for one in people
        ]


async def export(settings: Settings, *, noun: str, to: Path) -> int:
    """Writes the noun to the file, readable by its owner only; returns the number of rows."""
    from crm import exports

    chosen = exports.Format(to.suffix.lower().removeprefix("."))
    async with opened(settings) as product, product.database.write() as session:
        made = await exports.export(
            session, actor=host(settings), noun=exports.Noun(noun), file_format=chosen, now=product.clock.now()
        )
    await asyncio.to_thread(write_private, to, made.content)
    return made.rows


@contextlib.asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Product]:
    """The product with its database ready and migrated, closed at the end."""
    product = build(settings)
    try:
        await product.open()
        yield product
    finally:
        await product.close()


def host(settings: Settings) -> Staff:
    """Whoever sits at the machine itself: may do everything, and stands in no list."""
    return Staff(
        id=None,
        name="command line",
        role=Role.ADMIN,
        language=settings.default_language,
        timezone=settings.default_timezone,
        active=True,
    )


def worded(error: CrmError) -> str:
    """A refusal in words, from the catalogue the chat uses."""
    try:
        return Wording(ROOT / "bot" / "locale").text(Language.EN, error.key, error.params)
    except WordingError:
        return str(error)


def write_private(path: Path, content: bytes) -> None:
    """Writes a file whole or not at all, for its owner's eyes."""
    temporary = path.with_name(f".{path.name}.part")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


async def _bot_name(product: Product) -> str:
    from telegram.error import TelegramError

    if not product.settings.has_telegram:
        return ""
    try:
        async with asyncio.timeout(TELEGRAM_SECONDS):
            return (await product.telegram.get_me()).username or ""
    except (TelegramError, TimeoutError):
        return ""
