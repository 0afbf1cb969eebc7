"""POST /twilio/sms and /twilio/status: signed by Twilio over our public address, stored, then answered with empty TwiML.

Sample of an incoming SMS: MessageSid=SM…&AccountSid=AC…&From=%2B14133881111&To=%2B12028831111&Body=Msg&NumMedia=0
Sample of a status: MessageSid=SM…&AccountSid=AC…&MessageStatus=delivered&To=%2B14133881111&From=%2B12028831111
"""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response

from channels import inbox
from storage.models import InboxSource
from web.deps import WebParts, parts
from web.twilio_signed import EMPTY, signed_fields

router = APIRouter()

_SID = re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}")
_STATUS = re.compile(r"[a-z]{1,20}")


@router.post("/twilio/sms", include_in_schema=False)
async def receive_sms(
    request: Request,
    web: Annotated[WebParts, Depends(parts)],
    x_twilio_signature: Annotated[str | None, Header()] = None,
) -> Response:
    """An SMS from a customer; ten copies make one row."""
    fields = await _signed(request, web, "/twilio/sms", x_twilio_signature)
    if fields is None or not fields.get("From"):
        return Response(status_code=403)
    await _store(web, InboxSource.SMS, fields["MessageSid"], fields["From"][:120], fields)
    return Response(EMPTY, media_type="application/xml")


@router.post("/twilio/status", include_in_schema=False)
async def receive_status(
    request: Request,
    web: Annotated[WebParts, Depends(parts)],
    x_twilio_signature: Annotated[str | None, Header()] = None,
) -> Response:
    """How far one of our SMS got; each status of a message is one row."""
    fields = await _signed(request, web, "/twilio/status", x_twilio_signature)
    if fields is None or not _STATUS.fullmatch(fields.get("MessageStatus", "")):
        return Response(status_code=403)
    sid = fields["MessageSid"]
    # Our own word, signed by Twilio as part of the address we gave: which delivery it is about.
    if delivery := request.query_params.get("delivery", "")[:20]:
        fields["delivery"] = delivery
    await _store(web, InboxSource.SMS_STATUS, f"{sid}:{fields['MessageStatus']}", sid, fields)
    return Response(EMPTY, media_type="application/xml")


async def _signed(request: Request, web: WebParts, path: str, given: str | None) -> dict[str, str] | None:
    return await signed_fields(request, web, path=path, signed=given, sid="MessageSid", sids=_SID)


async def _store(web: WebParts, source: InboxSource, external_id: str, lane: str, fields: dict[str, str]) -> None:
    async with web.database.write() as session:
        await inbox.store(
            session, source=source, external_id=external_id, lane=lane, payload=fields, now=web.clock.now()
        )
    web.wake_inbound()
