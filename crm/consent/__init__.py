"""What clients allow: unsubscribe links, their words about mailings, and the last look before anything is sent to them."""

from __future__ import annotations

from crm.consent.last_word import gate
from crm.consent.links import BadUnsubscribeToken, Leaving, language_of, read_token, unsubscribe_token
from crm.consent.words import MARKETING_CHANNELS, grant, start, stop, unsubscribe, withdrawn

__all__ = [
    "MARKETING_CHANNELS",
    "BadUnsubscribeToken",
    "Leaving",
    "gate",
    "grant",
    "language_of",
    "read_token",
    "start",
    "stop",
    "unsubscribe",
    "unsubscribe_token",
    "withdrawn",
]
