"""Calls a colleague asks for: their own phone rings first, then the client's; and what is said about it afterwards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.message import OutgoingCall
from channels.outbox.delivery import Delivery, Drop
from channels.outbox.enqueue import PRIORITY_PERSON, enqueue
from channels.sms.terms import is_dear
from crm import cards, events, interactions, keys, writing
from crm.access import Action, allows, client_in_scope
from crm.calls.progress import CARD, fail, miss
from crm.contacts import DearNumber, show_phone
from crm.errors import CrmError, NotAllowed, TooLong
from storage.models import (
    CALL_OVER,
    Call,
    CallState,
    Channel,
    DeliveryState,
    Direction,
    InteractionKind,
    InteractionSource,
    Outbox,
    Staff,
)

# A call that could not be set up by then is not wanted any more: nobody's phone may ring out of the blue.
WANTED_FOR = timedelta(minutes=2)
# Twilio tells the end of every call; one that stays silent this long is written off.
SILENT_AFTER = timedelta(hours=6)
# Nobody's phone rings so long: its end was told while nobody heard (our web part was down), and Twilio says it once.
UNTOLD_AFTER = timedelta(minutes=15)
# The colleague has hung up: had the client's phone ever rung, Twilio would have told how that ended.
_LEG_TOLD_WITHIN = timedelta(minutes=1)
_GIVEN_UP = {DeliveryState.FAILED, DeliveryState.SUPPRESSED, DeliveryState.CANCELLED, DeliveryState.UNKNOWN}


class CallsOff(CrmError):
    """This installation has no number to call from, or no public address for Twilio to ask."""

    code = "calls.off"


class NoOwnPhone(CrmError):
    """The colleague's own phone is not known: it is rung first."""

    code = "calls.no_own_phone"


class NoNumber(CrmError):
    """The client has no phone number."""

    code = "calls.no_number"


class OnTheLine(CrmError):
    """The colleague's last call is still being set up or going on."""

    code = "calls.on_the_line"


@dataclass(frozen=True)
class CallTerms:
    """`number` is ours in E.164; both empty means that calls are off."""

    number: str = ""
    public_url: str = ""

    @property
    def on(self) -> bool:
        return bool(self.number and self.public_url)


async def place(
    session: AsyncSession,
    *,
    actor: Staff,
    client_id: int,
    terms: CallTerms,
    now: datetime,
    contact_point_id: int | None = None,
) -> Call:
    """Rings the actor, then the client. Raises CallsOff, NotAllowed, NoOwnPhone, NoNumber, DearNumber, OnTheLine."""
    if not terms.on:
        raise CallsOff
    client = await client_in_scope(session, actor=actor, client_id=client_id, action=Action.WRITE_TO_CLIENTS)
    if not actor.phone:
        raise NoOwnPhone
    points = await writing.addresses(session, actor=actor, client_id=client.id, channel=Channel.SMS)
    point = next((one for one in points if contact_point_id is None or one.id == contact_point_id), None)
    if point is None:
        raise NoNumber
    if is_dear(point.value):
        raise DearNumber(value=show_phone(point.value))
    running = select(Call.id).where(
        Call.staff_id == actor.id,
        Call.direction == Direction.OUT,
        or_(
            (Call.state == CallState.RINGING) & (Call.started_at > now - WANTED_FOR),
            (Call.state == CallState.ANSWERED) & (Call.started_at > now - SILENT_AFTER),
        ),
    )
    if (await session.execute(running.limit(1))).first() is not None:
        raise OnTheLine
    call = Call(
        direction=Direction.OUT,
        state=CallState.RINGING,
        number=point.value,
        client_id=client.id,
        staff_id=actor.id,
        started_at=now,
    )
    session.add(call)
    await session.flush()
    await enqueue(
        session,
        channel=Channel.SMS,
        kind="call",
        address=actor.phone,
        now=now,
        priority=PRIORITY_PERSON,
        dedupe_key=keys.placed_call(call.id),
        payload={"call_id": call.id},
        staff_id=actor.id,
    )
    events.record(session, "call.placed", now=now, client_id=client.id, staff_id=actor.id, call_id=call.id)
    return call


def composer(
    terms: CallTerms, clock: Callable[[], datetime]
) -> Callable[[AsyncSession, Delivery], Awaitable[OutgoingCall | Drop]]:
    """What turns a ledger row of kind `call` into the request that rings the colleague."""

    async def compose(session: AsyncSession, row: Delivery) -> OutgoingCall | Drop:
        call = await session.get(Call, int(row.payload["call_id"]))
        if call is None or call.state is not CallState.RINGING or clock() > call.started_at + WANTED_FOR:
            return Drop("too-late")
        return OutgoingCall(
            to_number=row.address,
            from_number=terms.number,
            answer_url=f"{terms.public_url}/twilio/voice/bridge?call={call.id}",
            status_callback=f"{terms.public_url}/twilio/voice/status?call={call.id}",
        )

    return compose


async def customer_of(session: AsyncSession, call_id: int) -> str | None:
    """The number a placed call is bridged to; None when it is no call of ours or over."""
    call = await session.get(Call, call_id)
    if call is None or call.direction is not Direction.OUT or call.state in CALL_OVER:
        return None
    return call.number


async def readable(session: AsyncSession, *, actor: Staff, call_id: int) -> Call | None:
    """The call, for who takes part in it, who sees its client, and, of somebody unknown, who sees the tray."""
    call = await session.get(Call, call_id)
    if call is None:
        return None
    if call.staff_id == actor.id:
        return call
    if call.client_id is None:
        return call if allows(actor, Action.SEE_TRAY) else None
    try:
        await client_in_scope(session, actor=actor, client_id=call.client_id, action=Action.LOG_INTERACTIONS)
    except NotAllowed:
        return None
    return call


async def note(session: AsyncSession, *, actor: Staff, call_id: int, text: str, now: datetime) -> Call:
    """What was said, written after the call (or while it goes on). Raises NotAllowed, TooLong."""
    call = await readable(session, actor=actor, call_id=call_id)
    if call is None or call.client_id is None:
        raise NotAllowed(action=Action.LOG_INTERACTIONS.value)
    entry = (
        await interactions.get(session, actor=actor, interaction_id=call.interaction_id)
        if call.interaction_id
        else None
    )
    if entry is None:
        draft = interactions.InteractionDraft(
            client_id=call.client_id,
            kind=InteractionKind.NOTE,
            source=InteractionSource.BUTTONS,
            text=text,
        )
        await interactions.log(session, actor=actor, draft=draft, now=now)
        return call
    joined = f"{entry.text}\n{text}".strip()
    if len(joined) > interactions.TEXT_LIMIT:
        raise TooLong(field="text", limit=interactions.TEXT_LIMIT)
    entry.text = joined
    await cards.refresh(session, interactions.CARD, entry.id, now=now)
    await cards.refresh(session, CARD, call.id, now=now)
    return call


def stuck(now: datetime) -> Select[int]:
    """Calls that wait for news nobody will bring: not set up in time, or silent for hours."""
    return select(Call.id).where(
        or_(
            (Call.state == CallState.RINGING) & (Call.started_at < now - WANTED_FOR),
            (Call.state == CallState.RINGING) & (Call.ended_at < now - _LEG_TOLD_WITHIN),
            (Call.state == CallState.ANSWERED) & (Call.started_at < now - SILENT_AFTER),
        )
    )


async def give_up(session: AsyncSession, *, now: datetime, limit: int = 100) -> int:
    """Closes what is stuck: what could not be placed says so on its card, a customer whose call ended unheard was missed
    or not reached, the rest ends without a length."""
    calls = (await session.execute(select(Call).where(Call.id.in_(stuck(now).limit(limit))))).scalars().all()
    closed = 0
    for call in calls:
        if call.direction is Direction.IN and call.state is CallState.RINGING:
            if call.started_at < now - UNTOLD_AFTER:
                await miss(session, call, now)
                closed += 1
            continue
        if call.state is CallState.RINGING and call.ended_at is not None and call.ended_at < now - _LEG_TOLD_WITHIN:
            await miss(session, call, now)
            closed += 1
            continue
        sent = select(Outbox.state, Outbox.code).where(Outbox.dedupe_key == keys.placed_call(call.id))
        row = (await session.execute(sent)).one_or_none()
        refused = row is not None and row.state in _GIVEN_UP
        if refused or call.started_at < now - SILENT_AFTER:
            await fail(session, call, "failed" if refused else "silent", now)
            closed += 1
    return closed
