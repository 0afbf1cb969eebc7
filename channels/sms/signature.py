"""Is this webhook from Twilio? The signature Twilio puts into X-Twilio-Signature, checked in constant time.

The algorithm: https://www.twilio.com/docs/usage/security#validating-requests
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import SplitResult, parse_qs, urlsplit

Pairs = Iterable[tuple[str, str]]
_DEFAULT_PORTS = {"https": 443, "http": 80}


def validate(
    *,
    url: str,
    params: Mapping[str, str | Sequence[str]] | Pairs,
    signature: str | None,
    token: str,
    body: bytes | None = None,
) -> bool:
    """True if `signature` was made with `token` over the public `url` and every posted parameter.

    `url` is the configured public address, never one built from the request's Host header. `body` is given for JSON
    posts: their digest stands in the URL as bodySHA256. Anything malformed is False; so is an empty token. Bytes that are
    no UTF-8 are given as `surrogateescape` reads them: they are signed as they came.
    """
    if not isinstance(signature, str) or not signature or not token:
        return False
    try:
        given = signature.encode("ascii")
        pairs = _pairs(params) if body is None else []
        variants = _with_and_without_port(url)
        expected = [_sign(variant, pairs, token) for variant in variants]
        body_matches = body is None or _digest_matches(url, body)
    except (ValueError, TypeError, AttributeError):
        return False
    # Every variant is compared, so the time taken does not tell which of them came near.
    matches = [hmac.compare_digest(candidate, given) for candidate in expected]
    return any(matches) and body_matches


def sign(*, url: str, params: Mapping[str, str | Sequence[str]] | Pairs, token: str) -> str:
    """The signature Twilio would send for `params` posted to `url`."""
    return _sign(url, _pairs(params), token).decode("ascii")


def _pairs(params: Mapping[str, str | Sequence[str]] | Pairs) -> list[tuple[str, str]]:
    items: list[tuple[str, str]] = []
    for name, value in params.items() if isinstance(params, Mapping) else params:
        values = [value] if isinstance(value, str) else list(value)
        items.extend((name, one) for one in values)
    # Sorted by name, then value; a repeated pair counts once.
    return sorted(set(items))


def _sign(url: str, pairs: list[tuple[str, str]], token: str) -> bytes:
    text = url + "".join(name + value for name, value in pairs)
    return base64.b64encode(hmac.new(token.encode(), text.encode("utf-8", "surrogateescape"), hashlib.sha1).digest())


def _digest_matches(url: str, body: bytes) -> bool:
    claimed = parse_qs(urlsplit(url).query).get("bodySHA256", [""])[0]
    return hmac.compare_digest(hashlib.sha256(body).hexdigest().encode(), claimed.lower().encode())


def _with_and_without_port(url: str) -> tuple[str, str]:
    """Twilio signs some requests with the default port written out and some without."""
    parts = urlsplit(url)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise ValueError("not a web address")
    port = parts.port or _DEFAULT_PORTS[parts.scheme]
    return _at(parts, f"{_bare(parts)}:{port}"), _at(parts, _bare(parts))


def _bare(parts: SplitResult) -> str:
    return parts.netloc.rpartition(":")[0] if parts.port is not None else parts.netloc


def _at(parts: SplitResult, netloc: str) -> str:
    return parts._replace(netloc=netloc).geturl()
