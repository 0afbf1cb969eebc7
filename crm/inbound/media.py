"""Files of received messages (MMS): a row each, fetched after the message itself is on the timeline, then hung on it.

The message never waits for its pictures: its card says how many are on their way, and at last how many never came.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import cards, interactions
from crm.interactions import KeptFile
from crm.tray import CARD
from storage.models import CardMessage, Inbox, InboxSource, Interaction, InteractionKind

MOST_MEDIA: Final = 10  # Twilio's own limit per message
_FOLLOWED_FOR: Final = timedelta(minutes=10)
_WITH_FILES: Final = "files"


@dataclass(frozen=True)
class Fetching:
    """How many files of a message are on their way, and how many will not come."""

    coming: int = 0
    missing: int = 0


def media_of(fields: Mapping[str, str]) -> dict[str, str]:
    """The addresses of a message's files by the id of the row each gets."""
    count = fields.get("NumMedia", "")
    most = min(int(count), MOST_MEDIA) if count.isascii() and count.isdigit() and len(count) < 4 else 0
    found = {number: fields.get(f"MediaUrl{number}", "") for number in range(most)}
    return {row_id(fields["MessageSid"], number): url for number, url in found.items() if url}


def row_id(sid: str, number: int) -> str:
    return f"{sid}:{number}"


async def attach_media(session: AsyncSession, *, sid: str, file: KeptFile, now: datetime) -> bool:
    """Hangs a fetched file on the message it came with; False when that is gone."""
    interaction = await _message(session, sid)
    if interaction is None:
        return False
    await interactions.attach(session, interaction_id=interaction.id, files=[file], now=now)
    await refresh_card(session, sid=sid, now=now)
    return True


async def refresh_card(session: AsyncSession, *, sid: str, now: datetime) -> None:
    """The card of the message shows what is true of its files now."""
    interaction = await _message(session, sid)
    if interaction is not None:
        await cards.refresh(session, CARD, interaction.id, now=now)


def late_cards(now: datetime) -> Select[int]:
    """Cards that were on their way to the chat while a file arrived, and may not show it."""
    return (
        select(CardMessage.id)
        .join(Interaction, Interaction.id == CardMessage.card_id)
        .join(Inbox, Inbox.payload["sid"].as_string() == Interaction.message_id)
        .where(
            CardMessage.card == CARD,
            CardMessage.shown.is_(None),
            CardMessage.created_at > now - _FOLLOWED_FOR,
            Inbox.source == InboxSource.SMS_MEDIA,
            Inbox.processed_at > now - _FOLLOWED_FOR,
        )
    )


async def refresh_late(session: AsyncSession, *, now: datetime, limit: int = 200) -> int:
    """Edits them, once each. What hangs already is edited when the file arrives."""
    rows = await session.execute(late_cards(now).with_only_columns(CardMessage).distinct().limit(limit))
    hanging = rows.scalars().all()
    for one in hanging:
        one.shown = _WITH_FILES
        await cards.refresh_one(session, one, now=now)
    return len(hanging)


async def fetching(session: AsyncSession, interaction: Interaction) -> Fetching:
    """Of a received SMS: its files that are not there (yet)."""
    if interaction.kind is not InteractionKind.SMS or not interaction.message_id:
        return Fetching()
    ids = [row_id(interaction.message_id, number) for number in range(MOST_MEDIA)]
    missing = (Inbox.processed_at.is_not(None) & Inbox.error.is_not(None)).label("missing")
    query = (
        select(missing, func.count())
        .where(Inbox.source == InboxSource.SMS_MEDIA, Inbox.external_id.in_(ids))
        .where(Inbox.processed_at.is_(None) | Inbox.error.is_not(None))
        .group_by(missing)
    )
    counted = {bool(row[0]): row[1] for row in await session.execute(query)}
    return Fetching(coming=counted.get(False, 0), missing=counted.get(True, 0))


async def _message(session: AsyncSession, sid: str) -> Interaction | None:
    query = select(Interaction).where(Interaction.message_id == sid, Interaction.kind == InteractionKind.SMS).limit(1)
    return (await session.execute(query)).scalar_one_or_none()
