"""The queue of updates of one bot: long polling with confirmation by offset, or delivery to a webhook in order."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from sandbox.telegram_errors import BotApiError

logger = logging.getLogger(__name__)

_LONG_AGO = 1_600_000_000
_NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_RETRY_FIRST, _RETRY_LONGEST = 0.25, 5.0
_WEBHOOK_TIMEOUT = aiohttp.ClientTimeout(total=30)


def number_of_this_run(*, per_second: int) -> int:
    """A number to count from that no earlier run has reached: the product may remember what it saw then."""
    return int((time.time() - _LONG_AGO) * per_second)


@dataclass(slots=True)
class Webhook:
    """Where updates are delivered, and how that went."""

    url: str
    secret_token: str | None = None
    max_connections: int = 40
    allowed_updates: list[str] | None = None
    last_error_date: int | None = None
    last_error_message: str | None = None


@dataclass(slots=True)
class UpdateQueue:
    """Updates not yet confirmed, oldest first."""

    unix_now: Callable[[], int]
    pending: deque[dict[str, Any]] = field(default_factory=deque)
    webhook: Webhook | None = None
    allowed: list[str] | None = None
    _next_id: int = field(default_factory=lambda: number_of_this_run(per_second=5))
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _poll: asyncio.Future[None] | None = None
    _delivery: asyncio.Task[None] | None = None
    _closing: bool = False

    def put(self, kind: str, payload: dict[str, Any]) -> int | None:
        """Queue one update and return its id; None when the bot did not ask for this kind."""
        wanted = self.webhook.allowed_updates if self.webhook else self.allowed
        if (wanted and kind not in wanted) or (not wanted and kind in _NOT_BY_DEFAULT):
            return None
        update_id = self._next_id
        self._next_id += 1
        self.pending.append({"update_id": update_id, kind: payload})
        self._arrived.set()
        return update_id

    async def poll(
        self, *, offset: int | None, limit: int, timeout_s: float, allowed: list[str] | None
    ) -> list[dict[str, Any]]:
        """getUpdates. Raises BotApiError 409 with a webhook set, or when a later poll takes over."""
        if self.webhook is not None:
            raise BotApiError(
                409, "can't use getUpdates method while webhook is active; use deleteWebhook to delete it first"
            )
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)
        if allowed is not None:
            self.allowed = allowed
        self._confirm(offset)
        if not self.pending and timeout_s > 0 and not self._closing:
            await self._wait(timeout_s)
        return [self.pending[index] for index in range(min(limit, len(self.pending)))]

    def set_webhook(self, webhook: Webhook | None, *, drop_pending: bool) -> None:
        if drop_pending:
            self.pending.clear()
        self.webhook = webhook
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)
        if webhook is not None:
            self.allowed = webhook.allowed_updates
            if self._delivery is None or self._delivery.done():
                self._delivery = asyncio.get_running_loop().create_task(self._deliver())
            self._arrived.set()

    def webhook_wire(self) -> dict[str, Any]:
        hook = self.webhook
        described: dict[str, Any] = {
            "url": hook.url if hook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self.pending),
        }
        if hook is not None:
            described |= {"max_connections": hook.max_connections, "ip_address": "127.0.0.1"}
            if hook.last_error_date is not None:
                described |= {
                    "last_error_date": hook.last_error_date,
                    "last_error_message": hook.last_error_message,
                }
        if self.allowed:
            described["allowed_updates"] = self.allowed
        return described

    async def close(self) -> None:
        self._closing = True
        if self._poll is not None and not self._poll.done():
            self._poll.cancel()
        if self._delivery is not None:
            self._delivery.cancel()
            await asyncio.gather(self._delivery, return_exceptions=True)

    def _confirm(self, offset: int | None) -> None:
        if offset is None or offset == 0:
            return
        if offset < 0:
            while len(self.pending) > -offset:
                self.pending.popleft()
            return
        while self.pending and self.pending[0]["update_id"] < offset:
            self.pending.popleft()

    async def _wait(self, timeout_s: float) -> None:
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._poll = mine
        self._arrived.clear()
        arrival = asyncio.ensure_future(self._arrived.wait())
        either: set[asyncio.Future[Any]] = {mine, arrival}
        try:
            await asyncio.wait(either, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            arrival.cancel()
        if mine.cancelled():
            return
        if mine.done():
            raise BotApiError(
                409, "terminated by other getUpdates request; make sure that only one bot instance is running"
            )
        mine.cancel()

    async def _deliver(self) -> None:
        pause = _RETRY_FIRST
        async with aiohttp.ClientSession(timeout=_WEBHOOK_TIMEOUT) as http:
            while self.webhook is not None:
                if not self.pending:
                    self._arrived.clear()
                    await self._arrived.wait()
                    continue
                update, hook = self.pending[0], self.webhook
                failure = await _post(http, hook, update)
                if failure is None:
                    pause = _RETRY_FIRST
                    if self.pending and self.pending[0] is update:
                        self.pending.popleft()
                    continue
                hook.last_error_date, hook.last_error_message = self.unix_now(), failure
                await asyncio.sleep(pause)
                pause = min(pause * 2, _RETRY_LONGEST)


async def _post(http: aiohttp.ClientSession, hook: Webhook, update: dict[str, Any]) -> str | None:
    headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret_token} if hook.secret_token else {}
    try:
        async with http.post(hook.url, json=update, headers=headers, allow_redirects=False) as response:
            await response.read()
            if 200 <= response.status < 300:
                return None
            return f"Wrong response from the webhook: {response.status} {response.reason}"
    except TimeoutError:
        return "Read timeout expired"
    except aiohttp.ClientError as error:
        logger.info("A webhook delivery failed: %s", type(error).__name__)
        return "Connection refused" if isinstance(error, aiohttp.ClientConnectorError) else "Connection reset by peer"
