"""Segments listed and looked at: what one is, how many it chooses now, who is in it; and put away."""

from __future__ import annotations

from typing import Any

from bot.context import BotContext
from bot.render import Card, Html, Press, Reader, bold, lines, pager
from bot.routing import Router
from bot.segments.people import counted, person
from bot.segments.presses import (
    FIRST,
    PAGE,
    ArchiveSegment,
    AskArchive,
    BuildRule,
    ListSegments,
    PickCompared,
    SearchForList,
    ShowPeople,
    ShowSegment,
    TakeOff,
    TypeRule,
)
from crm import segments
from crm.access import Action, allows, check
from storage.models import Segment, SegmentKind

router = Router()


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
        rows.append([Press("＋ " + context.t("segments-new-buttons"), BuildRule(fresh=True))])
    if count > 1:
        rows.append([Press(context.t("segments-compare"), PickCompared())])
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
    except segments.SegmentTooSlow:
        return [reader.t("segments-slow")]
    except segments.UNREADABLE:
        return [reader.t("segments-broken")]
    kind = (
        reader.t("segments-kind-list")
        if tree is None
        else reader.t("segments-kind-rule", words=segments.describe(tree, reader.language))
    )
    return [kind, counted(reader, count, [name for _, name, _ in first])]


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
        told += [Html(f"• {line}") for line in (person(name, company) for _, name, company in people)]
    rows.append(pager(page, pages, lambda other: ShowPeople(segment.id, other)))
    rows.append([Press(reader.t("core-back"), ShowSegment(segment.id))])
    context.show(Card(lines(*told), [row for row in rows if row]))
