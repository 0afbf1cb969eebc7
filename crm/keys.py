"""Dedupe keys of the ledger: made of stable ids, never of text, and all in this one place."""

from __future__ import annotations

from datetime import date, datetime


def mailing_member(mailing_id: int, client_id: int) -> str:
    return f"mailing:{mailing_id}:client:{client_id}"


def reminder(followup_id: int, due_at: datetime, staff_id: int) -> str:
    return f"followup:{followup_id}:due:{int(due_at.timestamp())}:to:{staff_id}"


def escalation(followup_id: int, due_at: datetime, staff_id: int) -> str:
    return f"followup:{followup_id}:late:{int(due_at.timestamp())}:to:{staff_id}"


def digest(staff_id: int, day: date) -> str:
    return f"digest:{day.isoformat()}:to:{staff_id}"


def inbound_notice(interaction_id: int, staff_id: int) -> str:
    return f"inbound:{interaction_id}:to:{staff_id}"


def written_message(interaction_id: int) -> str:
    return f"interaction:{interaction_id}:send"


def card_edit(card_message_id: int, at: datetime) -> str:
    return f"card:{card_message_id}:edit:{int(at.timestamp() * 1000)}"


def mailbox_alarm(mailbox_id: int, since: datetime, staff_id: int) -> str:
    return f"mailbox:{mailbox_id}:failing:{int(since.timestamp())}:to:{staff_id}"


def mailbox_gap(receipt_id: int, staff_id: int) -> str:
    return f"mailbox-receipt:{receipt_id}:to:{staff_id}"
