"""What every webhook of Twilio passes first: the signature over our public address, the right account, honest fields.

Used by web/twilio.py (messages) and web/twilio_voice.py (calls). A refusal is always None, and the answer always 403.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl

from fastapi import Request

from channels.sms import signature
from web.deps import WebParts, same

# The longest list Twilio sends has some thirty parameters; it adds new ones without notice.
_MOST_FIELDS: Final = 200
EMPTY: Final = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'


async def signed_fields(
    request: Request, web: WebParts, *, path: str, signed: str | None, sid: str, sids: re.Pattern[str]
) -> dict[str, str] | None:
    """The posted fields when everything about them is right, else None.

    `path` is the door's own; `sid` names the field that identifies the thing, `sids` what it may look like. Twilio signs
    names and values run together, so two sets of fields can share a signature: a name that comes twice, another account
    and an odd SID are refused too. The address is the configured one; Host headers are never believed.
    """
    if not web.public_url or not web.twilio_auth_token:
        return None
    try:
        text = (await request.body()).decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="surrogateescape")
    except ValueError:
        return None
    fields = dict(pairs)
    query = request.scope["query_string"].decode("latin-1")
    url = web.public_url + path + (f"?{query}" if query else "")
    genuine = signature.validate(url=url, params=pairs, signature=signed, token=web.twilio_auth_token)
    if not genuine or len(fields) != len(pairs) or not same(fields.get("AccountSid"), web.twilio_account_sid):
        return None
    if not sids.fullmatch(fields.get(sid, "")) or any("\0" in name for name in fields):
        return None
    return {_readable(name): _readable(value) for name, value in pairs}


def _readable(text: str) -> str:
    """A refusal loses the message for good, and with it a STOP: what no database keeps (NUL, half a letter) is taken out."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "")
