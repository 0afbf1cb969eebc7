"""What clients allow: unsubscribe links, their words about mailings, and the last look before anything is sent to them."""

from __future__ import annotations

from crm.consent.last_word import NO_CONSENT, QUIET, TRIAL, WINDOW, Gate, gate
from crm.consent.links import BadUnsubscribeToken, Leaving, language_of, read_token, unsubscribe_token
from crm.consent.proof import ChannelStanding, How, ProofMissing, Told, history, note, standings
from crm.consent.words import MARKETING_CHANNELS, grant, start, stop, unsubscribe, withdraw, withdrawn

__all__ = [
    "MARKETING_CHANNELS",
    "NO_CONSENT",
    "QUIET",
    "TRIAL",
    "WINDOW",
    "BadUnsubscribeToken",
    "ChannelStanding",
    "Gate",
    "How",
    "Leaving",
    "ProofMissing",
    "Told",
    "gate",
    "grant",
    "history",
    "language_of",
    "note",
    "read_token",
    "standings",
    "start",
    "stop",
    "unsubscribe",
    "unsubscribe_token",
    "withdraw",
    "withdrawn",
]
