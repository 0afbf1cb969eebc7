"""A backup holds every row acknowledged before it began; a restore sends nothing twice."""

from __future__ import annotations

import asyncio
import stat
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app import backups
from app.settings import Settings, load
from app.wiring import CannotRun
from channels.outbox.enqueue import enqueue
from storage import migrations
from storage.database import Database
from storage.files import FileStore
from storage.models import Channel, DeliveryState, Meta, Outbox
from storage.queries import leases


def settings_for(directory: Path, url: str = "") -> Settings:
    environment = {"TOUCHLINE_DATA_DIR": str(directory)}
    if url:
        environment["TOUCHLINE_DATABASE_URL"] = url
    return load(environment=environment, env_file=None)


@pytest.fixture
async def settings(empty_database_url: str, tmp_path: Path) -> Settings:
    settings = settings_for(tmp_path / "data", empty_database_url)
    settings.data_dir.mkdir()
    database = Database(settings.database)
    await migrations.upgrade(database)
    await database.close()
    return settings


async def plan(database: Database, address: str, due_at: datetime) -> None:
    async with database.write() as session:
        await enqueue(session, channel=Channel.EMAIL, kind="email", address=address, now=due_at, due_at=due_at)


async def states(database: Database) -> dict[str, DeliveryState]:
    async with database.read() as session:
        return {row.address: row.state for row in await session.execute(select(Outbox.address, Outbox.state))}


async def test_everything_comes_back_and_nothing_is_sent_again(settings: Settings, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    database = Database(settings.database)
    sha = await FileStore(settings.files).put(b"a contract")
    key = settings.key()
    await plan(database, "due@example.com", now - timedelta(minutes=1))
    await plan(database, "later@example.com", now + timedelta(days=1))
    archive = tmp_path / "backup.tar.gz"
    made = await backups.backup(settings, archive)
    assert made["bytes"] == archive.stat().st_size
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    await plan(database, "after@example.com", now)
    await database.close()

    replaced = await backups.restore(settings, archive, replace=True, resume=False)
    assert (replaced["held_deliveries"], replaced["paused_mailings"]) == (1, 0)
    database = Database(settings.database)
    assert await states(database) == {
        "due@example.com": DeliveryState.UNKNOWN,
        "later@example.com": DeliveryState.PLANNED,
    }
    await database.close()
    assert await FileStore(settings.files).get(sha) == b"a contract"
    assert settings.key() == key
    assert [path.name for path in settings.data_dir.glob("tmp*")] == []


async def test_on_another_machine_with_nothing_sent_since(settings: Settings, tmp_path: Path) -> None:
    database = Database(settings.database)
    if not database.is_sqlite:
        pytest.skip("another SQLite directory")
    await plan(database, "due@example.com", datetime.now(UTC))
    await database.close()
    archive = tmp_path / "backup.tar.gz"
    await backups.backup(settings, archive)
    other = settings_for(tmp_path / "other")
    await backups.restore(other, archive, replace=False, resume=True)
    database = Database(other.database)
    assert await states(database) == {"due@example.com": DeliveryState.PLANNED}
    await database.check()
    await database.close()
    with pytest.raises(CannotRun, match="--replace"):
        await backups.restore(other, archive, replace=False, resume=True)


async def test_rows_written_meanwhile_are_whole_and_those_before_are_all_there(
    settings: Settings, tmp_path: Path
) -> None:
    database = Database(settings.database)
    written = 0
    stop = asyncio.Event()

    async def write() -> None:
        nonlocal written
        while not stop.is_set():
            async with database.write() as session:
                session.add(Meta(key=f"row {written}", value="x"))
            written += 1

    writer = asyncio.create_task(write())
    while written < 50:
        await asyncio.sleep(0.01)
    acknowledged = written
    archive = tmp_path / "backup.tar.gz"
    await backups.backup(settings, archive)
    stop.set()
    await writer
    await database.close()
    await backups.restore(settings, archive, replace=True, resume=True)
    database = Database(settings.database)
    async with database.read() as session:
        assert (await session.execute(select(func.count()).select_from(Meta))).scalar_one() >= acknowledged
    await database.close()


async def test_a_running_product_is_not_overwritten(settings: Settings, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar.gz"
    await backups.backup(settings, archive)
    database = Database(settings.database)
    async with database.write() as session:
        await leases.take(session, name="scheduler", owner="somebody", seconds=60)
    await database.close()
    with pytest.raises(CannotRun, match="scheduler"):
        await backups.restore(settings, archive, replace=True, resume=True)


@pytest.mark.parametrize("name", ["../../outside", "/etc/passwd", "files/../x", "files/zz/" + "0" * 62, "other"])
async def test_an_archive_writes_nowhere_else(settings: Settings, tmp_path: Path, name: str) -> None:
    archive = tmp_path / "hostile.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(__file__, arcname=name)
    with pytest.raises(CannotRun, match="no backup of ours"):
        await backups.restore(settings, archive, replace=True, resume=True)
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("content", [b"", b"not an archive", b"\x1f\x8b\x08\x00"])
async def test_damage_is_named(settings: Settings, tmp_path: Path, content: bytes) -> None:
    archive = tmp_path / "damaged.tar.gz"
    archive.write_bytes(content)
    with pytest.raises(CannotRun, match="damaged"):
        await backups.restore(settings, archive, replace=True, resume=True)
