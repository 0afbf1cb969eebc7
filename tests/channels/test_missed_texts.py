# ruff: noqa: F811  (fixtures of the stand-ins, borrowed by name)
"""Received messages in Twilio's list: all pages of the window, what came in only, and the files of each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from channels.message import Outcome
from channels.sms import twilio as twilio_adapter
from channels.sms.received import ReceivedSms, sent_at
from channels.sms.twilio import TwilioSms, TwilioUnavailable
from sandbox.server import Sandbox
from sandbox.twilio_phones import inbound_parameters
from storage.database import Database, NetworkInsideTransaction
from tests.channels.test_twilio import serving
from tests.sandbox.conftest import sandbox  # noqa: F401  (fixture)

PICTURES = [("image/jpeg", b"\xff\xd8 a bolt"), ("application/pdf", b"%PDF a drawing")]
SID = "AC" + "a" * 32
NOON = datetime(2026, 11, 24, 12, 0, 0, 700_000, tzinfo=UTC)


@pytest.fixture
async def twilio(sandbox: Sandbox) -> AsyncIterator[TwilioSms]:
    known = sandbox.accounts
    client = TwilioSms(
        account_sid=known.twilio_account_sid,
        auth_token=known.twilio_auth_token,
        sender=known.twilio_number,
        api_url=sandbox.twilio_api_url,
    )
    yield client
    await client.close()


async def texts(twilio: TwilioSms, to: str, since: datetime) -> list[list[ReceivedSms]]:
    return [page async for page in twilio.received_since(to=to, since=since)]


def record(sid: str, sent: datetime | None, **changed: object) -> dict[str, object]:
    moment = sent.strftime("%a, %d %b %Y %H:%M:%S +0000") if sent else None
    told = {"sid": sid, "account_sid": SID, "from": "+4915112345678", "to": "+15005550006", "body": "hello"}
    return {**told, "direction": "inbound", "num_media": "0", "date_sent": moment, "date_created": moment, **changed}


async def test_every_page_of_the_window_is_read_and_nothing_older(sandbox: Sandbox, twilio: TwilioSms) -> None:
    anna, number = sandbox.world.person("anna"), sandbox.accounts.twilio_number
    sandbox.clock.advance_to((sandbox.clock.now() + timedelta(days=1)).replace(hour=9))
    for item in range(450):
        await sandbox.phones.write(anna, f"old {item}")
    sandbox.clock.advance(timedelta(hours=2))
    since = sandbox.clock.now()
    for item in range(450):
        await sandbox.phones.write(anna, f"new {item}")
    pages = await texts(twilio, number, since)
    assert [len(page) for page in pages] == [200, 200, 50, 0], "the page on which all is older is the last"
    assert [one.body for page in pages for one in page] == [f"new {item}" for item in reversed(range(450))]
    assert sandbox.world.call_counts["twilio", "messages.list", 200] == 4
    assert await texts(twilio, "+15005550099", since) == [[]]


async def test_what_went_out_is_left_out(sandbox: Sandbox, twilio: TwilioSms) -> None:
    """One of our numbers may write to another, and Twilio's own answers are in the list too."""
    number, since = sandbox.accounts.twilio_number, sandbox.clock.now()
    for direction in ("outbound-api", "outbound-reply", "outbound-call", "inbound"):
        text = await sandbox.phones.write(sandbox.world.person("anna"), direction)
        text.direction = direction
    assert [one.body for page in await texts(twilio, number, since) for one in page] == ["inbound"]


async def test_a_text_in_the_webhooks_own_words(sandbox: Sandbox, twilio: TwilioSms) -> None:
    since = sandbox.clock.now()
    text = await sandbox.phones.write(sandbox.world.person("ivan"), "Есть такие?", PICTURES)
    ((found,),) = await texts(twilio, sandbox.accounts.twilio_number, since)
    fields = found.fields(await twilio.media_of(found))
    assert sent_at(fields) == text.created_at.replace(microsecond=0)
    posted = inbound_parameters(text, sandbox.accounts.twilio_account_sid, sandbox.twilio_api_url)
    told = {name: fields[name] for name in fields if name != "sent_at"}
    assert told.items() <= posted.items()
    assert {"MessageSid", "AccountSid", "From", "To", "Body", "NumMedia", "MediaUrl1", "MediaContentType1"} <= set(told)
    assert sent_at(posted) is None
    del sandbox.phones.texts[text.sid]
    assert await twilio.media_of(found) == [], "deleted meanwhile: the text still counts"


async def test_a_filter_by_whole_days_and_a_list_that_is_not_quite_in_order() -> None:
    """What Twilio promises of its filter are days; the exact moment is ours to look at."""
    first = [
        record("SM1", NOON + timedelta(minutes=5)),
        record("SM2", NOON - timedelta(hours=3)),
        record("SM3", NOON.replace(microsecond=0)),
        record("SM4", None, date_created="Tue, 24 Nov 2026 12:01:00 +0000", num_media="many", body=None),
        record("SM5", None),
        record("SM6", NOON + timedelta(minutes=1), **{"from": None}),
    ]
    asked: list[dict[str, str]] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        asked.append(dict(request.query))
        shown = {1: first, 2: [], 3: [record("SM7", NOON - timedelta(seconds=2))]}[len(asked)]
        return web.json_response(
            {"messages": shown, "next_page_uri": f"/2010-04-01/Accounts/{SID}/Messages.json?Page=1"}
        )

    async with serving(handler) as twilio:
        pages = await texts(twilio, "+15005550006", NOON)
    assert [[one.sid for one in page] for page in pages] == [["SM1", "SM3", "SM4"], [], []]
    assert (pages[0][2].body, pages[0][2].media_count) == ("", 0)
    assert (asked[0]["To"], asked[0]["DateSent>"][:10]) == ("+15005550006", "2026-11-24")
    assert len(asked) == 3, "a page on which all is older is the last"


def test_what_no_database_keeps_is_taken_out() -> None:
    text = ReceivedSms("SM1", SID, "+49151", "+1500", "ST\0OP \ud83d", NOON)
    assert text.fields()["Body"] == "STOP ?"


@pytest.mark.parametrize(
    ("status", "answer", "outcome"),
    [
        (401, {"code": 20003}, Outcome.HALT),
        (429, {"code": 20429}, Outcome.RATE_LIMITED),
        (503, {}, Outcome.UNKNOWN),
        (200, {}, Outcome.UNKNOWN),
        (200, {"messages": [7], "next_page_uri": None}, Outcome.UNKNOWN),
        (200, {"messages": [record("SM1", NOON, date_sent=7)], "next_page_uri": None}, Outcome.UNKNOWN),
    ],
)
async def test_what_is_no_answer_is_told(status: int, answer: dict[str, object], outcome: Outcome) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.json_response(answer, status=status)

    async with serving(handler) as twilio:
        with pytest.raises(TwilioUnavailable) as caught:
            await texts(twilio, "+15005550006", NOON)
        assert caught.value.result.outcome is outcome
        if status != 200:
            with pytest.raises(TwilioUnavailable):
                await twilio.media_of(ReceivedSms("MM1", SID, "+49151", "+1500", "", NOON, 1))


async def test_a_list_without_an_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twilio_adapter, "_MOST_PAGES", 3)

    async def handler(request: web.Request) -> web.StreamResponse:
        return web.json_response({"messages": [record("SM1", NOON)], "next_page_uri": str(request.rel_url)})

    async with serving(handler) as twilio:
        with pytest.raises(TwilioUnavailable, match="endless"):
            await texts(twilio, "+15005550006", NOON)


async def test_twilio_is_not_asked_within_a_transaction(twilio: TwilioSms, database: Database) -> None:
    async with database.read():
        with pytest.raises(NetworkInsideTransaction):
            await texts(twilio, "+15005550006", NOON)
