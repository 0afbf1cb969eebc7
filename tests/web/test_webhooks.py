"""Webhooks fail closed, store before they answer, and ten copies make one row."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy import select

from channels.sms import signature
from storage.database import Database
from storage.models import Inbox, InboxSource
from tests.web.conftest import PUBLIC, SECRET, SID, TWILIO_TOKEN, Doors

UPDATE = {"update_id": 10000, "message": {"message_id": 1, "date": 1, "chat": {"id": 77, "type": "private"}}}
SMS = {
    "MessageSid": "SM" + "a" * 32,
    "AccountSid": SID,
    "From": "+14133881111",
    "To": "+12028831111",
    "Body": "Привет 👋 & more",
    "NumMedia": "0",
}
STATUS = {"MessageSid": "SM" + "b" * 32, "AccountSid": SID, "MessageStatus": "delivered"}


async def rows(database: Database) -> list[Inbox]:
    async with database.read() as session:
        return list((await session.execute(select(Inbox).order_by(Inbox.id))).scalars())


def telegram(client: httpx.AsyncClient, body: bytes, secret: str | None = SECRET) -> Any:
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    return client.post("/telegram", content=body, headers=headers)


def twilio(
    client: httpx.AsyncClient, path: str, fields: dict[str, str], signed: str | None = None, **headers: str
) -> Any:
    made = signature.sign(url=PUBLIC + path, params=fields, token=TWILIO_TOKEN) if signed is None else signed
    return client.post(
        path,
        content=urlencode(fields),
        headers={"content-type": "application/x-www-form-urlencoded", "X-Twilio-Signature": made, **headers},
    )


async def test_an_update_is_stored_before_it_is_acknowledged(doors: Doors, database: Database) -> None:
    woken: list[int] = []
    async with doors(wake_telegram=lambda: woken.append(1)) as client:
        answers = await asyncio.gather(*(telegram(client, json.dumps(UPDATE).encode()) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {200}
    [row] = await rows(database)
    assert (row.source, row.external_id, row.lane, row.payload) == (InboxSource.TELEGRAM, "10000", "77", UPDATE)
    assert woken


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET[:-1], "ü"])
async def test_a_wrong_secret_is_refused(doors: Doors, database: Database, secret: str | None) -> None:
    async with doors() as client:
        answer = await client.post(
            "/telegram",
            content=json.dumps(UPDATE),
            headers=[] if secret is None else [(b"x-telegram-bot-api-secret-token", secret.encode())],
        )
    assert answer.status_code == 403
    assert await rows(database) == []


async def test_without_a_secret_set_nothing_is_let_in(doors: Doors) -> None:
    async with doors(telegram_secret="") as client:
        assert (await telegram(client, json.dumps(UPDATE).encode(), "")).status_code == 403
    async with doors(telegram_arrival=None) as client:
        assert (await telegram(client, json.dumps(UPDATE).encode())).status_code == 404


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"1", b'{"update_id": "x"}', b'{"message": {}}', b"\xff\xfe", b"[" * 50_000]
    + [b'{"update_id": 1, "message": ' + value + b"}" for value in (b"1", b"{}", b'{"chat": 5}')],
)
async def test_what_is_no_update_gets_400_and_no_row(doors: Doors, database: Database, body: bytes) -> None:
    async with doors() as client:
        assert (await telegram(client, body)).status_code == 400
    assert await rows(database) == []


async def test_an_sms_is_stored_once_however_often_it_comes(doors: Doors, database: Database) -> None:
    async with doors() as client:
        answers = await asyncio.gather(*(twilio(client, "/twilio/sms", SMS) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {200}
    assert answers[0].text.endswith("<Response/>")
    assert answers[0].headers["content-type"].startswith("application/xml")
    [row] = await rows(database)
    assert (row.source, row.external_id, row.lane) == (InboxSource.SMS, SMS["MessageSid"], "+14133881111")
    assert row.payload == SMS


async def test_a_rush_of_webhooks_each_in_ten_copies_is_stored_once(
    doors: Doors, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    """Fifteen messages and their reports, ten copies each, sixteen at a time; none fails, and each is one row."""
    took: list[float] = []
    gate = asyncio.Semaphore(16)

    async def post(client: httpx.AsyncClient, path: str, fields: dict[str, str]) -> int:
        async with gate:
            began = time.perf_counter()
            answer = await twilio(client, path, fields)
            took.append(time.perf_counter() - began)
            return int(answer.status_code)

    sids = [f"SM{number:032x}" for number in range(15)]
    wanted = [("/twilio/sms", {**SMS, "MessageSid": sid, "From": f"+4915112{sid[-4:]}"}) for sid in sids]
    wanted += [("/twilio/status", {**STATUS, "MessageSid": sid}) for sid in sids]
    async with doors() as client:
        answers = await asyncio.gather(*(post(client, *one) for one in wanted for _ in range(10)))
    assert set(answers) == {200}
    assert len(await rows(database)) == 30
    slowest = sorted(took)[int(len(took) * 0.99)]
    with capsys.disabled():
        print(f"\n300 webhooks: p99 {slowest * 1000:.0f} ms (allowed 2,000)")


async def test_a_report_keeps_our_own_word_for_the_delivery(doors: Doors, database: Database) -> None:
    path = "/twilio/status?delivery=4711"
    async with doors() as client:
        assert (await twilio(client, path, STATUS)).status_code == 200
        # The word is part of what Twilio signed: another one is refused.
        other = signature.sign(url=PUBLIC + "/twilio/status?delivery=1", params=STATUS, token=TWILIO_TOKEN)
        assert (await twilio(client, path, STATUS, other)).status_code == 403
    [row] = await rows(database)
    assert row.payload == {**STATUS, "delivery": "4711"}


async def test_each_status_of_a_message_is_a_row(doors: Doors, database: Database) -> None:
    async with doors() as client:
        for status in ("sent", "delivered", "sent"):
            assert (await twilio(client, "/twilio/status", {**STATUS, "MessageStatus": status})).status_code == 200
    stored = await rows(database)
    assert [row.external_id for row in stored] == [f"{STATUS['MessageSid']}:sent", f"{STATUS['MessageSid']}:delivered"]
    assert {row.lane for row in stored} == {STATUS["MessageSid"]}


async def test_parameters_twilio_adds_later_are_welcome(doors: Doors, database: Database) -> None:
    async with doors() as client:
        assert (await twilio(client, "/twilio/sms", {**SMS, "NewThing": "1"})).status_code == 200


async def test_the_address_is_the_configured_one(doors: Doors, database: Database) -> None:
    spoofed = signature.sign(url="https://evil.example/twilio/sms", params=SMS, token=TWILIO_TOKEN)
    async with doors() as client:
        answer = await twilio(
            client, "/twilio/sms", SMS, spoofed, **{"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
        )
        assert answer.status_code == 403
        query = signature.sign(url=PUBLIC + "/twilio/sms?a=b", params=SMS, token=TWILIO_TOKEN)
        answer = await client.post("/twilio/sms?a=b", content=urlencode(SMS), headers={"X-Twilio-Signature": query})
        assert answer.status_code == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"AccountSid": "AC" + "f" * 32},
        {"AccountSid": ""},
        {"MessageSid": "x"},
        {"MessageSid": ""},
        {"From": ""},
        {"Na\0me": "x"},
    ],
)
async def test_signed_but_odd_is_refused(doors: Doors, database: Database, changed: dict[str, str]) -> None:
    async with doors() as client:
        assert (await twilio(client, "/twilio/sms", {**SMS, **changed})).status_code == 403
    assert await rows(database) == []


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (b"STOP\0", "STOP"),
        (b"STOP \xed\xa0\xbd", "STOP \ufffd\ufffd\ufffd"),  # half of a pair that makes an emoji
        (b"caf\xe9, STOP", "caf\ufffd, STOP"),
    ],
)
async def test_a_message_with_letters_nobody_can_keep_is_stored_without_them(
    doors: Doors, database: Database, body: bytes, kept: str
) -> None:
    fields = SMS | {"Body": body.decode("utf-8", "surrogateescape")}
    signed = signature.sign(url=PUBLIC + "/twilio/sms", params=fields, token=TWILIO_TOKEN)
    async with doors() as client:
        content = urlencode(fields, errors="surrogateescape")
        answer = await client.post("/twilio/sms", content=content, headers={"X-Twilio-Signature": signed})
    assert answer.status_code == 200
    [row] = await rows(database)
    assert row.payload["Body"] == kept


@pytest.mark.parametrize("signed", ["", "x", "a" * 28, "ü", "\x7f"])
async def test_hostile_signatures_get_403_never_500(doors: Doors, database: Database, signed: str) -> None:
    async with doors() as client:
        for path in ("/twilio/sms", "/twilio/status"):
            answer = await client.post(path, content=urlencode(SMS), headers=[(b"x-twilio-signature", signed.encode())])
            assert answer.status_code == 403
            assert (await client.post(path, content=b"\xff%zz&&&==", headers={})).status_code == 403
            assert (await client.post(path, content=b"a=1&" * 300)).status_code == 403
    assert await rows(database) == []


async def test_a_name_that_comes_twice_is_refused(doors: Doors, database: Database) -> None:
    pairs = [*SMS.items(), ("Body", "another")]
    signed = signature.sign(url=PUBLIC + "/twilio/sms", params=pairs, token=TWILIO_TOKEN)
    async with doors() as client:
        answer = await client.post("/twilio/sms", content=urlencode(pairs), headers={"X-Twilio-Signature": signed})
    assert answer.status_code == 403


async def test_twilio_without_settings_is_closed(doors: Doors) -> None:
    empty = signature.sign(url="/twilio/sms", params=SMS, token="x")
    for off in ({"public_url": ""}, {"twilio_auth_token": ""}, {"twilio_account_sid": ""}):
        async with doors(**off) as client:
            assert (await twilio(client, "/twilio/sms", SMS)).status_code == 403
            assert (await twilio(client, "/twilio/sms", SMS, empty)).status_code == 403


async def test_large_bodies_are_refused(doors: Doors) -> None:
    async def endless() -> Any:
        for _ in range(40):
            yield b"x" * 65536

    async with doors() as client:
        assert (await telegram(client, b"x" * (1024 * 1024 + 1))).status_code == 413
        assert (await twilio(client, "/twilio/sms", {"Body": "x" * 70_000})).status_code == 413
        answer = await client.post("/telegram", content=endless(), headers={"X-Telegram-Bot-Api-Secret-Token": SECRET})
        assert answer.status_code == 413
        assert answer.headers["x-content-type-options"] == "nosniff"
