"""The proxy does what its switches say; faults that were not really there would prove nothing."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from tests.faults.proxy import Mode, Proxy, Way


@contextlib.asynccontextmanager
async def echo() -> AsyncIterator[Proxy]:
    """A proxy in front of a server that says everything back."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while piece := await reader.read(1000):
                writer.write(piece)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with Proxy("127.0.0.1", server.sockets[0].getsockname()[1]) as proxy:
        yield proxy
    server.close()
    await asyncio.sleep(0.01)


async def said_back(proxy: Proxy) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A line over which one word went and came back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(b"hello")
    assert await reader.readexactly(5) == b"hello"
    return reader, writer


async def test_it_passes_both_ways_and_counts() -> None:
    async with echo() as proxy:
        reader, writer = await said_back(proxy)
        assert (proxy.passed, proxy.lines, len(proxy.connected_at)) == (dict.fromkeys(Way, 5), 1, 1)
        writer.write_eof()
        assert await reader.read() == b""
        writer.close()


async def test_a_black_hole_says_nothing_and_closes_nothing_even_afterwards() -> None:
    async with echo() as proxy:
        reader, writer = await said_back(proxy)
        proxy.mode = Mode.BLACKHOLE
        writer.write(b"anybody?")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.1)
        proxy.mode = Mode.PASS
        writer.write(b"and now?")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.1)
        assert proxy.lines == 1
        _, second = await said_back(proxy)
        for one in (writer, second):
            one.close()


async def test_a_drop_resets_every_line_and_lets_new_ones_in() -> None:
    async with echo() as proxy:
        reader, writer = await said_back(proxy)
        assert await proxy.drop() == 1
        with pytest.raises(ConnectionError):
            if not await reader.read(1):
                raise ConnectionResetError
        writer.close()
        (await said_back(proxy))[1].close()


async def test_new_lines_are_refused_and_standing_ones_go_on() -> None:
    async with echo() as proxy:
        reader, writer = await said_back(proxy)
        proxy.mode = Mode.REFUSE
        late_reader, late = await asyncio.open_connection("127.0.0.1", proxy.port)
        with contextlib.suppress(ConnectionError):
            assert await late_reader.read(1) == b""
        writer.write(b"still here")
        assert await reader.readexactly(10) == b"still here"
        for one in (writer, late):
            one.close()


async def test_half_closed_the_client_hears_the_end_and_may_still_speak() -> None:
    async with echo() as proxy:
        reader, writer = await said_back(proxy)
        proxy.mode = Mode.HALF_CLOSE
        assert await asyncio.wait_for(reader.read(), 1) == b""
        writer.write(b"more")
        await asyncio.sleep(0.05)
        assert proxy.passed == {Way.TO_SERVER: 9, Way.TO_CLIENT: 5}
        writer.close()


@pytest.mark.parametrize("way", list(Way))
async def test_the_line_ends_after_so_many_bytes(way: Way) -> None:
    async with echo() as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        proxy.cut_after(7, way)
        writer.write(b"0123456789")
        got = b""
        with contextlib.suppress(ConnectionError):
            while piece := await reader.read(100):
                got += piece
        assert proxy.passed[way] == 7
        assert got in (b"", b"0123456")
        writer.close()
        (await said_back(proxy))[1].close()


async def test_everything_waits_its_delay() -> None:
    async with echo() as proxy:
        proxy.delay = 0.05
        began = asyncio.get_running_loop().time()
        _, writer = await said_back(proxy)
        assert asyncio.get_running_loop().time() - began >= 0.1
        writer.close()
