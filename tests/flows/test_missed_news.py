"""What Twilio told while we were down: it calls its webhooks once, and afterwards the news is only in its lists."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database
from storage.models import Channel, DeliveryState, Outbox
from storage.queries import missed
from tests.flows.conftest import ANNA_PHONE, Day
from tests.flows.test_sms_both_ways import texts_anna


async def test_a_text_sent_while_we_were_down_is_seen_once(day: Day) -> None:
    await looked_for_news(day)
    await day.product.stop()
    await day.anna.texts("Do you still have the blue ones?")
    await day.ivan.texts("STOP")
    assert [one["error"] for one in day.sandbox.phones.failed_webhooks] == [11200, 11200]
    await day.clock.advance(minutes=1)
    await day.product.start()
    await day.rep.sees("Anna Schmidt", "Do you still have the blue ones?", patience=20)
    await day.rep.sees("STOP", "Иван Петров wants no more messages", patience=20)
    await day.product.restart()
    await listed_again(day)
    await day.anna.texts("Hello?")
    await day.rep.sees("Hello?", patience=20)
    assert await day.rep.count("Do you still have the blue ones?") == 1


async def test_a_call_and_a_delivery_told_while_we_were_down_are_known_afterwards(day: Day) -> None:
    """Ivan's call of the morning tells that calls of this number come to us."""
    await looked_for_news(day)
    await day.ivan.calls()
    await day.rep.sees("Call back: missed call at 10:00", "Иван Петров", patience=20)
    day.sandbox.phones.step_s = 3600.0  # Anna's phone is off
    await texts_anna(day, "Your order is ready")
    await day.rep.sees("Your order is ready", "sent", patience=20)
    await sent(day)
    await day.product.stop()
    [text] = [one for one in day.sandbox.phones.texts.values() if one.to_number == ANNA_PHONE]
    for status in ("sent", "delivered"):
        await day.sandbox.phones.carry(text, status)
    await day.clock.advance(minutes=7)
    await day.anna.calls()
    assert [one["sid"] for one in day.sandbox.phones.failed_webhooks[:2]] == [text.sid, text.sid]
    assert len(day.sandbox.phones.failed_webhooks) == 3
    await day.clock.advance(minutes=40)
    await day.product.start()
    await day.rep.sees("Call back: missed call at 10:07", "Anna Schmidt", button="Done", patience=20)
    await day.rep.sees("Your order is ready", "delivered", patience=20)
    await day.product.restart()
    await listed_again(day)
    assert await day.rep.count("Call back: missed call at 10:07") == 1


async def looked_for_news(day: Day) -> None:
    """What happened before the very first look would be history."""
    await until(day, _all_looked_for)


async def sent(day: Day) -> None:
    """Twilio has the text, and we its SID."""
    await until(day, _any_sent)


async def _all_looked_for(session: AsyncSession) -> bool:
    return len(await missed.found(session)) == 3


async def _any_sent(session: AsyncSession) -> bool:
    query = select(Outbox.id).where(Outbox.channel == Channel.SMS, Outbox.state == DeliveryState.SENT)
    return (await session.execute(query)).first() is not None


async def until(day: Day, holds: Callable[[AsyncSession], Awaitable[bool]]) -> None:
    """Waits for what only the database tells."""
    database = Database(day.product.settings.database)
    try:
        async with asyncio.timeout(20):
            while True:
                async with database.read() as session:
                    if await holds(session):
                        return
                await asyncio.sleep(0.02)
    finally:
        await database.close()


async def listed_again(day: Day) -> None:
    async with asyncio.timeout(20):
        while day.sandbox.world.call_counts["twilio", "messages.list", 200] < 2:
            await asyncio.sleep(0.02)
