"""Segments in the chat: a rule is typed, said back in words with a live count, and kept; lists are made by searching."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.callbacks import Callback
from bot.context import BotContext
from bot.render import Card, Html, Press, Reader, bold, lines, pager
from bot.routing import Router
from crm import segments
from crm.access import Action, allows, check
from crm.clients import finding
from storage.models import FormProgress, Segment, SegmentKind

router = Router()

PAGE = 8
FIRST = 5
MOST_TAKEN = 200  # what one search can put on a list
RULE_FORM, LIST_FORM = "segments.rule", "segments.list"


@dataclass(frozen=True)
class ListSegments(Callback, prefix="gl"):
    page: int = 0


@dataclass(frozen=True)
class ShowSegment(Callback, prefix="gs"):
    segment_id: int


@dataclass(frozen=True)
class TypeRule(Callback, prefix="gn"):
    """Begins a new rule (0), or another rule for a segment."""

    segment_id: int = 0


@dataclass(frozen=True)
class SearchForList(Callback, prefix="gm"):
    """Begins a new list (0), or adds to one."""

    segment_id: int = 0


@dataclass(frozen=True)
class KeepForm(Callback, prefix="gk", writes=True):
    """Takes what the form holds: changes the segment it is for, or asks for a new one's name."""


@dataclass(frozen=True)
class ShowPeople(Callback, prefix="gp"):
    segment_id: int
    page: int = 0


@dataclass(frozen=True)
class TakeOff(Callback, prefix="gr", writes=True):
    segment_id: int
    client_id: int
    page: int = 0


@dataclass(frozen=True)
class AskArchive(Callback, prefix="gx"):
    segment_id: int


@dataclass(frozen=True)
class ArchiveSegment(Callback, prefix="ga", writes=True):
    segment_id: int


@router.command("segments")
async def on_segments(context: BotContext, _argument: str) -> None:
    await on_list(context, ListSegments())


@router.press(ListSegments)
async def on_list(context: BotContext, press: ListSegments) -> None:
    async with context.read() as session:
        found, count = await segments.page(session, actor=context.staff, limit=PAGE, offset=press.page * PAGE)
    rows = [[Press(segment.name, ShowSegment(segment.id))] for segment in found]
    rows.append(pager(press.page, -(-count // PAGE), ListSegments))
    if allows(context.staff, Action.EDIT_SEGMENTS):
        rows.append(
            [
                Press("＋ " + context.t("segments-new-rule"), TypeRule()),
                Press("＋ " + context.t("segments-new-list"), SearchForList()),
            ]
        )
    context.show(Card(context.t("segments-list", count=count), [row for row in rows if row]))


@router.press(ShowSegment)
async def on_show(context: BotContext, press: ShowSegment) -> None:
    await context.show_card("segment", press.segment_id)


@router.card("segment")
async def segment_card(reader: Reader, segment_id: int, _facts: dict[str, Any]) -> Card | None:
    """The rule in words, how many it chooses now for the reader, and the first few."""
    try:
        segment = await segments.get(reader.session, actor=reader.staff, segment_id=segment_id)
    except segments.SegmentNotFound:
        return None
    html = lines(bold(segment.name), *await _what_it_is(reader, segment))
    rows = [[Press(reader.t("segments-people"), ShowPeople(segment.id))]]
    if allows(reader.staff, Action.EDIT_SEGMENTS):
        if segment.kind is SegmentKind.RULE:
            rows.append([Press(reader.t("segments-change"), TypeRule(segment.id))])
        else:
            rows.append([Press(reader.t("segments-add"), SearchForList(segment.id))])
        rows.append([Press(reader.t("segments-archive"), AskArchive(segment.id))])
    rows.append([Press(reader.t("segments-back"), ListSegments())])
    return Card(html, rows, "segment", segment.id)


@router.press(TypeRule)
async def on_type_rule(context: BotContext, press: TypeRule) -> None:
    check(context.staff, Action.EDIT_SEGMENTS)
    card = Card(context.t("segments-ask-rule"), [[Press(context.t("segments-back"), ListSegments())]])
    await context.ask(RULE_FORM, "rule", {"segment": press.segment_id}, card)


@router.step(RULE_FORM, "rule")
async def on_rule(context: BotContext, form: FormProgress) -> None:
    async with context.read() as session:
        looked = await segments.preview(session, actor=context.staff, rule=context.text, now=context.now, first=FIRST)
    html = lines(
        context.t("segments-preview", words=segments.describe(looked.tree, context.language)),
        _counted(context, looked.count, [name for _, name, _ in looked.first]),
        context.t("segments-again"),
    )
    card = Card(html, [[Press(context.t("segments-keep"), KeepForm())]])
    await context.ask(RULE_FORM, "rule", {**form.fields, "rule": looked.rule}, card)


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
    html = context.t("segments-found", count=len(names), names=_named(context, names[:FIRST], len(names)))
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


@router.press(ShowPeople)
async def on_people(context: BotContext, press: ShowPeople) -> None:
    async with context.read() as session:
        await _show_people(context, context.reader(session), press)


@router.press(TakeOff)
async def on_take_off(context: BotContext, press: TakeOff) -> None:
    async with context.write() as session:
        await segments.remove_from_list(
            session,
            actor=context.staff,
            segment_id=press.segment_id,
            client_ids=[press.client_id],
            now=context.now,
        )
        context.toast("segments-taken-off")
        await _show_people(context, context.reader(session), ShowPeople(press.segment_id, press.page))


@router.press(AskArchive)
async def on_ask_archive(context: BotContext, press: AskArchive) -> None:
    check(context.staff, Action.EDIT_SEGMENTS)
    async with context.read() as session:
        segment = await segments.get(session, actor=context.staff, segment_id=press.segment_id)
    presses = [
        Press(context.t("core-yes"), ArchiveSegment(segment.id)),
        Press(context.t("core-no"), ShowSegment(segment.id)),
    ]
    context.show(Card(context.t("segments-archive-sure", name=segment.name), [presses]))


@router.press(ArchiveSegment)
async def on_archive(context: BotContext, press: ArchiveSegment) -> None:
    async with context.write() as session:
        segment = await segments.get(session, actor=context.staff, segment_id=press.segment_id)
        name = segment.name
        await segments.archive(session, actor=context.staff, segment_id=press.segment_id, now=context.now)
    back = [[Press(context.t("segments-back"), ListSegments())]]
    context.show(Card(context.t("segments-archived", name=name), back))


async def _what_it_is(reader: Reader, segment: Segment) -> list[Html]:
    try:
        tree = segments.tree_of(segment, actor=reader.staff, now=reader.now)
        count = await segments.count(reader.session, actor=reader.staff, segment=segment, now=reader.now)
        first = await segments.first_members(
            reader.session, actor=reader.staff, segment=segment, now=reader.now, limit=FIRST
        )
    except (segments.SegmentSyntax, segments.SegmentTooComplex):
        return [reader.t("segments-broken")]
    kind = (
        reader.t("segments-kind-list")
        if tree is None
        else reader.t("segments-kind-rule", words=segments.describe(tree, reader.language))
    )
    return [kind, _counted(reader, count, [name for _, name, _ in first])]


async def _show_people(context: BotContext, reader: Reader, press: ShowPeople) -> None:
    segment = await segments.get(reader.session, actor=reader.staff, segment_id=press.segment_id)
    count = await segments.count(reader.session, actor=reader.staff, segment=segment, now=reader.now)
    pages = max(1, -(-count // PAGE))
    page = min(press.page, pages - 1)
    people = await segments.first_members(
        reader.session, actor=reader.staff, segment=segment, now=reader.now, limit=PAGE, offset=page * PAGE
    )
    told = [reader.t("segments-people-of", name=segment.name, page=page + 1, pages=pages)]
    rows: list[list[Press]] = []
    by_hand = segment.kind is SegmentKind.LIST and allows(reader.staff, Action.EDIT_SEGMENTS)
    if by_hand and people:
        told.append(reader.t("segments-take-off-hint"))
        rows = [[Press(f"✕ {name}", TakeOff(segment.id, key, page))] for key, name, _ in people]
    else:
        told += [Html(f"• {line}") for line in (_person(name, company) for _, name, company in people)]
    rows.append(pager(page, pages, lambda other: ShowPeople(segment.id, other)))
    rows.append([Press(reader.t("core-back"), ShowSegment(segment.id))])
    context.show(Card(lines(*told), [row for row in rows if row]))


def _person(name: str, company: str) -> Html:
    return lines(f"{name} · {company}" if company and company != name else name)


def _counted(speaker: BotContext | Reader, count: int, names: Sequence[str]) -> Html:
    return speaker.t("segments-count", count=count, names=_named(speaker, names, count))


def _named(speaker: BotContext | Reader, names: Sequence[str], count: int) -> Html:
    told = lines(", ".join(names))
    return speaker.t("segments-more", names=told) if count > len(names) else told


def _ids(form: FormProgress) -> list[int]:
    return [int(key) for key in form.fields.get("ids", ())]
