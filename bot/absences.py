"""A customer is away: the card that offers to move what was promised before they are back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.callbacks import Callback
from bot.context import BotContext
from bot.doors import ShowClient
from bot.render import Card, Html, Press, Reader, escape, fold, lines
from bot.routing import Router
from crm import absences
from crm.absences import CARD

router = Router()

_SHOWN = 5
_LINE = 120


@dataclass(frozen=True)
class MoveToReturn(Callback, prefix="rm", writes=True):
    interaction_id: int


@dataclass(frozen=True)
class KeepDates(Callback, prefix="rk"):
    interaction_id: int


@router.card(CARD)
async def offer_card(reader: Reader, card_id: int, _facts: dict[str, Any]) -> Card | None:
    """Who is away until when, what falls due before, and the day it could be moved to."""
    found = await absences.offered(reader.session, actor=reader.staff, interaction_id=card_id, now=reader.now)
    if found is None:
        return None
    head = reader.t("absences-away", name=found.client.name, day=reader.day(found.returns_at))
    client = [Press(found.client.name, ShowClient(found.client.id))]
    if not found.followups:
        return Card(lines(head, reader.t("absences-nothing-before")), [client], card=CARD, card_id=card_id)
    moment = reader.moment(found.move_to)
    body = lines(
        head,
        *(
            Html(f"• {fold(escape(one.promise), _LINE)} · {escape(reader.moment(one.due_at))}")
            for one in found.followups[:_SHOWN]
        ),
        reader.t("absences-more", count=len(found.followups) - _SHOWN) if len(found.followups) > _SHOWN else None,
        reader.t("absences-ask", at=moment),
    )
    presses = [
        Press(f"🗓 {reader.t('absences-move')}", MoveToReturn(card_id)),
        Press(reader.t("absences-keep"), KeepDates(card_id)),
    ]
    return Card(body, [presses, client], card=CARD, card_id=card_id)


@router.press(MoveToReturn)
async def on_move(context: BotContext, press: MoveToReturn) -> None:
    async with context.write() as session:
        moved = await absences.move(session, actor=context.staff, interaction_id=press.interaction_id, now=context.now)
        moment = context.reader(session).moment(moved.move_to)
    context.show(Card(context.t("absences-moved", count=len(moved.followups), name=moved.client.name, at=moment)))


@router.press(KeepDates)
async def on_keep(context: BotContext, press: KeepDates) -> None:
    async with context.read() as session:
        found = await absences.offered(
            session, actor=context.staff, interaction_id=press.interaction_id, now=context.now
        )
        if found is None:
            context.say("core-gone")
            return
        day = context.reader(session).day(found.returns_at)
    context.show(Card(context.t("absences-kept", name=found.client.name, day=day)))
