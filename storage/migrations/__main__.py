"""`make migration NAME=…`: writes a migration from the difference between the models and the migrations so far."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from storage import migrations
from storage.database import Database


async def write(name: str) -> Path:
    """Migrates an empty SQLite file as far as there are migrations, and writes down what the models have beyond it."""
    with tempfile.TemporaryDirectory() as directory:
        database = Database(f"sqlite:///{directory}/empty.sqlite3")
        try:
            await migrations.upgrade(database)
            return await migrations.write_revision(database, name=name)
        finally:
            await database.close()


if __name__ == "__main__":
    path = asyncio.run(write(sys.argv[1]))
    sys.stdout.write(f"{path}: read it, mend it, run the tests of storage/migrations\n")
