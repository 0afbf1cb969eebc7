"""What the demo company's customers bought: a document every few weeks up to their last purchase."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from sandbox.seed_rows import Row
from storage.folding import fold
from storage.models import Client, Language, Purchase

_GROUPS = {
    Language.EN: ("Bolts", "Screws", "Anchors"),
    Language.RU: ("Болты", "Саморезы", "Анкеры"),
    Language.TH: ("สลักเกลียว", "สกรู", "พุก"),
}


async def write_purchases(session: AsyncSession, clients: Sequence[int], *, currency: str, random: Random) -> None:
    """Documents of everybody who ever bought, the newest of them at their last purchase."""
    query = select(Client.id, Client.last_purchase_at, Client.created_at, Client.language)
    rows: list[Row] = []
    for client_id, last, since, language in await session.execute(
        query.where(Client.id.in_(clients)).order_by(Client.id)
    ):
        if last is not None:
            rows += _documents(client_id, last, since, language, currency=currency, random=random, first=len(rows))
    if rows:
        await session.execute(insert(Purchase), rows)


def _documents(
    client_id: int,
    last: datetime,
    since: datetime,
    language: Language,
    *,
    currency: str,
    random: Random,
    first: int,
) -> list[Row]:
    usual = random.choice((8_000, 25_000, 90_000))  # what an order of theirs comes to, in minor units
    rows: list[Row] = []
    at = last
    for number in range(random.randint(1, 9)):
        group = random.choice(_GROUPS[language])
        rows.append(
            {
                "client_id": client_id,
                "at": at,
                "amount_minor": round(usual * random.uniform(0.4, 2.2)),
                "currency": currency,
                "document": f"INV-{10_000 + first + number}",
                "product_group": group,
                "group_key": fold(group),
                "created_at": at,
            }
        )
        at -= timedelta(days=random.randint(12, 70))
        if at < since:
            break
    return rows
