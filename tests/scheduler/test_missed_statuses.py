# ruff: noqa: F811  (fixtures of the stand-ins, borrowed by name)
"""How our SMS ended where no webhook told it: found in Twilio's one list, acted on as usual, asked about ever more rarely."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.twilio_phones import Text
from scheduler import missed
from scheduler.missed import Look
from scheduler.missed_statuses import DEPTHS, depth_between
from storage.models import DeliveryState, InboxSource
from tests.scheduler.missed_desk import Desk, desk, sandbox  # noqa: F401  (fixtures)

STATUS = InboxSource.SMS_STATUS
QUARTER = timedelta(minutes=15)


async def untold(desk: Desk, status: str, *, ago: timedelta = timedelta(minutes=20), **more: int) -> tuple[Text, int]:
    """An SMS that came to its end while nobody listened."""
    text, outbox_id = await desk.send()
    if status != "failed":
        await desk.sandbox.phones.carry(text, "sent")
    await desk.sandbox.phones.carry(text, status, **more)
    desk.sandbox.clock.advance(ago)
    return text, outbox_id


async def test_a_missed_end_is_the_row_its_webhook_would_have_made(desk: Desk) -> None:
    text, outbox_id = await untold(desk, "delivered")
    assert await desk.loop.look(desk.statuses) == Look(found=1)
    [row] = await desk.rows(STATUS)
    assert (row.external_id, row.lane) == (f"{text.sid}:delivered", text.sid)
    assert row.payload == {
        "MessageSid": text.sid,
        "AccountSid": desk.sandbox.accounts.twilio_account_sid,
        "From": text.from_number,
        "To": text.to_number,
        "MessageStatus": "delivered",
    }
    await desk.handled()
    assert (await desk.delivery(outbox_id)).state is DeliveryState.DELIVERED
    assert await desk.status_webhook(text, "delivered") is None, "late, it makes no second one"
    desk.sandbox.clock.advance(timedelta(hours=5))
    asked = desk.asked("messages.list")
    assert await desk.loop.look(desk.statuses) == Look()
    assert desk.asked("messages.list") == asked, "nothing is open any more"


@pytest.mark.parametrize(
    ("status", "code", "state", "stopped"),
    [
        ("undelivered", 30006, DeliveryState.FAILED, True),
        ("failed", 21610, DeliveryState.FAILED, True),
        ("failed", 30004, DeliveryState.FAILED, False),
        ("undelivered", 30003, DeliveryState.PLANNED, False),
    ],
)
async def test_what_the_code_says_is_acted_on_as_usual(
    desk: Desk, status: str, code: int, state: DeliveryState, stopped: bool
) -> None:
    """Also of one that was never sent, and has no such date in the list."""
    _, outbox_id = await untold(desk, status, error_code=code)
    assert await desk.loop.look(desk.statuses) == Look(found=1)
    await desk.handled()
    delivery = await desk.delivery(outbox_id)
    assert (delivery.state, delivery.code) == (state, str(code))
    assert await desk.stopped() == stopped


async def test_nothing_is_asked_while_nothing_is_open(desk: Desk) -> None:
    """A call that rang a colleague is a row of this channel too, and no text."""
    await desk.taken("CA" + "0" * 32, kind="call")
    text, _ = await untold(desk, "delivered")
    await desk.status_webhook(text, "delivered")
    await desk.handled()
    for _ in range(20):
        desk.sandbox.clock.advance(timedelta(hours=1))
        assert await desk.loop.look(desk.statuses) == Look()
    assert desk.asked("messages.list") == 0


async def test_what_the_webhook_may_still_tell_is_left_to_it(desk: Desk) -> None:
    _, young = await untold(desk, "delivered", ago=timedelta(minutes=14))
    assert await desk.loop.look(desk.statuses) == Look()
    assert desk.asked("messages.list") == 0
    desk.sandbox.clock.advance(QUARTER)
    text, _ = await desk.send()
    desk.sandbox.clock.advance(timedelta(minutes=20))
    await desk.sandbox.phones.carry(text, "delivered")  # this very moment
    desk.sandbox.clock.advance(timedelta(seconds=29))
    assert await desk.loop.look(desk.statuses) == Look(found=1)
    await desk.handled()
    assert (await desk.delivery(young)).state is DeliveryState.DELIVERED
    desk.sandbox.clock.advance(QUARTER)
    assert await desk.loop.look(desk.statuses) == Look(found=1)


async def test_what_still_goes_on_and_what_is_not_ours_is_left_alone(desk: Desk) -> None:
    text, outbox_id = await untold(desk, "sent")
    stranger = desk.sandbox.phones.send(to="+79161234567", body="by another program", callback_url=None)
    await desk.sandbox.phones.carry(stranger, "delivered")
    await desk.write("an answer")
    assert await desk.loop.look(desk.statuses) == Look()
    assert desk.asked("messages.list") == 1
    assert await desk.rows(STATUS) == []
    await desk.sandbox.phones.carry(text, "delivered")
    desk.sandbox.clock.advance(timedelta(hours=1))
    assert await desk.loop.look(desk.statuses) == Look(found=1)
    await desk.handled()
    assert (await desk.delivery(outbox_id)).state is DeliveryState.DELIVERED


async def test_a_carrier_that_never_tells_is_not_asked_for_ever(desk: Desk) -> None:
    _, outbox_id = await untold(desk, "sent")
    by_day = []
    for _ in range(5):
        before = desk.asked("messages.list")
        for _ in range(24 * 4):
            desk.sandbox.clock.advance(QUARTER)
            await desk.loop.look(desk.statuses)
        by_day.append(desk.asked("messages.list") - before)
    assert sum(by_day) <= 18, "some fifteen times in all"
    assert by_day[1] in (1, 2)
    assert by_day[2] in (1, 2)
    assert by_day[3:] == [0, 0]
    assert (await desk.delivery(outbox_id)).state is DeliveryState.SENT


async def test_one_list_serves_all_that_are_open_in_pages(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.sms.twilio._PAGE", 10)
    monkeypatch.setattr(missed, "MOST_AT_ONCE", 12)
    for _ in range(30):
        desk.sandbox.phones.send(to="+79161234567", body="long ago", callback_url=None)
    desk.sandbox.clock.advance(timedelta(hours=2))
    deliveries = []
    for number in range(25):
        text, outbox_id = await desk.send()
        await desk.sandbox.phones.carry(text, "delivered")
        deliveries.append((text.sid, outbox_id))
        desk.sandbox.clock.advance(timedelta(seconds=number % 2))
    desk.sandbox.clock.advance(timedelta(minutes=20))
    assert await desk.loop.look(desk.statuses) == Look(found=25)
    assert [row.lane for row in await desk.rows(STATUS)] == [sid for sid, _ in deliveries]
    assert desk.asked("messages.list") == 3 * 4, "read thrice: to the first page of what is older, no further"
    await desk.handled()
    for _, outbox_id in deliveries:
        assert (await desk.delivery(outbox_id)).state is DeliveryState.DELIVERED


def test_how_far_back_is_asked_falls_with_age() -> None:
    noon = datetime(2026, 11, 27, 12, tzinfo=UTC)
    assert depth_between(noon, noon + timedelta(minutes=14)) is None
    assert depth_between(noon, noon + QUARTER) == timedelta(hours=1)
    assert depth_between(noon, noon + timedelta(hours=1)) == timedelta(hours=4)
    assert depth_between(noon, noon + timedelta(days=9)) == timedelta(hours=72)
    for minutes in range(15, 72 * 60, 5):
        away = timedelta(minutes=minutes)
        depth = depth_between(noon, noon + away)
        assert depth is not None
        assert depth >= away or away > timedelta(hours=54), (
            "what was sent before we went down is asked about when we are back"
        )
    assert list(DEPTHS) == sorted(DEPTHS, reverse=True)
