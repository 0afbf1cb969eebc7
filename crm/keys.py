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


def written_copy(interaction_id: int, place: int) -> str:
    """One recipient of several: `place` counts them in the order of the message's headers, from 1."""
    return f"interaction:{interaction_id}:send:{place}"


def conversation_given(interaction_id: int, staff_id: int, at: datetime) -> str:
    return f"inbound:{interaction_id}:given:{int(at.timestamp() * 1000)}:to:{staff_id}"


def forwarded_card(interaction_id: int, staff_id: int, at: datetime) -> str:
    return f"interaction:{interaction_id}:forwarded:{int(at.timestamp() * 1000)}:to:{staff_id}"


def forwarded_file(attachment_id: int, staff_id: int, at: datetime) -> str:
    return f"attachment:{attachment_id}:forwarded:{int(at.timestamp() * 1000)}:to:{staff_id}"


def card_edit(card_message_id: int, at: datetime) -> str:
    return f"card:{card_message_id}:edit:{int(at.timestamp() * 1000)}"
