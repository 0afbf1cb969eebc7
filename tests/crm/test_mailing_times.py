"""When a mailing reaches each of its people: by their own clock, and within its own hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox.delivery import Hold
from crm import mailings
from crm.consent import QUIET, WINDOW, Gate
from crm.contact_hours import QuietHours, SendWindow, window_from
from crm.contact_rules import ContactRules
from crm.errors import DateInPast
from crm.mailings import expanding, timing
from storage.models import Channel, Client, DeliveryState, Mailing, Outbox, Role, Staff
from storage.queries.outbox import Delivery
from tests.crm.test_mailings import URL, prepared
from tests.factories import make_client, make_staff

WORKDAYS = 0b0011111
BERLIN = ContactRules(zone="Europe/Berlin")


@pytest.fixture
async def manager(session: AsyncSession) -> Staff:
    return await make_staff(session, Role.MANAGER, timezone="Europe/Berlin")


async def somebody(session: AsyncSession, name: str, *, zone: str | None = None, phone: str | None = None) -> Client:
    email = f"{name.lower()}@x.example"
    return await make_client(session, name, email=email, phone=phone, timezone=zone, city="Bangkok", city_key="bangkok")


async def expand(session: AsyncSession, now: datetime, *, batch: int = 2) -> None:
    await expanding.start_due(session, now=now)
    step = expanding.expander("crm.example", batch=batch, rules=BERLIN)
    while await step(session, now=now):
        await session.flush()


async def due(session: AsyncSession) -> dict[str, datetime]:
    query = select(Client.name, Outbox.due_at).join(Client, Client.id == Outbox.client_id)
    return {row.name: row.due_at for row in await session.execute(query)}


async def test_everybody_at_ten_by_their_own_clock(session: AsyncSession, manager: Staff, now: datetime) -> None:
    await somebody(session, "Apia", zone="Pacific/Apia")
    await somebody(session, "Bangkok", zone="Asia/Bangkok")
    await somebody(session, "Kathmandu", zone="Asia/Kathmandu")
    await somebody(session, "Thai", phone="+66812345678")  # by the number
    await somebody(session, "Moscow", phone="+74951234567")
    await somebody(session, "Lost", zone="Not/AZone", phone="+66812345679")  # a zone that is none: by the number
    await somebody(session, "Nobody")  # by the company's clock
    await somebody(session, "Hawaii", zone="Pacific/Honolulu")
    mailing = await prepared(session, manager, now)
    await mailings.in_own_time(session, actor=manager, mailing_id=mailing.id, wall=datetime(2026, 11, 27, 10), now=now)
    await mailings.launch(session, actor=manager, mailing_id=mailing.id, now=now, public_url=URL)
    assert mailing.starts_at is not None
    await expand(session, mailing.starts_at)
    assert mailing.starts_at <= min((await due(session)).values())
    zones = {
        "Apia": "Pacific/Apia",
        "Bangkok": "Asia/Bangkok",
        "Kathmandu": "Asia/Kathmandu",
        "Thai": "Asia/Bangkok",
        "Moscow": "Europe/Moscow",
        "Lost": "Asia/Bangkok",
        "Nobody": "Europe/Berlin",
        "Hawaii": "Pacific/Honolulu",
    }
    for name, at in (await due(session)).items():
        assert at.astimezone(ZoneInfo(zones[name])).replace(tzinfo=None) == datetime(2026, 11, 27, 10), name
    assert len(await due(session)) == len(zones)


async def test_whose_hour_was_over_when_it_began_gets_it_the_next_day(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    await somebody(session, "Bangkok", zone="Asia/Bangkok")  # it is 16:00 there
    await somebody(session, "Berlin", zone="Europe/Berlin")  # and 10:00 here, a moment ago
    await somebody(session, "London", zone="Europe/London")
    mailing = await prepared(session, manager, now)
    await mailings.in_own_time(session, actor=manager, mailing_id=mailing.id, wall=datetime(2026, 11, 24, 10), now=now)
    later = now + timedelta(minutes=5)
    await mailings.launch(session, actor=manager, mailing_id=mailing.id, now=later, public_url=URL)
    await expand(session, later)
    found = await due(session)
    assert found["Bangkok"] == datetime(2026, 11, 25, 3, tzinfo=UTC)
    assert found["Berlin"] == datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert found["London"] == datetime(2026, 11, 24, 10, tzinfo=UTC)


async def test_an_hour_that_is_over_everywhere_is_refused(session: AsyncSession, manager: Staff, now: datetime) -> None:
    await somebody(session, "Berlin")
    mailing = await prepared(session, manager, now)
    with pytest.raises(DateInPast):
        await mailings.in_own_time(
            session, actor=manager, mailing_id=mailing.id, wall=datetime(2026, 11, 23, 20), now=now
        )


def test_of_many_zones_one_number_may_be_in_the_companys_or_the_middle_one_counts() -> None:
    wall = datetime(2026, 11, 27, 10)
    zones = ("Asia/Vladivostok", "Asia/Yekaterinburg", "Europe/Moscow")
    assert timing.likely_zone(zones, company="Europe/Moscow", wall=wall) == "Europe/Moscow"
    assert timing.likely_zone(zones, company="Europe/Berlin", wall=wall) == "Asia/Yekaterinburg"
    assert timing.likely_zone((), company="Europe/Berlin", wall=wall) == "Europe/Berlin"


@given(
    days=st.integers(1, 127),
    begin=st.integers(0, 1380),
    length=st.integers(60, 1440),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]),
    now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
)
def test_a_window_opens_within_itself_and_no_earlier_than_needed(
    days: int, begin: int, length: int, zone: str, now: datetime
) -> None:
    window = SendWindow(days, begin, min(begin + length, 1440))

    def is_open(at: datetime) -> bool:
        local = at.astimezone(ZoneInfo(zone))
        return bool(days >> local.weekday() & 1) and window.begin <= local.hour * 60 + local.minute < window.end

    opens = window_from(window, (zone,), default_zone="UTC", now=now)
    if opens is None:
        assert is_open(now)
        return
    assert opens > now
    assert is_open(opens)
    minutes = int((opens - now).total_seconds()) // 60
    earlier = [now + timedelta(minutes=minute) for minute in range(2, minutes, 7)]
    assert not any(is_open(at) and is_open(at + timedelta(minutes=1)) for at in earlier)


async def _verdict(
    session: AsyncSession, mailing: Mailing, client: Client, now: datetime, *, quiet: str = "off"
) -> Hold | None:
    delivery = Delivery(
        1,
        Channel.EMAIL,
        "mailing",
        DeliveryState.CLAIMED,
        9,
        now,
        "a@x.example",
        {},
        True,
        client.id,
        None,
        mailing.id,
        None,
        None,
        0,
        None,
        now,
    )
    gate = Gate(ContactRules(quiet=QuietHours.read(quiet), zone="Europe/Berlin"))
    found = (await gate(session, [delivery], now)).get(1)
    assert found is None or isinstance(found, Hold)
    return found


async def test_outside_its_hours_a_mailing_is_held_not_dropped(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    client = await somebody(session, "Bangkok", zone="Asia/Bangkok")
    mailing = await prepared(session, manager, now)
    window = SendWindow(WORKDAYS, 10 * 60, 18 * 60)
    await mailings.keep_hours(session, actor=manager, mailing_id=mailing.id, window=window, now=now)
    assert mailings.window_of(mailing) == window
    assert await _verdict(session, mailing, client, datetime(2026, 11, 24, 9, tzinfo=UTC)) is None  # Tuesday, 16:00
    evening = datetime(2026, 11, 24, 11, 30, tzinfo=UTC)  # 18:30: until Wednesday at ten
    assert await _verdict(session, mailing, client, evening) == Hold(datetime(2026, 11, 25, 3, tzinfo=UTC), WINDOW)
    friday = datetime(2026, 11, 27, 11, tzinfo=UTC)
    assert await _verdict(session, mailing, client, friday) == Hold(datetime(2026, 11, 30, 3, tzinfo=UTC), WINDOW)
    night = datetime(2026, 11, 27, 15, tzinfo=UTC)  # Friday, 22:00: quiet hours first, then the weekend
    held = await _verdict(session, mailing, client, night, quiet="21:00-08:00")
    assert held == Hold(datetime(2026, 11, 30, 3, tzinfo=UTC), QUIET)
    await mailings.keep_hours(session, actor=manager, mailing_id=mailing.id, window=None, now=now)
    assert await _verdict(session, mailing, client, friday) is None


@pytest.mark.parametrize("window", [SendWindow(0, 0, 1440), SendWindow(1, 600, 630), SendWindow(128, 0, 1440)])
async def test_hours_that_leave_no_time_are_refused(
    session: AsyncSession, manager: Staff, now: datetime, window: SendWindow
) -> None:
    mailing = await prepared(session, manager, now)
    with pytest.raises(mailings.BadWindow):
        await mailings.keep_hours(session, actor=manager, mailing_id=mailing.id, window=window, now=now)
