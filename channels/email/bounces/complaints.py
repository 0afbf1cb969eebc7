"""Complaints: a recipient pressed "spam", and their provider says so (feedback reports, RFC 5965 and what came before it)."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import Message
from typing import Final

from channels.email.bounces.addresses import addresses, first_address
from channels.email.bounces.original import Original, text_of
from channels.email.bounces.report import Action, DeliveryReport
from channels.email.reasons import Reason

_MOST_FIELDS: Final = 500
_REPORT_PART: Final = "message/feedback-report"
# Not everything that travels in this form is a complaint: a failed DMARC check is not, "not spam" is the opposite.
_NO_COMPLAINTS: Final = frozenset({"not-spam", "auth-failure", "dkim", "dmarc"})
_JUNK_REPORTERS: Final = frozenset({"staff@hotmail.com", "staff@outlook.com"})
_RECIPIENT_FIELDS: Final = ("original-rcpt-to", "removal-recipient", "original-recipient")


def is_feedback(message: Message, parts: Sequence[Message]) -> bool:
    """Whether a mail is a feedback report, or Microsoft's Junk Mail Reporting: the mail alone, from a fixed address."""
    kinds = {part.get_content_type() for part in parts}
    if _REPORT_PART in kinds:
        return True
    return "message/rfc822" in kinds and first_address(str(message.get("From", ""))[:1000]).lower() in _JUNK_REPORTERS


def complaints(parts: Sequence[Message], *, original: Original) -> tuple[DeliveryReport, ...]:
    """One report per recipient who complained; providers that hide them leave the address of the quoted mail.

    Empty for feedback that is no complaint.
    """
    report = next((part for part in parts if part.get_content_type() == _REPORT_PART), None)
    fields = _fields(report) if report is not None else {}
    kind = " ".join(fields.get("feedback-type", ["abuse"])).strip().lower()
    if kind in _NO_COMPLAINTS:
        return ()
    named = [address for name in _RECIPIENT_FIELDS for value in fields.get(name, []) for address in addresses(value)]
    sender = first_address(" ".join(fields.get("original-mail-from", []))) or original.sender
    return tuple(
        DeliveryReport(
            recipient=recipient,
            action=Action.COMPLAINED,
            diagnostic=f"{kind} {' '.join(fields.get('source-ip', []))}".strip()[:100],
            original_message_id=original.message_id,
            reason=Reason.COMPLAINT,
            original_sender=sender,
        )
        for recipient in dict.fromkeys(named or original.recipients or ("",))
    )


def _fields(part: Message) -> dict[str, list[str]]:
    """The report's fields; several of one name are several recipients."""
    payload = part.get_payload() if part.is_multipart() else None
    inner = payload[0] if isinstance(payload, list) and payload else None
    fields: dict[str, list[str]] = {}
    if isinstance(inner, Message):
        for name, value in list(inner.raw_items())[:_MOST_FIELDS]:
            fields.setdefault(name.lower(), []).append(" ".join(str(value)[:1000].split()))
        return fields
    for line in text_of(part)[:20_000].splitlines()[:_MOST_FIELDS]:
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), []).append(value.strip()[:1000])
    return fields
