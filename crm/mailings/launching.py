"""From draft to running and whatever stops it: launch, pause, resume, cancel."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox.enqueue import PRIORITY_PERSON, enqueue
from channels.sms.terms import SmsTerms
from crm.contacts import read_email, read_phone
from crm.errors import CrmError, DateInPast
from crm.mailboxes import OwnMailbox, addresses_for
from crm.mailings import recurring
from crm.mailings.approving import ApprovalRules, ask, changed, expect
from crm.mailings.drafting import NotADraft, get
from crm.mailings.looking import Check, look
from crm.mailings.pacing import Plan, Quiet, plan, refused
from crm.mailings.timing import begins_at, ends_at, read_wall
from storage.models import MAILING_ACTIVE, Channel, Mailing, MailingSeries, MailingState, Staff
from storage.queries import outbox as ledger

LATEST = timedelta(days=366)


class NobodyReached(CrmError):
    """Nobody in the segment would get it."""

    code = "mailings.nobody_reached"


class NoUnsubscribeLink(CrmError):
    """Mailings carry an unsubscribe link, and this installation has no public address to put into it."""

    code = "mailings.no_public_url"


class NotForTests(CrmError):
    """A test goes to the actor's own phone or mailbox, or one of the company's, to nobody else. Parameters: value."""

    code = "mailings.not_for_tests"


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
    approval: ApprovalRules | None = None,
) -> Mailing:
    """Starts a draft when it says, else at a time or now; a large or dear one first asks for a second person's approval.

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
    series = await session.get(MailingSeries, mailing.id)
    mailing.starts_at = None if series is not None else _start(mailing, at, now)
    found = await look(session, actor=actor, mailing=mailing, now=now, sms=terms, consent_required=consent_required)
    if found.reached <= 0 and series is None:
        raise NobodyReached
    planned = await sms_plan(session, mailing=mailing, found=found, terms=terms, quiet=quiet, now=now)
    if planned is not None and planned.ends_at is None:
        raise refused(planned.load, terms)
    mailing.return_reason = ""
    if (approval or ApprovalRules()).needed(found) is not None:
        await ask(session, mailing=mailing, launched_by=actor.id, now=now)
    else:
        mailing.state = MailingState.SCHEDULED if series is None else MailingState.RECURRING
    if series is not None:
        recurring.begin(series, now=now)
    await changed(session, mailing, "mailing.launched", actor=actor, now=now)
    return mailing


def _start(mailing: Mailing, at: datetime | None, now: datetime) -> datetime:
    """When it begins. Raises DateInPast."""
    if mailing.own_time is not None:
        wall = read_wall(mailing.own_time)
        if not now < ends_at(wall) < now + LATEST:
            raise DateInPast(until=mailing.own_time)
        return begins_at(wall, now=now)
    if at is not None and not now < at < now + LATEST:
        raise DateInPast(until=at.isoformat())
    return at or now


async def sms_plan(
    session: AsyncSession, *, mailing: Mailing, found: Check, terms: SmsTerms, quiet: Quiet | None, now: datetime
) -> Plan | None:
    """When the last SMS of a mailing could leave, begun at its time or now; None where none goes by SMS."""
    if found.load is None:
        return None
    maker = await session.get_one(Staff, mailing.created_by_id)
    starts_at = max(mailing.starts_at or now, now)
    return await plan(session, load=found.load, terms=terms, starts_at=starts_at, zone=maker.timezone, quiet=quiet)


async def pause(
    session: AsyncSession, *, actor: Staff | None, mailing_id: int, now: datetime, reason: str = ""
) -> Mailing:
    """Nothing more is claimed until it is resumed. Raises NotAllowed, WrongState. `actor` None: the product itself."""
    mailing = await _locked(session, actor, mailing_id)
    expect(mailing, MailingState.SCHEDULED, MailingState.EXPANDING, MailingState.RUNNING, MailingState.RECURRING)
    mailing.state_before_pause, mailing.state, mailing.pause_reason = mailing.state, MailingState.PAUSED, reason[:200]
    await changed(session, mailing, "mailing.paused", actor=actor, now=now)
    return mailing


async def resume(session: AsyncSession, *, actor: Staff, mailing_id: int, now: datetime) -> Mailing:
    """Goes on where it was; a series with the next of its times. Raises NotAllowed, WrongState."""
    mailing = await get(session, actor=actor, mailing_id=mailing_id, lock=True)
    expect(mailing, MailingState.PAUSED)
    mailing.state = mailing.state_before_pause or MailingState.RUNNING
    mailing.state_before_pause, mailing.pause_reason = None, ""
    if mailing.state is MailingState.RECURRING:
        recurring.begin(await session.get_one(MailingSeries, mailing.id), now=now)
    await changed(session, mailing, "mailing.resumed", actor=actor, now=now)
    return mailing


async def cancel(session: AsyncSession, *, actor: Staff, mailing_id: int, now: datetime) -> Mailing:
    """Ends it for good: what still waits is cancelled, what is on the wire finishes. Raises NotAllowed, WrongState.

    Of a series nothing more begins; what it began already goes its own way.
    """
    mailing = await get(session, actor=actor, mailing_id=mailing_id, lock=True)
    expect(mailing, MailingState.DRAFT, MailingState.AWAITING_APPROVAL, MailingState.RECURRING, *MAILING_ACTIVE)
    mailing.state, mailing.finished_at = MailingState.CANCELLED, now
    await ledger.cancel_waiting(session, mailing_id=mailing.id, reason="mailing-cancelled", now=now)
    await changed(session, mailing, "mailing.cancelled", actor=actor, now=now)
    return mailing


async def test_addresses(
    session: AsyncSession, mailing: Mailing, *, actor: Staff, mailboxes: Iterable[OwnMailbox]
) -> list[str]:
    """Where the actor may send a test of it: the company's mailboxes and one of their own, and their own phone."""
    by_text = mailing.channel is Channel.SMS or mailing.sms_template_id is not None
    by_email = await addresses_for(session, mailboxes, actor=actor) if mailing.channel is Channel.EMAIL else []
    return [*by_email, *([actor.phone] if by_text and actor.phone else [])]


async def test(
    session: AsyncSession,
    *,
    actor: Staff,
    mailing_id: int,
    address: str,
    mailboxes: Iterable[OwnMailbox],
    now: datetime,
) -> int | None:
    """Sends the hardest case to one of `test_addresses`.

    Raises NotAllowed, NotForTests, NobodyReached, BadEmail, BadPhone.
    """
    mailing = await get(session, actor=actor, mailing_id=mailing_id)
    found = await look(session, actor=actor, mailing=mailing, now=now)
    if not found.renders:
        raise NobodyReached
    by_text = mailing.sms_template_id is not None and "@" not in address
    channel = Channel.SMS if by_text else mailing.channel
    to = read_email(address) if channel is Channel.EMAIL else read_phone(address, region=None)
    if to not in await test_addresses(session, mailing, actor=actor, mailboxes=mailboxes):
        raise NotForTests(value=address[:320])
    return await enqueue(
        session,
        channel=channel,
        kind="mailing_test",
        address=to,
        now=now,
        priority=PRIORITY_PERSON,
        payload={"mailing_id": mailing.id, "client_id": found.renders[0].client_id},
        staff_id=actor.id,
    )


async def _locked(session: AsyncSession, actor: Staff | None, mailing_id: int) -> Mailing:
    if actor is not None:
        return await get(session, actor=actor, mailing_id=mailing_id, lock=True)
    query = select(Mailing).where(Mailing.id == mailing_id).with_for_update()
    return (await session.execute(query.execution_options(populate_existing=True))).scalar_one()
