"""Texts that no webhook brought, perhaps a STOP: what came in to our numbers by Twilio's list of messages."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from channels import inbox
from channels.sms.received import ReceivedSms
from channels.sms.twilio import TwilioSms
from scheduler.missed import Listed, Pages, asked_since
from scheduler.missed_numbers import SeenNumbers
from storage.database import Database
from storage.models import InboxSource
from storage.queries import missed as rows
from storage.queries.missed import Looks

NUMBERS_FROM: Final = timedelta(days=90)
_LANE: Final = 120


class MissedTexts:
    """`numbers` are ours for certain; with `follows` those that texts came in to are asked about too."""

    name = "texts"
    source = InboxSource.SMS

    def __init__(self, *, database: Database, twilio: TwilioSms, numbers: Collection[str], follows: bool) -> None:
        self._twilio = twilio
        self.numbers = sorted(set(numbers))
        self.follows = follows
        self._texted = SeenNumbers(database=database, query=rows.texted_numbers, period=NUMBERS_FROM)

    async def lists(self, known: Looks, now: datetime) -> Sequence[Pages]:
        texted = await self._texted.at(now) if self.follows else ()
        return [partial(self._pages, number, asked_since(known)) for number in sorted({*self.numbers, *texted})]

    async def _pages(self, number: str, since: datetime) -> AsyncGenerator[list[Listed], None]:
        async with aclosing(self._twilio.received_since(to=number, since=since)) as pages:
            async for page in pages:
                yield [Listed(text.sid, text.sent_at, partial(self._arrival, text)) for text in page]

    async def _arrival(self, text: ReceivedSms) -> inbox.Arrival:
        media = await self._twilio.media_of(text) if text.media_count else []
        fields = text.fields(media)
        return inbox.Arrival(text.sid, lane=fields["From"][:_LANE], payload=fields)
