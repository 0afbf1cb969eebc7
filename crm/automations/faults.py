"""Which failures concern one automation, and which the whole database: those reach the caller, and everything is tried again."""

from __future__ import annotations

from typing import Final

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

# PostgreSQL ended us so that another could go on.
_TRY_AGAIN: Final = frozenset({"40001", "40P01"})


def concerns_all(error: Exception) -> bool:
    """Whether the database is away, locked or full, or chose us to give way: nothing any single row is at fault for."""
    if isinstance(error, OperationalError | InterfaceError):
        return True
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", "") in _TRY_AGAIN
