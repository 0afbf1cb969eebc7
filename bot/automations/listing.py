"""The list of automations, the ready ones below it, a ready one's card, and who is inside."""

from __future__ import annotations

from bot.automations.presses import (
    CARD,
    FORM,
    AskDocument,
    DrawPicture,
    ListAutomations,
    MoveInside,
    ShowInside,
    ShowRecipe,
    TakeRecipe,
)
from bot.automations.saying import about, event_words, step_words
from bot.context import BotContext
from bot.doors import ShowAutomation, ShowEnrolment
from bot.render import Card, Html, Press, Reader, bold, fold, lines, pager
from bot.routing import Router
from crm.access import Action, allows, check
from crm.automations import places, recipes, showing, versions
from crm.automations.errors import RecipeNotFound
from crm.segments.rules import today_in
from storage.models import Automation, AutomationState, AutomationVersion
from storage.queries.automation_figures import Figures, Member

router = Router()

PAGE = 8
PEOPLE = 10
ICONS = {AutomationState.DRAFT: "📝", AutomationState.ON: "▶️", AutomationState.PAUSED: "⏸"}


@router.command("automations")
async def on_automations(context: BotContext, _argument: str) -> None:
    await on_list(context, ListAutomations())


@router.press(ListAutomations)
async def on_list(context: BotContext, press: ListAutomations) -> None:
    """One's own by name; on the first page the ready ones nobody has taken yet, each one tap away."""
    await context.leave_form(FORM)
    async with context.read() as session:
        found, count = await showing.page(
            session, actor=context.staff, limit=PAGE, offset=press.page * PAGE, now=context.now
        )
        taken = await showing.taken_recipes(session)
    rows = [[Press(_line(one, figures), ShowAutomation(one.id))] for one, figures in found]
    rows.append(pager(press.page, -(-count // PAGE), ListAutomations))
    body = context.t("automations-list", count=count)
    if allows(context.staff, Action.RUN_AUTOMATIONS):
        free = [one for one in recipes.every() if one.slug not in taken] if press.page == 0 else []
        ready = [Press(f"＋ {one.title[context.language]}", ShowRecipe(one.slug)) for one in free]
        rows += [ready[start : start + 2] for start in range(0, len(ready), 2)]
        rows.append([Press("📄 " + context.t("automations-new-document"), AskDocument())])
        body = lines(body, context.t("automations-ready-too" if found else "automations-ready") if ready else None)
    context.show(Card(body, [row for row in rows if row]))


@router.press(ShowAutomation)
async def on_show(context: BotContext, press: ShowAutomation) -> None:
    await context.leave_form(FORM)
    await context.show_card(CARD, press.automation_id)


@router.press(ShowRecipe)
async def on_recipe(context: BotContext, press: ShowRecipe) -> None:
    check(context.staff, Action.RUN_AUTOMATIONS)
    recipe = recipes.get(press.slug)
    if recipe is None:
        raise RecipeNotFound
    definition = recipe.definition(context.language)
    async with context.read() as session:
        body = lines(
            bold(definition.name),
            context.t("recipe-about-" + recipe.slug.replace("_", "-")),
            Html(" "),
            about(context.reader(session), definition),
        )
    rows = [
        [Press("▶️ " + context.t("automations-switch-on"), TakeRecipe(recipe.slug, on=True))],
        [
            Press("📝 " + context.t("automations-take"), TakeRecipe(recipe.slug, on=False)),
            Press("🗺 " + context.t("automations-picture"), DrawPicture(0, recipe.slug)),
        ],
        [Press(context.t("automations-back"), ListAutomations())],
    ]
    context.show(Card(body, rows))


@router.press(ShowInside)
async def on_inside(context: BotContext, press: ShowInside) -> None:
    """Whose turn comes first: where they stand, and when they go on."""
    async with context.read() as session:
        automation = await showing.get(session, actor=context.staff, automation_id=press.automation_id)
        people, count = await showing.members(
            session, actor=context.staff, automation=automation, limit=PEOPLE, offset=press.page * PEOPLE
        )
        reader = context.reader(session)
        said = [await _member(reader, automation, number, one) for number, one in enumerate(people, start=1)]
    title = "automations-people-of" if count else "automations-nobody-inside"
    opened = [Press(str(number), ShowEnrolment(one.enrolment_id)) for number, one in enumerate(people, start=1)]
    behind = any(one.number != automation.version_number for one in people)
    move = Press("⤴️ " + context.t("automations-move", number=automation.version_number), MoveInside(automation.id))
    rows = [
        opened[:5],
        opened[5:],
        pager(press.page, -(-count // PEOPLE), lambda page: ShowInside(automation.id, page)),
        [move] if behind and allows(context.staff, Action.RUN_AUTOMATIONS) else [],
        [Press(context.t("core-back"), ShowAutomation(automation.id))],
    ]
    context.show(Card(lines(context.t(title, name=automation.name, count=count), *said), [row for row in rows if row]))


async def _member(reader: Reader, automation: Automation, number: int, one: Member) -> Html:
    at = reader.moment(one.due_at) if one.due_at else "–"
    if one.waiting_for:
        event = event_words(reader.language, one.waiting_for)
        return reader.t("automations-member-waits", number=number, name=one.client_name[:60], event=event, at=at)
    return reader.t(
        "automations-member",
        number=number,
        name=one.client_name[:60],
        place=await _standing(reader, one),
        at=at,
        old=one.number if one.number != automation.version_number else 0,
    )


async def _standing(reader: Reader, one: Member) -> str:
    version = await reader.session.get_one(AutomationVersion, one.version_id)
    definition = versions.readable(version.document)
    if definition is None or one.place == places.END:
        return str(reader.t("automations-simulated-end"))
    try:
        return str(
            fold(
                Html(
                    step_words(
                        reader.language, places.step_at(definition, one.place), today_in(reader.zone, reader.now)
                    )
                ),
                60,
            )
        )
    except places.NoSuchPlace:
        return one.place


def _line(automation: Automation, figures: Figures) -> str:
    """Icon, name, and how many are inside."""
    name = automation.name if len(automation.name) <= 40 else automation.name[:39] + "…"
    return f"{ICONS[automation.state]} {name}" + (f" · {figures.inside}" if figures.inside else "")
