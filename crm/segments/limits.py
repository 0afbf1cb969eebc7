"""How long choosing by a rule may take."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from sqlalchemy.ext.asyncio import AsyncSession

from crm.segments.errors import SegmentTooSlow
from storage.queries.time_limit import TookTooLong, time_limit

MOST_SECONDS = 2


@contextlib.asynccontextmanager
async def in_time(session: AsyncSession, *, seconds: float = MOST_SECONDS) -> AsyncIterator[None]:
    """Stops what a person's rule made slow. Raises SegmentTooSlow."""
    try:
        async with time_limit(session, seconds=seconds):
            yield
    except TookTooLong as error:
        raise SegmentTooSlow(seconds=round(seconds)) from error
