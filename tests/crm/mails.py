"""Mails that came in, as the parser hands them over, and what became of them."""

from __future__ import annotations

from datetime import datetime
from itertools import count

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels import inbox
from channels.email import replies
from channels.email.reading import ParsedEmail
from crm import inbound, threads
from crm.inbound import Arrival
from crm.interactions import KeptFile
from crm.threads import House
from storage.models import (
    Channel,
    Client,
    Direction,
    InboxSource,
    Interaction,
    InteractionKind,
    InteractionSource,
    Outbox,
    Thread,
)

HOUSE = House(frozenset({"crm@us.example"}), "us.example", b"answers" * 5)
_numbers = count(1)


def mail(sender: str = "anna@baltic.example", **fields: object) -> ParsedEmail:
    fields.setdefault("message_id", f"<m{next(_numbers)}@baltic.example>")
    fields.setdefault("subject", "Bolts")
    fields.setdefault("text", "Yes, 20 pcs.\n\nOn 1 Nov 2026, Nina wrote:\n> 20 or 30?\n")
    trimmed = replies.trim(str(fields["text"]))
    fields = {"new_text": trimmed.new, "quoted": trimmed.quoted, **fields}
    return ParsedEmail(from_address=sender, **fields)  # type: ignore[arg-type]


async def take(
    session: AsyncSession,
    email: ParsedEmail,
    now: datetime,
    *,
    history: bool = False,
    files: tuple[KeptFile, ...] = (),
    mailbox: str | None = None,
    staff_id: int | None = None,
) -> Interaction | None:
    inbox_id = await inbox.store(session, source=InboxSource.EMAIL, external_id=f"x{next(_numbers)}", now=now)
    assert inbox_id
    arrival = Arrival(inbox_id, now, history=history, mailbox=mailbox, staff_id=staff_id)
    return await inbound.receive_email(session, email=email, files=files, arrival=arrival, now=now, house=HOUSE)


async def told(session: AsyncSession, interaction: Interaction | None) -> set[int | None]:
    """Who was shown a message."""
    assert interaction is not None
    query = select(Outbox).where(Outbox.kind == "card")
    return {
        one.staff_id
        for one in (await session.execute(query)).scalars()
        if (one.payload["card"], one.payload["card_id"]) == ("inbound", interaction.id)
    }


async def written(
    session: AsyncSession, client: Client, now: datetime, *, to: str, message_id: str = "<ours-1@us>"
) -> Thread:
    """We wrote to a client: a conversation with one message of ours."""
    thread = await threads.open_thread(
        session, client_id=client.id, channel=Channel.EMAIL, address=to, subject="Bolts", now=now
    )
    session.add(
        Interaction(
            client_id=client.id,
            kind=InteractionKind.EMAIL,
            direction=Direction.OUT,
            source=InteractionSource.CHANNEL,
            thread_id=thread.id,
            message_id=message_id,
            at=now,
            created_at=now,
        )
    )
    await session.flush()
    return thread
