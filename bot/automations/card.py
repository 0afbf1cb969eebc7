"""The one card of an automation: what it does, how it goes, and what can be done with it."""

from __future__ import annotations

from typing import Any

from bot.automations.listing import ICONS
from bot.automations.presses import (
    CARD,
    AskArchive,
    AskClient,
    DrawPicture,
    Edit,
    ListAutomations,
    Pause,
    Resume,
    ShowInside,
    ShowReplay,
    SwitchOn,
)
from bot.automations.saying import about, because_words
from bot.render import Card, Html, Press, Reader, bold, lines
from bot.routing import Router
from crm.access import Action, allows
from crm.automations import showing, versions
from crm.automations.checking import Finding
from crm.automations.errors import AutomationNotFound
from crm.errors import NotAllowed
from storage.models import Automation, AutomationState
from storage.queries.automation_figures import Figures

router = Router()


@router.card(CARD)
async def automation_card(reader: Reader, automation_id: int, _facts: dict[str, Any]) -> Card | None:
    try:
        automation = await showing.get(reader.session, actor=reader.staff, automation_id=automation_id)
    except (AutomationNotFound, NotAllowed):
        return None
    figures = await showing.figures(reader.session, actor=reader.staff, automation=automation, now=reader.now)
    definition = versions.readable((await showing.newest(reader.session, automation)).document)
    body = lines(
        Html(f"{ICONS[automation.state]} {bold(automation.name)}"),
        reader.t(
            "automations-state",
            state=automation.state.value,
            since=reader.moment(automation.on_since) if automation.on_since else "",
        ),
        *_figures(reader, figures),
        about(reader, definition) if definition is not None else None,
        reader.t("automations-version", number=automation.version_number, recipe=1 if automation.recipe else 0),
    )
    rows = _rows(reader, automation, figures)
    return Card(body, rows, CARD, automation.id)


def finding_lines(reader: Reader, findings: tuple[Finding, ...]) -> list[Html]:
    """Each thing found on a line; what a rule was refused for below it."""
    said: list[Html] = []
    for one in findings:
        said.append(Html("• " + reader.t(f"automations-found-{one.code}", detail=one.detail[:200], more=one.more)))
        if one.cause is not None:
            said.append(Html("\u2003" + reader.t(one.cause.key, **one.cause.params)))
    return said


def _figures(reader: Reader, figures: Figures) -> list[Html | None]:
    if not (figures.inside or figures.entered or figures.finished or figures.left or figures.failed):
        return []
    reasons = [f"{because_words(reader.language, reason)} {count}" for reason, count in figures.left.items()]
    return [
        reader.t(
            "automations-figures",
            inside=reader.number(figures.inside),
            entered=reader.number(figures.entered),
            finished=reader.number(figures.finished),
        ),
        reader.t("automations-sent", sent=reader.number(figures.sent), answered=reader.number(figures.answered)),
        reader.t("automations-left", reasons=Html(", ".join(reasons))) if reasons else None,
        reader.t("automations-failed", n=reader.number(figures.failed)) if figures.failed else None,
    ]


def _rows(reader: Reader, automation: Automation, figures: Figures) -> list[list[Press]]:
    inside = Press("👥 " + reader.t("automations-people", n=reader.number(figures.inside)), ShowInside(automation.id))
    picture = Press("🗺 " + reader.t("automations-picture"), DrawPicture(automation.id))
    back = [Press(reader.t("automations-back"), ListAutomations())]
    if not allows(reader.staff, Action.RUN_AUTOMATIONS):
        return [[inside, picture], back]
    switch = {
        AutomationState.DRAFT: Press("▶️ " + reader.t("automations-switch-on"), SwitchOn(automation.id)),
        AutomationState.ON: Press("⏸ " + reader.t("automations-pause"), Pause(automation.id)),
        AutomationState.PAUSED: Press("▶️ " + reader.t("automations-resume"), Resume(automation.id)),
    }[automation.state]
    return [
        [switch, Press("✏️ " + reader.t("automations-edit"), Edit(automation.id))],
        [
            Press("⏪ " + reader.t("automations-replay"), ShowReplay(automation.id)),
            Press("🧪 " + reader.t("automations-simulate"), AskClient(automation.id)),
        ],
        [picture, inside],
        [Press(reader.t("automations-archive"), AskArchive(automation.id))],
        back,
    ]
