"""Trials: two versions of a mailing on a share of its people, and the better one, if there is one, to the rest.

1. Everybody is in the ledger from the start, each with their side, a hash of who they are; the rest waits.
2. When the last of both halves was sent and the wait after it is over, the halves are compared by what was chosen, with a test
   that says whether chance would do as much.
3. The rest gets the winner; where no difference can be claimed, A, and the card says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, delete, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import templates
from crm.errors import CrmError
from crm.mailings.aiming import Aim
from crm.mailings.approving import WrongState, changed, tell_maker
from crm.mailings.drafting import TemplateEmpty
from crm.mailings.linking import keep_links
from crm.mailings.planning import WrongChannel, draft_of
from crm.mailings.significance import Arm, Finding, compare
from crm.mailings.timing import due_by_clock, ends_at, read_wall
from crm.merge_fields import parse
from storage.models import (
    Channel,
    Language,
    Mailing,
    MailingState,
    MailingTrial,
    Outbox,
    Staff,
    TrialMeasure,
    TrialSide,
    TrialVaries,
)
from storage.queries import trials as queries

SHARES: Final = (10, 20, 50, 100)
WAITS: Final = (60, 4 * 60, 24 * 60, 3 * 24 * 60)  # minutes
LATER: Final = (2 * 60, 4 * 60, 8 * 60)  # minutes
_DAY: Final = timedelta(days=1)


class BadTrial(CrmError):
    """A share, a wait or a measure that is not offered, or nothing that differs."""

    code = "mailings.bad_trial"


@dataclass(frozen=True)
class Result:
    """What a decided trial found."""

    a: Arm
    b: Arm
    finding: Finding
    winner: TrialSide


async def try_out(
    session: AsyncSession,
    *,
    actor: Staff,
    mailing_id: int,
    now: datetime,
    subject: str = "",
    template_id: int | None = None,
    later_minutes: int | None = None,
) -> MailingTrial:
    """The draft is tried in two versions: with another subject, or of another template, or so many minutes later.

    Share, wait and measure stay as they were set before. Raises NotAllowed, NotADraft, BadTrial, WrongChannel,
    TemplateEmpty, NotFound and what `parse` does.
    """
    mailing = await draft_of(session, actor, mailing_id)
    trial = await session.get(MailingTrial, mailing.id)
    if trial is None:
        trial = MailingTrial(mailing_id=mailing.id, share=20, measure=TrialMeasure.ANSWERED, wait_minutes=24 * 60)
    trial.subjects, trial.template_b_id, trial.later_minutes = {}, None, None
    if template_id is not None:
        trial.varies = TrialVaries.TEXT
        trial.template_b_id = await _template(session, actor, mailing, template_id)
    elif later_minutes is not None:
        if later_minutes not in LATER:
            raise BadTrial
        trial.varies, trial.later_minutes = TrialVaries.TIME, later_minutes
    else:
        trial.varies = TrialVaries.SUBJECT
        trial.subjects = await _subjects(session, mailing, subject)
    session.add(trial)
    await session.flush()
    await keep_links(session, mailing)
    await changed(session, mailing, "mailing.planned", actor=actor, now=now)
    return trial


async def change_trial(
    session: AsyncSession,
    *,
    actor: Staff,
    mailing_id: int,
    now: datetime,
    share: int | None = None,
    wait_minutes: int | None = None,
    measure: TrialMeasure | None = None,
) -> MailingTrial:
    """What of a trial is given. Raises NotAllowed, NotADraft, BadTrial, WrongState (there is none any more)."""
    mailing = await draft_of(session, actor, mailing_id)
    trial = await session.get(MailingTrial, mailing.id)
    if trial is None:
        raise WrongState(state=mailing.state.value)
    if share is not None:
        if share not in SHARES:
            raise BadTrial
        trial.share = share
    if wait_minutes is not None:
        if wait_minutes not in WAITS:
            raise BadTrial
        trial.wait_minutes = wait_minutes
    if measure is not None:
        if measure not in measures(mailing):
            raise BadTrial
        trial.measure = measure
    await changed(session, mailing, "mailing.planned", actor=actor, now=now)
    return trial


async def drop_trial(session: AsyncSession, *, actor: Staff, mailing_id: int, now: datetime) -> Mailing:
    """One version for everybody. Raises NotAllowed, NotADraft."""
    mailing = await draft_of(session, actor, mailing_id)
    await session.execute(delete(MailingTrial).where(MailingTrial.mailing_id == mailing.id))
    await changed(session, mailing, "mailing.planned", actor=actor, now=now)
    return mailing


async def begin(session: AsyncSession, mailing: Mailing, *, now: datetime) -> None:
    """The mailing starts: from now on it is known when its trial is decided."""
    trial = await session.get(MailingTrial, mailing.id)
    if trial is None:
        return
    last = now if mailing.own_time is None else max(ends_at(read_wall(mailing.own_time)), now + _DAY)
    trial.decides_at = last + timedelta(minutes=trial.wait_minutes + (trial.later_minutes or 0))


async def plan_sides(
    session: AsyncSession,
    *,
    mailing: Mailing,
    trial: MailingTrial,
    aimed: Aim,
    batch: ColumnElement[bool],
    begun: datetime,
    company: str,
) -> tuple[ColumnElement[datetime], ColumnElement[Any]]:
    """When each row of a batch is due, and what it says of its side."""
    decides_at = trial.decides_at or begun
    later = timedelta(minutes=trial.later_minutes or 0)
    if mailing.own_time is not None:
        wall = read_wall(mailing.own_time)
        a, b, rest = [
            await due_by_clock(session, condition=batch, wall=at, begun=since, company=company)
            for at, since in ((wall, begun), (wall + later, begun), (wall, decides_at))
        ]
    else:
        # The rest of a trial of hours waits for the day after, at A's hour; moved to B's if that one wins.
        days = -((begun - decides_at) // _DAY) if trial.varies is TrialVaries.TIME else 0
        at = begun + days * _DAY if days else decides_at
        a, b, rest = (literal(one, Outbox.due_at.type) for one in (begun, begun + later, at))
    route, channel = aimed.route, mailing.channel
    return queries.due(trial, route, channel, a=a, b=b, rest=rest), queries.payload(trial, route, channel)


def open_trials(now: datetime) -> Select[int]:
    """Trials whose wait is over."""
    return (
        select(MailingTrial.mailing_id)
        .join(Mailing, Mailing.id == MailingTrial.mailing_id)
        .where(
            MailingTrial.decided_at.is_(None),
            MailingTrial.decides_at <= now,
            Mailing.state.in_((MailingState.RUNNING, MailingState.FINISHED)),
        )
    )


async def decide(session: AsyncSession, *, now: datetime, limit: int = 10) -> int:
    """Compares the halves of trials whose wait is over, and lets the rest go with the better one. Returns how many moved.

    Where some of a half were held up, by a pause or by quiet hours, the wait counts from the last one sent.
    """
    query = open_trials(now).with_only_columns(MailingTrial, Mailing).order_by(MailingTrial.mailing_id).limit(limit)
    rows = (await session.execute(query.with_for_update(of=MailingTrial, skip_locked=True))).all()
    for trial, mailing in rows:
        opens_at = await _decides_at(session, trial, now)
        if opens_at > now:
            trial.decides_at = opens_at
            await changed(session, mailing, "mailing.trial_put_off", actor=None, now=now)
            continue
        arms = [
            Arm(*await queries.count_arm(session, mailing_id=mailing.id, side=side, measure=trial.measure))
            for side in (TrialSide.A, TrialSide.B)
        ]
        finding = compare(*arms)
        better = TrialSide.B if arms[1].share > arms[0].share else TrialSide.A
        trial.winner, trial.decided_at = better if finding.claimed else TrialSide.A, now
        trial.figures = {
            "a": [arms[0].reached, arms[0].did],
            "b": [arms[1].reached, arms[1].did],
            "p": finding.p,
            "exact": finding.exact,
        }
        if trial.winner is TrialSide.B and trial.later_minutes:
            await _move_rest(session, mailing.id, timedelta(minutes=trial.later_minutes))
        await changed(session, mailing, "mailing.trial_decided", actor=None, now=now)
        await tell_maker(session, mailing, now, why="trial")
    return len(rows)


async def _decides_at(session: AsyncSession, trial: MailingTrial, now: datetime) -> datetime:
    """The wait after the last one sent; while some still wait it cannot have begun."""
    waiting, last = await queries.halves(session, mailing_id=trial.mailing_id)
    begun = now if waiting else last
    return now if begun is None else begun + timedelta(minutes=trial.wait_minutes)


def result_of(trial: MailingTrial) -> Result | None:
    """What it found; None while it is open."""
    if trial.winner is None or not trial.figures:
        return None
    facts = trial.figures
    finding = Finding(float(facts["p"]), bool(facts["exact"]))
    return Result(Arm(*facts["a"]), Arm(*facts["b"]), finding, trial.winner)


async def trial_of(session: AsyncSession, *, mailing_id: int) -> MailingTrial | None:
    """The trial of a mailing, where it has one."""
    return await session.get(MailingTrial, mailing_id)


def measures(mailing: Mailing) -> list[TrialMeasure]:
    """What can be measured of a mailing: clicks and opens only where they are counted for it."""
    counted = {TrialMeasure.CLICKED: mailing.track_clicks, TrialMeasure.OPENED: mailing.track_opens}
    return [measure for measure in TrialMeasure if counted.get(measure, True)]


async def _move_rest(session: AsyncSession, mailing_id: int, by: timedelta) -> None:
    for moment in sorted(await queries.waiting_moments(session, mailing_id=mailing_id), reverse=True):
        await queries.move(session, mailing_id=mailing_id, due_at=moment, to=moment + by)


async def _template(session: AsyncSession, actor: Staff, mailing: Mailing, template_id: int) -> int:
    template = await templates.get(session, actor=actor, template_id=template_id)
    if template.channel is not mailing.channel or template.id == mailing.template_id:
        raise WrongChannel
    if not await templates.newest_versions(session, template_id=template.id):
        raise TemplateEmpty
    return template.id


async def _subjects(session: AsyncSession, mailing: Mailing, text: str) -> dict[str, str]:
    """B's subject in each language of the template, a line for each in their order; one line where there is one language."""
    if mailing.channel is not Channel.EMAIL:
        raise WrongChannel
    versions = await templates.newest_versions(session, template_id=mailing.template_id)
    languages = [language for language in Language if language in versions]
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if len(lines) != len(languages) or any(len(line) > templates.SUBJECT_LIMIT for line in lines):
        raise BadTrial
    for line in lines:
        parse(line)
    return {language.value: line for language, line in zip(languages, lines, strict=True)}
