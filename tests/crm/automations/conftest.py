"""The engine on a database of this test's own."""

from __future__ import annotations

from datetime import datetime

import pytest

from storage.database import Database
from tests.crm.automations.engine import Engine


@pytest.fixture
async def engine(database: Database, now: datetime) -> Engine:
    return await Engine.built(database, now)
