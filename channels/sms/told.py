"""News in Twilio's lists that its webhooks may not have brought: a call to one of our numbers, and how an SMS of ours ended.

Each in the words of the webhook that should have told it. (Texts that came in: `received.py`.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from channels.sms.received import readable

# Beside Twilio's own names: when it began to ring. The webhook says none, because it calls at that moment.
STARTED_AT: Final = "started_at"
# How an SMS can end; https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
FINAL: Final = frozenset({"delivered", "read", "undelivered", "failed", "canceled"})


@dataclass(frozen=True, slots=True)
class ReceivedCall:
    """A call to one of our numbers as Twilio remembers it; `started_at` is aware UTC, in whole seconds."""

    sid: str
    account_sid: str
    caller: str
    to: str
    status: str
    started_at: datetime

    def fields(self) -> dict[str, str]:
        """What the webhook would have posted, as far as the list knows it, and `started_at` (ISO 8601)."""
        told = {
            "CallSid": self.sid,
            "AccountSid": self.account_sid,
            "From": self.caller,
            "To": self.to,
            "CallStatus": self.status,
            "Direction": "inbound",
            STARTED_AT: self.started_at.astimezone(UTC).isoformat(),
        }
        return {name: readable(value) for name, value in told.items()}


@dataclass(frozen=True, slots=True)
class EndedSms:
    """An SMS of ours of which nothing more will be heard; `status` is one of FINAL, `updated_at` when Twilio learnt it."""

    sid: str
    account_sid: str
    sender: str
    to: str
    status: str
    updated_at: datetime
    error_code: int | None = None
    error_message: str = ""

    def fields(self) -> dict[str, str]:
        """What the webhook would have posted."""
        told = {
            "MessageSid": self.sid,
            "AccountSid": self.account_sid,
            "From": self.sender,
            "To": self.to,
            "MessageStatus": self.status,
        }
        if self.error_code is not None:
            told["ErrorCode"] = str(self.error_code)
        if self.error_message:
            told["ErrorMessage"] = self.error_message
        return {name: readable(value) for name, value in told.items()}


def started_at(fields: Mapping[str, str]) -> datetime | None:
    """When a call that no webhook brought began to ring; None for one that a webhook did bring."""
    return datetime.fromisoformat(fields[STARTED_AT]) if STARTED_AT in fields else None
