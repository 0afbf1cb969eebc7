"""Media of received messages: fetched from Twilio only, within limits, and never with our credentials elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web

from channels.sms.media import TWILIO_MEDIA, Media, MediaFetcher, MediaRefused, MediaUnavailable

SID, TOKEN = "AC" + "a" * 32, "secret-token"
PATH = f"/2010-04-01/Accounts/{SID}/Messages/MM{'b' * 32}/Media/ME{'c' * 32}"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@contextlib.asynccontextmanager
async def site(handler: Handler) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def fetching(api: str, **options: object) -> AsyncIterator[MediaFetcher]:
    fetcher = MediaFetcher(account_sid=SID, auth_token=TOKEN, api_url=api, **options)  # type: ignore[arg-type]
    try:
        yield fetcher
    finally:
        await fetcher.close()


def serves(body: bytes = b"picture", *, kind: str = "image/jpeg", status: int = 200, **headers: str) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, status=status, headers={"Content-Type": kind, **headers})

    return handler


async def test_a_picture_comes_with_our_credentials() -> None:
    asked: list[tuple[str, str]] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        asked.append((request.path, request.headers.get("Authorization", "")))
        return await serves(kind="image/jpeg; x=y")(request)

    async with site(handler) as api, fetching(api) as fetcher:
        media = await fetcher.fetch(api + PATH)
    assert media == Media(b"picture", "image/jpeg")
    assert media.name(2) == "mms-2.jpg"
    assert asked[0][0] == PATH
    assert asked[0][1].startswith("Basic ")


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254" + PATH,
        "http://localhost:1" + PATH,
        "file:///etc/passwd",
        "{api}/2010-04-01/Accounts/{other}/Messages/MM" + "b" * 32 + "/Media/ME" + "c" * 32,
        "{api}/latest/meta-data",
        "{api}" + PATH + "/../../../secrets",
        "{api}" + PATH + "?x=1",
        "{user}" + PATH,
        "ftp://x" + PATH,
        "http://[::1" + PATH,
        "",
        "cat.jpg",
    ],
)
async def test_only_media_of_our_account_at_our_api_are_asked_for(address: str) -> None:
    calls = 0

    async def handler(request: web.Request) -> web.StreamResponse:
        nonlocal calls
        calls += 1
        return web.Response()

    async with site(handler) as api, fetching(api) as fetcher:
        user = api.replace("http://", "http://evil@")
        with pytest.raises(MediaRefused):
            await fetcher.fetch(address.format(api=api, other="AC" + "d" * 32, user=user))
    assert calls == 0


async def test_a_redirect_leads_to_twilios_media_without_our_credentials() -> None:
    seen: list[str | None] = []

    async def store(request: web.Request) -> web.StreamResponse:
        seen.append(request.headers.get("Authorization"))
        return await serves(b"from the store")(request)

    async with site(store) as cdn, site(serves(b"", status=307, Location=cdn + "/media/1")) as api:
        async with fetching(api, redirects_to=(cdn + "/media/",)) as fetcher:
            assert (await fetcher.fetch(api + PATH)).content == b"from the store"
        async with fetching(api, redirects_to=(cdn + "/other/",)) as fetcher:
            with pytest.raises(MediaRefused, match="redirected-elsewhere"):
                await fetcher.fetch(api + PATH)
    assert seen == [None]


@pytest.mark.parametrize(
    ("address", "followed"),
    [
        ("https://mms.twiliocdn.com/AC1/x", True),
        ("https://media.twiliocdn.com.s3-external-1.amazonaws.com/AC1/x", True),
        ("https://s3-external-1.amazonaws.com/media.twiliocdn.com/AC1/x", True),
        ("https://s3-external-1.amazonaws.com/another-bucket/x", False),
        ("https://s3-external-1.amazonaws.com/media.twiliocdn.com/../x", False),
        ("http://mms.twiliocdn.com/x", False),
        ("https://mms.twiliocdn.com.evil.example/x", False),
        ("https://twiliocdn.com.evil.example/x", False),
        ("https://eviltwiliocdn.com/x", False),
        ("https://a.b.twiliocdn.com/x", False),
        ("https://mms.twiliocdn.com:8443/x", False),
        ("https://user@mms.twiliocdn.com/x", False),
        ("http://127.0.0.1/x", False),
        ("gopher://mms.twiliocdn.com/x", False),
    ],
)
def test_where_a_redirect_may_lead(address: str, followed: bool) -> None:
    fetcher = MediaFetcher(
        account_sid=SID, auth_token=TOKEN, api_url="https://api.twilio.com", redirects_to=TWILIO_MEDIA
    )
    assert fetcher._may_follow(address) is followed


async def test_what_is_too_large_is_refused_by_its_length_and_while_it_comes() -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):
            for _ in range(100):
                await response.write(b"x" * 1000)
        return response

    for handler in (serves(b"x" * 5001), endless):
        async with site(handler) as api, fetching(api, largest=5000) as fetcher:
            with pytest.raises(MediaRefused, match="too-large"):
                await fetcher.fetch(api + PATH)
    packed = gzip.compress(b"0" * 1_000_000)
    async with (
        site(serves(packed, **{"Content-Encoding": "gzip"})) as api,
        fetching(api, largest=5000) as fetcher,
    ):
        assert (await fetcher.fetch(api + PATH)).content == packed, "nothing is unpacked on the way"


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, MediaRefused), (401, MediaRefused), (204, MediaRefused), (429, MediaUnavailable), (503, MediaUnavailable)],
)
async def test_what_may_come_later_is_told_from_what_never_comes(status: int, error: type[Exception]) -> None:
    async with site(serves(b"", status=status)) as api, fetching(api) as fetcher:
        with pytest.raises(error, match=str(status)):
            await fetcher.fetch(api + PATH)


async def test_silence_a_closed_door_and_a_circle() -> None:
    release = asyncio.Event()

    async def silent(request: web.Request) -> web.StreamResponse:
        await release.wait()
        return web.Response()

    async with site(silent) as api, fetching(api, seconds=0.1) as fetcher:
        with pytest.raises(MediaUnavailable):
            await fetcher.fetch(api + PATH)
        release.set()
    async with fetching(api) as fetcher:
        with pytest.raises(MediaUnavailable):
            await fetcher.fetch(api + PATH)
    async with site(serves(b"", status=302, Location=PATH)) as api, fetching(api) as fetcher:
        with pytest.raises(MediaRefused, match="redirected-too-often"):
            await fetcher.fetch(api + PATH)
