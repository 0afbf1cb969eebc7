"""Runs of imports, whatever they import: how one refuses, the run in the state a verb needs, the counts it keeps."""

from __future__ import annotations

from collections.abc import Sized
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from crm.errors import CrmError, NotFound
from storage.models import ImportKind, ImportRun, ImportState
from storage.queries import imports as queries


class NotInThisState(CrmError):
    """The import was applied, taken back or dropped meanwhile. Parameters: state."""

    code = "imports.wrong_state"


class Outdated(CrmError):
    """What is stored changed since the difference was shown: it must be looked at again."""

    code = "imports.outdated"


class HasErrors(CrmError):
    """Some rows cannot be taken; leaving them out must be said. Parameters: count."""

    code = "imports.has_errors"


class Counted(Protocol):
    """A plan, by its numbers."""

    @property
    def new(self) -> Sized: ...

    @property
    def changed(self) -> Sized: ...

    @property
    def unchanged(self) -> int: ...

    @property
    def errors(self) -> Sized: ...

    @property
    def fingerprint(self) -> str: ...


async def locked(session: AsyncSession, *, run_id: int, kind: ImportKind, state: ImportState) -> ImportRun:
    """The run, locked. Raises NotFound, NotInThisState."""
    run = await queries.locked_run(session, run_id)
    if run is None or run.kind is not kind:
        raise NotFound(noun="import")
    if run.state is not state:
        raise NotInThisState(state=run.state.value)
    return run


def counts(found: Counted) -> dict[str, Any]:
    """What is kept of a plan."""
    return {
        "new": len(found.new),
        "changed": len(found.changed),
        "unchanged": found.unchanged,
        "errors": len(found.errors),
        "fingerprint": found.fingerprint,
    }
