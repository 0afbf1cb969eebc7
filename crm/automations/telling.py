"""What befell an automation, told to whoever made it: once a day for each thing, however many clients it befell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox.enqueue import PRIORITY_REMINDER, enqueue_card
from crm import keys
from crm.wording import zone_of
from storage.models import Automation, Role, Staff

CARD: Final = "automation_notice"
NOTE_CARD: Final = "automation_note"


class Notice(StrEnum):
    """What there is to tell."""

    FAILED = "failed"  # a step could not be done
    PARKED = "parked"  # a step this program does not know: kept until one that does runs
    LOOP = "loop"  # it would have set itself off again
    LONG_CHAIN = "long_chain"  # too many automations set one another off
    CAP = "cap"  # as many entered today as may
    RULE = "rule"  # who may enter cannot be told: the rule cannot be asked
    CALL_OUT = "call_out"  # another program did not answer for a day


async def tell(
    session: AsyncSession, automation: Automation, what: Notice, *, now: datetime, cause: str = "", client_id: int = 0
) -> None:
    """A card to the maker (without one, to the admins); the day is the reader's own."""
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


async def _readers(session: AsyncSession, automation: Automation) -> Sequence[Staff]:
    maker = await session.get(Staff, automation.created_by_id) if automation.created_by_id else None
    if maker is not None and maker.active and maker.telegram_id is not None:
        return [maker]
    query = select(Staff).where(Staff.active.is_(True), Staff.telegram_id.is_not(None), Staff.role == Role.ADMIN)
    return (await session.execute(query.order_by(Staff.id))).scalars().all()
