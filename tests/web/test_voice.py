"""The doors of calls: signed or shut, stored before they are answered, and TwiML that puts through or takes a message."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

import pytest
from defusedxml import ElementTree
from sqlalchemy import select

from channels.sms import signature
from storage.database import Database
from storage.models import Call, CallState, Direction, Inbox, InboxSource, Role
from tests.factories import make_client, make_staff
from tests.web.conftest import PUBLIC, SID, TWILIO_TOKEN, Doors

CALL = {"CallSid": "CA" + "c" * 32, "AccountSid": SID, "From": "+4915112345678", "To": "+12025550143"}
OURS = "+12025550143"


def post(client: Any, path: str, fields: dict[str, str], signed: str | None = None) -> Any:
    made = signature.sign(url=PUBLIC + path, params=fields, token=TWILIO_TOKEN) if signed is None else signed
    headers = {"content-type": "application/x-www-form-urlencoded", "X-Twilio-Signature": made}
    return client.post(path, content=urlencode(fields), headers=headers)


def twiml(answer: Any) -> Element:
    document: Element = ElementTree.fromstring(answer.content)
    return document


async def rows(database: Database) -> list[Inbox]:
    async with database.read() as session:
        return list((await session.execute(select(Inbox).order_by(Inbox.id))).scalars())


async def company(database: Database, *, phone: str | None) -> None:
    async with database.write() as session:
        nina = await make_staff(session, Role.REP, phone=phone, work_from=0, work_until=1440, workdays=127)
        await make_client(session, "Anna", owner=nina, phone=CALL["From"])


async def test_a_known_caller_is_put_through_and_ten_copies_are_one_row(doors: Doors, database: Database) -> None:
    await company(database, phone="+66812345678")
    async with doors(voice_number=OURS) as client:
        answers = await asyncio.gather(*(post(client, "/twilio/voice", CALL) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {200}
    dial = twiml(answers[0]).find("Dial")
    assert dial is not None
    number = dial.find("Number")
    assert number is not None
    assert number.text == "+66812345678"
    assert "callerId" not in dial.attrib, "a colleague sees who calls"
    assert dial.get("action") == f"{PUBLIC}/twilio/voice/after"
    assert dial.get("record") is None
    [row] = await rows(database)
    assert (row.source, row.lane) == (InboxSource.CALL, CALL["CallSid"])


async def test_nobody_to_ring_takes_a_message_and_a_recording_is_announced(doors: Doors, database: Database) -> None:
    async with doors(voice_number=OURS, sender_name="Bolts & Co") as client:
        answer = await post(client, "/twilio/voice", CALL)
    said = twiml(answer).find("Say")
    assert said is not None
    assert "Bolts & Co" in (said.text or "")
    record = twiml(answer).find("Record")
    assert record is not None
    assert record.get("action") == f"{PUBLIC}/twilio/voice/done", "else the caller is asked again, or somebody rung"
    async with doors(voice_number=OURS) as client:
        done = await post(client, "/twilio/voice/done", {**CALL, "RecordingDuration": "7"})
    assert [verb.tag for verb in twiml(done)] == ["Hangup"]
    await company(database, phone="+66812345678")
    async with doors(voice_number=OURS, voice_record=True) as client:
        answer = await post(client, "/twilio/voice", CALL)
    assert [verb.tag for verb in twiml(answer)] == ["Say", "Dial"]


async def test_a_bridge_dials_only_the_number_of_a_running_call_of_ours(
    doors: Doors, database: Database, now: Any
) -> None:
    async with database.write() as session:
        call = Call(direction=Direction.OUT, state=CallState.RINGING, number="+4915112345678", started_at=now)
        over = Call(direction=Direction.OUT, state=CallState.FAILED, number="+4915112345678", started_at=now)
        session.add_all([call, over])
        await session.flush()
        running, ended = call.id, over.id
    async with doors(voice_number=OURS) as client:
        answer = await post(client, f"/twilio/voice/bridge?call={running}", CALL)
        late = await post(client, f"/twilio/voice/bridge?call={ended}", CALL)
        odd = await post(client, "/twilio/voice/bridge?call=1%27", CALL)
    dial = twiml(answer).find("Dial")
    assert dial is not None
    assert dial.get("callerId") == OURS
    assert [verb.tag for verb in twiml(late)] == ["Hangup"]
    assert odd.status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/twilio/voice",
        "/twilio/voice/after",
        "/twilio/voice/done",
        "/twilio/voice/bridge?call=1",
        "/twilio/voice/status",
        "/twilio/voice/recording",
    ],
)
async def test_what_is_not_signed_or_odd_is_refused(doors: Doors, database: Database, path: str) -> None:
    fields = {**CALL, "CallStatus": "completed", "DialCallStatus": "completed", "RecordingSid": "RE" + "a" * 32}
    async with doors(voice_number=OURS) as client:
        hostile = [
            await post(client, path, fields, signed=""),
            await post(client, path, fields, signed="AAAA"),
            await post(client, path, {**fields, "AccountSid": "AC" + "9" * 32}),
            await post(client, path, {**fields, "CallSid": "../../etc"}),
            await post(client, path, {**fields, "CallSid": ""}),
            await client.get(path),
        ]
    assert [answer.status_code for answer in hostile] == [403, 403, 403, 403, 403, 405]
    assert await rows(database) == []
