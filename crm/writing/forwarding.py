"""Passing a message on: to a colleague's chat, or by email to whoever has to see it, with the original and its files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.message import Correspondent
from channels.outbox.enqueue import PRIORITY_PERSON, enqueue_card
from crm import contacts, conversations, events, keys, threads
from crm.access import Action, Reach, check
from crm.conversations import Message, NotForThem, answers_customers
from crm.errors import CrmError, NotAllowed
from crm.interactions import KeptFile
from crm.wording import Wording, moment, zone_of
from crm.writing.letters import FILES_LIMIT, SUBJECT_LIMIT, Letter, Road, post
from crm.writing.people import Ours
from storage.models import (
    Attachment,
    Channel,
    ContactKind,
    ContactPoint,
    Direction,
    Interaction,
    SharedMessage,
    Staff,
    StoredFile,
)

FILE_CARD = "attachment"
QUOTED_LIMIT = 100_000
FILES_SHOWN = 10  # follow a message into a colleague's chat


class OwnAddress(CrmError):
    """The address is the company's own: the mail is here already. Parameters: address."""

    code = "writing.own_address"


async def to_colleague(
    session: AsyncSession, *, actor: Staff, interaction_id: int, staff_id: int, now: datetime
) -> Staff:
    """Shows a message and its files to a colleague in their chat; they read this one, whoever's client it is.

    Raises NotAllowed, NotForThem.
    """
    found = await conversations.message(session, actor=actor, interaction_id=interaction_id, now=now)
    person = await session.get(Staff, staff_id)
    if person is None or not answers_customers(person):
        raise NotForThem(name=person.name if person is not None else "–")
    if await session.get(SharedMessage, (interaction_id, person.id)) is None:
        session.add(SharedMessage(interaction_id=interaction_id, staff_id=person.id, by_id=actor.id, at=now))
        await session.flush()
    chat_id = person.telegram_id or 0
    await enqueue_card(
        session,
        chat_id=chat_id,
        staff_id=person.id,
        card=found.card,
        card_id=interaction_id,
        now=now,
        dedupe_key=keys.forwarded_card(interaction_id, person.id, now),
        priority=PRIORITY_PERSON,
    )
    query = select(Attachment.id).where(Attachment.interaction_id == interaction_id).order_by(Attachment.id)
    for attachment_id in (await session.execute(query.limit(FILES_SHOWN))).scalars().all():
        await enqueue_card(
            session,
            chat_id=chat_id,
            staff_id=person.id,
            card=FILE_CARD,
            card_id=attachment_id,
            now=now,
            dedupe_key=keys.forwarded_file(attachment_id, person.id, now),
            priority=PRIORITY_PERSON,
        )
    _record(session, found, actor, now, to_staff_id=person.id)
    return person


async def by_email(
    session: AsyncSession,
    *,
    actor: Staff,
    interaction_id: int,
    address: str,
    letter: Letter,
    sender_domain: str,
    ours: Ours,
    now: datetime,
) -> Interaction:
    """Sends a message on by email: `letter` is the colleague's own words and every file that goes along.

    It is a conversation of its own, with the client of the original: an answer to it comes back to their timeline.
    Raises NotAllowed, BadEmail, OwnAddress, TooLong, FilesTooLarge.
    """
    found = await forwardable(session, actor=actor, interaction_id=interaction_id, now=now)
    reached_at = checked_address(address, ours)
    subject = letter.subject or subject_of(found)
    thread = await threads.open_thread(
        session,
        client_id=found.interaction.client_id,
        channel=Channel.EMAIL,
        address=reached_at,
        subject=subject,
        now=now,
    )
    passed_on = Letter(
        Channel.EMAIL,
        letter.text,
        subject=subject,
        files=letter.files,
        to=(Correspondent(reached_at),),
        quoted=await original(session, found, actor),
    )
    _record(session, found, actor, now, to_staff_id=None)
    road = Road(thread, found.client, sender_domain)
    return await post(session, actor=actor, letter=passed_on, road=road, now=now)


async def forwardable(session: AsyncSession, *, actor: Staff, interaction_id: int, now: datetime) -> Message:
    """An email that may be sent on by email. Raises NotAllowed."""
    check(actor, Action.FORWARD_MAIL)
    found = await conversations.message(session, actor=actor, interaction_id=interaction_id, now=now)
    if found.thread.channel is not Channel.EMAIL:
        raise NotAllowed(action=Action.FORWARD_MAIL.value)
    return found


def checked_address(address: str, ours: Ours) -> str:
    """An address typed by a colleague. Raises BadEmail, OwnAddress."""
    read = contacts.read_email(address)
    if read in ours:
        raise OwnAddress(address=read)
    return read


async def known_addresses(session: AsyncSession, found: Message) -> Sequence[ContactPoint]:
    """The client's own addresses, for whoever has the client."""
    if found.reach < Reach.OWNS or found.client is None:
        return ()
    query = select(ContactPoint).where(
        ContactPoint.client_id == found.client.id, ContactPoint.kind == ContactKind.EMAIL
    )
    query = query.order_by(ContactPoint.is_primary.desc(), ContactPoint.id)
    return (await session.execute(query)).scalars().all()


async def files_of(session: AsyncSession, interaction_id: int) -> list[KeptFile]:
    """What a message carries, as it lies in the store."""
    query = (
        select(Attachment.name, Attachment.telegram_file_id, StoredFile)
        .join(StoredFile, StoredFile.id == Attachment.file_id)
        .where(Attachment.interaction_id == interaction_id)
        .order_by(Attachment.id)
    )
    return [
        KeptFile(stored.sha256, name, stored.media_type, stored.size, telegram_file_id)
        for name, telegram_file_id, stored in await session.execute(query)
    ]


def fit(files: Sequence[KeptFile]) -> bool:
    """Whether the files together are small enough for an email."""
    return sum(file.size for file in files) <= FILES_LIMIT


def subject_of(found: Message) -> str:
    """The subject of what is passed on."""
    subject = found.interaction.subject or found.thread.subject
    if not subject.lower().startswith(("fwd:", "fw:")):
        subject = f"Fwd: {subject}".strip()
    return subject[:SUBJECT_LIMIT]


async def original(session: AsyncSession, found: Message, reader: Staff) -> str:
    """The message as it is quoted: a few headers in the words of whoever passes it on, then all of its text."""
    interaction, thread = found.interaction, found.thread
    headers: dict[str, Any] = interaction.recipients or {}
    sender = _named(thread.address, str(headers.get("from_name") or thread.name))
    to = ", ".join(_named(*pair[:2]) for pair in headers.get("to") or ())
    if interaction.direction is Direction.OUT:
        writer = await session.get(Staff, interaction.staff_id) if interaction.staff_id is not None else None
        sender, to = writer.name if writer is not None else "", to or thread.address
    cc = ", ".join(_named(*pair[:2]) for pair in headers.get("cc") or ())
    said = {
        "from": sender,
        "date": moment(interaction.at, zone=zone_of(reader.timezone), language=reader.language),
        "subject": interaction.subject or thread.subject,
        "to": to,
        "cc": cc,
    }
    head = [_say(reader, "writing-forwarded")]
    # Joined here: wording takes 2,500 characters to an argument, and a mail may name more people than that.
    said_on_one_line = {name: " ".join(value.split()) for name, value in said.items() if value}
    head += [f"{_say(reader, f'writing-forwarded-{name}')}: {value}" for name, value in said_on_one_line.items()]
    text = "\n\n".join(part for part in (interaction.text.strip(), interaction.quoted.strip()) if part)
    return "\n".join(head) + f"\n\n{text}"[:QUOTED_LIMIT]


def _named(address: str, name: str = "") -> str:
    return f"{name} <{address}>" if name else address


def _say(reader: Staff, key: str) -> str:
    return _catalogue().text(reader.language, key)


@cache
def _catalogue() -> Wording:
    return Wording(Path(__file__).parent.parent / "locale")


def _record(session: AsyncSession, found: Message, actor: Staff, now: datetime, *, to_staff_id: int | None) -> None:
    events.record(
        session,
        "message.forwarded",
        now=now,
        client_id=found.interaction.client_id,
        staff_id=actor.id,
        interaction_id=found.interaction.id,
        to_staff_id=to_staff_id,
    )
