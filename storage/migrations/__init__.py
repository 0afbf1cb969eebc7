"""Brings a database to the newest schema, and says how far one is: the same migrations on SQLite and PostgreSQL.

Each upgrade is one transaction behind one lock, so two processes starting at once migrate once and a crash changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, event, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from storage.database import BUSY_TIMEOUT_MS, CONNECT_TIMEOUT_S, Database, StorageError, use_wal

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

# Alembic is imported only when there is something to migrate: it takes a quarter of a second that a start need not pay.
HERE = Path(__file__).parent
_LOCK = 7_201_533  # PostgreSQL advisory lock of migrating; any constant of ours


class BrokenReferences(StorageError):
    """A migration would leave rows that point at nothing; it was rolled back."""


def head() -> str:
    """The newest revision there is: migrations are numbered, and the number leads the file's name."""
    numbers = [path.name.partition("_")[0] for path in (HERE / "versions").glob("[0-9]*_*.py")]
    if not numbers:
        raise StorageError("there are no migrations")
    return max(numbers)


async def current(database: Database) -> str | None:
    """The revision a database is at; None before the first."""
    async with database.engine.connect() as connection:
        return await connection.run_sync(_revision)


async def pending(database: Database) -> list[str]:
    """What an upgrade would run, oldest first, one `revision: sentence` each.

    Raises StorageError for a database that is ahead of this program.
    """
    at = await current(database)
    if at == head():
        return []
    known = {script.revision for script in _scripts().walk_revisions()}
    if at is not None and at not in known:
        raise StorageError(f"the database is at revision {at}, which this version does not know: run the newer version")
    waiting = list(_scripts().iterate_revisions("head", at))
    return [f"{script.revision}: {script.doc}" for script in reversed(waiting)]


async def upgrade(database: Database, *, revision: str = "head") -> None:
    """Runs what is pending; does nothing on a database that is up to date."""
    if revision == "head" and await current(database) == head():
        return
    from alembic import command

    await _run(database, lambda config: command.upgrade(config, revision))


async def write_revision(database: Database, *, name: str) -> Path:
    """Writes a migration from the difference between the models and `database`, for a developer to read and mend."""
    from alembic import command

    number = f"{int(_scripts().get_current_head() or 0) + 1:04d}"
    made: list[Any] = []
    await _run(
        database,
        lambda config: made.append(command.revision(config, message=name, autogenerate=True, rev_id=number)),
    )
    return Path(made[0].path)


async def _run(database: Database, work: Callable[[Config], object]) -> None:
    engine = _engine(database)

    def migrate(connection: Connection) -> None:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config = _config()
        config.attributes["connection"] = connection
        work(config)
        if database.is_sqlite:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise BrokenReferences(f"{len(broken)} rows of {broken[0][0]} point at nothing")

    try:
        async with engine.begin() as connection:
            await connection.run_sync(migrate)
    finally:
        await engine.dispose()


def _engine(database: Database) -> AsyncEngine:
    """An engine for migrating: no command deadline, and on SQLite no foreign keys.

    Rebuilding a SQLite table drops the old one, which with foreign keys on deletes every row that points at it; they
    cannot be switched off inside a transaction, so the whole is checked before it is kept.
    """
    if not database.is_sqlite:
        return create_async_engine(database.url, poolclass=NullPool, connect_args={"timeout": CONNECT_TIMEOUT_S})
    engine = create_async_engine(database.url, poolclass=NullPool, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        use_wal(connection)
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=OFF")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


def _scripts() -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config())


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
