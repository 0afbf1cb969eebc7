"""Answering a customer: back to where the message came from, or to everybody it named, in its thread."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from channels.message import Correspondent
from channels.sms.terms import SmsTerms
from crm import conversations
from crm.access import Action, check
from crm.conversations import Message
from crm.errors import CrmError
from crm.interactions import KeptFile
from crm.writing.letters import KINDS, SUBJECT_LIMIT, Letter, Road, check_sms, post
from crm.writing.people import Ours, People, correspondents, limited
from storage.models import Channel, Interaction, Staff


class NothingToAnswer(CrmError):
    """The message cannot be answered: it has no thread."""

    code = "writing.nothing_to_answer"


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

    Whoever reaches the conversation may: the client's own colleague, who it was given to, who stands in.
    Raises NotAllowed, NothingToAnswer, Missing, TooLong, FilesTooLarge, SmsRefused.
    """
    received = await answerable(session, actor=actor, interaction_id=interaction_id, now=now)
    letter = Letter(received.thread.channel, text, subject=subject_of(received), files=files)
    check_sms(letter, received.thread.address, sms)
    return await _post(session, actor, received, letter, sender_domain, now)


async def answer_all(
    session: AsyncSession,
    *,
    actor: Staff,
    interaction_id: int,
    text: str,
    sender_domain: str,
    ours: Ours,
    now: datetime,
    files: Sequence[KeptFile] = (),
) -> Interaction:
    """Answers everybody an email named but ourselves, one delivery each. Also raises TooManyRecipients."""
    received, people = await everybody(session, actor=actor, interaction_id=interaction_id, ours=ours, now=now)
    to, cc = people.to, people.cc
    letter = Letter(Channel.EMAIL, text, subject=subject_of(received), files=files, to=to, cc=cc)
    return await _post(session, actor, received, letter, sender_domain, now)


async def everybody(
    session: AsyncSession, *, actor: Staff, interaction_id: int, ours: Ours, now: datetime
) -> tuple[Message, People]:
    """Whom an answer to all goes to. Raises NotAllowed, NothingToAnswer, TooManyRecipients."""
    received = await answerable(session, actor=actor, interaction_id=interaction_id, now=now)
    if received.thread.channel is not Channel.EMAIL:
        raise NothingToAnswer
    people = limited(correspondents(received.interaction, received.thread, ours))
    if not people.everybody:  # a mail from ourselves to ourselves
        people = People((Correspondent(received.thread.address, received.thread.name),))
    return received, people


async def answerable(session: AsyncSession, *, actor: Staff, interaction_id: int, now: datetime) -> Message:
    """A message that can be answered. Raises NotAllowed, NothingToAnswer."""
    check(actor, Action.WRITE_TO_CLIENTS)
    received = await conversations.message(session, actor=actor, interaction_id=interaction_id, now=now)
    if received.client is None or received.thread.channel not in KINDS:
        raise NothingToAnswer
    return received


def subject_of(received: Message) -> str:
    """The subject of an answer."""
    subject = received.interaction.subject or received.thread.subject
    if subject and not subject.lower().startswith("re:"):
        subject = f"Re: {subject}"
    return subject[:SUBJECT_LIMIT]


async def _post(
    session: AsyncSession, actor: Staff, received: Message, letter: Letter, domain: str, now: datetime
) -> Interaction:
    road = Road(received.thread, received.client, domain, in_reply_to=received.interaction.message_id)
    return await post(session, actor=actor, letter=letter, road=road, now=now)
