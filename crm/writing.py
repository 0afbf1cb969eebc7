"""Writing to a client: emails and SMS as ledger rows, in the thread they answer, composed when they are sent."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, String, case, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.email.verp import ReturnPath
from channels.message import MailFile, OutgoingEmail, OutgoingSms
from channels.outbox.delivery import Delivery
from channels.outbox.enqueue import PRIORITY_PERSON, enqueue
from channels.sms.terms import SmsTerms
from crm import cards, events, keys, threads
from crm.access import Action, client_in_scope
from crm.errors import CrmError, Missing, NotAllowed, TooLong
from crm.interactions import CARD, KeptFile, attach, get, touch
from crm.templates import as_html
from storage.files import FileStore
from storage.models import (
    DELIVERY_IN_FLIGHT,
    Attachment,
    CardMessage,
    Channel,
    Client,
    ContactKind,
    ContactPoint,
    DeliveryState,
    Direction,
    Interaction,
    InteractionKind,
    InteractionSource,
    Outbox,
    Staff,
    StoredFile,
    Thread,
)

EMAIL_LIMIT = 20_000
SMS_LIMIT = 1_600  # Twilio's limit for one message body
SUBJECT_LIMIT = 300
FILES_LIMIT = 15 * 1024 * 1024
ASKED_AFTER = timedelta(minutes=10)  # a message in doubt is asked about: crm.deliveries.doubt
FOLLOWED_FOR = timedelta(days=7)  # afterwards a card is no longer edited

_KINDS = {Channel.EMAIL: InteractionKind.EMAIL, Channel.SMS: InteractionKind.SMS}
_POINTS = {Channel.EMAIL: ContactKind.EMAIL, Channel.SMS: ContactKind.PHONE}


class NoAddress(CrmError):
    """The client has no address for this channel. Parameters: channel."""

    code = "writing.no_address"


class FilesTooLarge(CrmError):
    """The files of one email are larger than mail servers take. Parameters: limit (MB)."""

    code = "writing.files_too_large"


class SmsRefused(CrmError):
    """No SMS goes there, or not this one. Parameters: reason (country-not-allowed, premium-number, over-day-cap)."""

    code = "writing.sms_refused"


class NothingToAnswer(CrmError):
    """The message cannot be answered: it has no thread."""

    code = "writing.nothing_to_answer"


@dataclass(frozen=True)
class Letter:
    """What a colleague writes. `subject` only for email; an answer keeps its thread's."""

    channel: Channel
    text: str
    subject: str = ""
    files: Sequence[KeptFile] = ()


@dataclass(frozen=True)
class Sender:
    """Who we are on the wire: the company's address and name, and the file store."""

    mail_from: str
    name: str
    files: FileStore
    status_callback: str | None = None
    return_path: ReturnPath | None = None  # where bounces come back to, each delivery's to an address of its own
    feedback_id: str = ""  # our name in Feedback-ID

    def return_path_of(self, outbox_id: int) -> str | None:
        """The envelope sender of one delivery; None: the channel's own."""
        return self.return_path.of(outbox_id) if self.return_path is not None else None

    def status_url(self, delivery_id: int) -> str | None:
        """Where Twilio reports on a delivery: it names itself, so that it is known again when the answer is lost."""
        return f"{self.status_callback}?delivery={delivery_id}" if self.status_callback else None


async def show_progress(session: AsyncSession, *, now: datetime, limit: int = 200) -> int:
    """Cards of messages we sent follow what really happened to them. Returns how many are edited."""
    query = changed_cards(now).with_only_columns(CardMessage, _shown(now)).limit(limit)
    rows = (await session.execute(query)).all()
    for hanging, shown in rows:
        first, hanging.shown = hanging.shown is None, shown
        if not (first and shown == DeliveryState.PLANNED.value):
            await cards.refresh_one(session, hanging, now=now)
    return len(rows)


def changed_cards(now: datetime) -> Select[int]:
    """Cards that show another state of a delivery than is true now."""
    return (
        select(CardMessage.id)
        .join(Interaction, Interaction.id == CardMessage.card_id)
        .join(Outbox, Outbox.id == Interaction.outbox_id)
        .where(
            CardMessage.card == CARD,
            CardMessage.created_at > now - FOLLOWED_FOR,
            Outbox.state.not_in(DELIVERY_IN_FLIGHT),
            CardMessage.shown.is_distinct_from(_shown(now)),
        )
    )


def _shown(now: datetime) -> ColumnElement[str]:
    """What a card shows, in a few letters: the state; why it waits for another try; that a person is to decide."""
    state = cast(Outbox.state, String)
    again = (Outbox.state == DeliveryState.PLANNED) & Outbox.code.is_not(None)
    doubt = (Outbox.state == DeliveryState.UNKNOWN) & (Outbox.settled_at <= now - ASKED_AFTER)
    return case((again, func.substr(state + ":" + Outbox.code, 1, 40)), (doubt, state + "?"), else_=state)


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
        .where(ContactPoint.client_id == client_id, ContactPoint.kind == _POINTS[channel])
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
    sms: SmsTerms | None = None,
) -> Interaction:
    """A new message to a client: a timeline entry and its delivery, in one transaction; an SMS on the terms of `sms`.

    Raises NotAllowed, NoAddress, Missing, TooLong, FilesTooLarge, SmsRefused.
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
    check_sms(letter, thread.address, sms)
    return await _send(session, actor=actor, client=client, thread=thread, letter=letter, domain=sender_domain, now=now)


async def answer(
    session: AsyncSession,
    *,
    actor: Staff,
    interaction_id: int,
    text: str,
    sender_domain: str,
    now: datetime,
    files: Sequence[KeptFile] = (),
    sms: SmsTerms | None = None,
) -> Interaction:
    """Answers a customer's message in its thread, to the address it came from.

    Raises NotAllowed, NothingToAnswer, Missing, TooLong, FilesTooLarge, SmsRefused.
    """
    received = await get(session, actor=actor, interaction_id=interaction_id)
    if received.client_id is None or received.thread_id is None:
        raise NothingToAnswer
    client = await client_in_scope(session, actor=actor, client_id=received.client_id, action=Action.WRITE_TO_CLIENTS)
    thread = await session.get_one(Thread, received.thread_id)
    if thread.channel not in _KINDS:
        raise NothingToAnswer
    subject = received.subject or thread.subject
    if subject and not subject.lower().startswith("re:"):
        subject = f"Re: {subject}"
    letter = Letter(channel=thread.channel, text=text, subject=subject[:SUBJECT_LIMIT], files=files)
    check_sms(letter, thread.address, sms)
    return await _send(
        session,
        actor=actor,
        client=client,
        thread=thread,
        letter=letter,
        domain=sender_domain,
        now=now,
        answers=received,
    )


async def _send(
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
    text = _checked(letter)
    thread.last_at = now
    message_id = f"<{secrets.token_hex(16)}@{domain}>" if letter.channel is Channel.EMAIL else None
    interaction = Interaction(
        client_id=client.id,
        staff_id=actor.id,
        kind=_KINDS[letter.channel],
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


def composers(
    sender: Sender,
) -> dict[str, Callable[[AsyncSession, Delivery], Awaitable[OutgoingEmail | OutgoingSms]]]:
    """What turns ledger rows of kind `email` and `sms` into messages at send time."""

    async def email(session: AsyncSession, row: Delivery) -> OutgoingEmail:
        interaction = await session.get_one(Interaction, int(row.payload["interaction_id"]))
        thread = await session.get_one(Thread, interaction.thread_id)
        client = await session.get_one(Client, interaction.client_id)
        staff = await session.get(Staff, interaction.staff_id) if interaction.staff_id else None
        text = interaction.text
        if staff is not None and staff.email_signature:
            text = f"{text}\n\n-- \n{staff.email_signature}"
        return OutgoingEmail(
            to_address=row.address,
            to_name=client.name,
            subject=interaction.subject,
            text=text,
            html=as_html(text),
            message_id=row.message_id or "",
            envelope_from=sender.return_path_of(row.id),
            from_address=sender.mail_from,
            from_name=sender.name,
            reply_to=threads.reply_address(sender.mail_from, thread.token),
            in_reply_to=row.payload.get("in_reply_to"),
            references=tuple(row.payload.get("references", ())),
            files=tuple(await _files(session, interaction.id, sender.files)),
        )

    async def sms(session: AsyncSession, row: Delivery) -> OutgoingSms:
        interaction = await session.get_one(Interaction, int(row.payload["interaction_id"]))
        return OutgoingSms(to_number=row.address, text=interaction.text, status_callback=sender.status_url(row.id))

    return {"email": email, "sms": sms}


async def _files(session: AsyncSession, interaction_id: int, store: FileStore) -> list[MailFile]:
    query = (
        select(Attachment.name, StoredFile.media_type, StoredFile.sha256)
        .join(StoredFile, StoredFile.id == Attachment.file_id)
        .where(Attachment.interaction_id == interaction_id)
        .order_by(Attachment.id)
    )
    return [
        MailFile(name=name, media_type=media_type, content=await store.get(sha256))
        for name, media_type, sha256 in await session.execute(query)
    ]
