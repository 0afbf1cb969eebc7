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


def returned_notice(outbox_id: int, staff_id: int) -> str:
    return f"returned:{outbox_id}:to:{staff_id}"


def written_message(interaction_id: int) -> str:
    return f"interaction:{interaction_id}:send"


def placed_call(call_id: int) -> str:
    return f"call:{call_id}:place"


def call_card(call_id: int, staff_id: int) -> str:
    return f"call:{call_id}:to:{staff_id}"


def card_on_its_way(outbox_id: int, at: datetime) -> str:
    return f"card:sending:{outbox_id}:edit:{int(at.timestamp() * 1000)}"


def away_offer(client_id: int, returns_at: datetime, staff_id: int) -> str:
    """One offer per absence, however many notes a customer's mailbox sends about it."""
    return f"away:{client_id}:until:{int(returns_at.timestamp())}:to:{staff_id}"


def automatic_answer(interaction_id: int) -> str:
    return f"interaction:{interaction_id}:automatic"


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


def notice(card: str, card_id: int, staff_id: int) -> str:
    return f"{card}:{card_id}:to:{staff_id}"


def doubt(outbox_id: int, attempts: int, staff_id: int) -> str:
    return f"doubt:{outbox_id}:{attempts}:to:{staff_id}"


def mailing_doubt(mailing_id: int, day: date, staff_id: int) -> str:
    return f"mailing:{mailing_id}:doubt:{day.isoformat()}:to:{staff_id}"


def help_answer(address_hash: str, day: date) -> str:
    return f"help:{address_hash}:{day.isoformat()}"


def mailbox_alarm(mailbox_id: int, since: datetime, staff_id: int) -> str:
    return f"mailbox:{mailbox_id}:failing:{int(since.timestamp())}:to:{staff_id}"


def mailbox_gap(receipt_id: int, staff_id: int) -> str:
    return f"mailbox-receipt:{receipt_id}:to:{staff_id}"


def mailbox_uncompared(folder_id: int, due_at: datetime, staff_id: int) -> str:
    return f"mailbox-folder:{folder_id}:uncompared:{int(due_at.timestamp())}:to:{staff_id}"


def automation_message(enrolment_id: int, place: str) -> str:
    return f"automation:{enrolment_id}:{place}"


def automation_note(story_line_id: int, staff_id: int) -> str:
    return f"automation-note:{story_line_id}:to:{staff_id}"


def automation_notice(automation_id: int, what: str, day: date, staff_id: int) -> str:
    """One word a day of what befell an automation, however many clients it befell."""
    return f"automation-notice:{automation_id}:{what}:{day.isoformat()}:to:{staff_id}"
