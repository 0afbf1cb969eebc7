"""What befell an automation, told to whoever made it: once a day for each thing, however many clients it befell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox.enqueue import PRIORITY_REMINDER, enqueue_card
from crm import keys
from crm.access import Action, allows, check, may_read
from crm.errors import CrmError, NotAllowed
from crm.merge_fields import parse, render, values_of
from crm.wording import zone_of
from storage.models import Automation, Client, Enrolment, EnrolmentEvent, Role, Staff

CARD: Final = "automation_notice"
NOTE_CARD: Final = "automation_note"


class Notice(StrEnum):
    """What there is to tell."""

    FAILED = "failed"  # a step could not be done
    PARKED = "parked"  # a step this program does not know: kept until one that does runs
    GONE = "gone"  # what a step names is gone: kept until it is back
    LOOP = "loop"  # it would have set itself off again
    LONG_CHAIN = "long_chain"  # too many automations set one another off
    CAP = "cap"  # as many entered today as may
    RULE = "rule"  # who may enter cannot be told: the rule cannot be asked
    DAYS = "days"  # days came while nothing ran, too long ago to be caught up
    CALL_OUT = "call_out"  # another program did not answer for a day


async def tell(
    session: AsyncSession, automation: Automation, what: Notice, *, now: datetime, cause: str = "", client_id: int = 0
) -> None:
    """A card to the maker (without one who may see it, to the admins); the day is the reader's own."""
    for reader in await _readers(session, automation):
        day = now.astimezone(zone_of(reader.timezone)).date()
        await enqueue_card(
            session,
            chat_id=reader.telegram_id or 0,
            staff_id=reader.id,
            card=CARD,
            card_id=automation.id,
            now=now,
            dedupe_key=keys.automation_notice(automation.id, what.value, day, reader.id),
            priority=PRIORITY_REMINDER,
            facts={"what": what.value, "cause": cause[:200], "client_id": client_id},
        )


@dataclass(frozen=True, slots=True)
class Note:
    """A word to the owner, filled with what is true of the client now."""

    client: Client
    automation: Automation
    enrolment_id: int
    text: str


async def note(session: AsyncSession, *, actor: Staff, line_id: int) -> Note:
    """What the note of a step says to a colleague. Raises NotAllowed once the client is out of their sight."""
    line = await session.get(EnrolmentEvent, line_id)
    enrolment = await session.get(Enrolment, line.enrolment_id) if line is not None else None
    if line is None or enrolment is None:
        raise NotAllowed(action=Action.SEE_CLIENTS.value)
    if not await may_read(session, actor=actor, client_id=enrolment.client_id):
        raise NotAllowed(action=Action.SEE_CLIENTS.value)
    client = await session.get_one(Client, enrolment.client_id)
    owner = await session.get(Staff, client.owner_id) if client.owner_id else None
    text = filled(str(line.facts.get("text", "")), values_of(client, owner, zone_name=actor.timezone))
    automation = await session.get_one(Automation, enrolment.automation_id)
    return Note(client, automation, enrolment.id, text)


def filled(text: str, values: Mapping[str, str]) -> str:
    """A step's text with what is true of the client; braces that name no field stay as they were typed."""
    try:
        return render(parse(text), values).text
    except CrmError:
        return text


async def noticed(session: AsyncSession, *, actor: Staff, automation_id: int, client_id: int) -> tuple[str, str]:
    """The names of the automation a notice is about, and of the first client it befell (empty: none). Raises NotAllowed."""
    check(actor, Action.RUN_AUTOMATIONS)
    automation = await session.get(Automation, automation_id)
    if automation is None:
        raise NotAllowed(action=Action.RUN_AUTOMATIONS.value)
    client = await session.get(Client, client_id) if client_id else None
    return automation.name, client.name if client is not None else ""


async def _readers(session: AsyncSession, automation: Automation) -> Sequence[Staff]:
    maker = await session.get(Staff, automation.created_by_id) if automation.created_by_id else None
    if maker is not None and allows(maker, Action.RUN_AUTOMATIONS) and maker.telegram_id is not None:
        return [maker]
    query = select(Staff).where(Staff.active.is_(True), Staff.telegram_id.is_not(None), Staff.role == Role.ADMIN)
    return (await session.execute(query.order_by(Staff.id))).scalars().all()
