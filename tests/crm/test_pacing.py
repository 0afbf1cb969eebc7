"""When the last SMS of a mailing can leave: pace, quiet hours, the day's cap, and what waits before it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox.enqueue import enqueue
from channels.sms.terms import DAY_SCOPE, SmsTerms
from crm.mailings.pacing import WITHIN, Load, last_leaves, plan, refused
from storage.models import (
    Channel,
    Interaction,
    InteractionKind,
    InteractionSource,
    MailingState,
    Outbox,
    Role,
    SendBudget,
)
from tests.factories import make_client, make_staff
from tests.factories.mailings import make_mailing

TEN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
NIGHT = (21 * 60, 8 * 60)
ONE = SmsTerms(rate=1)


def at(hour: int, minute: int = 0, *, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("segments", "starts_at", "quiet", "ends"),
    [
        (12_000, TEN, None, at(13, 20)),
        (12_000, TEN, NIGHT, at(13, 20)),
        # Two and a half hours before the night, the rest in the morning.
        (12_000, at(18, 30), NIGHT, at(8, 50, day=25)),
        (3_600, at(23), NIGHT, at(9, day=25)),
        (39_600, TEN, NIGHT, at(21)),
        (46_800, TEN, NIGHT, at(10, day=25)),
        (46_801, TEN, NIGHT, None),
        (86_400, TEN, None, at(10, day=25)),
        (86_401, TEN, None, None),
        (0, TEN, NIGHT, TEN),
    ],
)
def test_the_pace_and_the_night(
    segments: int, starts_at: datetime, quiet: tuple[int, int] | None, ends: datetime | None
) -> None:
    assert last_leaves(Load(segments), ONE, starts_at=starts_at, zone="UTC", quiet=quiet) == ends


def test_the_caps_of_two_days() -> None:
    capped = SmsTerms(rate=10, day_segments=1000)
    assert last_leaves(Load(1000), capped, starts_at=TEN, zone="UTC") == TEN + timedelta(seconds=100)
    # What the first day does not give, the second does after midnight UTC, or after the night.
    assert last_leaves(Load(2000), capped, starts_at=TEN, zone="UTC") == at(0, day=25) + timedelta(seconds=100)
    assert last_leaves(Load(2000), capped, starts_at=TEN, zone="UTC", quiet=NIGHT) == at(8, day=25) + timedelta(
        seconds=100
    )
    assert last_leaves(Load(2001), capped, starts_at=TEN, zone="UTC") is None
    dear = SmsTerms(rate=10, prices={"*": 50_000}, day_money=5_000_000)
    assert last_leaves(Load(100, 5_000_000), dear, starts_at=TEN, zone="UTC") is not None
    assert last_leaves(Load(201, 10_050_000), dear, starts_at=TEN, zone="UTC") is None


def test_a_clock_that_changes_in_the_night() -> None:
    """Berlin, 28 March 2027: the hour from two to three is missing, and nothing leaves in the night all the same."""
    saturday = datetime(2027, 3, 27, 19, 0, tzinfo=UTC)  # 20:00 there
    ends = last_leaves(Load(7_200), ONE, starts_at=saturday, zone="Europe/Berlin", quiet=NIGHT)
    assert ends == datetime(2027, 3, 28, 7, 0, tzinfo=UTC)  # 9:00 of the new time


@given(
    segments=st.integers(1, 100_000),
    rate=st.sampled_from([0.5, 1, 3, 10, 100]),
    cap=st.sampled_from([0, 500, 20_000]),
    hour=st.integers(0, 23),
    zone=st.sampled_from(["UTC", "Asia/Bangkok", "America/New_York"]),
)
def test_the_end_is_never_too_early_nor_more_than_a_day_away(
    segments: int, rate: float, cap: int, hour: int, zone: str
) -> None:
    terms, start = SmsTerms(rate=rate, day_segments=cap), at(hour)
    ends = last_leaves(Load(segments), terms, starts_at=start, zone=zone, quiet=NIGHT)
    if ends is None:
        assert segments > rate * 60 or cap, "a minute's work always fits"
        return
    assert start + timedelta(seconds=segments / rate) <= ends <= start + WITHIN + timedelta(seconds=1)
    fewer = last_leaves(Load(max(1, segments // 2)), terms, starts_at=start, zone=zone, quiet=NIGHT)
    assert fewer is not None
    assert fewer <= ends


async def test_what_waits_and_what_was_spent_today_count(session: AsyncSession) -> None:
    terms = SmsTerms(rate=1, day_segments=100)
    for number in range(60):
        await enqueue(session, channel=Channel.SMS, kind="sms", address=f"+66812345{number:03}", now=TEN)
    period = int(TEN.timestamp()) // 86_400
    session.add(SendBudget(scope=DAY_SCOPE, period=period, used=30, money=0, until=TEN + timedelta(days=3)))
    await session.flush()
    small = await plan(session, load=Load(10), terms=terms, starts_at=TEN, zone="UTC")
    assert small.ends_at == TEN + timedelta(seconds=70)
    tomorrow = await plan(session, load=Load(11), terms=terms, starts_at=TEN, zone="UTC")
    assert tomorrow.ends_at == at(0, day=25) + timedelta(seconds=1)
    never = await plan(session, load=Load(111), terms=terms, starts_at=TEN, zone="UTC")
    assert never.ends_at is None


async def test_what_waits_counts_in_segments_and_calls_in_none(session: AsyncSession) -> None:
    maker = await make_staff(session, Role.MANAGER)
    mailing = await make_mailing(
        session, maker, now=TEN, state=MailingState.RUNNING, text="Dear {name}, " + "x" * 400, channel=Channel.SMS
    )
    for number in range(10):
        client = await make_client(session, f"C{number}")
        session.add(
            Outbox(
                channel=Channel.SMS,
                kind="mailing",
                address=f"+66812345{number:03}",
                due_at=TEN,
                created_at=TEN,
                marketing=True,
                client_id=client.id,
                mailing_id=mailing.id,
            )
        )
    anna = await make_client(session, "Anna")
    said = Interaction(
        client_id=anna.id,
        kind=InteractionKind.SMS,
        source=InteractionSource.BUTTONS,
        at=TEN,
        created_at=TEN,
        text="ก" * 100,
    )
    session.add(said)
    await session.flush()
    written = {"interaction_id": said.id}
    await enqueue(session, channel=Channel.SMS, kind="sms", address="+66812345900", now=TEN, payload=written)
    for number in range(5):
        await enqueue(session, channel=Channel.SMS, kind="call", address=f"+66812346{number:03}", now=TEN)
    found = await plan(session, load=Load(1), terms=SmsTerms(rate=1), starts_at=TEN, zone="UTC")
    assert found.ends_at == TEN + timedelta(seconds=10 * 3 + 2 + 1)


def test_the_refusal_says_its_numbers() -> None:
    error = refused(Load(100_000), SmsTerms(rate=1, day_segments=20_000))
    assert error.params == {"segments": 100_000, "hours": 27, "minutes": 47, "rate": 1, "cap": 20_000, "within": 24}
