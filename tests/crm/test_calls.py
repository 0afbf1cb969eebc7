"""Calls from Twilio's news: whatever order it comes in, one entry, one follow-up, and states that only move forward."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import calls, staff
from crm.calls import CallTerms, Door
from crm.contacts import DearNumber
from crm.errors import NotAllowed
from storage.models import (
    Call,
    CallOutcome,
    CallState,
    Client,
    Direction,
    FollowUp,
    Interaction,
    Language,
    Outbox,
    Role,
    Staff,
)
from tests.factories import make_client, make_staff

ROOT, CHILD = "CA" + "1" * 32, "CA" + "2" * 32
PHONE, ANNA = "+66812345678", "+4915112345678"
TERMS = CallTerms(number="+12025550143", public_url="https://crm.example.com")
ALWAYS = {"work_from": 0, "work_until": 1440, "workdays": 127}


async def company(session: AsyncSession, *, phone: str | None = PHONE) -> tuple[Staff, Client]:
    nina = await make_staff(session, Role.REP, name="Nina", phone=phone, **ALWAYS)
    anna = await make_client(session, "Anna Schmidt", owner=nina, phone=ANNA)
    return nina, anna


async def take(
    session: AsyncSession, now: datetime, door: Door, call_id: int | None = None, **fields: str
) -> Call | None:
    told = {"CallSid": ROOT, "From": ANNA, **fields}
    return await calls.take(session, door=door, fields=told, received_at=now, now=now, call_id=call_id)


async def entries(session: AsyncSession) -> list[Interaction]:
    return list((await session.execute(select(Interaction).order_by(Interaction.id))).scalars())


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_the_news_of_a_taken_call_makes_one_entry_in_any_order(
    session: AsyncSession, now: datetime, order: tuple[int, ...]
) -> None:
    nina, anna = await company(session)
    call = await take(session, now, Door.INCOMING)
    assert call is not None
    assert (call.client_id, call.staff_id, call.state) == (anna.id, nina.id, CallState.RINGING)
    leg = {"CallSid": CHILD, "ParentCallSid": ROOT}
    news = [
        lambda: take(session, now, Door.LEG, **leg, CallStatus="in-progress"),
        lambda: take(session, now, Door.LEG, **leg, CallStatus="completed", CallDuration="63"),
        lambda: take(session, now, Door.AFTER, DialCallStatus="completed", DialCallDuration="63"),
    ]
    for number in order:
        await news[number]()
        await news[number]()  # Twilio may say it twice
    [entry] = await entries(session)
    assert (entry.direction, entry.outcome, entry.duration_seconds) == (Direction.IN, CallOutcome.REACHED, 63)
    assert entry.staff_id == nina.id
    assert call.state is CallState.ENDED
    assert anna.last_contact_at == now
    assert (await session.execute(select(FollowUp))).first() is None


async def test_a_missed_call_is_one_follow_up_however_often_they_try(session: AsyncSession, now: datetime) -> None:
    nina, anna = await company(session)
    for number in range(3):
        sid = "CA" + f"{number:032x}"
        await take(session, now, Door.INCOMING, CallSid=sid)
        await take(session, now, Door.AFTER, CallSid=sid, DialCallStatus="no-answer")
    [promise] = (await session.execute(select(FollowUp))).scalars()
    assert (promise.owner_id, promise.client_id, promise.remind_at) == (nina.id, anna.id, now)
    assert promise.due_at == now + timedelta(minutes=15)
    assert [entry.outcome for entry in await entries(session)] == [CallOutcome.NO_ANSWER] * 3
    assert anna.last_contact_at is None, "a call nobody took is no contact"


async def test_nobody_to_ring_is_missed_at_once_and_a_message_is_kept(session: AsyncSession, now: datetime) -> None:
    await company(session, phone=None)
    call = await take(session, now, Door.INCOMING)
    assert call is not None
    assert call.state is CallState.MISSED
    await take(session, now, Door.RECORDING, RecordingSid="RE1", RecordingUrl="https://api.twilio.example/RE1")
    [entry] = await entries(session)
    assert entry.outcome is CallOutcome.VOICEMAIL
    assert call.recording_url == "https://api.twilio.example/RE1"


async def test_a_call_no_webhook_brought_is_missed_by_then_and_rings_nobody(
    session: AsyncSession, now: datetime
) -> None:
    nina, _ = await company(session)
    begun = now - timedelta(minutes=50)
    call = await take(session, now, Door.INCOMING, CallStatus="completed", started_at=begun.isoformat())
    assert call is not None
    assert (call.state, call.started_at, call.staff_id) == (CallState.MISSED, begun, nina.id)
    [entry] = await entries(session)
    assert (entry.at, entry.outcome) == (begun, CallOutcome.NO_ANSWER)
    [promise] = (await session.execute(select(FollowUp))).scalars()
    assert (promise.promise, promise.remind_at) == (f"Call back: missed call at {begun:%H:%M}", now)
    assert (await session.execute(select(Outbox).where(Outbox.kind == "card"))).first() is None, (
        "no card says: it rings"
    )


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.EN, "Call back: missed call of Wed 25 Nov, 10:00"),
        (Language.RU, "Перезвонить: пропущенный звонок, ср 25 нояб., 10:00"),
        (Language.TH, "โทรกลับ: สายที่ไม่ได้รับเมื่อ พ. 25 พ.ย. 10:00 น."),
    ],
)
async def test_a_call_of_another_day_is_named_with_its_day(
    session: AsyncSession, language: Language, words: str
) -> None:
    nina, _ = await company(session)
    nina.language, nina.timezone = language, "UTC"
    found = datetime(2026, 11, 27, 9, tzinfo=UTC)
    await take(session, found, Door.INCOMING, started_at="2026-11-25T10:00:00+00:00")
    [promise] = (await session.execute(select(FollowUp))).scalars()
    assert promise.promise == words


async def test_who_was_talked_to_meanwhile_is_not_called_back(session: AsyncSession, now: datetime) -> None:
    await company(session)
    first, second = {"CallSid": "CA" + "3" * 32}, {"CallSid": "CA" + "4" * 32}
    await take(session, now, Door.INCOMING, **first)
    later = now + timedelta(minutes=1)
    await take(session, later, Door.INCOMING, **second)
    await take(session, later, Door.AFTER, **second, DialCallStatus="completed", DialCallDuration="63")
    await take(session, later, Door.AFTER, **first, DialCallStatus="no-answer")
    assert [entry.outcome for entry in await entries(session)] == [CallOutcome.REACHED, CallOutcome.NO_ANSWER]
    assert (await session.execute(select(FollowUp))).first() is None


async def test_the_caller_hanging_up_first_is_missed_too(session: AsyncSession, now: datetime) -> None:
    await company(session)
    call = await take(session, now, Door.INCOMING)
    await take(session, now, Door.LEG, CallStatus="completed", CallDuration="4")
    assert call is not None
    assert call.state is CallState.MISSED
    await take(session, now, Door.AFTER, DialCallStatus="completed", DialCallDuration="63")
    assert call.state is CallState.MISSED, "what is over stays over"


async def test_an_unknown_caller_lies_in_the_tray(session: AsyncSession, now: datetime) -> None:
    manager = await make_staff(session, Role.MANAGER, **ALWAYS)
    await take(session, now, Door.INCOMING, From="+46701234567")
    [entry] = await entries(session)
    assert entry.client_id is None
    assert entry.thread_id is not None
    [row] = (await session.execute(select(Outbox))).scalars()
    assert (row.staff_id, row.payload["card"]) == (manager.id, "inbound")


async def test_a_placed_call_rings_the_colleague_then_the_client(session: AsyncSession, now: datetime) -> None:
    nina, anna = await company(session)
    call = await calls.place(session, actor=nina, client_id=anna.id, terms=TERMS, now=now)
    with pytest.raises(calls.OnTheLine):
        await calls.place(session, actor=nina, client_id=anna.id, terms=TERMS, now=now)
    [row] = (await session.execute(select(Outbox))).scalars()
    assert (row.kind, row.address, row.priority) == ("call", PHONE, 0)
    assert await calls.customer_of(session, call.id) == ANNA
    await take(session, now, Door.BRIDGE, call.id)
    leg = {"CallSid": CHILD, "ParentCallSid": ROOT}
    await take(session, now, Door.LEG, call.id, **leg, CallStatus="busy")
    await take(session, now, Door.LEG, call.id, CallStatus="completed", CallDuration="9")
    [entry] = await entries(session)
    assert (entry.direction, entry.outcome, entry.staff_id) == (Direction.OUT, CallOutcome.BUSY, nina.id)
    assert await calls.customer_of(session, call.id) is None


async def test_a_colleague_who_does_not_pick_up_leaves_no_entry(session: AsyncSession, now: datetime) -> None:
    nina, anna = await company(session)
    call = await calls.place(session, actor=nina, client_id=anna.id, terms=TERMS, now=now)
    await take(session, now, Door.LEG, call.id, CallStatus="no-answer")
    assert call.state is CallState.FAILED
    assert await entries(session) == []


async def test_calls_need_a_number_a_phone_and_scope(session: AsyncSession, now: datetime) -> None:
    nina, anna = await company(session, phone=None)
    other = await make_staff(session, Role.REP, phone="+66810000000")
    with pytest.raises(calls.CallsOff):
        await calls.place(session, actor=nina, client_id=anna.id, terms=CallTerms(), now=now)
    with pytest.raises(calls.NoOwnPhone):
        await calls.place(session, actor=nina, client_id=anna.id, terms=TERMS, now=now)
    with pytest.raises(NotAllowed):
        await calls.place(session, actor=other, client_id=anna.id, terms=TERMS, now=now)
    silent = await make_client(session, "Silent", owner=nina, email="s@example.com")
    nina.phone = PHONE
    with pytest.raises(calls.NoNumber):
        await calls.place(session, actor=nina, client_id=silent.id, terms=TERMS, now=now)


async def test_another_reps_call_is_neither_read_nor_noted(session: AsyncSession, now: datetime) -> None:
    nina, anna = await company(session)
    other = await make_staff(session, Role.REP)
    call = await calls.place(session, actor=nina, client_id=anna.id, terms=TERMS, now=now)
    assert await calls.readable(session, actor=other, call_id=call.id) is None
    assert await calls.readable(session, actor=other, call_id=999) is None
    with pytest.raises(NotAllowed):
        await calls.note(session, actor=other, call_id=call.id, text="mine", now=now)


async def test_what_is_stuck_is_given_up_and_nothing_rings_late(session: AsyncSession, now: datetime) -> None:
    nina, anna = await company(session)
    call = await calls.place(session, actor=nina, client_id=anna.id, terms=TERMS, now=now)
    [row] = (await session.execute(select(Outbox))).scalars()
    later = now + timedelta(minutes=3)
    composed = await calls.composer(TERMS, lambda: later)(session, row)  # type: ignore[arg-type]
    assert composed.reason == "too-late"  # type: ignore[union-attr]
    await calls.give_up(session, now=later)
    assert call.state is CallState.RINGING, "the ledger has not ended it yet"
    row.state = "cancelled"  # type: ignore[assignment]
    await session.flush()
    assert await calls.give_up(session, now=later) == 1
    assert call.state is CallState.FAILED


async def test_a_bridged_call_whose_client_never_rang_is_over_a_minute_after_the_colleague_hung_up(
    session: AsyncSession, now: datetime
) -> None:
    nina, anna = await company(session)
    call = await calls.place(session, actor=nina, client_id=anna.id, terms=TERMS, now=now)
    await take(session, now, Door.BRIDGE, call.id)
    await take(session, now + timedelta(seconds=9), Door.LEG, call.id, CallStatus="completed", CallDuration="9")
    assert await calls.give_up(session, now=now + timedelta(seconds=60)) == 0, "the other leg may still tell"
    assert await calls.give_up(session, now=now + timedelta(seconds=70)) == 1
    assert call.state is CallState.MISSED
    [entry] = await entries(session)
    assert (entry.direction, entry.outcome, entry.staff_id) == (Direction.OUT, CallOutcome.NO_ANSWER, nina.id)
    await calls.place(session, actor=nina, client_id=anna.id, terms=TERMS, now=now + timedelta(seconds=71))


async def test_a_bridged_call_is_told_by_the_clients_leg_though_the_colleagues_end_came_first(
    session: AsyncSession, now: datetime
) -> None:
    nina, anna = await company(session)
    call = await calls.place(session, actor=nina, client_id=anna.id, terms=TERMS, now=now)
    await take(session, now, Door.BRIDGE, call.id)
    await take(session, now + timedelta(seconds=70), Door.LEG, call.id, CallStatus="completed", CallDuration="70")
    leg = {"CallSid": CHILD, "ParentCallSid": ROOT, "CallStatus": "completed", "CallDuration": "63"}
    await take(session, now + timedelta(seconds=71), Door.LEG, call.id, **leg)
    assert (call.state, call.duration_seconds) == (CallState.ENDED, 63)


async def test_a_call_whose_end_nobody_heard_is_called_back(session: AsyncSession, now: datetime) -> None:
    """Twilio tells the end of a call once; the web part may be down just then."""
    nina, anna = await company(session)
    call = await take(session, now, Door.INCOMING)
    assert call is not None
    assert await calls.give_up(session, now=now + timedelta(minutes=14)) == 0
    for _ in range(2):
        await calls.give_up(session, now=now + timedelta(minutes=16))
    assert call.state is CallState.MISSED
    [promise] = (await session.execute(select(FollowUp))).scalars()
    assert (promise.client_id, promise.owner_id) == (anna.id, nina.id)
    assert len(await entries(session)) == 1


@pytest.mark.parametrize("number", ["+19005551234", "+448712345678", "+447012345678"])
async def test_nobody_earns_by_our_calls(session: AsyncSession, now: datetime, number: str) -> None:
    """Toll fraud: a premium-rate number on a client's card, or as the phone of a colleague whom their clients call."""
    nina, _anna = await company(session)
    dear = await make_client(session, "Dear Co", owner=nina, phone=number)
    with pytest.raises(DearNumber):
        await calls.place(session, actor=nina, client_id=dear.id, terms=TERMS, now=now)
    with pytest.raises(DearNumber):
        await staff.set_phone(session, actor=nina, number=number, region=None, now=now)
    assert nina.phone == PHONE
    assert (await session.execute(select(Outbox))).first() is None
