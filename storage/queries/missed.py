"""How far Twilio's list of received messages was compared with what its webhook brought: one row of `meta`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import select

from storage.models import Inbox, InboxSource
from storage.queries import meta
from storage.queries.inbox import Unit

_KEY = "missed texts"


@dataclass(frozen=True, slots=True)
class Looks:
    """When the list was first looked at (what is older is not ours to fetch), when last with success, and what it gave."""

    first: datetime
    last: datetime
    found: int = 0


async def looks(unit: Unit) -> Looks | None:
    """None where nobody ever looked."""
    text = await meta.value(unit, _KEY)
    if text is None:
        return None
    kept = json.loads(text)
    return Looks(datetime.fromisoformat(kept["first"]), datetime.fromisoformat(kept["last"]), kept["found"])


async def put(unit: Unit, known: Looks) -> None:
    """Writes it down in place of what was known."""
    moments = {"first": known.first.isoformat(), "last": known.last.isoformat()}
    await meta.put(unit, _KEY, json.dumps(asdict(known) | moments))


async def add_found(unit: Unit, count: int) -> None:
    """So many texts more were found that no webhook had brought; for the unit that stores them."""
    known = await looks(unit)
    if known is not None and count:
        await put(unit, replace(known, found=known.found + count))


async def texted_numbers(unit: Unit, *, since: datetime) -> Sequence[str]:
    """The numbers of ours that texts came in to, in order."""
    number = Inbox.payload["To"].as_string()
    statement = (
        select(number)
        .where(Inbox.source == InboxSource.SMS, Inbox.received_at >= since, number.is_not(None))
        .distinct()
        .order_by(number)
    )
    return [one for one in (await unit.execute(statement)).scalars() if one]
