"""Before it runs, and while it does: the last 90 days replayed, one client with a moved clock, and the flow as a picture."""

from __future__ import annotations

import asyncio

from bot.automations.presses import (
    FORM,
    AskClient,
    DrawPicture,
    ShowRecipe,
    ShowReplay,
    Simulate,
)
from bot.automations.saying import because_words, step_words
from bot.context import BotContext
from bot.doors import ShowAutomation
from bot.render import Card, Html, Press, Reader, bold, escape, fold, lines
from bot.routing import Router
from channels.message import MailFile
from crm.access import Action, check
from crm.automations import recipes, replaying, showing
from crm.automations.definition import Send, Stop, Wait, WaitUntil
from crm.automations.errors import RecipeNotFound
from crm.automations.foreseeing import Did, Walked
from crm.automations.replaying import Entry, Replay
from crm.clients import finding
from crm.exports import write_xlsx
from crm.segments.rules import today_in
from storage.models import Channel, FormProgress

router = Router()

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FOUND = 6
LINES = 40


@router.press(ShowReplay)
async def on_replay(context: BotContext, press: ShowReplay) -> None:
    check(context.staff, Action.RUN_AUTOMATIONS)
    async with context.read() as session:
        automation = await showing.get(session, actor=context.staff, automation_id=press.automation_id)
        told = await replaying.replay(
            session,
            actor=context.staff,
            definition=await showing.definition_of(session, automation),
            automation_id=automation.id,
            now=context.now,
            terms=replaying.Terms(context.settings.contact, context.settings.sms),
        )
        title = context.t("automations-replay-title", name=automation.name, days=told.days)
        body = lines(title, *_figures(context.reader(session), told))
    back = [Press(context.t("core-back"), ShowAutomation(automation.id))]
    if press.as_file:
        check(context.staff, Action.EXPORT_CLIENTS)
        written = await asyncio.to_thread(write_xlsx, *replaying.table(told))
        context.send(Card(title, [back], file=MailFile(f"replay-{automation.id}.xlsx", _XLSX, written)))
        return
    everybody = Press("📄 " + context.t("automations-replay-file"), ShowReplay(automation.id, as_file=True))
    context.show(Card(body, [[everybody], back] if told.entries else [back]))


@router.press(AskClient)
async def on_ask_client(context: BotContext, press: AskClient) -> None:
    check(context.staff, Action.RUN_AUTOMATIONS)
    async with context.read() as session:
        automation = await showing.get(session, actor=context.staff, automation_id=press.automation_id)
    back = [[Press(context.t("core-cancel"), ShowAutomation(automation.id))]]
    card = Card(context.t("automations-ask-client", name=automation.name), back)
    await context.ask(FORM, "client", {"automation": automation.id}, card)


@router.step(FORM, "client")
async def on_client(context: BotContext, form: FormProgress) -> None:
    """Those found are buttons; another name may be typed as long as none is tapped."""
    automation_id = int(form.fields["automation"])
    async with context.read() as session:
        found = await finding.search(session, actor=context.staff, text=context.text, limit=FOUND)
    if not found.clients:
        context.say("automations-no-client")
        return
    rows = [[Press(client.name, Simulate(automation_id, client.id))] for client in found.clients]
    context.send(Card(context.t("automations-which-client"), rows))


@router.press(Simulate)
async def on_simulate(context: BotContext, press: Simulate) -> None:
    await context.leave_form(FORM)
    async with context.read() as session:
        automation = await showing.get(session, actor=context.staff, automation_id=press.automation_id)
        seen = await replaying.simulate(
            session,
            actor=context.staff,
            definition=await showing.definition_of(session, automation),
            client_id=press.client_id,
            start=context.now,
            now=context.now,
        )
        reader = context.reader(session)
    body = lines(
        context.t("automations-simulated", name=automation.name, client=seen.client_name[:80]),
        None if seen.lets_in else context.t("automations-simulated-outside"),
        Html(" "),
        *_walked(reader, seen.walked),
    )
    context.show(Card(body, [[Press(context.t("core-back"), ShowAutomation(automation.id))]]))


@router.press(DrawPicture)
async def on_picture(context: BotContext, press: DrawPicture) -> None:
    """Drawn beside the event loop: matplotlib takes its time, most of all at first."""
    check(context.staff, Action.SEE_AUTOMATIONS)
    if press.slug:
        recipe = recipes.get(press.slug)
        if recipe is None:
            raise RecipeNotFound
        definition, back = recipe.definition(context.language), Press(context.t("core-back"), ShowRecipe(press.slug))
    else:
        async with context.read() as session:
            automation = await showing.get(session, actor=context.staff, automation_id=press.automation_id)
            definition = await showing.definition_of(session, automation)
        back = Press(context.t("core-back"), ShowAutomation(automation.id))
    from bot.automations import picture

    try:
        today = today_in(context.zone, context.now)
        drawn = await asyncio.to_thread(picture.draw, definition, context.language, today)
    except picture.NoPainter:
        context.toast("automations-no-picture")
        return
    file = MailFile("flow.png", "image/png", drawn)
    context.send(Card(bold(definition.name), [[back]], file=file))


def _walked(reader: Reader, walked: Walked) -> list[Html]:
    """A line for each step that does something, with its moment; waits show in the moments."""
    done = [one for one in walked.steps if not isinstance(one.step, Wait | WaitUntil | Stop)]
    said = [Html(f"{reader.moment(one.at)} · {_did(reader, one)}") for one in done[:LINES]]
    if len(done) > LINES:
        said.append(reader.t("automations-simulated-cut"))
    end = because_words(reader.language, walked.because) if walked.because not in ("", "finished") else None
    last = reader.t("automations-simulated-end")
    return [*said, Html(f"{reader.moment(walked.until)} · {last}" + (f": {end}" if end else ""))]


def _did(reader: Reader, did: Did) -> Html:
    said = fold(escape(step_words(reader.language, did.step, today_in(reader.zone, reader.now))), 120)
    if isinstance(did.step, Send) and did.channel is None:
        return Html(f"{said} – {reader.t('automations-said-none', because=_why(reader, did.because))}")
    return said


def _why(reader: Reader, because: str) -> Html:
    return reader.t(f"automations-unsent-{because}")


def _figures(reader: Reader, told: Replay) -> list[Html | None]:
    if not told.entries:
        loop = reader.t("automations-replay-loop", names=told.loop) if told.loop else None
        return [reader.t("automations-replay-entered", n=0), loop, reader.t("automations-replay-note")]
    ended = [
        f"{because_words(reader.language, reason)} {count}"
        for reason, count in told.ended.most_common()
        if reason != "finished"
    ]
    counted = {
        "unsent": told.unsent,
        "capped": told.capped,
        "frequency": told.frequency,
        "conflicts": told.conflicts,
    }
    return [
        reader.t("automations-replay-entered", n=told.entries),
        reader.t("automations-replay-cut", n=reader.number(replaying.MOST)) if told.is_cut else None,
        reader.t("automations-replay-ended", reasons=Html(", ".join(ended))) if ended else None,
        reader.t(
            "automations-replay-sent",
            email=reader.number(told.sent[Channel.EMAIL]),
            sms=reader.number(told.sent[Channel.SMS]),
            parts=reader.number(told.sms_parts),
            has_parts="yes" if told.sms_parts else "no",
        ),
        reader.t("automations-replay-cost", money=reader.price(told.money)) if told.money is not None else None,
        *(reader.t(f"automations-replay-{key}", n=count) for key, count in counted.items() if count),
        reader.t("automations-replay-loop", names=told.loop) if told.loop else None,
        Html(" "),
        reader.t("automations-replay-first"),
        *(_entry(reader, one) for one in told.first),
        Html(" "),
        reader.t("automations-replay-note"),
    ]


def _entry(reader: Reader, entry: Entry) -> Html:
    """When and who, and what they would have been sent."""
    sent = [
        f"{reader.day(one.at)} {fold(escape(one.step.template), 40)}"
        for one in entry.walked.steps
        if isinstance(one.step, Send) and one.channel is not None
    ]
    head = f"{reader.day(entry.at)} · {bold(fold(escape(entry.client_name), 60))}"
    return Html(head + (f" → {'; '.join(sent[:4])}" if sent else ""))
