"""POST /telegram: an update from Telegram is a row before it is acknowledged.

Sample: {"update_id": 10000, "message": {"message_id": 1, "date": 1441645532, "chat": {"id": 1, "type": "private"}, …}}
"""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response

from channels import inbox
from storage.models import InboxSource
from web.deps import WebParts, parts, same

router = APIRouter()

_ID_DIGITS = 19  # what 64 bits hold


@router.post("/telegram", include_in_schema=False)
async def receive(
    request: Request,
    web: Annotated[WebParts, Depends(parts)],
    x_telegram_bot_api_secret_token: Annotated[str | None, Header()] = None,
) -> Response:
    """200 only after the commit; 403 without the secret; 400 for what is no update (Telegram would send it again)."""
    if web.telegram_arrival is None:
        return Response(status_code=404)
    if not same(x_telegram_bot_api_secret_token, web.telegram_secret):
        return Response(status_code=403)
    try:
        update = json.loads(await request.body())
        arrival = web.telegram_arrival(update) if isinstance(update, dict) else None
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        arrival = None
    if arrival is None or len(arrival.external_id) > _ID_DIGITS or len(arrival.lane) > _ID_DIGITS + 1:
        return Response(status_code=400)
    async with web.database.connect() as unit:
        await inbox.store_many(unit, source=InboxSource.TELEGRAM, arrivals=[arrival], now=web.clock.now())
    web.wake_telegram()
    return Response(status_code=200)
