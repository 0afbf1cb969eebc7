"""The demo company's colleagues and clients as rows, with everything by which clients are reached and found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm.client_index import searched
from crm.marketing import ensure_standard_sources
from crm.worktime import next_daily
from sandbox.company.clients import Sketch
from sandbox.company.colleagues import COLLEAGUES, DIGEST_MINUTE, WORK_FROM, WORK_UNTIL, WORKDAYS
from sandbox.company.names import TAGS
from sandbox.seed_rows import Row, add, add_numbered
from storage.folding import fold
from storage.models import (
    Channel,
    Client,
    ClientCounterParty,
    ClientTag,
    Consent,
    ConsentState,
    ContactKind,
    ContactPerson,
    ContactPoint,
    CounterParty,
    Lifecycle,
    Source,
    Staff,
    Tag,
)

_COMPANY_AGE_DAYS = 900
_CONSENT_WORDING = "I agree to get offers and news from Touchline Trading."


async def write_staff(session: AsyncSession, *, now: datetime) -> dict[str, int]:
    """The colleagues; their ids by key."""
    rows: list[Row] = []
    for one in COLLEAGUES:
        hours = Staff(timezone=one.timezone, work_from=WORK_FROM, work_until=WORK_UNTIL, workdays=WORKDAYS)
        rows.append(
            {
                "name": one.name,
                "role": one.role,
                "telegram_id": one.telegram_id,
                "language": one.language,
                "timezone": one.timezone,
                "work_from": WORK_FROM,
                "work_until": WORK_UNTIL,
                "workdays": WORKDAYS,
                "digest_minute": DIGEST_MINUTE,
                "digest_due_at": next_daily(hours, DIGEST_MINUTE, now),
                "phone": one.phone,
                "email_signature": f"{one.name}\nTouchline Trading",
                "created_at": now - timedelta(days=_COMPANY_AGE_DAYS),
            }
        )
    ids = dict(zip((one.key for one in COLLEAGUES), await add_numbered(session, Staff, rows), strict=True))
    await session.execute(
        update(Staff),
        [
            {
                "id": ids[one.key],
                "manager_id": ids[one.boss] if one.boss else None,
                "stand_in_id": ids[one.stand_in] if one.stand_in else None,
            }
            for one in COLLEAGUES
        ],
    )
    return ids


async def write_clients(
    session: AsyncSession, sketches: Sequence[Sketch], *, staff: Mapping[str, int], now: datetime, random: Random
) -> list[int]:
    """The clients with tags, people, contact points, consents and counterparties; their ids in the order of `sketches`."""
    await ensure_standard_sources(session)
    sources: dict[str, int] = {code: key for code, key in await session.execute(select(Source.code, Source.id))}  # noqa: C416  (rows, not pairs)
    tax_ids = [_tax_ids(sketch, random) for sketch in sketches]
    rows = [
        _client(sketch, taxes, staff=staff, sources=sources, now=now, random=random)
        for sketch, taxes in zip(sketches, tax_ids, strict=True)
    ]
    ids = await add_numbered(session, Client, rows)
    born = [row["created_at"] for row in rows]
    await _tags(session, sketches, ids)
    await _reach(session, sketches, ids, born)
    await _consents(session, sketches, ids, born, random)
    await _counterparties(session, sketches, ids, tax_ids, born, random)
    return ids


def _client(
    sketch: Sketch,
    tax_ids: Sequence[str],
    *,
    staff: Mapping[str, int],
    sources: Mapping[str, int],
    now: datetime,
    random: Random,
) -> Row:
    created = now - timedelta(days=random.randint(40, _COMPANY_AGE_DAYS), minutes=random.randint(0, 600))
    text, key, city_key = searched(
        name=sketch.name,
        company=sketch.company,
        city=sketch.city.name,
        phones=[phone for phone in (sketch.phone, sketch.second_phone) if phone],
        emails=[sketch.email] if sketch.email else [],
        others=[*(contact.name for contact in sketch.contacts), *sketch.legal_names],
        codes=tax_ids,
    )
    owner = staff[sketch.owner] if sketch.owner else None
    return {
        "name": sketch.name,
        "company": sketch.company,
        "name_key": key,
        "owner_id": owner,
        "source_id": sources[sketch.source],
        "first_contact_reason": sketch.reason,
        "language": sketch.language,
        "timezone": sketch.city.timezone,
        "city": sketch.city.name,
        "city_key": city_key,
        "lifecycle": sketch.lifecycle,
        "search_text": text,
        "last_contact_at": _long_ago(sketch, created, now, random),
        "last_purchase_at": _last_purchase(sketch, created, now, random),
        "created_by_id": owner,
        "created_at": created,
        "updated_at": created,
    }


def _long_ago(sketch: Sketch, created: datetime, now: datetime, random: Random) -> datetime | None:
    """The last contact before the month that is written out; newer ones are set with the history."""
    if sketch.lifecycle is Lifecycle.LEAD and random.random() < 0.3:
        return None
    return max(created, now - timedelta(days=random.randint(31, 300), minutes=random.randint(0, 600)))


def _last_purchase(sketch: Sketch, created: datetime, now: datetime, random: Random) -> datetime | None:
    spans = {Lifecycle.CUSTOMER: (1, 90), Lifecycle.DORMANT: (120, 400), Lifecycle.LOST: (200, 700)}
    if sketch.lifecycle not in spans:
        return None
    return max(created, now - timedelta(days=random.randint(*spans[sketch.lifecycle]), minutes=random.randint(0, 600)))


async def _tags(session: AsyncSession, sketches: Sequence[Sketch], ids: Sequence[int]) -> None:
    tags = dict(
        zip(TAGS, await add_numbered(session, Tag, [{"key": fold(tag), "name": tag} for tag in TAGS]), strict=True)
    )
    hung = [
        {"client_id": client, "tag_id": tags[tag]}
        for sketch, client in zip(sketches, ids, strict=True)
        for tag in sketch.tags
    ]
    await add(session, ClientTag, hung)


async def _reach(
    session: AsyncSession, sketches: Sequence[Sketch], ids: Sequence[int], born: Sequence[datetime]
) -> None:
    persons: list[Row] = []
    points: list[Row] = []
    for sketch, client, at in zip(sketches, ids, born, strict=True):
        persons.extend(
            {"client_id": client, "name": one.name, "position": one.position, "created_at": at}
            for one in sketch.contacts
        )
        for kind, value, primary in (
            (ContactKind.EMAIL, sketch.email, True),
            (ContactKind.PHONE, sketch.phone, True),
            (ContactKind.PHONE, sketch.second_phone, False),
        ):
            if value:
                points.append(
                    {"client_id": client, "kind": kind, "value": value, "is_primary": primary, "created_at": at}
                )
    await add(session, ContactPerson, persons)
    await add(session, ContactPoint, points)


async def _consents(
    session: AsyncSession, sketches: Sequence[Sketch], ids: Sequence[int], born: Sequence[datetime], random: Random
) -> None:
    rows: list[Row] = []
    for sketch, client, at in zip(sketches, ids, born, strict=True):
        for channel, there, odds in ((Channel.EMAIL, sketch.email, 0.93), (Channel.SMS, sketch.phone, 0.85)):
            if there and (sketch.key or random.random() < odds):
                rows.append(
                    {
                        "client_id": client,
                        "channel": channel,
                        "state": ConsentState.GRANTED,
                        "how": "form",
                        "wording": _CONSENT_WORDING,
                        "at": at,
                    }
                )
    await add(session, Consent, rows)


async def _counterparties(
    session: AsyncSession,
    sketches: Sequence[Sketch],
    ids: Sequence[int],
    tax_ids: Sequence[Sequence[str]],
    born: Sequence[datetime],
    random: Random,
) -> None:
    parties: list[Row] = []
    links: list[Row] = []
    for sketch, client, taxes, at in zip(sketches, ids, tax_ids, born, strict=True):
        # The second entity takes over from the first on one day.
        change = at + timedelta(days=random.randint(10, 30)) if len(taxes) > 1 else None
        for place, (name, tax_id) in enumerate(zip(sketch.legal_names, taxes, strict=True)):
            parties.append(
                {
                    "name": name,
                    "tax_id": tax_id,
                    "country": sketch.city.country,
                    "address": sketch.city.name,
                    "created_at": at,
                }
            )
            first = place == 0
            links.append(
                {"client_id": client, "valid_from": at if first else change, "valid_until": change if first else None}
            )
    numbers = await add_numbered(session, CounterParty, parties)
    await add(
        session,
        ClientCounterParty,
        [link | {"counterparty_id": number} for link, number in zip(links, numbers, strict=True)],
    )


_INN_WEIGHTS = (2, 4, 10, 3, 5, 9, 4, 6, 8)


def _tax_ids(sketch: Sketch, random: Random) -> list[str]:
    """A tax number for each legal entity; Russian ones have their right check digit."""
    numbers = []
    for _ in sketch.legal_names:
        digits = [random.randint(1, 9), *(random.randint(0, 9) for _ in range(8))]
        if sketch.city.country == "RU":
            check = sum(weight * digit for weight, digit in zip(_INN_WEIGHTS, digits, strict=True)) % 11 % 10
            numbers.append("".join(map(str, [*digits, check])))
        else:
            numbers.append("".join(map(str, digits)) + f"{random.randint(0, 99):02d}")
    return numbers
