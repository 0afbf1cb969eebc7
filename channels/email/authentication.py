"""What our own receiving server found about a mail's sender: SPF, DKIM and DMARC, out of Authentication-Results (RFC 8601).

Only the topmost header counts, and only from a server that names itself in the Received header right above: whatever a
sender put into the mail lies below the Received header of our server.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_METHODS: Final = ("dmarc", "spf", "dkim")
_LONGEST = 4000
_COMMENT = re.compile(r"\([^()]{0,500}\)")
_RESULT = re.compile(r"(?:^|;)\s{0,20}(dmarc|spf|dkim)(?:/\d{1,3})?\s{0,5}=\s{0,5}([a-z]{1,20})", re.IGNORECASE)
_HOST = re.compile(r"\s{0,20}([A-Za-z0-9._-]{1,255})")
_BY = re.compile(r"\bby\s{1,5}([A-Za-z0-9._-]{1,255})", re.IGNORECASE)
_REGISTRIES = frozenset(
    {"co", "com", "net", "org", "ac", "or", "go", "in"}
)  # example.co.th has no house of its own above it
FAILED: Final = "dmarc=fail"
_PASSED: Final = "dmarc=pass"


def results(headers: Sequence[tuple[str, str]]) -> str:
    """`dmarc=pass spf=pass dkim=pass` as far as known; empty where our server said nothing. `headers` in their order."""
    said, received_above = "", []
    for name, value in headers:
        lowered = name.lower()
        if lowered == "authentication-results":
            said = value[:_LONGEST]
            break
        if lowered == "received":
            received_above.append(value[:_LONGEST])
    if not said or not _is_ours(said, received_above, headers):
        return ""
    plain = _COMMENT.sub(" ", " ".join(said.split()))
    found: dict[str, str] = {}
    for method, result in _RESULT.findall(plain):
        name, word = method.lower(), result.lower()
        # One good signature is enough; several may stand there.
        if name not in found or word == "pass":
            found[name] = word
    return " ".join(f"{name}={found[name]}" for name in _METHODS if name in found)[:60]


def is_forged(authentication: str) -> bool:
    """Whether the sender's own domain says that this mail is not its (DMARC failed)."""
    return FAILED in authentication.split()


def is_vouched_for(authentication: str) -> bool:
    """Whether the sender's own domain says that this mail is its (DMARC passed)."""
    return _PASSED in authentication.split()


def _is_ours(said: str, above: Sequence[str], headers: Sequence[tuple[str, str]]) -> bool:
    """Whether the server that took the mail in wrote the results.

    Every hop above them must be of its own house, or have no name (Google's own are addresses). With none above, our
    server put its results on top; then the first hop below is its own.
    """
    host = _HOST.match(said)
    if host is None:
        return False
    below = next((value[:_LONGEST] for name, value in headers if name.lower() == "received"), "")
    hops = [by[1].lower() for by in map(_BY.search, (_COMMENT.sub(" ", one) for one in above or [below])) if by]
    if said[host.end() :].lstrip()[:1] == "=":
        # Microsoft's servers name themselves nowhere but in Received.
        return bool(hops) and all(hop.endswith(".outlook.com") for hop in hops)
    named = [hop for hop in hops if "." in hop and not hop.replace(".", "").isdigit()]
    return all(_same_house(host[1], hop) for hop in named) and bool(named or hops or not (above or below))


def _same_house(one: str, other: str) -> bool:
    """The same host, one above the other, or two of one domain: mx1.shop.test and mail.shop.test."""
    one, other = one.lower().rstrip("."), other.lower().rstrip(".")
    if one == other or one.endswith(f".{other}") or other.endswith(f".{one}"):
        return min(one.count("."), other.count(".")) >= 1 or one == other
    left, right = one.partition(".")[2], other.partition(".")[2]
    registry = left.partition(".")[0] in _REGISTRIES and left.count(".") == 1
    return left == right and left.count(".") >= 1 and not registry
