"""A new letter from a client's card: which address, subject and text, then one look at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from bot.callbacks import Callback
from bot.context import BotContext
from bot.doors import ShowPoints, WriteAgain
from bot.render import Card, Press
from bot.routing import Router
from bot.writing.filling import ask_subject, ask_text
from bot.writing.letter import Letter, begin, show
from crm import conversations, writing
from crm.access import Action, Reach, client_in_scope
from crm.errors import NotAllowed
from crm.writing.forwarding import files_of
from storage.models import Channel, ContactPoint, Direction

router = Router()

ADDRESSES_SHOWN = 10


@dataclass(frozen=True)
class StartMessage(Callback, prefix="ws"):
    """Begins a message; with several addresses asks which."""

    client_id: int
    channel: Channel
    contact_point_id: int = 0


@dataclass(frozen=True)
class SendElsewhere(Callback, prefix="wh"):
    """The text of a message that did not arrive, to this address."""

    interaction_id: int
    contact_point_id: int


@router.press(StartMessage)
async def on_start(context: BotContext, press: StartMessage) -> None:
    if not is_on(context, press.channel):
        return
    async with context.read() as session:
        client = await client_in_scope(
            session, actor=context.staff, client_id=press.client_id, action=Action.WRITE_TO_CLIENTS
        )
        points = await writing.addresses(session, actor=context.staff, client_id=press.client_id, channel=press.channel)
    if not points:
        raise writing.NoAddress(channel=press.channel.value)
    if len(points) > 1 and not press.contact_point_id:
        rows = [
            [Press(point.value, StartMessage(client.id, press.channel, point.id))] for point in points[:ADDRESSES_SHOWN]
        ]
        context.send(Card(context.t("writing-which-address", name=client.name), rows))
        return
    point = next((p for p in points if p.id == press.contact_point_id), points[0])
    letter = Letter(press.channel, client_id=client.id, point_id=point.id, address=point.value)
    draft_id = await begin(context, letter)
    if press.channel is Channel.EMAIL:
        head = context.t("writing-ask-subject", name=client.name, address=point.value)
        await ask_subject(context, draft_id, letter, head)
    else:
        await ask_text(
            context, draft_id, letter, context.t("writing-ask-text", name=client.name, address=point.value), new=True
        )


@router.press(WriteAgain)
async def on_again(context: BotContext, press: WriteAgain) -> None:
    """What did not arrive, once more: to the same address, or to another where this one is no good."""
    async with context.read() as session:
        sent = await _ours(context, press.interaction_id)
        points = list(
            await writing.addresses(
                session,
                actor=context.staff,
                client_id=sent.client.id if sent.client else 0,
                channel=sent.thread.channel,
            )
        )
    if not is_on(context, sent.thread.channel):
        return
    same = next((point for point in points if point.value == sent.thread.address), None)
    if same is not None and not press.elsewhere:
        await _once_more(context, sent, same)
        return
    others = [point for point in points if point is not same]
    if len(others) == 1:
        await _once_more(context, sent, others[0])
        return
    context.send(_which(context, sent, others))


@router.press(SendElsewhere)
async def on_elsewhere(context: BotContext, press: SendElsewhere) -> None:
    async with context.read() as session:
        sent = await _ours(context, press.interaction_id)
        query = select(ContactPoint).where(
            ContactPoint.id == press.contact_point_id,
            ContactPoint.client_id == sent.interaction.client_id,
            ContactPoint.kind == writing.POINTS[sent.thread.channel],
        )
        point = (await session.execute(query)).scalar_one_or_none()
    if point is None:
        raise NotAllowed(action=Action.WRITE_TO_CLIENTS.value)
    await _once_more(context, sent, point)


def is_on(context: BotContext, channel: Channel) -> bool:
    """Whether the installation can send by the channel; says so when it cannot."""
    on = context.settings.email_on if channel is Channel.EMAIL else context.settings.sms_on
    if not on:
        context.toast(f"writing-off-{channel.value}")
    return on


async def _ours(context: BotContext, interaction_id: int) -> conversations.Message:
    """A message of ours to a client of the person's. Raises NotAllowed."""
    async with context.read() as session:
        sent = await conversations.message(
            session, actor=context.staff, interaction_id=interaction_id, now=context.now, needs=Reach.OWNS
        )
    if sent.interaction.direction is not Direction.OUT or sent.client is None:
        raise NotAllowed(action=Action.WRITE_TO_CLIENTS.value)
    return sent


async def _once_more(context: BotContext, sent: conversations.Message, point: ContactPoint) -> None:
    async with context.read() as session:
        files = await files_of(session, sent.interaction.id)
    letter = Letter(
        sent.thread.channel,
        client_id=point.client_id,
        interaction_id=sent.interaction.id,
        point_id=point.id,
        address=point.value,
        subject=sent.interaction.subject,
        text=sent.interaction.text,
    )
    letter.add(files)
    await show(context, await begin(context, letter), new=True)


def _which(context: BotContext, sent: conversations.Message, points: Sequence[ContactPoint]) -> Card:
    client = sent.client
    rows = [[Press(point.value, SendElsewhere(sent.interaction.id, point.id))] for point in points[:ADDRESSES_SHOWN]]
    rows.append([Press("＋ " + context.t("writing-new-address"), ShowPoints(client.id if client is not None else 0))])
    key = "writing-which-address" if points else "writing-no-other-address"
    return Card(context.t(key, name=client.name if client is not None else ""), rows)
