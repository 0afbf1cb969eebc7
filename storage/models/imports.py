"""Imports: what a file would change, what it did change, and enough to take it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key
from storage.models.enums import ImportKind, ImportState
from storage.types import Json, UtcDateTime, enum_column


class ImportRun(Base):
    """One file. `mapping` is column → field as guessed or corrected; `summary` the counts that were shown."""

    __tablename__ = "import_run"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[ImportKind] = mapped_column(enum_column(ImportKind))
    state: Mapped[ImportState] = mapped_column(enum_column(ImportState))
    file_name: Mapped[str] = mapped_column(String(250))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    mapping: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    summary: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ImportChange(Base):
    """One row an import made or changed: `before` is empty for a new one."""

    __tablename__ = "import_change"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    import_run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id", ondelete="CASCADE"), index=True)
    noun: Mapped[str] = mapped_column(String(40))
    noun_id: Mapped[int] = mapped_column()
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)
    after: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
