"""The loop that calls other programs: claims what is due, POSTs it with no transaction open, records what came back."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

import aiohttp
import structlog

from channels.outbox.delivery import Clock
from channels.webhooks.guard import PublicOnly, Refused, check_url
from channels.webhooks.signature import SIGNATURE_HEADER, signature
from storage.database import Database, assert_no_transaction
from storage.queries import webhooks as queries
from storage.queries.webhooks import Answer, Claimed

log = structlog.get_logger("touchline.webhooks")

LIMIT: Final = 20
LEASE_SECONDS: Final = 30.0
TIMEOUT_SECONDS: Final = 5.0
REPLY_BYTES: Final = 2_048
GIVEN_UP_AFTER: Final = timedelta(days=1)
# After each try; the last one goes on until the day is over.
PAUSES: Final = tuple(timedelta(seconds=seconds) for seconds in (30, 120, 600, 1_800, 3_600))
_IDLE_SECONDS: Final = 1.0


class WebhookCaller:
    """Calls what is due. `inside` names the hosts of the house's own network that may be called all the same."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        key: bytes,
        inside: Collection[str] = (),
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        self._database = database
        self._clock = clock
        self._key = key
        self._inside = frozenset(host.lower() for host in inside)
        self._timeout = aiohttp.ClientTimeout(total=timeout)

    async def run(self, stop: asyncio.Event) -> None:
        """Calls until `stop`; what is under way is finished."""
        while not stop.is_set():
            moved = 0
            try:
                moved = await self.turn()
            except Exception:
                log.exception("Calls to other programs could not be made")
            if not moved:
                await _rest(stop)

    async def turn(self) -> int:
        """One batch; returns how many calls were tried."""
        async with self._database.read() as session:
            if not await queries.anything_due(session, now=self._clock.now()):
                return 0
        async with self._database.write() as session:
            token = secrets.token_hex(16)
            claimed = await queries.claim(
                session, now=self._clock.now(), token=token, seconds=LEASE_SECONDS, limit=LIMIT
            )
        if not claimed:
            return 0
        connector = aiohttp.TCPConnector(
            resolver=PublicOnly(inside=self._inside), use_dns_cache=False, force_close=True
        )
        async with aiohttp.ClientSession(connector=connector, timeout=self._timeout, trust_env=False) as client:
            answers = await asyncio.gather(*(self._call_safely(client, one) for one in claimed))
        async with self._database.write() as session:
            now = self._clock.now()
            for one, answer in zip(claimed, answers, strict=True):
                await queries.record(session, call=one, token=token, answer=answer, due_at=_next(one, now), now=now)
        return len(claimed)

    async def _call_safely(self, client: aiohttp.ClientSession, one: Claimed) -> Answer:
        """What one call runs into is no other call's business, and is not tried without end."""
        try:
            return await self._call(client, one)
        except Exception as error:
            log.exception("A call to another program failed in a way nobody foresaw", call=one.id)
            return Answer(None, type(error).__name__)

    async def _call(self, client: aiohttp.ClientSession, one: Claimed) -> Answer:
        """One POST. Redirects are not followed: they would lead where nobody vetted."""
        assert_no_transaction()
        body = one.body.encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Touchline",
            "Touchline-Call": str(one.id),  # the same for every try: what was answered once need not be done twice
            SIGNATURE_HEADER: signature(self._key, body, at=self._clock.now()),
        }
        try:
            check_url(one.url, inside=self._inside)
            async with client.post(one.url, data=body, headers=headers, allow_redirects=False) as response:
                said = await response.content.read(REPLY_BYTES)
                words = " ".join(said.decode("utf-8", "replace").replace("\0", "").split())
                return Answer(response.status, words[:500])
        except Refused as error:
            return Answer(None, f"refused: {error}", final=True)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            inner = getattr(error, "os_error", None) or error.__cause__
            if isinstance(inner, Refused):
                return Answer(None, f"refused: {inner}", final=True)
            return Answer(None, type(error).__name__)


def _next(one: Claimed, now: datetime) -> datetime | None:
    """When to try again; None once a day is over."""
    again = now + PAUSES[min(one.attempts, len(PAUSES)) - 1]
    return again if again <= one.created_at + GIVEN_UP_AFTER else None


async def _rest(stop: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stop.wait(), _IDLE_SECONDS)
    except TimeoutError:
        return
