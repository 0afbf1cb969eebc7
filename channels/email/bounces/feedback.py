"""Feedback reports (RFC 5965, and what came before it): a recipient pressed "spam", or a check of who sent a mail failed (RFC 6591)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from email.message import Message
from typing import Final

from channels.email.bounces.addresses import addresses, first_address
from channels.email.bounces.original import Original, text_of
from channels.email.bounces.report import DIAGNOSTIC_LIMIT, Action, DeliveryReport
from channels.email.reasons import Reason

_MOST_FIELDS: Final = 500
_REPORT_PART: Final = "message/feedback-report"
# Not everything that travels in this form is a complaint: "not spam" is the opposite.
_NO_COMPLAINTS: Final = frozenset({"not-spam"})
_FAILED_CHECKS: Final = frozenset({"auth-failure", "dkim", "dmarc"})
_JUNK_REPORTERS: Final = frozenset({"staff@hotmail.com", "staff@outlook.com"})
_RECIPIENT_FIELDS: Final = ("original-rcpt-to", "removal-recipient", "original-recipient")


def is_feedback(message: Message, parts: Sequence[Message]) -> bool:
    """Whether a mail is a feedback report, or Microsoft's Junk Mail Reporting: the mail alone, from a fixed address."""
    kinds = {part.get_content_type() for part in parts}
    if _REPORT_PART in kinds:
        return True
    return "message/rfc822" in kinds and first_address(str(message.get("From", ""))[:1000]).lower() in _JUNK_REPORTERS


def feedback_reports(parts: Sequence[Message], *, original: Original) -> tuple[DeliveryReport, ...]:
    """One report per recipient who complained, or whose server doubted the sender; who is hidden is taken from the quoted mail.

    Empty for feedback that is neither.
    """
    report = next((part for part in parts if part.get_content_type() == _REPORT_PART), None)
    fields = _fields(report) if report is not None else {}
    kind = _said(fields, "feedback-type").lower() or "abuse"
    if kind in _NO_COMPLAINTS:
        return ()
    doubted = kind in _FAILED_CHECKS
    named = [address for name in _RECIPIENT_FIELDS for value in fields.get(name, []) for address in addresses(value)]
    sender = first_address(_said(fields, "original-mail-from")) or original.sender
    return tuple(
        DeliveryReport(
            recipient=recipient,
            action=Action.UNPROVEN if doubted else Action.COMPLAINED,
            diagnostic=_checks(fields, kind) if doubted else f"{kind} {_said(fields, 'source-ip')}".strip()[:100],
            original_message_id=original.message_id,
            reason=Reason.AUTHENTICATION if doubted else Reason.COMPLAINT,
            original_sender=sender,
        )
        for recipient in dict.fromkeys(named or original.recipients or ("",))
    )


def _checks(fields: Mapping[str, list[str]], kind: str) -> str:
    """What was checked and how it ended, from where the mail came, and what was done with it (RFC 6591 section 3)."""
    results = _said(fields, "authentication-results") or _said(fields, "auth-failure") or kind
    rest = [f"{name}={_said(fields, name)}" for name in ("source-ip", "delivery-result") if _said(fields, name)]
    return "; ".join([results, *rest])[:DIAGNOSTIC_LIMIT]


def _said(fields: Mapping[str, list[str]], name: str) -> str:
    return " ".join(fields.get(name, [])).strip()


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
