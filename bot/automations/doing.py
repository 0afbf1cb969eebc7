"""Switching automations on, pausing them, putting them away."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.automations.card import automation_card, finding_lines
from bot.automations.presses import (
    CARD,
    Archive,
    AskArchive,
    ListAutomations,
    MoveInside,
    Pause,
    Resume,
    SwitchOn,
    TakeRecipe,
)
from bot.context import BotContext
from bot.doors import ShowAutomation
from bot.render import Card, Html, Press, lines
from bot.routing import Router
from crm.automations import keeping, moving, showing
from crm.automations.checking import Checked
from crm.automations.errors import NotReady

router = Router()


@router.press(TakeRecipe)
async def on_take(context: BotContext, press: TakeRecipe) -> None:
    """A draft of it with its messages; on at once where nothing speaks against it, else the draft says what."""
    async with context.write() as session:
        made = await keeping.create_from_recipe(session, actor=context.staff, slug=press.slug, now=context.now)
        if press.on:
            await _switch_on(context, session, made.id)
        else:
            await _show(context, session, made.id)


@router.press(SwitchOn)
async def on_switch_on(context: BotContext, press: SwitchOn) -> None:
    async with context.write() as session:
        await _switch_on(context, session, press.automation_id)


@router.press(Pause)
async def on_pause(context: BotContext, press: Pause) -> None:
    async with context.write() as session:
        await keeping.pause(session, actor=context.staff, automation_id=press.automation_id, now=context.now)
        await _show(context, session, press.automation_id)


@router.press(Resume)
async def on_resume(context: BotContext, press: Resume) -> None:
    async with context.write() as session:
        try:
            found = await keeping.resume(
                session, actor=context.staff, automation_id=press.automation_id, now=context.now
            )
        except NotReady as error:
            await _show(context, session, press.automation_id, refused=error)
        else:
            await _show(context, session, found.id)


@router.press(AskArchive)
async def on_ask_archive(context: BotContext, press: AskArchive) -> None:
    async with context.read() as session:
        automation = await showing.get(session, actor=context.staff, automation_id=press.automation_id)
        figures = await showing.figures(session, actor=context.staff, automation=automation, now=context.now)
    presses = [
        Press(context.t("core-yes"), Archive(automation.id)),
        Press(context.t("core-no"), ShowAutomation(automation.id)),
    ]
    sure = context.t("automations-archive-sure", name=automation.name, inside=figures.inside)
    context.show(Card(sure, [presses]))


@router.press(Archive)
async def on_archive(context: BotContext, press: Archive) -> None:
    async with context.write() as session:
        automation = await showing.get(session, actor=context.staff, automation_id=press.automation_id)
        name = automation.name
        await keeping.archive(session, actor=context.staff, automation_id=press.automation_id, now=context.now)
    back = [[Press(context.t("automations-back"), ListAutomations())]]
    context.show(Card(context.t("automations-archived", name=name), back))


@router.press(MoveInside)
async def on_move(context: BotContext, press: MoveInside) -> None:
    async with context.write() as session:
        kept = await moving.move_inside(
            session, actor=context.staff, automation_id=press.automation_id, now=context.now
        )
    context.toast("automations-moved", moved=kept.moved, stayed=sum(kept.refused.values()))
    await context.show_card(CARD, press.automation_id)


async def _switch_on(context: BotContext, session: AsyncSession, automation_id: int) -> None:
    try:
        _, found = await keeping.switch_on(session, actor=context.staff, automation_id=automation_id, now=context.now)
    except NotReady as error:
        await _show(context, session, automation_id, refused=error)
    else:
        context.toast("automations-on")
        await _show(context, session, automation_id, found=found)


async def _show(
    context: BotContext,
    session: AsyncSession,
    automation_id: int,
    *,
    found: Checked | None = None,
    refused: NotReady | None = None,
) -> None:
    """The card, with what the check had to say on top of it."""
    reader = context.reader(session)
    card = await automation_card(reader, automation_id, {})
    if card is None:
        context.say("core-gone")
        return
    said: list[Html] = []
    if refused is not None:
        said = [context.t("automations-not-ready"), *finding_lines(reader, refused.findings)]
    elif found is not None and (found.notes or found.means is not None):
        said = [context.t("automations-good-to-know")] if found.notes else []
        said += finding_lines(reader, found.notes)
        if found.means is not None:
            said.append(Html("• " + context.t("automations-means", count=found.means, turn=found.turn)))
    body = lines(*said, Html(" "), card.html) if said else card.html
    context.show(Card(body, card.rows, CARD, automation_id))
