"""One `Database` over SQLite and PostgreSQL: `read()` and `write()` are the only units of work.

The only place that commits. SQLite writes start with BEGIN IMMEDIATE on a single connection: a deferred transaction
that turns into a write fails at once, whatever the busy timeout (measured: 74 of 100 increments refused).
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session

from storage.sqlite_cursor import Driver, is_busy, one_trip

BUSY_TIMEOUT_MS = 15_000
CONNECT_TIMEOUT_S = 10
COMMAND_TIMEOUT_S = 15
READERS = 4
CACHE_KIB = 65_536
_LOOK_AGAIN_S = 0.002  # whether another process has ended its writing

T = TypeVar("T")
U = TypeVar("U", AsyncSession, AsyncConnection)
Unit = AsyncSession | AsyncConnection

_DRIVER = "driver"  # in a session's info

_unit_open: ContextVar[bool] = ContextVar("unit_open", default=False)


class StorageError(Exception):
    """Root of what storage refuses."""


class NetworkInsideTransaction(StorageError):
    """A network call was about to run with a unit of work open: it would hold locks for as long as the peer likes."""


class UnsafeDatabase(StorageError):
    """The database does not run with the settings the ledger relies on; the message names the setting."""


def assert_no_transaction() -> None:
    """Adapters call this right before they touch the network."""
    if _unit_open.get():
        raise NetworkInsideTransaction


def real_now() -> datetime:
    """The host's real clock, aware UTC: for leases, which a movable clock must never lengthen or cut."""
    return datetime.now(UTC)


def normalise_url(url: str) -> URL:
    """Accepts the plain spellings (`sqlite:///f`, `postgresql://…`) and names the async driver.

    Raises StorageError for any other database.
    """
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return parsed.set(drivername="sqlite+aiosqlite")
    if backend in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+asyncpg")
    raise StorageError(f"unsupported database {backend!r}: use sqlite or postgresql")


async def on_sqlite(unit: Unit, work: Callable[[sqlite3.Connection], T]) -> T:
    """Runs `work` on the driver's connection below a unit, in the thread that owns it and within the unit's transaction.

    One hop between threads for as many statements as it likes: through SQLAlchemy each takes three or four. For hot paths.
    """
    driver = await _driver_of(unit)
    with _sqlite_errors("work on the driver's connection"):
        return await driver.run(work)


async def at_once_on_sqlite(unit: Unit | Database, work: Callable[[sqlite3.Connection], T], *, reads: bool) -> T:
    """The same for one statement that is briefer than the hop, and is carried out without one where nothing is in its way.

    Asked of the database itself, one that reads is a unit of its own.
    """
    driver = await (unit.kept_reader() if isinstance(unit, Database) else _driver_of(unit))
    with _sqlite_errors("a statement carried out at once"):
        return await driver.run_at_once(work, reads=reads)


async def _driver_of(unit: Unit) -> Driver:
    """The driver's connection below a unit; a session is asked for it once in a transaction."""
    if isinstance(unit, AsyncConnection):
        return _below(unit)
    known: tuple[object, Driver] | None = unit.info.get(_DRIVER)
    if known is None or known[0] is not unit.sync_session.get_transaction():
        driver = _below(await unit.connection())
        unit.info[_DRIVER] = known = unit.sync_session.get_transaction(), driver
    return known[1]


def _below(connection: AsyncConnection) -> Driver:
    driver: object = connection.sync_connection.connection.driver_connection if connection.sync_connection else None
    if not isinstance(driver, Driver):
        raise StorageError("not a connection to SQLite")
    return driver


async def asyncpg_of(unit: AsyncConnection) -> Any:
    """The driver's connection below a unit on PostgreSQL, its transaction begun (SQLAlchemy begins with the first statement)."""
    driver: Any = (await unit.get_raw_connection()).driver_connection
    if not driver.is_in_transaction():
        await unit.exec_driver_sql("SELECT 1")
    return driver


class Database:
    """Engines and units of work. Build one per process, `await close()` at the end."""

    def __init__(self, url: str | URL, *, pool_size: int = 10) -> None:
        self.url = normalise_url(url if isinstance(url, str) else url.render_as_string(hide_password=False))
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            if self.url.database:
                Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
            self._writer = _sqlite_engine(self.url, readers=False)
            self._reader = _sqlite_engine(self.url, readers=True)
        else:
            self._writer = self._reader = _postgres_engine(self.url, pool_size=pool_size)
        self._kept: AsyncConnection | None = None
        self._keeping = asyncio.Lock()
        self._write_session = async_sessionmaker(self._writer, expire_on_commit=False)
        self._read_session = async_sessionmaker(self._reader, expire_on_commit=False, autoflush=False)

    @property
    def engine(self) -> AsyncEngine:
        """The writing engine, for migrations and tests."""
        return self._writer

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session for queries; whatever it changed is rolled back."""
        token = _unit_open.set(True)
        try:
            async with self._read_session() as session:
                yield session
        finally:
            _unit_open.reset(token)

    @contextlib.asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """A unit of work: commits when the block ends well, else rolls back.

        The commit is shielded: a cancelled caller cannot leave us guessing whether it happened. Units never nest.
        """
        if _unit_open.get():
            raise StorageError("a unit of work is already open in this task")
        token = _unit_open.set(True)
        try:
            async with _committed(self._write_session()) as session:
                yield session
        finally:
            _unit_open.reset(token)

    @contextlib.asynccontextmanager
    async def connect(self) -> AsyncIterator[AsyncConnection]:
        """A write transaction on a bare connection, for Core statements on the hot paths (an ORM commit costs 0.9 ms)."""
        token = _unit_open.set(True)
        try:
            async with _committed(await self._writer.connect()) as connection:
                await connection.begin()
                yield connection
        finally:
            _unit_open.reset(token)

    async def kept_reader(self) -> Driver:
        """SQLite's connection for what is asked by itself, a statement at a time: nothing is begun and nothing ended for it."""
        if self._kept is None:
            async with self._keeping:
                self._kept = self._kept or await self._reader.connect()
        return _below(self._kept)

    def alone(self) -> AsyncConnection:
        """PostgreSQL's for the same; to be entered."""
        return self._reader.execution_options(isolation_level="AUTOCOMMIT").connect()

    async def check(self) -> None:
        """Raises UnsafeDatabase unless the settings the ledger relies on are really in force."""
        async with self._writer.connect() as connection:
            if self.is_sqlite:
                await _check_sqlite(connection)
            else:
                await _check_postgres(connection)

    async def close(self) -> None:
        if self._kept is not None:
            await self._kept.close()
            self._kept = None
        await self._reader.dispose()
        if self._writer is not self._reader:
            await self._writer.dispose()


@contextlib.asynccontextmanager
async def _committed(unit: U) -> AsyncIterator[U]:
    """Ends a unit as its block ended. Committing and closing are one task: each for itself costs as much as a statement."""
    try:
        yield unit
    except BaseException:
        await asyncio.shield(asyncio.ensure_future(unit.close()))
        raise
    await asyncio.shield(asyncio.ensure_future(unit.run_sync(_commit)))


def _commit(unit: Session | Connection) -> None:
    try:
        unit.commit()
    finally:
        unit.close()


@contextlib.contextmanager
def _sqlite_errors(doing: str) -> Iterator[None]:
    """The driver's errors as SQLAlchemy raises them."""
    try:
        yield
    except sqlite3.Error as error:
        raise DBAPIError.instance(doing, None, error, sqlite3.Error, hide_parameters=True) from error


def use_wal(adapted: Any) -> None:
    """Sets write-ahead logging on a connection as SQLAlchemy adapts it, waiting where another process sets it too.

    The switch asks no busy timeout: of two processes that open a new file at once, one is refused on the spot.
    """
    adapted.run_async(lambda driver: driver._execute(_switch_to_wal, driver._conn))


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    _while_busy(lambda: connection.execute("PRAGMA journal_mode=WAL"))


def _begin_reading(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN")


def _begin_writing(connection: sqlite3.Connection) -> None:
    """BEGIN IMMEDIATE that gets its turn among other processes.

    SQLite's own waiting looks ever more rarely, at last ten times a second, and one writer among eager ones starves: of six
    that wrote without a pause the unluckiest waited 2.8 s that way and 0.3 s this way, and all six wrote 1.6 times as much.
    """
    connection.execute("PRAGMA busy_timeout=0")
    try:
        _while_busy(lambda: connection.execute("BEGIN IMMEDIATE"))
    finally:
        connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")


def _while_busy(attempt: Callable[[], object]) -> None:
    """Tries until the file is free, for as long as the busy timeout; for the driver's own thread, which it blocks."""
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            attempt()
        except sqlite3.OperationalError as refusal:
            if not is_busy(refusal) or time.monotonic() > deadline:
                raise
            time.sleep(_LOOK_AGAIN_S)
        else:
            return


def _sqlite_engine(url: URL, *, readers: bool) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=READERS + 1 if readers else 1,  # and the one that is kept
        max_overflow=0,
        hide_parameters=True,  # an error's text must not carry what customers wrote into a log
        pool_timeout=BUSY_TIMEOUT_MS / 1000 * 2,
        # Its thread and the loop's use a connection by turns, never at once.
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False},
    )
    begin: Callable[[sqlite3.Connection], object] = _begin_reading if readers else _begin_writing

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        one_trip(connection)
        connection.isolation_level = None  # the driver must not begin by itself
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        use_wal(connection)
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA temp_store=MEMORY")
        cursor.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        if readers:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Any) -> None:
        connection.connection.driver_connection.begin(begin, writes=not readers)

    return engine


def _postgres_engine(url: URL, *, pool_size: int) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=5,
        hide_parameters=True,
        pool_timeout=CONNECT_TIMEOUT_S,
        pool_pre_ping=True,
        connect_args={
            "timeout": CONNECT_TIMEOUT_S,
            "command_timeout": COMMAND_TIMEOUT_S,
            "server_settings": {
                "application_name": "touchline",
                "idle_in_transaction_session_timeout": "60000",
                "timezone": "UTC",
            },
        },
    )


async def _check_sqlite(connection: AsyncConnection) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    for pragma, value in wanted.items():
        found = (await connection.execute(text(f"PRAGMA {pragma}"))).scalar_one()
        if str(found).lower() != str(value):
            raise UnsafeDatabase(f"SQLite {pragma} is {found!r}, must be {value!r}")
    timeout = (await connection.execute(text("PRAGMA busy_timeout"))).scalar_one()
    if int(timeout) < 10_000:
        raise UnsafeDatabase(f"SQLite busy_timeout is {timeout} ms, must be at least 10000")


async def _check_postgres(connection: AsyncConnection) -> None:
    version = int((await connection.execute(text("SHOW server_version_num"))).scalar_one())
    if version < 140_000:
        raise UnsafeDatabase(f"PostgreSQL {version} is too old, 14 or newer is needed")
    if (await connection.execute(text("SHOW fsync"))).scalar_one() != "on":
        raise UnsafeDatabase("PostgreSQL fsync is off: a power loss would lose acknowledged rows")
