"""When each recipient's message is due: at once, or when their own clock shows the hour; and hours a mailing keeps to.

Where somebody is: the zone on their card, else the one of their number, else the company's. Computed for a batch at
once, as one CASE over the zones that occur in it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, case, literal
from sqlalchemy.ext.asyncio import AsyncSession

from crm.contact_hours import Zones, knows_zone, zones_of
from crm.wording import zone_of
from crm.worktime import to_utc
from storage.models import Outbox
from storage.queries import routes

# Where the day begins first and last: a wall clock's hour comes round the world between them.
FIRST_ZONE: Final = "Etc/GMT-14"
LAST_ZONE: Final = "Etc/GMT+12"
LEAD: Final = timedelta(minutes=30)  # to put a large mailing into the ledger before its first message is due
LATE: Final = timedelta(minutes=15)  # whose hour passed so recently is not made to wait for the next day
_WALL: Final = "%Y-%m-%dT%H:%M"


def write_wall(wall: datetime) -> str:
    """A wall clock's day and minute, as a mailing keeps it."""
    return wall.strftime(_WALL)


def read_wall(text: str) -> datetime:
    """The naive moment. Raises ValueError."""
    return datetime.strptime(text, _WALL)  # noqa: DTZ007  (a wall clock's: it has no zone by nature)


def begins_at(wall: datetime, *, now: datetime) -> datetime:
    """When a mailing in everybody's own time is put into the ledger: before the first zone's clock shows the hour."""
    return max(now, to_utc(wall, zone=zone_of(FIRST_ZONE)) - LEAD)


def ends_at(wall: datetime) -> datetime:
    """When the last zone's clock shows it."""
    return to_utc(wall, zone=zone_of(LAST_ZONE))


def moment_in(zone: str, wall: datetime, *, begun: datetime) -> datetime:
    """When it is that hour in the zone, on that day or, where that was over when the mailing began, on the next."""
    there = zone_of(zone)
    at = to_utc(wall, zone=there)
    while at < begun - LATE:
        wall += timedelta(days=1)
        at = to_utc(wall, zone=there)
    return at


def likely_zone(zones: Zones, *, company: str, wall: datetime) -> str:
    """One zone of those a number may be in: the company's when it is among them, else the one in the middle by the sun."""
    if not zones or company in zones:
        return company
    return sorted(zones, key=lambda zone: (to_utc(wall, zone=zone_of(zone)), zone))[len(zones) // 2]


async def due_by_clock(
    session: AsyncSession,
    *,
    condition: ColumnElement[bool],
    wall: datetime,
    begun: datetime,
    company: str,
) -> ColumnElement[datetime]:
    """The moment at which each client of a batch is due, as an expression."""
    named = await routes.zones(session, condition=condition)
    known = [zone for zone in named if knows_zone(zone)]
    unknown = [zone for zone in named if zone not in set(known)]
    by_number: dict[str, list[int]] = defaultdict(list)
    for client_id, phones in await routes.without_zone(session, condition=condition, unknown=unknown):
        zone = likely_zone(zones_of(None, phones), company=company, wall=wall)
        if zone != company:
            by_number[zone].append(client_id)
    whens: list[tuple[ColumnElement[bool], ColumnElement[datetime]]] = [
        (routes.in_zone(zone), _moment(moment_in(zone, wall, begun=begun))) for zone in known
    ]
    whens += [(routes.one_of(ids), _moment(moment_in(zone, wall, begun=begun))) for zone, ids in by_number.items()]
    otherwise = _moment(moment_in(company, wall, begun=begun))
    return case(*whens, else_=otherwise) if whens else otherwise


def _moment(at: datetime) -> ColumnElement[datetime]:
    return literal(at.astimezone(UTC), Outbox.due_at.type)
