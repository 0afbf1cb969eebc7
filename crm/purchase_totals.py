"""What a list tells of all a client bought: how often, for how much, first and last. Kept beside the documents, never as one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.errors import CrmError
from crm.segments.values import written
from storage.filters import Money
from storage.models import Client, Purchase, PurchaseTotal

_FIGURES = ("purchases", "amount_minor", "currency")
_MOMENTS = ("counted_until", "summed_until", "first_at", "last_at")


class FirstAfterLast(CrmError):
    """The first purchase would be after the last one. Parameters: first, last."""

    code = "purchases.first_after_last"


@dataclass(frozen=True)
class Told:
    """What one row tells; None for what it does not. The amount is in the currency's smallest unit."""

    purchases: int | None = None
    amount_minor: int | None = None
    currency: str | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Difference:
    """One thing told that we hold otherwise, as it is shown."""

    field: str
    before: str
    after: str


def differences(
    told: Told, *, client: Client, total: PurchaseTotal | None, newest: datetime | None, zone: ZoneInfo
) -> list[Difference]:
    """What telling it would change; `newest` is the moment of the client's newest document. Raises FirstAfterLast.

    That a last purchase is older than a document we hold, and nothing else, is no news.
    """
    first = _day(total.first_at if total else None, zone)
    last = _day(total.last_at if total and total.last_at else client.last_purchase_at, zone)
    found: list[Difference] = []
    if told.purchases is not None and (total is None or told.purchases != total.purchases):
        before = "" if total is None or total.purchases is None else str(total.purchases)
        found.append(Difference("purchases", before, str(told.purchases)))
    if told.amount_minor is not None and told.currency:
        held = (total.amount_minor, total.currency) if total else (None, None)
        if (told.amount_minor, told.currency) != held:
            found.append(Difference("purchase_sum", _sum(*held), _sum(told.amount_minor, told.currency)))
    if told.first and told.first != first:
        found.append(Difference("first_purchase", _iso(first), _iso(told.first)))
    known = _day(newest, zone)
    is_news = found or total is not None or known is None or (told.last is not None and told.last > known)
    if told.last and told.last != last and is_news:
        found.append(Difference("last_purchase", _iso(last), _iso(told.last)))
    begun, ended = told.first or first, told.last or _day(total.last_at if total else None, zone)
    if found and begun and ended and begun > ended:
        raise FirstAfterLast(first=_iso(begun), last=_iso(ended))
    return found


def begin(told: Told, *, client: Client, zone: ZoneInfo, now: datetime) -> PurchaseTotal | None:
    """The total of a client that is new and has no documents; None where nothing was told."""
    if told == Told():
        return None
    total = PurchaseTotal(client_id=client.id)
    _take(total, told, zone, now)
    client.last_purchase_at = total.last_at
    return total


async def tell(session: AsyncSession, *, client: Client, told: Told, zone: ZoneInfo, now: datetime) -> None:
    """Takes it over: figures stand for everything up to the last purchase told, or until now; later documents come on top.

    The client's last purchase is the later of what was told and the newest document.
    """
    total = await session.get(PurchaseTotal, client.id)
    if total is None:
        total = PurchaseTotal(client_id=client.id)
        session.add(total)
    _take(total, told, zone, now)
    if told.last and total.last_at:
        newest = await _newest(session, client)
        last = max(total.last_at, newest) if newest else total.last_at
        if _day(last, zone) != _day(client.last_purchase_at, zone):
            client.last_purchase_at = last
    await session.flush()


async def held(session: AsyncSession, client: Client) -> dict[str, Any]:
    """What is held of the client's total and last purchase, as plain values: enough to put it back."""
    total = await session.get(PurchaseTotal, client.id)
    plain = None
    if total is not None:
        plain = {name: getattr(total, name) for name in _FIGURES}
        plain |= {name: _stamp(getattr(total, name)) for name in _MOMENTS}
    return {"total": plain, "last": _stamp(client.last_purchase_at)}


async def put_back(session: AsyncSession, *, client: Client, before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Makes it what it was before; False, and untouched, where the total is no longer the one told."""
    current = await held(session, client)
    if current["total"] != after["total"]:
        return False
    total, plain = await session.get_one(PurchaseTotal, client.id), before["total"]
    if plain is None:
        await session.delete(total)
    else:
        for name in _FIGURES:
            setattr(total, name, plain[name])
        for name in _MOMENTS:
            setattr(total, name, _moment(plain[name]))
    if current["last"] == after["last"]:
        newest = await _newest(session, client)
        known = [at for at in (_moment(before["last"]), newest) if at is not None]
        client.last_purchase_at = max(known, default=None)
    await session.flush()
    return True


def _take(total: PurchaseTotal, told: Told, zone: ZoneInfo, now: datetime) -> None:
    until = min(_midnight(told.last + timedelta(days=1), zone), now) if told.last else now
    if told.purchases is not None:
        total.purchases, total.counted_until = told.purchases, until
    if told.amount_minor is not None:
        total.amount_minor, total.currency, total.summed_until = told.amount_minor, told.currency, until
    if told.first:
        total.first_at = _noon(told.first, zone)
    if told.last:
        total.last_at = _noon(told.last, zone)


async def _newest(session: AsyncSession, client: Client) -> datetime | None:
    query = select(func.max(Purchase.at)).where(Purchase.client_id == client.id, Purchase.amount_minor >= 0)
    return (await session.execute(query)).scalar_one()


def _noon(day: date, zone: ZoneInfo) -> datetime:
    """The middle of the day: the same day for colleagues in the zones around."""
    return datetime.combine(day, time(12), tzinfo=zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)


def _day(at: datetime | None, zone: ZoneInfo) -> date | None:
    return None if at is None else at.astimezone(zone).date()


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _sum(minor: int | None, currency: str | None) -> str:
    return "" if minor is None or currency is None else written(Money(minor, currency))


def _stamp(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _moment(stamp: str | None) -> datetime | None:
    return None if stamp is None else datetime.fromisoformat(stamp)
