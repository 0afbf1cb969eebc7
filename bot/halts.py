"""A channel stands still, a day's allowance is used up, an arrival was set aside: what admins and managers are shown."""

from __future__ import annotations

from typing import Any

from bot.deliveries import why
from bot.render import Card, Html, Reader, escape, fold, lines
from bot.routing import Router
from crm import halts
from crm.access import SEES_EVERYTHING
from crm.contacts import show_phone
from storage.models import DeliveryState

router = Router()

_WORDS = 300
_TEXT = 1500


@router.card(halts.CARD)
async def halt_card(reader: Reader, delivery_id: int, _facts: dict[str, Any]) -> Card | None:
    """Which channel, what the provider says, and whether it goes on again."""
    if reader.staff.role not in SEES_EVERYTHING:
        return None
    halt = await halts.halt(reader.session, delivery_id=delivery_id)
    if halt is None:
        return None
    channel = halt.channel.value
    said = halt.words if " " in halt.words else ""
    reason = why(reader, state=DeliveryState.FAILED, reason=halt.words, code=halt.code)
    body = lines(
        reader.t("halts-stopped" if halt.stands else "halts-over", channel=channel),
        reader.t("halts-reason", reason=reason, code=halt.code or "–"),
        reader.t("halts-said", words=fold(escape(said), _WORDS)) if said else None,
        reader.t("halts-what-now", channel=channel) if halt.stands else None,
    )
    return Card(body, card=halts.CARD, card_id=delivery_id)


@router.card(halts.CAP_CARD)
async def cap_card(reader: Reader, day: int, _facts: dict[str, Any]) -> Card | None:
    """How many SMS wait, and until when."""
    if reader.staff.role not in SEES_EVERYTHING:
        return None
    waiting = await halts.waiting_for(reader.session, day=day)
    body = reader.t("halts-cap", count=waiting, until=reader.moment(halts.day_ends(day)))
    return Card(body, card=halts.CAP_CARD, card_id=day)


@router.card(halts.ASIDE_CARD)
async def aside_card(reader: Reader, inbox_id: int, _facts: dict[str, Any]) -> Card | None:
    """Who wrote or called, when and what: all that a person needs to answer."""
    if reader.staff.role not in SEES_EVERYTHING:
        return None
    found = await halts.arrival(reader.session, inbox_id=inbox_id)
    if found is None:
        return None
    body = lines(
        reader.t("halts-aside", what="call" if found.is_call else "sms"),
        Html(f"<code>{escape(show_phone(found.sender))}</code> · {escape(reader.moment(found.at))}"),
        Html(f"<blockquote>{fold(escape(found.text), _TEXT)}</blockquote>") if found.text.strip() else None,
        reader.t("halts-aside-what-now"),
    )
    return Card(body, card=halts.ASIDE_CARD, card_id=inbox_id)
