"""Segments side by side: chosen by taps, then measure by measure, each with a bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.context import BotContext
from bot.render import Card, Html, Press, bold, escape, lines, pager
from bot.routing import Router
from bot.segments.presses import PAGE, ListSegments, PickCompared, ShowComparison
from crm import segments, wording
from crm.segments import Figures

router = Router()

_BAR = 8


@router.press(PickCompared)
async def on_pick(context: BotContext, press: PickCompared) -> None:
    chosen = _ids(press.chosen)
    async with context.read() as session:
        found, count = await segments.page(session, actor=context.staff, limit=PAGE, offset=press.page * PAGE)
    rows = [
        [
            Press(
                f"{'☑' if segment.id in chosen else '☐'} {segment.name}",
                PickCompared(_turned(chosen, segment.id), press.page),
            )
        ]
        for segment in found
    ]
    rows.append(pager(press.page, -(-count // PAGE), lambda page: PickCompared(press.chosen, page)))
    if len(chosen) > 1:
        rows.append([Press(context.t("segments-compare-now", count=len(chosen)), ShowComparison(press.chosen))])
    rows.append([Press(context.t("segments-back"), ListSegments())])
    html = context.t("segments-compare-which", most=segments.MOST_COMPARED)
    context.show(Card(html, [row for row in rows if row]))


@router.press(ShowComparison)
async def on_compare(context: BotContext, press: ShowComparison) -> None:
    async with context.read() as session:
        found = await segments.compare(session, actor=context.staff, segment_ids=_ids(press.chosen), now=context.now)
    rows = [
        [Press(context.t("segments-compare-others"), PickCompared(press.chosen))],
        [Press(context.t("segments-back"), ListSegments())],
    ]
    context.show(Card(lines(*_table(context, found)), rows))


def _table(context: BotContext, found: Sequence[Figures]) -> list[Html]:
    def number(value: int) -> str:
        return wording.number(value, language=context.language)

    def share(part: int, whole: int) -> str:
        return f"{number(part)} ({100 * part / whole:.0f} %)" if whole else number(part)

    measures: list[tuple[str, Callable[[Figures], str], Callable[[Figures], float]]] = [
        ("size", lambda one: number(one.size), lambda one: one.size),
        ("revenue", lambda one: _money(context, one), lambda one: one.revenue[0][1] if one.revenue else 0),
        ("contacts", lambda one: number(one.contacts), lambda one: one.contacts),
        ("email", lambda one: share(one.by_email, one.size), lambda one: one.by_email),
        ("sms", lambda one: share(one.by_sms, one.size), lambda one: one.by_sms),
        ("response", lambda one: share(one.answered, one.received), _rate),
    ]
    told: list[Html] = []
    for key, said, size in measures:
        most = max((size(one) for one in found), default=0)
        told.append(bold(context.t(f"segments-measure-{key}")))
        told += [Html(f"{_bar(size(one), most)} {escape(one.segment.name[:40])}: {escape(said(one))}") for one in found]
    return told


def _money(context: BotContext, of: Figures) -> str:
    told = [wording.money(minor, currency=currency, language=context.language) for currency, minor in of.revenue[:3]]
    return " + ".join(told) or "–"


def _rate(of: Figures) -> float:
    return of.answered / of.received if of.received else 0


def _bar(value: float, most: float) -> str:
    full = round(_BAR * value / most) if most > 0 and value > 0 else 0
    return "▰" * full + "▱" * (_BAR - full)


def _ids(chosen: str) -> list[int]:
    return [int(one) for one in chosen.split(".") if one.isascii() and one.isdigit() and len(one) <= 10]


def _turned(chosen: Sequence[int], segment_id: int) -> str:
    """The choice with one more, or one less; the oldest gives way to a sixth."""
    left = [one for one in chosen if one != segment_id]
    if segment_id not in chosen:
        left = [*left, segment_id][-segments.MOST_COMPARED :]
    return ".".join(map(str, left))
