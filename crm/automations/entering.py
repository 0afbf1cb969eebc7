"""Who enters: by an event, by a date, or sent on by another automation; the terms are the same for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import structlog
from sqlalchemy import ColumnElement, and_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from crm import events as feed_events
from crm import segments
from crm.automations import places, triggers
from crm.automations.faults import concerns_all
from crm.automations.telling import Notice, tell
from crm.automations.versions import Running, acting
from crm.errors import CrmError
from crm.wording import zone_of
from crm.worktime import local_moment
from storage.models import Automation, Client, DomainEvent, EnrolmentState
from storage.queries import automations as queries

log = structlog.get_logger("touchline.automations")

MOST_HOPS: Final = 5
_KEPT_FACTS: Final = 30


class Outcome(StrEnum):
    """What became of one client's wish to enter."""

    ENTERED = "entered"
    NOT_ON = "not_on"
    TERMS = "terms"  # inside already, here before, or not whom the rule means
    REFUSED = "refused"  # a loop


@dataclass(frozen=True, slots=True)
class Cause:
    """What brings somebody in. The same `key` enters once; `chain` holds the automations that led here."""

    key: str
    facts: dict[str, Any]
    chain: tuple[int, ...] = ()
    event_id: int = 0


async def enter_by_events(
    session: AsyncSession, events: Sequence[DomainEvent], running: Sequence[Running], *, now: datetime
) -> int:
    """Lets in whom these events bring, at most one event of each client. An automation that cannot tell stops no other."""
    entered = 0
    for one in running:
        mine = [event for event in events if _brings(one, event)]
        if not mine:
            continue
        try:
            async with session.begin_nested():
                entered += await _enter(session, one, mine, now)
        except CrmError as error:
            log.warning("Nobody could enter an automation", automation=one.automation.id, cause=error.code)
            await tell(session, one.automation, Notice.RULE, now=now, cause=error.code)
        except Exception as error:
            if concerns_all(error):
                raise
            log.exception("Nobody could enter an automation", automation=one.automation.id)
            await tell(session, one.automation, Notice.RULE, now=now, cause="error")
    return entered


async def enter_all(
    session: AsyncSession, running: Running, *, cause: Cause, among: ColumnElement[bool], now: datetime
) -> int:
    """Lets in every client of the set whom the terms allow, by one statement. Raises what reading the rule raises."""
    left = await _room(session, running, now)
    if left == 0:
        await tell(session, running.automation, Notice.CAP, now=now)
        return 0
    row = _row(running, cause, now)
    condition = and_(among, await _terms(session, running, now))
    return await queries.enrol_all(session, row=row, condition=condition, limit=left)


async def enter_one(
    session: AsyncSession, running: Running | None, *, client_id: int, cause: Cause, now: datetime
) -> Outcome:
    """One client, sent on by another automation. Raises what reading the rule raises."""
    if running is None:
        return Outcome.NOT_ON
    if await _is_refused(session, running.automation, cause.chain, now):
        return Outcome.REFUSED
    entered = await enter_all(session, running, cause=cause, among=Client.id == client_id, now=now)
    return Outcome.ENTERED if entered else Outcome.TERMS


async def _enter(session: AsyncSession, running: Running, events: Sequence[DomainEvent], now: datetime) -> int:
    causes: dict[int, Cause] = {}
    entered = 0
    for event in events:
        cause = _cause(event)
        if await _is_refused(session, running.automation, cause.chain, now):
            continue
        if event.client_id is not None:
            causes[event.client_id] = cause
        elif running.definition.only:
            entered += await enter_all(session, running, cause=cause, among=true(), now=now)
        else:
            await tell(session, running.automation, Notice.RULE, now=now, cause="no-rule")
    if not causes:
        return entered
    room = await _room(session, running, now)
    terms = await _terms(session, running, now)
    query = select(Client.id).where(Client.id.in_(list(causes)), Client.archived_at.is_(None), terms)
    allowed = list((await session.execute(query.order_by(Client.id))).scalars())
    if room is not None and len(allowed) > room:
        allowed = allowed[:room]
        await tell(session, running.automation, Notice.CAP, now=now)
    rows = [{**_row(running, causes[client_id], now), "client_id": client_id} for client_id in allowed]
    return entered + await queries.enrol(session, rows)


def _brings(running: Running, event: DomainEvent) -> bool:
    trigger, since = running.definition.trigger, running.automation.on_since
    return (
        event.name == trigger.event
        and (event.client_id is not None or not triggers.is_of_client(event.name))
        and since is not None
        and event.at >= since
        and not triggers.is_old_news(event.at, event.facts)
        and triggers.holds(trigger.facts, event.facts)
    )


def _cause(event: DomainEvent) -> Cause:
    facts = {name: value for name, value in event.facts.items() if name != feed_events.CHAIN}
    kept = dict(list(facts.items())[:_KEPT_FACTS])
    chain = event.facts.get(feed_events.CHAIN) or ()
    return Cause(f"event:{event.id}", kept, tuple(int(one) for one in chain), event.id)


async def _is_refused(session: AsyncSession, automation: Automation, chain: tuple[int, ...], now: datetime) -> bool:
    """A client's doings may set automations off as often as they like; automations one another only so far."""
    if automation.id in chain:
        await tell(session, automation, Notice.LOOP, now=now)
    elif len(chain) >= MOST_HOPS:
        await tell(session, automation, Notice.LONG_CHAIN, now=now)
    else:
        return False
    log.warning("An automation was not entered: automations set one another off", automation=automation.id)
    return True


async def _terms(session: AsyncSession, running: Running, now: datetime) -> ColumnElement[bool]:
    again_after = running.definition.reentry.again_after
    terms = queries.may_enter(running.automation.id, again_after=again_after, now=now)
    return and_(terms, await meant(session, running, now)) if running.definition.only else terms


async def meant(session: AsyncSession, running: Running, now: datetime) -> ColumnElement[bool]:
    """Whom its rule means; without one everybody. Raises what reading the rule raises."""
    only = running.definition.only
    if not only:
        return true()
    actor = await acting(session, running.automation)
    return await segments.rule_condition(session, actor=actor, rule=only, now=now)


async def _room(session: AsyncSession, running: Running, now: datetime) -> int | None:
    """How many may still enter today, by the maker's calendar; None: as many as like."""
    cap = running.definition.cap
    if cap is None:
        return None
    await session.refresh(running.automation, with_for_update=True)  # two who count at once would both find room
    actor = await acting(session, running.automation)
    zone = zone_of(actor.timezone if actor is not None else "UTC")
    midnight = local_moment(now.astimezone(zone).date(), 0, zone)
    entered = await queries.entered_since(session, automation_id=running.automation.id, since=midnight)
    return max(0, cap - entered)


def _row(running: Running, cause: Cause, now: datetime) -> dict[str, Any]:
    return {
        "automation_id": running.automation.id,
        "version_id": running.version_id,
        "entry_key": cause.key[:120],
        "state": EnrolmentState.INSIDE,
        "place": places.first(running.definition),
        "due_at": now,
        "facts": cause.facts,
        "entered_at": now,
        "ended_because": "",
        "since_event_id": cause.event_id,
        "chain": [*cause.chain, running.automation.id],
    }
