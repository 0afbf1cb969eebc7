"""Fixtures everybody shares: a migrated database on a fresh file (or a fresh PostgreSQL schema), and a moment."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from storage.base import Base
from storage.database import Database, normalise_url
from storage.models import Staff  # noqa: F401  (loads every table)

POSTGRES = os.environ.get("TOUCHLINE_TEST_POSTGRES", "")
REPORT = os.environ.get("TOUCHLINE_TEST_REPORT", "")
FIGURES = os.environ.get("TOUCHLINE_TEST_FIGURES", "")
# Fixtures that stand on a database: what asks for none of them behaves alike on both and runs once.
_OF_A_DATABASE = {"database_url", "empty_database_url"}


def pytest_configure() -> None:
    """Plain tracebacks: the default ones print every local variable of every frame."""
    structlog.configure(processors=[structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)])


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database-only", action="store_true", help="only tests that touch a database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    chosen = {name for name in os.environ.get("TOUCHLINE_TEST_FAULTS", "").split(",") if name}
    if chosen:
        others = [item for item in items if not chosen & set(_faults_of(item))]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if chosen & set(_faults_of(item))]
    if not config.getoption("--database-only"):
        return
    kept = [item for item in items if _OF_A_DATABASE & set(getattr(item, "fixturenames", ()))]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leaves the reasons of what was skipped for `make test`, which says them in its last lines."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if REPORT and reporter is not None and not hasattr(session.config, "workerinput"):
        reasons = [str(one.longrepr[2]).removeprefix("Skipped: ") for one in reporter.stats.get("skipped", [])]
        Path(REPORT).write_text(json.dumps(reasons))


def _faults_of(item: pytest.Item) -> list[str]:
    return [str(name) for marker in item.iter_markers("fault") for name in marker.args]


class Figures:
    """What a fault's trial measured, for the table of `make faults`."""

    def __init__(self, *, full: bool) -> None:
        self.full = full
        self.said: list[str] = []

    def size(self, *, full: int, short: int) -> int:
        """How much of it: the promised size, or the small one of every day."""
        return full if self.full else short

    def say(self, what: str, measured: object, allowed: object = None) -> None:
        """One figure beside what is allowed; the assertion is the test's own."""
        self.said.append(f"{what} {measured}" + ("" if allowed is None else f" (allowed {allowed})"))


@pytest.fixture
def figures() -> Figures:
    return Figures(full=os.environ.get("TOUCHLINE_TEST_SIZE") == "full")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Writes the trial of a fault down as one line of TOUCHLINE_TEST_FIGURES."""
    report = yield
    if FIGURES and _faults_of(item) and (report.when == "call" or report.outcome != "passed"):
        held = getattr(item, "funcargs", {}).get("figures")
        said = "; ".join(held.said) if isinstance(held, Figures) else ""
        if report.outcome == "skipped":
            said = str(report.longrepr[2]).removeprefix("Skipped: ")
        line = {
            "fault": "/".join(_faults_of(item)),
            "test": item.nodeid.rpartition("::")[2],
            "figures": said,
            "outcome": report.outcome,
            "seconds": round(report.duration, 1),
        }
        with Path(FIGURES).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
    return report


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database with the whole schema, copied for each test."""
    import asyncio

    path = tmp_path_factory.mktemp("template") / "template.sqlite3"

    async def make() -> None:
        database = Database(f"sqlite:///{path}")
        async with database.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        async with database.engine.connect() as connection:
            await connection.exec_driver_sql("ROLLBACK")
            await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            await connection.exec_driver_sql("BEGIN")
        await database.close()

    asyncio.run(make())
    return path


@pytest.fixture
async def database_url(template: Path, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a database of this test's own; PostgreSQL when TOUCHLINE_TEST_POSTGRES names a server."""
    if not POSTGRES:
        path = tmp_path / "touchline.sqlite3"
        shutil.copy(template, path)
        yield f"sqlite:///{path}"
        return
    name = f"test_{uuid.uuid4().hex[:16]}"
    server = create_async_engine(normalise_url(POSTGRES), isolation_level="AUTOCOMMIT")
    async with server.connect() as connection:
        await _ensure_postgres_template(connection)
        await connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {_POSTGRES_TEMPLATE}"))
    yield normalise_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    async with server.connect() as connection:
        await connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    await server.dispose()


_POSTGRES_TEMPLATE = f"touchline_template_{os.getpid()}"
_template_made = False


async def _ensure_postgres_template(connection) -> None:  # type: ignore[no-untyped-def]
    global _template_made
    if _template_made:
        return
    await connection.execute(text(f"DROP DATABASE IF EXISTS {_POSTGRES_TEMPLATE} WITH (FORCE)"))
    await connection.execute(text(f"CREATE DATABASE {_POSTGRES_TEMPLATE}"))
    engine = create_async_engine(normalise_url(POSTGRES).set(database=_POSTGRES_TEMPLATE))
    async with engine.begin() as inner:
        await inner.run_sync(Base.metadata.create_all)
    await engine.dispose()
    _template_made = True


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
async def session(database: Database) -> AsyncIterator[AsyncSession]:
    """An open unit of work of the test's own; what it wrote is committed only if the test does nothing else."""
    async with database.write() as session:
        yield session


@pytest.fixture
async def empty_database_url(tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a database without any table."""
    if not POSTGRES:
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    name = f"empty_{uuid.uuid4().hex[:16]}"
    server = create_async_engine(normalise_url(POSTGRES), isolation_level="AUTOCOMMIT")
    async with server.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    yield normalise_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    async with server.connect() as connection:
        await connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    await server.dispose()
