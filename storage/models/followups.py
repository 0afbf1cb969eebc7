"""Promises to clients: when they are due, how often they were put off, who was told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key
from storage.models.enums import FollowUpState
from storage.types import UtcDateTime, enum_column

_OPEN = text("state = 'open'")


class FollowUp(Base):
    """`remind_at` and `escalate_at` are the schedule: moving them is what firing means; NULL means nothing is due to fire."""

    __tablename__ = "follow_up"
    __table_args__ = (
        Index("ix_follow_up_remind", "remind_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_follow_up_escalate", "escalate_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_follow_up_owner", "owner_id", "state", "due_at"),
        Index("ix_follow_up_client", "client_id", "state", "due_at"),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id", ondelete="CASCADE"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    interaction_id: Mapped[int | None] = mapped_column(ForeignKey("interaction.id", ondelete="SET NULL"))
    promise: Mapped[str] = mapped_column(String(500))
    state: Mapped[FollowUpState] = mapped_column(enum_column(FollowUpState), default=FollowUpState.OPEN)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    remind_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    late_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    escalate_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    escalated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    waiting_for_answer: Mapped[bool] = mapped_column(default=False)
    snoozes: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
