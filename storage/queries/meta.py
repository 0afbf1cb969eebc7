"""Small facts of the installation, by key."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.models import Meta
from storage.queries.inbox import Unit, is_postgres


async def value(unit: Unit, key: str) -> str | None:
    return (await unit.execute(select(Meta.value).where(Meta.key == key))).scalar_one_or_none()


async def put(unit: Unit, key: str, text: str) -> None:
    insert = (postgresql if is_postgres(unit) else sqlite).insert(Meta).values(key=key, value=text)
    await unit.execute(insert.on_conflict_do_update(index_elements=["key"], set_={"value": text}))


async def forget(unit: Unit, key: str) -> None:
    await unit.execute(delete(Meta).where(Meta.key == key).execution_options(synchronize_session=False))
