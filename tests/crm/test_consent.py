"""The last word before sending: suppressed addresses, consents taken back, stopped mailings, clients put away."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from channels.outbox.delivery import Cancel, Delivery, Hold, Suppress, Verdict
from channels.outbox.suppression import suppress
from crm import consent
from storage.database import Database
from storage.models import (
    Channel,
    Client,
    Consent,
    ConsentState,
    Mailing,
    MailingState,
    Segment,
    SegmentKind,
    SuppressionReason,
    Template,
)
from storage.models.enums import DeliveryState
from tests.factories import make_client, make_staff

NUMBER = "+66812345678"


def delivery(number: int, now: datetime, **fields: Any) -> Delivery:
    plain: dict[str, Any] = {
        "id": number,
        "channel": Channel.EMAIL,
        "kind": "mailing",
        "state": DeliveryState.CLAIMED,
        "priority": 9,
        "due_at": now,
        "address": f"client{number}@example.com",
        "payload": {},
        "marketing": True,
        "client_id": None,
        "staff_id": None,
        "mailing_id": None,
        "message_id": None,
        "provider_id": None,
        "attempts": 0,
        "lease_token": "x",
        "created_at": now,
    }
    return Delivery(**{**plain, **fields})


async def verdicts(database: Database, deliveries: list[Delivery], now: datetime) -> dict[int, Verdict]:
    async with database.read() as session:
        return dict(await consent.gate(session, deliveries, now))


async def test_nothing_speaks_against_a_plain_delivery(database: Database, now: datetime) -> None:
    assert await verdicts(database, [delivery(1, now), delivery(2, now, channel=Channel.TELEGRAM)], now) == {}


async def test_a_suppressed_address_gets_nothing_and_an_unsubscribed_one_no_mailings(
    database: Database, now: datetime
) -> None:
    async with database.write() as session:
        await suppress(
            session, channel=Channel.EMAIL, address="CLIENT1@example.com", reason=SuppressionReason.HARD_BOUNCE, now=now
        )
        leaving = consent.read_token(
            consent.unsubscribe_token(key=b"k" * 32, channel=Channel.EMAIL, address="client2@example.com"),
            key=b"k" * 32,
        )
        assert await consent.unsubscribe(session, leaving=leaving, now=now)
        assert not await consent.unsubscribe(session, leaving=leaving, now=now)
    personal = {"marketing": False}
    found = await verdicts(
        database,
        [
            delivery(1, now),
            delivery(2, now),
            delivery(3, now),
            delivery(11, now, address="client1@example.com", **personal),
            delivery(12, now, address="client2@example.com", **personal),
        ],
        now,
    )
    assert found == {
        1: Suppress(SuppressionReason.HARD_BOUNCE),
        2: Suppress(SuppressionReason.UNSUBSCRIBE),
        11: Suppress(SuppressionReason.HARD_BOUNCE),
    }


@pytest.mark.parametrize("reason", [SuppressionReason.HARD_BOUNCE, SuppressionReason.COMPLAINT])
async def test_leaving_by_an_address_that_was_stopped_already_is_still_a_no(
    database: Database, now: datetime, reason: SuppressionReason
) -> None:
    """They left by the link in an old mail; mailings would go on to their other address."""
    key = b"k" * 32
    async with database.write() as session:
        client = await make_client(session, email="anna@example.com")
        await suppress(
            session,
            channel=Channel.EMAIL,
            address="anna@example.com",
            reason=reason,
            marketing_only=reason is SuppressionReason.COMPLAINT,
            now=now,
        )
        token = consent.unsubscribe_token(
            key=key, channel=Channel.EMAIL, address="anna@example.com", client_id=client.id
        )
        for _ in range(2):
            assert not await consent.unsubscribe(session, leaving=consent.read_token(token, key=key), now=now)
        assert len((await session.execute(select(Consent))).scalars().all()) == 1
    found = await verdicts(database, [delivery(1, now, address="anna@work.example", client_id=client.id)], now)
    assert found == {1: Suppress(SuppressionReason.UNSUBSCRIBE)}


async def test_stop_by_sms_ends_mailings_on_every_channel(database: Database, now: datetime) -> None:
    async with database.write() as session:
        client = await make_client(session, email="anna@example.com", phone=NUMBER)
        for _ in range(2):
            await consent.stop(
                session, channel=Channel.SMS, address=NUMBER, client_id=client.id, wording="стоп", now=now
            )
    deliveries = [
        delivery(1, now, channel=Channel.SMS, address=NUMBER, marketing=False, client_id=client.id),
        delivery(2, now, channel=Channel.SMS, address=NUMBER, client_id=client.id),
        delivery(3, now, address="anna@example.com", client_id=client.id),
        delivery(4, now, address="anna@example.com", client_id=client.id, marketing=False),
    ]
    found = await verdicts(database, deliveries, now)
    assert set(found) == {1, 2, 3}
    async with database.read() as session:
        said = (await session.execute(select(Consent).order_by(Consent.id))).scalars().all()
    assert [(one.channel, one.state) for one in said] == [
        (Channel.EMAIL, ConsentState.WITHDRAWN),
        (Channel.SMS, ConsentState.WITHDRAWN),
    ]
    async with database.write() as session:
        await consent.grant(
            session, client_id=client.id, channel=Channel.SMS, address=NUMBER, how="asked by phone", now=now
        )
    assert set(await verdicts(database, deliveries, now)) == {3}


async def test_a_bounce_is_not_lifted_by_consent(database: Database, now: datetime) -> None:
    async with database.write() as session:
        client = await make_client(session)
        await suppress(
            session, channel=Channel.EMAIL, address="client1@example.com", reason=SuppressionReason.HARD_BOUNCE, now=now
        )
        await consent.grant(
            session, client_id=client.id, channel=Channel.EMAIL, address="client1@example.com", how="card", now=now
        )
    assert await verdicts(database, [delivery(1, now)], now) == {1: Suppress(SuppressionReason.HARD_BOUNCE)}


async def test_stopped_mailings_and_archived_clients(database: Database, now: datetime) -> None:
    async with database.write() as session:
        staff = await make_staff(session)
        segment = Segment(name="All", kind=SegmentKind.LIST, created_at=now)
        template = Template(name="Hello", channel=Channel.EMAIL, created_at=now)
        session.add_all([segment, template])
        await session.flush()
        mailings = []
        for state in (MailingState.RUNNING, MailingState.PAUSED, MailingState.CANCELLED):
            mailing = Mailing(
                name=state.value,
                channel=Channel.EMAIL,
                segment_id=segment.id,
                template_id=template.id,
                state=state,
                created_by_id=staff.id,
                created_at=now,
            )
            if state is MailingState.PAUSED:
                mailing.state_before_pause = MailingState.RUNNING
            session.add(mailing)
            mailings.append(mailing)
        client = await make_client(session)
        await session.flush()
        await session.execute(update(Client).where(Client.id == client.id).values(archived_at=now))
    running, paused, cancelled = mailings
    found = await verdicts(
        database,
        [
            delivery(1, now, mailing_id=running.id),
            delivery(2, now, mailing_id=paused.id),
            delivery(3, now, mailing_id=cancelled.id),
            delivery(4, now, mailing_id=running.id, client_id=client.id),
        ],
        now,
    )
    assert found == {
        2: Hold(until=now, reason="mailing-paused"),
        3: Cancel("mailing-cancelled"),
        4: Cancel("client-archived"),
    }
