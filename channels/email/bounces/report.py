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
    """What became of the message: the actions of RFC 3464 section 2.3.3, and what feedback says (RFC 5965, RFC 6591)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"
    COMPLAINED = "complained"
    UNPROVEN = "unproven"  # the recipient's server could not prove that it came from us (SPF, DKIM, DMARC)


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """One recipient's part of a report.

    `original_message_id` (in angle brackets) and `original_sender` (the envelope's) are quoted from the mail it is about;
    each is empty when not quoted. `diagnostic` is the server's own words, at most 500 characters. `also_named` are the
    recipient's other addresses in the report: what it was sent to before it was forwarded, say.
    """

    recipient: str
    action: Action
    status: str = ""
    diagnostic: str = ""
    original_message_id: str = ""
    reason: Reason = Reason.OTHER
    original_sender: str = ""
    also_named: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("recipient", "status", "diagnostic", "original_message_id", "original_sender"):
            object.__setattr__(self, name, encodable(getattr(self, name)))
        # Fields come back from the parser's process as plain strings.
        object.__setattr__(self, "action", Action(self.action))
        object.__setattr__(self, "reason", Reason(self.reason))
        object.__setattr__(self, "also_named", tuple(encodable(name) for name in self.also_named))
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
