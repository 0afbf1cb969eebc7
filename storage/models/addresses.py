"""One spelling per address, and the hash by which a suppression knows it."""

from __future__ import annotations

import hashlib
import unicodedata
from functools import lru_cache

from storage.models.enums import Channel


def normalise(channel: Channel, address: str) -> str:
    """One spelling per address: email folded to lower case, numbers to + and digits."""
    plain = (address if address.isascii() else unicodedata.normalize("NFC", address)).strip()
    if channel is Channel.EMAIL:
        return plain.lower()
    if channel is Channel.SMS:
        digits = "".join(one for one in plain if one.isascii() and one.isdigit())
        return f"+{digits}" if digits else plain.lower()
    return plain


@lru_cache(maxsize=2048)  # the gate asks for it, then the link that unsubscribes
def address_hash(channel: Channel, address: str) -> str:
    """SHA-256 of the normalised address, in hex."""
    return hashlib.sha256(normalise(channel, address).encode("utf-8", "surrogatepass")).hexdigest()
