"""Nothing large goes out on one person's word: above a size or a cost somebody else looks first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox.enqueue import PRIORITY_PERSON, enqueue_card
from crm import cards, events
from crm.errors import CrmError
from crm.mailings.looking import Check
from storage.models import Mailing, MailingState, Role, Staff
from storage.queries import mailings as queries

CARD = "mailing"
APPROVAL_OVER: Final = 500  # recipients, unless the installation says otherwise


class WrongState(CrmError):
    """The mailing is in a state in which this cannot be done. Parameters: state."""

    code = "mailings.wrong_state"


class NeedsAnother(CrmError):
    """A mailing is approved by somebody other than who made it."""

    code = "mailings.needs_another"


class Needed(StrEnum):
    """Why a second person has to look."""

    SIZE = "size"
    COST = "cost"


@dataclass(frozen=True, slots=True)
class ApprovalRules:
    """More than `over` recipients, or a cost of more than `cost` millionths of the currency (None: any)."""

    over: int = APPROVAL_OVER
    cost: int | None = None

    def needed(self, found: Check) -> Needed | None:
        """Why somebody else has to look at a mailing first; None when nobody has to."""
        if found.reached > self.over:
            return Needed.SIZE
        return Needed.COST if self.too_dear(found.load.money if found.load is not None else None) else None

    def too_dear(self, money: int | None) -> bool:
        """Whether so many millionths of the currency are more than one person may spend."""
        return self.cost is not None and money is not None and money > self.cost


async def ask(session: AsyncSession, *, mailing: Mailing, launched_by: int | None, now: datetime) -> None:
    """The mailing waits, and everybody who may approve it gets its card."""
    mailing.state = MailingState.AWAITING_APPROVAL
    for approver in await approvers(session, mailing=mailing):
        if approver.id != launched_by:
            await send_card(session, mailing, approver, now, why="approval")


async def asked(session: AsyncSession, *, mailing: Mailing) -> list[Staff]:
    """Who was asked to look at it: managers who neither made nor launched it."""
    launched_by = await queries.launched_by(session, mailing_id=mailing.id)
    return [one for one in await approvers(session, mailing=mailing) if one.id != launched_by]


async def approvers(session: AsyncSession, *, mailing: Mailing) -> list[Staff]:
    """Managers other than who made it."""
    query = (
        select(Staff)
        .where(
            Staff.active.is_(True),
            Staff.role.in_((Role.MANAGER, Role.ADMIN)),
            Staff.id != mailing.created_by_id,
            Staff.telegram_id.is_not(None),
        )
        .order_by(Staff.id)
    )
    return list((await session.execute(query)).scalars())


async def tell_maker(session: AsyncSession, mailing: Mailing, now: datetime, *, why: str) -> None:
    """The card to whoever made the mailing, while they are here: the first may hang far up in their chat."""
    maker = await session.get_one(Staff, mailing.created_by_id)
    if maker.active and maker.telegram_id is not None:
        await send_card(session, mailing, maker, now, why=why)


async def send_card(session: AsyncSession, mailing: Mailing, to: Staff, now: datetime, *, why: str) -> None:
    """The mailing's card once more, at the end of somebody's chat; `why` tells several of one moment apart."""
    await enqueue_card(
        session,
        chat_id=to.telegram_id or 0,
        staff_id=to.id,
        card=CARD,
        card_id=mailing.id,
        now=now,
        dedupe_key=f"mailing:{mailing.id}:{why}:{int(now.timestamp())}:to:{to.id}",
        priority=PRIORITY_PERSON,
    )


def expect(mailing: Mailing, *states: MailingState) -> None:
    """Raises WrongState unless the mailing is in one of the states."""
    if mailing.state not in states:
        raise WrongState(state=mailing.state.value)


async def changed(
    session: AsyncSession, mailing: Mailing, name: str, *, actor: Staff | None, now: datetime, **facts: Any
) -> None:
    """Writes the event down, with further facts of it, and lets every hanging card follow."""
    await session.flush()
    events.record(session, name, now=now, staff_id=actor.id if actor else None, mailing_id=mailing.id, **facts)
    await cards.refresh(session, CARD, mailing.id, now=now)
