"""What a plain message means, in this order: a command, a reply to a card, a form's answer, something shared, the quick line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.context import Answer, BotContext
from bot.routing import Router
from storage.models import CardMessage, Channel, Outbox
from storage.models.enums import DELIVERY_IN_FLIGHT
from storage.queries import cards

TYPED_LIMIT = 4096


class CardNotNotedError(Exception):
    """A reply came before it was written down what it replies to: it waits a moment."""


async def on_message(context: BotContext, router: Router) -> None:
    """Hands the message to whoever it is for; there is always an answer."""
    if context.message is not None and context.message.forward_origin is None:
        if context.text.startswith("/"):
            await _command(context, router)
            return
        if await _reply(context, router):
            return
        if await _form(context, router):
            return
    for taker in [*router.shared, *router.readings]:
        if await taker(context):
            return
    context.say("core-not-understood")


async def _command(context: BotContext, router: Router) -> None:
    name, _, argument = context.text[1:].partition(" ")
    name = name.partition("@")[0].lower()
    handler = router.commands.get(name)
    if handler is None:
        context.say("core-unknown-command")
        return
    if name != "cancel":
        await context.finish_form()
    await handler(context, argument.strip()[:TYPED_LIMIT])


async def _reply(context: BotContext, router: Router) -> bool:
    """A reply to a card belongs to that card: an answer to a customer, a note to a follow-up."""
    message = context.message
    if message is None or message.reply_to_message is None:
        return False
    author = message.reply_to_message.from_user
    async with context.read() as session:
        # In this order: what is on its way now may be noted before the second question, never the other way round.
        coming = author is not None and author.is_bot and await _card_on_its_way(session, context.chat_id)
        card = await hanging(session, context.chat_id, message.reply_to_message.message_id)
    if card is None and coming:
        raise CardNotNotedError
    if card is None or card.card not in router.replies:
        return False
    return await router.replies[card.card](context, card.card_id)


async def _card_on_its_way(session: AsyncSession, chat_id: int) -> bool:
    """Whether a card is on the wire to the chat: it may hang there already, and its row say so only in a moment."""
    query = select(Outbox.id).where(
        Outbox.channel == Channel.TELEGRAM,
        Outbox.state.in_(DELIVERY_IN_FLIGHT),
        Outbox.address == str(chat_id),
        Outbox.kind == "card",
    )
    return (await session.execute(query.limit(1))).first() is not None


async def hanging(session: AsyncSession, chat_id: int, message_id: int) -> CardMessage | None:
    """The card that hangs at a message, if one does."""
    query = select(CardMessage).where(CardMessage.chat_id == chat_id, CardMessage.message_id == message_id)
    return (await session.execute(query)).scalar_one_or_none()


async def hang_in_place(
    session: AsyncSession, answers: Sequence[Answer], reader: tuple[int, int], *, now: datetime
) -> None:
    """What a press shows in place of its card hangs from the change on: an edit made before that is known for old.

    `reader`: the chat, and whose it is.
    """
    chat_id, staff_id = reader
    for answer in answers:
        if answer.do != "edit" or not answer.message_id:
            continue
        place = (chat_id, answer.message_id)
        if answer.card:
            answer.version = await cards.hang(
                session, card=answer.card, card_id=answer.card_id, staff_id=staff_id, place=place, now=now
            )
        else:
            await cards.take_down(session, place=place)


async def _form(context: BotContext, router: Router) -> bool:
    form = context.arrived_in
    if form is None:
        return False
    handler = router.steps.get((form.form, form.step))
    if handler is None:
        return False
    return await handler(context, form) is not False
