"""From draft to running and whatever stops it: launch, approval by a second person, pause, resume, cancel."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox.enqueue import PRIORITY_PERSON, enqueue, enqueue_card
from channels.sms.terms import SmsTerms
from crm import cards, events
from crm.access import Action, check
from crm.contacts import read_email, read_phone
from crm.errors import CrmError, DateInPast
from crm.mailings.drafting import Check, NotADraft, get, look
from crm.mailings.pacing import Plan, Quiet, plan, refused
from storage.models import MAILING_ACTIVE, Channel, Mailing, MailingState, Role, Staff
from storage.queries import outbox as ledger

CARD = "mailing"
APPROVAL_OVER = 500  # recipients; above it a second person looks first
LATEST = timedelta(days=366)


class NobodyReached(CrmError):
    """Nobody in the segment would get it."""

    code = "mailings.nobody_reached"


class NoUnsubscribeLink(CrmError):
    """Mailings carry an unsubscribe link, and this installation has no public address to put into it."""

    code = "mailings.no_public_url"


class WrongState(CrmError):
    """The mailing is in a state in which this cannot be done. Parameters: state."""

    code = "mailings.wrong_state"


class NeedsAnother(CrmError):
    """A mailing is approved by somebody other than who made it."""

    code = "mailings.needs_another"


async def launch(
    session: AsyncSession,
    *,
    actor: Staff,
    mailing_id: int,
    now: datetime,
    public_url: str,
    at: datetime | None = None,
    sms: SmsTerms | None = None,
    quiet: Quiet | None = None,
    consent_required: bool = False,
) -> Mailing:
    """Starts a draft now or at a time; a large one first asks for a second person's approval.

    By SMS only when it can be finished on the installation's terms; `quiet` by the clock of whoever made it.
    Raises NotAllowed, NotADraft, NobodyReached, NoUnsubscribeLink, DateInPast, DoesNotFit.
    """
    mailing = await get(session, actor=actor, mailing_id=mailing_id, lock=True)
    if mailing.state is not MailingState.DRAFT:
        raise NotADraft
    terms = sms or SmsTerms()
    # To a name shown instead of a number nobody can answer STOP: there it is the link that lets people out.
    by_link = mailing.channel is Channel.EMAIL or not terms.takes_replies
    if by_link and not public_url:
        raise NoUnsubscribeLink
    if at is not None and not now < at < now + LATEST:
        raise DateInPast(until=at.isoformat())
    found = await look(session, actor=actor, mailing=mailing, now=now, sms=terms, consent_required=consent_required)
    if found.reached <= 0:
        raise NobodyReached
    mailing.starts_at = at or now
    planned = await sms_plan(session, mailing=mailing, found=found, terms=terms, quiet=quiet, now=now)
    if planned is not None and planned.ends_at is None:
        raise refused(planned.load, terms)
    if found.reached > APPROVAL_OVER:
        mailing.state = MailingState.AWAITING_APPROVAL
        await _ask_for_approval(session, mailing, now)
    else:
        mailing.state = MailingState.SCHEDULED
    await _changed(session, mailing, "mailing.launched", actor=actor, now=now)
    return mailing


async def sms_plan(
    session: AsyncSession, *, mailing: Mailing, found: Check, terms: SmsTerms, quiet: Quiet | None, now: datetime
) -> Plan | None:
    """When the last SMS of a mailing could leave, begun at its time or now; None for email."""
    if found.load is None:
        return None
    maker = await session.get_one(Staff, mailing.created_by_id)
    starts_at = max(mailing.starts_at or now, now)
    return await plan(session, load=found.load, terms=terms, starts_at=starts_at, zone=maker.timezone, quiet=quiet)


async def approve(session: AsyncSession, *, actor: Staff, mailing_id: int, now: datetime) -> Mailing:
    """A second person's yes. Raises NotAllowed, NeedsAnother, WrongState."""
    check(actor, Action.APPROVE_MAILINGS)
    mailing = await get(session, actor=actor, mailing_id=mailing_id, lock=True)
    _expect(mailing, MailingState.AWAITING_APPROVAL)
    if mailing.created_by_id == actor.id:
        raise NeedsAnother
    mailing.state, mailing.approved_by_id = MailingState.SCHEDULED, actor.id
    await _tell_maker(session, mailing, now)
    await _changed(session, mailing, "mailing.approved", actor=actor, now=now)
    return mailing


async def send_back(session: AsyncSession, *, actor: Staff, mailing_id: int, now: datetime) -> Mailing:
    """A second person's no: it is a draft again. Raises NotAllowed, WrongState."""
    check(actor, Action.APPROVE_MAILINGS)
    mailing = await get(session, actor=actor, mailing_id=mailing_id, lock=True)
    _expect(mailing, MailingState.AWAITING_APPROVAL)
    mailing.state, mailing.starts_at = MailingState.DRAFT, None
    await _tell_maker(session, mailing, now)
    await _changed(session, mailing, "mailing.sent_back", actor=actor, now=now)
    return mailing


async def pause(
    session: AsyncSession, *, actor: Staff | None, mailing_id: int, now: datetime, reason: str = ""
) -> Mailing:
    """Nothing more is claimed until it is resumed. Raises NotAllowed, WrongState. `actor` None: the product itself."""
    mailing = await _locked(session, actor, mailing_id)
    _expect(mailing, MailingState.SCHEDULED, MailingState.EXPANDING, MailingState.RUNNING)
    mailing.state_before_pause, mailing.state, mailing.pause_reason = mailing.state, MailingState.PAUSED, reason[:200]
    await _changed(session, mailing, "mailing.paused", actor=actor, now=now)
    return mailing


async def resume(session: AsyncSession, *, actor: Staff, mailing_id: int, now: datetime) -> Mailing:
    """Goes on where it was. Raises NotAllowed, WrongState."""
    mailing = await get(session, actor=actor, mailing_id=mailing_id, lock=True)
    _expect(mailing, MailingState.PAUSED)
    mailing.state = mailing.state_before_pause or MailingState.RUNNING
    mailing.state_before_pause, mailing.pause_reason = None, ""
    await _changed(session, mailing, "mailing.resumed", actor=actor, now=now)
    return mailing


async def cancel(session: AsyncSession, *, actor: Staff, mailing_id: int, now: datetime) -> Mailing:
    """Ends it for good: what still waits is cancelled, what is on the wire finishes. Raises NotAllowed, WrongState."""
    mailing = await get(session, actor=actor, mailing_id=mailing_id, lock=True)
    _expect(mailing, MailingState.DRAFT, MailingState.AWAITING_APPROVAL, *MAILING_ACTIVE)
    mailing.state, mailing.finished_at = MailingState.CANCELLED, now
    await ledger.cancel_waiting(session, mailing_id=mailing.id, reason="mailing-cancelled", now=now)
    await _changed(session, mailing, "mailing.cancelled", actor=actor, now=now)
    return mailing


async def test(session: AsyncSession, *, actor: Staff, mailing_id: int, address: str, now: datetime) -> int | None:
    """Sends the hardest case to an address of the actor's own. Raises NotAllowed, NobodyReached, BadEmail, BadPhone."""
    mailing = await get(session, actor=actor, mailing_id=mailing_id)
    found = await look(session, actor=actor, mailing=mailing, now=now)
    if not found.renders:
        raise NobodyReached
    to = read_email(address) if mailing.channel is Channel.EMAIL else read_phone(address, region=None)
    return await enqueue(
        session,
        channel=mailing.channel,
        kind="mailing_test",
        address=to,
        now=now,
        priority=PRIORITY_PERSON,
        payload={"mailing_id": mailing.id, "client_id": found.renders[0].client_id},
        staff_id=actor.id,
    )


async def approvers(session: AsyncSession, *, mailing: Mailing) -> list[Staff]:
    """Who else could approve it."""
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


async def _locked(session: AsyncSession, actor: Staff | None, mailing_id: int) -> Mailing:
    if actor is not None:
        return await get(session, actor=actor, mailing_id=mailing_id, lock=True)
    return (await session.execute(select(Mailing).where(Mailing.id == mailing_id).with_for_update())).scalar_one()


async def _ask_for_approval(session: AsyncSession, mailing: Mailing, now: datetime) -> None:
    for approver in await approvers(session, mailing=mailing):
        await send_card(session, mailing, approver, now, why="approval")


async def _tell_maker(session: AsyncSession, mailing: Mailing, now: datetime) -> None:
    """The answer of the second person: a card of its own, for the first may hang far up in the chat."""
    maker = await session.get_one(Staff, mailing.created_by_id)
    if maker.active and maker.telegram_id is not None:
        await send_card(session, mailing, maker, now, why="answer")


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


def _expect(mailing: Mailing, *states: MailingState) -> None:
    if mailing.state not in states:
        raise WrongState(state=mailing.state.value)


async def _changed(session: AsyncSession, mailing: Mailing, name: str, *, actor: Staff | None, now: datetime) -> None:
    await session.flush()
    events.record(session, name, now=now, staff_id=actor.id if actor else None, mailing_id=mailing.id)
    await cards.refresh(session, CARD, mailing.id, now=now)
