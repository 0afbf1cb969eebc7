"""Calls of customers that no webhook brought: Twilio said an error to the caller, and the call stands in its list of calls.

Whatever came of it there, nobody here was rung: the call is one we missed.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from channels import inbox
from channels.sms.told import ReceivedCall
from channels.sms.twilio import TwilioSms
from crm.calls import Door
from scheduler.missed import Listed, Pages, asked_since
from scheduler.missed_numbers import SeenNumbers
from storage.database import Database
from storage.models import InboxSource
from storage.queries import missed as rows
from storage.queries.missed import Looks

# A number whose webhook brought no call for so long may be answered by somebody else: its calls are none of ours.
NUMBERS_FROM: Final = timedelta(days=30)
# The caller may be with something of Twilio's first (a menu), and come to us afterwards.
MAY_YET_COME: Final = timedelta(minutes=10)
_GOING_ON: Final = frozenset({"queued", "ringing", "in-progress"})


class MissedCalls:
    """Asked about are the numbers whose webhook has brought calls lately."""

    name = "calls"
    source = InboxSource.CALL

    def __init__(self, *, database: Database, twilio: TwilioSms) -> None:
        self._twilio = twilio
        self._called = SeenNumbers(database=database, query=rows.called_numbers, period=NUMBERS_FROM)

    async def lists(self, known: Looks, now: datetime) -> Sequence[Pages]:
        return [partial(self._pages, number, asked_since(known), now) for number in await self._called.at(now)]

    async def _pages(self, number: str, since: datetime, now: datetime) -> AsyncGenerator[list[Listed], None]:
        async with aclosing(self._twilio.calls_since(to=number, since=since)) as pages:
            async for page in pages:
                yield [
                    Listed(_key(call), call.started_at, partial(_arrival, call))
                    for call in page
                    if not _may_yet_come(call, now)
                ]


def _may_yet_come(call: ReceivedCall, now: datetime) -> bool:
    return call.status in _GOING_ON and now - call.started_at < MAY_YET_COME


def _key(call: ReceivedCall) -> str:
    return f"{call.sid}:{Door.INCOMING}"


async def _arrival(call: ReceivedCall) -> inbox.Arrival:
    payload = {"door": Door.INCOMING.value, "call": "", "fields": call.fields()}
    return inbox.Arrival(_key(call), lane=call.sid, payload=payload)
