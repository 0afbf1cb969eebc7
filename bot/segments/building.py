"""A rule by buttons: what about them, which field, how compared, with what; the count is seen at every step.

The rule so far lies in the form as it would be typed, so that typing and choosing go on from one another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.context import BotContext
from bot.render import Card, Html, Press, lines
from bot.routing import Router
from bot.segments.people import counted
from bot.segments.presses import (
    FIRST,
    RULE_FORM,
    BuildRule,
    KeepForm,
    ListSegments,
    PickComparison,
    PickField,
    PickNoun,
    PickOwn,
    PickTest,
    UndoTest,
)
from crm import segments
from crm.access import Action, check
from crm.segments.rules import today_in
from storage.filters import FIELDS, NOUNS, PRESENCE, Kind, Op, Test
from storage.models import FormProgress

router = Router()

_MOST_UNDONE = 20


async def show_rule(context: BotContext, fields: Mapping[str, Any], looked: segments.Preview) -> None:
    """The rule so far in words with its count, and what can be done with it; a rule typed meanwhile replaces it."""
    html = lines(
        context.t("segments-preview", words=segments.describe(looked.tree, context.language)),
        counted(context, looked.count, [name for _, name, _ in looked.first]),
        context.t("segments-again"),
    )
    joins = [
        Press(context.t(f"segments-join-{join.name.lower().replace('_', '-')}"), BuildRule(join)) for join in _JOINS
    ]
    rows = [joins]
    if fields.get("undo"):
        rows.append([Press(context.t("segments-undo"), UndoTest())])
    rows.append([Press(context.t("segments-keep"), KeepForm()), Press(context.t("segments-back"), ListSegments())])
    await context.ask(RULE_FORM, "rule", fields, Card(html, rows))


@router.press(BuildRule)
async def on_build(context: BotContext, press: BuildRule) -> None:
    check(context.staff, Action.EDIT_SEGMENTS)
    await _ask_noun(context, {} if press.fresh else await _fields(context), press.join)


async def _ask_noun(context: BotContext, fields: Mapping[str, Any], join: segments.Join) -> None:
    fields = {**fields, "join": join.value}
    nouns = [Press(context.t(f"segments-noun-{noun}"), PickNoun(noun)) for noun in NOUNS]
    rows = [*_pairs(nouns), [Press(context.t("segments-back"), ListSegments())]]
    html = lines(await _so_far(context, fields), context.t("segments-about-what"))
    await context.ask(RULE_FORM, "rule", fields, Card(html, rows))


@router.press(PickNoun)
async def on_noun(context: BotContext, press: PickNoun) -> None:
    fields = await _fields(context)
    if press.noun not in NOUNS:
        context.toast("core-gone")
        return
    if press.noun == "own":
        await _ask_own(context, fields)
        return
    if len(NOUNS[press.noun]) == 1:
        await on_field(context, PickField(*NOUNS[press.noun]))
        return
    presses = [Press(_capital(segments.field_name(one, context.language)), PickField(one)) for one in NOUNS[press.noun]]
    html = lines(await _so_far(context, fields), context.t("segments-which-field"))
    await context.ask(RULE_FORM, "rule", fields, Card(html, [*_pairs(presses), _back(context, fields)]))


@router.press(PickField)
async def on_field(context: BotContext, press: PickField) -> None:
    if press.field not in FIELDS:
        context.toast("core-gone")
        return
    await _ask_comparison(context, await _fields(context), press.field)


@router.press(PickOwn)
async def on_own(context: BotContext, press: PickOwn) -> None:
    fields = await _fields(context)
    names = list(fields.get("offered", ()))
    if press.place >= len(names):
        context.toast("core-gone")
        return
    await _ask_comparison(context, fields, "own", name=str(names[press.place]))


@router.step(RULE_FORM, "own")
async def on_own_typed(context: BotContext, form: FormProgress) -> None:
    await _ask_comparison(context, form.fields, "own", name=" ".join(context.text.split())[:60])


@router.press(PickComparison)
async def on_comparison(context: BotContext, press: PickComparison) -> None:
    fields = await _fields(context)
    field = str(fields.get("field", ""))
    if field not in FIELDS or press.op not in segments.comparisons_of(field):
        context.toast("core-gone")  # another form came in between
        return
    await _ask_value(context, {**fields, "op": press.op.value})


@router.press(PickTest)
async def on_test(context: BotContext, press: PickTest) -> None:
    fields = await _fields(context)
    offered = list(fields.get("offered", ()))
    if press.place >= len(offered):
        context.toast("core-gone")
        return
    test = segments.parse(str(offered[press.place]), today=_today(context))
    if isinstance(test, Test):
        await _take(context, fields, test, whole=press.whole)


@router.step(RULE_FORM, "value")
async def on_value_typed(context: BotContext, form: FormProgress) -> None:
    test = segments.composed(
        field=str(form.fields["field"]),
        op=Op(form.fields["op"]),
        said=context.text,
        today=_today(context),
        name=str(form.fields.get("name", "")),
    )
    await _take(context, form.fields, test, whole=False)


@router.press(UndoTest)
async def on_undo(context: BotContext, _press: UndoTest) -> None:
    fields = await _fields(context)
    *earlier, last = fields.get("undo") or [""]
    fields = {**fields, "undo": earlier, "rule": last}
    if last:
        await _show(context, fields)
    else:
        await _ask_noun(context, fields, segments.Join.AND)


async def _ask_own(context: BotContext, fields: Mapping[str, Any]) -> None:
    async with context.read() as session:
        names = await segments.own_names(session, actor=context.staff)
    presses = [Press(name[:40], PickOwn(place)) for place, name in enumerate(names)]
    html = lines(await _so_far(context, fields), context.t("segments-which-own", count=len(names)))
    card = Card(html, [*_pairs(presses), _back(context, fields)])
    await context.ask(RULE_FORM, "own", {**fields, "offered": names}, card)


async def _ask_comparison(context: BotContext, fields: Mapping[str, Any], field: str, *, name: str = "") -> None:
    """How to compare; where there is one way only it is taken at once."""
    fields = {**fields, "field": field, "name": name}
    ops = segments.comparisons_of(field)
    if len(ops) == 1:
        await _ask_value(context, {**fields, "op": ops[0].value})
        return
    rows = [
        [Press(_capital(segments.comparison_name(field, op, context.language, name)), PickComparison(op))] for op in ops
    ]
    html = lines(await _so_far(context, fields), context.t("segments-how"))
    await context.ask(RULE_FORM, "rule", fields, Card(html, [*rows, _back(context, fields)]))


async def _ask_value(context: BotContext, fields: Mapping[str, Any]) -> None:
    """What to compare with: each value with how many there would be then, and room to type another."""
    field, op, name = str(fields["field"]), Op(fields["op"]), str(fields.get("name", ""))
    async with context.read() as session:
        tests = await segments.offers(session, actor=context.staff, field=field, op=op, now=context.now, name=name)
    if op in PRESENCE:
        await _take(context, fields, tests[0], whole=False)
        return
    said = segments.comparison_name(field, op, context.language, name)
    can_type = FIELDS[field].kind is not Kind.CHOICE
    key = "segments-choose" if not can_type else "segments-choose-or-type" if tests else "segments-type"
    labels = [segments.value_name(test, context.language) for test in tests]
    html = lines(await _so_far(context, fields), context.t(key, comparison=said))
    await _offer(context, fields, tests, labels, html, step="value" if can_type else "rule", whole=False)


async def _take(context: BotContext, fields: Mapping[str, Any], test: Test, *, whole: bool) -> None:
    """The test is known; where things are counted it is still asked since when."""
    choices = segments.in_windows(test)
    if not whole and len(choices) > 1:
        html = lines(await _so_far(context, fields), context.t("segments-since-when"))
        labels = [
            segments.window_name(one.window, context.language) if one.window else context.t("segments-any-time")
            for one in choices
        ]
        await _offer(context, fields, choices, labels, html, step="rule", whole=True)
        return
    before, join = str(fields.get("rule", "")), segments.Join(fields.get("join", "and"))
    rule = segments.joined(before, test, join, today=_today(context))
    kept = {key: fields[key] for key in ("segment",) if key in fields}
    undo = [*fields.get("undo", ()), before][-_MOST_UNDONE:]
    await _show(context, {**kept, "rule": rule, "undo": undo})


async def _offer(
    context: BotContext,
    fields: Mapping[str, Any],
    tests: Sequence[Test],
    labels: Sequence[str],
    html: Html,
    *,
    step: str,
    whole: bool,
) -> None:
    counts = await _counts(context, fields, tests)
    presses = [
        Press(label[:40] if count is None else f"{label[:40]} · {count}", PickTest(place, whole))
        for place, (label, count) in enumerate(zip(labels, counts, strict=True))
    ]
    offered = [segments.render(test) for test in tests]
    await context.ask(
        RULE_FORM, step, {**fields, "offered": offered}, Card(html, [*_pairs(presses), _back(context, fields)])
    )


async def _counts(context: BotContext, fields: Mapping[str, Any], tests: Sequence[Test]) -> Sequence[int | None]:
    """How many there would be with each test; unknown where counting takes too long, or the rule would be too large."""
    before, join = str(fields.get("rule", "")), segments.Join(fields.get("join", "and"))
    try:
        rules = [segments.joined(before, test, join, today=_today(context)) for test in tests]
        async with context.read() as session:
            return await segments.tally(session, actor=context.staff, rules=rules, now=context.now) if rules else []
    except (segments.SegmentTooSlow, segments.SegmentTooComplex):
        return [None] * len(tests)


async def _show(context: BotContext, fields: Mapping[str, Any]) -> None:
    async with context.read() as session:
        looked = await segments.preview(
            session, actor=context.staff, rule=str(fields["rule"]), now=context.now, first=FIRST
        )
    await show_rule(context, fields, looked)


async def _so_far(context: BotContext, fields: Mapping[str, Any]) -> Html | None:
    """The rule before this step and its count; nothing while there is none."""
    rule = str(fields.get("rule", ""))
    if not rule:
        return None
    async with context.read() as session:
        looked = await segments.preview(session, actor=context.staff, rule=rule, now=context.now, first=0)
    return context.t(
        "segments-so-far",
        words=segments.describe(looked.tree, context.language),
        count=looked.count,
        join=str(fields.get("join", "and")),
    )


async def _fields(context: BotContext) -> dict[str, Any]:
    """What the form holds; it begins anew where another form came in between."""
    form = await context.form()
    return dict(form.fields) if form is not None and form.form == RULE_FORM else {}


def _today(context: BotContext) -> Any:
    return today_in(context.zone, context.now)


def _back(context: BotContext, fields: Mapping[str, Any]) -> list[Press]:
    return [Press(context.t("core-back"), BuildRule(segments.Join(fields.get("join", "and"))))]


def _pairs(presses: Sequence[Press]) -> list[list[Press]]:
    return [list(presses[start : start + 2]) for start in range(0, len(presses), 2)]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_JOINS = (segments.Join.AND, segments.Join.OR, segments.Join.AND_NOT)
