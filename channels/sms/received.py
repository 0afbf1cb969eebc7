"""A text in Twilio's list of received messages, and the same text in the words of the webhook that should have brought it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

# Beside Twilio's own names: when it was written. The webhook says none, because it calls at that moment.
SENT_AT: Final = "sent_at"


@dataclass(frozen=True, slots=True)
class ReceivedMedia:
    """A file of a text: where it is fetched, and what it is."""

    url: str
    media_type: str


@dataclass(frozen=True, slots=True)
class ReceivedSms:
    """A text to one of our numbers as Twilio remembers it; `sent_at` is aware UTC, in whole seconds."""

    sid: str
    account_sid: str
    sender: str
    to: str
    body: str
    sent_at: datetime
    media_count: int = 0

    def fields(self, media: Sequence[ReceivedMedia] = ()) -> dict[str, str]:
        """What the webhook would have posted, as far as the list knows it, and `sent_at` (ISO 8601)."""
        told = {
            "MessageSid": self.sid,
            "AccountSid": self.account_sid,
            "From": self.sender,
            "To": self.to,
            "Body": self.body,
            "NumMedia": str(self.media_count),
            SENT_AT: self.sent_at.astimezone(UTC).isoformat(),
        }
        for number, one in enumerate(media):
            told[f"MediaUrl{number}"] = one.url
            told[f"MediaContentType{number}"] = one.media_type
        return {name: readable(value) for name, value in told.items()}


def sent_at(fields: Mapping[str, str]) -> datetime | None:
    """When a text that no webhook brought was written; None for one that a webhook did bring."""
    return datetime.fromisoformat(fields[SENT_AT]) if SENT_AT in fields else None


def readable(text: str) -> str:
    """Without what no database keeps: NUL, half a letter."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")
