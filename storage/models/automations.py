"""Automations, their immutable versions, and who is inside them, where, and why."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key
from storage.models.enums import AutomationState, EnrolmentState, WebhookState
from storage.types import Json, UtcDateTime, enum_column

_INSIDE = text("state = 'inside'")
_TO_CALL = text("state = 'planned'")
_CALLING = text("state = 'calling'")


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
    While it waits for an event `waiting_for` names it, and `due_at` is when the patience ends. Events up to
    `since_event_id` came before it. `chain` holds the automations that led here, by id, itself last.
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
        # By automation first: what a paused one holds is never walked past.
        Index("ix_enrolment_due", "automation_id", "due_at", "id", sqlite_where=_INSIDE, postgresql_where=_INSIDE),
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
    since_event_id: Mapped[int] = mapped_column(Key, default=0, server_default="0")
    chain: Mapped[list[int]] = mapped_column(Json, default=list, server_default="[]")


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
    """How far a reader of the events has come.

    On PostgreSQL numbers are given out in one order and committed in another: `mark_id` may be read up to once every
    transaction below `mark_xmax` is over.
    """

    __tablename__ = "feed_cursor"

    reader: Mapped[str] = mapped_column(String(40), primary_key=True)
    event_id: Mapped[int] = mapped_column(Key, default=0)
    mark_id: Mapped[int] = mapped_column(Key, default=0, server_default="0")
    mark_xmax: Mapped[int] = mapped_column(Key, default=0, server_default="0")


class PostedEvent(Base):
    """An event another program posted, by its key: the same key again is the same event, or a mistake."""

    __tablename__ = "posted_event"

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of what was posted
    event_id: Mapped[int] = mapped_column(ForeignKey("domain_event.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class AutomationDay(Base):
    """How far the clients of one time zone are through one day's dates; `cursor` is the last one looked at, empty when done."""

    __tablename__ = "automation_day"

    automation_id: Mapped[int] = mapped_column(ForeignKey("automation.id", ondelete="CASCADE"), primary_key=True)
    zone: Mapped[str] = mapped_column(String(64), primary_key=True)  # empty: clients without one
    day: Mapped[date] = mapped_column(Date)
    cursor: Mapped[int | None] = mapped_column(Key)


class SegmentWatch(Base):
    """A segment some automation watches: when its members were last compared, and the newest event then."""

    __tablename__ = "segment_watch"

    segment_id: Mapped[int] = mapped_column(ForeignKey("segment.id", ondelete="CASCADE"), primary_key=True)
    looked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    event_id: Mapped[int] = mapped_column(Key, default=0)


class SegmentPresence(Base):
    """Who was inside a watched segment when it was last compared."""

    __tablename__ = "segment_presence"
    __table_args__ = (Index("ix_segment_presence_client", "client_id"),)

    segment_id: Mapped[int] = mapped_column(
        ForeignKey("segment_watch.segment_id", ondelete="CASCADE"), primary_key=True
    )
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id", ondelete="CASCADE"), primary_key=True)


class WebhookCall(Base):
    """A call to another program, made by the worker: like the outbox claimed under a lease, tried until it is answered."""

    __tablename__ = "webhook_call"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "place"),
        Index("ix_webhook_call_due", "due_at", "id", sqlite_where=_TO_CALL, postgresql_where=_TO_CALL),
        Index("ix_webhook_call_leased", "lease_expires_at", sqlite_where=_CALLING, postgresql_where=_CALLING),
        CheckConstraint("(state = 'calling') = (lease_token IS NOT NULL)", name="lease_while_calling"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"))
    place: Mapped[str] = mapped_column(String(120))
    url: Mapped[str] = mapped_column(String(2000))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[WebhookState] = mapped_column(enum_column(WebhookState), default=WebhookState.PLANNED)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease_token: Mapped[str | None] = mapped_column(String(40))
    lease_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    status: Mapped[int | None] = mapped_column()  # the last answer's
    reply: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
