"""Who may do what with clients: every verb by every role, and nothing of another rep's by any verb."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import clients, contacts, counterparties, exports, marketing, staff
from crm.access import ALLOWED, Action
from crm.clients import ClientDraft, Field
from crm.counterparties import PartyDraft
from crm.errors import CrmError, NotAllowed
from crm.imports import clients as imports
from crm.imports.reading import Row, Table
from storage.models import Client, ContactPerson, ContactPoint, DomainEvent, Role, Staff
from tests.factories import make_staff

TABLE = Table(("Name",), (Row(2, ("Imported",)),))


@dataclass
class World:
    """A client with one of everything, and who did it."""

    session: AsyncSession
    now: datetime
    owner: Staff
    client: Client
    point: ContactPoint
    person: ContactPerson
    tag_id: int
    link_id: int
    source_id: int
    run_id: int


async def _world(session: AsyncSession, now: datetime) -> World:
    owner, boss = await make_staff(session), await make_staff(session, Role.MANAGER)
    await marketing.ensure_standard_sources(session)
    draft = ClientDraft(name="Secret Schmidt", phones=("+4930123456",), person="Otto")
    client = await clients.create(session, actor=owner, draft=draft, now=now)
    tag = await clients.add_tag(session, actor=owner, client_id=client.id, name="vip", now=now)
    link = await counterparties.link(
        session, actor=owner, client_id=client.id, draft=PartyDraft("Secret GmbH"), now=now - timedelta(days=1)
    )
    point = (await session.execute(select(ContactPoint).where(ContactPoint.client_id == client.id))).scalars().one()
    person = (await session.execute(select(ContactPerson).where(ContactPerson.client_id == client.id))).scalars().one()
    source = (await marketing.sources(session, actor=owner))[0]
    shown = await imports.preview(session, actor=boss, table=TABLE, file_name="l.csv", currency="EUR", now=now)
    await session.flush()
    return World(session, now, owner, client, point, person, tag.id, link.id, source.id, shown.run_id)


Verb = Callable[[World, Staff, int], Awaitable[object]]

# Verbs on one client: (action, verb); the id is the client's or of something nobody has.
ON_CLIENT: dict[str, tuple[Action, Verb]] = {
    "card": (
        Action.SEE_CLIENTS,
        lambda w, a, i: clients.card(w.session, actor=a, client_id=i or w.client.id, now=w.now),
    ),
    "timeline": (
        Action.SEE_CLIENTS,
        lambda w, a, i: clients.timeline(w.session, actor=a, client_id=i or w.client.id),
    ),
    "counterparties": (
        Action.SEE_CLIENTS,
        lambda w, a, i: counterparties.of_client(w.session, actor=a, client_id=i or w.client.id),
    ),
    "edit": (
        Action.EDIT_CLIENTS,
        lambda w, a, i: clients.edit(
            w.session, actor=a, client_id=i or w.client.id, field=Field.CITY, value="Rome", now=w.now
        ),
    ),
    "archive": (
        Action.EDIT_CLIENTS,
        lambda w, a, i: clients.archive(w.session, actor=a, client_id=i or w.client.id, now=w.now),
    ),
    "tag": (
        Action.EDIT_CLIENTS,
        lambda w, a, i: clients.add_tag(w.session, actor=a, client_id=i or w.client.id, name="x", now=w.now),
    ),
    "untag": (
        Action.EDIT_CLIENTS,
        lambda w, a, i: clients.remove_tag(w.session, actor=a, client_id=i or w.client.id, tag_id=w.tag_id, now=w.now),
    ),
    "source": (
        Action.EDIT_CLIENTS,
        lambda w, a, i: clients.set_source(
            w.session, actor=a, client_id=i or w.client.id, source_id=w.source_id, now=w.now
        ),
    ),
    "add point": (
        Action.EDIT_CLIENTS,
        lambda w, a, i: contacts.add_point(
            w.session, actor=a, client_id=i or w.client.id, text="x@y.example", now=w.now
        ),
    ),
    "remove point": (
        Action.EDIT_CLIENTS,
        lambda w, a, i: contacts.remove_point(w.session, actor=a, point_id=i or w.point.id, now=w.now),
    ),
    "prefer point": (
        Action.EDIT_CLIENTS,
        lambda w, a, i: contacts.make_primary(w.session, actor=a, point_id=i or w.point.id, now=w.now),
    ),
    "add person": (
        Action.EDIT_CLIENTS,
        lambda w, a, i: contacts.add_person(w.session, actor=a, client_id=i or w.client.id, name="P", now=w.now),
    ),
    "edit person": (
        Action.EDIT_CLIENTS,
        lambda w, a, i: contacts.edit_person(w.session, actor=a, person_id=i or w.person.id, name="P", now=w.now),
    ),
    "remove person": (
        Action.EDIT_CLIENTS,
        lambda w, a, i: contacts.remove_person(w.session, actor=a, person_id=i or w.person.id, now=w.now),
    ),
    "link": (
        Action.EDIT_CLIENTS,
        lambda w, a, i: counterparties.link(
            w.session, actor=a, client_id=i or w.client.id, draft=PartyDraft("New GmbH"), now=w.now
        ),
    ),
    "end link": (
        Action.EDIT_CLIENTS,
        lambda w, a, i: counterparties.end(w.session, actor=a, link_id=i or w.link_id, now=w.now),
    ),
    "assign": (
        Action.ASSIGN_CLIENTS,
        lambda w, a, i: clients.assign(w.session, actor=a, client_id=i or w.client.id, owner_id=w.owner.id, now=w.now),
    ),
    "undo": (
        Action.EDIT_CLIENTS,
        lambda w, a, i: clients.undo_create(w.session, actor=a, client_id=i or w.client.id, now=w.now),
    ),
}

# Verbs on no client in particular.
AT_LARGE: dict[str, tuple[Action, Verb]] = {
    "browse": (Action.SEE_CLIENTS, lambda w, a, _: clients.browse(w.session, actor=a)),
    "search": (Action.SEE_CLIENTS, lambda w, a, _: clients.search(w.session, actor=a, text="x")),
    "resolve": (Action.SEE_CLIENTS, lambda w, a, _: clients.resolve(w.session, actor=a, subject="x", now=w.now)),
    "create": (
        Action.EDIT_CLIENTS,
        lambda w, a, _: clients.create(w.session, actor=a, draft=ClientDraft(name="Made"), now=w.now),
    ),
    "sources": (Action.SEE_CLIENTS, lambda w, a, _: marketing.sources(w.session, actor=a)),
    "add source": (
        Action.ASSIGN_CLIENTS,
        lambda w, a, _: marketing.add_source(w.session, actor=a, name="Fair", now=w.now),
    ),
    "retire source": (
        Action.ASSIGN_CLIENTS,
        lambda w, a, _: marketing.retire_source(w.session, actor=a, source_id=w.source_id, now=w.now),
    ),
    "preview import": (
        Action.IMPORT_CLIENTS,
        lambda w, a, _: imports.preview(w.session, actor=a, table=TABLE, file_name="x.csv", currency="EUR", now=w.now),
    ),
    "apply import": (
        Action.IMPORT_CLIENTS,
        lambda w, a, _: imports.apply(w.session, actor=a, run_id=w.run_id, table=TABLE, now=w.now),
    ),
    "discard import": (
        Action.IMPORT_CLIENTS,
        lambda w, a, _: imports.discard(w.session, actor=a, run_id=w.run_id, now=w.now),
    ),
    "export": (
        Action.EXPORT_CLIENTS,
        lambda w, a, _: exports.export(
            w.session, actor=a, noun=exports.Noun.CLIENTS, file_format=exports.Format.CSV, now=w.now
        ),
    ),
    "invite": (Action.INVITE_STAFF, lambda w, a, _: staff.invite(w.session, actor=a, role=Role.REP, now=w.now)),
    "team": (Action.SEE_TEAM, lambda w, a, _: staff.everybody(w.session, actor=a)),
    "deactivate": (
        Action.EDIT_STAFF,
        lambda w, a, _: staff.deactivate(w.session, actor=a, staff_id=w.owner.id, now=w.now),
    ),
    "change role": (
        Action.EDIT_STAFF,
        lambda w, a, _: staff.change_role(w.session, actor=a, staff_id=w.owner.id, role=Role.REP, now=w.now),
    ),
    "set manager": (
        Action.EDIT_STAFF,
        lambda w, a, _: staff.set_manager(w.session, actor=a, staff_id=w.owner.id, manager_id=None, now=w.now),
    ),
}


@pytest.mark.parametrize("role", list(Role))
async def test_every_verb_asks_for_its_action(session: AsyncSession, now: datetime, role: Role) -> None:
    for name, (action, verb) in {**ON_CLIENT, **AT_LARGE}.items():
        world = await _world(session, now)
        actor = world.owner if role is Role.REP and name in ON_CLIENT else await make_staff(session, role)
        if name == "undo":
            world.client.created_by_id = actor.id
        allowed = action in ALLOWED[role]
        try:
            await verb(world, actor, 0)
        except NotAllowed:
            assert not allowed, name
        else:
            assert allowed, name


@pytest.mark.parametrize("role", list(Role))
async def test_who_left_does_nothing(session: AsyncSession, now: datetime, role: Role) -> None:
    world = await _world(session, now)
    gone = await make_staff(session, role, active=False)
    for _, verb in (*ON_CLIENT.values(), *AT_LARGE.values()):
        with pytest.raises(NotAllowed):
            await verb(world, gone, 0)


async def test_another_reps_client_answers_like_an_absent_one(session: AsyncSession, now: datetime) -> None:
    world = await _world(session, now)
    other = await make_staff(session)
    await session.flush()
    before = (await session.execute(select(func.count()).select_from(DomainEvent))).scalar_one()
    for name, (_, verb) in ON_CLIENT.items():
        refused: list[tuple[str, object]] = []
        for which in (0, 999_999):
            with pytest.raises(CrmError) as error:
                await verb(world, other, which)
            refused.append((error.value.code, error.value.params))
        assert refused[0] == refused[1], name
    await session.flush()
    assert (await session.execute(select(func.count()).select_from(DomainEvent))).scalar_one() == before


@pytest.mark.parametrize("words", ["secret", "schmidt", "+49 30 123456", "Otto", "Secret GmbH", "scret", "Шмидт"])
async def test_nothing_of_another_reps_client_is_found(session: AsyncSession, now: datetime, words: str) -> None:
    world = await _world(session, now)
    other = await make_staff(session)
    assert (await clients.search(session, actor=other, text=words)).clients == ()
    assert await clients.resolve(session, actor=other, subject=words, now=now) == []
    draft = ClientDraft(name="Secret Schmidt", phones=("+4930123456",))
    assert await clients.find_duplicates(session, actor=other, draft=draft) == []
    assert (await clients.search(session, actor=world.owner, text=words)).total == 1


async def test_a_rep_takes_what_is_nobodys_and_gives_nothing_away(session: AsyncSession, now: datetime) -> None:
    world = await _world(session, now)
    other = await make_staff(session)
    world.client.owner_id = None
    await session.flush()
    taken = await clients.assign(session, actor=other, client_id=world.client.id, owner_id=other.id, now=now)
    assert taken.owner_id == other.id
    with pytest.raises(NotAllowed):
        await clients.assign(session, actor=other, client_id=taken.id, owner_id=world.owner.id, now=now)
