"""Automations, their immutable versions, and who is inside them, where, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key
from storage.models.enums import AutomationState, EnrolmentState
from storage.types import Json, UtcDateTime, enum_column

_INSIDE = text("state = 'inside'")


class Automation(Base):
    """`recipe` names the ready one it was made from; `version_id` is what newcomers walk."""

    __tablename__ = "automation"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    recipe: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[AutomationState] = mapped_column(enum_column(AutomationState), index=True)
    version_number: Mapped[int] = mapped_column(default=1)
    on_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AutomationVersion(Base):
    """The document as it was written; never changed afterwards. Who is inside stays on the version they entered."""

    __tablename__ = "automation_version"
    __table_args__ = (UniqueConstraint("automation_id", "number"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    automation_id: Mapped[int] = mapped_column(ForeignKey("automation.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column()
    document: Mapped[str] = mapped_column(Text)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Enrolment(Base):
    """One client's walk through one version. `due_at` moving forward is what a step means; empty once it is over.

    `entry_key` says what brought them in (`event:123`, `date:birthday:2026-05-01`): the same cause enters once.
    While it waits for an event `waiting_for` names it, and `due_at` is when the patience ends.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("automation_id", "client_id", "entry_key"),
        Index(
            "ix_enrolment_inside",
            "automation_id",
            "client_id",
            unique=True,
            sqlite_where=_INSIDE,
            postgresql_where=_INSIDE,
        ),
        Index("ix_enrolment_due", "due_at", "id", sqlite_where=_INSIDE, postgresql_where=_INSIDE),
        Index("ix_enrolment_client", "client_id", "id"),
        CheckConstraint("(state = 'inside') = (due_at IS NOT NULL)", name="due_while_inside"),
        CheckConstraint("(state = 'inside') = (ended_at IS NULL)", name="ended_has_moment"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    automation_id: Mapped[int] = mapped_column(ForeignKey("automation.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("automation_version.id"))
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    entry_key: Mapped[str] = mapped_column(String(120))
    state: Mapped[EnrolmentState] = mapped_column(enum_column(EnrolmentState), default=EnrolmentState.INSIDE)
    place: Mapped[str] = mapped_column(String(120), default="0")
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    waiting_for: Mapped[str | None] = mapped_column(String(60))
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # of the event that brought them in
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_because: Mapped[str] = mapped_column(String(60), default="")


class EnrolmentEvent(Base):
    """One line of an enrolment's story; `what` is a word of crm's wording, `facts` its parameters. Only added."""

    __tablename__ = "enrolment_event"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"), index=True)
    place: Mapped[str] = mapped_column(String(120), default="")
    what: Mapped[str] = mapped_column(String(40))
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class FeedCursor(Base):
    """How far a reader of the events has come."""

    __tablename__ = "feed_cursor"

    reader: Mapped[str] = mapped_column(String(40), primary_key=True)
    event_id: Mapped[int] = mapped_column(Key, default=0)


class PostedEvent(Base):
    """An event another program posted, by its key: the same key again is the same event, or a mistake."""

    __tablename__ = "posted_event"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of what was posted
    event_id: Mapped[int] = mapped_column(ForeignKey("domain_event.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
