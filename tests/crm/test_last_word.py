"""The rules of contact at the last look: consent where it is asked for, quiet hours, the cap over both channels."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from channels.outbox.delivery import Cancel, Delivery, Hold, Suppress, Verdict
from channels.outbox.suppression import suppress
from crm import consent
from crm.consent import Gate
from crm.contact_hours import QuietHours
from crm.contact_rules import ContactRules
from crm.frequency import FrequencyCap
from storage.database import Database
from storage.models import Channel, Client, ContactKind, ContactPoint, DeliveryState, Outbox, SuppressionReason
from storage.queries import consents
from tests.crm.test_consent import delivery
from tests.factories import make_client
from tests.statements import heard, plan_of

NIGHT = ContactRules(quiet=QuietHours.read("21:00-08:00"), zone="Asia/Bangkok")
CAPPED = ContactRules(cap=FrequencyCap.read("2/7d"))
EARLY = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # ten in Bangkok, four in Berlin
RIGA, BERLIN_AT_8 = "Europe/Riga", datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


async def judged(
    database: Database, rules: ContactRules, deliveries: list[Delivery], now: datetime
) -> dict[int, Verdict]:
    async with database.read() as session:
        return dict(await Gate(rules)(session, deliveries, now))


async def reached(
    database: Database, client_id: int, *moments: datetime, state: DeliveryState = DeliveryState.SENT, **fields: Any
) -> None:
    """Marketing that reached the client at these moments."""
    in_flight = state in (DeliveryState.CLAIMED, DeliveryState.SENDING)
    plain = {
        "channel": Channel.EMAIL,
        "kind": "mailing",
        "state": state,
        "priority": 9,
        "address": "x@example.com",
        "payload": {},
        "marketing": True,
        "client_id": client_id,
        "attempts": 1,
        "lease_token": "t" if in_flight else None,
    }
    rows = [plain | {"due_at": at, "created_at": at, "sent_at": at, "settled_at": at} | fields for at in moments]
    async with database.connect() as unit:
        await unit.execute(insert(Outbox), rows)


async def test_where_consent_is_required_only_a_yes_is_one(database: Database, now: datetime) -> None:
    async with database.write() as session:
        yes, no, silent, elsewhere = [await make_client(session) for _ in range(4)]
        for client, channel in ((yes, Channel.EMAIL), (no, Channel.EMAIL), (elsewhere, Channel.SMS)):
            await consent.grant(session, client_id=client.id, channel=channel, address="", how="form", now=now)
        await consent.withdraw(session, client_id=no.id, channels=[Channel.EMAIL], how="phone", now=now)
    people = [yes.id, no.id, silent.id, elsewhere.id, None]
    deliveries = [delivery(number, now, client_id=one) for number, one in enumerate(people, start=1)]
    deliveries.append(delivery(6, now, client_id=silent.id, marketing=False))
    refused = Suppress(SuppressionReason.UNSUBSCRIBE)
    assert await judged(database, ContactRules(), deliveries, now) == {2: refused}
    assert await judged(database, ContactRules(consent_required=True), deliveries, now) == {
        2: refused,
        3: Suppress("no-consent"),
        4: Suppress("no-consent"),
        5: Suppress("no-consent"),
    }


async def test_mailings_wait_for_the_recipients_morning_and_answers_do_not(database: Database) -> None:
    async with database.write() as session:
        thai = await make_client(session, phone="+66812345678")
        german = await make_client(session, phone="+4915112345678")
        moved = await make_client(session, phone="+4915112345679", timezone="Asia/Bangkok")
        unknown = await make_client(session, email="a@example.com")
        both = await make_client(session, phone="+66812345679")
        session.add(ContactPoint(client_id=both.id, kind=ContactKind.PHONE, value="+4915112345670", created_at=EARLY))
    sms: dict[str, Any] = {"channel": Channel.SMS, "kind": "sms"}
    deliveries = [
        delivery(1, EARLY, client_id=thai.id),
        delivery(2, EARLY, client_id=german.id),
        delivery(3, EARLY, client_id=german.id, marketing=False),
        delivery(4, EARLY, client_id=moved.id),
        delivery(5, EARLY, client_id=unknown.id),
        delivery(6, EARLY, client_id=both.id),
        delivery(7, EARLY, client_id=both.id, address="+66812345679", **sms),
        delivery(8, EARLY, client_id=both.id, address="+4915112345670", **sms),
        delivery(9, EARLY, client_id=None, address="+66812345677", **sms),
    ]
    held = Hold(until=BERLIN_AT_8, reason="quiet-hours")
    assert await judged(database, NIGHT, deliveries, EARLY) == {2: held, 6: held, 8: held}
    evening = EARLY + timedelta(hours=7)  # 17:00 in Bangkok, 11:00 in Berlin
    tomorrow = Hold(until=EARLY + timedelta(days=1), reason="quiet-hours")
    assert await judged(database, NIGHT, deliveries, evening) == {5: tomorrow}


async def test_a_no_for_good_comes_before_a_not_yet(database: Database) -> None:
    async with database.write() as session:
        gone, stopped, refused = [await make_client(session, phone=f"+491511234567{n}") for n in range(3)]
        await session.flush()
        await suppress(
            session, channel=Channel.EMAIL, address="client2@example.com", reason=SuppressionReason.COMPLAINT, now=EARLY
        )
        await consent.withdraw(session, client_id=refused.id, channels=[Channel.EMAIL], how="phone", now=EARLY)
    async with database.write() as session:
        await session.execute(update(Client).where(Client.id == gone.id).values(archived_at=EARLY))
    deliveries = [delivery(n, EARLY, client_id=one.id) for n, one in enumerate((gone, stopped, refused), start=1)]
    assert await judged(database, NIGHT, deliveries, EARLY) == {
        1: Cancel("client-archived"),
        2: Suppress(SuppressionReason.COMPLAINT),
        3: Suppress(SuppressionReason.UNSUBSCRIBE),
    }


async def test_the_cap_counts_both_channels_and_what_may_have_arrived(database: Database, now: datetime) -> None:
    day = timedelta(days=1)
    async with database.write() as session:
        free, full, doubtful, failed, old = [await make_client(session) for _ in range(5)]
    await reached(database, free.id, now - day)
    await reached(database, full.id, now - 6 * day)
    await reached(database, full.id, now - 2 * day, channel=Channel.SMS, address="+66812345678")
    await reached(database, doubtful.id, now - 5 * day, now - day, state=DeliveryState.UNKNOWN, sent_at=None)
    await reached(database, failed.id, now - 5 * day, now - day, state=DeliveryState.FAILED)
    await reached(database, failed.id, now - day, now - day, marketing=False)
    await reached(database, old.id, now - 7 * day, now - 8 * day)
    people = (free, full, doubtful, failed, old)
    rows = await in_flight(database, [one.id for one in people], now)
    assert await judged(database, CAPPED, rows, now) == {
        rows[1].id: Hold(until=now + day, reason="frequency-cap"),
        rows[2].id: Hold(until=now + 2 * day, reason="frequency-cap"),
    }
    personal = [one._replace(marketing=False) for one in rows]
    assert await judged(database, CAPPED, personal, now) == {}


async def test_what_could_go_only_days_later_does_not_go(database: Database, now: datetime) -> None:
    async with database.write() as session:
        client = await make_client(session)
    await reached(database, client.id, now - timedelta(hours=1), now - timedelta(hours=2))
    (row,) = await in_flight(database, [client.id], now)
    assert await judged(database, CAPPED, [row], now) == {row.id: Suppress("frequency-cap")}
    soon = ContactRules(cap=FrequencyCap.read("2/24h"))
    assert await judged(database, soon, [row], now) == {
        row.id: Hold(until=now + timedelta(hours=22), reason="frequency-cap")
    }


async def test_a_hold_of_the_cap_ends_in_the_recipients_day(database: Database, now: datetime) -> None:
    async with database.write() as session:
        client = await make_client(session, timezone="Europe/Berlin")
    await reached(database, client.id, now - timedelta(hours=18), now - timedelta(hours=10))
    (row,) = await in_flight(database, [client.id], now)
    rules = ContactRules(quiet=NIGHT.quiet, cap=FrequencyCap.read("2/34h"))
    # The first of the two leaves the period at two in the night.
    assert await judged(database, rules, [row], now) == {
        row.id: Hold(until=datetime(2026, 11, 25, 7, 0, tzinfo=UTC), reason="frequency-cap")
    }


async def test_of_one_batch_the_first_go_and_of_two_workers_one_waits_moments(
    database: Database, now: datetime
) -> None:
    async with database.write() as session:
        client = await make_client(session)
    mine = await in_flight(database, [client.id] * 3, now)
    found = await judged(database, CAPPED, mine, now)
    assert found == {mine[2].id: Suppress("frequency-cap")}  # a whole period after those that go now
    for row in mine[1:]:
        async with database.connect() as unit:
            await unit.execute(update(Outbox).where(Outbox.id == row.id).values(state="planned", lease_token=None))
    await reached(database, client.id, now - timedelta(days=3))
    other = await in_flight(database, [client.id], now)
    # One more may go, two workers hold one each: each sees the other, and they look again one after the other.
    assert await judged(database, CAPPED, mine[:1], now) == {
        mine[0].id: Hold(until=now + timedelta(seconds=2), reason="another-on-its-way")
    }
    assert await judged(database, CAPPED, other, now) == {
        other[0].id: Hold(until=now + timedelta(seconds=4), reason="another-on-its-way")
    }


async def test_a_batch_costs_three_statements_whatever_its_size(database: Database, now: datetime) -> None:
    rules = ContactRules(quiet=NIGHT.quiet, cap=CAPPED.cap, consent_required=True, zone="Asia/Bangkok")
    async with database.write() as session:
        people = [await make_client(session, phone=f"+6681234{n:04}") for n in range(40)]
    rows = await in_flight(database, [one.id for one in people], now, mailing_id=None)
    marked = [one._replace(mailing_id=1) for one in rows]
    for batch, expected in ((rows[:2], 2), (rows, 2), (marked, 3)):
        with heard("SELECT") as statements:
            await judged(database, rules, batch, now)
        assert len(statements) == expected, statements


async def in_flight(database: Database, client_ids: list[int], now: datetime, **fields: Any) -> list[Delivery]:
    """As many rows of the ledger as clients, claimed by a worker, as it hands them to the gate."""
    made: list[Delivery] = []
    for number, client_id in enumerate(client_ids):
        async with database.connect() as unit:
            new = insert(Outbox).values(
                channel=Channel.EMAIL,
                kind="mailing",
                state=DeliveryState.CLAIMED,
                lease_token="t",
                priority=9,
                due_at=now,
                address=f"client{number}@example.com",
                payload={},
                marketing=True,
                client_id=client_id,
                attempts=0,
                created_at=now,
            )
            row_id = (await unit.execute(new.returning(Outbox.id))).scalar_one()
        made.append(delivery(row_id, now, client_id=client_id, address=f"client{number}@example.com", **fields))
    return made


async def test_the_cap_is_counted_from_an_index_alone(database: Database, now: datetime) -> None:
    """A client of many years costs no more than a new one."""
    if not database.is_sqlite:
        pytest.skip("PostgreSQL reads a small table whole, whatever the indexes")
    async with database.read() as session:
        with heard("FROM client") as statements:
            await consents.standing(session, client_ids=[1, 2], channel=Channel.EMAIL, since=now)
        ((statement, parameters),) = statements
        plan = await plan_of(session, statement, parameters)
    assert any("COVERING INDEX ix_outbox_reached" in step for step in plan), plan
    assert any("ix_outbox_in_flight" in step for step in plan), plan
    assert any("ix_outbox_unknown" in step for step in plan), plan
    assert not [step for step in plan if step.startswith("SCAN outbox") and "INDEX" not in step], plan
