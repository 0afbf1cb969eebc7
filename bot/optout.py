"""The line and the question about a customer's wish to get no more messages, on the card of their message."""

from __future__ import annotations

from dataclasses import dataclass

from bot.callbacks import Callback
from bot.context import BotContext
from bot.render import Html, Press, Reader
from bot.routing import Router
from crm.inbound import asking
from crm.optout import Wish
from crm.tray import CARD
from storage.models import Client, Interaction, Thread

router = Router()


@dataclass(frozen=True)
class StopAll(Callback, prefix="zy", writes=True):
    interaction_id: int


@dataclass(frozen=True)
class KeepWriting(Callback, prefix="zn", writes=True):
    interaction_id: int


async def about_wish(
    reader: Reader, interaction: Interaction, thread: Thread, client: Client | None
) -> tuple[Html | None, list[list[Press]]]:
    """What a message's card says of the wish in it, and the two buttons where a person is to tell."""
    wish = await asking.wish_of(reader.session, interaction, thread)
    name = client.name if client is not None else thread.address
    if wish is Wish.STOP:
        return reader.t("optout-obeyed", name=name), []
    if wish is not Wish.UNSURE:
        return None, []
    yes = Press("🔕 " + reader.t("core-yes"), StopAll(interaction.id))
    no = Press(reader.t("core-no"), KeepWriting(interaction.id))
    return reader.t("optout-question", name=name), [[yes, no]]


@router.press(StopAll)
async def on_stop_all(context: BotContext, press: StopAll) -> None:
    await _decide(context, press.interaction_id, stop=True)


@router.press(KeepWriting)
async def on_keep_writing(context: BotContext, press: KeepWriting) -> None:
    await _decide(context, press.interaction_id, stop=False)


async def _decide(context: BotContext, interaction_id: int, *, stop: bool) -> None:
    async with context.write() as session:
        await asking.decide(session, actor=context.staff, interaction_id=interaction_id, stop=stop, now=context.now)
    context.toast("optout-stopped" if stop else "optout-kept")
    await context.show_card(CARD, interaction_id)
