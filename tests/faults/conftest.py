"""The product in a process of its own that can be killed, with a company to send for: see rig.py."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.faults.rig import Rig, rigged


@pytest.fixture
async def rig(tmp_path: Path, empty_database_url: str) -> AsyncIterator[Rig]:
    async with rigged(tmp_path, empty_database_url) as built:
        yield built
