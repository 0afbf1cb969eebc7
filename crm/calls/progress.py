"""What Twilio tells about a call, in whatever order: states only move forward, and the end makes one timeline entry.

A call nobody took becomes a follow-up at once; one of somebody unknown lies in the tray.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox.enqueue import PRIORITY_PERSON, enqueue_card
from channels.sms.told import started_at
from crm import cards, events, followups, keys, threads, tray
from crm.calls.routing import caller, route
from crm.inbound.timeline import readers
from crm.interactions import touch
from crm.wording import Wording, clock_time, moment, zone_of
from storage.models import (
    CALL_OVER,
    Call,
    CallOutcome,
    CallState,
    Client,
    Direction,
    FollowUp,
    FollowUpState,
    Interaction,
    InteractionKind,
    InteractionSource,
    Staff,
)

CARD = "call"
CALL_BACK_WITHIN = timedelta(minutes=15)
BRIDGED = "bridged"  # a colleague has picked up and the customer's phone is rung
_LONGEST_CALL_S = 24 * 3600
_OUTCOMES = {
    "completed": CallOutcome.REACHED,
    "answered": CallOutcome.REACHED,
    "busy": CallOutcome.BUSY,
    "voicemail": CallOutcome.VOICEMAIL,
}


class Door(StrEnum):
    """Which of our doors Twilio knocked at."""

    INCOMING = "incoming"  # a customer calls
    AFTER = "after"  # the put-through ended
    BRIDGE = "bridge"  # a colleague picked up the call they asked for
    LEG = "leg"  # how far one leg got
    RECORDING = "recording"


async def take(
    session: AsyncSession,
    *,
    door: Door,
    fields: Mapping[str, str],
    received_at: datetime,
    now: datetime,
    call_id: int | None = None,
) -> Call | None:
    """Takes one webhook in. `call_id` is that of a call we placed, as it stood in the signed address; None: no such call."""
    if door is Door.INCOMING:
        return await _incoming(session, fields, received_at, now)
    call = await _find(session, fields, call_id)
    if call is None:
        return None
    await _STEPS[door](session, call, fields, received_at, now)
    return call


async def _incoming(session: AsyncSession, fields: Mapping[str, str], at: datetime, now: datetime) -> Call:
    known = (await session.execute(select(Call).where(Call.sid == fields["CallSid"]))).scalar_one_or_none()
    if known is not None:
        return known
    missed_at = started_at(fields)
    at = missed_at or at
    number = caller(fields.get("From", ""))
    found = await route(session, number=number, now=at)
    call = Call(
        sid=fields["CallSid"],
        direction=Direction.IN,
        state=CallState.RINGING,
        number=number,
        client_id=found.client.id if found.client else None,
        staff_id=found.staff.id if found.staff else None,
        started_at=at,
    )
    session.add(call)
    await session.flush()
    if found.phone is None or missed_at:
        # Nobody is (or was) rung, and nobody will tell us when the caller has hung up.
        await _moved(session, call, "no-answer", "", at, now)
    elif found.staff is not None:
        await show(session, call, found.staff, now)
    return call


async def _after(session: AsyncSession, call: Call, fields: Mapping[str, str], at: datetime, now: datetime) -> None:
    await _moved(session, call, fields.get("DialCallStatus", ""), fields.get("DialCallDuration", ""), at, now)


async def _bridge(session: AsyncSession, call: Call, fields: Mapping[str, str], at: datetime, now: datetime) -> None:
    call.sid = call.sid or fields["CallSid"]
    if call.state is CallState.RINGING and not call.outcome:
        call.outcome = BRIDGED
        await _changed(session, call, now)


async def _leg(session: AsyncSession, call: Call, fields: Mapping[str, str], at: datetime, now: datetime) -> None:
    status, duration = fields.get("CallStatus", ""), fields.get("CallDuration", "")
    if fields.get("ParentCallSid"):
        if call.direction is Direction.OUT:
            call.customer_sid = fields["CallSid"]
        await _moved(session, call, status, duration, at, now)
        return
    call.sid = call.sid or fields["CallSid"]
    if status not in ("completed", "busy", "no-answer", "canceled", "failed"):
        return
    if call.direction is Direction.IN:
        # The caller hung up; if somebody was on the line, the other leg tells how long.
        await _moved(session, call, "no-answer" if call.state is CallState.RINGING else "", "", at, now)
    elif call.state is CallState.RINGING and call.outcome != BRIDGED:
        await fail(session, call, status, now)
    elif call.state is CallState.RINGING:
        # The client's leg tells how it ended, if there ever was one: placing.py waits a moment for it.
        call.ended_at = max(at, call.started_at)


async def _recording(session: AsyncSession, call: Call, fields: Mapping[str, str], at: datetime, now: datetime) -> None:
    call.recording_url = fields.get("RecordingUrl", "")[:500] or None
    entry = await session.get(Interaction, call.interaction_id) if call.interaction_id else None
    if call.direction is Direction.IN and call.state is CallState.MISSED:
        call.outcome = "voicemail"
        if entry is not None:
            entry.outcome = CallOutcome.VOICEMAIL
    await _changed(session, call, now)


_Step = Callable[[AsyncSession, Call, Mapping[str, str], datetime, datetime], Awaitable[None]]
_STEPS: dict[Door, _Step] = {Door.AFTER: _after, Door.BRIDGE: _bridge, Door.LEG: _leg, Door.RECORDING: _recording}


async def _find(session: AsyncSession, fields: Mapping[str, str], call_id: int | None) -> Call | None:
    if call_id is not None:
        return await session.get(Call, call_id)
    sids = [sid for sid in (fields.get("ParentCallSid"), fields.get("CallSid")) if sid]
    query = select(Call).where(Call.sid.in_(sids)).order_by(Call.id).limit(1)
    return (await session.execute(query)).scalar_one_or_none()


async def _moved(session: AsyncSession, call: Call, status: str, duration: str, at: datetime, now: datetime) -> None:
    """The customer and we: talking, done talking, or never met. What is over stays over."""
    if call.state in CALL_OVER:
        return
    if status in ("in-progress", "answered"):
        if call.state is CallState.RINGING:
            call.state, call.answered_at = CallState.ANSWERED, at
            await _changed(session, call, now)
    elif status == "completed":
        await _over(session, call, CallState.ENDED, status, _seconds(duration, call, at), at, now)
    elif status in ("busy", "no-answer", "canceled", "failed"):
        await _over(session, call, CallState.MISSED, status, None, at, now)


async def miss(session: AsyncSession, call: Call, now: datetime) -> None:
    """Customer and we never met, as far as anybody told us; who called us is better called back once too often."""
    await _moved(session, call, "no-answer", "", now, now)


async def fail(session: AsyncSession, call: Call, outcome: str, now: datetime) -> None:
    """It never got as far as the customer's phone: nothing for the timeline, but whoever asked for it is told."""
    if call.state in CALL_OVER:
        return
    call.state, call.outcome, call.ended_at = CallState.FAILED, outcome[:20], now
    await _changed(session, call, now)


async def _over(
    session: AsyncSession, call: Call, state: CallState, outcome: str, seconds: int | None, at: datetime, now: datetime
) -> None:
    call.state, call.outcome, call.ended_at = state, outcome, max(at, call.started_at)
    call.duration_seconds = seconds
    client = await session.get(Client, call.client_id) if call.client_id else None
    entry = await _log(session, call, client, now)
    if call.direction is Direction.IN and state is CallState.MISSED:
        await _missed(session, call, client, entry, now)
    elif client is not None and state is CallState.ENDED:
        await followups.answered(session, client_id=client.id, now=now)
    await _changed(session, call, now)


async def _log(session: AsyncSession, call: Call, client: Client | None, now: datetime) -> Interaction:
    thread_id = None
    if client is None:
        thread = await threads.sms_thread(session, client_id=None, number=call.number, now=now)
        thread_id = thread.id
    entry = Interaction(
        client_id=call.client_id,
        staff_id=call.staff_id if call.direction is Direction.OUT or call.state is CallState.ENDED else None,
        kind=InteractionKind.CALL,
        direction=call.direction,
        outcome=_OUTCOMES.get(call.outcome, CallOutcome.NO_ANSWER),
        duration_seconds=call.duration_seconds,
        source=InteractionSource.CHANNEL,
        thread_id=thread_id,
        message_id=call.sid,
        at=call.started_at,
        created_at=now,
    )
    session.add(entry)
    await session.flush()
    call.interaction_id = entry.id
    if client is not None:
        touch(client, at=entry.at, kind=entry.kind, outcome=entry.outcome)
    events.record(
        session,
        "call.ended" if call.state is CallState.ENDED else "call.missed",
        now=now,
        client_id=call.client_id,
        staff_id=call.staff_id,
        call_id=call.id,
        direction=call.direction.value,
        seconds=call.duration_seconds,
    )
    return entry


async def _missed(session: AsyncSession, call: Call, client: Client | None, entry: Interaction, now: datetime) -> None:
    if client is None:
        for staff in await readers(session, client=None, now=now):
            await tray.announce(session, interaction=entry, to=staff, now=now)
        return
    if await _talked_since(session, call, client.id):
        return
    waiting = await _open_call_back(session, client.id)
    if waiting is not None:
        waiting.remind_at, waiting.late_at, waiting.due_at = now, None, now + CALL_BACK_WITHIN
        await cards.refresh(session, followups.CARD, waiting.id, now=now)
        return
    owner = await session.get(Staff, client.owner_id) if client.owner_id else None
    if owner is None or not owner.active:
        owner = next(iter(await readers(session, client=client, now=now)), None)
    if owner is None:
        return
    made = await followups.schedule(
        session,
        actor=owner,
        client_id=client.id,
        promise=_promise(call, owner, now),
        due_at=now + CALL_BACK_WITHIN,
        now=now,
        interaction_id=entry.id,
    )
    made.remind_at = now  # at once: the customer has just put the phone down


def _promise(call: Call, owner: Staff, now: datetime) -> str:
    """Names the hour, and the day where a call that no webhook brought is found on another one."""
    zone, language = zone_of(owner.timezone), owner.language
    if call.started_at.astimezone(zone).date() == now.astimezone(zone).date():
        at = clock_time(call.started_at, zone=zone, language=language)
        return _wording().text(language, "calls-call-back", {"at": at})
    at = moment(call.started_at, zone=zone, language=language, now=now)
    return _wording().text(language, "calls-call-back-other-day", {"at": at})


async def _talked_since(session: AsyncSession, call: Call, client_id: int) -> bool:
    """Whether a later call with this client came about: one whose end was told late needs no calling back then."""
    query = select(Call.id).where(
        Call.client_id == client_id,
        Call.started_at > call.started_at,
        Call.state.in_((CallState.ANSWERED, CallState.ENDED)),
    )
    return (await session.execute(query.limit(1))).first() is not None


async def _open_call_back(session: AsyncSession, client_id: int) -> FollowUp | None:
    """The promise made for an earlier missed call of this client, still to be kept."""
    query = (
        select(FollowUp)
        .join(Call, Call.interaction_id == FollowUp.interaction_id)
        .where(FollowUp.client_id == client_id, FollowUp.state == FollowUpState.OPEN, Call.state == CallState.MISSED)
        .order_by(FollowUp.id.desc())
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def show(session: AsyncSession, call: Call, staff: Staff, now: datetime) -> None:
    """Hangs the call's card in a colleague's chat, once."""
    if staff.telegram_id is not None:
        await enqueue_card(
            session,
            chat_id=staff.telegram_id,
            staff_id=staff.id,
            card=CARD,
            card_id=call.id,
            now=now,
            dedupe_key=keys.call_card(call.id, staff.id),
            priority=PRIORITY_PERSON,
        )


async def _changed(session: AsyncSession, call: Call, now: datetime) -> None:
    await session.flush()
    await cards.refresh(session, CARD, call.id, now=now)


def _seconds(text: str, call: Call, at: datetime) -> int:
    if text.isascii() and text.isdigit():
        return min(int(text), _LONGEST_CALL_S)
    return max(0, int((at - (call.answered_at or at)).total_seconds()))


@cache
def _wording() -> Wording:
    return Wording(Path(__file__).parent.parent / "locale")
