"""What a colleague writes becomes a timeline entry and a row of the ledger, in one transaction."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox.enqueue import PRIORITY_PERSON, enqueue
from channels.sms import segments
from crm import events, keys, threads
from crm.access import Action, client_in_scope
from crm.errors import CrmError, Missing, NotAllowed, TooLong
from crm.interactions import KeptFile, attach, touch
from storage.models import (
    Channel,
    Client,
    ContactKind,
    ContactPoint,
    Direction,
    Interaction,
    InteractionKind,
    InteractionSource,
    Staff,
    Thread,
)

EMAIL_LIMIT = 20_000
SMS_LIMIT = 1_600  # Twilio's limit for one message body
SUBJECT_LIMIT = 300
FILES_LIMIT = 15 * 1024 * 1024

KINDS = {Channel.EMAIL: InteractionKind.EMAIL, Channel.SMS: InteractionKind.SMS}
POINTS = {Channel.EMAIL: ContactKind.EMAIL, Channel.SMS: ContactKind.PHONE}


class NoAddress(CrmError):
    """The client has no address for this channel. Parameters: channel."""

    code = "writing.no_address"


class FilesTooLarge(CrmError):
    """The files of one email are larger than mail servers take. Parameters: limit (MB)."""

    code = "writing.files_too_large"


@dataclass(frozen=True)
class Letter:
    """What a colleague writes. `subject` only for email; an answer keeps its thread's."""

    channel: Channel
    text: str
    subject: str = ""
    files: Sequence[KeptFile] = ()


def sms_parts(text: str) -> int:
    """How many SMS a text is billed as."""
    return segments.count(text).segments


async def addresses(session: AsyncSession, *, actor: Staff, client_id: int, channel: Channel) -> Sequence[ContactPoint]:
    """Where the client can be written to, the primary one first. Raises NotAllowed."""
    await client_in_scope(session, actor=actor, client_id=client_id, action=Action.WRITE_TO_CLIENTS)
    query = (
        select(ContactPoint)
        .where(ContactPoint.client_id == client_id, ContactPoint.kind == POINTS[channel])
        .order_by(ContactPoint.is_primary.desc(), ContactPoint.id)
    )
    return (await session.execute(query)).scalars().all()


async def write(
    session: AsyncSession,
    *,
    actor: Staff,
    client_id: int,
    letter: Letter,
    sender_domain: str,
    now: datetime,
    contact_point_id: int | None = None,
) -> Interaction:
    """A new message to a client: a timeline entry and its delivery, in one transaction.

    Raises NotAllowed, NoAddress, Missing, TooLong, FilesTooLarge.
    """
    client = await client_in_scope(session, actor=actor, client_id=client_id, action=Action.WRITE_TO_CLIENTS)
    points = await addresses(session, actor=actor, client_id=client_id, channel=letter.channel)
    point = next((p for p in points if contact_point_id is None or p.id == contact_point_id), None)
    if point is None:
        raise NoAddress(channel=letter.channel.value)
    if letter.channel is Channel.SMS:
        thread = await threads.sms_thread(session, client_id=client.id, number=point.value, now=now)
    else:
        thread = await threads.open_thread(
            session, client_id=client.id, channel=letter.channel, address=point.value, subject=letter.subject, now=now
        )
    return await post(session, actor=actor, client=client, thread=thread, letter=letter, domain=sender_domain, now=now)


async def post(
    session: AsyncSession,
    *,
    actor: Staff,
    client: Client,
    thread: Thread,
    letter: Letter,
    domain: str,
    now: datetime,
    answers: Interaction | None = None,
) -> Interaction:
    """Puts a letter on the timeline and into the ledger, in a thread that is there. Who may is the caller's to know."""
    text = _checked(letter)
    thread.last_at = now
    message_id = f"<{secrets.token_hex(16)}@{domain}>" if letter.channel is Channel.EMAIL else None
    interaction = Interaction(
        client_id=client.id,
        staff_id=actor.id,
        kind=KINDS[letter.channel],
        direction=Direction.OUT,
        subject=letter.subject if letter.channel is Channel.EMAIL else "",
        text=text,
        source=InteractionSource.CHANNEL,
        thread_id=thread.id,
        message_id=message_id,
        at=now,
        created_at=now,
    )
    session.add(interaction)
    await session.flush()
    await attach(session, interaction_id=interaction.id, files=letter.files, now=now)
    payload: dict[str, object] = {"interaction_id": interaction.id}
    if letter.channel is Channel.EMAIL:
        payload["references"] = await _references(session, thread, interaction.id)
        if answers is not None and answers.message_id:
            payload["in_reply_to"] = answers.message_id
    interaction.outbox_id = await enqueue(
        session,
        channel=letter.channel,
        kind=letter.channel.value,
        address=thread.address,
        now=now,
        priority=PRIORITY_PERSON,
        dedupe_key=keys.written_message(interaction.id),
        payload=payload,
        client_id=client.id,
        staff_id=actor.id,
        message_id=message_id,
    )
    touch(client, at=now, kind=interaction.kind)
    events.record(
        session,
        "message.written",
        now=now,
        client_id=client.id,
        staff_id=actor.id,
        interaction_id=interaction.id,
        channel=letter.channel.value,
    )
    await session.flush()
    return interaction


def _checked(letter: Letter) -> str:
    text = letter.text.strip()
    if not text and not letter.files:
        raise Missing(field="text")
    limit = SMS_LIMIT if letter.channel is Channel.SMS else EMAIL_LIMIT
    if len(text) > limit:
        raise TooLong(field="text", limit=limit)
    if letter.channel is Channel.EMAIL and len(letter.subject) > SUBJECT_LIMIT:
        raise TooLong(field="subject", limit=SUBJECT_LIMIT)
    if letter.channel is Channel.SMS and letter.files:
        raise NotAllowed(action=Action.WRITE_TO_CLIENTS.value)
    if sum(file.size for file in letter.files) > FILES_LIMIT:
        raise FilesTooLarge(limit=FILES_LIMIT // 1024 // 1024)
    return text


async def _references(session: AsyncSession, thread: Thread, before_id: int) -> list[str]:
    """The Message-IDs of the thread so far, oldest first; the first and the last twenty are enough for any client."""
    query = (
        select(Interaction.message_id)
        .where(Interaction.thread_id == thread.id, Interaction.id < before_id, Interaction.message_id.is_not(None))
        .order_by(Interaction.id)
    )
    found = [message_id for message_id in (await session.execute(query)).scalars() if message_id]
    return found if len(found) <= 21 else [found[0], *found[-20:]]
