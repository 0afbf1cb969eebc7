"""What Alembic runs: on the connection handed over by storage.migrations, never on one of its own."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.types import JSON, TypeEngine

from storage.base import Base
from storage.models import Staff  # noqa: F401  (loads every table)
from storage.types import Quantity, UtcDateTime


def _own_table(_object: Any, name: str | None, kind: str, reflected: bool, _compare_to: Any) -> bool:
    """Only tables of the models: the search tables and their shadows are made by statements of storage.search."""
    return not (kind == "table" and reflected and name not in Base.metadata.tables)


def _render(kind: str, column_type: TypeEngine[Any], autogen: AutogenContext) -> str | Literal[False]:
    """Writes our column types as what they are in the database, so that old migrations stand without our code."""
    if kind != "type":
        return False
    if isinstance(column_type, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(column_type, Quantity):
        return "sa.BigInteger()"
    if isinstance(column_type, JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_type=True,
    render_as_batch=True,
    transactional_ddl=True,
    include_object=_own_table,
    render_item=_render,
)
with context.begin_transaction():
    context.run_migrations()
