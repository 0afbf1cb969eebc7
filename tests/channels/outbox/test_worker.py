"""The worker sends what is due, obeys the gate, settles by token, and never loses or doubts without cause."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from channels.message import ChatMessage, Outcome, OutgoingChat, Phase, SendResult
from channels.outbox import suppression
from channels.outbox.delivery import Cancel, Composed, Delivery, Drop, Hold, Message, Suppress, Verdict
from channels.outbox.limits import Spacing
from channels.sender import Ambiguity
from storage.database import Database, real_now
from storage.models import CardMessage, Channel, DeliveryState, Outbox, RatePause, SuppressionReason
from tests.channels.outbox.play import (
    MovedClock,
    PlayedSender,
    address_of,
    attempts,
    compose,
    plan,
    row,
    states,
    until,
    worker_for,
)
from tests.factories import make_staff

S = DeliveryState


@pytest.fixture
def clock(now: datetime) -> MovedClock:
    return MovedClock(now)


def parking(**fields: object) -> PlayedSender:
    return PlayedSender(channel=Channel.SMS, ambiguous=Ambiguity.PARK, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("words", ["550 caf\udce9 closed", "550 no\0 such user", "550 see \x1b[31m help"])
async def test_words_no_database_keeps_do_not_make_a_delivery_go_again(
    database: Database, clock: MovedClock, words: str
) -> None:
    """Servers answer in Latin-1 and worse; an end that cannot be written down would be no end."""
    sender = PlayedSender(answer=lambda _: SendResult(Outcome.PERMANENT, Phase.ENVELOPE, words[:5], words, words[-7:]))
    worker = worker_for(database, clock, sender)
    (number,) = await plan(database, clock.now())
    assert await worker.drain_once() == 1
    assert len(sender.sent) == 1
    assert await states(database) == {S.FAILED: 1}
    (attempt,) = await attempts(database, number)
    assert attempt.outcome == "permanent"
    assert attempt.reply is not None
    assert attempt.reply.startswith("550 ")


async def test_what_is_due_goes_once_and_what_is_not_waits(database: Database, clock: MovedClock) -> None:
    sender = PlayedSender()
    worker = worker_for(database, clock, sender)
    due = await plan(database, clock.now(), 25)
    await plan(database, clock.now(), due_at=clock.now() + timedelta(hours=1), address="later@example.com")
    assert await worker.drain_once() == 25
    assert await worker.drain_once() == 0
    assert len(sender.sent) == len(set(sender.sent)) == 25
    assert sender.most_at_once == 4
    assert await states(database) == {S.SENT: 25, S.PLANNED: 1}
    sent = await row(database, due[0])
    assert (sent.attempts, sent.sent_at, sent.settled_at, sent.lease_token) == (1, clock.now(), clock.now(), None)
    (attempt,) = await attempts(database, due[0])
    assert (attempt.number, attempt.outcome, attempt.finished_at) == (1, "accepted", clock.now())
    clock.advance(hours=1)
    assert await worker.drain_once() == 1


async def test_a_person_waiting_goes_before_a_mailing(database: Database, clock: MovedClock) -> None:
    sender = PlayedSender(concurrency=1)
    await plan(database, clock.now(), priority=9, address="mailing@x.org")
    await plan(database, clock.now(), priority=5, address="reminder@x.org")
    await plan(database, clock.now(), priority=0, address="person@x.org")
    await worker_for(database, clock, sender).drain_once()
    assert sender.sent == ["person@x.org", "reminder@x.org", "mailing@x.org"]


async def test_the_gate_has_the_last_word(database: Database, clock: MovedClock) -> None:
    later = clock.now() + timedelta(hours=9)
    words: dict[str, Verdict] = {
        "c0@example.com": Suppress(SuppressionReason.UNSUBSCRIBE),
        "c1@example.com": Hold(later, "quiet hours"),
        "c2@example.com": Cancel("the mailing was cancelled"),
    }

    async def gate(session: AsyncSession, deliveries: Sequence[Delivery], now: datetime) -> Mapping[int, Verdict]:
        return {one.id: words[one.address] for one in deliveries if one.address in words}

    sender = PlayedSender()
    ids = await plan(database, clock.now(), 4)
    await worker_for(database, clock, sender, gate=gate).drain_once()
    assert sender.sent == ["c3@example.com"]
    rows = [await row(database, one) for one in ids]
    assert [one.state for one in rows] == [S.SUPPRESSED, S.PLANNED, S.CANCELLED, S.SENT]
    assert (rows[0].reason, rows[1].due_at, rows[1].reason) == ("unsubscribe", later, "quiet hours")
    assert [one.attempts for one in rows] == [0, 0, 0, 1]


async def test_one_text_that_cannot_be_made_fails_alone(
    database: Database, clock: MovedClock, caplog: pytest.LogCaptureFixture
) -> None:
    async def picky(session: AsyncSession, delivery: Delivery) -> Composed:
        if delivery.address == "c1@example.com":
            raise KeyError("price")
        if delivery.address == "c2@example.com":
            return Drop("gone")
        return await compose(session, delivery)

    ids = await plan(database, clock.now(), 5)
    unknown = await plan(database, clock.now(), kind="hologram", address="h@example.com")
    await worker_for(database, clock, PlayedSender(), composers={"email": picky}).drain_once()
    rows = [await row(database, one) for one in ids]
    assert [one.state for one in rows] == [S.SENT, S.FAILED, S.CANCELLED, S.SENT, S.SENT]
    assert rows[1].reason == "not-composed: KeyError"
    kept = await row(database, unknown[0])
    assert (kept.state, kept.due_at > clock.now(), kept.attempts) == (S.PLANNED, True, 0)
    assert "hologram" in caplog.text


async def test_composers_that_take_batches_are_asked_once(database: Database, clock: MovedClock) -> None:
    class Many:
        batches = 0

        async def __call__(self, session: AsyncSession, delivery: Delivery, /) -> Composed:
            return await compose(session, delivery)

        async def many(self, session: AsyncSession, deliveries: Sequence[Delivery], /) -> Mapping[int, Composed]:
            self.batches += 1
            return {one.id: await compose(session, one) for one in deliveries[1:]}

    many = Many()
    sender = PlayedSender()
    await plan(database, clock.now(), 30)
    await worker_for(database, clock, sender, composers={"email": many}).drain_once()
    assert (many.batches, len(sender.sent)) == (1, 30)


async def test_a_no_for_now_is_tried_again_and_a_no_for_good_is_not(database: Database, clock: MovedClock) -> None:
    def answer(address: str) -> SendResult:
        return {
            "c0@example.com": SendResult(Outcome.RETRY, Phase.ENVELOPE, "450", "busy"),
            "c1@example.com": SendResult(Outcome.PERMANENT, Phase.ENVELOPE, "552", "too big"),
            "c2@example.com": SendResult(Outcome.SUPPRESS, Phase.ENVELOPE, "550", "no such user"),
        }[address]

    sender = PlayedSender(answer=answer)
    worker = worker_for(database, clock, sender)
    ids = await plan(database, clock.now(), 3)
    await worker.drain_once()
    rows = [await row(database, one) for one in ids]
    assert [one.state for one in rows] == [S.PLANNED, S.FAILED, S.FAILED]
    assert timedelta(seconds=45) <= rows[0].due_at - clock.now() <= timedelta(seconds=75)
    assert (rows[1].code, rows[1].reason) == ("552", "too big")
    async with database.read() as session:
        stopped = await suppression.is_suppressed(
            session, channel=Channel.EMAIL, addresses=["C2@example.com", "c1@example.com"], marketing=False
        )
    assert stopped == {"C2@example.com": SuppressionReason.HARD_BOUNCE}
    for _ in range(60):
        clock.advance(hours=5)
        await worker.drain_once()
    assert await states(database) == {S.FAILED: 3}
    tried = sender.sent.count("c0@example.com")
    assert tried > 20
    assert (await row(database, ids[0])).attempts == tried == len(await attempts(database, ids[0]))
    assert sender.sent.count("c1@example.com") == sender.sent.count("c2@example.com") == 1


async def test_a_rate_limit_burns_no_retry_and_stops_everybody(database: Database, clock: MovedClock) -> None:
    limited = SendResult(Outcome.RATE_LIMITED, Phase.ENVELOPE, "429", "slow down", retry_after=30)
    sender = parking(concurrency=1, answer=lambda _: limited)
    ids = await plan(database, clock.now(), 5, channel=Channel.SMS)
    await worker_for(database, clock, sender).drain_once()
    assert len(sender.sent) == 1
    assert await states(database) == {S.PLANNED: 5}
    assert [(await row(database, one)).attempts for one in ids] == [0] * 5
    other = parking()
    clock.advance(minutes=5)  # the pause is real time
    elsewhere = worker_for(database, clock, other, owner="another process")
    assert await elsewhere.drain_once() == 0
    async with database.write() as session:
        assert (await session.execute(select(RatePause.scope))).scalars().all() == ["sms"]
        await session.execute(update(RatePause).values(until=real_now()))
    assert await worker_for(database, clock, other, owner="a third").drain_once() == 5
    assert other.sent == [f"+6680000{n:04}" for n in range(5)]


async def test_a_fault_of_our_own_account_stops_the_channel_without_losing_a_try(
    database: Database, clock: MovedClock, caplog: pytest.LogCaptureFixture
) -> None:
    sender = PlayedSender(concurrency=1, answer=lambda _: SendResult(Outcome.HALT, Phase.CONNECT, "535", "bad login"))
    await plan(database, clock.now(), 5)
    worker = worker_for(database, clock, sender)
    await worker.drain_once()
    assert await worker.drain_once() == 0
    assert len(sender.sent) == 1
    assert await states(database) == {S.PLANNED: 5}
    assert [record.levelname for record in caplog.records] == ["ERROR"]


async def test_a_lost_answer_is_sent_again_by_email_and_parked_by_sms(database: Database, clock: MovedClock) -> None:
    lost = SendResult(Outcome.UNKNOWN, Phase.AFTER_DATA, "timeout", "no answer")
    email, sms = PlayedSender(answer=lambda _: lost), parking(answer=lambda _: lost)
    (letter,) = await plan(database, clock.now(), message_id="<same@us>")
    (text,) = await plan(database, clock.now(), channel=Channel.SMS)
    await worker_for(database, clock, email).drain_once()
    await worker_for(database, clock, sms).drain_once()
    assert (await row(database, letter)).state is S.PLANNED
    parked = await row(database, text)
    assert (parked.state, parked.settled_at) == (S.UNKNOWN, clock.now())
    clock.advance(days=1)
    await worker_for(database, clock, email).drain_once()
    await worker_for(database, clock, sms).drain_once()
    assert (len(email.sent), len(sms.sent)) == (2, 1)


async def test_unknown_sms_find_their_answer_at_the_provider(database: Database, clock: MovedClock) -> None:
    sender = parking(reconciles=True, answer=lambda _: SendResult(Outcome.UNKNOWN, Phase.AFTER_DATA, "timeout"))
    worker = worker_for(database, clock, sender)
    (text,) = await plan(database, clock.now(), channel=Channel.SMS)
    await worker.drain_once()
    clock.advance(minutes=1)
    assert await worker.reconcile_once() == 0
    assert (await row(database, text)).state is S.UNKNOWN
    sender.reconciled = SendResult(Outcome.RETRY)
    assert await worker.reconcile_once() == 1
    assert (await row(database, text)).state is S.PLANNED
    await worker.drain_once()
    clock.advance(minutes=1)
    sender.reconciled = SendResult(Outcome.ACCEPTED, provider_id="SM1")
    assert await worker.reconcile_once() == 1
    found = await row(database, text)
    assert (found.state, found.provider_id, found.attempts) == (S.SENT, "SM1", 2)
    assert await worker.reconcile_once() == 0


async def _interrupt(database: Database, state: DeliveryState) -> None:
    """As a killed worker leaves its rows, its lease over."""
    async with database.write() as session:
        await session.execute(
            update(Outbox).values(
                state=state, lease_token="dead", lease_owner="dead", lease_expires_at=real_now(), attempts=1
            )
        )


async def test_rows_of_a_dead_worker_are_taken_over(database: Database, clock: MovedClock) -> None:
    email, sms = PlayedSender(), parking()
    await plan(database, clock.now(), 3)
    await plan(database, clock.now(), 3, channel=Channel.SMS)
    await _interrupt(database, S.CLAIMED)
    assert await worker_for(database, clock, email).drain_once() == 3
    assert await worker_for(database, clock, sms).drain_once() == 3
    assert (len(email.sent), len(sms.sent)) == (3, 3)


async def test_what_was_cut_while_being_sent_goes_again_by_email_and_is_unknown_by_sms(
    database: Database, clock: MovedClock
) -> None:
    email, sms = PlayedSender(), parking()
    await plan(database, clock.now(), 3)
    await plan(database, clock.now(), 3, channel=Channel.SMS)
    await _interrupt(database, S.SENDING)
    await worker_for(database, clock, email).drain_once()
    await worker_for(database, clock, sms).drain_once()
    assert (len(email.sent), len(sms.sent)) == (3, 0)
    assert await states(database) == {S.SENT: 3, S.UNKNOWN: 3}


async def test_a_sent_card_is_remembered_and_an_edit_of_a_gone_one_forgets_it(
    database: Database, clock: MovedClock
) -> None:
    async with database.write() as session:
        colleague = await make_staff(session)
    numbers = iter(("501", "502"))
    sender = PlayedSender(
        channel=Channel.TELEGRAM,
        ambiguous=Ambiguity.PARK,
        answer=lambda _: SendResult(Outcome.ACCEPTED, provider_id=next(numbers)),
    )
    worker = worker_for(database, clock, sender)
    payload = {"card": "followup", "card_id": 7}
    await plan(database, clock.now(), channel=Channel.TELEGRAM, staff_id=colleague.id, payload=payload)
    await worker.drain_once()

    async def hanging() -> list[tuple[str, int, int, int]]:
        async with database.read() as session:
            columns = (CardMessage.card, CardMessage.card_id, CardMessage.chat_id, CardMessage.message_id)
            return [tuple(found) for found in await session.execute(select(*columns))]

    assert await hanging() == [("followup", 7, 1000, 501)]
    edit = {"kind": "card_edit", "staff_id": colleague.id, "payload": payload | {"message_id": 501}}
    await plan(database, clock.now(), channel=Channel.TELEGRAM, **edit)
    await worker.drain_once()
    assert await hanging() == [("followup", 7, 1000, 501)]
    sender.answer = lambda _: SendResult(Outcome.PERMANENT, Phase.ENVELOPE, "edit-gone", "message to edit not found")
    await plan(database, clock.now(), channel=Channel.TELEGRAM, **edit)
    await worker.drain_once()
    assert await hanging() == []


async def test_a_running_worker_is_woken_drains_and_stops(database: Database, clock: MovedClock) -> None:
    sender = PlayedSender()
    worker = worker_for(database, clock, sender, batch=50)
    stop = asyncio.Event()
    running = asyncio.create_task(worker.run(stop))
    await plan(database, clock.now(), 300)
    worker.wake()
    await until(lambda: len(sender.sent) == 300)
    await plan(database, clock.now(), address="last@example.com")
    await until(lambda: len(sender.sent) == 301)
    stop.set()
    await running
    assert await states(database) == {S.SENT: 301}


async def test_a_stopping_worker_gives_back_what_is_not_on_the_wire(database: Database, clock: MovedClock) -> None:
    release, entered = asyncio.Event(), asyncio.Event()

    class Slow(PlayedSender):
        async def send(self, message):  # type: ignore[no-untyped-def]
            entered.set()
            await release.wait()
            return await super().send(message)

    sender = Slow(concurrency=2)
    stop = asyncio.Event()
    await plan(database, clock.now(), 40)
    running = asyncio.create_task(worker_for(database, clock, sender).run(stop))
    async with asyncio.timeout(10):
        await entered.wait()
        stop.set()
        await asyncio.sleep(0.1)
        release.set()
        await running
    assert await states(database) == {S.SENT: 2, S.PLANNED: 38}
    async with database.read() as session:
        assert set((await session.execute(select(Outbox.attempts))).scalars()) == {0, 1}


async def test_nothing_starts_a_second_after_an_opt_out(database: Database, clock: MovedClock) -> None:
    """On a slow channel with much begun ahead, the gate's word is never older than a second when a send starts."""
    started: list[float] = []
    left_at: list[float] = []

    class Slow(PlayedSender):
        async def send(self, message):  # type: ignore[no-untyped-def]
            started.append(time.monotonic())
            await asyncio.sleep(0.1)
            return await super().send(message)

    async def gate(session: AsyncSession, deliveries: Sequence[Delivery], now: datetime) -> Mapping[int, Verdict]:
        return {one.id: Suppress(SuppressionReason.STOP) for one in deliveries} if left_at else {}

    sender = Slow(concurrency=2)
    stop = asyncio.Event()
    ids = await plan(database, clock.now(), 100)
    running = asyncio.create_task(worker_for(database, clock, sender, gate=gate).run(stop))
    await until(lambda: len(started) >= 30)
    left_at.append(time.monotonic())
    async with asyncio.timeout(20):
        while set(await states(database)) - {S.SENT, S.SUPPRESSED}:
            await asyncio.sleep(0.05)
    stop.set()
    await running
    assert max(started) <= left_at[0] + 1.0
    ended = await states(database)
    assert ended[S.SENT] == len(started) < 60
    assert ended.total() == len(ids)


async def test_a_crowded_chat_lets_the_others_pass(database: Database, clock: MovedClock) -> None:
    """Messages that their chat's pace would hold for long go back to the plan, each to its own second."""
    spacing = Spacing(interval=1.0)

    class Paced(PlayedSender):
        def ready_in(self, message: Message) -> float:
            return spacing.ready_in(address_of(message))

        async def send(self, message: Message) -> SendResult:
            assert self.ready_in(message) == 0
            spacing.take(address_of(message))
            return await super().send(message)

    sender = Paced(channel=Channel.TELEGRAM, ambiguous=Ambiguity.PARK, concurrency=8, spacing=1.0)
    crowded = await plan(database, clock.now(), 10, channel=Channel.TELEGRAM, address="1")
    await plan(database, clock.now(), channel=Channel.TELEGRAM, address="2")
    await worker_for(database, clock, sender).drain_once()
    assert sender.sent[:2] == ["1", "2"]
    assert sender.sent.count("1") == 3
    waiting = [one for one in [await row(database, one) for one in crowded] if one.state is S.PLANNED]
    assert [round((one.due_at - clock.now()).total_seconds()) for one in waiting] == [3, 4, 5, 6, 7, 8, 9]
    assert {one.attempts for one in waiting} == {0}


async def test_slow_sends_cost_no_transactions_while_they_last(database: Database, clock: MovedClock) -> None:
    release = asyncio.Event()
    began: list[float] = []

    class Stuck(PlayedSender):
        async def send(self, message):  # type: ignore[no-untyped-def]
            await release.wait()
            return await super().send(message)

    sender = Stuck(channel=Channel.SMS, ambiguous=Ambiguity.PARK, concurrency=4)
    await plan(database, clock.now(), 40, channel=Channel.SMS)
    stop = asyncio.Event()
    running = asyncio.create_task(worker_for(database, clock, sender).run(stop))
    async with asyncio.timeout(10):
        while (await states(database))[S.SENDING] < 4:
            await asyncio.sleep(0.01)
    event.listen(database.engine.sync_engine, "begin", lambda _connection: began.append(time.monotonic()))
    await asyncio.sleep(1)
    during = len(began)
    release.set()
    await until(lambda: len(sender.sent) == 40)
    stop.set()
    await running
    # On PostgreSQL the looks share the engine with the turns: five a second, each a read.
    assert during <= 12
    assert await states(database) == {S.SENT: 40}


async def test_a_send_that_outlasts_its_lease_keeps_it(database: Database, clock: MovedClock) -> None:
    release = asyncio.Event()

    class Stuck(PlayedSender):
        async def send(self, message):  # type: ignore[no-untyped-def]
            await release.wait()
            return await super().send(message)

    slow, other = Stuck(concurrency=1), PlayedSender()
    await plan(database, clock.now())
    stop = asyncio.Event()
    running = asyncio.create_task(worker_for(database, clock, slow, lease_seconds=0.6).run(stop))
    async with asyncio.timeout(10):
        while (await states(database))[S.SENDING] < 1:
            await asyncio.sleep(0.01)
    rival = worker_for(database, clock, other, owner="rival")
    for _ in range(15):
        await asyncio.sleep(0.1)
        assert await rival.drain_once() == 0
    release.set()
    await until(lambda: len(slow.sent) == 1)
    stop.set()
    await running
    assert (await states(database), other.sent) == ({S.SENT: 1}, [])


async def test_later_news_for_an_address_never_overtakes_what_waits_for_the_gate(
    database: Database, now: datetime
) -> None:
    """The first of two goes stale while its chat is paced; the second, begun afterwards, must wait behind it."""
    ready_at = time.monotonic() + 1.0
    order: list[str] = []

    class Paced(PlayedSender):
        def ready_in(self, message: Message) -> float:
            return max(0.0, ready_at - time.monotonic())

        async def send(self, message: Message) -> SendResult:
            assert isinstance(message, OutgoingChat)
            order.append(message.message.html)
            return await super().send(message)

    async def numbered(session: AsyncSession, delivery: Delivery) -> Composed:
        return OutgoingChat(int(delivery.address), ChatMessage(str(delivery.id)))

    sender = Paced(channel=Channel.TELEGRAM, ambiguous=Ambiguity.PARK)
    worker = worker_for(database, MovedClock(now), sender, composers={"card": numbered})
    stop = asyncio.Event()
    running = asyncio.create_task(worker.run(stop))
    first = await plan(database, now, 1, channel=Channel.TELEGRAM, address="77")
    await asyncio.sleep(0.6)
    second = await plan(database, now, 1, channel=Channel.TELEGRAM, address="77")
    await until(lambda: len(order) == 2)
    stop.set()
    await running
    assert order == [str(first[0]), str(second[0])]


async def test_what_is_ready_goes_and_is_settled_while_the_next_batch_is_checked(
    database: Database, clock: MovedClock
) -> None:
    release, asked = asyncio.Event(), asyncio.Event()

    async def gate(session: AsyncSession, deliveries: Sequence[Delivery], now: datetime) -> Mapping[int, Verdict]:
        if any(one.address.startswith("slow") for one in deliveries):
            asked.set()
            await release.wait()
        return {}

    sender = PlayedSender(concurrency=1)
    first = await plan(database, clock.now(), 4)
    for number in range(4):
        await plan(database, clock.now() + timedelta(seconds=1), address=f"slow{number}@x.org")
    clock.advance(seconds=1)
    stop = asyncio.Event()
    running = asyncio.create_task(worker_for(database, clock, sender, gate=gate, batch=4).run(stop))
    await asyncio.wait_for(asked.wait(), 20)
    async with asyncio.timeout(20):
        while (await states(database))[S.SENT] < len(first):
            await asyncio.sleep(0.01)
    assert sender.sent == [f"c{number}@example.com" for number in range(4)]
    release.set()
    await until(lambda: len(sender.sent) == 8)
    stop.set()
    await running
    assert await states(database) == {S.SENT: 8}


async def test_what_could_not_be_prepared_comes_back_with_its_lease(database: Database, clock: MovedClock) -> None:
    tries = 0

    async def gate(session: AsyncSession, deliveries: Sequence[Delivery], now: datetime) -> Mapping[int, Verdict]:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise OSError("the database is away")
        return {}

    sender = PlayedSender()
    await plan(database, clock.now())
    stop = asyncio.Event()
    running = asyncio.create_task(worker_for(database, clock, sender, gate=gate, lease_seconds=0.3).run(stop))
    await until(lambda: len(sender.sent) == 1)
    stop.set()
    await running
    assert await states(database) == {S.SENT: 1}


async def test_what_is_being_prepared_when_the_worker_stops_returns_to_the_plan(
    database: Database, clock: MovedClock
) -> None:
    release, asked = asyncio.Event(), asyncio.Event()

    async def gate(session: AsyncSession, deliveries: Sequence[Delivery], now: datetime) -> Mapping[int, Verdict]:
        asked.set()
        await release.wait()
        return {}

    sender = PlayedSender()
    await plan(database, clock.now(), 3)
    stop = asyncio.Event()
    running = asyncio.create_task(worker_for(database, clock, sender, gate=gate).run(stop))
    await asyncio.wait_for(asked.wait(), 20)
    stop.set()
    release.set()
    await running
    assert sender.sent == []
    assert await states(database) == {S.PLANNED: 3}
