"""Who calls the REST API: whoever has the key, on behalf of a colleague whose role and scope bind them as in the chat."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Header
from fastapi.exceptions import HTTPException
from pydantic import AfterValidator, AwareDatetime, Field
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Meta, Role, Staff
from web.deps import WebParts, parts, same

KEY_LIMIT = 255
HIGHEST_ID = 2**53 - 1  # what every JSON reader counts exactly; both databases hold more
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


async def check_key(
    web: Annotated[WebParts, Depends(parts)], authorization: Annotated[str | None, Header()] = None
) -> WebParts:
    """Refuses with 401 unless the bearer key is ours."""
    scheme, _, given = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not same(given.strip(), web.api_key):
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
    return web


async def actor(session: AsyncSession, staff_id: int | None) -> Staff:
    """The colleague a call speaks for: the one named in X-Staff-Id, else the longest-serving admin.

    403 when there is none: the API can do nothing that a colleague could not.
    """
    query = select(Staff).where(Staff.active.is_(True))
    if staff_id is None:
        query = query.where(Staff.role == Role.ADMIN).order_by(Staff.id).limit(1)
    else:
        query = query.where(Staff.id == staff_id)
    found = (await session.execute(query)).scalar_one_or_none()
    if found is None:
        raise HTTPException(403)
    return found


async def once(
    session: AsyncSession, *, key: str | None, asked: str, make: Callable[[], Awaitable[int]]
) -> tuple[int, bool]:
    """Makes a thing once per Idempotency-Key and returns its id and whether it is new.

    The same key with other content is 409: somebody's mistake, not a repeat.
    """
    if not key:
        return await make(), True
    if len(key) > KEY_LIMIT:
        raise HTTPException(422)
    name = f"api:{hashlib.sha256(key.encode()).hexdigest()}"
    content = hashlib.sha256(asked.encode()).hexdigest()
    # The key is taken first: of two calls at once the second waits here for the first one's commit, on either database.
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    taking = dialect.insert(Meta).values(key=name, value=f"{content}:").on_conflict_do_nothing().returning(Meta.key)
    if (await session.execute(taking)).scalar_one_or_none() is None:
        before, _, made = (await session.get_one(Meta, name)).value.partition(":")
        if before != content:
            raise HTTPException(409)
        return int(made), False
    made_id = await make()
    await session.execute(update(Meta).where(Meta.key == name).values(value=f"{content}:{made_id}"))
    return made_id, True


def _in_calendar(moment: datetime) -> datetime:
    if not EARLIEST <= moment <= LATEST:
        raise ValueError("out of any calendar we keep")
    return moment


Web = Annotated[WebParts, Depends(check_key)]
Id = Annotated[int, Field(ge=1, le=HIGHEST_ID)]
Moment = Annotated[AwareDatetime, AfterValidator(_in_calendar)]
Words = Annotated[str, AfterValidator(lambda text: text.replace("\0", ""))]  # PostgreSQL holds no NUL
StaffId = Annotated[Id | None, Header(alias="X-Staff-Id", description="Whom the call speaks for; an admin without it")]
IdempotencyKey = Annotated[
    str | None, Header(alias="Idempotency-Key", description="The same key again answers with what was made before")
]
