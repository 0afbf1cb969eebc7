"""What clients bought: documents of the trading system, and totals that a list told. Sums and dates, not lines."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key
from storage.types import UtcDateTime


class Purchase(Base):
    """One document (an invoice, a receipt, a return with a negative amount). `group_key` is the folded product group."""

    __tablename__ = "purchase"
    __table_args__ = (
        UniqueConstraint("client_id", "document"),
        Index("ix_purchase_client", "client_id", "at", "currency", "amount_minor"),
        CheckConstraint("length(currency) = 3", name="currency"),
        # A sum of many must fit the databases' integers.
        CheckConstraint("amount_minor BETWEEN -10000000000000 AND 10000000000000", name="amount"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    amount_minor: Mapped[int] = mapped_column(BigInteger)  # in the currency's smallest unit
    currency: Mapped[str] = mapped_column(String(3))
    document: Mapped[str] = mapped_column(String(60))
    product_group: Mapped[str] = mapped_column(String(120), default="")
    group_key: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PurchaseTotal(Base):
    """What a list told of all a client's purchases up to a moment; documents dated from then on come on top.

    What it does not tell is NULL: then the documents alone say it. Days are kept as noon where the list was read.
    """

    __tablename__ = "purchase_total"
    __table_args__ = (
        CheckConstraint("(purchases IS NULL) = (counted_until IS NULL)", name="counted"),
        CheckConstraint(
            "(amount_minor IS NULL) = (summed_until IS NULL) AND (amount_minor IS NULL) = (currency IS NULL)",
            name="summed",
        ),
        CheckConstraint("purchases BETWEEN 0 AND 1000000", name="purchases"),
        CheckConstraint("length(currency) = 3", name="currency"),
        CheckConstraint("amount_minor BETWEEN -10000000000000 AND 10000000000000", name="amount"),
        CheckConstraint("first_at <= last_at", name="order"),
    )

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id", ondelete="CASCADE"), primary_key=True)
    purchases: Mapped[int | None]
    counted_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(String(3))
    summed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
