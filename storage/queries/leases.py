"""Named roles that one process holds at a time, by the host's real clock, with a fencing token that only grows.

Every write a holder makes under its role should check the token it was given.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import real_now
from storage.models import Lease
from storage.queries.inbox import Unit, is_postgres


async def take(unit: Unit, *, name: str, owner: str, seconds: float) -> int | None:
    """Takes the role when it is free, expired, or the owner's own. Returns the fencing token; None while another holds it."""
    now = real_now()
    expires = now + timedelta(seconds=seconds)
    insert = (postgresql if is_postgres(unit) else sqlite).insert(Lease)
    statement = insert.values(name=name, owner=owner, token=1, expires_at=expires).on_conflict_do_update(
        index_elements=["name"],
        set_={"owner": owner, "token": Lease.token + 1, "expires_at": expires},
        where=or_(Lease.expires_at <= now, Lease.owner == owner),
    )
    return (await unit.execute(statement.returning(Lease.token))).scalar_one_or_none()


async def keep(unit: Unit, *, name: str, token: int, seconds: float) -> bool:
    """Lengthens a role still held under `token`. False: it was lost, stop acting on it at once."""
    now = real_now()
    statement = (
        update(Lease)
        .where(Lease.name == name, Lease.token == token, Lease.expires_at > now)
        .values(expires_at=now + timedelta(seconds=seconds))
        .returning(Lease.name)
        .execution_options(synchronize_session=False)
    )
    return (await unit.execute(statement)).scalar_one_or_none() is not None


async def release(unit: Unit, *, name: str, token: int) -> None:
    """Gives the role back early. The row stays, so that the next token is a larger one."""
    statement = (
        update(Lease)
        .where(Lease.name == name, Lease.token == token)
        .values(expires_at=real_now())
        .execution_options(synchronize_session=False)
    )
    await unit.execute(statement)


async def holds(unit: Unit, *, name: str, token: int) -> bool:
    """Whether `token` is still the newest one: the check a fenced write makes in its own transaction."""
    statement = select(Lease.token).where(Lease.name == name)
    return (await unit.execute(statement)).scalar_one_or_none() == token
