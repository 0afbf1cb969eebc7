"""What comes back about our mail: whom it is believed of, and what it costs the delivery, the address and the client."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels import inbox
from channels.email.bounces import Action, DeliveryReport
from channels.email.reading import ParsedEmail
from channels.email.reasons import Reason
from channels.email.verp import bounce_address
from channels.outbox import returned, suppression
from channels.outbox.enqueue import enqueue
from crm import consent, inbound
from crm.deliveries import Returns, record_reports
from crm.inbound import Arrival
from storage.models import (
    BounceKind,
    Channel,
    Client,
    DeliveryEvent,
    DeliveryState,
    InboxSource,
    Outbox,
    SoftBounce,
    Suppression,
    SuppressionReason,
)
from tests.factories import make_client

KEY = b"k" * 32
RETURNS = Returns(key=KEY, soft_limit=3)
ADDRESS = "anna@baltic.example"
_numbers = itertools.count(1)


@pytest.fixture
async def anna(session: AsyncSession) -> Client:
    return await make_client(session, "Anna", email=ADDRESS)


async def sent(
    session: AsyncSession,
    now: datetime,
    *,
    client: Client | None = None,
    address: str = ADDRESS,
    marketing: bool = True,
) -> Outbox:
    made = await enqueue(
        session,
        channel=Channel.EMAIL,
        kind="email",
        address=address,
        now=now,
        message_id=f"<d{next(_numbers)}@us.example>",
        client_id=client.id if client else None,
        marketing=marketing,
    )
    row = (await session.execute(select(Outbox).where(Outbox.id == made))).scalar_one()
    row.state, row.sent_at, row.settled_at = DeliveryState.SENT, now, now
    await session.flush()
    return row


def report(
    reason: Reason,
    action: Action = Action.FAILED,
    *,
    about: Outbox | None = None,
    text: str = "said so",
    status: str = "",
) -> DeliveryReport:
    quoted = about.message_id if about is not None and about.message_id else ""
    return DeliveryReport(ADDRESS, action, status, text, quoted, reason)


async def stopped(session: AsyncSession, address: str = ADDRESS, *, marketing: bool = True) -> SuppressionReason | None:
    found = await suppression.is_suppressed(session, channel=Channel.EMAIL, addresses=[address], marketing=marketing)
    return found.get(address)


async def story(session: AsyncSession, delivery: Outbox) -> list[tuple[str, dict[str, str]]]:
    query = select(DeliveryEvent).where(DeliveryEvent.outbox_id == delivery.id).order_by(DeliveryEvent.id)
    return [(event.what, event.facts) for event in (await session.execute(query)).scalars()]


async def test_a_report_is_believed_by_the_address_it_came_to(session: AsyncSession, now: datetime) -> None:
    delivery, other = await sent(session, now), await sent(session, now, address="bob@x.example")
    ours = bounce_address("crm@us.example", delivery.id, KEY)
    # It quotes another mail of ours: who holds the token knows better.
    told = report(Reason.NO_SUCH_ADDRESS, about=other)
    assert (
        await record_reports(
            session, reports=[told], came_to=["crm@us.example", ours.upper()], returns=RETURNS, now=now
        )
        == 1
    )
    await session.refresh(delivery)
    await session.refresh(other)
    assert (delivery.state, delivery.bounce, delivery.code) == (DeliveryState.FAILED, BounceKind.HARD, "5.1.1")
    assert other.state is DeliveryState.SENT
    assert await stopped(session) is SuppressionReason.HARD_BOUNCE
    assert await stopped(session, "bob@x.example") is None


async def test_a_report_is_believed_by_the_envelope_sender_it_quotes(session: AsyncSession, now: datetime) -> None:
    delivery = await sent(session, now)
    told = DeliveryReport(
        "x@y.example",
        Action.FAILED,
        "5.1.1",
        "no",
        original_sender=bounce_address("crm@us.example", delivery.id, KEY),
    )
    assert await record_reports(session, reports=[told], returns=RETURNS, now=now) == 1


async def test_nobody_can_make_up_a_report(session: AsyncSession, now: datetime) -> None:
    delivery = await sent(session, now)
    forged = bounce_address("crm@us.example", delivery.id, b"another key")
    tries = [
        ([report(Reason.NO_SUCH_ADDRESS)], [forged]),
        ([report(Reason.NO_SUCH_ADDRESS)], ["crm+b.aaaaaaaaaaaaaaaaaaaaaaaa@us.example"]),
        ([DeliveryReport(ADDRESS, Action.FAILED, "5.1.1", "", "<guessed@us.example>")], []),
        ([DeliveryReport(ADDRESS, Action.COMPLAINED, "", "", "")], ["crm@us.example"]),
        ([DeliveryReport(ADDRESS, Action.FAILED, "5.1.1", "", "", Reason.OTHER, forged)], []),
    ]
    for reports, came_to in tries:
        assert await record_reports(session, reports=reports, came_to=came_to, returns=RETURNS, now=now) is None
    await session.refresh(delivery)
    assert (delivery.state, delivery.bounce) == (DeliveryState.SENT, None)
    assert await stopped(session) is None


async def test_without_a_key_no_token_is_believed(session: AsyncSession, now: datetime) -> None:
    delivery = await sent(session, now)
    came_to = [bounce_address("crm@us.example", delivery.id, b"")]
    assert await record_reports(session, reports=[report(Reason.FULL)], came_to=came_to, now=now) is None


@pytest.mark.parametrize(
    ("reason", "kind", "stops", "code"),
    [
        (Reason.NO_SUCH_ADDRESS, BounceKind.HARD, SuppressionReason.HARD_BOUNCE, "5.1.1"),
        (Reason.NO_SUCH_DOMAIN, BounceKind.HARD, SuppressionReason.HARD_BOUNCE, "5.1.2"),
        (Reason.FULL, BounceKind.SOFT, None, "5.2.2"),
        (Reason.DISABLED, BounceKind.SOFT, None, "5.2.1"),
        (Reason.SPAM, BounceKind.BLOCK, None, "5.7.1"),
        (Reason.AUTHENTICATION, BounceKind.BLOCK, None, "5.7.1"),
        (Reason.TOO_BIG, BounceKind.BLOCK, None, "5.3.4"),
    ],
)
async def test_each_kind_costs_what_it_should(
    session: AsyncSession,
    now: datetime,
    reason: Reason,
    kind: BounceKind,
    stops: SuppressionReason | None,
    code: str,
) -> None:
    delivery = await sent(session, now)
    assert await record_reports(session, reports=[report(reason, about=delivery)], returns=RETURNS, now=now) == 1
    await session.refresh(delivery)
    assert (delivery.state, delivery.bounce, delivery.code, delivery.reason) == (
        DeliveryState.FAILED,
        kind,
        code,
        "said so",
    )
    assert await stopped(session) is stops
    ((what, facts),) = await story(session, delivery)
    assert what == "bounced"
    assert facts == {"reason": reason.value, "status": "", "diagnostic": "said so", "kind": kind.value}


async def test_the_server_s_own_code_stays_where_it_fits(session: AsyncSession, now: datetime) -> None:
    fits, lies = await sent(session, now), await sent(session, now)
    for delivery, status in ((fits, "4.2.2"), (lies, "5.1.1")):
        told = report(Reason.FULL, about=delivery, text="mailbox full", status=status)
        await record_reports(session, reports=[told], returns=RETURNS, now=now)
        await session.refresh(delivery)
    assert (fits.code, lies.code) == ("4.2.2", "5.2.2")


async def test_soft_ones_in_a_row_end_an_address(session: AsyncSession, anna: Client, now: datetime) -> None:
    for number in range(3):
        assert await stopped(session) is None
        moment = now + timedelta(hours=number)
        delivery = await sent(session, moment, client=anna)
        await record_reports(session, reports=[report(Reason.FULL, about=delivery)], returns=RETURNS, now=moment)
    assert await stopped(session) is SuppressionReason.SOFT_BOUNCE
    assert await stopped(session, marketing=False) is SuppressionReason.SOFT_BOUNCE


async def test_one_delivery_counts_once_however_many_notices_come(session: AsyncSession, now: datetime) -> None:
    delivery = await sent(session, now)
    for _ in range(5):
        await record_reports(session, reports=[report(Reason.FULL, about=delivery)], returns=RETURNS, now=now)
    assert (await session.execute(select(SoftBounce.count))).scalar_one() == 1
    assert len(await story(session, delivery)) == 1


async def test_what_was_silent_for_a_week_got_through(session: AsyncSession, anna: Client, now: datetime) -> None:
    for number in range(2):
        delivery = await sent(session, now + timedelta(hours=number), client=anna)
        await record_reports(session, reports=[report(Reason.FULL, about=delivery)], returns=RETURNS, now=now)
    await sent(session, now + timedelta(days=1), client=anna)  # nothing came back about this one
    later = now + timedelta(days=9)
    delivery = await sent(session, later, client=anna)
    await record_reports(session, reports=[report(Reason.FULL, about=delivery)], returns=RETURNS, now=later)
    assert (await session.execute(select(SoftBounce.count))).scalar_one() == 1
    assert await stopped(session) is None


async def test_a_report_of_arrival_and_a_mail_of_theirs_forget_what_was_refused(
    session: AsyncSession, anna: Client, now: datetime
) -> None:
    async def refuse() -> None:
        delivery = await sent(session, now, client=anna)
        await record_reports(session, reports=[report(Reason.FULL, about=delivery)], returns=RETURNS, now=now)
        assert (await session.execute(select(SoftBounce.count))).scalar_one() == 1

    await refuse()
    arrived = await sent(session, now, client=anna)
    assert await record_reports(session, reports=[report(Reason.OTHER, Action.DELIVERED, about=arrived)], now=now) == 1
    await session.refresh(arrived)
    assert arrived.state is DeliveryState.DELIVERED
    assert (await session.execute(select(SoftBounce.count))).first() is None
    await refuse()
    inbox_id = await inbox.store(session, source=InboxSource.EMAIL, external_id="m1", now=now)
    assert inbox_id
    email = ParsedEmail(from_address=ADDRESS, message_id="<a1@baltic.example>", subject="Hi", text="Hello")
    await inbound.receive_email(session, email=email, files=(), arrival=Arrival(inbox_id, now), now=now)
    assert (await session.execute(select(SoftBounce.count))).first() is None


async def test_a_delay_changes_nothing_but_is_told(session: AsyncSession, now: datetime) -> None:
    delivery = await sent(session, now)
    late = report(Reason.GREYLISTED, Action.DELAYED, about=delivery, text="x" * 1000, status="4.7.1")
    assert await record_reports(session, reports=[late], returns=RETURNS, now=now) == 1
    await session.refresh(delivery)
    assert (delivery.state, delivery.bounce) == (DeliveryState.SENT, None)
    ((what, facts),) = await story(session, delivery)
    assert (what, facts["status"], len(facts["diagnostic"])) == ("delayed", "4.7.1", 300)
    # In the end it failed.
    assert (
        await record_reports(session, reports=[report(Reason.EXPIRED, about=delivery)], returns=RETURNS, now=now) == 1
    )
    assert [what for what, _ in await story(session, delivery)] == ["delayed", "bounced"]


async def test_a_doubt_of_the_sender_costs_nothing_and_is_still_shown(
    session: AsyncSession, anna: Client, now: datetime
) -> None:
    delivery = await sent(session, now, client=anna)
    doubt = report(Reason.AUTHENTICATION, Action.UNPROVEN, about=delivery, text="dkim=fail header.d=us.example")
    assert await record_reports(session, reports=[doubt], returns=RETURNS, now=now) is None  # its reader has to see it
    await session.refresh(delivery)
    assert (delivery.state, delivery.bounce, await stopped(session)) == (DeliveryState.SENT, None, None)
    ((what, facts),) = await story(session, delivery)
    assert (what, facts["diagnostic"]) == ("unproven", "dkim=fail header.d=us.example")


async def test_of_a_mail_to_several_the_one_whose_mail_was_sent_on_is_known_by_its_first_address(
    session: AsyncSession, anna: Client, now: datetime
) -> None:
    first, second = await sent(session, now, client=anna), await sent(session, now, address="bob@x.example")
    second.message_id = first.message_id
    await session.flush()
    gone = DeliveryReport(
        "bob.new@y.example",
        Action.FAILED,
        "5.1.1",
        "no such user",
        first.message_id or "",
        Reason.NO_SUCH_ADDRESS,
        also_named=("Bob@x.example",),
    )
    assert await record_reports(session, reports=[gone], returns=RETURNS, now=now) == 1
    await session.refresh(first)
    await session.refresh(second)
    assert (first.bounce, second.bounce) == (None, BounceKind.HARD)


async def test_a_complaint_ends_all_mailings_and_keeps_letters(
    session: AsyncSession, anna: Client, now: datetime
) -> None:
    delivery = await sent(session, now, client=anna)
    complaint = report(Reason.COMPLAINT, Action.COMPLAINED, about=delivery, text="abuse")
    assert await record_reports(session, reports=[complaint], returns=RETURNS, now=now) == 1
    assert await record_reports(session, reports=[complaint], returns=RETURNS, now=now) == 0
    await session.refresh(delivery)
    assert (delivery.state, delivery.bounce) == (DeliveryState.SENT, BounceKind.COMPLAINT)
    assert await stopped(session) is SuppressionReason.COMPLAINT
    assert await stopped(session, marketing=False) is None
    for channel in consent.MARKETING_CHANNELS:
        assert await consent.withdrawn(session, client_ids=[anna.id], channel=channel) == {anna.id}
    ((what, facts),) = await story(session, delivery)
    assert (what, facts["diagnostic"]) == ("complained", "abuse")


async def test_a_complaint_never_opens_a_dead_address(session: AsyncSession, now: datetime) -> None:
    first, second = await sent(session, now), await sent(session, now)
    await record_reports(session, reports=[report(Reason.NO_SUCH_ADDRESS, about=first)], returns=RETURNS, now=now)
    complaint = report(Reason.COMPLAINT, Action.COMPLAINED, about=second)
    await record_reports(session, reports=[complaint], returns=RETURNS, now=now)
    row = (await session.execute(select(Suppression))).scalar_one()
    assert (row.reason, row.marketing_only) == (SuppressionReason.HARD_BOUNCE, False)


async def test_the_worst_that_came_back_stays(session: AsyncSession, now: datetime) -> None:
    delivery = await sent(session, now)
    for reason, kind in ((Reason.FULL, "soft"), (Reason.NO_SUCH_ADDRESS, "hard"), (Reason.SPAM, "hard")):
        await record_reports(session, reports=[report(reason, about=delivery)], returns=RETURNS, now=now)
        await session.refresh(delivery)
        assert delivery.bounce == kind
    assert [facts["kind"] for _, facts in await story(session, delivery)] == ["soft", "hard"]
    assert await stopped(session) is SuppressionReason.HARD_BOUNCE


async def test_of_many_recipients_ours_counts_else_the_gravest(session: AsyncSession, now: datetime) -> None:
    first, second = await sent(session, now), await sent(session, now, address="list@x.example")
    for delivery, kind in ((first, BounceKind.SOFT), (second, BounceKind.HARD)):
        reports = [
            DeliveryReport(
                "gone@x.example", Action.FAILED, "5.1.1", "", delivery.message_id or "", Reason.NO_SUCH_ADDRESS
            ),
            DeliveryReport(ADDRESS.upper(), Action.FAILED, "5.2.2", "", delivery.message_id or "", Reason.FULL),
            DeliveryReport("late@x.example", Action.DELAYED, "4.4.1", "", delivery.message_id or ""),
        ]
        assert await record_reports(session, reports=reports, returns=RETURNS, now=now) == 1
        await session.refresh(delivery)
        assert delivery.bounce is kind


async def test_a_bounce_that_overtakes_our_own_noting_still_stops_the_address(
    session: AsyncSession, now: datetime
) -> None:
    delivery = await sent(session, now)
    delivery.state = DeliveryState.PLANNED  # a lost answer: it is to be sent once more
    await session.flush()
    await record_reports(session, reports=[report(Reason.NO_SUCH_ADDRESS, about=delivery)], returns=RETURNS, now=now)
    await session.refresh(delivery)
    assert (delivery.state, delivery.bounce) == (DeliveryState.PLANNED, BounceKind.HARD)
    assert await stopped(session) is SuppressionReason.HARD_BOUNCE


async def test_the_default_limit_is_the_setting_s(session: AsyncSession) -> None:
    assert Returns().soft_limit == returned.SOFT_LIMIT == 5
