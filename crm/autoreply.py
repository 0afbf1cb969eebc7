"""The one automatic answer we give: that whoever looks after a customer is away, until when, and who stands in.

RFC 3834 throughout: never to a machine, a list or a bounce, never to ourselves, only to mail that named us, from the null
return path, marked as automatic, and once per sender in seven days.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from channels.email.reading import ParsedEmail
from channels.message import OutgoingEmail
from channels.outbox import suppression
from channels.outbox.delivery import Composer, Delivery, Drop
from channels.outbox.enqueue import PRIORITY_REMINDER, enqueue
from crm import keys, threads, wording
from crm.templates import as_html
from crm.threads import House
from crm.wording import Wording, zone_of
from crm.worktime import is_away
from crm.writing import Sender
from storage.models import (
    AutoReply,
    Channel,
    Client,
    Direction,
    Interaction,
    InteractionKind,
    InteractionSource,
    Language,
    Staff,
    Thread,
)

KIND = "automatic_answer"
AT_MOST_EVERY = timedelta(days=7)
_SUBJECT_LIMIT = 300
_REFERENCES = 20
# Addresses behind which no person reads (RFC 3834 section 2, and those in use beside it).
_NOBODY: Final = re.compile(
    r"^(mailer-daemon|postmaster|mdaemon|no[-_.]?reply|do[-_.]?not[-_.]?reply|nobody|listserv|majordomo|root|abuse|"
    r"notifications?|alerts?|bounces?|owner-[^@]{1,60}|[^@]{1,60}-(request|owner|bounces?|relay))([+=._-][^@]{0,200})?@",
    re.IGNORECASE,
)


async def answer(
    session: AsyncSession,
    *,
    email: ParsedEmail,
    interaction: Interaction,
    thread: Thread,
    house: House,
    now: datetime,
) -> Interaction | None:
    """Answers a customer's mail whose owner is away; None when nothing is to be said, or not by a machine.

    The caller has made sure that a person wrote it and that it is no forgery.
    """
    client = await session.get(Client, thread.client_id) if thread.client_id is not None else None
    owner = await session.get(Staff, client.owner_id) if client is not None and client.owner_id is not None else None
    if client is None or owner is None or not owner.active or not is_away(owner, now) or owner.away_until is None:
        return None
    if not may_answer(email, sender=thread.address, house=house) or not await _is_first(session, thread.address, now):
        return None
    said = Interaction(
        client_id=client.id,
        kind=InteractionKind.EMAIL,
        direction=Direction.OUT,
        subject=_say(client.language, "subject", subject=email.subject or thread.subject)[:_SUBJECT_LIMIT].strip(" :"),
        text=await _text(session, client, owner, owner.away_until, now),
        source=InteractionSource.CHANNEL,
        thread_id=thread.id,
        message_id=f"<{secrets.token_hex(16)}@{house.domain}>",
        automatic=True,
        at=now,
        created_at=now,
    )
    session.add(said)
    await session.flush()
    said.outbox_id = await enqueue(
        session,
        channel=Channel.EMAIL,
        kind=KIND,
        address=thread.address,
        now=now,
        priority=PRIORITY_REMINDER,
        dedupe_key=keys.automatic_answer(said.id),
        payload={
            "interaction_id": said.id,
            "in_reply_to": email.message_id,
            "references": [*email.references[-_REFERENCES:], email.message_id],
        },
        client_id=client.id,
        message_id=said.message_id,
    )
    await session.flush()
    return said


def may_answer(email: ParsedEmail, *, sender: str, house: House) -> bool:
    """Whether a machine may answer the mail at all (RFC 3834 section 2); its time and its reason are another matter."""
    if email.is_automatic or email.takes_no_answer or email.is_bounce or not email.message_id:
        return False
    if "@" not in sender or house.owns(sender) or _NOBODY.match(sender):
        return False
    # Only who was written to answers: not a blind copy, not a list's subscriber.
    return any(house.owns(address) for address in (*email.to, *email.cc))


def composer(sender: Sender) -> Composer:
    """What makes the message of a ledger row of this kind."""

    async def compose(session: AsyncSession, row: Delivery) -> OutgoingEmail | Drop:
        said = await session.get_one(Interaction, int(row.payload["interaction_id"]))
        thread = await session.get_one(Thread, said.thread_id)
        if row.address == sender.mail_from.lower():
            return Drop("our own address")
        return OutgoingEmail(
            to_address=row.address,
            to_name=thread.name,
            subject=said.subject,
            text=said.text,
            html=as_html(said.text),
            message_id=row.message_id or "",
            from_address=sender.mail_from,
            from_name=sender.name,
            reply_to=threads.reply_address(sender.mail_from, thread.token),
            in_reply_to=row.payload.get("in_reply_to"),
            references=tuple(row.payload.get("references", ())),
            automatic=True,
            envelope_from="",
        )

    return compose


async def _is_first(session: AsyncSession, address: str, now: datetime) -> bool:
    """Takes the sender's turn; of several processes one gets it."""
    hashed = suppression.address_hash(Channel.EMAIL, address)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = (
        insert(AutoReply)
        .values(address_hash=hashed, at=now)
        .on_conflict_do_update(
            index_elements=["address_hash"], set_={"at": now}, where=AutoReply.at <= now - AT_MOST_EVERY
        )
        .returning(AutoReply.address_hash)
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def _text(session: AsyncSession, client: Client, owner: Staff, until: datetime, now: datetime) -> str:
    stand_in = await session.get(Staff, owner.stand_in_id) if owner.stand_in_id is not None else None
    day = wording.day(until, zone=zone_of(owner.timezone), language=client.language)
    if stand_in is not None and not is_away(stand_in, now):
        return _say(client.language, "stand-in", name=owner.name, day=day, stand_in=stand_in.name)
    return _say(client.language, "colleagues", name=owner.name, day=day)


def _say(language: Language, key: str, **arguments: object) -> str:
    return _catalogue().text(language, f"autoreply-{key}", arguments)


@cache
def _catalogue() -> Wording:
    return Wording(Path(__file__).parent / "locale")
