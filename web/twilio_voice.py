"""POST /twilio/voice…: calls. Each is signed by Twilio, stored, then answered with what the line shall do (TwiML).

Sample of an incoming call: CallSid=CA…&AccountSid=AC…&From=%2B14133881111&To=%2B12028831111&CallStatus=ringing
Sample of a leg's end: CallSid=CA…&ParentCallSid=CA…&AccountSid=AC…&CallStatus=completed&CallDuration=63
Twilio's description: https://www.twilio.com/docs/voice/twiml and …/voice/api/call-resource#statuscallback
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated
from xml.sax.saxutils import escape, quoteattr

from fastapi import APIRouter, Depends, Header, Request, Response

from channels import inbox
from crm import calls
from crm.calls import Door
from crm.wording import Wording
from storage.models import InboxSource, Language
from web.deps import WebParts, parts
from web.twilio_signed import EMPTY, signed_fields

router = APIRouter()

RING_SECONDS = 20
MESSAGE_SECONDS = 120
_SID = re.compile(r"CA[0-9a-fA-F]{32}")
_RECORDING = re.compile(r"RE[0-9a-fA-F]{32}")
_NUMBER = re.compile(r"[0-9]{1,18}")
_STATUS = re.compile(r"[a-z-]{1,20}")
_SPOKEN = {Language.EN: "en-GB", Language.RU: "ru-RU", Language.TH: "th-TH"}
_EVENTS = "initiated ringing answered completed"

_Signed = Annotated[str | None, Header()]
_Parts = Annotated[WebParts, Depends(parts)]


@router.post("/twilio/voice", include_in_schema=False)
async def receive_call(request: Request, web: _Parts, x_twilio_signature: _Signed = None) -> Response:
    """A customer calls: the one who looks after them is rung, or the caller may leave a message."""
    fields = await _signed(request, web, "/twilio/voice", x_twilio_signature)
    if fields is None or not fields.get("From"):
        return Response(status_code=403)
    await _store(web, Door.INCOMING, f"{fields['CallSid']}:incoming", fields)
    async with web.database.read() as session:
        found = await calls.route(session, number=fields["From"], now=web.clock.now())
    language = found.language or web.default_language
    if found.phone is None:
        return _twiml(_message_wanted(web, language))
    return _twiml(_announced(web, language) + _dial(web, found.phone, action="/twilio/voice/after"))


@router.post("/twilio/voice/after", include_in_schema=False)
async def after_dialling(request: Request, web: _Parts, x_twilio_signature: _Signed = None) -> Response:
    """The put-through ended; whoever reached nobody may leave a message."""
    fields = await _signed(request, web, "/twilio/voice/after", x_twilio_signature)
    if fields is None or not _STATUS.fullmatch(fields.get("DialCallStatus", "")):
        return Response(status_code=403)
    await _store(web, Door.AFTER, f"{fields['CallSid']}:after", fields)
    if fields["DialCallStatus"] in ("completed", "answered"):
        return _twiml("<Hangup/>")
    async with web.database.read() as session:
        found = await calls.route(session, number=fields.get("From", ""), now=web.clock.now())
    return _twiml(_message_wanted(web, found.language or web.default_language))


@router.post("/twilio/voice/done", include_in_schema=False)
async def message_left(request: Request, web: _Parts, x_twilio_signature: _Signed = None) -> Response:
    """The caller has left their message; Twilio would ask the door they came from again, and they for a message."""
    fields = await _signed(request, web, "/twilio/voice/done", x_twilio_signature)
    return Response(status_code=403) if fields is None else _twiml("<Hangup/>")


@router.post("/twilio/voice/bridge", include_in_schema=False)
async def bridge(request: Request, web: _Parts, call: str = "", x_twilio_signature: _Signed = None) -> Response:
    """A colleague picked up the call they asked for: the client's phone is rung now."""
    fields = await _signed(request, web, "/twilio/voice/bridge", x_twilio_signature)
    if fields is None or not _NUMBER.fullmatch(call):
        return Response(status_code=403)
    async with web.database.read() as session:
        number = await calls.customer_of(session, int(call))
    if number is None:
        return _twiml("<Hangup/>")
    await _store(web, Door.BRIDGE, f"{fields['CallSid']}:bridge", fields, call=call)
    return _twiml(_dial(web, number, call=call))


@router.post("/twilio/voice/status", include_in_schema=False)
async def receive_progress(
    request: Request, web: _Parts, call: str = "", x_twilio_signature: _Signed = None
) -> Response:
    """How far one leg of a call got; each status of a leg is one row."""
    fields = await _signed(request, web, "/twilio/voice/status", x_twilio_signature)
    if fields is None or not _STATUS.fullmatch(fields.get("CallStatus", "")) or not _is_call(call):
        return Response(status_code=403)
    await _store(web, Door.LEG, f"{fields['CallSid']}:{fields['CallStatus']}", fields, call=call)
    return Response(EMPTY, media_type="application/xml")


@router.post("/twilio/voice/recording", include_in_schema=False)
async def receive_recording(
    request: Request, web: _Parts, call: str = "", x_twilio_signature: _Signed = None
) -> Response:
    """A recording (or a message left) can be listened to."""
    fields = await _signed(request, web, "/twilio/voice/recording", x_twilio_signature)
    if fields is None or not _RECORDING.fullmatch(fields.get("RecordingSid", "")) or not _is_call(call):
        return Response(status_code=403)
    if fields.get("RecordingUrl", "").startswith(("https://", "http://")):
        await _store(web, Door.RECORDING, fields["RecordingSid"], fields, call=call)
    return Response(EMPTY, media_type="application/xml")


def _is_call(text: str) -> bool:
    return not text or bool(_NUMBER.fullmatch(text))


async def _signed(request: Request, web: WebParts, path: str, given: str | None) -> dict[str, str] | None:
    return await signed_fields(request, web, path=path, signed=given, sid="CallSid", sids=_SID)


async def _store(web: WebParts, door: Door, external_id: str, fields: dict[str, str], *, call: str = "") -> None:
    """One row, in the lane of the whole call: its news is taken in as it came."""
    lane = f"call:{call}" if call else fields.get("ParentCallSid") or fields["CallSid"]
    payload = {"door": door.value, "call": call, "fields": fields}
    async with web.database.write() as session:
        await inbox.store(
            session,
            source=InboxSource.CALL,
            external_id=external_id,
            lane=lane[:120],
            payload=payload,
            now=web.clock.now(),
        )
    web.wake_inbound()


def _dial(web: WebParts, number: str, *, action: str = "", call: str = "") -> str:
    """Rings `number`: a client from our own number, a colleague from the caller's, so that they see who it is."""
    asked = f"?call={call}" if call else ""
    attributes = f' timeout="{RING_SECONDS}" answerOnBridge="true"'
    if call:
        attributes += f" callerId={quoteattr(web.voice_number)}"
    if action:
        attributes += f" action={quoteattr(web.public_url + action)}"
    if web.voice_record:
        recorded = quoteattr(f"{web.public_url}/twilio/voice/recording{asked}")
        attributes += f' record="record-from-answer-dual" recordingStatusCallback={recorded}'
    told = quoteattr(f"{web.public_url}/twilio/voice/status{asked}")
    leg = f'<Number statusCallback={told} statusCallbackEvent="{_EVENTS}">{escape(number)}</Number>'
    return f"<Dial{attributes}>{leg}</Dial>"


def _message_wanted(web: WebParts, language: Language) -> str:
    done = quoteattr(f"{web.public_url}/twilio/voice/done")
    told = quoteattr(f"{web.public_url}/twilio/voice/recording")
    record = f'<Record maxLength="{MESSAGE_SECONDS}" playBeep="true" action={done} recordingStatusCallback={told}/>'
    return _say(language, "voice-leave-a-message", company=web.sender_name) + record


def _announced(web: WebParts, language: Language) -> str:
    return _say(language, "voice-recorded") if web.voice_record else ""


def _say(language: Language, key: str, **arguments: object) -> str:
    return f'<Say language="{_SPOKEN[language]}">{escape(_wording().text(language, key, arguments))}</Say>'


def _twiml(verbs: str) -> Response:
    text = f'<?xml version="1.0" encoding="UTF-8"?><Response>{verbs}</Response>'
    return Response(text.encode(), media_type="application/xml")


@lru_cache(maxsize=1)
def _wording() -> Wording:
    return Wording(Path(__file__).parent / "locale")
