"""How a draft is to go: in everybody's own time, recurring, within hours of its own, by a second channel."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from crm import recurrence, templates
from crm.contact_hours import SendWindow
from crm.errors import CrmError, DateInPast
from crm.mailings import recurring
from crm.mailings.approving import WrongState, changed, expect
from crm.mailings.drafting import NotADraft, TemplateEmpty, get
from crm.mailings.timing import ends_at, write_wall
from crm.recurrence import Rule
from storage.models import Channel, Mailing, MailingSeries, MailingState, MissedPolicy, Staff

SHORTEST_WINDOW: Final = 60  # minutes


class BadWindow(CrmError):
    """Hours that leave less than an hour, or no day."""

    code = "mailings.bad_window"


class WrongChannel(CrmError):
    """Only a mailing by email can fall back to SMS, and only with a text for SMS."""

    code = "mailings.wrong_channel"


async def in_own_time(
    session: AsyncSession, *, actor: Staff, mailing_id: int, wall: datetime, now: datetime
) -> Mailing:
    """Each recipient gets it when their own clock shows `wall` (naive). Raises NotAllowed, NotADraft, DateInPast."""
    mailing = await draft_of(session, actor, mailing_id)
    if ends_at(wall) <= now:
        raise DateInPast(until=wall.isoformat())
    mailing.own_time = write_wall(wall)
    await _no_series(session, mailing)
    return await _planned(session, mailing, actor, now)


async def recur(
    session: AsyncSession,
    *,
    actor: Staff,
    mailing_id: int,
    rule: Rule,
    now: datetime,
    each_own_time: bool | None = None,
) -> MailingSeries:
    """The draft becomes the pattern of a series, by the clock of whoever asks. What was set of one before stays.

    Each of its times goes to everybody in the segment: a copy leaves nobody out any more.

    Raises NotAllowed, NotADraft and what `crm.recurrence.checked` does.
    """
    mailing = await draft_of(session, actor, mailing_id)
    recurrence.checked(rule, now=now)
    mailing.own_time, mailing.leaves_out = None, False
    series = await session.get(MailingSeries, mailing.id)
    if series is None:
        series = MailingSeries(mailing_id=mailing.id, each_own_time=False, missed=MissedPolicy.RUN_ONCE)
        session.add(series)
    series.rule, series.zone = str(rule), actor.timezone
    if each_own_time is not None:
        series.each_own_time = each_own_time
    await _planned(session, mailing, actor, now)
    return series


async def change_series(
    session: AsyncSession,
    *,
    actor: Staff,
    mailing_id: int,
    now: datetime,
    missed: MissedPolicy | None = None,
    each_own_time: bool | None = None,
    stops_at: datetime | None = None,
    endless: bool = False,
) -> MailingSeries:
    """What of a series is given; `endless` takes its stop date away. Raises NotAllowed, WrongState, DateInPast.

    Whose clock counts can be changed in a draft only: later it would move times that are already known.
    """
    mailing = await get(session, actor=actor, mailing_id=mailing_id, lock=True)
    expect(mailing, MailingState.DRAFT, MailingState.RECURRING, MailingState.PAUSED)
    series = await session.get(MailingSeries, mailing.id)
    if series is None:  # a colleague made it go at once
        raise WrongState(state=mailing.state.value)
    if each_own_time is not None:
        expect(mailing, MailingState.DRAFT)
        series.each_own_time = each_own_time
    if missed is not None:
        series.missed = missed
    if stops_at is not None:
        if stops_at <= now:
            raise DateInPast(until=stops_at.isoformat())
        series.stops_at = stops_at
    elif endless:
        series.stops_at = None
    recurring.fit(series, now=now)
    await _planned(session, mailing, actor, now)
    return series


async def keep_hours(
    session: AsyncSession, *, actor: Staff, mailing_id: int, window: SendWindow | None, now: datetime
) -> Mailing:
    """The mailing goes out within these hours of each recipient's day only. Raises NotAllowed, WrongState, BadWindow."""
    mailing = await get(session, actor=actor, mailing_id=mailing_id, lock=True)
    expect(mailing, MailingState.DRAFT, MailingState.RECURRING)
    if window is None:
        mailing.window_days = mailing.window_from = mailing.window_until = None
    else:
        if (
            not 1 <= window.days <= 127
            or not 0 <= window.begin <= window.end - SHORTEST_WINDOW <= 1440 - SHORTEST_WINDOW
        ):
            raise BadWindow
        mailing.window_days, mailing.window_from, mailing.window_until = window.days, window.begin, window.end
    return await _planned(session, mailing, actor, now)


def window_of(mailing: Mailing) -> SendWindow | None:
    """The hours a mailing keeps to, where it has any of its own."""
    if mailing.window_days is None or mailing.window_from is None or mailing.window_until is None:
        return None
    return SendWindow(mailing.window_days, mailing.window_from, mailing.window_until)


async def at_a_time(session: AsyncSession, *, actor: Staff, mailing_id: int, now: datetime) -> Mailing:
    """Neither recurring nor in everybody's own time any more: it goes when it is launched. Raises NotAllowed, NotADraft."""
    mailing = await draft_of(session, actor, mailing_id)
    mailing.own_time = None
    await _no_series(session, mailing)
    return await _planned(session, mailing, actor, now)


async def with_sms(
    session: AsyncSession, *, actor: Staff, mailing_id: int, template_id: int | None, now: datetime
) -> Mailing:
    """Each client gets the cheapest channel they permit: email, and where that may not be, an SMS of this template.

    None: email only. Raises NotAllowed, NotADraft, NotFound, WrongChannel, TemplateEmpty.
    """
    mailing = await draft_of(session, actor, mailing_id)
    if template_id is not None:
        template = await templates.get(session, actor=actor, template_id=template_id)
        if mailing.channel is not Channel.EMAIL or template.channel is not Channel.SMS:
            raise WrongChannel
        if not await templates.newest_versions(session, template_id=template.id):
            raise TemplateEmpty
    mailing.sms_template_id = template_id
    return await _planned(session, mailing, actor, now)


async def draft_of(session: AsyncSession, actor: Staff, mailing_id: int) -> Mailing:
    """The draft, locked. Raises NotAllowed, NotADraft."""
    mailing = await get(session, actor=actor, mailing_id=mailing_id, lock=True)
    if mailing.state is not MailingState.DRAFT:
        raise NotADraft
    return mailing


async def _no_series(session: AsyncSession, mailing: Mailing) -> None:
    await session.execute(delete(MailingSeries).where(MailingSeries.mailing_id == mailing.id))


async def _planned(session: AsyncSession, mailing: Mailing, actor: Staff, now: datetime) -> Mailing:
    await changed(session, mailing, "mailing.planned", actor=actor, now=now)
    return mailing
