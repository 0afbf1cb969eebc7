"""Backups: the database as one consistent copy, the files, and the secret key, in one archive; and their way back.

SQLite is copied by VACUUM INTO: copying the file itself loses what still lies in its log (measured: 30 of 30 such copies
looked sound and lacked up to 989 rows). What may have been sent after the backup was made is held on restore, not resent.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, text, update

from app.settings import SECRET_FILE, Settings
from app.wiring import CannotRun, build
from storage import migrations
from storage.database import Database, real_now
from storage.models import DeliveryState, Lease, Mailing, MailingSeries, MailingState, Outbox
from storage.models.enums import DELIVERY_WAITING, RESTORED

MANIFEST, SQLITE, POSTGRES, FILES = "touchline.json", "touchline.sqlite3", "touchline.dump", "files"
FORMAT = 1
_SHA_DIRECTORY, _SHA_REST = 2, 62
_RUNNING = (MailingState.EXPANDING, MailingState.RUNNING)


async def backup(settings: Settings, file: Path) -> dict[str, Any]:
    """Writes the archive, readable by its owner only; the product may go on working meanwhile."""
    database = Database(settings.database)
    try:
        await database.check()
        waiting = await migrations.pending(database)
        if waiting:
            raise CannotRun("the schema is not up to date: run `touchline migrate` first")
        with tempfile.TemporaryDirectory(dir=_beside(file)) as directory:
            made_at = real_now()
            copy = Path(directory) / (SQLITE if database.is_sqlite else POSTGRES)
            if database.is_sqlite:
                await _copy_sqlite(database, copy)
            else:
                await asyncio.to_thread(_dump_postgres, settings, copy)
            manifest = {"format": FORMAT, "made_at": made_at.isoformat(), "revision": migrations.head()}
            size = await asyncio.to_thread(_pack, settings, file, copy, manifest)
    finally:
        await database.close()
    return {"file": str(file), "bytes": size, **manifest}


async def restore(settings: Settings, file: Path, *, replace: bool, resume: bool) -> dict[str, Any]:
    """Brings the archive back and holds what may have been sent since; `resume` says that nothing was.

    Raises CannotRun when the product runs, when there is something already (unless `replace`), or the archive is none of ours.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    await _refuse_when_running(settings)
    with tempfile.TemporaryDirectory(dir=settings.data_dir) as directory:
        unpacked = Path(directory)
        manifest = await asyncio.to_thread(_unpack, file, unpacked)
        if (unpacked / SQLITE).exists():
            _put_sqlite_back(settings, unpacked / SQLITE, replace=replace)
        else:
            await asyncio.to_thread(_load_postgres, settings, unpacked / POSTGRES, replace=replace)
        await asyncio.to_thread(_put_files_back, settings, unpacked)
    database = Database(settings.database)
    try:
        await migrations.upgrade(database)
        held, paused = (0, 0) if resume else await _hold(database, build(settings).clock.now())
    finally:
        await database.close()
    return {"made_at": manifest["made_at"], "held_deliveries": held, "paused_mailings": paused}


async def _copy_sqlite(database: Database, copy: Path) -> None:
    async with database.engine.connect() as connection:
        # VACUUM runs in no transaction; the engine begins one by itself.
        await connection.exec_driver_sql("ROLLBACK")
        await connection.execute(text("VACUUM INTO :copy"), {"copy": str(copy)})
        await connection.exec_driver_sql("BEGIN")


def _dump_postgres(settings: Settings, copy: Path) -> None:
    tool = shutil.which("pg_dump")
    if tool is None:
        raise CannotRun("pg_dump is not installed; install PostgreSQL's client programs (Debian: postgresql-client)")
    _run_tool([tool, "--format=custom", "--no-owner", f"--file={copy}"], settings)


def _load_postgres(settings: Settings, dump: Path, *, replace: bool) -> None:
    tool = shutil.which("pg_restore")
    if tool is None:
        raise CannotRun("pg_restore is not installed; install PostgreSQL's client programs (Debian: postgresql-client)")
    options = ["--clean", "--if-exists"] if replace else []
    name = Database(settings.database).url.database or ""
    _run_tool(
        [tool, "--no-owner", "--single-transaction", "--exit-on-error", *options, f"--dbname={name}", str(dump)],
        settings,
    )


def _run_tool(command: list[str], settings: Settings) -> None:
    """Runs a PostgreSQL program; the password goes by the environment, which other users cannot read."""
    url = Database(settings.database).url
    given = {"PGHOST": url.host, "PGUSER": url.username, "PGPASSWORD": url.password, "PGDATABASE": url.database}
    environment = {**os.environ, **{name: str(value) for name, value in given.items() if value}}
    if url.port:
        environment["PGPORT"] = str(url.port)
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)  # noqa: S603  (no shell)
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or ["it said nothing"]
        raise CannotRun(f"{Path(command[0]).name} failed: {said[0]}")


def _pack(settings: Settings, file: Path, copy: Path, manifest: dict[str, Any]) -> int:
    temporary = file.with_name(f".{file.name}.part")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        with tarfile.open(fileobj=out, mode="w:gz", compresslevel=3) as archive:
            content = json.dumps(manifest).encode()
            entry = tarfile.TarInfo(MANIFEST)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
            archive.add(copy, arcname=copy.name)
            if (settings.data_dir / SECRET_FILE).exists():
                archive.add(settings.data_dir / SECRET_FILE, arcname=SECRET_FILE)
            for stored in sorted(settings.files.glob("??/*")):
                if _is_stored(stored.parent.name, stored.name):
                    archive.add(stored, arcname=f"{FILES}/{stored.parent.name}/{stored.name}")
        out.flush()
        os.fsync(out.fileno())
    temporary.replace(file)
    return file.stat().st_size


def _unpack(file: Path, directory: Path) -> dict[str, Any]:
    """Takes out only names of ours, so that no archive can write anywhere else."""
    try:
        with tarfile.open(file, mode="r:gz") as archive:
            for entry in archive:
                if not entry.isfile() or not _is_ours(entry.name):
                    raise CannotRun(f"{file} is no backup of ours: it holds {entry.name[:80]!r}")
                target = directory / entry.name
                target.parent.mkdir(parents=True, exist_ok=True)
                source = archive.extractfile(entry)
                if source is not None:
                    with target.open("wb") as out:
                        shutil.copyfileobj(source, out)
        manifest: dict[str, Any] = json.loads((directory / MANIFEST).read_text())
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise CannotRun(f"{file} is no backup of ours, or it is damaged: {error}") from error
    if manifest.get("format") != FORMAT or not ((directory / SQLITE).exists() or (directory / POSTGRES).exists()):
        raise CannotRun(f"{file} was made by another version of Touchline")
    return manifest


def _is_ours(name: str) -> bool:
    if name in (MANIFEST, SQLITE, POSTGRES, SECRET_FILE):
        return True
    parts = name.split("/")
    return len(parts) == 3 and parts[0] == FILES and _is_stored(parts[1], parts[2])


def _is_stored(directory: str, rest: str) -> bool:
    hexadecimal = set("0123456789abcdef")
    return len(directory) == _SHA_DIRECTORY and len(rest) == _SHA_REST and set(directory + rest) <= hexadecimal


def _put_sqlite_back(settings: Settings, copy: Path, *, replace: bool) -> None:
    target = settings.sqlite_file
    if target is None:
        raise CannotRun("the backup is of SQLite, TOUCHLINE_DATABASE_URL names PostgreSQL: set it to SQLite first")
    if target.exists():
        if not replace:
            raise CannotRun(f"{target} exists already: add --replace to put it aside")
        aside = f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S}"
        for suffix in ("", "-wal", "-shm"):
            part = target.with_name(target.name + suffix)
            if part.exists():
                part.rename(part.with_name(f"{target.name}.{aside}{suffix}"))
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(copy, target)


def _put_files_back(settings: Settings, unpacked: Path) -> None:
    for stored in (unpacked / FILES).glob("??/*"):
        target = settings.files / stored.parent.name / stored.name
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            shutil.move(stored, target)
    key = unpacked / SECRET_FILE
    if key.exists():
        key.chmod(0o600)
        shutil.move(key, settings.data_dir / SECRET_FILE)


async def _refuse_when_running(settings: Settings) -> None:
    if settings.sqlite_file is not None and not settings.sqlite_file.exists():
        return
    database = Database(settings.database)
    try:
        if await migrations.current(database) is None:
            return
        async with database.read() as session:
            held = (await session.execute(select(Lease.name).where(Lease.expires_at > real_now()))).scalars().all()
    finally:
        await database.close()
    if held:
        raise CannotRun(f"the product is running (it holds {', '.join(held)}): stop it, wait a minute, try again")


async def _hold(database: Database, now: datetime) -> tuple[int, int]:
    """Parks deliveries that were due and pauses mailings that ran: either may have gone on after the backup."""
    async with database.write() as session:
        parked = await session.execute(
            update(Outbox)
            .where(Outbox.state.in_(DELIVERY_WAITING), Outbox.due_at <= now)
            .values(
                state=DeliveryState.UNKNOWN,
                reason=RESTORED,
                lease_owner=None,
                lease_token=None,
                lease_expires_at=None,
                settled_at=now,
            )
            .returning(Outbox.id)
            .execution_options(synchronize_session=False)
        )
        come = select(MailingSeries.mailing_id).where(MailingSeries.next_due_at <= now)
        paused = await session.execute(
            update(Mailing)
            .where(
                Mailing.state.in_(_RUNNING)
                | ((Mailing.state == MailingState.SCHEDULED) & (Mailing.starts_at <= now))
                | ((Mailing.state == MailingState.RECURRING) & Mailing.id.in_(come))
            )
            .values(
                state=MailingState.PAUSED,
                state_before_pause=Mailing.state,
                pause_reason=RESTORED,
            )
            .returning(Mailing.id)
            .execution_options(synchronize_session=False)
        )
        return len(parked.all()), len(paused.all())


def _beside(file: Path) -> Path:
    """The directory of the file to write: its disk must hold the copy anyway."""
    if not file.parent.is_dir():
        raise CannotRun(f"{file.parent} is not a directory")
    return file.parent
