"""What goes out and how it ended: value types shared by the adapters, the outbox and crm.

Addresses and messages only; nothing here knows a client.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from channels.email.encoding import visible
from storage.words import BounceKind

if TYPE_CHECKING:  # the process that reads mail needs none of what letters are made with
    from channels.email.compiled import Filled


class Outcome(StrEnum):
    """How one attempt ended, as far as we can know."""

    ACCEPTED = "accepted"  # the provider said yes
    RETRY = "retry"  # it said no for now, or could not be reached: nothing was sent
    LATER = "later"  # the same, and trying again before `retry_after` is over would be in vain
    RATE_LIMITED = "rate_limited"  # wait `retry_after`; does not burn a retry
    PERMANENT = "permanent"  # it said no for good
    SUPPRESS = "suppress"  # no for good, and the address must not be tried again
    UNKNOWN = "unknown"  # it may have said yes: the line broke between its yes and us
    HALT = "halt"  # our own account or settings are at fault: stop the channel and tell an admin


class Phase(StrEnum):
    """How far an attempt got before it ended."""

    CONNECT = "connect"
    ENVELOPE = "envelope"
    DATA = "data"
    AFTER_DATA = "after_data"  # the final dot (or the HTTP request) was written: a lost reply is ambiguous
    DONE = "done"


@dataclass(frozen=True, slots=True)
class SendResult:
    """What one attempt brought. `reply` is the provider's own words, cut to 500 characters, without personal data added."""

    outcome: Outcome
    phase: Phase = Phase.DONE
    code: str = ""
    reply: str = ""
    provider_id: str = ""
    retry_after: float | None = None  # seconds
    tries: int | None = None  # how many in all, where the provider's reason allows fewer than usual
    bounce: BounceKind | None = None  # what a refusal says about the address
    of_recipient: bool = False  # said of this recipient or where they are, not of all we send
    soft_limit: int = 5  # how many soft refusals in a row an address may bring before nobody writes there

    def __post_init__(self) -> None:
        # Servers answer in Latin-1 and worse. An end that no database takes would be no end, and the message go again.
        for name in ("code", "reply", "provider_id"):
            words = getattr(self, name)
            if not words.isprintable():
                object.__setattr__(self, name, visible(words))


@dataclass(frozen=True, slots=True)
class MailFile:
    """A file on its way out or in: the name as the person sees it, never a path.

    With a `content_id` (no angle brackets) it is shown inside the HTML, where `cid:` names it.
    """

    name: str
    media_type: str
    content: bytes
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Somebody a mail is from or to, as its headers show them."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingEmail:
    """One email to one person; `message_id` is stable over all attempts of the delivery."""

    to_address: str
    subject: str
    text: str
    message_id: str  # with angle brackets
    from_address: str
    from_name: str = ""
    to_name: str = ""
    html: str | None = None
    reply_to: str | None = None  # carries the signed thread token
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    unsubscribe_url: str | None = None  # turns on List-Unsubscribe, by https List-Unsubscribe-Post too
    automatic: bool = False  # turns on Auto-Submitted: auto-replied with `in_reply_to`, else auto-generated
    files: tuple[MailFile, ...] = ()
    shown_to: tuple[Correspondent, ...] = ()  # the To header, where more people than the recipient stand in it
    shown_cc: tuple[Correspondent, ...] = ()
    envelope_from: str | None = None  # identifies the delivery (VERP); None: the channel's own, "": nowhere
    feedback_id: str = ""  # Feedback-ID, for the providers' complaint statistics: three fields and the sender
    calendar: str | None = None  # an answer to an invitation (iTIP REPLY), sent as one more form of the text
    body: Filled | None = None  # a compiled template and this person's values, in place of `text` and `html`


@dataclass(frozen=True, slots=True)
class OutgoingSms:
    """One SMS to one E.164 number."""

    to_number: str
    text: str
    status_callback: str | None = None


@dataclass(frozen=True, slots=True)
class OutgoingCall:
    """A call to set up: `to_number` is rung, and whoever picks up hears what `answer_url` says."""

    to_number: str
    from_number: str
    answer_url: str
    status_callback: str


@dataclass(frozen=True, slots=True)
class Button:
    """One inline button: callback data (at most 64 bytes) or a link."""

    text: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """A rendered card on its way to a chat: Telegram HTML, at most 4096 characters, buttons by rows."""

    html: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    file: MailFile | None = None
    photo: MailFile | None = None
    silent: bool = False


@dataclass(frozen=True, slots=True)
class OutgoingChat:
    """A chat message to send, or to put in place of one that hangs already (`message_id`)."""

    chat_id: int
    message: ChatMessage
    message_id: int | None = None
    reply_to_message_id: int | None = None
    as_of: int | None = None  # of an edit: which `version` of what hangs there it was made after
    extra: dict[str, str] = field(default_factory=dict)
