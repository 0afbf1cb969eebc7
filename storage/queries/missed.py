"""How far Twilio's lists were compared with what its webhooks brought (a row of `meta` for each kind of news), and what of
ours those lists are asked about."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import func, select, text

from storage.models import Inbox, InboxSource, Meta, Outbox
from storage.queries import meta
from storage.queries.inbox import Unit, among

_KEY = "missed "
# A literal, not parameters: the partial index serves only a condition it can read. A call's end is told otherwise.
_UNTOLD = text("outbox.state = 'sent' AND outbox.channel = 'sms' AND outbox.kind <> 'call'")


@dataclass(frozen=True, slots=True)
class Looks:
    """When a list was first looked at (what is older is not ours to fetch), when last with success, and what it gave."""

    first: datetime
    last: datetime
    found: int = 0


async def looks(unit: Unit, kind: str) -> Looks | None:
    """None where nobody ever looked for that kind of news."""
    text = await meta.value(unit, _KEY + kind)
    if text is None:
        return None
    kept = json.loads(text)
    return Looks(datetime.fromisoformat(kept["first"]), datetime.fromisoformat(kept["last"]), kept["found"])


async def put(unit: Unit, kind: str, known: Looks) -> None:
    """Writes it down in place of what was known."""
    moments = {"first": known.first.isoformat(), "last": known.last.isoformat()}
    await meta.put(unit, _KEY + kind, json.dumps(asdict(known) | moments))


async def add_found(unit: Unit, kind: str, count: int) -> None:
    """So much more was found that no webhook had brought; for the unit that stores it."""
    known = await looks(unit, kind)
    if known is not None and count:
        await put(unit, kind, replace(known, found=known.found + count))


async def found(unit: Unit) -> dict[str, int]:
    """How much was found of each kind that was ever looked for."""
    rows = await unit.execute(select(Meta.key, Meta.value).where(Meta.key.startswith(_KEY)).order_by(Meta.key))
    return {key.removeprefix(_KEY): json.loads(value)["found"] for key, value in rows}


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


async def called_numbers(unit: Unit, *, since: datetime) -> Sequence[str]:
    """The numbers of ours whose webhook brought calls, in order; calls that it missed say nothing of where it points."""
    number = Inbox.payload[("fields", "To")].as_string()
    found_late = Inbox.payload[("fields", "started_at")].as_string()
    statement = (
        select(number)
        .where(
            Inbox.source == InboxSource.CALL,
            Inbox.received_at >= since,
            Inbox.payload["door"].as_string() == "incoming",
            number.is_not(None),
            found_late.is_(None),
        )
        .distinct()
        .order_by(number)
    )
    return [one for one in (await unit.execute(statement)).scalars() if one]


async def oldest_untold(unit: Unit, *, since: datetime, until: datetime) -> datetime | None:
    """When the first SMS was sent, from `since` to `until`, of which nobody told how it ended; None where there is none."""
    statement = select(func.min(Outbox.sent_at)).where(
        _UNTOLD, Outbox.provider_id.is_not(None), Outbox.sent_at.between(since, until)
    )
    return (await unit.execute(statement)).scalar_one()


async def untold(unit: Unit, *, sids: Collection[str], until: datetime) -> set[str]:
    """Which of these SMS were sent by `until` without anybody telling how they ended."""
    if not sids:
        return set()
    statement = select(Outbox.provider_id).where(
        _UNTOLD, Outbox.sent_at <= until, among(unit, Outbox.provider_id, sids)
    )
    return {sid for sid in (await unit.execute(statement)).scalars() if sid}
