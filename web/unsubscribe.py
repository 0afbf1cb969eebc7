"""GET|POST /u/{token}: leaving the mailings by one press (RFC 8058).

Only a POST acts, so that scanners which open every link unsubscribe nobody; it answers 200 itself, without a redirect.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from crm import consent
from crm.wording import Wording
from storage.models import Language
from web.deps import WebParts, parts

router = APIRouter()
HERE = Path(__file__).parent


@router.get("/u/{token}", include_in_schema=False)
@router.head("/u/{token}", include_in_schema=False)
async def ask(request: Request, token: str, web: Annotated[WebParts, Depends(parts)]) -> Response:
    """The page with its one button; changes nothing."""
    try:
        leaving = consent.read_token(token, key=web.token_key)
    except consent.BadUnsubscribeToken:
        return _page(web, _preferred(request, web), "unsubscribe-unknown", status=404)
    async with web.database.read() as session:
        language = await consent.language_of(session, leaving)
    return _page(web, language or _preferred(request, web), "unsubscribe", button="unsubscribe-button")


@router.post("/u/{token}", include_in_schema=False)
async def leave(request: Request, token: str, web: Annotated[WebParts, Depends(parts)]) -> Response:
    """Suppresses the address at once; pressing twice is as good as once."""
    try:
        leaving = consent.read_token(token, key=web.token_key)
    except consent.BadUnsubscribeToken:
        return _page(web, _preferred(request, web), "unsubscribe-unknown", status=404)
    async with web.database.write() as session:
        await consent.unsubscribe(session, leaving=leaving, now=web.clock.now())
        language = await consent.language_of(session, leaving)
    return _page(web, language or _preferred(request, web), "unsubscribe-done")


@router.get("/page.css", include_in_schema=False)
async def style() -> FileResponse:
    return FileResponse(HERE / "templates" / "page.css", media_type="text/css")


def _page(web: WebParts, language: Language, key: str, *, button: str = "", status: int = 200) -> HTMLResponse:
    words = _wording()
    html = (
        _templates()
        .get_template("unsubscribe.html")
        .render(
            language=language.value,
            title=words.text(language, f"{key}-title"),
            body=words.text(language, f"{key}-body"),
            button=words.text(language, button) if button else "",
            style=f"{web.public_url}/page.css" if web.public_url else "/page.css",
        )
    )
    return HTMLResponse(html, status_code=status)


def _preferred(request: Request, web: WebParts) -> Language:
    """The first language of the browser that we speak."""
    for offer in request.headers.get("accept-language", "")[:200].split(","):
        code = offer.split(";")[0].strip().lower()[:2]
        if code in set(Language):
            return Language(code)
    return web.default_language


@lru_cache(maxsize=1)
def _wording() -> Wording:
    return Wording(HERE / "locale")


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined)
