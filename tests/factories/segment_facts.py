"""A small company for the oracle of rules: clients with a history of every kind, in the database and as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from crm.segments import parse
from storage.filters import Node
from storage.folding import fold
from storage.models import (
    BounceKind,
    Channel,
    Client,
    ClientTag,
    Consent,
    ConsentState,
    ContactKind,
    ContactPoint,
    DeliveryState,
    Direction,
    FollowUp,
    FollowUpState,
    Interaction,
    InteractionKind,
    InteractionSource,
    Language,
    Lifecycle,
    Mailing,
    MailingState,
    Outbox,
    Purchase,
    PurchaseTotal,
    Role,
    Segment,
    SegmentKind,
    SegmentMember,
    Source,
    Staff,
    Suppression,
    SuppressionReason,
    Tag,
    Template,
    TemplateVersion,
    Touch,
    TouchKind,
    TrackedLink,
)
from storage.models.addresses import address_hash
from tests.factories.clients import make_client
from tests.factories.segment_trees import OWN_NAMES, TEXTS, TODAY
from tests.factories.staff import make_staff

RULE = "calls >= 1 or tag = vip"
OTHER_RULE = 'in segment "Список" and not no contact for 30 days'


@dataclass
class Told:
    """What a list told of a client's purchases."""

    purchases: int | None
    counted_until: datetime | None
    amount_minor: int | None
    currency: str | None
    summed_until: datetime | None
    first_at: datetime | None
    last_at: datetime | None


@dataclass
class Facts:
    """One client as plain values."""

    name: str
    company: str
    city: str
    tags: frozenset[str]
    owner: str | None
    owner_id: int | None
    source: tuple[str, str] | None
    language: str
    lifecycle: str
    moments: dict[str, datetime | None]
    birthday: date | None
    own: dict[str, Any]
    addresses: dict[ContactKind, list[str]] = field(default_factory=dict)
    said: list[tuple[Channel, ConsentState]] = field(default_factory=list)
    suppressed: dict[tuple[Channel, str], SuppressionReason] = field(default_factory=dict)
    followups: list[tuple[FollowUpState, datetime]] = field(default_factory=list)
    interactions: list[tuple[InteractionKind, Direction | None, datetime]] = field(default_factory=list)
    purchases: list[tuple[datetime, int, str, str]] = field(default_factory=list)
    told: Told | None = None
    got: list[tuple[str, str, datetime]] = field(default_factory=list)  # what, the mailing's name, when
    listed: set[str] = field(default_factory=set)


@dataclass
class Company:
    """The clients by id, whoever asks, and what the names in rules stand for."""

    clients: dict[int, Facts]
    me: Staff
    now: datetime
    staff: list[Staff]
    sources: list[Source]
    tags: dict[str, Tag]
    mailings: list[Mailing]
    link: TrackedLink
    lists: dict[str, Segment]
    segments: dict[str, Node | int]

    @property
    def said(self) -> dict[str, Node | int]:
        """The segments by the names that rules call them."""
        return {said: self.segments[fold(said)] for said in TEXTS["segment"]}


async def make_company(session: AsyncSession, chance: Random, now: datetime, *, clients: int = 60) -> Company:
    """A few dozen clients with some of everything; a third of what can be exact lies on an edge."""
    staff = [await make_staff(session, Role.REP, name=name) for name in ("Anna Petrova", "Somchai", "Ann Smith")]
    sources = [Source(code="fair", name="Выставка"), Source(code="web", name="Site")]
    tags = {name: Tag(key=fold(name), name=name) for name in TEXTS["tag"][:5]}
    session.add_all([*sources, *tags.values()])
    mailings, link = await _mailings(session, staff[0], now)
    lists = {"Список": Segment(name="Список", kind=SegmentKind.LIST, rule="", created_at=now)}
    rules = {"Wholesale": RULE, "Quiet ones": OTHER_RULE}
    session.add_all(lists.values())
    session.add_all(
        Segment(name=name, kind=SegmentKind.RULE, rule=rule, created_at=now) for name, rule in rules.items()
    )
    await session.flush()
    segments: dict[str, Node | int] = {fold(name): parse(rule, today=TODAY) for name, rule in rules.items()}
    segments |= {fold(name): segment.id for name, segment in lists.items()}
    company = Company({}, staff[0], now, staff, sources, tags, mailings, link, lists, segments)
    for _ in range(clients):
        await _add_client(session, chance, company)
    await session.flush()
    return company


async def _mailings(session: AsyncSession, staff: Staff, now: datetime) -> tuple[list[Mailing], TrackedLink]:
    template = Template(name="T", channel=Channel.EMAIL, created_at=now)
    everybody = Segment(name="Everybody", kind=SegmentKind.RULE, rule="has email", created_at=now)
    session.add_all([template, everybody])
    await session.flush()
    version = TemplateVersion(template_id=template.id, language=Language.EN, number=1, text="Hi", created_at=now)
    session.add(version)
    await session.flush()
    mailings = [
        Mailing(
            name=name,
            channel=Channel.EMAIL,
            segment_id=everybody.id,
            template_id=template.id,
            state=MailingState.FINISHED,
            created_by_id=staff.id,
            created_at=now,
        )
        for name in ("Spring", "spring", "Весна 2026", "50% off")
    ]
    link = TrackedLink(template_version_id=version.id, url="https://example.com/")
    session.add_all([*mailings, link])
    await session.flush()
    return mailings, link


def _moment(chance: Random, now: datetime) -> datetime:
    exact = now - timedelta(days=chance.choice([1, 7, 14, 30, 60, 90, 365]))
    return exact if chance.random() < 0.3 else now - timedelta(minutes=chance.randint(0, 200_000))


async def _add_client(session: AsyncSession, chance: Random, company: Company) -> None:
    now = company.now
    owner, source = chance.choice([None, *company.staff]), chance.choice([None, *company.sources])
    moments: dict[str, datetime | None] = {
        name: None if chance.random() < 0.25 else _moment(chance, now) for name in ("last_contact", "last_purchase")
    }
    moments["created"] = _moment(chance, now)
    facts = Facts(
        name=chance.choice(["Anna Bee", "АННА", "สมชาย ใจดี", "Pat O'Brien", "Café 50%", "Rain in 30 days"]),
        company=chance.choice(["", *TEXTS["company"]]),
        city=chance.choice(["", *TEXTS["city"]]),
        tags=frozenset(),
        owner=owner.name if owner else None,
        owner_id=owner.id if owner else None,
        source=(source.code, source.name) if source else None,
        language=chance.choice(list(Language)).value,
        lifecycle=chance.choice(list(Lifecycle)).value,
        moments=moments,
        birthday=chance.choice(
            [None, date(1980, 2, 29), date(1990, 11, 24), date(1975, 12, 31), date(2000, 1, 1), date(1985, 7, 15)]
        ),
        own=_own(chance),
    )
    client = await make_client(
        session,
        facts.name,
        company=facts.company,
        owner=owner,
        city=facts.city,
        city_key=fold(facts.city),
        source_id=source.id if source else None,
        language=facts.language,
        lifecycle=facts.lifecycle,
        last_contact_at=moments["last_contact"],
        last_purchase_at=moments["last_purchase"],
        created_at=moments["created"],
        birthday=facts.birthday,
        custom_fields=facts.own,
    )
    company.clients[client.id] = facts
    hung = chance.sample(sorted(company.tags), chance.randint(0, 2))
    facts.tags = frozenset(company.tags[name].key for name in hung)
    session.add_all(ClientTag(client_id=client.id, tag_id=company.tags[name].id) for name in hung)
    for name, segment in company.lists.items():
        if chance.random() < 0.4:
            facts.listed.add(fold(name))
            session.add(SegmentMember(segment_id=segment.id, client_id=client.id))
    _reach(session, chance, client, facts, now)
    _talk(session, chance, client, facts, company)
    _buy(session, chance, client, facts, now)
    _tell(session, chance, client, facts, now)
    await _write(session, chance, client, facts, company)


def _own(chance: Random) -> dict[str, Any]:
    """Values as they come: typed, imported, and such as no form of ours would make."""
    values = [
        "10",
        "12,5 %",
        10,
        12.5,
        "-3",
        "1,000",
        "Gold",
        "ЗОЛОТО",
        "2026-01-31",
        "01.12.2026",
        "31/1/2569",
        True,
        None,
    ]
    values += ["", [], ["a", "b"], {"a": 1}, "50%_off", '"; DROP', "x" * 5000, 10**30, 1e300, "10 000", "0"]
    return {name: chance.choice(values) for name in OWN_NAMES if chance.random() < 0.6}


def _reach(session: AsyncSession, chance: Random, client: Client, facts: Facts, now: datetime) -> None:
    made = {
        ContactKind.EMAIL: [f"Anna{client.id}@example.com", f"x_y{client.id}@mail.ru"],
        ContactKind.PHONE: [f"+66812{client.id:06d}", f"+49415{client.id:06d}"],
        ContactKind.TELEGRAM: [f"{client.id}"],
    }
    reasons = list(SuppressionReason)
    for kind, values in made.items():
        facts.addresses[kind] = [value for value in values if chance.random() < 0.5]
        for value in facts.addresses[kind]:
            session.add(ContactPoint(client_id=client.id, kind=kind, value=value, created_at=now))
            channel = {ContactKind.EMAIL: Channel.EMAIL, ContactKind.PHONE: Channel.SMS}.get(kind)
            if channel is None or chance.random() < 0.6:
                continue
            reason = facts.suppressed[channel, value] = chance.choice(reasons)
            hashed = address_hash(channel, value)
            session.add(Suppression(channel=channel, address_hash=hashed, reason=reason, at=now))
    for _ in range(chance.randint(0, 3)):
        channel, state = chance.choice([Channel.EMAIL, Channel.SMS]), chance.choice(list(ConsentState))
        facts.said.append((channel, state))
        session.add(Consent(client_id=client.id, channel=channel, state=state, how="form", at=now))


def _talk(session: AsyncSession, chance: Random, client: Client, facts: Facts, company: Company) -> None:
    now = company.now
    for _ in range(chance.choice([0, 0, 1, 2, 6])):
        kind, at = chance.choice(list(InteractionKind)), _moment(chance, now)
        direction = chance.choice([None, Direction.IN, Direction.OUT])
        void = chance.random()
        session.add(
            Interaction(
                client_id=client.id,
                kind=kind,
                direction=direction,
                source=InteractionSource.BUTTONS,
                at=at,
                created_at=at,
                undone_at=now if void < 0.1 else None,
                automatic=0.1 <= void < 0.2,
            )
        )
        if void >= 0.2:
            facts.interactions.append((kind, direction, at))
    for state in FollowUpState:
        if chance.random() < 0.5:
            due = now + timedelta(hours=chance.choice([-48, -1, 0, 1, 48]))
            facts.followups.append((state, due))
            closed = None if state is FollowUpState.OPEN else now
            session.add(
                FollowUp(
                    client_id=client.id,
                    owner_id=company.me.id,
                    promise="send it",
                    state=state,
                    due_at=due,
                    created_at=now,
                    closed_at=closed,
                )
            )


def _buy(session: AsyncSession, chance: Random, client: Client, facts: Facts, now: datetime) -> None:
    for number in range(chance.choice([0, 0, 1, 3, 5])):
        at, minor = _moment(chance, now), chance.choice([1, 5_000, 10_000, 25_050, -5_000])
        currency, group = chance.choice(["EUR", "RUB", "JPY"]), chance.choice(["", *TEXTS["purchase_group"]])
        facts.purchases.append((at, minor, currency, fold(group)))
        session.add(
            Purchase(
                client_id=client.id,
                at=at,
                amount_minor=minor,
                currency=currency,
                document=f"D{number}",
                product_group=group,
                group_key=fold(group),
                created_at=now,
            )
        )


def _tell(session: AsyncSession, chance: Random, client: Client, facts: Facts, now: datetime) -> None:
    """For some a list told a total, of all or of part of it."""
    if chance.random() < 0.5:
        return
    known = sorted(_moment(chance, now) for _ in range(2))
    first, last = chance.choice([(None, None), (None, known[1]), (known[0], None), (known[0], known[1])])
    counted, summed = chance.random() < 0.7, chance.random() < 0.7
    facts.told = Told(
        chance.choice([0, 1, 2, 4]) if counted else None,
        _moment(chance, now) if counted else None,
        chance.choice([0, 5_000, 25_050, -5_000]) if summed else None,
        chance.choice(["EUR", "RUB", "JPY"]) if summed else None,
        _moment(chance, now) if summed else None,
        first,
        last,
    )
    session.add(PurchaseTotal(client_id=client.id, **vars(facts.told)))


async def _write(session: AsyncSession, chance: Random, client: Client, facts: Facts, company: Company) -> None:
    for mailing in chance.sample(company.mailings, chance.randint(0, 3)):
        state = chance.choice(
            [DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.PLANNED]
        )
        bounce, at = chance.choice([None, None, *BounceKind]), _moment(chance, company.now)
        sent = state in (DeliveryState.SENT, DeliveryState.DELIVERED)
        row = Outbox(
            channel=Channel.EMAIL,
            kind="email",
            state=state,
            due_at=at,
            address=f"{client.id}@example.com",
            client_id=client.id,
            mailing_id=mailing.id,
            marketing=True,
            created_at=at if state is DeliveryState.PLANNED else at - timedelta(days=9),
            sent_at=at if sent else None,
            settled_at=at if state is DeliveryState.FAILED else None,
            bounce=bounce,
        )
        session.add(row)
        await session.flush()
        if sent:
            facts.got.append(("received", fold(mailing.name), at))
        if bounce in (BounceKind.HARD, BounceKind.SOFT, BounceKind.BLOCK):
            facts.got.append(("returned", fold(mailing.name), at))
        for kind, what in ((TouchKind.OPEN, "opened"), (TouchKind.CLICK, "clicked")):
            if chance.random() < 0.4:
                continue
            touched, machine = _moment(chance, company.now), chance.random() < 0.3
            session.add(
                Touch(
                    outbox_id=row.id,
                    mailing_id=mailing.id,
                    client_id=client.id,
                    kind=kind,
                    link_id=company.link.id if kind is TouchKind.CLICK else None,
                    by_machine=machine,
                    at=touched,
                )
            )
            if not machine:
                facts.got.append((what, fold(mailing.name), touched))
        if chance.random() < 0.4:
            await _answer(session, chance, client, facts, company, row)


async def _answer(
    session: AsyncSession, chance: Random, client: Client, facts: Facts, company: Company, row: Outbox
) -> None:
    """An answer is a message as well, so it counts as an incoming email."""
    at = _moment(chance, company.now)
    interaction = Interaction(
        client_id=client.id,
        kind=InteractionKind.EMAIL,
        direction=Direction.IN,
        source=InteractionSource.CHANNEL,
        at=at,
        created_at=at,
    )
    session.add(interaction)
    await session.flush()
    facts.interactions.append((InteractionKind.EMAIL, Direction.IN, at))
    mailing = next(one for one in company.mailings if one.id == row.mailing_id)
    session.add(
        Touch(
            outbox_id=row.id,
            mailing_id=mailing.id,
            client_id=client.id,
            kind=TouchKind.ANSWER,
            interaction_id=interaction.id,
            at=at,
        )
    )
    facts.got.append(("answered", fold(mailing.name), at))
