"""What all processes share about pace: pauses, what is used up of a period, what was spent, who bounced how often."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base
from storage.models.enums import Channel
from storage.types import UtcDateTime, enum_column


class RatePause(Base):
    """A pause a provider asked for, shared by all processes; `until` is the host's real time."""

    __tablename__ = "rate_pause"

    scope: Mapped[str] = mapped_column(String(120), primary_key=True)
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class SendBudget(Base):
    """How much of one period's allowance is taken: per scope (a domain, a sender's day, a number's second).

    `period` is the number of the period since the epoch in the scope's own unit; old rows are swept.
    """

    __tablename__ = "send_budget"

    scope: Mapped[str] = mapped_column(String(160), primary_key=True)
    period: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    used: Mapped[int] = mapped_column(BigInteger, default=0)
    money: Mapped[int] = mapped_column(BigInteger, default=0)  # millionths of the installation's currency
    until: Mapped[datetime] = mapped_column(UtcDateTime, index=True)  # when the row may be swept


class SoftBounce(Base):
    """Soft bounces in a row of one address; a delivery that got through resets it."""

    __tablename__ = "soft_bounce"

    channel: Mapped[Channel] = mapped_column(enum_column(Channel), primary_key=True)
    address_hash: Mapped[str] = mapped_column(String(64), primary_key=True)  # as in `suppression`
    count: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AutoReply(Base):
    """The last automatic answer to an address: RFC 3834 allows few, we send one in seven days."""

    __tablename__ = "auto_reply"

    address_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
