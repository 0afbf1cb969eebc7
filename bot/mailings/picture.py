"""The picture of a mailing's results: what became of the plan as bars, and when people answered, clicked and left.

Drawn by matplotlib where it is installed (it takes 0.4 s to load, so only then), without its global state, in a thread.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.util import find_spec
from threading import Lock
from typing import Any

from bot.render import Reader, plain, translate
from crm.mailings.results import Picture
from crm.wording import day
from storage.models import Language, TouchKind

_INK, _FAINT, _GRID = "#1c2733", "#6b7884", "#dfe5ea"
_GOOD, _PEOPLE, _LOST, _WAITS = "#1f6f54", "#2f6db5", "#b5472f", "#9aa7b2"
_LINES = {TouchKind.ANSWER: "#1f6f54", TouchKind.CLICK: "#2f6db5", TouchKind.UNSUBSCRIBE: "#b5472f"}
_THAI = ("Noto Sans Thai", "Noto Sans Thai Looped", "Sarabun", "Loma", "Garuda", "Leelawadee UI", "Thonburi", "Tahoma")
_STEPS = 48
_HOURLY_UP_TO = timedelta(days=2)

_drawing = Lock()  # its fonts are shared


@dataclass(frozen=True)
class Bar:
    label: str
    value: int
    said: str  # the figure as the reader writes it, with its share
    colour: str


@dataclass(frozen=True)
class Line:
    label: str
    points: tuple[int, ...]  # how many by then, at even distances
    colour: str


@dataclass(frozen=True)
class Chart:
    """All that is drawn, in the reader's words; drawing asks nobody anything."""

    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    ticks: tuple[tuple[int, str], ...]  # where along the lines, and what stands below
    title_bars: str
    title_lines: str


def can_draw() -> bool:
    """Whether the library is there."""
    return find_spec("matplotlib") is not None


def chart_of(reader: Reader, found: Picture) -> Chart:
    """The figures in the reader's words; in English where the machine has no letters of theirs."""
    language = reader.language if reader.language is not Language.TH or _thai_font() else Language.EN
    moments = {kind: at for kind, at in found.moments.items() if at}
    begun = found.results.mailing.started_at or reader.now
    last = max((at[-1] for at in moments.values()), default=begun)
    end = max(last, begun + timedelta(hours=1))
    return Chart(
        bars=_bars(reader, found, language),
        lines=tuple(
            Line(_say(language, f"results-line-{kind.value}"), _grown(at, begun, end), _LINES[kind])
            for kind, at in moments.items()
        ),
        ticks=_ticks(reader, begun, end, language),
        title_bars=_say(language, "results-picture-bars"),
        title_lines=_say(language, "results-picture-lines"),
    )


def draw(chart: Chart) -> bytes:
    """The chart as a PNG, 1200 pixels wide. Slow: to be called in a thread."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with _drawing:
        tall = 1.4 + 0.42 * len(chart.bars) + (2.9 if chart.lines else 0)
        figure = Figure(figsize=(8, tall), dpi=150, facecolor="white")
        figure.set_layout_engine("constrained", w_pad=0.14, h_pad=0.14)
        FigureCanvasAgg(figure)
        rows = [0.42 * len(chart.bars) + 0.6, 2.6] if chart.lines else [1]
        grid = figure.add_gridspec(len(rows), 1, height_ratios=rows)
        fonts = {"family": ["DejaVu Sans", *([found] if (found := _thai_font()) else [])]}
        _draw_bars(figure.add_subplot(grid[0]), chart, fonts)
        if chart.lines:
            _draw_lines(figure.add_subplot(grid[1]), chart, fonts)
        out = io.BytesIO()
        figure.savefig(out, format="png")
        return out.getvalue()


def _draw_bars(axes: Any, chart: Chart, fonts: dict[str, Any]) -> None:
    places = range(len(chart.bars))
    axes.barh(places, [bar.value for bar in chart.bars], color=[bar.colour for bar in chart.bars], height=0.66)
    most = max((bar.value for bar in chart.bars), default=1) or 1
    for place, bar in zip(places, chart.bars, strict=True):
        axes.text(bar.value + most * 0.012, place, bar.said, va="center", fontsize=9, color=_INK, **fonts)
    axes.set_yticks(list(places), [bar.label for bar in chart.bars], fontsize=9.5, color=_INK, **fonts)
    axes.set_xlim(0, most * 1.22)
    axes.invert_yaxis()
    axes.set_xticks([])
    _bare(axes, chart.title_bars, fonts)


def _draw_lines(axes: Any, chart: Chart, fonts: dict[str, Any]) -> None:
    for line in chart.lines:
        axes.plot(range(len(line.points)), line.points, color=line.colour, linewidth=2, label=line.label)
    axes.set_xticks(
        [place for place, _ in chart.ticks], [text for _, text in chart.ticks], fontsize=8.5, color=_FAINT, **fonts
    )
    axes.set_ylim(bottom=0)
    axes.set_xlim(0, _STEPS)
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.tick_params(axis="y", labelsize=8.5, labelcolor=_FAINT, length=0)
    axes.grid(axis="y", color=_GRID, linewidth=0.8)
    axes.legend(loc="best", frameon=False, prop={**fonts, "size": 9}, labelcolor=_INK)
    _bare(axes, chart.title_lines, fonts)


def _bare(axes: Any, title: str, fonts: dict[str, Any]) -> None:
    axes.set_title(title, loc="left", fontsize=11, color=_INK, fontweight="bold", **fonts)
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)


def _bars(reader: Reader, found: Picture, language: Language) -> tuple[Bar, ...]:
    """The plan, what became of it, and what people did; what is nought is left out but for the first two."""
    figures, mailing = found.results.figures, found.results.mailing
    delivered = found.results.delivered
    # A share of what some providers told and others did not would look like a share of those who got it.
    shares = {f"delivered-{one.by}": one.count if one.by == "known" else one.of for one in delivered if one.by}
    sums = (
        ("planned", figures.planned, _WAITS),
        ("sent", figures.sent, _GOOD),
        *((f"delivered-{one.by}" if one.by else "delivered", one.count, _GOOD) for one in delivered),
        ("clicked", figures.clicked if mailing.track_clicks else 0, _PEOPLE),
        ("opened", figures.opened if mailing.track_opens else 0, _PEOPLE),
        ("answered", figures.answered, _PEOPLE),
        ("unsubscribed", figures.unsubscribed, _LOST),
        ("bounced", figures.bounced, _LOST),
        *((state, figures.sums[state], _LOST) for state in ("failed", "suppressed", "unknown", "cancelled")),
        ("waiting", figures.waiting, _WAITS),
    )
    return tuple(
        Bar(
            _say(language, f"results-bar-{name}"),
            value,
            _with_share(reader, value, shares.get(name, figures.planned)),
            colour,
        )
        for number, (name, value, colour) in enumerate(sums)
        if value or number < 2
    )


def _with_share(reader: Reader, value: int, of: int) -> str:
    if not of or value == of:
        return reader.number(value)
    share = value * 100 / of
    return f"{reader.number(value)} · {share:.0f} %" if share >= 1 else f"{reader.number(value)} · <1 %"


def _grown(moments: Sequence[datetime], begun: datetime, end: datetime) -> tuple[int, ...]:
    """How many there were at each of the steps, beginning with none."""
    step = (end - begun) / _STEPS
    points, reached = [], 0
    for number in range(_STEPS + 1):
        until = begun + step * number
        while reached < len(moments) and (moments[reached] <= until or number == _STEPS):
            reached += 1
        points.append(reached)
    return tuple(points)


def _ticks(reader: Reader, begun: datetime, end: datetime, language: Language) -> tuple[tuple[int, str], ...]:
    """Five moments: times of the day within two days, else days."""
    told = []
    for place in range(0, _STEPS + 1, _STEPS // 4):
        at = begun + (end - begun) * place / _STEPS
        told.append(
            (place, reader.time(at) if end - begun <= _HOURLY_UP_TO else day(at, zone=reader.zone, language=language))
        )
    return tuple(told)


def _say(language: Language, key: str) -> str:
    return plain(translate(language, key))


def _thai_font() -> str:
    """A family on this machine that has Thai letters; none: an empty word."""
    if not can_draw():
        return ""
    from matplotlib import font_manager

    there = {one.name for one in font_manager.fontManager.ttflist}
    return next((name for name in _THAI if name in there), "")
