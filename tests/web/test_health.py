"""Health: alive, ready and measured."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from channels import inbox
from channels.outbox.enqueue import enqueue
from storage.database import Database
from storage.models import Channel, InboxSource
from storage.queries import missed
from storage.queries.missed import Looks
from tests.web.conftest import Doors


async def test_alive(doors: Doors) -> None:
    async with doors() as client:
        answer = await client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "alive\n")
    assert answer.headers["x-frame-options"] == "DENY"


@pytest.mark.usefixtures("stamped")
async def test_ready_until_something_is_late(doors: Doors, database: Database, now: datetime) -> None:
    async with doors(poll_age=lambda: 3.0) as client:
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()["failed"]) == (200, [])
        async with database.write() as session:
            await inbox.store(
                session, source=InboxSource.SMS, external_id="1", lane="", payload={}, now=now - timedelta(minutes=2)
            )
            await enqueue(
                session,
                channel=Channel.SMS,
                kind="sms",
                address="+10000000000",
                now=now - timedelta(minutes=10),
            )
        answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["failed"] == ["intake", "outbox"]
    assert answer.json()["intake_age"] == 120.0


async def test_a_schema_behind_is_not_ready(doors: Doors) -> None:
    async with doors(poll_age=lambda: 91.0) as client:
        answer = await client.get("/readyz")
    assert answer.json()["failed"] == ["migrations", "poll"]


async def test_figures(doors: Doors, database: Database, now: datetime) -> None:
    async with database.write() as session:
        await enqueue(
            session, channel=Channel.EMAIL, kind="email", address="a@example.com", now=now - timedelta(seconds=30)
        )
    async with doors(poll_age=lambda: 3.0) as client:
        text = (await client.get("/metrics")).text
    assert 'touchline_deliveries{channel="email",state="planned"} 1.0' in text
    assert "touchline_outbox_oldest_seconds 30.0" in text
    assert "touchline_poll_age_seconds 3.0" in text
    assert "example.com" not in text
    assert "touchline_missed{" not in text, "nobody asked Twilio yet"


@pytest.mark.usefixtures("stamped")
async def test_news_that_no_webhook_brought_is_a_figure_by_kind(
    doors: Doors, database: Database, now: datetime
) -> None:
    async with database.write() as session:
        for kind, count in {"texts": 3, "calls": 1, "statuses": 0}.items():
            await missed.put(session, kind, Looks(first=now, last=now))
            await missed.add_found(session, kind, count)
    async with doors(poll_age=lambda: 3.0) as client:
        text = (await client.get("/metrics")).text
        assert (await client.get("/readyz")).json()["missed"] == {"texts": 3, "calls": 1, "statuses": 0}
    for kind, count in {"texts": 3, "calls": 1, "statuses": 0}.items():
        assert f'touchline_missed{{news="{kind}"}} {count}.0' in text


async def test_unknown_paths_answer_plainly(doors: Doors) -> None:
    async with doors() as client:
        answer = await client.get("/wp-login.php")
        assert (answer.status_code, answer.json()) == (404, {"error": "http.404", "detail": {}})
        assert (await client.get("/telegram")).status_code == 405
