"""Emails and SMS on the timeline, received or sent, each in a conversation."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from crm import threads
from storage.files import register
from storage.models import (
    Attachment,
    Channel,
    Client,
    Direction,
    Interaction,
    InteractionKind,
    InteractionSource,
    Thread,
)

_numbers = count(1)
_KINDS = {Channel.EMAIL: InteractionKind.EMAIL, Channel.SMS: InteractionKind.SMS}


async def make_thread(
    session: AsyncSession,
    client: Client | None,
    *,
    now: datetime,
    address: str = "anna@baltic.example",
    channel: Channel = Channel.EMAIL,
    subject: str = "Bolts",
    name: str = "",
) -> Thread:
    return await threads.open_thread(
        session,
        client_id=client.id if client else None,
        channel=channel,
        address=address,
        subject=subject,
        name=name,
        now=now,
    )


async def make_message(session: AsyncSession, thread: Thread, *, now: datetime, **fields: Any) -> Interaction:
    """A message of the customer's, unless the fields say otherwise."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "client_id": thread.client_id,
        "kind": _KINDS[thread.channel],
        "direction": Direction.IN,
        "subject": thread.subject if thread.channel is Channel.EMAIL else "",
        "text": f"Message {number}",
        "source": InteractionSource.CHANNEL,
        "thread_id": thread.id,
        "message_id": f"<m{number}@baltic.example>",
        "at": now,
        "created_at": now,
    }
    message = Interaction(**(values | fields))
    session.add(message)
    await session.flush()
    return message


async def make_file(
    session: AsyncSession, message: Interaction, *, now: datetime, name: str = "offer.pdf", size: int = 4, sha: str = ""
) -> Attachment:
    """A file a message carries; its content is wherever the hash leads."""
    stored = await register(
        session, sha256=sha or f"{next(_numbers):064x}", size=size, media_type="application/pdf", now=now
    )
    attachment = Attachment(interaction_id=message.id, file_id=stored.id, name=name)
    session.add(attachment)
    await session.flush()
    return attachment
