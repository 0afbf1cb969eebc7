"""What a client chooses on their page holds at once: languages, channels, topics, each with its trace."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox import suppression
from channels.outbox.delivery import Delivery, Suppress
from crm import consent, mailings
from crm.consent import Chosen, Leaving, topics
from crm.errors import NotAllowed
from storage.models import (
    Channel,
    Client,
    Consent,
    ConsentState,
    DeliveryState,
    Language,
    MailingState,
    Outbox,
    Role,
    Staff,
    SuppressionReason,
    Touch,
    TouchKind,
)
from tests.factories import make_client, make_staff
from tests.factories.mailings import make_delivery, make_mailing

ADDRESS, PHONE = "anna@example.com", "+4915112345678"


@pytest.fixture
async def manager(session: AsyncSession) -> Staff:
    return await make_staff(session, Role.MANAGER)


@pytest.fixture
async def anna(session: AsyncSession) -> Client:
    return await make_client(session, "Anna", email=ADDRESS, phone=PHONE)


def link(client: Client, mailing_id: int | None = None) -> Leaving:
    return Leaving(Channel.EMAIL, suppression.address_hash(Channel.EMAIL, ADDRESS), client.id, mailing_id)


async def marketing(session: AsyncSession, now: datetime) -> dict[Channel, bool]:
    """Whether mailings reach them, as the gate says."""
    rows = (await session.execute(select(Outbox).order_by(Outbox.id))).scalars().all()
    deliveries = [Delivery(*(getattr(row, name) for name in Delivery._fields)) for row in rows]
    verdicts = await consent.gate(session, deliveries, now)
    return {one.channel: not isinstance(verdicts.get(one.id), Suppress) for one in deliveries}


async def planned(session: AsyncSession, client: Client, now: datetime) -> None:
    for channel, address in ((Channel.EMAIL, ADDRESS), (Channel.SMS, PHONE)):
        row = Outbox(channel=channel, kind="mailing", due_at=now, address=address, marketing=True, client_id=client.id)
        row.created_at = now
        session.add(row)
    await session.flush()


async def test_a_channel_left_and_taken_again(session: AsyncSession, anna: Client, now: datetime) -> None:
    await planned(session, anna, now)
    found = await consent.choices(session, leaving=link(anna))
    assert found is not None
    assert found.channels == {Channel.EMAIL: True, Channel.SMS: True}
    assert await marketing(session, now) == {Channel.EMAIL: True, Channel.SMS: True}
    for _ in range(2):
        await consent.choose(session, leaving=link(anna), chosen=Chosen(Language.TH, [Channel.EMAIL], []), now=now)
    assert await marketing(session, now) == {Channel.EMAIL: True, Channel.SMS: False}
    assert anna.language is Language.TH
    await consent.choose(session, leaving=link(anna), chosen=Chosen(Language.TH, list(Channel), []), now=now)
    assert await marketing(session, now) == {Channel.EMAIL: True, Channel.SMS: True}
    said = (await session.execute(select(Consent).order_by(Consent.id))).scalars().all()
    assert [(one.channel, one.state, one.how) for one in said] == [
        (Channel.SMS, ConsentState.WITHDRAWN, "page"),
        (Channel.SMS, ConsentState.GRANTED, "page"),
    ]


async def test_a_dead_address_is_not_offered(session: AsyncSession, anna: Client, now: datetime) -> None:
    await suppression.suppress(
        session, channel=Channel.EMAIL, address=ADDRESS, reason=SuppressionReason.HARD_BOUNCE, now=now
    )
    found = await consent.choices(session, leaving=link(anna))
    assert found is not None
    assert list(found.channels) == [Channel.SMS]
    await consent.choose(session, leaving=link(anna), chosen=Chosen(Language.EN, list(Channel), []), now=now)
    assert await suppression.is_suppressed(session, channel=Channel.EMAIL, addresses=[ADDRESS])


async def test_stop_everything_needs_no_client(session: AsyncSession, anna: Client, now: datetime) -> None:
    await planned(session, anna, now)
    await consent.leave_all(session, leaving=link(anna), now=now)
    assert await marketing(session, now) == {Channel.EMAIL: False, Channel.SMS: False}
    gone = Leaving(Channel.SMS, suppression.address_hash(Channel.SMS, "+79160000000"), 999_999, None)
    assert await consent.choices(session, leaving=gone) is None
    assert not await consent.choose(session, leaving=gone, chosen=Chosen(Language.EN, [], []), now=now)
    await consent.leave_all(session, leaving=gone, now=now)
    assert await suppression.is_suppressed(session, channel=Channel.SMS, addresses=["+79160000000"])


async def test_a_topic_left_keeps_its_mailings_away_and_only_those(
    session: AsyncSession, manager: Staff, anna: Client, now: datetime
) -> None:
    anna.city, anna.city_key = "Bangkok", "bangkok"
    prices = await topics.create(
        session, actor=manager, name="Prices", titles={Language.EN: "New prices", Language.RU: "Новые цены"}, now=now
    )
    events = await topics.create(session, actor=manager, name="Events", titles={}, now=now)
    found = await consent.choices(session, leaving=link(anna))
    assert found is not None
    assert [(one.title, one.wanted) for one in found.topics] == [("Events", True), ("New prices", True)]
    await consent.choose(session, leaving=link(anna), chosen=Chosen(Language.EN, list(Channel), [events.id]), now=now)
    about = await make_mailing(session, manager, now=now, state=MailingState.DRAFT)
    about.topic_id = prices.id
    await session.flush()
    seen = await mailings.look(session, actor=manager, mailing=about, now=now)
    assert (seen.refused, seen.reached) == (1, 0)
    about.state = MailingState.RUNNING
    rows = []
    for topic in (prices.id, events.id, None):
        mailing = await make_mailing(session, manager, now=now)
        mailing.topic_id = topic
        rows.append(await make_delivery(session, mailing, now=now, client=anna, state=DeliveryState.PLANNED))
    deliveries = [Delivery(*(getattr(row, name) for name in Delivery._fields)) for row in rows]
    assert await consent.gate(session, deliveries, now) == {rows[0].id: Suppress(topics.TOPIC)}
    await consent.choose(
        session, leaving=link(anna), chosen=Chosen(Language.EN, list(Channel), [events.id, prices.id, 999]), now=now
    )
    assert await consent.gate(session, deliveries, now) == {}


async def test_topics_are_made_by_managers_once(session: AsyncSession, manager: Staff, now: datetime) -> None:
    rep = await make_staff(session)
    with pytest.raises(NotAllowed):
        await topics.create(session, actor=rep, name="Prices", titles={}, now=now)
    made = await topics.create(session, actor=manager, name=" Prices ", titles={}, now=now)
    with pytest.raises(topics.TopicNameTaken):
        await topics.create(session, actor=manager, name="Prices", titles={}, now=now)
    assert (await topics.page(session, actor=rep, limit=5))[1] == 1
    await topics.archive(session, actor=manager, topic_id=made.id, now=now)
    assert (await topics.page(session, actor=rep, limit=5))[1] == 0


async def test_whoever_leaves_is_counted_with_the_mailing(
    session: AsyncSession, manager: Staff, anna: Client, now: datetime
) -> None:
    mailing = await make_mailing(session, manager, now=now)
    row = await make_delivery(session, mailing, now=now, client=anna)
    for _ in range(2):
        await consent.unsubscribe(session, leaving=link(anna, mailing.id), now=now)
    other = await make_mailing(session, manager, now=now)
    again = await make_delivery(session, other, now=now, client=anna)
    await consent.choose(session, leaving=link(anna), chosen=Chosen(Language.EN, list(Channel), []), now=now)
    await consent.choose(session, leaving=link(anna, other.id), chosen=Chosen(Language.EN, [], []), now=now)
    touches = (await session.execute(select(Touch).order_by(Touch.id))).scalars().all()
    assert [(one.outbox_id, one.kind) for one in touches] == [
        (row.id, TouchKind.UNSUBSCRIBE),
        (again.id, TouchKind.UNSUBSCRIBE),
    ]
