"""Products, warehouses, and the stock ledger with its balances."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key
from storage.models.enums import StockMoveKind
from storage.types import Quantity, UtcDateTime, enum_column


class ProductGroup(Base):
    __tablename__ = "product_group"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)


class Product(Base):
    """An article. `code_key` is the code folded through look-alikes, spaces and dashes; `search_text` all names folded.

    `low_mark`: at or under it what can be promised over all warehouses is low; NULL where nobody set one.
    """

    __tablename__ = "product"
    __table_args__ = (Index("ix_product_code_key", "code_key"), Index("ix_product_barcode", "barcode"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    code_key: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(250), default="")
    name_ru: Mapped[str] = mapped_column(String(250), default="")
    name_th: Mapped[str] = mapped_column(String(250), default="")
    group_id: Mapped[int | None] = mapped_column(ForeignKey("product_group.id"))
    unit: Mapped[str] = mapped_column(String(20), default="pcs")
    price_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3), default="")
    barcode: Mapped[str | None] = mapped_column(String(40))
    low_mark: Mapped[Decimal | None] = mapped_column(Quantity)
    search_text: Mapped[str] = mapped_column(Text, default="")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Warehouse(Base):
    __tablename__ = "warehouse"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    active: Mapped[bool] = mapped_column(default=True)


class StockMove(Base):
    """A change of stock; the ledger. Balances are its sums."""

    __tablename__ = "stock_move"
    __table_args__ = (Index("ix_stock_move_product", "product_id", "warehouse_id", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    kind: Mapped[StockMoveKind] = mapped_column(enum_column(StockMoveKind))
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    reference: Mapped[str] = mapped_column(String(120), default="")
    import_run_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class StockBalance(Base):
    """The ledger's sums per product and warehouse, plus what is reserved; a cache that a check can rebuild."""

    __tablename__ = "stock_balance"
    __table_args__ = (CheckConstraint("reserved >= 0", name="reserved"),)

    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"), primary_key=True)
    on_hand: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0))
    reserved: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0))


class IncomingStock(Base):
    """What is on its way, with the day it is expected."""

    __tablename__ = "incoming_stock"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    expected_on: Mapped[date | None] = mapped_column(Date)
    reference: Mapped[str] = mapped_column(String(120), default="")
