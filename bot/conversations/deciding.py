"""Who answers a conversation, and that nobody has to: given to a colleague, given back, not ours, spam, and all of it undone."""

from __future__ import annotations

from bot.context import BotContext
from bot.conversations.rows import Assign, AssignTo, GiveBack, KeepAnswer, PutAside, TakeBack
from bot.doors import ShowMessage
from bot.render import Card, Press, pager
from bot.routing import Router
from crm import answers, conversations, tray
from crm.access import Action, Reach, check
from storage.models import FormProgress

router = Router()

FORM = "conversations"
PAGE = 10


@router.press(Assign)
async def on_assign(context: BotContext, press: Assign) -> None:
    async with context.read() as session:
        found = await conversations.message(
            session, actor=context.staff, interaction_id=press.interaction_id, now=context.now, needs=Reach.OWNS
        )
        people = await conversations.colleagues(session, actor=context.staff)
    shown = people[press.page * PAGE : (press.page + 1) * PAGE]
    presses = [Press(person.name, AssignTo(press.interaction_id, person.id)) for person in shown]
    rows = [presses[start : start + 2] for start in range(0, len(presses), 2)]
    if row := pager(press.page, -(-len(people) // PAGE), lambda page: Assign(press.interaction_id, page)):
        rows.append(row)
    rows.append([Press(context.t("core-back"), ShowMessage(press.interaction_id))])
    name = found.client.name if found.client is not None else found.thread.address
    context.send(Card(context.t("conversations-assign-to", name=name), rows))


@router.press(AssignTo)
async def on_assign_to(context: BotContext, press: AssignTo) -> None:
    async with context.write() as session:
        person = await conversations.assign(
            session,
            actor=context.staff,
            interaction_id=press.interaction_id,
            staff_id=press.staff_id,
            now=context.now,
        )
    context.show(Card(context.t("conversations-assigned", name=person.name)))


@router.press(GiveBack)
async def on_give_back(context: BotContext, press: GiveBack) -> None:
    async with context.write() as session:
        owner = await conversations.give_back(
            session, actor=context.staff, interaction_id=press.interaction_id, now=context.now
        )
    name = owner.name if owner is not None else context.t("staff-nobody")
    context.send(Card(context.t("conversations-given-back", name=name)))


@router.press(PutAside)
async def on_put_aside(context: BotContext, press: PutAside) -> None:
    async with context.write() as session:
        await conversations.put_aside(
            session, actor=context.staff, interaction_id=press.interaction_id, mark=press.mark, now=context.now
        )
    await context.show_card(tray.CARD, press.interaction_id)


@router.press(TakeBack)
async def on_take_back(context: BotContext, press: TakeBack) -> None:
    async with context.write() as session:
        await conversations.take_back(
            session, actor=context.staff, interaction_id=press.interaction_id, now=context.now
        )
    await context.show_card(tray.CARD, press.interaction_id)
    context.toast("core-undone")


@router.press(KeepAnswer)
async def on_keep(context: BotContext, press: KeepAnswer) -> None:
    check(context.staff, Action.RUN_MAILINGS)
    async with context.read() as session:
        await conversations.message(session, actor=context.staff, interaction_id=press.interaction_id, now=context.now)
    fields = {"interaction_id": press.interaction_id}
    await context.ask(FORM, "keep", fields, Card(context.t("conversations-ask-template-name")))
    context.answers[-1].do = "send"


@router.step(FORM, "keep")
async def on_keep_name(context: BotContext, form: FormProgress) -> None:
    async with context.write() as session:
        template = await answers.keep(
            session,
            actor=context.staff,
            interaction_id=int(form.fields["interaction_id"]),
            name=context.text,
            now=context.now,
        )
    await context.finish_form()
    await context.show_card("template", template.id, new=True)
