"""Names that only one thing of a kind may have, also where two people give the same one at once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession


@asynccontextmanager
async def naming(session: AsyncSession, check_free: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """What is added or renamed within takes a name. `check_free` raises the refusal where somebody else has it.

    It is asked before, and again should the database say that the name was taken meanwhile.
    """
    await check_free()
    try:
        async with session.begin_nested():
            yield
    except IntegrityError:
        await check_free()
        raise
