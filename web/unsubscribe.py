"""GET|POST /u/{token}: leaving the mailings by one press (RFC 8058).

Only a POST acts, so that scanners which open every link unsubscribe nobody; it answers 200 itself, without a redirect.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from crm import consent
from web.deps import WebParts, parts
from web.pages import notice, preferred

router = APIRouter()


@router.get("/u/{token}", include_in_schema=False)
@router.head("/u/{token}", include_in_schema=False)
async def ask(request: Request, token: str, web: Annotated[WebParts, Depends(parts)]) -> Response:
    """The page with its one button; changes nothing."""
    try:
        leaving = consent.read_token(token, key=web.token_key)
    except consent.BadUnsubscribeToken:
        return notice(web, preferred(request, web), "unsubscribe-unknown", status=404)
    async with web.database.read() as session:
        language = await consent.language_of(session, leaving)
    return notice(web, language or preferred(request, web), "unsubscribe", button="unsubscribe-button")


@router.post("/u/{token}", include_in_schema=False)
async def leave(request: Request, token: str, web: Annotated[WebParts, Depends(parts)]) -> Response:
    """Suppresses the address at once; pressing twice is as good as once."""
    try:
        leaving = consent.read_token(token, key=web.token_key)
    except consent.BadUnsubscribeToken:
        return notice(web, preferred(request, web), "unsubscribe-unknown", status=404)
    async with web.database.write() as session:
        await consent.unsubscribe(session, leaving=leaving, now=web.clock.now())
        language = await consent.language_of(session, leaving)
    return notice(web, language or preferred(request, web), "unsubscribe-done")
