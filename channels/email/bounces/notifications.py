"""Notifications that Amazon SES sends by mail, as JSON in the text: bounces, complaints, deliveries, delays.

https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from channels.email import reasons
from channels.email.bounces.addresses import first_address
from channels.email.bounces.report import DIAGNOSTIC_LIMIT, Action, DeliveryReport
from channels.email.reasons import Reason

# Relays break lines that are too long for SMTP, with or without an exclamation mark.
_BROKEN: Final = re.compile(r"!?\n[ \t]?")
_KINDS: Final = {
    "bounce": ("bounce", "bouncedRecipients", Action.FAILED),
    "complaint": ("complaint", "complainedRecipients", Action.COMPLAINED),
    "delivery": ("delivery", "recipients", Action.DELIVERED),
    "deliverydelay": ("deliveryDelay", "delayedRecipients", Action.DELAYED),
}
_SUB_TYPES: Final = {
    "MailboxFull": Reason.FULL,
    "MessageTooLarge": Reason.TOO_BIG,
    "ContentRejected": Reason.CONTENT,
    "AttachmentRejected": Reason.CONTENT,
    "NoEmail": Reason.NO_SUCH_ADDRESS,
    "Suppressed": Reason.NO_SUCH_ADDRESS,
    "OnAccountSuppressionList": Reason.NO_SUCH_ADDRESS,
}


def is_notification(text: str) -> bool:
    """Whether a text begins as such a notification does."""
    start = text.lstrip()[:200]
    return start.startswith("{") and ('"notificationType"' in start or '"eventType"' in start)


def notification_reports(text: str) -> tuple[DeliveryReport, ...]:
    """Reports in a mail whose text is such a notification; empty for any other text."""
    if not is_notification(text):
        return ()
    try:
        said, _ = json.JSONDecoder().raw_decode(_BROKEN.sub("", text.lstrip()))
        return tuple(_reports(said))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return ()


def _reports(said: dict[str, Any]) -> Iterator[DeliveryReport]:
    kind = str(said.get("notificationType") or said.get("eventType") or "").lower()
    if kind not in _KINDS:
        return
    name, recipients, action = _KINDS[kind]
    what, mail = said[name], said.get("mail", {})
    for one in what.get(recipients, [])[:500]:
        fields = one if isinstance(one, dict) else {"emailAddress": one}
        diagnostic = " ".join(str(fields.get("diagnosticCode") or what.get("smtpResponse") or "").split())
        recipient = first_address(str(fields.get("emailAddress", ""))[:1000])
        if recipient:
            yield DeliveryReport(
                recipient=recipient,
                action=action,
                status=reasons.enhanced_code(str(fields.get("status", ""))) or reasons.enhanced_code(diagnostic),
                diagnostic=diagnostic[:DIAGNOSTIC_LIMIT],
                original_message_id=str(mail.get("commonHeaders", {}).get("messageId", ""))[:900],
                reason=_reason(action, what, diagnostic),
                original_sender=first_address(str(mail.get("source", ""))[:1000]),
            )


def _reason(action: Action, what: dict[str, Any], diagnostic: str) -> Reason:
    if action is Action.COMPLAINED:
        return Reason.COMPLAINT
    named = reasons.read(diagnostic) if diagnostic else Reason.OTHER
    sub_type = str(what.get("bounceSubType", ""))
    if named is Reason.OTHER and sub_type == "General" and what.get("bounceType") == "Permanent":
        return Reason.NO_SUCH_ADDRESS
    return named if named is not Reason.OTHER else _SUB_TYPES.get(sub_type, Reason.OTHER)
