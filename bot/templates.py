"""Templates in the chat: written step by step per language, shown with a real client's values, put away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.callbacks import Callback
from bot.context import BotContext
from bot.doors import ChooseSegment, MakeDraft, NewTemplate
from bot.render import Card, Html, Press, Reader, bold, escape, fold, lines, pager
from bot.routing import Router
from bot.template_files import design_in
from crm import templates
from crm.access import Action, check
from crm.errors import Missing, NotAllowed, NotFound, TooLong
from crm.merge_fields import parse
from storage.models import Channel, FormProgress, Language, TemplateVersion

router = Router()

FORM = "templates"
CARD = "template"
PAGE = 8
SHOWN_TEXT = 900
SHOWN_SUBJECT = 150
ICONS = {Channel.EMAIL: "✉️", Channel.SMS: "📱"}


@dataclass(frozen=True)
class ListTemplates(Callback, prefix="pl"):
    page: int = 0


@dataclass(frozen=True)
class ShowTemplate(Callback, prefix="pt"):
    template_id: int


@dataclass(frozen=True)
class MakeTemplate(Callback, prefix="pc", writes=True):
    """The name was typed; this is the channel."""

    channel: Channel


@dataclass(frozen=True)
class WriteVersion(Callback, prefix="pw"):
    """Begins a text in a language; the newest one in it is replaced, earlier ones stay on record."""

    template_id: int
    language: Language
    segment_id: int = 0


@dataclass(frozen=True)
class PreviewTemplate(Callback, prefix="pp"):
    template_id: int
    place: int = 0


@dataclass(frozen=True)
class AskPutAway(Callback, prefix="px"):
    template_id: int


@dataclass(frozen=True)
class PutAway(Callback, prefix="pa", writes=True):
    template_id: int


@router.command("templates")
async def on_templates(context: BotContext, _argument: str) -> None:
    await on_list(context, ListTemplates())


@router.press(ListTemplates)
async def on_list(context: BotContext, press: ListTemplates) -> None:
    await context.leave_form(FORM)
    async with context.read() as session:
        found, count = await templates.page(session, actor=context.staff, limit=PAGE, offset=press.page * PAGE)
    rows = [
        [Press(f"{'👤' if one.owner_id else ''}{ICONS[one.channel]} {one.name}", ShowTemplate(one.id))] for one in found
    ]
    rows.append(pager(press.page, -(-count // PAGE), ListTemplates))
    rows.append([Press("＋ " + context.t("templates-new"), NewTemplate())])
    context.show(Card(context.t("templates-list", count=count), [row for row in rows if row]))


@router.press(ShowTemplate)
async def on_show(context: BotContext, press: ShowTemplate) -> None:
    await context.leave_form(FORM)
    await context.show_card(CARD, press.template_id)


@router.card(CARD)
async def template_card(reader: Reader, template_id: int, facts: dict[str, Any]) -> Card | None:
    """The newest text in each language, and what can be done with it."""
    try:
        template = await templates.get(reader.session, actor=reader.staff, template_id=template_id)
    except (NotFound, NotAllowed):
        return None
    versions = await templates.newest_versions(reader.session, template_id=template.id)
    segment_id = int(facts.get("segment", 0))
    body = lines(
        Html(f"{ICONS[template.channel]} {bold(template.name)}"),
        reader.t("templates-own") if template.owner_id is not None else None,
        *(_version(reader, versions[language]) for language in Language if language in versions),
        None if versions else reader.t("templates-no-text"),
    )
    rows = []
    if versions and segment_id:
        rows.append([Press("➡️ " + reader.t("templates-go-on"), MakeDraft(segment_id, template.id))])
    mine = templates.may_edit(reader.staff, template)
    if mine:
        rows.append(_languages(reader, template.id, segment_id, written=set(versions)))
    if versions:
        rows.append(
            [
                Press("👁 " + reader.t("templates-preview"), PreviewTemplate(template.id)),
                Press("📣 " + reader.t("templates-send"), ChooseSegment(template.id)),
            ]
        )
    if mine:
        rows.append([Press(reader.t("templates-put-away"), AskPutAway(template.id))])
    rows.append([Press(reader.t("templates-back"), ListTemplates())])
    return Card(body, rows, CARD, template.id)


@router.press(NewTemplate)
async def on_new(context: BotContext, press: NewTemplate) -> None:
    check(context.staff, Action.RUN_MAILINGS)
    back = [[Press(context.t("templates-back"), ListTemplates())]]
    await context.ask(FORM, "name", {"segment": press.segment_id}, Card(context.t("templates-ask-name"), back))


@router.step(FORM, "name")
async def on_name(context: BotContext, form: FormProgress) -> None:
    """The name; typing another one before the channel is chosen replaces it."""
    name = " ".join(context.text.split())
    if not name:
        raise Missing(field="name")
    if len(name) > templates.NAME_LIMIT:
        raise TooLong(field="name", limit=templates.NAME_LIMIT)
    presses = [Press(_channel(context, one), MakeTemplate(one)) for one in _channels_on(context)]
    card = Card(context.t("templates-ask-channel", name=name), [presses])
    await context.ask(FORM, "name", {**form.fields, "name": name}, card)


@router.press(MakeTemplate)
async def on_make(context: BotContext, press: MakeTemplate) -> None:
    form = await context.form()
    if form is None or form.form != FORM or "name" not in form.fields:
        context.toast("core-gone")
        return
    async with context.write() as session:
        template = await templates.create(
            session,
            actor=context.staff,
            name=str(form.fields["name"]),
            channel=press.channel,
            now=context.now,
        )
    presses = _languages(context, template.id, int(form.fields.get("segment", 0)), written=set())
    await context.finish_form()
    context.show(Card(context.t("templates-ask-language", name=template.name), [presses]))


@router.press(WriteVersion)
async def on_write(context: BotContext, press: WriteVersion) -> None:
    async with context.read() as session:
        template = await templates.get(session, actor=context.staff, template_id=press.template_id)
    fields = {"template": template.id, "language": press.language.value, "segment": press.segment_id}
    step = "subject" if template.channel is Channel.EMAIL else "text"
    await context.ask(FORM, step, fields, _ask(context, step, template.id, press.language))


@router.step(FORM, "subject")
async def on_subject(context: BotContext, form: FormProgress) -> None:
    subject = " ".join(context.text.split())
    if not subject:
        raise Missing(field="subject")
    if len(subject) > templates.SUBJECT_LIMIT:
        raise TooLong(field="subject", limit=templates.SUBJECT_LIMIT)
    parse(subject)
    language = Language(form.fields["language"])
    card = _ask(context, "text", int(form.fields["template"]), language, context.t("templates-ask-design"))
    await context.ask(FORM, "text", {**form.fields, "subject": subject}, card)


@router.step(FORM, "text")
async def on_text(context: BotContext, form: FormProgress) -> None:
    template_id = int(form.fields["template"])
    design = await design_in(context)
    async with context.write() as session:
        await templates.write_version(
            session,
            actor=context.staff,
            template_id=template_id,
            language=Language(form.fields["language"]),
            subject=str(form.fields.get("subject", "")),
            text="" if design else context.text,
            design=design,
            now=context.now,
        )
    segment_id = int(form.fields.get("segment", 0))
    await context.finish_form()
    await context.show_card(CARD, template_id, new=True, segment=segment_id)


@router.press(PreviewTemplate)
async def on_preview(context: BotContext, press: PreviewTemplate) -> None:
    async with context.read() as session:
        seen = await templates.preview(session, actor=context.staff, template_id=press.template_id, place=press.place)
    context.show(_preview(context, press, seen))


@router.press(AskPutAway)
async def on_ask_put_away(context: BotContext, press: AskPutAway) -> None:
    async with context.read() as session:
        template = await templates.to_edit(session, actor=context.staff, template_id=press.template_id)
    presses = [
        Press(context.t("core-yes"), PutAway(template.id)),
        Press(context.t("core-no"), ShowTemplate(template.id)),
    ]
    context.show(Card(context.t("templates-put-away-sure", name=template.name), [presses]))


@router.press(PutAway)
async def on_put_away(context: BotContext, press: PutAway) -> None:
    async with context.write() as session:
        name = (await templates.get(session, actor=context.staff, template_id=press.template_id)).name
        await templates.archive(session, actor=context.staff, template_id=press.template_id, now=context.now)
    back = [[Press(context.t("templates-back"), ListTemplates())]]
    context.show(Card(context.t("templates-away", name=name), back))


def message_quote(subject: str, text: str, *, limit: int = SHOWN_TEXT) -> Html:
    """A message as a quote that opens on a tap, folded to the limit."""
    top = Html(f"<b>{fold(escape(subject), SHOWN_SUBJECT)}</b>\n\n") if subject else Html("")
    return Html(f"<blockquote expandable>{top}{fold(escape(text), limit)}</blockquote>")


def _version(reader: Reader, version: TemplateVersion) -> Html:
    head = reader.t(
        "templates-version",
        speech=reader.t(f"templates-in-{version.language.value}"),
        number=version.number,
        day=reader.day(version.created_at),
    )
    designed = reader.t("templates-designed") if version.html is not None else None
    return lines(head, designed, message_quote(version.subject, version.text))


def _languages(
    speaker: Reader | BotContext, template_id: int, segment_id: int, *, written: set[Language]
) -> list[Press]:
    """A button per language: ✏️ where there is a text already, ＋ where there is none."""
    return [
        Press(
            ("✏️ " if language in written else "＋ ") + speaker.t(f"templates-in-{language.value}"),
            WriteVersion(template_id, language, segment_id),
        )
        for language in Language
    ]


def _ask(context: BotContext, step: str, template_id: int, language: Language, more: Html | None = None) -> Card:
    body = lines(
        context.t(f"templates-ask-{step}", speech=context.t(f"templates-in-{language.value}")),
        more,
        context.t("templates-fields"),
    )
    return Card(body, [[Press(context.t("core-cancel"), ShowTemplate(template_id))]])


def _preview(context: BotContext, press: PreviewTemplate, seen: templates.Preview | None) -> Card:
    back = [Press(context.t("core-back"), ShowTemplate(press.template_id))]
    if seen is None:
        return Card(context.t("templates-nobody"), [back])
    told = context.t(
        "templates-preview-of",
        name=seen.client_name[:80],
        speech=context.t(f"templates-in-{seen.written_in.value}"),
    )
    gaps = ", ".join(f"{{{field}}}" for field in seen.missing)
    body = lines(
        told,
        message_quote(seen.subject, seen.text, limit=2_500),
        context.t("templates-gaps", fields=gaps) if gaps else None,
    )
    row = pager(press.place, seen.clients, lambda other: PreviewTemplate(press.template_id, other))
    return Card(body, [row, back] if row else [back])


def _channels_on(context: BotContext) -> list[Channel]:
    """The channels of this installation; texts can be prepared before either is set up."""
    on = {Channel.EMAIL: context.settings.email_on, Channel.SMS: context.settings.sms_on}
    return [channel for channel, is_on in on.items() if is_on] or list(on)


def _channel(context: BotContext, channel: Channel) -> str:
    return f"{ICONS[channel]} {context.t(f'templates-channel-{channel.value}')}"
