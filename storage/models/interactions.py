"""What was said with clients: interactions, their files, and the threads that hold a conversation together."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key
from storage.models.enums import CallOutcome, Channel, Direction, InteractionKind, InteractionSource
from storage.types import Json, UtcDateTime, enum_column


class Thread(Base):
    """A conversation with one address. `token` is the signed part of our reply address; `client_id` is empty in the tray."""

    __tablename__ = "thread"
    __table_args__ = (Index("ix_thread_address", "channel", "address"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"), index=True)
    channel: Mapped[Channel] = mapped_column(enum_column(Channel))
    address: Mapped[str] = mapped_column(String(320))
    name: Mapped[str] = mapped_column(String(200), default="")  # as the sender calls themselves; proves nothing
    subject: Mapped[str] = mapped_column(String(500), default="")
    token: Mapped[str] = mapped_column(String(40), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    spam: Mapped[bool] = mapped_column(default=False)
    assignee_id: Mapped[int | None] = mapped_column(
        ForeignKey("staff.id")
    )  # who answers it, where not the client's owner
    dismissed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # "not ours": nobody has to answer


class Interaction(Base):
    """One contact. Without a client it lies in the tray of unknown senders. The state of what we sent is its outbox row's."""

    __tablename__ = "interaction"
    __table_args__ = (
        Index("ix_interaction_client_at", "client_id", "at"),
        Index(
            "ix_interaction_counted",
            *("kind", "client_id", "at", "direction"),
            sqlite_where=text("undone_at IS NULL AND automatic IS 0"),
            postgresql_where=text("undone_at IS NULL AND automatic IS false"),
        ),
        Index("ix_interaction_message_id", "message_id"),
        CheckConstraint("duration_seconds IS NULL OR duration_seconds >= 0", name="duration"),
        CheckConstraint("kind = 'call' OR outcome IS NULL", name="outcome_of_calls"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("contact_person.id", ondelete="SET NULL"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    kind: Mapped[InteractionKind] = mapped_column(enum_column(InteractionKind))
    direction: Mapped[Direction | None] = mapped_column(enum_column(Direction))
    outcome: Mapped[CallOutcome | None] = mapped_column(enum_column(CallOutcome))
    duration_seconds: Mapped[int | None] = mapped_column()
    subject: Mapped[str] = mapped_column(String(500), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    quoted: Mapped[str] = mapped_column(Text, default="")  # folded history and signature of a received email
    source: Mapped[InteractionSource] = mapped_column(enum_column(InteractionSource))
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("thread.id"), index=True)
    message_id: Mapped[str | None] = mapped_column(String(500))  # RFC 5322 Message-ID or the SMS's SID
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"), index=True)
    inbox_id: Mapped[int | None] = mapped_column(ForeignKey("inbox.id"), unique=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Of emails only: the mailbox it came by, everybody it went to ({"from", "to", "cc", "reply_to"}), whether a machine
    # wrote it, the day an absent customer is back, an invitation in it, what our server found of SPF, DKIM, DMARC, and
    # whether it could not be read (wholly): then the mail as it came is attached.
    mailbox: Mapped[str | None] = mapped_column(String(320))
    recipients: Mapped[dict[str, Any] | None] = mapped_column(Json)
    automatic: Mapped[bool] = mapped_column(default=False, server_default=false())
    returns_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    invitation: Mapped[dict[str, Any] | None] = mapped_column(Json)
    authentication: Mapped[str] = mapped_column(String(60), default="", server_default="")
    damaged: Mapped[bool] = mapped_column(default=False, server_default=false())


class StoredFile(Base):
    """A file's content, kept once under its SHA-256 in the data directory."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int] = mapped_column()
    media_type: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Attachment(Base):
    """That an interaction carries a file, under the name its sender gave it (data, never a path)."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    interaction_id: Mapped[int] = mapped_column(ForeignKey("interaction.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    name: Mapped[str] = mapped_column(String(250))
    telegram_file_id: Mapped[str | None] = mapped_column(String(250))


class SharedMessage(Base):
    """That a message was forwarded to a colleague in the chat: they read this one, whoever's client it is."""

    __tablename__ = "shared_message"

    interaction_id: Mapped[int] = mapped_column(ForeignKey("interaction.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
