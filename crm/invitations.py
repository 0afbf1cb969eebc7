"""Invitations that customers send: answered from the chat with one tap, by the iTIP mail their calendar waits for."""

from __future__ import annotations

import secrets
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.email import exchange
from channels.email.headers import is_identifier
from channels.email.invitations import Invitation, Method, Participation
from channels.email.invitations import answer as itip_answer
from channels.message import OutgoingEmail
from channels.outbox.delivery import Composer, Delivery
from channels.outbox.enqueue import PRIORITY_PERSON, enqueue
from crm import cards, events, interactions, keys, threads, tray
from crm.access import Action, client_in_scope
from crm.errors import CrmError
from crm.interactions import touch
from crm.templates import as_html
from crm.wording import Wording
from crm.writing import Sender
from storage.models import (
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

KIND = "invitation_answer"
_EARLIER = 50  # mails of a client in which an older version of an invitation is looked for
_SUBJECT_LIMIT = 300


class NothingToAccept(CrmError):
    """The message holds no invitation that can be answered: it was cancelled, changed by a later one, or is none."""

    code = "invitations.nothing_to_accept"


def can_be_answered(interaction: Interaction) -> bool:
    """Whether its organiser waits for an answer of ours."""
    held = interaction.invitation
    return (
        interaction.client_id is not None
        and held is not None
        and held["method"] == Method.REQUEST
        and bool(held["organizer"])
        and not held.get("superseded")
    )


async def supersede(session: AsyncSession, *, interaction: Interaction, now: datetime) -> None:
    """A newer version of an invitation, or its cancellation, came: the cards of the older ones say so."""
    newer = interaction.invitation
    if newer is None or newer["method"] not in {Method.REQUEST, Method.CANCEL}:
        return
    whose = (
        Interaction.client_id == interaction.client_id
        if interaction.client_id is not None
        else Interaction.thread_id == interaction.thread_id
    )
    query = (
        select(Interaction)
        .where(whose, Interaction.id < interaction.id, Interaction.direction == Direction.IN)
        .where(Interaction.kind == InteractionKind.EMAIL)
        .order_by(Interaction.id.desc())
        .limit(_EARLIER)
    )
    for earlier in (await session.execute(query)).scalars():
        held = earlier.invitation
        if held is None or held["uid"] != newer["uid"] or held["method"] != Method.REQUEST or held.get("superseded"):
            continue
        if newer["sequence"] >= held["sequence"] and newer["recurrence_id"] == held["recurrence_id"]:
            word = "cancelled" if newer["method"] == Method.CANCEL else "updated"
            earlier.invitation = {**held, "superseded": word}
            await cards.refresh(session, tray.CARD, earlier.id, now=now)


async def answer_invitation(
    session: AsyncSession,
    *,
    actor: Staff,
    interaction_id: int,
    accept: Participation,
    sender_domain: str,
    now: datetime,
) -> Interaction:
    """Accepts, declines or tentatively accepts: a timeline entry and its delivery. A second answer takes the first back.

    Raises NotAllowed, NothingToAccept.
    """
    received = await interactions.get(session, actor=actor, interaction_id=interaction_id)
    if not can_be_answered(received) or received.client_id is None or received.thread_id is None:
        raise NothingToAccept
    client = await client_in_scope(session, actor=actor, client_id=received.client_id, action=Action.WRITE_TO_CLIENTS)
    message_id = f"<{secrets.token_hex(16)}@{sender_domain}>"
    said = await _written(session, actor, client, received, accept, message_id=message_id, now=now)
    received.invitation = {**(received.invitation or {}), "answer": accept.value}
    touch(client, at=now, kind=said.kind)
    events.record(
        session,
        "invitation.answered",
        now=now,
        client_id=client.id,
        staff_id=actor.id,
        interaction_id=received.id,
        answer=accept.value,
    )
    await session.flush()
    await cards.refresh(session, tray.CARD, received.id, now=now)
    return said


async def _written(
    session: AsyncSession,
    actor: Staff,
    client: Client,
    received: Interaction,
    accept: Participation,
    *,
    message_id: str,
    now: datetime,
) -> Interaction:
    """The answer on the timeline and in the ledger."""
    held: dict[str, Any] = received.invitation or {}
    thread = await session.get_one(Thread, received.thread_id)
    said = Interaction(
        client_id=client.id,
        staff_id=actor.id,
        kind=InteractionKind.EMAIL,
        direction=Direction.OUT,
        subject=_say(client.language, f"{accept.value}-subject", summary=held["summary"])[:_SUBJECT_LIMIT].strip(" :"),
        text=_say(client.language, accept.value, name=actor.name),
        source=InteractionSource.CHANNEL,
        thread_id=thread.id,
        message_id=message_id,
        at=now,
        created_at=now,
    )
    session.add(said)
    await session.flush()
    said.outbox_id = await enqueue(
        session,
        channel=Channel.EMAIL,
        kind=KIND,
        address=_organiser(held, thread),
        now=now,
        priority=PRIORITY_PERSON,
        dedupe_key=keys.written_message(said.id),
        payload={"interaction_id": said.id, "answers_id": received.id, "answer": accept.value},
        client_id=client.id,
        staff_id=actor.id,
        message_id=said.message_id,
    )
    return said


def composer(sender: Sender) -> Composer:
    """What makes the message of a ledger row of this kind."""

    async def compose(session: AsyncSession, row: Delivery) -> OutgoingEmail:
        said = await session.get_one(Interaction, int(row.payload["interaction_id"]))
        received = await session.get_one(Interaction, int(row.payload["answers_id"]))
        thread = await session.get_one(Thread, said.thread_id)
        client = await session.get_one(Client, said.client_id)
        invitation = _invitation(received)
        answered = received.message_id if is_identifier(received.message_id or "") else None
        return OutgoingEmail(
            to_address=row.address,
            to_name=invitation.organizer_name or client.name,
            subject=said.subject,
            text=said.text,
            html=as_html(said.text),
            calendar=itip_answer(
                invitation,
                attendee=invitation.attendee or sender.mail_from,
                name=sender.name,
                participation=Participation(row.payload["answer"]),
                now=said.at,
            ),
            message_id=row.message_id or "",
            from_address=sender.mail_from,
            from_name=sender.name,
            reply_to=threads.reply_address(sender.mail_from, thread.token),
            in_reply_to=answered,
            references=(answered,) if answered else (),
            envelope_from=sender.return_path_of(row.id),
        )

    return compose


def _organiser(held: dict[str, Any], thread: Thread) -> str:
    """Where the answer goes: to the organiser if they are of the sender's own house, else to the sender.

    Anybody can name a third person as the organiser, and have us write to them.
    """
    organizer = str(held["organizer"])
    return organizer if organizer.rpartition("@")[2] == thread.address.rpartition("@")[2] else thread.address


def _invitation(received: Interaction) -> Invitation:
    names = set(Invitation.__dataclass_fields__)
    held = {name: value for name, value in (received.invitation or {}).items() if name in names}
    invitation: Invitation = exchange.restored(Invitation, held)
    return invitation


def _say(language: Language, key: str, **arguments: object) -> str:
    return _catalogue().text(language, f"invitations-{key}", arguments)


@cache
def _catalogue() -> Wording:
    return Wording(Path(__file__).parent / "locale")
