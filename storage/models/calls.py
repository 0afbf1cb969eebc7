"""Calls over Twilio Voice: one row per call as the customer sees it, whatever legs it has."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key
from storage.models.enums import CallState, Direction
from storage.types import UtcDateTime, enum_column


class Call(Base):
    """`number` is the customer's (E.164, or as Twilio names a hidden one). The timeline entry is made when it is over."""

    __tablename__ = "call"
    __table_args__ = (
        Index("ix_call_client", "client_id", "id"),
        CheckConstraint("duration_seconds IS NULL OR duration_seconds >= 0", name="duration"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    sid: Mapped[str | None] = mapped_column(String(40), unique=True)  # of the first leg; empty until Twilio took it
    customer_sid: Mapped[str | None] = mapped_column(
        String(40), index=True
    )  # of the customer's leg of an outgoing call
    direction: Mapped[Direction] = mapped_column(enum_column(Direction))
    state: Mapped[CallState] = mapped_column(enum_column(CallState))
    number: Mapped[str] = mapped_column(String(60))
    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    interaction_id: Mapped[int | None] = mapped_column(ForeignKey("interaction.id", ondelete="SET NULL"))
    outcome: Mapped[str] = mapped_column(String(20), default="")  # Twilio's last word: completed, busy, no-answer …
    duration_seconds: Mapped[int | None] = mapped_column()
    recording_url: Mapped[str | None] = mapped_column(String(500))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
