"""Our transport under python-telegram-bot's own Bot, against a small aiohttp server that plays Telegram."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web
from telegram import Bot, InputFile
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TimedOut

from bot.request import AiohttpRequest
from channels.message import Outcome
from channels.telegram.errors import ConnectTimedOut, NotSent, result_of

TOKEN = "110201543:CANARY-AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _ok(result: object) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _message() -> dict[str, object]:
    return {"message_id": 5, "date": 1790000000, "chat": {"id": 7, "type": "private"}, "text": "x"}


@contextlib.asynccontextmanager
async def _telegram(handler: Handler) -> AsyncIterator[str]:
    app = web.Application(client_max_size=10_000_000)
    app.router.add_route("*", "/{tail:.*}", handler)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        port = runner.addresses[0][1]
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def _bot(base: str, request: AiohttpRequest) -> AsyncIterator[Bot]:
    bot = Bot(
        TOKEN, base_url=f"{base}/bot", base_file_url=f"{base}/file/bot", request=request, get_updates_request=request
    )
    await request.initialize()
    try:
        yield bot
    finally:
        await request.shutdown()


async def test_a_call_is_a_form_and_the_connection_is_used_again() -> None:
    seen: list[tuple[str, dict[str, object]]] = []
    peers: set[object] = set()

    async def handler(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        peers.add(request.transport.get_extra_info("peername"))
        seen.append((request.path.rsplit("/", 1)[1], dict(await request.post())))
        return _ok(_message())

    async with _telegram(handler) as base, _bot(base, AiohttpRequest()) as bot:
        for _ in range(3):
            message = await bot.send_message(7, "สวัสดี & <b>мир</b>", parse_mode="HTML")
    assert message.message_id == 5
    assert [name for name, _ in seen] == ["sendMessage"] * 3
    assert seen[0][1]["text"] == "สวัสดี & <b>мир</b>"
    assert seen[0][1]["chat_id"] == "7"
    assert len(peers) == 1


async def test_a_file_goes_as_multipart_with_its_name_as_written() -> None:
    got: dict[str, object] = {}

    async def handler(request: web.Request) -> web.StreamResponse:
        fields = await request.post()
        got["caption"] = fields["caption"]
        document = next(value for value in fields.values() if isinstance(value, web.FileField))
        got["name"], got["type"] = document.filename, document.content_type
        got["size"] = len(document.file.read())
        return _ok(_message())

    async with _telegram(handler) as base, _bot(base, AiohttpRequest()) as bot:
        file = InputFile(b"x" * 2_000_000, filename="ราคา прайс.pdf")
        await bot.send_document(7, file, caption="Прайс")
    assert got == {"caption": "Прайс", "name": "ราคา прайс.pdf", "type": "application/pdf", "size": 2_000_000}


@pytest.mark.parametrize(
    ("status", "body", "kind", "outcome"),
    [
        (400, {"description": "Bad Request: message is not modified: same"}, BadRequest, Outcome.ACCEPTED),
        (400, {"description": "Bad Request: chat not found"}, BadRequest, Outcome.PERMANENT),
        (403, {"description": "Forbidden: bot was blocked by the user"}, Forbidden, Outcome.PERMANENT),
        (429, {"description": "Too Many", "parameters": {"retry_after": 30}}, RetryAfter, Outcome.RATE_LIMITED),
        (502, {"description": "Bad Gateway"}, NetworkError, Outcome.UNKNOWN),
    ],
)
async def test_refusals_reach_the_table(
    status: int, body: dict[str, object], kind: type[Exception], outcome: Outcome
) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.json_response({"ok": False, "error_code": status, **body}, status=status)

    async with _telegram(handler) as base, _bot(base, AiohttpRequest()) as bot:
        with pytest.raises(kind) as caught:
            await bot.send_message(7, "x")
    result = result_of(caught.value)  # type: ignore[arg-type]
    assert result.outcome is outcome
    assert result.retry_after == (30.0 if status == 429 else None)


async def test_a_silent_server_is_a_timeout_whose_outcome_is_unknown() -> None:
    release = asyncio.Event()

    async def handler(request: web.Request) -> web.StreamResponse:
        await release.wait()
        return _ok(_message())

    async with _telegram(handler) as base, _bot(base, AiohttpRequest()) as bot:
        with pytest.raises(TimedOut) as caught:
            await bot.send_message(7, "x", read_timeout=0.05)
        release.set()
    assert not isinstance(caught.value, NotSent)
    assert result_of(caught.value).outcome is Outcome.UNKNOWN
    assert result_of(caught.value, repeatable=True).outcome is Outcome.RETRY


async def test_a_long_poll_waits_as_long_as_it_was_told() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.3)
        return _ok([])

    async with _telegram(handler) as base, _bot(base, AiohttpRequest(read_timeout=0.1)) as bot:
        assert await bot.get_updates(timeout=2) == ()


async def test_a_dropped_connection_is_unknown_and_a_closed_port_is_not_sent() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        await request.read()
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with _telegram(handler) as base, _bot(base, AiohttpRequest()) as bot:
        with pytest.raises(NetworkError) as dropped:
            await bot.send_message(7, "x")
    assert result_of(dropped.value).outcome is Outcome.UNKNOWN

    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        async with _bot(f"http://127.0.0.1:{closed.getsockname()[1]}", AiohttpRequest()) as bot:
            with pytest.raises(NotSent) as refused:
                await bot.send_message(7, "x")
    assert result_of(refused.value).outcome is Outcome.RETRY


async def test_a_full_pool_is_a_timeout_that_sent_nothing() -> None:
    entered, release = asyncio.Event(), asyncio.Event()

    async def handler(request: web.Request) -> web.StreamResponse:
        entered.set()
        await release.wait()
        return _ok(_message())

    request = AiohttpRequest(connection_pool_size=1, pool_timeout=0.05, connect_timeout=0.05)
    async with _telegram(handler) as base, _bot(base, request) as bot:
        first = asyncio.create_task(bot.send_message(7, "x"))
        await entered.wait()
        with pytest.raises(ConnectTimedOut) as caught:
            await bot.send_message(7, "y")
        release.set()
        await first
    assert isinstance(caught.value, TimedOut)
    assert result_of(caught.value).outcome is Outcome.RETRY


async def test_the_token_is_in_no_log_and_no_traceback(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    traces: list[str] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{closed.getsockname()[1]}"
        async with _telegram(handler) as base:
            for address in (base, dead, "http://[::bad"):
                async with _bot(address, AiohttpRequest(connect_timeout=0.2)) as bot:
                    try:
                        await bot.send_message(7, "x")
                    except NetworkError as error:
                        chain: BaseException | None = error
                        while chain is not None:
                            traces.append("".join(traceback.format_exception_only(chain)))
                            chain = chain.__cause__ or chain.__context__
    assert len(traces) >= 3
    # python-telegram-bot's own Bot logs its base URL when it is made; the log configuration deals with that.
    logged = [record.getMessage() for record in caplog.records if record.name != "telegram.Bot"]
    assert not [line for line in [*traces, *logged] if "CANARY" in line]


async def test_downloads_come_whole() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        if request.path.endswith("getFile"):
            return _ok({"file_id": "f", "file_unique_id": "u", "file_path": "docs/a.bin"})
        return web.Response(body=b"\x00\xff" * 100_000)

    async with _telegram(handler) as base, _bot(base, AiohttpRequest()) as bot:
        file = await bot.get_file("f")
        assert bytes(await file.download_as_bytearray()) == b"\x00\xff" * 100_000


async def test_a_proxy_is_asked_for_the_real_address() -> None:
    asked: list[tuple[str, str]] = []

    async def proxy(request: web.Request) -> web.StreamResponse:
        asked.append((request.headers["Host"], request.path))
        return _ok(_message())

    async with _telegram(proxy) as address, _bot("http://api.telegram.test", AiohttpRequest(proxy=address)) as bot:
        assert (await bot.send_message(7, "x")).message_id == 5
    assert asked == [("api.telegram.test", f"/bot{TOKEN}/sendMessage")]
