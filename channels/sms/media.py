"""Pictures and files of received messages (MMS), fetched from Twilio and from nowhere else.

The addresses come with the signed webhook; still, only the API we are configured for is asked, with our credentials,
and a redirect is followed only to the hosts Twilio keeps media on, without them.
https://www.twilio.com/docs/messaging/api/media-resource
"""

from __future__ import annotations

import base64
import mimetypes
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

import aiohttp

from storage.database import assert_no_transaction

LARGEST: Final = 10 * 1024 * 1024
SECONDS: Final = 10.0
TWILIO_MEDIA: Final = (
    "https://*.twiliocdn.com/",
    "https://media.twiliocdn.com.s3-external-1.amazonaws.com/",
    "https://s3-external-1.amazonaws.com/media.twiliocdn.com/",
)
_PATH: Final = re.compile(
    r"/2010-04-01/Accounts/(AC[0-9a-fA-F]{32})/Messages/(?:SM|MM)[0-9a-fA-F]{32}/Media/ME[0-9a-fA-F]{32}"
)
_REDIRECTS: Final = 3
_CHUNK: Final = 64 * 1024
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,60}")


class MediaRefused(Exception):
    """It will never be fetched: not Twilio's, too large, or gone. The message is a code."""


class MediaUnavailable(Exception):
    """Not now: nobody answered, or not in time. The message is a code."""


@dataclass(frozen=True, slots=True)
class Media:
    """One file of a message."""

    content: bytes
    media_type: str

    def name(self, number: int) -> str:
        """What it is called for people; Twilio knows no names."""
        return f"mms-{number}{mimetypes.guess_extension(self.media_type) or ''}"


class MediaFetcher:
    """`redirects_to` are the beginnings of addresses a redirect may lead to; `*` stands for one host name's first part."""

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        api_url: str,
        redirects_to: Sequence[str] = TWILIO_MEDIA,
        seconds: float = SECONDS,
        largest: int = LARGEST,
    ) -> None:
        self._account_sid = account_sid
        self._api = urlsplit(api_url)
        self._redirects_to = [urlsplit(one) for one in redirects_to]
        self._authorization = "Basic " + base64.b64encode(f"{account_sid}:{auth_token}".encode()).decode()
        self._timeout = aiohttp.ClientTimeout(total=seconds)
        self._largest = largest
        self._session: aiohttp.ClientSession | None = None

    async def fetch(self, url: str) -> Media:
        """The file at a MediaUrl. Raises MediaRefused, MediaUnavailable."""
        assert_no_transaction()
        address = url
        if not self._is_ours(address):
            raise MediaRefused("not-twilios")
        if self._session is None:
            # Nothing is unpacked on the way: a small answer stays small.
            self._session = aiohttp.ClientSession(timeout=self._timeout, auto_decompress=False)
        try:
            for _ in range(_REDIRECTS + 1):
                found = await self._get(self._session, address)
                if isinstance(found, Media):
                    return found
                address = urljoin(address, found)
                if not self._may_follow(address):
                    raise MediaRefused("redirected-elsewhere")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise MediaUnavailable(type(error).__name__) from None
        raise MediaRefused("redirected-too-often")

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _get(self, session: aiohttp.ClientSession, address: str) -> Media | str:
        """The file, or where the answer says it is."""
        headers = {"Accept-Encoding": "identity"}
        if _origin(urlsplit(address)) == _origin(self._api):
            headers["Authorization"] = self._authorization
        async with session.get(address, headers=headers, allow_redirects=False) as response:
            if response.status in (301, 302, 303, 307, 308) and response.headers.get("Location"):
                return response.headers["Location"]
            if response.status in (429,) or response.status >= 500:
                raise MediaUnavailable(str(response.status))
            if response.status != 200:
                raise MediaRefused(str(response.status))
            if (response.content_length or 0) > self._largest:
                raise MediaRefused("too-large")
            content = bytearray()
            async for chunk in response.content.iter_chunked(_CHUNK):
                content += chunk
                if len(content) > self._largest:
                    raise MediaRefused("too-large")
            given = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            return Media(bytes(content), given if _MEDIA_TYPE.fullmatch(given) else "application/octet-stream")

    def _is_ours(self, address: str) -> bool:
        parts = _split(address)
        if parts is None or _origin(parts) != _origin(self._api) or parts.query or parts.fragment:
            return False
        found = _PATH.fullmatch(parts.path.removeprefix(self._api.path.rstrip("/")))
        return found is not None and found.group(1) == self._account_sid

    def _may_follow(self, address: str) -> bool:
        parts = _split(address)
        if parts is None:
            return False
        if _origin(parts) == _origin(self._api):
            return True
        return any(_leads_to(parts, allowed) for allowed in self._redirects_to)


def _split(address: str) -> SplitResult | None:
    """A web address without a user name in it; None for anything else."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    sound = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc and "\\" not in address
    return parts if sound else None


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    return parts.scheme, (parts.hostname or "").lower(), parts.port or {"https": 443}.get(parts.scheme, 80)


def _leads_to(parts: SplitResult, allowed: SplitResult) -> bool:
    scheme, host, port = _origin(parts)
    wanted = _origin(allowed)
    if allowed.netloc.startswith("*."):
        name, _, rest = host.partition(".")
        fits = bool(name) and rest == (allowed.hostname or "").removeprefix("*.")
        return fits and (scheme, port) == (wanted[0], wanted[2])
    climbs = "/.." in parts.path or "%2e" in parts.path.lower()
    return (scheme, host, port) == wanted and not climbs and parts.path.startswith(allowed.path)
