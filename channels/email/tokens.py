"""Access tokens for mail servers that take no passwords (Microsoft 365, Gmail): OAuth 2.0, told by a file of ours.

The file is TOML: token_url, client_id, client_secret, scope, refresh_token. Without a refresh token the program asks in its
own name (client credentials, RFC 6749 section 4.4), else in that of whoever consented (section 6).
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import json
import os
import time
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import structlog

from storage.database import assert_no_transaction

_log = structlog.get_logger(__name__)

_KEYS: Final = ("token_url", "client_id", "client_secret", "scope", "refresh_token")
_TIMEOUT: Final = 15.0
_EARLY: Final = 300.0  # seconds before its end a token is replaced
_USUAL_LIFE: Final = 3600.0  # where the answer names none
_LARGEST_ANSWER: Final = 64 * 1024
_SAID: Final = 200


class NoToken(Exception):
    """None could be had. `passing`: asking again may help; else only another file does. `said` is in the server's words."""

    def __init__(self, said: str, *, passing: bool) -> None:
        super().__init__(said)
        self.said = said
        self.passing = passing


@dataclass(frozen=True)
class Grant:
    """What the file says."""

    token_url: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    scope: str = ""
    refresh_token: str = field(default="", repr=False)

    @classmethod
    def read(cls, path: Path) -> Grant:
        """Raises ValueError naming what is wrong, never a secret."""
        try:
            found = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ValueError(f"{path} cannot be read ({error.strerror})") from None
        except (UnicodeDecodeError, tomllib.TOMLDecodeError):
            raise ValueError(f"{path} is not TOML") from None
        if unknown := found.keys() - set(_KEYS):
            raise ValueError(f"{path}: {min(unknown)} is not known; there are {', '.join(_KEYS)}")
        if wrong := [name for name, value in found.items() if not isinstance(value, str)]:
            raise ValueError(f"{path}: {wrong[0]} must be text")
        for needed in ("token_url", "client_id"):
            if not found.get(needed):
                raise ValueError(f"{path}: {needed} is missing")
        if not (found.get("client_secret") or found.get("refresh_token")):
            raise ValueError(f"{path}: client_secret or refresh_token is missing")
        address = urlsplit(found["token_url"])
        local = (address.hostname or "") in ("localhost", "127.0.0.1", "::1")
        if not address.hostname or (address.scheme != "https" and not (local and address.scheme == "http")):
            raise ValueError(f"{path}: token_url must begin with https://")
        return cls(**found)


@functools.lru_cache(maxsize=64)
def tokens_of(path: str) -> Tokens:
    """The tokens of one file, shared by every line that logs in with it."""
    return Tokens(Path(path))


class Tokens:
    """Keeps the token in force, and the refresh token a server hands out in place of the one in the file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept = path.with_name(path.name + ".renewed")
        self._token = ""
        self._until = 0.0  # monotonic
        self._one_at_a_time = asyncio.Lock()

    async def get(self, *, instead_of: str = "") -> str:
        """A token that lasts a while; `instead_of` is one that was refused. Raises NoToken."""
        assert_no_transaction()
        async with self._one_at_a_time:
            if self._token and self._token != instead_of and time.monotonic() < self._until:
                return self._token
            try:
                grant = await asyncio.to_thread(Grant.read, self._path)
            except ValueError as error:
                raise NoToken(str(error), passing=False) from None
            refresh = await asyncio.to_thread(self._refresh_token, grant)
            answer = await _ask(grant, refresh)
            token, life = answer.get("access_token"), answer.get("expires_in")
            if not isinstance(token, str) or not token.isascii() or not token.isprintable():
                raise NoToken("the answer holds no access token", passing=False)
            seconds = float(life) if isinstance(life, int | float) and life > 0 else _USUAL_LIFE
            self._token, self._until = token, time.monotonic() + max(seconds - _EARLY, seconds / 2)
            renewed = answer.get("refresh_token")
            if isinstance(renewed, str) and renewed and renewed != refresh and grant.refresh_token:
                await asyncio.to_thread(self._keep, grant, renewed)
            return token

    def _refresh_token(self, grant: Grant) -> str:
        """The one handed out last, unless the file's has been replaced since."""
        try:
            kept = json.loads(self._kept.read_text())
        except FileNotFoundError:
            return grant.refresh_token
        except (OSError, ValueError):
            _log.warning("A renewed token cannot be read; the first one is used", file=self._kept.name)
            return grant.refresh_token
        return str(kept["token"]) if kept.get("first") == _mark(grant.refresh_token) else grant.refresh_token

    def _keep(self, grant: Grant, renewed: str) -> None:
        unfinished = self._kept.with_name(f"{self._kept.name}.{os.getpid()}")
        try:
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                json.dump({"first": _mark(grant.refresh_token), "token": renewed}, file)
            unfinished.replace(self._kept)
        except OSError as error:
            _log.error(
                "A renewed token cannot be kept beside its file: the login will end with the old one",
                cause=error.strerror,
            )


def _mark(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def _ask(grant: Grant, refresh: str) -> dict[str, Any]:
    import aiohttp  # with its own half second only where it is needed

    form = {"client_id": grant.client_id, "client_secret": grant.client_secret, "scope": grant.scope}
    form |= (
        {"grant_type": "refresh_token", "refresh_token": refresh} if refresh else {"grant_type": "client_credentials"}
    )
    wanted = {name: value for name, value in form.items() if value}
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_TIMEOUT)) as session,
            session.post(grant.token_url, data=wanted, allow_redirects=False) as answer,
        ):
            status, content = answer.status, await answer.content.read(_LARGEST_ANSWER)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise NoToken(f"{urlsplit(grant.token_url).hostname} cannot be reached", passing=True) from error
    try:
        found = json.loads(content)
    except ValueError:
        found = {}
    if status == 200 and isinstance(found, dict):
        return found
    said = (
        " ".join(str(found.get(name, "")) for name in ("error", "error_description")) if isinstance(found, dict) else ""
    )
    # 429 and 5xx are moods; what an answer calls an error is not.
    passing = status == 429 or status >= 500
    raise NoToken(" ".join(said.split())[:_SAID] or f"HTTP {status}", passing=passing)
