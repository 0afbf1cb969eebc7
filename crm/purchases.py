"""What clients bought, told by the trading system: written down once per document, with the date of the last purchase."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from babel.numbers import is_currency
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import events
from crm.errors import Invalid, NotFound
from crm.fields import read_line
from storage.folding import fold
from storage.models import Client, Purchase, Staff

DOCUMENT_LIMIT, GROUP_LIMIT = 60, 120
MOST_MINOR = 10**13
_CODE = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True)
class Bought:
    """One document as it is told; `amount_minor` in the currency's smallest unit, negative for a return."""

    client_id: int
    document: str
    at: datetime
    amount_minor: int
    currency: str
    product_group: str = ""


async def record(session: AsyncSession, *, bought: Bought, now: datetime, actor: Staff | None = None) -> bool:
    """Writes a purchase down, and the client's last purchase with it; who may is the caller's to check.

    A document told again changes nothing and answers False: an import may be repeated whole.
    Raises NotFound, Invalid, Missing, TooLong.
    """
    document = read_line(bought.document, field="document", limit=DOCUMENT_LIMIT, required=True)
    group = read_line(bought.product_group, field="group", limit=GROUP_LIMIT)
    currency = bought.currency.strip().upper()
    if not _CODE.fullmatch(currency) or not is_currency(currency):
        raise Invalid(field="currency", value=bought.currency)
    if abs(bought.amount_minor) > MOST_MINOR:
        raise Invalid(field="amount", value=str(bought.amount_minor))
    # Locked, so that two tellings of one document meet here and not at the unique key.
    query = select(Client).where(Client.id == bought.client_id, Client.archived_at.is_(None)).with_for_update()
    client = (await session.execute(query)).scalar_one_or_none()
    if client is None:
        raise NotFound
    known = select(Purchase.id).where(Purchase.client_id == client.id, Purchase.document == document)
    if (await session.execute(known)).first() is not None:
        return False
    session.add(
        Purchase(
            client_id=client.id,
            at=bought.at,
            amount_minor=bought.amount_minor,
            currency=currency,
            document=document,
            product_group=group,
            group_key=fold(group)[:GROUP_LIMIT],
            created_at=now,
        )
    )
    # A return is no purchase: it neither makes nor moves the date.
    if bought.amount_minor >= 0 and (client.last_purchase_at is None or client.last_purchase_at < bought.at):
        client.last_purchase_at = bought.at
        client.updated_at = now
    events.record(
        session,
        "purchase.recorded",
        now=now,
        client_id=client.id,
        staff_id=actor.id if actor is not None else None,
        document=document,
        amount_minor=bought.amount_minor,
        currency=currency,
        at=bought.at.isoformat(),
    )
    await session.flush()
    return True
