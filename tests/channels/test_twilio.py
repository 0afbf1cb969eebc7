"""Twilio's Messages API at the wire: what each refusal and each silence means."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from channels.message import Outcome, OutgoingSms, Phase
from channels.sms.twilio import TwilioSms, TwilioUnavailable
from channels.sms.verdicts import refusal, verdict_of

SID, TOKEN = "AC" + "a" * 32, "secret-token"
SMS = OutgoingSms("+66812345678", "สวัสดี", "https://shop.test/twilio/status")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _record(sid: str, *, body: str = "สวัสดี", created: datetime | None = None) -> dict[str, object]:
    moment = (created or datetime(2026, 11, 24, 9, 0, tzinfo=UTC)).strftime("%a, %d %b %Y %H:%M:%S +0000")
    return {"sid": sid, "status": "queued", "body": body, "date_created": moment, "date_sent": None, "error_code": None}


@contextlib.asynccontextmanager
async def serving(
    handler: Handler, *, limit: float = 5.0, sender: str = "+15005550006", validity: int | None = None
) -> AsyncIterator[TwilioSms]:
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", handler)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    twilio = TwilioSms(account_sid=SID, auth_token=TOKEN, sender=sender, validity=validity, api_url=url, timeout=limit)
    try:
        yield twilio
    finally:
        await twilio.close()
        await runner.cleanup()


@pytest.mark.parametrize(
    ("sender", "name"), [("+15005550006", "From"), ("MG" + "b" * 32, "MessagingServiceSid"), ("TOUCHLINE", "From")]
)
async def test_a_message_goes_out_once_with_its_callback(sender: str, name: str) -> None:
    seen: list[tuple[str, dict[str, object], str]] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        seen.append((request.path, dict(await request.post()), request.headers["Authorization"]))
        return web.json_response(_record("SM1"), status=201)

    async with serving(handler, sender=sender, validity=14_400) as twilio:
        result = await twilio.send(SMS)
    assert (result.outcome, result.provider_id) == (Outcome.ACCEPTED, "SM1")
    ((path, form, authorization),) = seen
    assert path == f"/2010-04-01/Accounts/{SID}/Messages.json"
    assert form == {
        "To": SMS.to_number,
        "Body": SMS.text,
        name: sender,
        "StatusCallback": SMS.status_callback,
        "ValidityPeriod": "14400",
    }
    assert base64.b64decode(authorization.removeprefix("Basic ")).decode() == f"{SID}:{TOKEN}"


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (400, 21211, Outcome.SUPPRESS),
        (400, 21610, Outcome.SUPPRESS),
        (400, 21614, Outcome.SUPPRESS),
        (400, 21408, Outcome.PERMANENT),
        (400, 21606, Outcome.HALT),
        (401, 20003, Outcome.HALT),
        (403, None, Outcome.HALT),
        (429, 20429, Outcome.RATE_LIMITED),
        (429, None, Outcome.RATE_LIMITED),
        (400, 21611, Outcome.RATE_LIMITED),
        (503, 20503, Outcome.RETRY),
        (500, 20500, Outcome.UNKNOWN),
        (502, None, Outcome.UNKNOWN),
        (302, None, Outcome.UNKNOWN),
        (400, 29999, Outcome.PERMANENT),
    ],
)
async def test_each_refusal_is_one_request(status: int, code: int | None, outcome: Outcome) -> None:
    calls = 0

    async def handler(request: web.Request) -> web.StreamResponse:
        nonlocal calls
        calls += 1
        if code is None:
            return web.Response(status=status, text="<html>no json</html>")
        return web.json_response({"code": code, "message": "No.", "status": status}, status=status)

    async with serving(handler) as twilio:
        result = await twilio.send(SMS)
    assert result.outcome is outcome
    assert result.code == str(code or status)
    assert calls == 1


async def test_a_rate_limit_says_how_long() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.json_response({"code": 20429, "message": "Slow"}, status=429, headers={"Retry-After": "7"})

    async with serving(handler) as twilio:
        assert (await twilio.send(SMS)).retry_after == 7.0


async def test_silence_and_a_broken_line_are_unknown_and_a_closed_port_is_not() -> None:
    release = asyncio.Event()

    async def silent(request: web.Request) -> web.StreamResponse:
        await release.wait()
        return web.Response()

    async with serving(silent, limit=0.1) as twilio:
        result = await twilio.send(SMS)
        release.set()
    assert (result.outcome, result.phase) == (Outcome.UNKNOWN, Phase.AFTER_DATA)

    async def broken(request: web.Request) -> web.StreamResponse:
        await request.read()
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with serving(broken) as twilio:
        result = await twilio.send(SMS)
    assert (result.outcome, result.phase) == (Outcome.UNKNOWN, Phase.AFTER_DATA)

    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        twilio = TwilioSms(account_sid=SID, auth_token=TOKEN, sender="+1500", api_url=url)
        result = await twilio.send(SMS)
        await twilio.close()
    assert (result.outcome, result.phase) == (Outcome.RETRY, Phase.CONNECT)


@pytest.mark.parametrize("text", ["", "not json", "[]", "{}", "null"])
async def test_an_answer_that_is_none_is_unknown(text: str) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(status=201, text=text, content_type="application/json")

    async with serving(handler) as twilio:
        assert (await twilio.send(SMS)).outcome is Outcome.UNKNOWN


async def test_reconciliation_finds_the_queued_message_of_this_attempt_only() -> None:
    since = datetime(2026, 11, 24, 9, 0, 0, 700_000, tzinfo=UTC)
    records = [
        _record("SMnew", created=since + timedelta(seconds=2)),
        _record("SMtrial", body="Sent from your Twilio trial account - สวัสดี", created=since),
        _record("SMother", body="อื่น", created=since + timedelta(seconds=1)),
        _record("SMold", created=since - timedelta(minutes=5)),
    ]
    queries: list[dict[str, str]] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        queries.append(dict(request.query))
        return web.json_response({"messages": records, "next_page_uri": None})

    async with serving(handler) as twilio:
        found = await twilio.find_since(to=SMS.to_number, since=since)
    assert [(sms.sid, sms.says(SMS.text)) for sms in found] == [("SMnew", True), ("SMtrial", True), ("SMother", False)]
    assert queries[0]["To"] == SMS.to_number
    assert not [name for name in queries[0] if name.startswith("DateSent")]


@pytest.mark.parametrize(
    ("sent", "listed", "ours"),
    [
        ("Your order’s ready – “20 pcs”", 'Your order\'s ready - "20 pcs"', True),  # a service's smart encoding
        ("Заказ готов", "Sent from your Twilio trial account - Заказ готов", True),
        ("20 pcs", "21 pcs", False),
        ("👍", "👍", True),
        ("👍", "👎", False),
        ("ของพร้อมแล้ว", "ของพร้อมแล้ว ", True),
    ],
)
async def test_a_listed_text_is_known_by_its_letters(sent: str, listed: str, ours: bool) -> None:
    moment = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

    async def handler(request: web.Request) -> web.StreamResponse:
        return web.json_response({"messages": [_record("SM1", body=listed, created=moment)], "next_page_uri": None})

    async with serving(handler) as twilio:
        (found,) = await twilio.find_since(to=SMS.to_number, since=moment)
    assert found.says(sent) is ours


# The table of RELIABILITY, code by code, as an answer to a send and as a later report.
@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        *((code, Outcome.RATE_LIMITED) for code in (20429,)),
        *((code, Outcome.RETRY) for code in (30001, 30003, 20503, 30005, 30008)),
        *((code, Outcome.UNKNOWN) for code in (20500, 30500)),
        *((code, Outcome.SUPPRESS) for code in (21610, 21211, 21614, 30006)),
        *((code, Outcome.HALT) for code in (30007, 20003, 21606)),
    ],
)
def test_every_code_of_the_table(code: int, outcome: Outcome) -> None:
    assert verdict_of(code=code).outcome is outcome
    assert verdict_of(code=code, status=503).outcome is outcome


async def test_what_cannot_be_asked_says_why() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.json_response({"code": 20003, "message": "Authenticate"}, status=401)

    async with serving(handler) as twilio:
        assert (await twilio.check()).outcome is Outcome.HALT
        with pytest.raises(TwilioUnavailable) as caught:
            await twilio.find_since(to="+1", since=datetime.now(UTC))
    assert caught.value.result.outcome is Outcome.HALT


def test_callback_errors_use_the_same_table() -> None:
    assert verdict_of(code=30003).tries == 3
    assert verdict_of(code=30005).tries == verdict_of(code=30008).tries == 2
    assert verdict_of(code=30001).tries is None
    assert verdict_of(code=30006).outcome is Outcome.SUPPRESS
    assert verdict_of(code=30007).outcome is Outcome.HALT
    assert verdict_of(code=None, status=500).outcome is Outcome.UNKNOWN


def test_a_pause_of_ages_is_a_day() -> None:
    """A number no calendar holds would end the worker's turn instead of pausing it."""
    for asked in (1e30, float("inf")):
        assert refusal(status=429, code=20429, text="", retry_after=asked).retry_after == 86_400
        assert refusal(status=503, code=20503, text="", retry_after=asked).retry_after == 86_400
    assert refusal(status=429, code=20429, text="", retry_after=7).retry_after == 7
