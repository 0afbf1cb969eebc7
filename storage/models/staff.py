"""Who works here: role, language, zone, hours, stand-in; and the invitations by which they join."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key
from storage.models.enums import Language, Role
from storage.types import UtcDateTime, enum_column


class Staff(Base):
    """A colleague. Minutes are counted from local midnight; `workdays` is a bit mask, Monday = 1."""

    __tablename__ = "staff"
    __table_args__ = (
        CheckConstraint("work_from >= 0 AND work_until <= 1440 AND work_from < work_until", name="hours"),
        CheckConstraint("workdays BETWEEN 0 AND 127", name="workdays"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[Role] = mapped_column(enum_column(Role))
    telegram_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    language: Mapped[Language] = mapped_column(enum_column(Language), default=Language.EN)
    timezone: Mapped[str] = mapped_column(String(64), default="UTC")
    work_from: Mapped[int] = mapped_column(default=9 * 60)
    work_until: Mapped[int] = mapped_column(default=18 * 60)
    workdays: Mapped[int] = mapped_column(default=0b0011111)
    away_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stand_in_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    digest_minute: Mapped[int] = mapped_column(default=8 * 60 + 30)
    digest_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    email_signature: Mapped[str] = mapped_column(String(1000), default="")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    phone: Mapped[str | None] = mapped_column(String(20))  # E.164: rung first when they call a client from a card


class StaffInvite(Base):
    """A single-use, expiring deep link; only the token's hash is kept."""

    __tablename__ = "staff_invite"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[Role] = mapped_column(enum_column(Role))
    name: Mapped[str] = mapped_column(String(120), default="")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
