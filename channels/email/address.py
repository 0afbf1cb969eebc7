"""The one check an address passes before it enters an envelope or a header: strict, ours, and it never repairs.

Libraries unquote and rewrite; a rewritten recipient is somebody else (RFC 5321 section 4.1.2, without quoted strings).
"""

from __future__ import annotations

import re
import stringprep
import unicodedata
from functools import lru_cache

_LOCAL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+)*"
)
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_DOTS = re.compile("[.\u3002\uff0e\uff61]")
_KEPT_SINCE_2008 = frozenset("ßς")
_LITERAL = re.compile(r"\[[0-9]{1,3}(\.[0-9]{1,3}){3}\]")


class BadAddress(ValueError):
    """Not an address we are willing to put on the wire."""


@lru_cache(maxsize=4096)  # an address is looked at by its header and its envelope, ours by every mail
def wire_form(address: str) -> str:
    """`address` as it goes into SMTP: the domain in ASCII (IDNA), the local part as typed. Raises BadAddress.

    A non-ASCII local part stays as it is: such mail needs a server that speaks SMTPUTF8.
    """
    local, at, domain = address.rpartition("@")
    if not at or len(address) > 254 or len(local.encode("utf-8", "replace")) > 64:
        raise BadAddress("not an address, or longer than 254 characters")
    if not _LOCAL.fullmatch(local) or not (local.isascii() or _printable(local)):
        raise BadAddress("the part before @ holds what an address cannot hold")
    return f"{local}@{_domain(domain)}"


@lru_cache(maxsize=4096)
def _domain(domain: str) -> str:
    if _LITERAL.fullmatch(domain):
        return domain
    try:
        ascii_domain = domain if domain.isascii() else ".".join(_ascii_label(one) for one in _DOTS.split(domain))
    except UnicodeError as error:
        raise BadAddress("the part after @ is no domain name") from error
    labels = ascii_domain.split(".")
    if len(ascii_domain) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise BadAddress("the part after @ is no domain name")
    return ascii_domain


def _ascii_label(label: str) -> str:
    """A label as DNS knows it. Raises UnicodeError.

    Python's codec is IDNA of 2003: it makes ss of ß and drops joiners, and so names somebody else's domain.
    """
    if not _printable(label) or any(map(stringprep.in_table_b1, label)):
        raise UnicodeError("it holds what nobody sees")
    lowered = unicodedata.normalize("NFC", label.lower())
    if label.isascii() or _KEPT_SINCE_2008.isdisjoint(lowered):
        return label if label.isascii() else label.encode("idna").decode("ascii")
    if not lowered.replace("-", "").isalnum():
        raise UnicodeError("no letters of a name")
    return f"xn--{lowered.encode('punycode').decode('ascii')}"


def _printable(text: str) -> bool:
    """No white space, no control, format or unassigned characters, no lone surrogates."""
    return all(char.isprintable() and not char.isspace() for char in text)
