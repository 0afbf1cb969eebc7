"""Segments made in the chat: a rule is typed, said back in words with a live count, and kept; lists are made by searching."""

from __future__ import annotations

from typing import Any

from bot.context import BotContext
from bot.render import Card, Press
from bot.routing import Router
from bot.segments.building import show_rule
from bot.segments.people import named
from bot.segments.presses import (
    FIRST,
    LIST_FORM,
    MOST_TAKEN,
    RULE_FORM,
    BuildRule,
    KeepForm,
    ListSegments,
    SearchForList,
    TypeRule,
)
from crm import segments
from crm.access import Action, check
from crm.clients import finding
from crm.errors import CrmError
from storage.models import FormProgress

router = Router()


@router.press(TypeRule)
async def on_type_rule(context: BotContext, press: TypeRule) -> None:
    check(context.staff, Action.EDIT_SEGMENTS)
    fields: dict[str, Any] = {"segment": press.segment_id}
    if press.segment_id and await _show_as_it_is(context, fields):
        return
    rows = [
        [Press("＋ " + context.t("segments-new-buttons"), BuildRule(fresh=not press.segment_id))],
        [Press(context.t("segments-back"), ListSegments())],
    ]
    await context.ask(RULE_FORM, "rule", fields, Card(context.t("segments-ask-rule"), rows))


async def _show_as_it_is(context: BotContext, fields: dict[str, Any]) -> bool:
    """A segment's rule to go on from; no where it cannot be read any more."""
    async with context.read() as session:
        segment = await segments.get(session, actor=context.staff, segment_id=fields["segment"])
        try:
            looked = await segments.preview(
                session, actor=context.staff, rule=segment.rule, now=context.now, first=FIRST, inside=segment.name
            )
        except CrmError:
            return False
    await show_rule(context, {**fields, "rule": looked.rule}, looked)
    return True


@router.step(RULE_FORM, "rule")
async def on_rule(context: BotContext, form: FormProgress) -> None:
    async with context.read() as session:
        looked = await segments.preview(session, actor=context.staff, rule=context.text, now=context.now, first=FIRST)
    await show_rule(context, {**form.fields, "rule": looked.rule}, looked)


@router.press(SearchForList)
async def on_search_for_list(context: BotContext, press: SearchForList) -> None:
    check(context.staff, Action.EDIT_SEGMENTS)
    card = Card(context.t("segments-ask-search"), [[Press(context.t("segments-back"), ListSegments())]])
    await context.ask(LIST_FORM, "words", {"segment": press.segment_id}, card)


@router.step(LIST_FORM, "words")
async def on_words(context: BotContext, form: FormProgress) -> None:
    async with context.read() as session:
        found = await finding.search(session, actor=context.staff, text=context.text, limit=MOST_TAKEN)
    names = [client.name for client in found.clients]
    rows = [[Press(context.t("segments-take", count=len(names)), KeepForm())]] if names else []
    html = context.t("segments-found", count=len(names), names=named(context, names[:FIRST], len(names)))
    fields = {**form.fields, "ids": [client.id for client in found.clients]}
    await context.ask(LIST_FORM, "words", fields, Card(html, rows))


@router.press(KeepForm)
async def on_keep(context: BotContext, _press: KeepForm) -> None:
    form = await context.form()
    held = {RULE_FORM: "rule", LIST_FORM: "ids"}
    if form is None or held.get(form.form, "") not in form.fields:
        context.toast("core-gone")
        return
    if not form.fields.get("segment"):
        await context.ask(form.form, "name", form.fields, Card(context.t("segments-ask-name")))
        return
    segment_id = int(form.fields["segment"])
    async with context.write() as session:
        if form.form == RULE_FORM:
            await segments.change_rule(
                session, actor=context.staff, segment_id=segment_id, rule=str(form.fields["rule"]), now=context.now
            )
            context.toast("segments-saved")
        else:
            added = await segments.add_to_list(
                session, actor=context.staff, segment_id=segment_id, client_ids=_ids(form), now=context.now
            )
            context.toast("segments-added", count=added)
        await context.finish_form()
        await context.show_card("segment", segment_id)


@router.step(RULE_FORM, "name")
@router.step(LIST_FORM, "name")
async def on_name(context: BotContext, form: FormProgress) -> None:
    async with context.write() as session:
        if form.form == RULE_FORM:
            rule = str(form.fields["rule"])
            segment = await segments.save_rule(
                session, actor=context.staff, name=context.text, rule=rule, now=context.now
            )
        else:
            segment = await segments.save_list(
                session, actor=context.staff, name=context.text, client_ids=_ids(form), now=context.now
            )
        await context.finish_form()
        await context.show_card("segment", segment.id)


def _ids(form: FormProgress) -> list[int]:
    return [int(key) for key in form.fields.get("ids", ())]
