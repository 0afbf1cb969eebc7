"""Due enrolments take one step each. What a step did, where it led and its line of the story are one transaction.

A walk takes a batch, locked, and gives each enrolment a savepoint of its own: one that fails marks itself and tells the
automation's maker, and the others go on. Who expires is let go; but what was due before that, while the program stood still,
is done first, and a wait it leads to is not begun. One this program cannot read is parked, not failed: after a rename, or before an
update, its next step is there again when a program runs that knows it. So is one whose step names what is gone, until it is back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from crm import events
from crm.automations import leaving, places, steps, triggers
from crm.automations.errors import DocumentRefused
from crm.automations.faults import concerns_all
from crm.automations.leaving import Because
from crm.automations.sending import TemplateGone
from crm.automations.steps import Move, Standing
from crm.automations.telling import Notice, tell
from crm.automations.versions import acting, read
from crm.errors import CrmError
from crm.segments import SegmentUnknownValue
from storage.models import Automation, Client, Enrolment, EnrolmentEvent, EnrolmentState, Staff
from storage.queries import automations as queries
from storage.queries.automations import Inside

log = structlog.get_logger("touchline.automations")

BATCH: Final = 50  # on SQLite the writer is held for as long as a batch takes
PARKED_FOR: Final = timedelta(hours=1)
LOOK_AGAIN: Final = timedelta(minutes=5)
CHANCE: Final = timedelta(hours=1)  # how long a message planned at the very end may take to go

due_enrolments = queries.due


class NobodyActs(CrmError):
    """Whoever made the automation has left, and there is no admin."""

    code = "automations.nobody_acts"


def walker(domain: str, *, batch: int = BATCH) -> Callable[..., Awaitable[int]]:
    """The tick that walks, with what our Message-IDs end in."""

    async def walk(session: AsyncSession, *, now: datetime) -> int:
        taken = await queries.take_due(session, now=now, ending=triggers.ENDING, limit=batch)
        held = await _together(session, taken)
        for one in taken:
            await _walk(session, one, domain, now)
        return len(taken) if held else 0

    return walk


async def _together(session: AsyncSession, taken: Sequence[Inside]) -> list[object]:
    """Clients, automations and makers of a batch, read at once; while they are held, each step finds them in the session."""
    if not taken:
        return []
    clients = select(Client).where(Client.id.in_({one.client_id for one in taken}))
    automations = select(Automation).where(Automation.id.in_({one.automation_id for one in taken}))
    found: list[object] = [*(await session.execute(clients)).scalars()]
    of = (await session.execute(automations)).scalars().all()
    makers = select(Staff).where(Staff.id.in_({one.created_by_id for one in of if one.created_by_id}))
    return [*found, *of, *(await session.execute(makers)).scalars()]


async def _walk(session: AsyncSession, one: Inside, domain: str, now: datetime) -> None:
    """One step, isolated. Only what concerns the whole database reaches the caller."""
    try:
        try:
            await _isolated(session, one, domain, now)
        except IntegrityError:
            # Somebody made the same thing at the same moment; by now it is there to be found.
            await _isolated(session, one, domain, now)
    except (DocumentRefused, places.NoSuchPlace, steps.UnknownStep) as error:
        log.error("An enrolment is parked: its step is not known here", enrolment=one.id, place=one.place)  # noqa: TRY400
        await _park(session, one, Notice.PARKED, type(error).__name__, now)
    except (SegmentUnknownValue, TemplateGone) as error:
        log.warning("An enrolment is parked: its step names what is gone", enrolment=one.id, cause=error.code)
        await _park(session, one, Notice.GONE, error.code, now)
    except CrmError as error:
        log.warning("A step was refused", enrolment=one.id, place=one.place, cause=error.code)
        await _fail(session, one, error.code, now)
    except Exception as error:
        if concerns_all(error):
            raise
        log.exception("A step failed", enrolment=one.id, place=one.place)
        await _fail(session, one, "error", now)


async def _isolated(session: AsyncSession, one: Inside, domain: str, now: datetime) -> None:
    async with session.begin_nested():
        await _step(session, one, domain, now)


async def _step(session: AsyncSession, one: Inside, domain: str, now: datetime) -> None:
    definition = read(one.document)
    client = await session.get_one(Client, one.client_id)
    automation = await session.get_one(Automation, one.automation_id)
    expires_at = one.entered_at + definition.expires
    if client.archived_at is not None:
        await leaving.leave(session, {one.id: Because.ARCHIVED.value}, now=now)
    elif one.place == places.END:
        await _finish(session, one, expires_at, now)
    elif now >= expires_at and not _was_due(one, automation, expires_at):
        await _expire(session, one, one.place, now)
    elif one.waiting_for is not None:
        missed = Move(places.into(definition, one.place, "missed"), now, "missed", {"event": one.waiting_for})
        await _move(session, one, missed, expires_at, now)
    else:
        actor = await acting(session, automation)
        if actor is None:
            raise NobodyActs
        standing = Standing(one, automation, definition, client, actor, domain, now)
        with events.caused_by(session, one.chain):
            move = await steps.take(session, standing, places.step_at(definition, one.place))
            await session.flush()
        await _move(session, one, move, expires_at, now)


def _was_due(one: Inside, automation: Automation, expires_at: datetime) -> bool:
    """Whether the step would have been done in time, had the program run. What a pause kept back until the end is over."""
    return one.due_at < expires_at and (automation.on_since is None or automation.on_since < expires_at)


async def _move(session: AsyncSession, one: Inside, move: Move, expires_at: datetime, now: datetime) -> None:
    late = now >= expires_at
    if late and move.due_at > now:
        await _expire(session, one, one.place, now)
        return
    if move.what:
        line = EnrolmentEvent(
            enrolment_id=one.id, place=one.place, what=move.what, facts=move.facts, outbox_id=move.outbox_id, at=now
        )
        session.add(line)
    if move.place == places.END and move.due_at <= now:
        await _finish(session, one, expires_at, now)
        return
    # A late step's followers were due when it was, so they are done as late as it is.
    due_at = one.due_at if late else min(move.due_at, expires_at)
    await _put(session, one, move.place, due_at, move.waiting_for)


async def _finish(session: AsyncSession, one: Inside, expires_at: datetime, now: datetime) -> None:
    """The end; but while a message of theirs waits for morning or its turn, an answer may still end the enrolment first."""
    if await queries.messages_wait(session, enrolment_id=one.id):
        if now >= expires_at:
            await _expire(session, one, places.END, now)
        else:
            await _put(session, one, places.END, min(now + LOOK_AGAIN, expires_at), None)
        return
    await leaving.end(session, [one.id], state=EnrolmentState.FINISHED, because=Because.FINISHED.value, now=now)


async def _expire(session: AsyncSession, one: Inside, place: str, now: datetime) -> None:
    """Over, with what waits for morning or its turn; but a message that may go now is not taken back before it could."""
    if await queries.messages_go(session, enrolment_id=one.id, planned_after=now - CHANCE, now=now):
        await _put(session, one, place, now + LOOK_AGAIN, None)
        return
    await leaving.leave(session, {one.id: Because.EXPIRED.value}, now=now)


async def _put(session: AsyncSession, one: Inside, place: str, due_at: datetime, waiting_for: str | None) -> None:
    moved = (
        update(Enrolment)
        .where(Enrolment.id == one.id, queries.INSIDE, Enrolment.place == one.place)
        .values(place=place, due_at=due_at, waiting_for=waiting_for)
        .execution_options(synchronize_session=False)
    )
    await session.execute(moved)


async def _fail(session: AsyncSession, one: Inside, cause: str, now: datetime) -> None:
    await leaving.end(session, [one.id], state=EnrolmentState.FAILED, because=cause, now=now)
    session.add(EnrolmentEvent(enrolment_id=one.id, place=one.place, what="failed", facts={"because": cause}, at=now))
    automation = await session.get_one(Automation, one.automation_id)
    await tell(session, automation, Notice.FAILED, now=now, cause=cause, client_id=one.client_id)
    await session.flush()


async def _park(session: AsyncSession, one: Inside, why: Notice, cause: str, now: datetime) -> None:
    """Looked at again in an hour, for as long as it takes; its story and its maker hear of it once."""
    await _put(session, one, one.place, now + PARKED_FOR, one.waiting_for)
    newest = select(EnrolmentEvent.what).where(EnrolmentEvent.enrolment_id == one.id)
    last = (await session.execute(newest.order_by(EnrolmentEvent.id.desc()).limit(1))).scalar_one_or_none()
    if last == why:
        return
    session.add(EnrolmentEvent(enrolment_id=one.id, place=one.place, what=why.value, facts={"because": cause}, at=now))
    automation = await session.get_one(Automation, one.automation_id)
    await tell(session, automation, why, now=now, cause=cause, client_id=one.client_id)
    await session.flush()
