"""SMS over Twilio's REST API: one attempt per call, and never a blind second one.

The package is imported when the first message goes out: it takes a tenth of a second that a start need not pay.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import unicodedata
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

import aiohttp

from channels.message import Outcome, OutgoingCall, OutgoingSms, Phase, SendResult
from channels.sms.received import ReceivedMedia, ReceivedSms
from channels.sms.records import ended_sms, moment, received_call, received_sms
from channels.sms.told import EndedSms, ReceivedCall
from channels.sms.verdicts import refusal
from storage.database import assert_no_transaction

if TYPE_CHECKING:
    from twilio.rest import Client

_TIMEOUT: Final = 10.0
_CONNECT_TIMEOUT: Final = 5.0
_LOOK_BACK: Final = 100  # messages to one number since one attempt; more than anybody is sent
_PAGE: Final = 200  # of a list, in one answer
_MOST_PAGES: Final = 5000  # a list without an end is no list
_MOST_MEDIA: Final = 10  # Twilio's own limit per message
_OFFICIAL: Final = "https://api.twilio.com"
_GONE: Final = frozenset({"20404", "404"})
_KEEP_ALIVE: Final = 25.0
_RING_S: Final = 25  # how long the first phone rings

_Listed = TypeVar("_Listed")
_Reader = Callable[[Any], tuple[datetime, _Listed | None]]


@dataclass(frozen=True, slots=True)
class SentSms:
    """A message as Twilio remembers it; times are aware UTC."""

    sid: str
    status: str
    body: str
    created_at: datetime
    error_code: int | None = None

    def says(self, text: str) -> bool:
        """Whether it may be this text: sending again what was sent is worse than asking a person once too often.

        A trial account's texts get a sentence put before them, and a messaging service may write typographic characters
        in the GSM alphabet ("smart encoding"): letters and digits decide, where there are any.
        """
        letters = _letters(text)
        return _letters(self.body).endswith(letters) if letters else self.body.rstrip().endswith(text.rstrip())


class TwilioUnavailable(Exception):
    """Twilio could not be asked; `result` says how the attempt ended."""

    def __init__(self, result: SendResult) -> None:
        super().__init__(result.code)
        self.result = result


class TwilioSms:
    """Sends from one number, messaging service ("MG…") or name. `api_url` replaces the official address.

    `validity` is how many seconds Twilio may keep trying, 1 to 36,000: https://www.twilio.com/docs/messaging/api/message-resource
    """

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        sender: str,
        validity: int | None = None,
        api_url: str | None = None,
        timeout: float = _TIMEOUT,
    ) -> None:
        self._validity = validity
        self._account_sid = account_sid
        self._auth_token = auth_token
        self._sender = sender
        self._api_url = api_url.rstrip("/") if api_url else None
        self._wire = _Wire(timeout=timeout)
        self._client: Client | None = None

    async def send(self, sms: OutgoingSms) -> SendResult:
        """One attempt. A lost answer is UNKNOWN: ask find_since() before another."""
        values: dict[str, Any] = {"to": sms.to_number, "body": sms.text}
        values["messaging_service_sid" if self._sender.startswith("MG") else "from_"] = self._sender
        if sms.status_callback:
            values["status_callback"] = sms.status_callback
        if self._validity is not None:
            values["validity_period"] = self._validity
        client = await self._connected()
        try:
            message = await _answer(client.messages.create_async(**values))
        except TwilioUnavailable as error:
            return error.result
        if not message.sid:
            return SendResult(Outcome.UNKNOWN, Phase.AFTER_DATA, "unreadable", "An answer without a SID")
        return SendResult(Outcome.ACCEPTED, Phase.DONE, str(message.status or ""), provider_id=message.sid)

    async def call(self, call: OutgoingCall) -> SendResult:
        """Rings a number once. A lost answer is UNKNOWN: ask find_calls_since() before another."""
        client = await self._connected()
        try:
            placed = await _answer(
                client.calls.create_async(
                    to=call.to_number,
                    from_=call.from_number,
                    url=call.answer_url,
                    status_callback=call.status_callback,
                    timeout=_RING_S,
                )
            )
        except TwilioUnavailable as error:
            return error.result
        if not placed.sid:
            return SendResult(Outcome.UNKNOWN, Phase.AFTER_DATA, "unreadable", "An answer without a SID")
        return SendResult(Outcome.ACCEPTED, Phase.DONE, str(placed.status or ""), provider_id=placed.sid)

    async def find_calls_since(self, *, to: str, since: datetime) -> list[str]:
        """SIDs of calls to this number made at `since` or later, newest first. Raises TwilioUnavailable."""
        client = await self._connected()
        records = await _answer(client.calls.list_async(to=to, limit=_LOOK_BACK, page_size=_LOOK_BACK))
        return [record.sid for record in records if record.sid and moment(record.date_created) >= since]

    async def find_since(self, *, to: str, since: datetime) -> list[SentSms]:
        """Messages to this number made at `since` or later, newest first. Raises TwilioUnavailable.

        Twilio's own filter by date knows only messages already sent on; one still queued has no such date, and it is
        just the one we look for.
        """
        client = await self._connected()
        records = await _answer(client.messages.list_async(to=to, limit=_LOOK_BACK, page_size=_LOOK_BACK))
        earliest = since.astimezone(UTC).replace(microsecond=0)  # Twilio keeps whole seconds
        return [sms for sms in map(_remembered, records) if sms.created_at >= earliest]

    def received_since(self, *, to: str, since: datetime) -> AsyncGenerator[list[ReceivedSms], None]:
        """Texts to this number of ours sent at `since` or later, a page at a time, newest first. Raises TwilioUnavailable.

        Asked is from the beginning of that day (GMT): Twilio's filters promise whole days only. `date_sent` of a text
        that came in is when its webhook was called.
        """
        return self._listed(
            lambda client: client.messages.page_async(to=to, date_sent_after=_day(since), page_size=_PAGE),
            received_sms,
            since,
        )

    def calls_since(self, *, to: str, since: datetime) -> AsyncGenerator[list[ReceivedCall], None]:
        """Calls to this number of ours begun at `since` or later, in the same way. Raises TwilioUnavailable."""
        return self._listed(
            lambda client: client.calls.page_async(to=to, start_time_after=_day(since), page_size=_PAGE),
            received_call,
            since,
        )

    def ended_since(self, *, since: datetime) -> AsyncGenerator[list[EndedSms], None]:
        """What of the account's SMS sent at `since` or later has come to its end, in the same way. Raises TwilioUnavailable.

        No day is named: one that failed before it was sent has no such date, and would be left out.
        """
        return self._listed(lambda client: client.messages.page_async(page_size=_PAGE), ended_sms, since)

    async def _listed(
        self, begin: Callable[[Client], Awaitable[Any]], read: _Reader[_Listed], since: datetime
    ) -> AsyncGenerator[list[_Listed], None]:
        """A list is newest first, so a page on which all is older is the last one read."""
        earliest = since.astimezone(UTC).replace(microsecond=0)  # Twilio keeps whole seconds
        client = await self._connected()
        page: Any = None
        for _ in range(_MOST_PAGES):
            page, listed = await _answer(_page(page.next_page_async() if page else begin(client), read))
            recent = [one for at, one in listed if at >= earliest]
            yield [one for one in recent if one is not None]
            if page.next_page_url is None or (listed and not recent):
                return
        raise TwilioUnavailable(SendResult(Outcome.UNKNOWN, Phase.AFTER_DATA, "endless", "A list without an end"))

    async def media_of(self, sms: ReceivedSms) -> list[ReceivedMedia]:
        """The files of a received text; none where they were deleted meanwhile. Raises TwilioUnavailable."""
        client = await self._connected()
        try:
            records = await _answer(client.messages(sms.sid).media.list_async(limit=_MOST_MEDIA, page_size=_MOST_MEDIA))
        except TwilioUnavailable as error:
            if error.result.code in _GONE:
                return []
            raise
        place = f"{self._api_url or _OFFICIAL}/2010-04-01/Accounts/{self._account_sid}/Messages/{sms.sid}/Media"
        return [ReceivedMedia(f"{place}/{one.sid}", one.content_type or "") for one in records if one.sid]

    async def fetch(self, sid: str) -> SentSms:
        """One message by its SID. Raises TwilioUnavailable."""
        client = await self._connected()
        return _remembered(await _answer(client.messages(sid).fetch_async()))

    async def check(self) -> SendResult:
        """Whether the account lets us in, without sending; for the doctor."""
        client = await self._connected()
        try:
            await _answer(client.messages.list_async(limit=1, page_size=1))
        except TwilioUnavailable as error:
            return error.result
        return SendResult(Outcome.ACCEPTED, Phase.DONE, "ok")

    async def close(self) -> None:
        """Close the connections."""
        self._client = None
        await self._wire.close()

    async def _connected(self) -> Client:
        assert_no_transaction()
        if self._client is None:
            # A tenth of a second of imports does not belong on the loop.
            self._client = await asyncio.to_thread(self._make_client)
        return self._client

    def _make_client(self) -> Client:
        from twilio.http import AsyncHttpClient
        from twilio.http.response import Response
        from twilio.rest import Client

        wire = self._wire

        class Transport(AsyncHttpClient):  # type: ignore[misc]
            """The package's seam for HTTP; its own client has no time limit, retries, and logs what is sent."""

            async def request(
                self,
                method: str,
                uri: str,
                params: dict[str, object] | None = None,
                data: dict[str, object] | None = None,
                headers: dict[str, str] | None = None,
                auth: tuple[str, str] | None = None,
                timeout: float | None = None,  # noqa: ASYNC109 - the package's signature
                allow_redirects: bool = False,
            ) -> Response:
                status, text = await wire.call(method, uri, params=params, form=data, headers=headers, auth=auth)
                return Response(status, text)

        transport = Transport(logging.getLogger("twilio.silent"), is_async=True)
        client = Client(self._account_sid, self._auth_token, http_client=transport)
        if self._api_url:
            client.api.base_url = self._api_url
        return client


class _Refused(Exception):
    """One call ended without a usable answer."""

    def __init__(self, result: SendResult) -> None:
        super().__init__(result.code)
        self.result = result


class _Wire:
    """HTTP for the package: one attempt, a time limit, and faults told apart by whether the request had left."""

    def __init__(self, *, timeout: float) -> None:
        self._timeout = aiohttp.ClientTimeout(total=timeout, sock_connect=min(timeout, _CONNECT_TIMEOUT))
        self._session: aiohttp.ClientSession | None = None

    async def call(
        self,
        method: str,
        url: str,
        *,
        params: dict[str, object] | None,
        form: dict[str, object] | None,
        headers: dict[str, str] | None,
        auth: tuple[str, str] | None,
    ) -> tuple[int, str]:
        """The status (below 400) and the text of the answer. Raises _Refused."""
        assert_no_transaction()
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(keepalive_timeout=_KEEP_ALIVE))
        sent = dict(headers or {})
        if auth is not None:
            sent["Authorization"] = "Basic " + base64.b64encode(f"{auth[0]}:{auth[1]}".encode()).decode()
        try:
            async with self._session.request(
                method,
                url,
                params=_plain(params),
                data=_plain(form) or None,
                headers=sent,
                timeout=self._timeout,
                allow_redirects=False,
            ) as response:
                text = await response.text()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            result = SendResult(Outcome.RETRY, Phase.CONNECT, "connect", type(error).__name__)
            raise _Refused(result) from None
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            result = SendResult(Outcome.UNKNOWN, Phase.AFTER_DATA, "no-answer", type(error).__name__)
            raise _Refused(result) from None
        if response.status >= 300:
            raise _Refused(_refusal(response, text))
        return response.status, text

    async def close(self) -> None:
        """Close every connection."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()
            await asyncio.sleep(0)  # closing a transport takes one more turn of the loop


async def _answer(call: Awaitable[Any]) -> Any:
    """The package's answer, or TwilioUnavailable for every way in which there is none."""
    from twilio.base.exceptions import TwilioException

    try:
        return await call
    except _Refused as error:
        raise TwilioUnavailable(error.result) from None
    except (TwilioException, ValueError, LookupError, TypeError, AttributeError) as error:
        # Not an answer of Twilio's: what became of the message is not said.
        result = SendResult(Outcome.UNKNOWN, Phase.AFTER_DATA, "unreadable", type(error).__name__)
        raise TwilioUnavailable(result) from error


async def _page(call: Awaitable[Any], read: _Reader[_Listed]) -> tuple[Any, list[tuple[datetime, _Listed | None]]]:
    """A page and what is on it, each with its moment; None for what is not asked for."""
    page = await call
    return page, [read(record) for record in page]


def _day(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _letters(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char.isalnum())


def _refusal(response: aiohttp.ClientResponse, text: str) -> SendResult:
    try:
        answer = json.loads(text)
    except ValueError:
        answer = {}
    fields = answer if isinstance(answer, dict) else {}
    code = fields.get("code")
    words = str(fields.get("message") or fields.get("detail") or fields.get("title") or response.reason or "")
    return refusal(
        status=response.status,
        code=code if isinstance(code, int) else None,
        text=words,
        retry_after=_seconds(response.headers.get("Retry-After", "")),
    )


def _seconds(value: str) -> float | None:
    return float(value) if value.isascii() and value.isdigit() else None


def _plain(values: dict[str, object] | None) -> dict[str, str]:
    """Values as Twilio reads them; the package leaves out what is not set."""
    shown: dict[str, str] = {}
    for name, value in (values or {}).items():
        shown[name] = str(value).lower() if isinstance(value, bool) else str(value)
    return shown


def _remembered(record: Any) -> SentSms:
    return SentSms(
        sid=record.sid or "",
        status=str(record.status or ""),
        body=record.body or "",
        created_at=moment(record.date_created),
        error_code=record.error_code,
    )
