"""Addresses within the texts of reports, read in one pass: hostile texts cost no more than long ones."""

from __future__ import annotations

import re
from functools import cache

_LOCAL = r"A-Za-z0-9!#$%&'*+/=?^_`{|}~.\u0080-\uffff-"
_PREFIX = re.compile(r"(?:smtp|rfc822|dda)=", re.IGNORECASE)  # how X.400 gateways write it
_TRIMMED = "'`*=.!"


@cache
def _address() -> re.Pattern[str]:
    """Made when first needed: it takes longer to make than all others, and few mails are reports.

    The look-behind lets a match begin only where a word begins, so that a text without an @ is walked once.
    """
    return re.compile(
        rf"(?<![{_LOCAL}\"])"
        rf"(?:[{_LOCAL}]{{1,64}}|\"[^\"\n@]{{1,64}}\")"
        r"@(?:\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9\u0080-\uffff](?:[A-Za-z0-9._\u0080-\uffff-]{0,250}[A-Za-z0-9\u0080-\uffff])?)"
    )


def addresses(text: str) -> list[str]:
    """Every address in a text, as written, in order."""
    return [address for found in _address().finditer(text) if (address := _bare(found.group(0)))]


def first_address(text: str) -> str:
    """The first address in a text, or an empty string."""
    found = _address().search(text)
    return _bare(found.group(0)) if found else ""


def same(one: str, other: str) -> bool:
    """Whether two spellings are one address, as far as anybody outside its domain may say."""
    return one.lower() == other.lower()


def _bare(address: str) -> str:
    """Without what the text around it put there: quotation marks, stars, a leading dot."""
    local, _, domain = address.rpartition("@")
    local = local.strip('"') if local.startswith('"') else _PREFIX.sub("", local.lstrip(_TRIMMED))
    return f"{local}@{domain}" if local else ""
