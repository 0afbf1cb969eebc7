"""/api/v1/events: an event once per key, for a client the colleague may see, with facts that are plain values."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from storage.database import Database
from storage.models import DomainEvent, PostedEvent, Role
from tests.factories import make_client, make_staff
from tests.web.conftest import API_KEY, Doors

KEY = {"Authorization": f"Bearer {API_KEY}"}
DUE = {"name": "invoice.due", "client": {"external": "C-1"}, "facts": {"number": "7", "amount": 12.5, "final": True}}


def with_key(key: str, **more: str) -> dict[str, str]:
    return {**KEY, "Idempotency-Key": key, **more}


@pytest.fixture
async def anna_id(database: Database) -> int:
    async with database.write() as session:
        await make_staff(session, Role.ADMIN)
        anna = await make_client(session, "Anna", email="anna@x.example", phone="+66812345678", external_id="C-1")
        return anna.id


async def count(database: Database, model: Any) -> int:
    async with database.read() as session:
        return int((await session.execute(select(func.count()).select_from(model))).scalar_one())


async def test_an_event_is_recorded_once_per_key(doors: Doors, database: Database, anna_id: int) -> None:
    async with doors() as client:
        first = await client.post("/api/v1/events", headers=with_key("k"), json=DUE)
        again = await client.post("/api/v1/events", headers=with_key("k"), json=DUE)
        other = await client.post("/api/v1/events", headers=with_key("k"), json={**DUE, "name": "invoice.paid"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["client_id"] == anna_id
    assert (other.status_code, other.json()["error"]) == (409, "automations.key_used")
    async with database.read() as session:
        (event,) = (await session.execute(select(DomainEvent))).scalars()
    assert (event.name, event.facts) == ("invoice.due", DUE["facts"])


async def test_ten_at_once_are_one(doors: Doors, database: Database, anna_id: int) -> None:
    """F14's bound for this door: one effect, ten answers alike."""
    async with doors() as client:
        answers = await asyncio.gather(
            *(client.post("/api/v1/events", headers=with_key("same"), json=DUE) for _ in range(10))
        )
    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert (await count(database, DomainEvent), await count(database, PostedEvent)) == (1, 1)


@pytest.mark.parametrize(
    "named", [{"external": "C-1"}, {"email": "ANNA@x.example"}, {"phone": "+66 81 234 5678"}, {"id": 0}]
)
async def test_a_client_is_named_in_any_of_these_ways(doors: Doors, anna_id: int, named: dict[str, Any]) -> None:
    named = {"id": anna_id} if named == {"id": 0} else named
    async with doors() as client:
        answer = await client.post(
            "/api/v1/events", headers=with_key("k"), json={"name": "order.paid", "client": named}
        )
    assert (answer.status_code, answer.json()["client_id"]) == (201, anna_id)


@pytest.mark.usefixtures("anna_id")
async def test_one_clients_event_says_whose_and_the_companys_need_not(doors: Doors, database: Database) -> None:
    async with doors() as client:
        nobodys = await client.post("/api/v1/events", headers=with_key("k"), json={"name": "invoice.overdue"})
        of_all = [
            await client.post("/api/v1/events", headers=with_key(name), json={"name": name})
            for name in ("price.changed", "parcels.late")
        ]
    assert (nobodys.status_code, nobodys.json()["error"]) == (422, "automations.needs_client")
    assert [(answer.status_code, answer.json()["client_id"]) for answer in of_all] == [(201, None)] * 2
    assert await count(database, DomainEvent) == 2


@pytest.mark.usefixtures("anna_id")
@pytest.mark.parametrize(
    "body",
    [
        {"name": "Invoice.Due"},
        {"name": "invoice"},
        {"name": "invoice..due"},
        {"name": "invoice.due\n"},
        {"name": "a." + "b" * 60},
        {"name": "invoice.due", "client": {}},
        {"name": "invoice.due", "client": {"id": 1, "email": "a@b.example"}},
        {"name": "invoice.due", "client": {"name": "Anna"}},
        {"name": "price.changed", "facts": {"lines": [1]}},
        {"name": "price.changed", "facts": {"deep": {"a": 1}}},
        {"name": "price.changed", "facts": {"Upper": 1}},
        {"name": "price.changed", "facts": {"chain": "1"}},
        {"name": "price.changed", "facts": {"big": 2**60}},
        {"name": "price.changed", "facts": {"long": "x" * 501}},
        {"name": "price.changed", "facts": {f"f{n}": n for n in range(31)}},
        {"name": "price.changed", "at": "2026-01-01T10:00:00"},
        {"name": "price.changed", "more": 1},
        {"name": "client.created"},
        {"name": "segment.entered"},
        {"name": "message.received"},
        [],
    ],
)
async def test_what_is_refused(doors: Doors, database: Database, body: Any) -> None:
    async with doors() as client:
        answer = await client.post("/api/v1/events", headers=with_key("k"), json=body)
    assert answer.status_code == 422
    assert await count(database, DomainEvent) == 0


@pytest.mark.usefixtures("anna_id")
async def test_the_key_is_asked_for(doors: Doors, database: Database) -> None:
    async with doors() as client:
        for headers in (KEY, with_key(""), with_key("x" * 256)):
            assert (await client.post("/api/v1/events", headers=headers, json=DUE)).status_code == 422
        assert (await client.post("/api/v1/events", headers={"Idempotency-Key": "k"}, json=DUE)).status_code == 401
        assert (await client.post("/api/v1/events", headers=with_key("x" * 255), json=DUE)).status_code == 201


@pytest.mark.usefixtures("anna_id")
@pytest.mark.parametrize(
    "fact",
    ["NaN", "Infinity", "1e999", "1" + "0" * 400, "-1" + "0" * 4_000, "9" * 5_000, "[" * 9_000, "1e999999999"],
)
async def test_what_json_can_say_and_no_table_can_hold(doors: Doors, database: Database, fact: str) -> None:
    headers = with_key("k", **{"Content-Type": "application/json"})
    async with doors() as client:
        told = f'{{"name": "a.b", "facts": {{"x": {fact}}}}}'.encode()
        answer = await client.post("/api/v1/events", headers=headers, content=told)
    assert answer.status_code in (400, 422)
    assert await count(database, DomainEvent) == 0


@pytest.mark.usefixtures("anna_id")
async def test_halves_of_characters_and_nul_are_left_out(doors: Doors, database: Database) -> None:
    headers = with_key("k", **{"Content-Type": "application/json"})
    told = rb'{"name": "a.b", "facts": {"x": "1\u00002\ud8003", "y": "\udfff\ud800"}}'
    async with doors() as client:
        answers = [await client.post("/api/v1/events", headers=headers, content=told) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    async with database.read() as session:
        event = (await session.execute(select(DomainEvent))).scalar_one()
    assert event.facts == {"x": "12?3", "y": "??"}


async def test_scope_is_the_colleagues(doors: Doors, database: Database, anna_id: int) -> None:
    async with database.write() as session:
        one, other = await make_staff(session), await make_staff(session)
        keeper = await make_staff(session, Role.WAREHOUSE)
        theirs = await make_client(session, "Theirs", owner=other)
    async with doors() as client:
        for staff_id, client_id, expected in (
            (one.id, theirs.id, 404),
            (one.id, 999_999, 404),
            (keeper.id, anna_id, 404),
            (other.id, theirs.id, 201),
        ):
            headers = with_key("k", **{"X-Staff-Id": str(staff_id)})
            body = {"name": "order.paid", "client": {"id": client_id}}
            assert (await client.post("/api/v1/events", headers=headers, json=body)).status_code == expected


@pytest.mark.usefixtures("anna_id")
async def test_the_moment_it_happened_is_a_fact(doors: Doors, database: Database, now: datetime) -> None:
    async with doors() as client:
        body = {"name": "price.changed", "at": "2026-01-02T10:00:00+07:00"}
        assert (await client.post("/api/v1/events", headers=with_key("k"), json=body)).status_code == 201
        document = (await client.get("/api/v1/openapi.json")).json()
    async with database.read() as session:
        event = (await session.execute(select(DomainEvent))).scalar_one()
    assert (event.at, event.facts) == (now, {"happened_at": "2026-01-02T10:00:00+07:00"})
    assert "Idempotency-Key" in str(document["paths"]["/api/v1/events"]["post"]["parameters"])


async def test_a_client_made_by_the_api_keeps_the_other_programs_name(doors: Doors, anna_id: int) -> None:
    async with doors() as client:
        made = await client.post("/api/v1/clients", headers=KEY, json={"name": "Bert", "external_id": "C-2"})
        assert (made.status_code, made.json()["external_id"]) == (201, "C-2")
        twice = await client.post("/api/v1/clients", headers=KEY, json={"name": "Cora", "external_id": "C-2"})
        assert (twice.status_code, twice.json()["error"]) == (422, "fields.invalid")
