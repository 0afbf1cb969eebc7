"""GET|HEAD /c/{token} and /o/{token}.gif: a click on its way to the stored address, and a picture that says it was loaded.

Where a click leads is looked up by the link's number; nothing in the address can change it. A token that was cut, changed or
made up leads nowhere: a page says so.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from crm import touch_tokens
from crm.mailings import tracking
from crm.mailings.tracking import Visit
from crm.signed import BadToken
from storage.models import TouchKind
from web.deps import WebParts, parts
from web.pages import notice, preferred

router = APIRouter()

# One transparent point.
_PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")


@router.get("/c/{token}", include_in_schema=False)
@router.head("/c/{token}", include_in_schema=False)
async def click(request: Request, token: str, web: Annotated[WebParts, Depends(parts)]) -> Response:
    """Counts the click and sends its person on. An address counted once is only looked up."""
    try:
        outbox_id, link_id = touch_tokens.read_click(token, key=web.touch_key)
    except BadToken:
        return _lost(request, web)
    visit, now = _visit(request), web.clock.now()
    async with web.database.read() as session:
        url = await tracking.address_of(session, link_id=link_id)
        is_news = url is not None and await tracking.news_in(
            session, outbox_id=outbox_id, kind=TouchKind.CLICK, link_id=link_id, visit=visit, now=now
        )
    if url is None:
        return _lost(request, web)
    if is_news:
        async with web.database.write() as session:
            await tracking.record(
                session, outbox_id=outbox_id, kind=TouchKind.CLICK, link_id=link_id, visit=visit, now=now
            )
    return RedirectResponse(url, status_code=302, headers=_QUIETLY)


@router.get("/o/{token}.gif", include_in_schema=False)
@router.head("/o/{token}.gif", include_in_schema=False)
async def opened(request: Request, token: str, web: Annotated[WebParts, Depends(parts)]) -> Response:
    """The picture. Whoever loads it may be a proxy: the figures say "at least"."""
    try:
        outbox_id = touch_tokens.read_open(token, key=web.touch_key)
    except BadToken:
        return _lost(request, web)
    visit, now = _visit(request), web.clock.now()
    async with web.database.read() as session:
        is_news = await tracking.news_in(session, outbox_id=outbox_id, kind=TouchKind.OPEN, visit=visit, now=now)
    if is_news:
        async with web.database.write() as session:
            await tracking.record(session, outbox_id=outbox_id, kind=TouchKind.OPEN, visit=visit, now=now)
    return Response(_PIXEL, media_type="image/gif", headers=_QUIETLY)


_QUIETLY = {"cache-control": "no-store", "referrer-policy": "no-referrer"}


def _visit(request: Request) -> Visit:
    said = ("sec-purpose", "purpose", "x-moz", "x-purpose")
    return Visit(
        method=request.method,
        agent=request.headers.get("user-agent", "")[:500],
        purpose=" ".join(request.headers.get(name, "")[:100] for name in said),
    )


def _lost(request: Request, web: WebParts) -> Response:
    return notice(web, preferred(request, web), "link-unknown", status=404)
