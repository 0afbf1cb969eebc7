"""What a report about a mail of ours says, one value per recipient."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from channels.email import reasons
from channels.email.encoding import encodable
from channels.email.reasons import KINDS, Reason
from storage.words import BounceKind

DIAGNOSTIC_LIMIT = 500


class Action(StrEnum):
    """What became of the message: the actions of RFC 3464 section 2.3.3, and a complaint (RFC 5965)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"
    COMPLAINED = "complained"


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """One recipient's part of a report.

    `original_message_id` (in angle brackets) and `original_sender` (the envelope's) are quoted from the mail it is about;
    each is empty when not quoted. `diagnostic` is the server's own words, at most 500 characters.
    """

    recipient: str
    action: Action
    status: str = ""
    diagnostic: str = ""
    original_message_id: str = ""
    reason: Reason = Reason.OTHER
    original_sender: str = ""

    def __post_init__(self) -> None:
        for name in ("recipient", "status", "diagnostic", "original_message_id", "original_sender"):
            object.__setattr__(self, name, encodable(getattr(self, name)))
        # Fields come back from the parser's process as plain strings.
        object.__setattr__(self, "action", Action(self.action))
        object.__setattr__(self, "reason", Reason(self.reason))
        if self.reason is Reason.OTHER and self.action is Action.FAILED:
            object.__setattr__(self, "reason", reasons.read(self.diagnostic, enhanced=self.status))

    @property
    def kind(self) -> BounceKind | None:
        """What it says about the address; None where nothing came back (yet)."""
        if self.action is Action.COMPLAINED:
            return BounceKind.COMPLAINT
        return KINDS[self.reason] if self.action is Action.FAILED else None

    @property
    def is_hard(self) -> bool:
        """The address itself is dead."""
        return self.kind is BounceKind.HARD
