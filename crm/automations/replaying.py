"""An automation looked at before it runs: one client with a moved clock, and the last 90 days as if it had been on.

Only reads, by the set, and bounded: of more entries than MOST the first are followed, and it says so. Rules are asked of the
clients as they are now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from channels.sms.terms import SmsTerms
from crm import segments
from crm.access import Action, check, client_in_scope
from crm.automations import checking, dates, places, triggers, versions
from crm.automations.definition import Branch, Definition, Send, WaitFor, WaitUntil
from crm.automations.foreseeing import Happened, Person, Stand, Walked, in_full, plan, walk
from crm.automations.reaching import Reaching, Texts
from crm.contact_hours import home_zone
from crm.contact_rules import ContactRules
from crm.merge_fields import values_of
from crm.wording import zone_of
from crm.worktime import local_moment
from storage.models import AutomationState, Channel, Client, Staff
from storage.queries import automation_figures, automation_replays
from storage.queries.automation_replays import PAGE
from storage.queries.mailings import Reader

DAYS: Final = 90
MOST: Final = 10_000  # entries followed
MOST_EVENTS: Final = 50_000  # events looked at
_CHUNK: Final = 250  # between two of them others have the event loop
_SHOWN: Final = 5
_OTHERS: Final = 10  # automations whose sending days are compared
_MOST_OF_OTHERS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Terms:
    """What the installation says of sending."""

    rules: ContactRules = field(default_factory=ContactRules)
    sms: SmsTerms = field(default_factory=SmsTerms)


@dataclass(frozen=True, slots=True)
class Entry:
    """One client who would have entered, and what would have come of it."""

    client_id: int
    client_name: str
    at: datetime
    walked: Walked
    parts: int = 0  # of SMS
    money: int | None = None  # millionths


@dataclass(slots=True)
class Replay:
    """The whole of it. `ended` is by reason; `conflicts` are (client, day) with messages of two automations."""

    days: int
    entries: int = 0
    is_cut: bool = False
    ended: Counter[str] = field(default_factory=Counter)
    inside: int = 0
    sent: Counter[Channel] = field(default_factory=Counter)
    sms_parts: int = 0
    money: int | None = None  # millionths
    unsent: int = 0
    capped: int = 0  # entries over the automation's cap of a day
    frequency: int = 0  # messages over the installation's cap for one client
    conflicts: int = 0
    loop: str = ""
    followed: list[Entry] = field(default_factory=list)  # in the order of time

    @property
    def first(self) -> list[Entry]:
        return self.followed[:_SHOWN]


@dataclass(frozen=True, slots=True)
class Simulated:
    """`lets_in`: whether the rule of who may enter means this client now; the steps' own texts are filled for them."""

    client_name: str
    lets_in: bool
    walked: Walked


async def simulate(
    session: AsyncSession, *, actor: Staff, definition: Definition, client_id: int, start: datetime, now: datetime
) -> Simulated:
    """What would happen to one client who stays silent, from `start` to the end. Raises NotAllowed, and what rules raise."""
    check(actor, Action.RUN_AUTOMATIONS)
    client = await client_in_scope(session, actor=actor, client_id=client_id, action=Action.SEE_CLIENTS)
    meets = await _rules(session, actor, _rules_of(definition), {client.id}, now)
    reaching = await Reaching.load(session, [client], definition)
    lets_in = not definition.only or client.id in meets[definition.only]
    texts = await Reaching.texts(session, definition)
    zones = await _zones(session, definition, [client], actor)
    person = _person(client, meets, [], zones[client.id], reaching, texts)
    walked = walk(definition, person, start=start, until=start + definition.expires)
    owner = await session.get(Staff, client.owner_id) if client.owner_id else None
    values = values_of(client, owner, zone_name=actor.timezone)
    return Simulated(client.name, lets_in, in_full(walked, values))


async def replay(
    session: AsyncSession,
    *,
    actor: Staff,
    definition: Definition,
    now: datetime,
    terms: Terms | None = None,
    automation_id: int | None = None,
    days: int = DAYS,
) -> Replay:
    """The last `days` as if it had been on. Raises NotAllowed, and what rules raise."""
    check(actor, Action.RUN_AUTOMATIONS)
    terms = terms or Terms()
    told = Replay(days)
    since = now - timedelta(days=days)
    texts = await Reaching.texts(session, definition)
    entries = await _entries(session, actor, definition, since, now, told, MOST, texts, terms.sms)
    messages: list[tuple[int, datetime, bool]] = []
    for entry in entries:
        told.ended[entry.walked.because] += 1
        told.sms_parts += entry.parts
        if entry.money is not None:
            told.money = (told.money or 0) + entry.money
        for did in entry.walked.steps:
            if isinstance(did.step, Send) and did.channel is not None:
                told.sent[did.channel] += 1
                messages.append((entry.client_id, did.at, did.step.marketing))
            elif isinstance(did.step, Send):
                told.unsent += 1
    told.inside = told.ended.pop("", 0)
    told.entries = len(entries)
    told.followed = entries
    told.frequency = _over_the_cap(messages, terms)
    zone = zone_of(actor.timezone)
    sent_days = {(client_id, at.astimezone(zone).date()) for client_id, at, _ in messages}
    told.conflicts = len(sent_days & await _days_of_others(session, actor, automation_id, since, now, zone, sent_days))
    checked = await checking.look(session, actor=actor, definition=definition, automation_id=automation_id, now=now)
    told.loop = next((one.detail for one in checked.stops if one.code == "loop"), "")
    return told


def table(told: Replay) -> tuple[list[str], list[list[str]]]:
    """Every entry as a row of a spreadsheet: who, when, what would have been sent, and how it ended. Moments are UTC."""
    headers = ["client_id", "client", "entered", "messages", "until", "because"]
    rows = [
        [
            str(one.client_id),
            one.client_name,
            f"{one.at:%Y-%m-%d %H:%M}",
            "; ".join(
                f"{did.at:%Y-%m-%d %H:%M} {did.channel.value}: {did.step.template}"
                for did in one.walked.steps
                if isinstance(did.step, Send) and did.channel is not None
            ),
            f"{one.walked.until:%Y-%m-%d %H:%M}",
            one.walked.because,
        ]
        for one in told.followed
    ]
    return headers, rows


async def _entries(
    session: AsyncSession,
    actor: Staff,
    definition: Definition,
    since: datetime,
    now: datetime,
    told: Replay,
    most: int,
    texts: Texts,
    sms: SmsTerms,
) -> list[Entry]:
    """Who would have entered and how it went, in the order of time."""
    causes = await _causes(session, actor, definition, since, now, told, most)
    by_client: dict[int, list[datetime]] = {}
    for client_id, at in causes:
        by_client.setdefault(client_id, []).append(at)
    followed: list[Entry] = []
    ids = list(by_client)
    for start in range(0, len(ids), _CHUNK):
        chunk = {one: by_client[one] for one in ids[start : start + _CHUNK]}
        followed += await _follow(session, actor, definition, chunk, since, now, texts, sms)
    followed.sort(key=lambda one: (one.at, one.client_id))
    kept = _within_the_cap(followed, definition.cap, zone_of(actor.timezone))
    told.capped = len(followed) - len(kept)
    if len(kept) > most:
        told.is_cut = True
    return kept[:most]


async def _causes(
    session: AsyncSession,
    actor: Staff,
    definition: Definition,
    since: datetime,
    now: datetime,
    told: Replay,
    most: int,
) -> list[tuple[int, datetime]]:
    """(client, moment) for every event and date that would have brought somebody in, in the order of time."""
    if triggers.is_date(definition.trigger):
        found = await _days(session, actor, definition, since, now, most)
        if definition.trigger.event == triggers.QUIET:
            length = timedelta(days=definition.trigger.days or 0)
            ended, told.is_cut = await automation_replays.silences(
                session, since=since - length, until=now - length, length=length, limit=MOST_EVENTS
            )
            zone = zone_of(actor.timezone)
            found += [(client_id, _morning(at.astimezone(zone).date() + length, zone)) for client_id, at in ended]
            found = sorted({one for one in found if since <= one[1] <= now}, key=lambda one: (one[1], one[0]))
    else:
        found = await _events(session, actor, definition, since, now, told, most)
    told.is_cut = told.is_cut or len(found) > most
    return found[:most]


async def _days(
    session: AsyncSession, actor: Staff, definition: Definition, since: datetime, now: datetime, most: int
) -> list[tuple[int, datetime]]:
    """The mornings on which a date of theirs came."""
    zone = zone_of(actor.timezone)
    found: list[tuple[int, datetime]] = []
    day = since.astimezone(zone).date() + timedelta(days=1)
    while (at := _morning(day, zone)) <= now and len(found) <= most:
        condition = dates.is_day(definition.trigger, day, actor.timezone)
        clients = await automation_replays.chosen(session, condition=condition, limit=most + 1)
        found += [(client_id, at) for client_id in clients]
        day += timedelta(days=1)
    return found


def _morning(day: date, zone: ZoneInfo) -> datetime:
    return local_moment(day, dates.MORNING, zone)


async def _events(
    session: AsyncSession,
    actor: Staff,
    definition: Definition,
    since: datetime,
    now: datetime,
    told: Replay,
    most: int,
) -> list[tuple[int, datetime]]:
    """The events that bring somebody in: one client, or everybody the rule means."""
    found: list[tuple[int, datetime]] = []
    looked = 0
    async for event in automation_replays.events_since(
        session, name=definition.trigger.event, since=since, until=now, limit=MOST_EVENTS
    ):
        looked += 1
        if triggers.is_old_news(event.at, event.facts) or not triggers.holds(definition.trigger.facts, event.facts):
            continue
        if event.client_id is not None:
            found.append((event.client_id, event.at))
        elif definition.only and not triggers.is_of_client(event.name):
            condition = await segments.rule_condition(session, actor=actor, rule=definition.only, now=now)
            clients = await automation_replays.chosen(session, condition=condition, limit=most + 1)
            found += [(client_id, event.at) for client_id in clients]
        if len(found) > most:
            break
    told.is_cut = looked >= MOST_EVENTS
    return found


async def _follow(
    session: AsyncSession,
    actor: Staff,
    definition: Definition,
    causes: Mapping[int, Sequence[datetime]],
    since: datetime,
    now: datetime,
    texts: Texts,
    sms: SmsTerms,
) -> list[Entry]:
    """The entries of some clients, each walked against what they did afterwards."""
    clients = await automation_replays.live_clients(session, client_ids=list(causes))
    meets = await _rules(session, actor, _rules_of(definition), set(clients), now)
    awaited = {step.event for _, step in places.every(definition) if isinstance(step, WaitFor)}
    happened = await automation_replays.events_of(
        session, client_ids=list(clients), names=triggers.ENDING | awaited, since=since
    )
    reaching = await Reaching.load(session, list(clients.values()), definition)
    zones = await _zones(session, definition, list(clients.values()), actor)
    followed: list[Entry] = []
    planned = plan(definition)
    for client in clients.values():
        if definition.only and client.id not in meets[definition.only]:
            continue
        events = [Happened(one.at, one.name, one.facts) for one in happened.get(client.id, [])]
        person = _person(client, meets, events, zones[client.id], reaching, texts)
        addresses = reaching.addresses(client.id)
        for at, walked in _times(definition, person, sorted(causes[client.id]), now, planned):
            quoted = [texts.quote(did, client, addresses, sms) for did in walked.steps]
            money = [cost for _, cost in quoted if cost is not None]
            parts = sum(count for count, _ in quoted)
            followed.append(Entry(client.id, client.name, at, walked, parts, sum(money) if money else None))
    return followed


def _times(
    definition: Definition, person: Person, causes: Iterable[datetime], now: datetime, planned: Mapping[str, Stand]
) -> Iterable[tuple[datetime, Walked]]:
    """The entries the terms of coming again allow: never while inside."""
    again_after = definition.reentry.again_after
    entered: datetime | None = None
    out_at: datetime | None = None
    for at in causes:
        if entered is not None and (again_after is None or out_at is None or at < max(out_at, entered + again_after)):
            continue
        walked = walk(definition, person, start=at, until=now, planned=planned)
        entered, out_at = at, walked.until if walked.because else None
        yield at, walked


def _within_the_cap(followed: list[Entry], cap: int | None, zone: ZoneInfo) -> list[Entry]:
    if cap is None:
        return followed
    came: Counter[date] = Counter()
    kept: list[Entry] = []
    for one in followed:
        day = one.at.astimezone(zone).date()
        if came[day] < cap:
            came[day] += 1
            kept.append(one)
    return kept


def _person(
    client: Client | Reader,
    meets: Mapping[str, set[int]],
    happened: Sequence[Happened],
    zone: str,
    reaching: Reaching,
    texts: Texts,
) -> Person:
    return Person(
        zone=zone_of(zone),
        meets={rule: client.id in ids for rule, ids in meets.items()},
        happened=happened,
        reach=lambda step: reaching.sends(client, step, texts),
    )


async def _zones(
    session: AsyncSession, definition: Definition, clients: Sequence[Client | Reader], actor: Staff
) -> dict[int, str]:
    """In which zone an hour is waited for, by client; numbers are looked at only where an hour is."""
    waits = any(isinstance(step, WaitUntil) for _, step in places.every(definition))
    unknown = [client.id for client in clients if waits and not client.timezone]
    phones = await automation_replays.phones(session, client_ids=unknown)
    return {one.id: home_zone(one.timezone, phones.get(one.id, ()), default=actor.timezone) for one in clients}


def _rules_of(definition: Definition) -> set[str]:
    asked = {step.rule for _, step in places.every(definition) if isinstance(step, Branch)}
    return asked | ({definition.only} if definition.only else set())


async def _rules(
    session: AsyncSession, actor: Staff, rules: Iterable[str], client_ids: set[int], now: datetime
) -> dict[str, set[int]]:
    """Whom of the clients each rule means now."""
    found: dict[str, set[int]] = {}
    for rule in sorted(rules):
        condition = await segments.rule_condition(session, actor=actor, rule=rule, now=now)
        found[rule] = await automation_replays.meeting(session, condition=condition, client_ids=list(client_ids))
    return found


def _over_the_cap(messages: Iterable[tuple[int, datetime, bool]], terms: Terms) -> int:
    """Marketing that would have been one too many for its client within the period: it is left out, and counts no more."""
    cap = terms.rules.cap
    if cap is None:
        return 0
    over = 0
    lately: dict[int, list[datetime]] = {}
    for client_id, at, marketing in sorted(messages, key=lambda one: one[1]):
        if not marketing:
            continue
        recent = [one for one in lately.get(client_id, []) if one > at - cap.period]
        if len(recent) >= cap.limit:
            over += 1
        else:
            recent.append(at)
        lately[client_id] = recent
    return over


async def _days_of_others(
    session: AsyncSession,
    actor: Staff,
    automation_id: int | None,
    since: datetime,
    now: datetime,
    zone: ZoneInfo,
    mine: set[tuple[int, date]],
) -> set[tuple[int, date]]:
    """On which days others sent something to these clients, or would have: automations that are on are replayed too."""
    found: set[tuple[int, date]] = set()
    ids = sorted({client_id for client_id, _ in mine})
    for start in range(0, len(ids), PAGE):
        for client_id, at in await automation_replays.sent_by_others(
            session, client_ids=ids[start : start + PAGE], automation_id=automation_id or 0, since=since
        ):
            found.add((client_id, at.astimezone(zone).date()))
    others = [
        version.document
        for automation, version in await automation_figures.with_documents(session)
        if automation.state is AutomationState.ON and automation.id != automation_id
    ]
    for document in others[:_OTHERS] if mine else []:
        other = versions.readable(document)
        if other is None:
            continue
        texts = await Reaching.texts(session, other)
        entries = await _entries(session, actor, other, since, now, Replay(0), _MOST_OF_OTHERS, texts, SmsTerms())
        found |= {
            (entry.client_id, did.at.astimezone(zone).date())
            for entry in entries
            for did in entry.walked.steps
            if did.channel is not None
        }
    return found
