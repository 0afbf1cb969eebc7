"""Clicks and pictures at the door: to the stored address and nowhere else, whatever is done to the link."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from crm.touch_tokens import click_token, open_token
from storage.database import Database
from storage.models import Role, Touch, TouchKind, TrackedLink
from tests.factories import make_staff
from tests.factories.mailings import make_delivery, make_mailing
from tests.web.conftest import Doors

KEY = b"t" * 32
BROWSER = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0"}


@pytest.fixture
async def sent(database: Database, now: datetime) -> tuple[int, int]:
    """(delivery, link) of a mail sent an hour ago."""
    async with database.write() as session:
        manager = await make_staff(session, Role.MANAGER)
        mailing = await make_mailing(session, manager, now=now)
        row = await make_delivery(session, mailing, now=now - timedelta(hours=1))
        link_id = (await session.execute(select(TrackedLink.id))).scalar_one()
        return row.id, link_id


async def touches(database: Database) -> list[tuple[TouchKind, bool]]:
    async with database.read() as session:
        return [(one.kind, one.by_machine) for one in (await session.execute(select(Touch))).scalars()]


async def test_a_click_goes_on_quietly_and_is_counted_once(
    doors: Doors, database: Database, sent: tuple[int, int]
) -> None:
    token = click_token(key=KEY, outbox_id=sent[0], link_id=sent[1])
    async with doors(touch_key=KEY) as client:
        looked = await client.head(f"/c/{token}", headers=BROWSER)
        assert (looked.status_code, looked.text) == (302, "")
        assert await touches(database) == [(TouchKind.CLICK, True)]
        for _ in range(2):
            answer = await client.get(f"/c/{token}?url=https://evil.test", headers=BROWSER)
            assert answer.status_code == 302
            assert answer.headers["location"] == "https://shop.test/new?a=1&b=2"
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert "set-cookie" not in answer.headers
        assert (await client.post(f"/c/{token}")).status_code == 405
    assert await touches(database) == [(TouchKind.CLICK, False)]


async def test_a_link_that_was_touched_leads_nowhere(doors: Doors, database: Database, sent: tuple[int, int]) -> None:
    """B10: of every flipped bit, cut, foreign key and other purpose none redirects."""
    token = click_token(key=KEY, outbox_id=sent[0], link_id=sent[1])
    tampered = [
        token[:place] + chr(ord(token[place]) ^ (1 << bit)) + token[place + 1 :]
        for place in range(len(token))
        for bit in range(7)
    ]
    tampered = [one for one in tampered if one.isprintable() and not set(one) & set("/?#%\\")]
    tampered += [token[:-1], token + "A", "x", "https:%2F%2Fevil.test", "%2F%2Fevil.test", "A" * 5000]
    tampered += [click_token(key=b"x" * 32, outbox_id=sent[0], link_id=sent[1]), open_token(key=KEY, outbox_id=sent[0])]
    tampered += [click_token(key=KEY, outbox_id=sent[0], link_id=999_999)]
    redirected = 0
    async with doors(touch_key=KEY) as client:
        for one in tampered:
            answer = await client.get(f"/c/{one}", headers=BROWSER)
            redirected += "location" in answer.headers
            assert answer.status_code == 404, one
            assert "This link does not work" in answer.text or "%2F" in one
    assert redirected == 0
    assert await touches(database) == []


async def test_a_click_still_leads_on_after_its_delivery_is_gone(
    doors: Doors, database: Database, sent: tuple[int, int]
) -> None:
    async with doors(touch_key=KEY) as client:
        answer = await client.get(f"/c/{click_token(key=KEY, outbox_id=999_999, link_id=sent[1])}", headers=BROWSER)
    assert answer.headers["location"] == "https://shop.test/new?a=1&b=2"
    assert await touches(database) == []


async def test_the_picture_is_one_point_and_a_proxys_load_is_marked(
    doors: Doors, database: Database, sent: tuple[int, int]
) -> None:
    token = open_token(key=KEY, outbox_id=sent[0])
    async with doors(touch_key=KEY) as client:
        proxy = {"user-agent": "Mozilla/5.0 (via ggpht.com GoogleImageProxy)"}
        answer = await client.get(f"/o/{token}.gif", headers=proxy)
        assert answer.headers["content-type"] == "image/gif"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.content.startswith(b"GIF89a\x01\x00\x01\x00")
        assert await touches(database) == [(TouchKind.OPEN, True)]
        await client.get(f"/o/{token}.gif", headers=BROWSER)
        assert (await client.get(f"/o/{token[:-1]}A.gif")).status_code == 404 or token.endswith("A")
    assert await touches(database) == [(TouchKind.OPEN, False)]
