"""Nobody knows whether it arrived: the question to whoever wrote it, and the two buttons that answer it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.callbacks import Callback
from bot.context import BotContext
from bot.deliveries import delivery
from bot.doors import ShowClient
from bot.mailings.presses import ShowMailing
from bot.render import Card, Html, Press, Reader, bold, escape, fold, lines
from bot.routing import Router
from crm.deliveries import doubt
from crm.errors import NotAllowed
from storage.models import Channel, DeliveryState, Outbox

router = Router()

SHOWN = 300
_ICONS = {Channel.EMAIL: "✉️", Channel.SMS: "📱"}


@dataclass(frozen=True)
class Arrived(Callback, prefix="da", writes=True):
    outbox_id: int


@dataclass(frozen=True)
class SendAgain(Callback, prefix="dg", writes=True):
    outbox_id: int


@dataclass(frozen=True)
class AllArrived(Callback, prefix="dl", writes=True):
    """Everything of a mailing that is in doubt."""

    mailing_id: int


@dataclass(frozen=True)
class SendAllAgain(Callback, prefix="dm", writes=True):
    mailing_id: int


@router.card(doubt.CARD)
async def doubt_card(reader: Reader, outbox_id: int, _facts: dict[str, Any]) -> Card | None:
    """One message: to whom, what it said, and the question until it is answered."""
    try:
        found = await doubt.look(reader.session, actor=reader.staff, outbox_id=outbox_id, now=reader.now)
    except NotAllowed:
        return None
    row = found.delivery
    body = lines(
        Html(f"{_ICONS[row.channel]} {bold(found.client.name)} · <code>{escape(row.address)}</code>"),
        Html(f"<blockquote>{fold(escape(found.text), SHOWN)}</blockquote>") if found.text else None,
        reader.t("doubts-question") if found.open else None,
        None if found.open else delivery(reader, state=row.state, reason=row.reason or "", code=row.code or ""),
    )
    rows = [*doubt_rows(reader, row), [Press(found.client.name, ShowClient(found.client.id))]]
    return Card(body, rows, doubt.CARD, outbox_id)


def doubt_rows(reader: Reader, row: Outbox | None) -> list[list[Press]]:
    """The two buttons, on every card that shows a message in doubt; none when there is nothing to decide."""
    if row is None or row.mailing_id is not None or not doubt.is_open(row, now=reader.now):
        return []
    return [
        [
            Press("✅ " + reader.t("doubts-arrived"), Arrived(row.id)),
            Press("🔁 " + reader.t("doubts-again"), SendAgain(row.id)),
        ]
    ]


@router.card(doubt.MAILING_CARD)
async def mailing_doubt_card(reader: Reader, mailing_id: int, _facts: dict[str, Any]) -> Card | None:
    """All of a mailing's at once."""
    try:
        mailing, count = await doubt.of_mailing(
            reader.session, actor=reader.staff, mailing_id=mailing_id, now=reader.now
        )
    except NotAllowed:
        return None
    open_mailing = [Press(mailing.name, ShowMailing(mailing.id))]
    if not count:
        body = lines(bold(mailing.name), reader.t("doubts-mailing-over"))
        return Card(body, [open_mailing], doubt.MAILING_CARD, mailing_id)
    question = reader.t("doubts-mailing", count=count, channel=mailing.channel.value)
    rows = [
        [
            Press("✅ " + reader.t("doubts-all-arrived"), AllArrived(mailing.id)),
            Press("🔁 " + reader.t("doubts-all-again"), SendAllAgain(mailing.id)),
        ],
        open_mailing,
    ]
    return Card(lines(bold(mailing.name), question), rows, doubt.MAILING_CARD, mailing_id)


@router.press(Arrived)
async def on_arrived(context: BotContext, press: Arrived) -> None:
    await _decide(context, press.outbox_id, arrived=True)


@router.press(SendAgain)
async def on_again(context: BotContext, press: SendAgain) -> None:
    await _decide(context, press.outbox_id, arrived=False)


@router.press(AllArrived)
async def on_all_arrived(context: BotContext, press: AllArrived) -> None:
    await _decide_mailing(context, press.mailing_id, arrived=True)


@router.press(SendAllAgain)
async def on_all_again(context: BotContext, press: SendAllAgain) -> None:
    await _decide_mailing(context, press.mailing_id, arrived=False)


async def _decide(context: BotContext, outbox_id: int, *, arrived: bool) -> None:
    async with context.write() as session:
        decided = await doubt.decide(
            session, actor=context.staff, outbox_id=outbox_id, arrived=arrived, now=context.now
        )
    context.toast("doubts-noted" if decided.state is DeliveryState.DELIVERED else "doubts-on-its-way")


async def _decide_mailing(context: BotContext, mailing_id: int, *, arrived: bool) -> None:
    async with context.write() as session:
        await doubt.decide_mailing(
            session, actor=context.staff, mailing_id=mailing_id, arrived=arrived, now=context.now
        )
    context.toast("doubts-noted" if arrived else "doubts-on-its-way")
