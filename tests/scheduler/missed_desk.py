"""A desk for what webhooks missed: the product's side a step at a time, beside the sandbox's Twilio."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from channels import inbox
from channels.outbox import suppression
from channels.sms.media import MediaFetcher
from channels.sms.twilio import TwilioSms
from sandbox.server import Sandbox
from sandbox.twilio_calls import Leg
from sandbox.twilio_phones import Text, inbound_parameters
from scheduler.inbound import SOURCES, InboundLoop
from scheduler.missed import Kind, Look, MissedLoop
from scheduler.missed_calls import MissedCalls
from scheduler.missed_statuses import MissedStatuses
from scheduler.missed_texts import MissedTexts
from storage.database import Database
from storage.files import FileStore
from storage.models import Channel, Client, DeliveryState, Inbox, InboxSource, Interaction, Outbox, Role
from storage.queries import missed as rows
from tests.factories import make_client, make_staff
from tests.sandbox.conftest import people

ANNA, NINA = "+4915112345678", "+66812345678"
NOBODY_ANSWERS = "http://127.0.0.1:9/twilio"


@dataclass
class Desk:
    """The product's side, a step at a time; its clock is the sandbox's."""

    sandbox: Sandbox
    database: Database
    loop: MissedLoop
    inbound: InboundLoop
    wakings: list[None]
    anna: int

    @property
    def texts(self) -> Kind:
        return self.loop.kinds[0]

    @property
    def calls(self) -> Kind:
        return self.loop.kinds[1]

    @property
    def statuses(self) -> Kind:
        return self.loop.kinds[2]

    async def write(
        self,
        body: str,
        *,
        who: str = "anna",
        ago: timedelta = timedelta(minutes=2),
        pictures: Sequence[tuple[str, bytes]] = (),
    ) -> Text:
        """A text while nobody listens; then time passes."""
        text = await self.sandbox.phones.write(self.sandbox.world.person(who), body, pictures)
        self.sandbox.clock.advance(ago)
        return text

    async def ring(self, *, who: str = "anna", ago: timedelta = timedelta(minutes=2)) -> Leg:
        """A call while nobody listens; then time passes."""
        leg = await self.sandbox.calls.dial_in(self.sandbox.world.person(who))
        self.sandbox.clock.advance(ago)
        return leg

    async def send(self, body: str = "Your order is ready") -> tuple[Text, int]:
        """An SMS of ours that Twilio took and goes no further by itself; and its delivery."""
        text = self.sandbox.phones.send(to=ANNA, body=body, callback_url=NOBODY_ANSWERS)
        return text, await self.taken(text.sid)

    async def taken(self, sid: str, *, kind: str = "sms") -> int:
        """The row of what Twilio took from us."""
        now = self.sandbox.clock.now()
        async with self.database.write() as session:
            row = Outbox(
                channel=Channel.SMS,
                kind=kind,
                state=DeliveryState.SENT,
                due_at=now,
                address=ANNA,
                client_id=self.anna,
                provider_id=sid,
                attempts=1,
                created_at=now,
                sent_at=now,
                settled_at=now,
            )
            session.add(row)
            await session.flush()
            return row.id

    async def webhook(self, text: Text) -> int | None:
        """As web/twilio.py stores a text; None when it was there already."""
        fields = inbound_parameters(text, self.sandbox.accounts.twilio_account_sid, self.sandbox.twilio_api_url)
        return await self._stored(InboxSource.SMS, inbox.Arrival(text.sid, text.from_number, fields))

    async def call_webhook(self, leg: Leg, door: str = "incoming", **more: str) -> int | None:
        """As web/twilio_voice.py stores what is told of a call."""
        fields = {"CallSid": leg.sid, "From": leg.from_, "To": leg.to, "CallStatus": "ringing", **more}
        payload = {"door": door, "call": "", "fields": fields}
        return await self._stored(InboxSource.CALL, inbox.Arrival(f"{leg.sid}:{door}", leg.sid, payload))

    async def status_webhook(self, text: Text, status: str) -> int | None:
        """As web/twilio.py stores how an SMS of ours got on."""
        fields = {"MessageSid": text.sid, "MessageStatus": status, "To": text.to_number, "From": text.from_number}
        return await self._stored(InboxSource.SMS_STATUS, inbox.Arrival(f"{text.sid}:{status}", text.sid, fields))

    async def _stored(self, source: InboxSource, arrival: inbox.Arrival) -> int | None:
        async with self.database.write() as session:
            new = await inbox.store_many(session, source=source, arrivals=[arrival], now=self.sandbox.clock.now())
        return new[0] if new else None

    async def rows(self, source: InboxSource) -> list[Inbox]:
        async with self.database.read() as session:
            query = select(Inbox).where(Inbox.source == source).order_by(Inbox.id)
            return list((await session.execute(query)).scalars())

    async def stored(self) -> list[str]:
        return [row.payload["Body"] for row in await self.rows(InboxSource.SMS)]

    async def handled(self) -> list[str]:
        """Handles all that waits; the timeline's texts."""
        while sum([await self.inbound.process(source) for source in SOURCES if source is not InboxSource.EMAIL]):
            pass
        async with self.database.read() as session:
            return list((await session.execute(select(Interaction.text).order_by(Interaction.id))).scalars())

    async def stopped(self) -> bool:
        async with self.database.read() as session:
            return bool(await suppression.is_suppressed(session, channel=Channel.SMS, addresses=[ANNA]))

    async def delivery(self, outbox_id: int) -> Outbox:
        async with self.database.read() as session:
            return await session.get_one(Outbox, outbox_id)

    async def known(self, kind: Kind) -> rows.Looks:
        async with self.database.read() as session:
            known = await rows.looks(session, kind.name)
        assert known is not None
        return known

    def asked(self, name: str) -> int:
        """How often Twilio was asked for that list, whatever it answered."""
        calls = self.sandbox.world.call_counts
        return sum(count for (_, method, _), count in calls.items() if method == name)


def account(sandbox: Sandbox) -> TwilioSms:
    known = sandbox.accounts
    return TwilioSms(
        account_sid=known.twilio_account_sid,
        auth_token=known.twilio_auth_token,
        sender="",
        api_url=sandbox.twilio_api_url,
    )


def make_loop(
    sandbox: Sandbox, database: Database, wakings: list[None], *, numbers: Sequence[str] = (), follows: bool = False
) -> MissedLoop:
    twilio, clock = account(sandbox), sandbox.clock
    return MissedLoop(
        database=database,
        clock=clock,
        twilio=twilio,
        kinds=[
            MissedTexts(database=database, twilio=twilio, numbers=numbers, follows=follows),
            MissedCalls(database=database, twilio=twilio),
            MissedStatuses(database=database, clock=clock, twilio=twilio),
        ],
        stored=lambda: wakings.append(None),
    )


async def close(loop: MissedLoop) -> None:
    done = asyncio.Event()
    done.set()
    await loop.run(done)


async def look(loop: MissedLoop) -> list[Look]:
    """At everything once."""
    return [await loop.look(kind) for kind in loop.kinds]


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Away from midnight: Twilio's filter by days must not do the loop's work."""
    running = Sandbox(validate=False)
    people(running)
    await running.start()
    running.calls.voice_url = NOBODY_ANSWERS
    running.phones.step_s = 3600.0  # what we send goes no further by itself
    running.clock.advance_to((running.clock.now() + timedelta(days=1)).replace(hour=12, minute=2))
    yield running
    await running.stop()


@pytest.fixture
async def desk(sandbox: Sandbox, database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    """Already looked once, so that what happens from now on is news."""
    known, wakings = sandbox.accounts, list[None]()
    fetcher = MediaFetcher(
        account_sid=known.twilio_account_sid, auth_token=known.twilio_auth_token, api_url=sandbox.twilio_api_url
    )
    inbound = InboundLoop(
        database=database, files=FileStore(tmp_path), clock=sandbox.clock, planned=lambda: None, media=fetcher
    )
    async with database.write() as session:
        nina = await make_staff(session, Role.REP, phone=NINA, work_from=0, work_until=1440, workdays=127)
        anna: Client = await make_client(session, "Anna", owner=nina, phone=ANNA)
    loop = make_loop(sandbox, database, wakings, numbers=[known.twilio_number])
    await look(loop)
    yield Desk(sandbox, database, loop, inbound, wakings, anna.id)
    await close(loop)
    await inbound.close()
