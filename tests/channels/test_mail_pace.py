"""How fast mail may go: the settings' words, limits by domain and in all, the ramp of a new sender, and pauses of one domain."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from channels.email.pace import MailPace, read_domain_rates, read_warmup
from channels.message import Outcome, OutgoingEmail, OutgoingSms, Phase, SendResult
from channels.outbox import budgets
from channels.outbox.budgets import Charge
from channels.outbox.delivery import Delivery, Message
from channels.outbox.enqueue import PRIORITY_MAILING, PRIORITY_PERSON
from storage.database import Database, real_now
from storage.models import Channel, DeliveryState, RatePause, SendBudget
from tests.channels.outbox.play import ACCEPTED, MovedClock, PlayedSender, plan, row, states, until, worker_for

S = DeliveryState


@pytest.fixture
def clock(now: datetime) -> MovedClock:
    return MovedClock(now)


def delivery(priority: int = PRIORITY_MAILING) -> Delivery:
    moment = real_now()
    fields = dict.fromkeys(("client_id", "staff_id", "mailing_id", "message_id", "provider_id", "lease_token"))
    return Delivery(
        id=1, channel=Channel.EMAIL, kind="email", state=S.CLAIMED, priority=priority, due_at=moment, address="a@b.example",
        payload={}, marketing=False, attempts=0, created_at=moment, **fields,
    )  # fmt: skip


def letter(to: str, sender: str = "crm@us.example") -> OutgoingEmail:
    return OutgoingEmail(to, "Hello", "Text", "<x@us.example>", sender)


def paced(pace: MailPace) -> PlayedSender:
    """A sender that keeps to a pace, at one message at a time."""
    return PlayedSender(concurrency=1, charge=lambda one: pace.charges(one, letter(one.address)))


@pytest.mark.parametrize(
    ("words", "domain", "limit", "seconds"),
    [
        ("gmail.com=30/m", "gmail.com", 30, 60),
        ("GMail.com=30/M *=5/s", "gmail.com", 30, 60),
        ("gmail.com=30/m *=5/s", "*", 5, 1),
        ("mail.ru=100/h", "mail.ru", 100, 3600),
        ("x.co.th=9/d", "x.co.th", 9, 86_400),
    ],
)
def test_limits_by_domain_are_read(words: str, domain: str, limit: int, seconds: int) -> None:
    found = read_domain_rates(words)[domain]
    assert (found.limit, found.seconds) == (limit, seconds)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("gmail.com", "'gmail.com' is not domain=number"),
        ("gmail.com=30", "'gmail.com=30' is not"),
        ("gmail.com=30/y", "'gmail.com=30/y' is not"),
        ("gmail.com=-1/m", "is not domain=number"),
        ("gmail=30/m", "'gmail=30/m' is not"),
        ("gmail.com=0/m", "lets nothing through"),
        ("a.example=1/m b.example,a.example=2/m", "'a.example' stands there twice"),
        ("a.example = 1/m", "'a.example' is not"),
    ],
)
def test_a_limit_that_cannot_be_read_is_named(words: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_domain_rates(words)


@pytest.mark.parametrize("words", ["50 100 200", "50,100,200", " 50  100 200 "])
def test_a_warm_up_is_read(words: str) -> None:
    assert read_warmup(words) == (50, 100, 200)


@pytest.mark.parametrize("words", ["fifty", "50 0", "-5", "50 1e3", "5 " * 91])
def test_a_warm_up_that_cannot_be_read_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r"is not a number of messages|more than 90 days"):
        read_warmup(words)


def test_what_a_letter_takes() -> None:
    pace = MailPace(rate=2.5, domains=read_domain_rates("gmail.com,googlemail.com=30/m *=300/m"), warmup=(50, 100))
    domain, everything, ramp = pace.charges(delivery(), letter("Ann@GoogleMail.com"))
    assert domain == Charge("email:gmail.com", 1, 30, 60, of_recipient=True)
    assert everything == Charge("email:all", 1, 5, 2)
    assert ramp == Charge("email:warm-up:crm@us.example", 1, 0, 86_400, ramp=(50, 100))
    assert pace.charges(delivery(), letter("bob@x.example"))[0] == Charge(
        "email:x.example", 1, 300, 60, of_recipient=True
    )
    (own,) = (one for one in pace.charges(delivery(PRIORITY_PERSON), letter("a@b.example")) if "warm-up" in one.scope)
    assert (own.amount, own.limit, own.ramp) == (1, 0, ())
    assert list(MailPace().charges(delivery(), letter("bob@x.example"))) == [
        Charge("email:x.example", 0, 0, 1, of_recipient=True)
    ]


@pytest.mark.parametrize("rate", [0.001, 0.1, 0.5, 1, 2.5, 7, 33.3, 100_000])
def test_a_rate_becomes_whole_messages_and_never_more_than_asked(rate: float) -> None:
    (_, charge) = MailPace(rate=rate).charges(delivery(), letter("a@b.example"))
    assert charge.limit >= 1
    assert charge.limit / charge.seconds <= rate * 1.001
    assert charge.limit / charge.seconds >= rate * 0.95


def test_no_scope_is_longer_than_its_column() -> None:
    pace = MailPace(domains=read_domain_rates("*=1/m"), warmup=(1,))
    charges = pace.charges(
        delivery(), letter(f"a@{'x' * 60}.{'y' * 60}.{'z' * 60}.example", f"{'s' * 64}@{'u' * 100}.example")
    )
    assert all(len(charge.scope) <= 110 for charge in charges)
    assert len({charge.scope for charge in charges}) == len(charges)


async def test_a_domain_s_limit_holds_that_domain_only(database: Database, clock: MovedClock) -> None:
    sender = paced(MailPace(domains=read_domain_rates("slow.example=2/h")))
    for number in range(5):
        await plan(database, clock.now(), address=f"a{number}@slow.example")
        await plan(database, clock.now(), address=f"a{number}@quick.example")
    await worker_for(database, clock, sender).drain_once()
    assert Counter(address.partition("@")[2] for address in sender.sent) == {"slow.example": 2, "quick.example": 5}
    for hour in (1, 2):
        clock.advance(hours=1)
        await worker_for(database, clock, sender, owner=f"hour {hour}").drain_once()
    assert await states(database) == {S.SENT: 10}


async def test_those_who_wait_do_not_all_ask_again_at_once(database: Database, now: datetime) -> None:
    charges = [[Charge("email:slow.example", 1, 2, 3600, of_recipient=True)] for _ in range(7)]
    async with database.write() as session:
        answers = await budgets.take(session, charges, now=now)
    assert answers[:2] == [None, None]
    waits = [answer.seconds for answer in answers[2:] if answer is not None]
    assert [round((wait - waits[0]) / 3600) for wait in waits] == [0, 0, 1, 1, 2]


async def test_a_new_sender_climbs_its_ramp_and_is_free_after_it(database: Database, clock: MovedClock) -> None:
    sender = paced(MailPace(warmup=(2, 3)))
    sender.concurrency = 20  # all of them ask at once
    await plan(database, clock.now(), 12, priority=PRIORITY_MAILING)
    sent_by_day = []
    for day in range(4):
        before = len(sender.sent)
        for process in ("one", "another"):
            await worker_for(database, clock, sender, owner=f"{process} {day}").drain_once()
        sent_by_day.append(len(sender.sent) - before)
        clock.advance(days=1)
    assert sent_by_day == [2, 3, 7, 0]
    async with database.read() as session:
        marked = select(SendBudget.scope).where(SendBudget.scope.endswith(":since"))
        assert (await session.execute(marked)).scalars().all() == ["email:warm-up:crm@us.example:since"]


async def test_somebody_s_own_letter_counts_in_the_ramp_and_never_waits_for_it(
    database: Database, clock: MovedClock
) -> None:
    sender = paced(MailPace(warmup=(2, 2)))
    await plan(database, clock.now(), 3, priority=PRIORITY_PERSON)
    worker = worker_for(database, clock, sender)
    await worker.drain_once()
    assert len(sender.sent) == 3
    (late,) = await plan(database, clock.now(), priority=PRIORITY_MAILING, address="z@x.example")
    await worker.drain_once()
    assert len(sender.sent) == 3
    waiting = await row(database, late)
    assert waiting.reason == "throttled: email:warm-up:crm@us.example"
    assert clock.now() < waiting.due_at <= clock.now() + timedelta(days=1)


async def test_a_domain_that_wants_to_be_left_alone_is_by_every_process(database: Database, clock: MovedClock) -> None:
    limited = SendResult(Outcome.RATE_LIMITED, Phase.ENVELOPE, "450", "slow down", retry_after=300, of_recipient=True)

    def answer(address: str) -> SendResult:
        return limited if address.endswith("@hot.example") else ACCEPTED

    first = paced(MailPace())
    first.answer = answer
    hot = [(await plan(database, clock.now(), address=f"a{number}@hot.example"))[0] for number in range(5)]
    await plan(database, clock.now(), 5)
    await worker_for(database, clock, first).drain_once()
    assert Counter(address.partition("@")[2] for address in first.sent) == {"hot.example": 1, "example.com": 5}
    rows = [await row(database, one) for one in hot]
    assert [one.attempts for one in rows] == [0] * 5  # no try of theirs is burnt
    assert all(one.due_at > clock.now() for one in rows)
    other = paced(MailPace())
    clock.advance(minutes=10)  # the pause is real time
    (fresh,) = await plan(database, clock.now(), address="b@hot.example")
    await plan(database, clock.now(), address="b@cool.example")
    await worker_for(database, clock, other, owner="another process").drain_once()
    assert other.sent == ["b@cool.example"]
    assert (await row(database, fresh)).reason == "throttled: email:hot.example"
    async with database.write() as session:
        assert (await session.execute(select(RatePause.scope))).scalars().all() == ["email:hot.example"]
        await session.execute(update(RatePause).values(until=real_now()))
    clock.advance(minutes=10)
    await worker_for(database, clock, other, owner="a third").drain_once()
    assert len(other.sent) == 7


async def test_what_was_begun_for_a_paused_domain_is_given_back(database: Database, clock: MovedClock) -> None:
    limited = SendResult(Outcome.RATE_LIMITED, Phase.ENVELOPE, "450", "slow down", retry_after=300, of_recipient=True)
    sender = paced(MailPace())
    sender.concurrency = 4
    sender.answer = lambda _address: limited
    for number in range(40):
        await plan(database, clock.now(), address=f"a{number}@hot.example")
    await worker_for(database, clock, sender).drain_once()
    assert len(sender.sent) <= 4  # those that were on the wire together
    assert await states(database) == {S.PLANNED: 40}


async def test_a_limit_of_all_we_send_pauses_the_channel(database: Database, clock: MovedClock) -> None:
    sender = paced(MailPace())
    sender.answer = lambda _address: SendResult(Outcome.RATE_LIMITED, Phase.CONNECT, "421", "too fast", retry_after=30)
    await plan(database, clock.now(), 5)
    await worker_for(database, clock, sender).drain_once()
    async with database.read() as session:
        assert (await session.execute(select(RatePause.scope))).scalars().all() == ["email"]


def test_another_channel_s_message_takes_nothing_here() -> None:
    message: Message = letter("a@b.example")
    assert MailPace().charges(delivery(), message)
    assert MailPace(rate=1).charges(delivery(), OutgoingSms("+66812345678", "Hi")) == ()


async def test_two_processes_at_once_leave_the_domain_alone_within_a_second(
    database: Database, clock: MovedClock
) -> None:
    limited = SendResult(Outcome.RATE_LIMITED, Phase.ENVELOPE, "450", "slow down", retry_after=300, of_recipient=True)
    asked: list[float] = []

    def answer(address: str) -> SendResult:
        if not address.endswith("@hot.example"):
            return ACCEPTED
        asked.append(time.monotonic())
        return limited

    await plan(database, clock.now(), 150)
    for number in range(150):
        await plan(database, clock.now(), address=f"a{number}@hot.example")
    senders = [paced(MailPace()) for _ in range(2)]
    stop = asyncio.Event()
    workers = []
    for number, sender in enumerate(senders):
        sender.concurrency, sender.answer = 4, answer
        worker = worker_for(database, clock, sender, owner=f"process {number}")
        workers.append(asyncio.create_task(worker.run(stop)))
    await until(lambda: sum(not to.endswith("@hot.example") for sender in senders for to in sender.sent) == 150)
    await asyncio.sleep(0.5)
    stop.set()
    await asyncio.gather(*workers)
    assert asked
    assert asked[-1] - asked[0] < 1.0
    assert len(asked) <= 2 * 4 * 2  # what each had begun when it was told
    assert await states(database) == {S.SENT: 150, S.PLANNED: 150}
