"""Statuses and kinds as enums with named sets; the sets are what queries and rules speak of."""

from __future__ import annotations

from enum import StrEnum

from storage.words import BounceKind as BounceKind


class Language(StrEnum):
    EN = "en"
    RU = "ru"
    TH = "th"


class Role(StrEnum):
    REP = "rep"
    MANAGER = "manager"
    WAREHOUSE = "warehouse"
    ADMIN = "admin"


class Channel(StrEnum):
    EMAIL = "email"
    SMS = "sms"
    TELEGRAM = "telegram"


class ContactKind(StrEnum):
    EMAIL = "email"
    PHONE = "phone"
    TELEGRAM = "telegram"


class Lifecycle(StrEnum):
    LEAD = "lead"
    CUSTOMER = "customer"
    DORMANT = "dormant"
    LOST = "lost"


class InteractionKind(StrEnum):
    MEETING = "meeting"
    CALL = "call"
    SMS = "sms"
    EMAIL = "email"
    NOTE = "note"


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


class CallOutcome(StrEnum):
    REACHED = "reached"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    WRONG_NUMBER = "wrong_number"
    VOICEMAIL = "voicemail"


class InteractionSource(StrEnum):
    QUICK_LINE = "quick_line"
    BUTTONS = "buttons"
    FORWARD = "forward"
    CHANNEL = "channel"  # really sent or received by us
    IMPORT = "import"
    API = "api"


class FollowUpState(StrEnum):
    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class DeliveryState(StrEnum):
    """The ledger's states (planned = sum of all others that are final, plus what still waits)."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


DELIVERY_IN_FLIGHT = frozenset({DeliveryState.CLAIMED, DeliveryState.SENDING})
DELIVERY_WAITING = frozenset({DeliveryState.PLANNED, DeliveryState.CLAIMED, DeliveryState.SENDING})
# Of a message with several recipients the first of these that is true of one of them stands for all.
DELIVERY_FROM_WORST = (
    DeliveryState.FAILED,
    DeliveryState.SUPPRESSED,
    DeliveryState.CANCELLED,
    DeliveryState.UNKNOWN,
    DeliveryState.PLANNED,
    DeliveryState.CLAIMED,
    DeliveryState.SENDING,
    DeliveryState.SENT,
    DeliveryState.DELIVERED,
)
# It did not arrive, or nobody can say: somebody has to look.
DELIVERY_IN_DOUBT = frozenset(DELIVERY_FROM_WORST[:4])


class SuppressionReason(StrEnum):
    UNSUBSCRIBE = "unsubscribe"
    STOP = "stop"
    HARD_BOUNCE = "hard_bounce"
    SOFT_BOUNCE = "soft_bounce"  # so many soft ones in a row
    COMPLAINT = "complaint"
    INVALID = "invalid"
    MANUAL = "manual"


# The ledger's word for what a restored backup held back; its readers word it for people.
RESTORED = "restored"


class ConsentState(StrEnum):
    GRANTED = "granted"
    WITHDRAWN = "withdrawn"


class SegmentKind(StrEnum):
    RULE = "rule"
    LIST = "list"


class MailingState(StrEnum):
    DRAFT = "draft"
    AWAITING_APPROVAL = "awaiting_approval"
    SCHEDULED = "scheduled"
    EXPANDING = "expanding"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    FINISHED = "finished"
    RECURRING = "recurring"  # the pattern of a series: its occurrences are mailings of their own


MAILING_ACTIVE = frozenset({MailingState.SCHEDULED, MailingState.EXPANDING, MailingState.RUNNING, MailingState.PAUSED})


class AutomationState(StrEnum):
    DRAFT = "draft"
    ON = "on"
    PAUSED = "paused"  # nobody enters, nobody moves; who is inside stays


class EnrolmentState(StrEnum):
    INSIDE = "inside"
    FINISHED = "finished"  # came to the last step
    LEFT = "left"  # ended early; the row says why
    FAILED = "failed"


class TouchKind(StrEnum):
    """What somebody did with a message they got."""

    OPEN = "open"
    CLICK = "click"
    ANSWER = "answer"
    UNSUBSCRIBE = "unsubscribe"


class MissedPolicy(StrEnum):
    """What becomes of occurrences whose time passed while nothing ran."""

    RUN_ONCE = "run_once"  # the last of them goes out late, those before it are written down
    SKIP = "skip"  # all are written down


class TrialVaries(StrEnum):
    """What differs between the two halves of a trial."""

    SUBJECT = "subject"
    TEXT = "text"
    TIME = "time"


class TrialMeasure(StrEnum):
    """What decides a trial: the share of those who got it and did this."""

    ANSWERED = "answered"
    CLICKED = "clicked"
    OPENED = "opened"


class TrialSide(StrEnum):
    """In which part of a trial somebody is; the rest waits for the winner."""

    A = "a"
    B = "b"
    REST = "rest"


class WebhookState(StrEnum):
    PLANNED = "planned"
    CALLING = "calling"
    ANSWERED = "answered"
    GIVEN_UP = "given_up"


class InboxSource(StrEnum):
    TELEGRAM = "telegram"
    EMAIL = "email"
    SMS = "sms"
    SMS_STATUS = "sms_status"
    SMS_MEDIA = "sms_media"  # a file of a received message, still to be fetched
    CALL = "call"  # voice webhooks: a call that came in, its progress, its recording


class CallState(StrEnum):
    """How far a call got, by Twilio's words in our order; it only moves forward."""

    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"  # was answered and is over
    MISSED = "missed"  # nobody took it: busy, no answer, cancelled by the caller
    FAILED = "failed"  # it never rang


CALL_OVER = frozenset({CallState.ENDED, CallState.MISSED, CallState.FAILED})


class StockMoveKind(StrEnum):
    RECEIPT = "receipt"
    SHIPMENT = "shipment"
    TRANSFER = "transfer"
    COUNT = "count"  # stock-taking or an import that sets the balance


class ImportKind(StrEnum):
    CLIENTS = "clients"
    STOCK = "stock"


class ImportState(StrEnum):
    PREVIEWED = "previewed"
    APPLIED = "applied"
    UNDONE = "undone"
    DISCARDED = "discarded"
