"""A mailing is put together: whom (a segment, or a rule typed on the way), then what; one card that moves on."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.context import BotContext
from bot.doors import ChooseSegment, ChooseTemplate, MakeDraft, NewTemplate
from bot.mailings.presses import FORM, KeepSegment, ListMailings, NameSegment, TypeSegment
from bot.render import Card, Press, Reader, escape, fold, lines, pager
from bot.routing import Router
from crm import mailings, segments, templates
from crm.access import Action, allows, check
from crm.mailings import CARD
from storage.models import Channel, FormProgress, Segment

router = Router()

PAGE = 8
FIRST = 5
NAME_WORDS = 100
SAME_NAMES = 50
COMPARES = "=<>"
ICONS = {Channel.EMAIL: "✉️", Channel.SMS: "📱"}


@router.press(ChooseSegment)
async def on_choose_segment(context: BotContext, press: ChooseSegment) -> None:
    check(context.staff, Action.RUN_MAILINGS)
    await context.leave_form(FORM)
    may_write = allows(context.staff, Action.EDIT_SEGMENTS)
    async with context.read() as session:
        found, count = await segments.page(session, actor=context.staff, limit=PAGE, offset=press.page * PAGE)
        reader = context.reader(session)
        labels = [await _counted(reader, segment) for segment in found]
    rows = [
        [Press(label, _after_segment(segment.id, press.template_id))]
        for label, segment in zip(labels, found, strict=True)
    ]
    rows.append(pager(press.page, -(-count // PAGE), lambda page: ChooseSegment(press.template_id, page)))
    if may_write:
        rows.append([Press("✍️ " + context.t("mailings-type-rule"), TypeSegment(press.template_id))])
    rows.append([Press(context.t("mailings-back"), ListMailings())])
    body = lines(
        context.t("mailings-ask-segment"),
        None if count or may_write else context.t("mailings-no-segments"),
    )
    card = Card(body, [row for row in rows if row])
    if may_write:
        await context.ask(FORM, "segment", {"template": press.template_id}, card)
    else:
        context.show(card)


@router.step(FORM, "segment")
async def on_typed(context: BotContext, form: FormProgress) -> bool | None:
    """A rule typed instead of a tap. What reads as none and compares nothing is a line like any other."""
    try:
        await on_rule(context, form)
    except segments.UNREADABLE:
        if not any(sign in context.text for sign in COMPARES):
            return False
        raise
    return None


@router.press(TypeSegment)
async def on_type_segment(context: BotContext, press: TypeSegment) -> None:
    check(context.staff, Action.EDIT_SEGMENTS)
    card = Card(context.t("segments-ask-rule"), [[Press(context.t("core-back"), ChooseSegment(press.template_id))]])
    await context.ask(FORM, "rule", {"template": press.template_id}, card)


@router.step(FORM, "rule")
async def on_rule(context: BotContext, form: FormProgress) -> None:
    """The rule said back with its count; typing another one replaces it."""
    async with context.read() as session:
        looked = await segments.preview(session, actor=context.staff, rule=context.text, now=context.now, first=FIRST)
    words = segments.describe(looked.tree, context.language)
    names = lines(", ".join(name[:60] for _, name, _ in looked.first))
    if looked.count > len(looked.first):
        names = context.t("segments-more", names=names)
    body = lines(
        context.t("segments-preview", words=fold(escape(words), 1500)),
        context.t("segments-count", count=looked.count, names=names),
        context.t("mailings-rule-again"),
    )
    rows = [
        [Press("➡️ " + context.t("mailings-use-rule"), KeepSegment())],
        [Press(context.t("mailings-name-rule"), NameSegment())],
        [Press(context.t("core-back"), ChooseSegment(int(form.fields.get("template", 0))))],
    ]
    await context.ask(FORM, "rule", {**form.fields, "rule": looked.rule, "words": words}, Card(body, rows))


@router.press(NameSegment)
async def on_name_segment(context: BotContext, _press: NameSegment) -> None:
    form = await _held(context)
    if form is not None:
        await context.ask(FORM, "name", form.fields, Card(context.t("segments-ask-name")))


@router.step(FORM, "name")
async def on_name(context: BotContext, form: FormProgress) -> None:
    async with context.write() as session:
        segment = await segments.save_rule(
            session, actor=context.staff, name=context.text, rule=str(form.fields["rule"]), now=context.now
        )
    await _go_on(context, segment.id, form)


@router.press(KeepSegment)
async def on_keep_segment(context: BotContext, _press: KeepSegment) -> None:
    form = await _held(context)
    if form is None:
        return
    async with context.write() as session:
        segment = await _save_by_words(session, context, form)
    await _go_on(context, segment.id, form)


@router.press(ChooseTemplate)
async def on_choose_template(context: BotContext, press: ChooseTemplate) -> None:
    await context.leave_form(FORM)
    await _show_templates(context, press)


@router.press(MakeDraft)
async def on_make_draft(context: BotContext, press: MakeDraft) -> None:
    await context.leave_form(FORM)
    await _draft(context, press.segment_id, press.template_id)


async def _go_on(context: BotContext, segment_id: int, form: FormProgress) -> None:
    """The segment is there: to the template, or straight to the draft when that was chosen first."""
    template_id = int(form.fields.get("template", 0))
    await context.finish_form()
    if template_id:
        await _draft(context, segment_id, template_id)
    else:
        await _show_templates(context, ChooseTemplate(segment_id))


async def _draft(context: BotContext, segment_id: int, template_id: int) -> None:
    async with context.write() as session:
        mailing = await mailings.draft(
            session, actor=context.staff, segment_id=segment_id, template_id=template_id, now=context.now
        )
    await context.show_card(CARD, mailing.id)


async def _show_templates(context: BotContext, press: ChooseTemplate) -> None:
    on = _channels_on(context)
    channel = press.channel or on[0]
    async with context.read() as session:
        segment = await segments.get(session, actor=context.staff, segment_id=press.segment_id)
        label = await _counted(context.reader(session), segment)
        found, count = await templates.page(
            session, actor=context.staff, limit=PAGE, offset=press.page * PAGE, channel=channel
        )
    rows = [[Press(f"{ICONS[channel]} {one.name}", MakeDraft(segment.id, one.id))] for one in found]
    rows.append(pager(press.page, -(-count // PAGE), lambda page: ChooseTemplate(segment.id, channel, page)))
    others = [other for other in on if other is not channel]
    rows += [
        [Press(context.t("mailings-by", channel=other.value), ChooseTemplate(segment.id, other))] for other in others
    ]
    rows.append([Press("＋ " + context.t("templates-new"), NewTemplate(segment.id))])
    rows.append([Press(context.t("core-back"), ChooseSegment())])
    body = lines(
        context.t("mailings-to", segment=label),
        context.t("mailings-ask-template", channel=channel.value, count=count),
    )
    context.show(Card(body, [row for row in rows if row]))


async def _held(context: BotContext) -> FormProgress | None:
    """The form with a rule that was read; says so when it is gone."""
    form = await context.form()
    if form is None or form.form != FORM or "rule" not in form.fields:
        context.toast("core-gone")
        return None
    return form


async def _save_by_words(session: AsyncSession, context: BotContext, form: FormProgress) -> Segment:
    """The rule under its own words; a number is added while another segment is called so."""
    words = str(form.fields["words"])[:NAME_WORDS]
    for number in range(1, SAME_NAMES):
        name = words if number == 1 else f"{words} ({number})"
        try:
            return await segments.save_rule(
                session, actor=context.staff, name=name, rule=str(form.fields["rule"]), now=context.now
            )
        except segments.SegmentNameTaken:
            continue
    raise segments.SegmentNameTaken(name=words)


async def _counted(reader: Reader, segment: Segment) -> str:
    """The segment's name and how many it chooses now for the reader."""
    name = segment.name if len(segment.name) <= 50 else segment.name[:49] + "…"
    try:
        count = await segments.count(reader.session, actor=reader.staff, segment=segment, now=reader.now)
    except segments.SegmentTooSlow:
        return f"⏳ {name}"  # it may be mailed all the same; how many it has is counted before the launch
    except segments.UNREADABLE:
        return f"⚠️ {name}"
    return f"{name} · {reader.number(count)}"


def _after_segment(segment_id: int, template_id: int) -> ChooseTemplate | MakeDraft:
    return MakeDraft(segment_id, template_id) if template_id else ChooseTemplate(segment_id)


def _channels_on(context: BotContext) -> list[Channel]:
    """The channels of this installation; a mailing can be prepared before either is set up."""
    on = {Channel.EMAIL: context.settings.email_on, Channel.SMS: context.settings.sms_on}
    return [channel for channel, is_on in on.items() if is_on] or list(on)
