"""Everything that comes in, as rows; leases; forms in progress."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key
from storage.models.enums import InboxSource
from storage.types import Json, UtcDateTime, enum_column

_UNPROCESSED = text("processed_at IS NULL")


class Inbox(Base):
    """One thing that arrived. `lane` keeps order: rows of a lane (a chat, a mailbox) are handled one after another.

    A large mail lies in the file store in place of `raw`, under the SHA-256 in `payload["raw_file"]`.
    `answer` holds what the bot decided to say, written with the effect; `answered_at` is set once it was said.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index("ix_inbox_waiting", "source", "id", sqlite_where=_UNPROCESSED, postgresql_where=_UNPROCESSED),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    source: Mapped[InboxSource] = mapped_column(enum_column(InboxSource))
    external_id: Mapped[str] = mapped_column(String(500))
    lane: Mapped[str] = mapped_column(String(120), default="")
    payload: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    raw: Mapped[bytes | None] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    processed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(String(2000))
    answer: Mapped[list[Any] | None] = mapped_column(Json)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Lease(Base):
    """A named role one process holds (the poller of a token, the scheduler), by the host's real clock and a fencing token."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    owner: Mapped[str] = mapped_column(String(80))
    token: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FormProgress(Base):
    """A form somebody is filling in; a restart in the middle changes nothing."""

    __tablename__ = "form_progress"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    form: Mapped[str] = mapped_column(String(60))
    step: Mapped[str] = mapped_column(String(60))
    fields: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    message_id: Mapped[int | None] = mapped_column(BigInteger)  # the card the form lives on
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Draft(Base):
    """Something understood but not saved yet: its card asks what is missing. `saved_id` is what it became."""

    __tablename__ = "draft"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    noun: Mapped[str] = mapped_column(String(40))
    fields: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    saved_id: Mapped[int | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class UsedPress(Base):
    """A one-use button that was pressed; its key can do nothing again."""

    __tablename__ = "used_press"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    used_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Meta(Base):
    """Small facts about this installation (offsets, versions)."""

    __tablename__ = "meta"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[str] = mapped_column(String(1000))
