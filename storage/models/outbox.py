"""Everything that goes out, as rows: the delivery ledger, its attempts, and whom we must not write to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key
from storage.models.enums import BounceKind, Channel, DeliveryState, SuppressionReason
from storage.types import Json, UtcDateTime, enum_column

_WAITING = text("state = 'planned'")
_UNKNOWN = text("state = 'unknown'")
_IN_FLIGHT = text("state IN ('claimed', 'sending')")
_REACHED = text("marketing AND sent_at IS NOT NULL")
_CAME_BACK = text("bounce IS NOT NULL")
_UNTOLD = text("state = 'sent' AND channel = 'sms' AND kind <> 'call'")
_UNFILED = text("kind = 'email' AND filed_at IS NULL AND sent_at IS NOT NULL")


class Outbox(Base):
    """One delivery. `kind` says what composes it (crm for customers, bot's cards for staff) from `payload`.

    Priority 0 is a person waiting, 5 a reminder, 9 a mailing. `due_at` is product time; leases are the host's real time.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("dedupe_key"),
        UniqueConstraint("mailing_id", "client_id"),
        UniqueConstraint("mailing_id", "address"),
        Index(
            "ix_outbox_waiting", "channel", "priority", "due_at", "id", sqlite_where=_WAITING, postgresql_where=_WAITING
        ),
        Index("ix_outbox_in_flight", "lease_expires_at", sqlite_where=_IN_FLIGHT, postgresql_where=_IN_FLIGHT),
        Index("ix_outbox_unknown", "settled_at", sqlite_where=_UNKNOWN, postgresql_where=_UNKNOWN),
        Index("ix_outbox_mailing_state", "mailing_id", "state"),
        Index("ix_outbox_came_back", "mailing_id", "bounce", sqlite_where=_CAME_BACK, postgresql_where=_CAME_BACK),
        Index("ix_outbox_provider", "provider_id"),
        Index("ix_outbox_message_id", "message_id"),
        Index("ix_outbox_client", "client_id", "id"),
        # What reached a client lately, whatever their history: the frequency cap asks it for everybody, every time.
        Index(
            "ix_outbox_reached", "client_id", "sent_at", "marketing", sqlite_where=_REACHED, postgresql_where=_REACHED
        ),
        Index("ix_outbox_unfiled", "sent_at", sqlite_where=_UNFILED, postgresql_where=_UNFILED),
        # Texts of which nobody told how they ended: few, and asked about for three days only.
        Index("ix_outbox_untold", "sent_at", sqlite_where=_UNTOLD, postgresql_where=_UNTOLD),
        CheckConstraint("(state IN ('claimed', 'sending')) = (lease_token IS NOT NULL)", name="lease_while_in_flight"),
        # A claim looks at these three only, each by its own walk of the index.
        CheckConstraint("priority IN (0, 5, 9)", name="priority"),
        CheckConstraint("state NOT IN ('sent', 'delivered') OR sent_at IS NOT NULL", name="sent_has_moment"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    channel: Mapped[Channel] = mapped_column(enum_column(Channel))
    kind: Mapped[str] = mapped_column(String(40))
    dedupe_key: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[DeliveryState] = mapped_column(enum_column(DeliveryState), default=DeliveryState.PLANNED)
    priority: Mapped[int] = mapped_column(default=5)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    address: Mapped[str] = mapped_column(String(320))  # email, E.164 number, or Telegram chat id
    payload: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    marketing: Mapped[bool] = mapped_column(default=False)
    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    mailing_id: Mapped[int | None] = mapped_column(ForeignKey("mailing.id"))
    message_id: Mapped[str | None] = mapped_column(String(500))  # RFC 5322, stable over attempts
    provider_id: Mapped[str | None] = mapped_column(String(200))  # SMS SID, Telegram message id
    attempts: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None] = mapped_column(String(80))
    lease_token: Mapped[str | None] = mapped_column(String(40))
    lease_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    phase: Mapped[str | None] = mapped_column(String(20))
    code: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    filed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # its copy lies in a mailbox's Sent folder
    bounce: Mapped[BounceKind | None] = mapped_column(enum_column(BounceKind))  # the worst that came back


class DeliveryAttempt(Base):
    """One try at one delivery, kept for ever; `outcome` is empty while it runs or when a crash cut it."""

    __tablename__ = "delivery_attempt"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id", ondelete="CASCADE"), index=True)
    number: Mapped[int] = mapped_column()
    lease_token: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(20))
    phase: Mapped[str | None] = mapped_column(String(20))
    code: Mapped[str | None] = mapped_column(String(40))
    reply: Mapped[str | None] = mapped_column(String(500))


class DeliveryEvent(Base):
    """Something that befell a delivery besides its attempts (held, throttled, reported on): one line of its story.

    `what` is a word of `crm`'s wording, `facts` its parameters; rows are only added.
    """

    __tablename__ = "delivery_event"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id", ondelete="CASCADE"), index=True)
    what: Mapped[str] = mapped_column(String(40))
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Suppression(Base):
    """An address nobody writes to again unless its owner says so. Kept when the client is erased: `address_hash` is enough."""

    __tablename__ = "suppression"
    __table_args__ = (UniqueConstraint("channel", "address_hash"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    channel: Mapped[Channel] = mapped_column(enum_column(Channel))
    address_hash: Mapped[str] = mapped_column(String(64))  # SHA-256 of the normalised address
    reason: Mapped[SuppressionReason] = mapped_column(enum_column(SuppressionReason))
    marketing_only: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class CardMessage(Base):
    """Where a card hangs, so that it can be edited instead of sent again."""

    __tablename__ = "card_message"
    __table_args__ = (
        UniqueConstraint("chat_id", "message_id"),
        Index("ix_card_message_card", "card", "card_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    card: Mapped[str] = mapped_column(String(40))
    card_id: Mapped[int] = mapped_column()
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    chat_id: Mapped[int] = mapped_column(Key)
    message_id: Mapped[int] = mapped_column(Key)
    shown: Mapped[str | None] = mapped_column(String(40))  # the delivery state (or figures) it was last edited to show
    # Counts the edits begun and the presses answered in its place: an edit made before the last of them is old.
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
