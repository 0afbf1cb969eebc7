"""Writing to a client: emails and SMS as ledger rows, in the thread they answer, composed when they are sent."""

from crm.writing.answering import NothingToAnswer, answer, answer_all, answerable, everybody
from crm.writing.composing import SIGNATURE_MARK, Sender, composers, whole_text
from crm.writing.letters import (
    EMAIL_LIMIT,
    FILES_LIMIT,
    POINTS,
    SMS_LIMIT,
    SUBJECT_LIMIT,
    FilesTooLarge,
    Letter,
    NoAddress,
    NoFilesBySms,
    SmsRefused,
    addresses,
    check_sms,
    write,
)
from crm.writing.people import MOST_RECIPIENTS, Ours, People, TooManyRecipients, correspondents, wants_answers_at
from crm.writing.progress import ASKED_AFTER, changed_cards, show_progress

__all__ = [
    "ASKED_AFTER",
    "EMAIL_LIMIT",
    "FILES_LIMIT",
    "MOST_RECIPIENTS",
    "POINTS",
    "SIGNATURE_MARK",
    "SMS_LIMIT",
    "SUBJECT_LIMIT",
    "FilesTooLarge",
    "Letter",
    "NoAddress",
    "NoFilesBySms",
    "NothingToAnswer",
    "Ours",
    "People",
    "Sender",
    "SmsRefused",
    "TooManyRecipients",
    "addresses",
    "answer",
    "answer_all",
    "answerable",
    "changed_cards",
    "check_sms",
    "composers",
    "correspondents",
    "everybody",
    "show_progress",
    "wants_answers_at",
    "whole_text",
    "write",
]
