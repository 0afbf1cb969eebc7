"""How SMS of ours ended, where no webhook told it: asked of Twilio's one list of messages, and only while some are open.

Some carriers never tell, so that asking must come to an end: after three days Twilio itself expects no more news
(https://help.twilio.com/articles/223134347). Until then a text is asked about ever more rarely, whatever the pace of the
loop: in its first hour every quarter of an hour, in its third day every eighteen hours, some fifteen times in all.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from channels import inbox
from channels.sms.told import EndedSms
from channels.sms.twilio import TwilioSms
from scheduler.clock import Clock
from scheduler.missed import WEBHOOK_TAKES, Listed, Pages
from storage.database import Database
from storage.models import InboxSource
from storage.queries import missed as rows
from storage.queries.missed import Looks

# Most carriers tell within seconds or minutes.
OPEN_AFTER: Final = timedelta(minutes=15)
# How far back is asked, the deepest first: each every quarter of its depth, so that all ages cost the same.
DEPTHS: Final = tuple(timedelta(hours=one) for one in (72, 24, 12, 4, 1))
_PARTS: Final = 4
# Twilio's clock and ours.
_CLOCK_SLACK: Final = timedelta(minutes=5)


class MissedStatuses:
    """Twilio is asked when SMS sent a while ago are still without their end."""

    name = "statuses"
    source = InboxSource.SMS_STATUS

    def __init__(self, *, database: Database, clock: Clock, twilio: TwilioSms) -> None:
        self._database = database
        self._clock = clock
        self._twilio = twilio

    async def lists(self, known: Looks, now: datetime) -> Sequence[Pages]:
        depth = depth_between(known.last, now)
        if depth is None:
            return ()
        until = now - OPEN_AFTER
        async with self._database.read() as session:
            oldest = await rows.oldest_untold(session, since=now - depth, until=until)
        return () if oldest is None else (partial(self._pages, oldest - _CLOCK_SLACK, until),)

    async def _pages(self, since: datetime, until: datetime) -> AsyncGenerator[list[Listed], None]:
        async with aclosing(self._twilio.ended_since(since=since)) as pages:
            async for page in pages:
                # One that ended this very moment is left to its webhook.
                ended = [one for one in page if self._clock.now() - one.updated_at >= WEBHOOK_TAKES]
                async with self._database.read() as session:
                    untold = await rows.untold(session, sids={one.sid for one in ended}, until=until)
                yield [Listed(_key(one), one.updated_at, partial(_arrival, one)) for one in ended if one.sid in untold]


def depth_between(last: datetime, now: datetime) -> timedelta | None:
    """How far back a look now has to ask, after one at `last`: the deepest whose turn came in between, by the clock."""
    for depth in DEPTHS:
        turn = depth.total_seconds() / _PARTS
        if last.timestamp() // turn < now.timestamp() // turn:
            return depth
    return None


def _key(sms: EndedSms) -> str:
    return f"{sms.sid}:{sms.status}"


async def _arrival(sms: EndedSms) -> inbox.Arrival:
    return inbox.Arrival(_key(sms), lane=sms.sid, payload=sms.fields())
