"""What links to customers carry: a few numbers under a MAC bound to one purpose, spelled in exactly one way."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from functools import lru_cache

from crm.errors import CrmError

_MAC_BYTES = 16


class BadToken(CrmError):
    """The link was cut, changed or made up."""

    code = "consent.bad_token"


def seal(body: bytes, *, key: bytes, purpose: bytes) -> str:
    """The body and its MAC in letters that stand in an address as they are."""
    return base64.urlsafe_b64encode(body + _mac(body, key, purpose)).decode().rstrip("=")


def unseal(token: str, *, key: bytes, purpose: bytes) -> bytes:
    """The body of a token of this purpose. Raises BadToken."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise BadToken from error
    body, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    # One spelling per link: the decoder also reads letters whose spare bits differ.
    if not hmac.compare_digest(mac, _mac(body, key, purpose)) or base64.urlsafe_b64encode(raw).decode().rstrip("=") != (
        token
    ):
        raise BadToken
    return body


def _mac(body: bytes, key: bytes, purpose: bytes) -> bytes:
    keyed = _keyed(key, purpose).copy()
    keyed.update(body)
    return keyed.digest()[:_MAC_BYTES]


@lru_cache(maxsize=16)
def _keyed(key: bytes, purpose: bytes) -> hmac.HMAC:
    """With the purpose in it already: to copy it costs half of what a new one does."""
    return hmac.new(key, purpose, hashlib.sha256)
