"""Passing a message on: a colleague gets it in their chat; by email it is a letter that is looked at first."""

from __future__ import annotations

from dataclasses import dataclass

from bot.callbacks import Callback
from bot.context import BotContext
from bot.doors import StartForward
from bot.render import Card, Press, pager
from bot.routing import Router
from bot.writing.composing import is_on
from bot.writing.letter import FORM, Letter, Purpose, begin, show
from crm import conversations
from crm.access import Action, allows
from crm.errors import NotAllowed
from crm.writing import forwarding
from storage.models import Channel, ContactPoint, FormProgress

router = Router()

PAGE = 8
ADDRESSES_SHOWN = 4


@dataclass(frozen=True)
class ForwardTo(Callback, prefix="wc", writes=True):
    """Shows a message to a colleague."""

    interaction_id: int
    staff_id: int


@dataclass(frozen=True)
class ForwardToPoint(Callback, prefix="we"):
    """A letter to an address of the client's own."""

    interaction_id: int
    contact_point_id: int


@dataclass(frozen=True)
class AskAddress(Callback, prefix="wm"):
    interaction_id: int


@router.press(StartForward)
async def on_start(context: BotContext, press: StartForward) -> None:
    async with context.read() as session:
        found = await conversations.message(
            session, actor=context.staff, interaction_id=press.interaction_id, now=context.now
        )
        people = await conversations.colleagues(session, actor=context.staff)
        points = await forwarding.known_addresses(session, found)
    rows = []
    by_email = found.thread.channel is Channel.EMAIL and context.settings.email_on
    if by_email and allows(context.staff, Action.FORWARD_MAIL):
        rows.append([Press("✉️ " + context.t("writing-forward-address"), AskAddress(press.interaction_id))])
        others = [point for point in points if point.value != found.thread.address][:ADDRESSES_SHOWN]
        rows += [[Press(f"✉️ {one.value}", ForwardToPoint(press.interaction_id, one.id))] for one in others]
    shown = people[press.page * PAGE : (press.page + 1) * PAGE]
    presses = [Press(f"👤 {person.name}", ForwardTo(press.interaction_id, person.id)) for person in shown]
    rows += [presses[start : start + 2] for start in range(0, len(presses), 2)]
    if row := pager(press.page, -(-len(people) // PAGE), lambda page: StartForward(press.interaction_id, page)):
        rows.append(row)
    context.show(Card(context.t("writing-forward-to"), rows))


@router.press(ForwardTo)
async def on_colleague(context: BotContext, press: ForwardTo) -> None:
    async with context.write() as session:
        person = await forwarding.to_colleague(
            session,
            actor=context.staff,
            interaction_id=press.interaction_id,
            staff_id=press.staff_id,
            now=context.now,
        )
    context.show(Card(context.t("writing-forwarded-to", name=person.name)))


@router.press(ForwardToPoint)
async def on_point(context: BotContext, press: ForwardToPoint) -> None:
    async with context.read() as session:
        found = await forwarding.forwardable(
            session, actor=context.staff, interaction_id=press.interaction_id, now=context.now
        )
        points = await forwarding.known_addresses(session, found)
    point: ContactPoint | None = next((one for one in points if one.id == press.contact_point_id), None)
    if point is None:
        raise NotAllowed(action=Action.FORWARD_MAIL.value)
    await _letter(context, found, point.value)


@router.press(AskAddress)
async def on_ask_address(context: BotContext, press: AskAddress) -> None:
    async with context.read() as session:
        await forwarding.forwardable(session, actor=context.staff, interaction_id=press.interaction_id, now=context.now)
    fields = {"interaction_id": press.interaction_id}
    await context.ask(FORM, "address", fields, Card(context.t("writing-ask-address")))


@router.step(FORM, "address")
async def on_address(context: BotContext, form: FormProgress) -> None:
    address = forwarding.checked_address(context.text, context.settings.ours)
    async with context.read() as session:
        found = await forwarding.forwardable(
            session, actor=context.staff, interaction_id=int(form.fields["interaction_id"]), now=context.now
        )
    await _letter(context, found, address)


async def _letter(context: BotContext, found: conversations.Message, address: str) -> None:
    """The letter with the original's files, as far as they fit into a mail."""
    if not is_on(context, Channel.EMAIL):
        return
    letter = Letter(
        Channel.EMAIL,
        Purpose.FORWARD,
        interaction_id=found.interaction.id,
        address=address,
        subject=forwarding.subject_of(found),
    )
    async with context.read() as session:
        files = await forwarding.files_of(session, found.interaction.id)
    if forwarding.fit(files):
        letter.add(files)
    else:
        context.say("writing-files-stay")
    await show(context, await begin(context, letter), new=True)
