"""Answering a customer: back to where the message came from, in its thread."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from crm.access import Action, client_in_scope
from crm.errors import CrmError
from crm.interactions import KeptFile, get
from crm.writing.letters import KINDS, SUBJECT_LIMIT, Letter, post
from storage.models import Interaction, Staff, Thread


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
) -> Interaction:
    """Answers a customer's message in its thread, to the address it came from.

    Raises NotAllowed, NothingToAnswer, Missing, TooLong, FilesTooLarge.
    """
    received = await get(session, actor=actor, interaction_id=interaction_id)
    if received.client_id is None or received.thread_id is None:
        raise NothingToAnswer
    client = await client_in_scope(session, actor=actor, client_id=received.client_id, action=Action.WRITE_TO_CLIENTS)
    thread = await session.get_one(Thread, received.thread_id)
    if thread.channel not in KINDS:
        raise NothingToAnswer
    subject = received.subject or thread.subject
    if subject and not subject.lower().startswith("re:"):
        subject = f"Re: {subject}"
    letter = Letter(channel=thread.channel, text=text, subject=subject[:SUBJECT_LIMIT], files=files)
    return await post(
        session,
        actor=actor,
        client=client,
        thread=thread,
        letter=letter,
        domain=sender_domain,
        now=now,
        answers=received,
    )
