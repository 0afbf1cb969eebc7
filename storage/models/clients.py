"""Clients, their tags, and the sources they came from."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, validates

from storage.base import Base, Key
from storage.custom_values import folded_fields
from storage.folding import fold
from storage.models.enums import Language, Lifecycle
from storage.types import Json, UtcDateTime, enum_column


class Source(Base):
    """Where first contacts come from (exhibition, site, referral …); `code` is stable, `name` is what people see."""

    __tablename__ = "source"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    active: Mapped[bool] = mapped_column(default=True)


def _folded_name(context: Any) -> str:
    return fold(context.get_current_parameters().get("name") or "")[:200]


def _folded_company(context: Any) -> str:
    return fold(context.get_current_parameters().get("company") or "")[:200]


def _folded_custom(context: Any) -> dict[str, Any]:
    return folded_fields(context.get_current_parameters().get("custom_fields"))


class Client(Base):
    """A customer or prospect. `search_text` is folded (storage.search) from name, company, people, numbers, addresses.

    `name_folded`, `company_folded` and `custom_folded` follow their originals by themselves; rules compare them.
    """

    __tablename__ = "client"
    __table_args__ = (
        Index("ix_client_owner", "owner_id", "archived_at"),
        Index("ix_client_external", "external_id", unique=True),
        # All of what rules ask most, so that the table itself is not read. No index of one moment beside it: SQLite
        # takes it for any range and fetches most rows one by one (measured: 3 s where this one takes 0.2).
        Index(
            "ix_client_rules",
            *("city_key", "language", "lifecycle", "owner_id", "source_id"),
            *("last_contact_at", "last_purchase_at", "created_at", "archived_at"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    company: Mapped[str] = mapped_column(String(200), default="")
    name_key: Mapped[str] = mapped_column(String(400), default="", index=True)  # folded, for similar names
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    source_id: Mapped[int | None] = mapped_column(ForeignKey("source.id"))
    first_contact_reason: Mapped[str] = mapped_column(String(300), default="")
    language: Mapped[Language] = mapped_column(enum_column(Language), default=Language.EN)
    timezone: Mapped[str | None] = mapped_column(String(64))
    city: Mapped[str] = mapped_column(String(120), default="")
    city_key: Mapped[str] = mapped_column(String(120), default="")
    notes: Mapped[str] = mapped_column(Text, default="")
    custom_fields: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    lifecycle: Mapped[Lifecycle] = mapped_column(enum_column(Lifecycle), default=Lifecycle.LEAD)
    search_text: Mapped[str] = mapped_column(Text, default="")
    last_contact_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_purchase_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    external_id: Mapped[str | None] = mapped_column(String(120))  # what another program of the company calls them
    import_run_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id"))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    name_folded: Mapped[str] = mapped_column(String(200), default=_folded_name, server_default="")
    company_folded: Mapped[str] = mapped_column(String(200), default=_folded_company, server_default="")
    custom_folded: Mapped[dict[str, Any]] = mapped_column(Json, default=_folded_custom, server_default="{}")
    birthday: Mapped[date | None] = mapped_column(Date)

    @validates("name", "company")
    def _fold_text(self, key: str, value: str) -> str:
        setattr(self, f"{key}_folded", fold(value or "")[:200])
        return value

    @validates("custom_fields")
    def _fold_custom(self, _key: str, value: dict[str, Any]) -> dict[str, Any]:
        self.custom_folded = folded_fields(value)
        return value


class Tag(Base):
    """A word staff hang on clients; `key` is the folded name."""

    __tablename__ = "tag"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(60))


class ClientTag(Base):
    __tablename__ = "client_tag"
    __table_args__ = (Index("ix_client_tag_tag", "tag_id", "client_id"),)

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True)


class CounterParty(Base):
    """A legal entity that signs and pays; a client may act through several over time."""

    __tablename__ = "counterparty"
    __table_args__ = (UniqueConstraint("tax_id", "country"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(250))
    tax_id: Mapped[str | None] = mapped_column(String(40))
    country: Mapped[str] = mapped_column(String(2), default="")
    address: Mapped[str] = mapped_column(String(400), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ClientCounterParty(Base):
    """That a client acts through a counterparty from one moment until another (open end: NULL)."""

    __tablename__ = "client_counterparty"
    __table_args__ = (UniqueConstraint("client_id", "counterparty_id", "valid_from"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id", ondelete="CASCADE"), index=True)
    counterparty_id: Mapped[int] = mapped_column(ForeignKey("counterparty.id", ondelete="CASCADE"), index=True)
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
