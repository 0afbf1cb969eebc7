"""Whatever is thrown at the HTTP doors, with or without their secrets: a refusal, never a failure of ours."""

from __future__ import annotations

from typing import Any

import pytest

from storage.database import Database
from storage.models import Role
from tests.factories import make_client, make_staff
from tests.web.conftest import API_KEY, SECRET, Doors

KEY = {"Authorization": f"Bearer {API_KEY}"}
TELEGRAM = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
HUGE = "9" * 40


@pytest.fixture
async def client_id(database: Database) -> int:
    async with database.write() as session:
        await make_staff(session, Role.ADMIN)
        return (await make_client(session, "Anna")).id


@pytest.mark.parametrize(
    "path", [f"/clients/{HUGE}", f"/clients/-{HUGE}", "/clients/0", "/clients?q=%00", "/clients?q=%ff%fe"]
)
async def test_odd_questions_to_the_interface(doors: Doors, client_id: int, path: str) -> None:
    async with doors() as client:
        answer = await client.get(f"/api/v1{path}", headers=KEY)
        assert answer.status_code in (200, 404, 422)


@pytest.mark.parametrize("staff_id", [HUGE, f"-{HUGE}", "0", "1e3", "²"])
async def test_odd_colleagues_to_speak_for(doors: Doors, client_id: int, staff_id: str) -> None:
    async with doors() as client:
        headers = [*KEY.items(), ("X-Staff-Id", staff_id.encode())]
        answer = await client.get("/api/v1/clients", headers=headers)  # type: ignore[arg-type]
        assert answer.status_code in (403, 422)


@pytest.mark.parametrize(
    "body",
    [
        {"name": "A\x00B", "notes": "x\x00y", "city": "\x00"},
        {"name": "\x00"},
        {"name": "a", "owner_id": int(HUGE)},
        {"name": "a", "tags": ["\x00", "\u202e", "#"]},
        {"name": "a", "phones": ["\x00", "+" + HUGE], "emails": ["a\x00@b.example"]},
        {"name": "\u202e\u200b", "first_contact_reason": "\x00"},
    ],
)
async def test_odd_new_clients(doors: Doors, client_id: int, body: dict[str, Any]) -> None:
    async with doors() as client:
        answer = await client.post("/api/v1/clients", headers=KEY, json=body)
        assert answer.status_code in (201, 422), answer.text
        assert "\\u0000" not in answer.text


@pytest.mark.parametrize(
    "change",
    [
        {"text": "a\x00b"},
        {"client_id": int(HUGE)},
        {"client_id": -int(HUGE)},
        {"followup": {"promise": "a\x00b", "due_at": "2026-11-25T09:00:00+00:00"}},
        {"at": "0001-01-01T00:00:00+14:00"},
        {"at": "9999-12-31T23:59:59-14:00"},
        {"followup": {"promise": "a", "due_at": "9999-12-31T23:59:59-14:00"}},
    ],
)
async def test_odd_interactions(doors: Doors, client_id: int, change: dict[str, Any]) -> None:
    async with doors() as client:
        body = {"client_id": client_id, "kind": "note", "text": "hello", **change}
        answer = await client.post("/api/v1/interactions", headers=KEY, json=body)
        assert answer.status_code in (201, 404, 422), answer.text
        assert "\\u0000" not in answer.text


@pytest.mark.parametrize(
    "raw", [rb'{"name": "\ud800"}', b'{"name": "\xff"}', b"[" * 100_000, b'{"name": 1e999}', b"NaN", b""]
)
async def test_odd_json(doors: Doors, client_id: int, raw: bytes) -> None:
    async with doors() as client:
        answer = await client.post("/api/v1/clients", headers={**KEY, "Content-Type": "application/json"}, content=raw)
        assert answer.status_code in (400, 422), answer.text


@pytest.mark.parametrize(
    "raw",
    [
        b'{"update_id": 1e999}',
        b'{"update_id": Infinity}',
        b'{"update_id": NaN}',
        b'{"update_id": ' + b"9" * 3000 + b"}",
        b'{"update_id": "' + b"9" * 300 + b'"}',
        b'{"update_id": 5, "message": {"chat": {"id": "' + b"x" * 5000 + b'"}}}',
        b'{"update_id": 6, "message": {"chat": {"id": {"a": "' + b"x" * 5000 + b'"}}}}',
        b'{"update_id": 7, "callback_query": {"message": 1, "from": 2}}',
        b'{"update_id": 8, "x": ' + b"[" * 500_000,
    ],
)
async def test_odd_updates_with_the_right_secret(doors: Doors, raw: bytes) -> None:
    async with doors() as client:
        answer = await client.post("/telegram", headers=TELEGRAM, content=raw)
        assert answer.status_code == 400
