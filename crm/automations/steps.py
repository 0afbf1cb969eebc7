"""What each kind of step does for one client, in the walk's own unit of work, and where the enrolment stands afterwards."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox.enqueue import PRIORITY_REMINDER, enqueue_card
from crm import clients, events, followups, keys, segments
from crm.automations import entering, places, sending, versions
from crm.automations.definition import (
    Assign,
    Branch,
    CallOut,
    ChangeTag,
    Definition,
    MakeFollowUp,
    Send,
    SetField,
    Start,
    Step,
    Stop,
    TellOwner,
    Wait,
    WaitFor,
    WaitUntil,
)
from crm.automations.telling import NOTE_CARD, filled
from crm.clients.editing import Field
from crm.contact_hours import home_zone
from crm.errors import Invalid
from crm.fields import read_line
from crm.inbound.timeline import readers
from crm.merge_fields import values_of
from crm.wording import zone_of
from crm.worktime import next_strike
from storage import search
from storage.custom_values import field_key
from storage.models import (
    Automation,
    Client,
    ClientTag,
    ContactKind,
    EnrolmentEvent,
    Staff,
    Tag,
    WebhookCall,
    WebhookState,
)
from storage.queries import contacts
from storage.queries.automations import Inside

_TIED: Final = frozenset(field_.value for field_ in Field)


class UnknownStep(Exception):
    """No kind of step this program knows: the row waits for one that does."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One enrolment at one step, and who acts."""

    inside: Inside
    automation: Automation
    definition: Definition
    client: Client
    actor: Staff
    domain: str  # what Message-IDs end in
    now: datetime

    def after(self) -> str:
        return places.after(self.definition, self.inside.place)

    def into(self, branch: str) -> str:
        return places.into(self.definition, self.inside.place, branch)


@dataclass(frozen=True, slots=True)
class Move:
    """Where it goes on, and when; `what` and `facts` are a line of its story."""

    place: str
    due_at: datetime
    what: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    waiting_for: str | None = None
    outbox_id: int | None = None


async def take(session: AsyncSession, at: Standing, step: Step) -> Move:
    """Does one step. Raises UnknownStep, and whatever the verb behind it may refuse."""
    done = _STEPS.get(type(step))
    if done is None:
        raise UnknownStep(type(step).__name__)
    return await done(session, at, step)


async def _wait(_session: AsyncSession, at: Standing, step: Wait) -> Move:
    until = at.now + step.length
    return Move(at.after(), until, "waiting", {"until": until.isoformat()})


async def _wait_until(session: AsyncSession, at: Standing, step: WaitUntil) -> Move:
    """The next time the hour strikes where the client is."""
    zone = zone_of(await _zone(session, at))
    until = next_strike(step.hour, at=at.now, zone=zone, working_days=step.working_days)
    return Move(at.after(), until, "waiting", {"until": until.isoformat()})


async def _zone(session: AsyncSession, at: Standing) -> str:
    """The client's own zone; else that of their numbers where they agree; else the maker's."""
    points = await contacts.points_of(session, at.client.id) if not at.client.timezone else ()
    phones = [point.value for point in points if point.kind is ContactKind.PHONE]
    return home_zone(at.client.timezone, phones, default=at.actor.timezone)


async def _wait_for(_session: AsyncSession, at: Standing, step: WaitFor) -> Move:
    until = at.now + step.timeout
    facts = {"event": step.event, "until": until.isoformat()}
    return Move(at.inside.place, until, "waiting-for", facts, waiting_for=step.event)


async def _branch(session: AsyncSession, at: Standing, step: Branch) -> Move:
    true = await segments.matches(session, actor=at.actor, rule=step.rule, client_id=at.client.id, now=at.now)
    return Move(at.into("yes" if true else "no"), at.now, "branch", {"rule": step.rule[:500], "holds": true})


async def _send(session: AsyncSession, at: Standing, step: Send) -> Move:
    sent = await sending.plan(
        session,
        step=step,
        topic=at.definition.topic,
        enrolment_id=at.inside.id,
        place=at.inside.place,
        client=at.client,
        domain=at.domain,
        now=at.now,
    )
    if sent.channel is None:
        return Move(at.after(), at.now, "unsent", {"template": step.template, "because": sent.because})
    facts = {"template": step.template, "channel": sent.channel.value}
    return Move(at.after(), at.now, "sent", facts, outbox_id=sent.outbox_id)


async def _tell_owner(session: AsyncSession, at: Standing, step: TellOwner) -> Move:
    """A line of the story first: the card shows it, filled when it is read."""
    line = EnrolmentEvent(
        enrolment_id=at.inside.id, place=at.inside.place, what="told", facts={"text": step.text}, at=at.now
    )
    session.add(line)
    await session.flush()
    for reader in await readers(session, client=at.client, now=at.now):
        await enqueue_card(
            session,
            chat_id=reader.telegram_id or 0,
            staff_id=reader.id,
            card=NOTE_CARD,
            card_id=line.id,
            now=at.now,
            dedupe_key=keys.automation_note(line.id, reader.id),
            priority=PRIORITY_REMINDER,
        )
    return Move(at.after(), at.now)


async def _assign(session: AsyncSession, at: Standing, step: Assign) -> Move:
    query = select(Staff).where(Staff.active.is_(True)).order_by(Staff.id)
    wanted = search.fold(step.to)
    found = [staff for staff in (await session.execute(query)).scalars() if search.fold(staff.name) == wanted]
    if len(found) != 1:
        raise Invalid(field="owner", value=step.to)
    await clients.assign(session, actor=at.actor, client_id=at.client.id, owner_id=found[0].id, now=at.now)
    return Move(at.after(), at.now, "assigned", {"to": found[0].name})


async def _follow_up(session: AsyncSession, at: Standing, step: MakeFollowUp) -> Move:
    """Filled when it is made: a promise is read as it stands."""
    owner = await session.get(Staff, at.client.owner_id) if at.client.owner_id else None
    text = filled(step.text, values_of(at.client, owner, zone_name=at.actor.timezone)).strip() or step.text
    made = await followups.schedule(
        session,
        actor=at.actor,
        client_id=at.client.id,
        promise=text[: followups.PROMISE_LIMIT],
        due_at=at.now + max(step.due_in, timedelta(minutes=1)),
        now=at.now,
        owner_id=owner.id if owner is not None and owner.active else None,
    )
    return Move(at.after(), at.now, "follow-up", {"text": text[:200], "followup_id": made.id})


async def _set_field(session: AsyncSession, at: Standing, step: SetField) -> Move:
    if step.name in _TIED:
        await clients.edit(
            session, actor=at.actor, client_id=at.client.id, field=Field(step.name), value=step.value, now=at.now
        )
    else:
        value = read_line(step.value, field=step.name, limit=1_000)
        await session.refresh(
            at.client, with_for_update=True
        )  # the other fields of the same column are others' to change
        name = _spelled(at.client, step.name)
        before = at.client.custom_fields.get(name)
        if before != value:
            at.client.custom_fields = {**at.client.custom_fields, name: value}
            at.client.updated_at = at.now
            facts = {"field": name, "before": before, "after": value}
            events.record(session, "client.edited", now=at.now, client_id=at.client.id, staff_id=at.actor.id, **facts)
            await session.flush()
    return Move(at.after(), at.now, "set", {"name": step.name, "value": step.value[:200]})


def _spelled(client: Client, name: str) -> str:
    """The field as it is spelled on the card already, whatever its case: one field, not two that look alike."""
    return next((one for one in client.custom_fields if field_key(one) == field_key(name)), name)


async def _change_tag(session: AsyncSession, at: Standing, step: ChangeTag) -> Move:
    what = {"tag": step.tag}
    if step.add:
        await clients.add_tag(session, actor=at.actor, client_id=at.client.id, name=step.tag, now=at.now)
        return Move(at.after(), at.now, "tagged", what)
    hung = select(Tag.id).join(ClientTag, ClientTag.tag_id == Tag.id)
    hung = hung.where(ClientTag.client_id == at.client.id, Tag.key == search.fold(step.tag.lstrip("#"))[:60])
    for tag_id in (await session.execute(hung)).scalars().all():
        await clients.remove_tag(session, actor=at.actor, client_id=at.client.id, tag_id=tag_id, now=at.now)
    return Move(at.after(), at.now, "untagged", what)


async def _start(session: AsyncSession, at: Standing, step: Start) -> Move:
    running = await versions.running(session)
    wanted = next((one for one in running if one.automation.name == step.automation), None)
    cause = entering.Cause(
        key=f"start:{at.inside.id}:{at.inside.place}",
        facts=at.inside.facts,
        chain=tuple(at.inside.chain),
        event_id=at.inside.since_event_id,
    )
    outcome = await entering.enter_one(session, wanted, client_id=at.client.id, cause=cause, now=at.now)
    return Move(at.after(), at.now, "started", {"automation": step.automation, "outcome": outcome.value})


async def _call_out(session: AsyncSession, at: Standing, step: CallOut) -> Move:
    """Written down here, made by the worker: no network inside a unit of work. One place calls once."""
    body = {
        "id": f"{at.inside.id}:{at.inside.place}",
        "automation": at.automation.name,
        "client": {"id": at.client.id, "name": at.client.name, "company": at.client.company},
        "facts": at.inside.facts,
        "at": at.now.isoformat(),
    }
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    await session.execute(
        insert(WebhookCall)
        .values(
            enrolment_id=at.inside.id,
            place=at.inside.place,
            url=step.url,
            body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
            state=WebhookState.PLANNED,
            attempts=0,
            due_at=at.now,
            reply="",
            created_at=at.now,
        )
        .on_conflict_do_nothing()
    )
    return Move(at.after(), at.now, "called-out", {"url": step.url[:200]})


async def _stop(_session: AsyncSession, at: Standing, _step: Stop) -> Move:
    return Move(places.END, at.now)


_Done = Callable[[AsyncSession, Standing, Any], Awaitable[Move]]
_STEPS: Mapping[type, _Done] = MappingProxyType(
    {
        Wait: _wait,
        WaitUntil: _wait_until,
        WaitFor: _wait_for,
        Branch: _branch,
        Send: _send,
        TellOwner: _tell_owner,
        Assign: _assign,
        MakeFollowUp: _follow_up,
        SetField: _set_field,
        ChangeTag: _change_tag,
        Start: _start,
        CallOut: _call_out,
        Stop: _stop,
    }
)
