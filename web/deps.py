"""What the HTTP doors are built with: handed over in app/wiring.py, read by the routes through `parts(request)`."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, cast

from fastapi import Request

from channels.inbox import Arrival
from storage.database import Database
from storage.models import Language


class Clock(Protocol):
    def now(self) -> datetime: ...


def _nothing() -> None:
    return None


def _unknown() -> float | None:
    return None


@dataclass(frozen=True, kw_only=True)
class WebParts:
    """Everything the doors need. A door whose secret is missing is closed (404 or 403), never open.

    `telegram_arrival` reads an update into an inbox row (the bot's own reading, so that polling and webhook agree).
    The `wake_…` calls tell the readers of the inbox that there is something; `poll_age` is the seconds since the last
    successful poll of Telegram, None where nobody polls here.
    """

    database: Database
    clock: Clock
    token_key: bytes
    touch_key: bytes = field(default=b"", repr=False)
    public_url: str = ""
    sender_name: str = ""
    default_language: Language = Language.EN
    telegram_secret: str = field(default="", repr=False)
    telegram_arrival: Callable[[dict[str, Any]], Arrival] | None = None
    twilio_account_sid: str = ""
    twilio_auth_token: str = field(default="", repr=False)
    voice_number: str = ""
    voice_record: bool = False
    api_key: str = field(default="", repr=False)
    currency: str = "EUR"
    wake_telegram: Callable[[], None] = _nothing
    wake_inbound: Callable[[], None] = _nothing
    poll_age: Callable[[], float | None] = _unknown


def parts(request: Request) -> WebParts:
    """The parts of the application that serves this request."""
    return cast("WebParts", request.app.state.parts)


def same(given: str | None, expected: str) -> bool:
    """Whether a secret matches, in constant time; an empty expectation matches nothing."""
    return bool(expected) and hmac.compare_digest((given or "").encode(), expected.encode())
