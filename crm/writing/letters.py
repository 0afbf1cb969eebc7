"""What a colleague writes becomes a timeline entry and a row of the ledger, in one transaction."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.message import Correspondent
from channels.outbox.enqueue import PRIORITY_PERSON, enqueue
from channels.sms.terms import SmsTerms
from crm import events, keys, threads
from crm.access import Action, client_in_scope
from crm.errors import CrmError, Missing, TooLong
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
    Outbox,
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


class NoFilesBySms(CrmError):
    """An SMS carries text alone."""

    code = "writing.no_files_by_sms"


class SmsRefused(CrmError):
    """No SMS goes there, or not this one. Parameters: reason (country-not-allowed, premium-number, over-day-cap)."""

    code = "writing.sms_refused"


@dataclass(frozen=True)
class Letter:
    """What a colleague writes. `subject` only for email; an answer keeps its thread's.

    `to` and `cc` are for emails that show several people; without them it goes to its thread's address alone.
    `quoted` follows the text and the signature.
    """

    channel: Channel
    text: str
    subject: str = ""
    files: Sequence[KeptFile] = ()
    to: Sequence[Correspondent] = ()
    cc: Sequence[Correspondent] = ()
    quoted: str = ""


@dataclass(frozen=True)
class Road:
    """By which conversation a letter goes, whose it is, what our Message-IDs end in, and the mail it answers."""

    thread: Thread
    client: Client | None
    domain: str
    in_reply_to: str | None = None


def check_sms(letter: Letter, number: str, terms: SmsTerms | None) -> None:
    """Raises SmsRefused where an SMS may not go to the number on these terms, whatever the hour."""
    refusal = terms.refusal(number, letter.text) if terms is not None and letter.channel is Channel.SMS else None
    if refusal is not None:
        raise SmsRefused(reason=refusal.value)


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
    instead_of: int | None = None,
    sms: SmsTerms | None = None,
) -> Interaction:
    """A new message to a client: a timeline entry and its delivery, in one transaction; an SMS on the terms of `sms`.

    With `instead_of`, a message of ours that did not arrive, it goes on in that one's conversation where the address is
    the same. Raises NotAllowed, NoAddress, Missing, TooLong, FilesTooLarge, SmsRefused.
    """
    client = await client_in_scope(session, actor=actor, client_id=client_id, action=Action.WRITE_TO_CLIENTS)
    points = await addresses(session, actor=actor, client_id=client_id, channel=letter.channel)
    point = next((p for p in points if contact_point_id is None or p.id == contact_point_id), None)
    if point is None:
        raise NoAddress(channel=letter.channel.value)
    failed = await session.get(Interaction, instead_of) if instead_of is not None else None
    thread = None
    if letter.channel is Channel.SMS:
        thread = await threads.sms_thread(session, client_id=client.id, number=point.value, now=now)
    elif failed is not None and failed.client_id == client.id and failed.thread_id is not None:
        before = await session.get_one(Thread, failed.thread_id)
        thread = before if before.address == point.value else None
    if thread is None:
        failed = None
        thread = await threads.open_thread(
            session, client_id=client.id, channel=letter.channel, address=point.value, subject=letter.subject, now=now
        )
    check_sms(letter, thread.address, sms)
    road = Road(thread, client, sender_domain, in_reply_to=await _answered_by(session, failed))
    return await post(session, actor=actor, letter=letter, road=road, now=now)


async def post(session: AsyncSession, *, actor: Staff, letter: Letter, road: Road, now: datetime) -> Interaction:
    """Puts a letter on the timeline and into the ledger, a row for each recipient under one Message-ID.

    Who may write there is the caller's to know. Raises Missing, TooLong, FilesTooLarge, NotAllowed.
    """
    text = _checked(letter)
    is_email, thread, client = letter.channel is Channel.EMAIL, road.thread, road.client
    thread.last_at = now
    message_id = f"<{secrets.token_hex(16)}@{road.domain}>" if is_email else None
    interaction = Interaction(
        client_id=client.id if client is not None else None,
        staff_id=actor.id,
        kind=KINDS[letter.channel],
        direction=Direction.OUT,
        subject=letter.subject if is_email else "",
        text=text,
        quoted=letter.quoted,
        source=InteractionSource.CHANNEL,
        thread_id=thread.id,
        message_id=message_id,
        recipients=headers_of(letter.to, letter.cc) if letter.to else None,
        at=now,
        created_at=now,
    )
    session.add(interaction)
    await session.flush()
    await attach(session, interaction_id=interaction.id, files=letter.files, now=now)
    people = [one.address for one in (*letter.to, *letter.cc)] or [thread.address]
    await _deliver(session, interaction, road, people, now)
    if client is not None:
        touch(client, at=now, kind=interaction.kind)
    events.record(
        session,
        "message.written",
        now=now,
        client_id=interaction.client_id,
        staff_id=actor.id,
        interaction_id=interaction.id,
        channel=letter.channel.value,
        recipients=len(people),
    )
    await session.flush()
    return interaction


async def _deliver(
    session: AsyncSession, interaction: Interaction, road: Road, people: Sequence[str], now: datetime
) -> None:
    """A row for each recipient; the first stands for the message."""
    channel = road.thread.channel
    payload: dict[str, object] = {"interaction_id": interaction.id}
    if channel is Channel.EMAIL:
        payload["references"] = await _references(session, road.thread, interaction.id)
        if road.in_reply_to:
            payload["in_reply_to"] = road.in_reply_to
    for place, address in enumerate(people):
        row = await enqueue(
            session,
            channel=channel,
            kind=channel.value,
            address=address,
            now=now,
            priority=PRIORITY_PERSON,
            dedupe_key=keys.written_copy(interaction.id, place) if place else keys.written_message(interaction.id),
            payload=payload,
            client_id=interaction.client_id,
            staff_id=interaction.staff_id,
            message_id=interaction.message_id,
        )
        interaction.outbox_id = interaction.outbox_id or row


def headers_of(to: Sequence[Correspondent], cc: Sequence[Correspondent]) -> dict[str, Any]:
    """The people of a mail as its timeline entry keeps them."""
    return {name: [[one.address, one.name] for one in people] for name, people in (("to", to), ("cc", cc))}


def _checked(letter: Letter) -> str:
    text = letter.text.strip()
    if not text and not letter.files and not letter.quoted:
        raise Missing(field="text")
    limit = SMS_LIMIT if letter.channel is Channel.SMS else EMAIL_LIMIT
    if len(text) > limit:
        raise TooLong(field="text", limit=limit)
    if letter.channel is Channel.EMAIL and len(letter.subject) > SUBJECT_LIMIT:
        raise TooLong(field="subject", limit=SUBJECT_LIMIT)
    if letter.channel is Channel.SMS and letter.files:
        raise NoFilesBySms
    if sum(file.size for file in letter.files) > FILES_LIMIT:
        raise FilesTooLarge(limit=FILES_LIMIT // 1024 // 1024)
    return text


async def _answered_by(session: AsyncSession, failed: Interaction | None) -> str | None:
    """What a message of ours answered."""
    row = await session.get(Outbox, failed.outbox_id) if failed is not None and failed.outbox_id is not None else None
    return row.payload.get("in_reply_to") if row is not None else None


async def _references(session: AsyncSession, thread: Thread, before_id: int) -> list[str]:
    """The Message-IDs of the thread so far, oldest first; the first and the last twenty are enough for any client."""
    query = (
        select(Interaction.message_id)
        .where(Interaction.thread_id == thread.id, Interaction.id < before_id, Interaction.message_id.is_not(None))
        .order_by(Interaction.id)
    )
    found = [message_id for message_id in (await session.execute(query)).scalars() if message_id]
    return found if len(found) <= 21 else [found[0], *found[-20:]]
