"""The few pages customers see: in their language, without scripts, styled from our own address only."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from crm.wording import Wording
from storage.models import Language
from web.deps import WebParts

router = APIRouter()
_HERE = Path(__file__).parent


def page(web: WebParts, language: Language, template: str, *, status: int = 200, **shown: object) -> HTMLResponse:
    """A template filled; its `words(key)` speak the language."""
    html = (
        _templates()
        .get_template(template)
        .render(
            language=language.value,
            words=lambda key, **arguments: wording().text(language, key, arguments),
            style=f"{web.public_url}/page.css" if web.public_url else "/page.css",
            **shown,
        )
    )
    return HTMLResponse(html, status_code=status)


def notice(web: WebParts, language: Language, key: str, *, button: str = "", status: int = 200) -> HTMLResponse:
    """A page of a heading, a sentence and at most one button."""
    return page(web, language, "notice.html", status=status, key=key, button=button)


def preferred(request: Request, web: WebParts) -> Language:
    """The first language of the browser that we speak."""
    for offer in request.headers.get("accept-language", "")[:200].split(","):
        code = offer.split(";")[0].strip().lower()[:2]
        if code in set(Language):
            return Language(code)
    return web.default_language


@router.get("/page.css", include_in_schema=False)
async def style() -> FileResponse:
    return FileResponse(_HERE / "templates" / "page.css", media_type="text/css")


@lru_cache(maxsize=1)
def wording() -> Wording:
    return Wording(_HERE / "locale")


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined)
