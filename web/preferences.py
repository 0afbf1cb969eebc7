"""GET|POST /p/{token}: the page where a customer chooses language, channels and topics. GET shows, POST acts.

Without scripts, in the customer's language; the link is signed for this purpose alone. The whole form is sent each time, so
what the page shows is what it makes true.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Request, Response

from crm import consent
from crm.consent import Choices, Chosen, Leaving
from storage.models import Channel, Language
from web.deps import WebParts, parts
from web.pages import notice, page, preferred

router = APIRouter()

_LANGUAGES = {Language.EN: "English", Language.RU: "Русский", Language.TH: "ไทย"}
_MOST_FIELDS = 100


@router.get("/p/{token}", include_in_schema=False)
@router.head("/p/{token}", include_in_schema=False)
async def show(request: Request, token: str, web: Annotated[WebParts, Depends(parts)]) -> Response:
    """What stands now; changes nothing."""
    leaving = _read(token, web)
    if leaving is None:
        return notice(web, preferred(request, web), "link-unknown", status=404)
    async with web.database.read() as session:
        found = await consent.choices(session, leaving=leaving)
    return _form(web, found) if found is not None else _gone(request, web)


@router.post("/p/{token}", include_in_schema=False)
async def save(request: Request, token: str, web: Annotated[WebParts, Depends(parts)]) -> Response:
    """Makes true what the form says, or ends all mailings; then shows what stands."""
    leaving = _read(token, web)
    if leaving is None:
        return notice(web, preferred(request, web), "link-unknown", status=404)
    try:
        given = parse_qs((await request.body()).decode(), max_num_fields=_MOST_FIELDS)
    except ValueError:
        return notice(web, preferred(request, web), "link-unknown", status=400)
    now = web.clock.now()
    async with web.database.write() as session:
        before = await consent.choices(session, leaving=leaving)
        if "nothing" in given:
            await consent.leave_all(session, leaving=leaving, now=now)
        elif before is not None:
            await consent.choose(session, leaving=leaving, chosen=_chosen(given, before), now=now)
        found = await consent.choices(session, leaving=leaving)
    return _form(web, found, is_saved=True) if found is not None else _gone(request, web)


def _read(token: str, web: WebParts) -> Leaving | None:
    try:
        return consent.read_token(token, key=web.token_key, purpose=consent.PREFERENCES)
    except consent.BadUnsubscribeToken:
        return None


def _chosen(given: dict[str, list[str]], before: Choices) -> Chosen:
    """What the form says; what it does not know stays as it is."""
    language = next((one for one in Language if one.value in given.get("language", ())), before.language)
    channels = [one for one in Channel if one.value in given.get("channel", ())]
    topics = [int(one) for one in given.get("topic", ()) if one.isascii() and one.isdigit() and len(one) < 19]
    return Chosen(language, channels, topics)


def _form(web: WebParts, found: Choices, *, is_saved: bool = False) -> Response:
    return page(
        web,
        found.language,
        "preferences.html",
        company=web.sender_name,
        is_saved=is_saved,
        languages=[(one.value, name, one is found.language) for one, name in _LANGUAGES.items()],
        channels=[(one.value, gets) for one, gets in found.channels.items()],
        topics=found.topics,
    )


def _gone(request: Request, web: WebParts) -> Response:
    return notice(web, preferred(request, web), "preferences-gone", status=404)
