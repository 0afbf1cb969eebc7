"""The HTTP doors over a real database, called in process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Any

import httpx
import pytest

from bot.intake import arrival
from storage import migrations
from storage.database import Database
from web.application import create_app
from web.deps import WebParts

SECRET = "a-secret-of-the-webhook"
SID = "AC" + "0123456789abcdef" * 2
TWILIO_TOKEN = "12345678901234567890123456789012"
API_KEY = "a-key-of-the-interface-123456"
PUBLIC = "https://crm.example.com"

Doors = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


class Still:
    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def doors(database: Database, now: datetime) -> Doors:
    """Opens the doors with everything on; keyword arguments change the parts."""

    @asynccontextmanager
    async def open_doors(**changed: Any) -> AsyncIterator[httpx.AsyncClient]:
        parts: dict[str, Any] = {
            "database": database,
            "clock": Still(now),
            "token_key": b"k" * 32,
            "public_url": PUBLIC,
            "telegram_secret": SECRET,
            "telegram_arrival": arrival,
            "twilio_account_sid": SID,
            "twilio_auth_token": TWILIO_TOKEN,
            "api_key": API_KEY,
        }
        app = create_app(WebParts(**{**parts, **changed}))
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://inner:8080") as client:
            yield client

    return open_doors


@pytest.fixture
async def stamped(database: Database) -> None:
    """Marks the schema of the tests as migrated, as a running product's is."""
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql(
            "CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)"
        )
        await connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{migrations.head()}')")
