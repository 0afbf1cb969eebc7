"""What clients allow: unsubscribe links, their words about mailings, and the last look before anything is sent to them."""

from __future__ import annotations

from crm.consent.choices import Choices, Chosen, TopicChoice, choices, choose, leave_all, title_of
from crm.consent.last_word import NO_CONSENT, QUIET, TRIAL, WINDOW, Gate, gate
from crm.consent.links import (
    PREFERENCES,
    BadUnsubscribeToken,
    Leaving,
    language_of,
    read_token,
    unsubscribe_token,
    ways_out,
)
from crm.consent.proof import ChannelStanding, How, ProofMissing, Told, history, note, standings
from crm.consent.words import MARKETING_CHANNELS, grant, start, stop, unsubscribe, withdraw, withdrawn

__all__ = [
    "MARKETING_CHANNELS",
    "NO_CONSENT",
    "PREFERENCES",
    "QUIET",
    "TRIAL",
    "WINDOW",
    "BadUnsubscribeToken",
    "ChannelStanding",
    "Choices",
    "Chosen",
    "Gate",
    "How",
    "Leaving",
    "ProofMissing",
    "Told",
    "TopicChoice",
    "choices",
    "choose",
    "gate",
    "grant",
    "history",
    "language_of",
    "leave_all",
    "note",
    "read_token",
    "standings",
    "start",
    "stop",
    "title_of",
    "unsubscribe",
    "unsubscribe_token",
    "ways_out",
    "withdraw",
    "withdrawn",
]
