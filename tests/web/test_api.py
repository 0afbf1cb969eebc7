"""The REST API: the key opens it, a colleague's role and scope bind it, a repeat does nothing twice."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from crm import products, stock
from storage.database import Database
from storage.models import Client, FollowUp, Interaction, Role, StockMoveKind, Warehouse
from tests.factories import make_client, make_staff
from tests.web.conftest import API_KEY, Doors

KEY = {"Authorization": f"Bearer {API_KEY}"}


@pytest.fixture
async def admin_id(database: Database) -> int:
    async with database.write() as session:
        return (await make_staff(session, Role.ADMIN)).id


async def count(database: Database, model: Any) -> int:
    async with database.read() as session:
        return int((await session.execute(select(func.count()).select_from(model))).scalar_one())


@pytest.mark.usefixtures("admin_id")
async def test_the_key_opens_and_nothing_else_does(doors: Doors) -> None:
    async with doors() as client:
        for headers in (
            {},
            {"Authorization": "Bearer wrong"},
            {"Authorization": API_KEY},
            {"Authorization": "Bearer "},
        ):
            for answer in (
                await client.get("/api/v1/clients", headers=headers),
                await client.post("/api/v1/clients", headers=headers, json={"name": "x"}),
                await client.get("/api/v1/stock?q=x", headers=headers),
                await client.post("/api/v1/interactions", headers=headers, json={}),
            ):
                assert answer.status_code == 401
        assert (await client.get("/api/v1/clients", headers=KEY)).json() == {"total": 0, "clients": []}
        assert "/api/v1/clients" in (await client.get("/api/v1/openapi.json")).json()["paths"]


async def test_without_a_key_set_there_is_no_interface(doors: Doors) -> None:
    async with doors(api_key="") as client:
        for headers in ({}, KEY, {"Authorization": "Bearer "}):
            assert (await client.get("/api/v1/clients", headers=headers)).status_code == 404
        assert (await client.get("/api/v1/openapi.json")).status_code == 404


async def test_nobody_to_act_for(doors: Doors) -> None:
    async with doors() as client:
        answer = await client.get("/api/v1/clients", headers=KEY)
    assert (answer.status_code, answer.json()["error"]) == (403, "api.nobody_to_act_for")


@pytest.mark.usefixtures("admin_id")
async def test_make_find_and_read_a_client(doors: Doors, database: Database) -> None:
    body = {"name": "Анна Шмидт", "emails": ["Anna@Example.com"], "city": "Berlin", "tags": ["vip"]}
    async with doors() as client:
        made = await client.post("/api/v1/clients", headers=KEY, json=body)
        assert made.status_code == 201
        found = (await client.get("/api/v1/clients", headers=KEY, params={"q": "шмидт"})).json()
        assert [one["id"] for one in found["clients"]] == [made.json()["id"]]
        card = (await client.get(f"/api/v1/clients/{made.json()['id']}", headers=KEY)).json()
        assert (card["tags"], card["addresses"][0]["value"].lower()) == (["vip"], "anna@example.com")
        again = await client.post("/api/v1/clients", headers=KEY, json=body)
        assert (again.status_code, again.json()["error"]) == (422, "clients.possible_duplicate")
        bad = await client.post("/api/v1/clients", headers=KEY, json={"name": "B", "phones": ["no number"]})
        assert (bad.status_code, bad.json()["error"]) == (422, "contacts.bad_phone")
        assert (await client.post("/api/v1/clients", headers=KEY, content=b"{")).status_code == 422
    assert await count(database, Client) == 1


@pytest.mark.usefixtures("admin_id")
async def test_an_idempotency_key_makes_one_thing(doors: Doors, database: Database) -> None:
    headers = {**KEY, "Idempotency-Key": "import-7"}
    async with doors() as client:
        answers = await asyncio.gather(
            *(client.post("/api/v1/clients", headers=headers, json={"name": "Anna"}) for _ in range(5))
        )
        assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 201]
        assert len({answer.json()["id"] for answer in answers}) == 1
        other = await client.post("/api/v1/clients", headers=headers, json={"name": "Bert"})
        assert (other.status_code, other.json()["error"]) == (409, "api.key_used_for_something_else")
    assert await count(database, Client) == 1


async def test_scope_is_the_colleagues(doors: Doors, database: Database, now: datetime) -> None:
    async with database.write() as session:
        one, other = await make_staff(session), await make_staff(session)
        theirs = await make_client(session, "Theirs", owner=other)
        keeper = await make_staff(session, Role.WAREHOUSE)
        gone = await make_staff(session, active=False)
    as_one = {**KEY, "X-Staff-Id": str(one.id)}
    log = {"client_id": theirs.id, "kind": "note", "text": "x"}
    async with doors() as client:
        for client_id in (theirs.id, 999_999):
            answer = await client.get(f"/api/v1/clients/{client_id}", headers=as_one)
            assert (answer.status_code, answer.json()) == (404, {"error": "access.not_found", "detail": {}})
        assert (await client.get("/api/v1/clients?q=Theirs", headers=as_one)).json()["total"] == 0
        assert (await client.post("/api/v1/interactions", headers=as_one, json=log)).status_code == 404
        warehouse = {**KEY, "X-Staff-Id": str(keeper.id)}
        assert (await client.get("/api/v1/clients", headers=warehouse)).status_code == 404
        assert (await client.get("/api/v1/stock?q=bolt", headers=warehouse)).status_code == 200
        for nobody in (str(gone.id), "999999", "x"):
            refused = await client.get("/api/v1/clients", headers={**KEY, "X-Staff-Id": nobody})
            assert refused.status_code in (403, 422)
    assert await count(database, Interaction) == 0


async def test_log_a_call_with_its_follow_up(doors: Doors, database: Database, now: datetime, admin_id: int) -> None:
    async with database.write() as session:
        anna = await make_client(session, "Anna")
    body = {
        "client_id": anna.id,
        "kind": "call",
        "direction": "out",
        "outcome": "reached",
        "duration_seconds": 300,
        "text": "agreed 20 pcs",
        "followup": {"promise": "send offer", "due_at": (now + timedelta(days=1)).isoformat()},
    }
    async with doors() as client:
        answer = await client.post("/api/v1/interactions", headers=KEY, json=body)
        assert (answer.status_code, answer.json()["text"]) == (201, "agreed 20 pcs")
        naive = {**body, "followup": {"promise": "x", "due_at": "2026-11-25T10:00:00"}}
        assert (await client.post("/api/v1/interactions", headers=KEY, json=naive)).status_code == 422
    async with database.read() as session:
        [promise] = (await session.execute(select(FollowUp))).scalars()
        assert (promise.promise, promise.owner_id, promise.due_at) == ("send offer", admin_id, now + timedelta(days=1))


async def test_stock_as_people_ask(doors: Doors, database: Database, now: datetime, admin_id: int) -> None:
    async with database.write() as session:
        who = await make_staff(session, Role.ADMIN)
        place = Warehouse(code="main", name="Main")
        session.add(place)
        await session.flush()
        draft = products.ProductDraft(code="BL-M8-40", name_en="Bolt M8x40", name_ru="Болт М8х40", unit="pcs")
        bolt = await products.create(session, actor=who, draft=draft, now=now)
        await stock.move(
            session,
            actor=who,
            product_id=bolt.id,
            warehouse_id=place.id,
            kind=StockMoveKind.RECEIPT,
            quantity=Decimal("12.5"),
            now=now,
        )
    async with doors() as client:
        [found] = (await client.get("/api/v1/stock", headers=KEY, params={"q": "болт м8"})).json()
        assert (found["code"], Decimal(found["available"])) == ("BL-M8-40", Decimal("12.5"))
        assert [shelf["warehouse"] for shelf in found["shelves"]] == ["Main"]
        assert (await client.get("/api/v1/stock", headers=KEY)).status_code == 422
