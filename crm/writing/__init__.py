"""Writing to a client: emails and SMS as ledger rows, in the thread they answer, composed when they are sent."""

from crm.writing.answering import NothingToAnswer, answer
from crm.writing.composing import Sender, composers
from crm.writing.letters import (
    EMAIL_LIMIT,
    FILES_LIMIT,
    SMS_LIMIT,
    SUBJECT_LIMIT,
    FilesTooLarge,
    Letter,
    NoAddress,
    addresses,
    sms_parts,
    write,
)
from crm.writing.progress import changed_cards, show_progress

__all__ = [
    "EMAIL_LIMIT",
    "FILES_LIMIT",
    "SMS_LIMIT",
    "SUBJECT_LIMIT",
    "FilesTooLarge",
    "Letter",
    "NoAddress",
    "NothingToAnswer",
    "Sender",
    "addresses",
    "answer",
    "changed_cards",
    "composers",
    "show_progress",
    "sms_parts",
    "write",
]
