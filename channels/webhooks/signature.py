"""How the other program knows that a call is ours, and fresh."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import Final

SIGNATURE_HEADER: Final = "Touchline-Signature"


def signature(key: bytes, body: bytes, *, at: datetime) -> str:
    """`t=SECONDS,v1=HEX`: HMAC-SHA256 over the seconds, a dot and the body as sent.

    The receiver makes the same of the body it got, compares in constant time, and refuses what is minutes old.
    """
    seconds = int(at.timestamp())
    mac = hmac.new(key, f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={mac}"
