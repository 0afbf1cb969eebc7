"""The transport beneath python-telegram-bot: its BaseRequest over aiohttp, with connections kept open.

Nothing raised or logged here holds a URL: every Bot API URL has the token in it.
"""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Mapping
from types import TracebackType
from typing import IO, Final

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from channels.telegram.errors import ConnectTimedOut, NotSent
from storage.database import assert_no_transaction

# Below the idle time of the servers we talk to: a POST on a connection just being closed has an unknown outcome.
_KEEP_ALIVE_SECONDS: Final = 25.0
_UNSAFE_IN_FILE_NAME = re.compile(r'[\x00-\x1f\x7f"\\/]')

UploadFile = tuple[str, bytes | IO[bytes], str]


class AiohttpRequest(BaseRequest):
    """One pool of connections to a Bot API server.

    Times are seconds, None is no limit. Raises what python-telegram-bot expects (TimedOut, NetworkError) and, where
    nothing has left this machine, NotSent or ConnectTimedOut. Weaknesses: no HTTP/2, no SOCKS proxy, and the write
    limit bounds the whole call rather than each write.
    """

    def __init__(
        self,
        *,
        connection_pool_size: int = 64,
        read_timeout: float | None = 10.0,
        write_timeout: float | None = 10.0,
        connect_timeout: float | None = 5.0,
        pool_timeout: float | None = 5.0,
        media_write_timeout: float | None = 60.0,
        proxy: str | None = None,
    ) -> None:
        self._pool_size = connection_pool_size
        self._read_timeout = read_timeout
        self._write_timeout = write_timeout
        self._connect_timeout = connect_timeout
        self._pool_timeout = pool_timeout
        self._media_write_timeout = media_write_timeout
        self._proxy = proxy
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Default for one call, without the seconds a long poll adds."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the pool; does nothing when it is open."""
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._pool_size, keepalive_timeout=_KEEP_ALIVE_SECONDS)
            self._session = aiohttp.ClientSession(connector=connector, headers={"User-Agent": self.USER_AGENT})

    async def shutdown(self) -> None:
        """Close every connection; does nothing when they are closed."""
        if self._session is not None:
            await self._session.close()
            self._session = None
            await asyncio.sleep(0)  # closing a transport takes one more turn of the loop

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> None:
        """Close on leaving the block."""
        await self.shutdown()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one call; the HTTP status and the body come back whatever the status is."""
        if self._session is None or self._session.closed:
            raise RuntimeError("This request object is not initialized")
        assert_no_transaction()
        files: Mapping[str, UploadFile] = request_data.multipart_data if request_data else {}
        default_write = self._media_write_timeout if files else self._write_timeout
        timeout = _timeout(
            read=_chosen(read_timeout, self._read_timeout),
            write=_chosen(write_timeout, default_write),
            connect=_chosen(connect_timeout, self._connect_timeout),
            pool=_chosen(pool_timeout, self._pool_timeout),
            whole=method == "POST",  # downloads may be long as long as bytes keep coming
        )
        form = _form(request_data.json_parameters, files) if request_data else None
        failure: TelegramError
        try:
            async with self._session.request(
                method, url, data=form, timeout=timeout, proxy=self._proxy, allow_redirects=False
            ) as response:
                return response.status, await response.read()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            failure = _failure(error)
        # Raised outside the handler: the library's error holds the URL and must not hang on ours as its context.
        raise failure


def _chosen(value: ODVInput[float], default: float | None) -> float | None:
    return default if isinstance(value, DefaultValue) else value


def _timeout(
    *, read: float | None, write: float | None, connect: float | None, pool: float | None, whole: bool
) -> aiohttp.ClientTimeout:
    to_connected = None if connect is None or pool is None else connect + pool
    limits = (read, write, to_connected)
    total = sum(limit for limit in limits if limit is not None) if whole and None not in limits else None
    return aiohttp.ClientTimeout(total=total, connect=to_connected, sock_connect=connect, sock_read=read)


def _form(parameters: Mapping[str, str], files: Mapping[str, UploadFile]) -> aiohttp.FormData | Mapping[str, str]:
    if not files:
        return parameters
    # Telegram takes file names as plain UTF-8; percent-encoded ones would be shown as they are.
    form = aiohttp.FormData(quote_fields=False)
    for name, value in parameters.items():
        form.add_field(name, value)
    for name, (file_name, content, media_type) in files.items():
        stream = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(
            name, stream, filename=_UNSAFE_IN_FILE_NAME.sub("_", file_name or "file"), content_type=media_type
        )
    return form


def _failure(error: Exception) -> TelegramError:
    name = type(error).__name__
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return ConnectTimedOut("No connection in time")
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ClientProxyConnectionError | aiohttp.InvalidURL):
        return NotSent(f"Could not connect ({name})")
    if isinstance(error, TimeoutError):
        return TimedOut()
    return NetworkError(f"The connection broke ({name})")
