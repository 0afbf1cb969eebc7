"""The flow of an automation as a picture: boxes from top to bottom, branches side by side. Called beside the event loop.

Latin and Cyrillic are drawn with the font matplotlib brings along, Thai with the one beside this file (SIL Open Font
License, fonts/OFL.txt): nothing depends on what is installed on the machine.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from bot.automations.saying import branches, rule_words, step_words, trigger_words
from bot.automations.wrapping import wrapped
from bot.render import plain, translate
from crm.automations.definition import Branch, Definition, Send, Step, Stop, Wait, WaitFor, WaitUntil
from storage.models import Language

_THAI: Final = Path(__file__).parent / "fonts" / "NotoSansThai-Regular.ttf"
_FONTS: Final = ["DejaVu Sans", "Noto Sans Thai"]
# In inches.
_WIDE, _APART, _LINE, _PAD, _GAP = 2.7, 0.3, 0.2, 0.14, 0.3
_MARGIN: Final = 0.25
_DPI: Final = 130
_SIDE: Final = 9_000  # pixels, about what Telegram shows of a picture sent as a file
_ACROSS: Final = 34  # signs in a line of a box
_LINES: Final = 4
_INK, _EDGE, _PALE = "#1f2933", "#7b8794", "#ffffff"
_COLOURS: Final = ((Send, "#d7f0dd"), (Wait | WaitUntil | WaitFor, "#e4e7eb"), (Branch, "#fff3c4"), (Stop, "#f8d7d7"))
_START: Final = "#d6e8fa"


class NoPainter(Exception):
    """matplotlib is not installed here."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Some steps as they will stand: how wide and high, and what draws them around x, downwards from y; it returns where it
    ends, None where nothing goes on.
    """

    width: float
    height: float
    draw: Callable[[Any, float, float], float | None]


def draw(definition: Definition, language: Language, today: date) -> bytes:
    """The picture as PNG. Raises NoPainter."""
    figures, canvases = _matplotlib()
    flow = _column(definition.steps, language, today)
    start = _wrapped(trigger_words(language, definition.trigger))
    if definition.only:
        start += _wrapped(
            plain(translate(language, "automations-only", rule=rule_words(language, definition.only, today)))
        )
    end = _wrapped(plain(translate(language, "automations-simulated-end")))
    height = _high(start) + _GAP + flow.height + _high(end) + 2 * _MARGIN
    width = max(flow.width, _WIDE) + 2 * _MARGIN
    figure = figures.Figure(figsize=(width, height), dpi=min(_DPI, _SIDE / max(width, height)))
    canvas = canvases.FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    axes.set_axis_off()
    middle = width / 2
    below = _box(axes, middle, _MARGIN, start, _START)
    _arrow(axes, middle, below, middle, below + _GAP)
    last = flow.draw(axes, middle, below + _GAP)
    if last is not None:
        _box(axes, middle, last, end, _PALE)
    written = io.BytesIO()
    canvas.print_png(written)
    return written.getvalue()


@cache
def _matplotlib() -> tuple[Any, Any]:
    """Its figures and canvases, with our font known to it; loaded on first use, which takes a second."""
    try:
        from matplotlib import figure, font_manager, rcParams
        from matplotlib.backends import backend_agg
    except ImportError:
        raise NoPainter from None
    font_manager.fontManager.addfont(str(_THAI))
    rcParams["font.family"] = _FONTS
    rcParams["text.usetex"] = False
    rcParams["text.parse_math"] = False  # a dollar in somebody's text is a dollar
    return figure, backend_agg


def _column(steps: Sequence[Step], language: Language, today: date) -> _Part:
    parts = [_step(step, language, today) for step in steps]

    def draw(axes: Any, x: float, y: float) -> float | None:
        below: float | None = y
        for part in parts:
            if below is None:  # what stands after a stop is never come to, and is shown so
                below = y
            drawn = part.draw(axes, x, below)
            y = below + part.height
            below = drawn
        return below

    height = sum(part.height for part in parts)
    return _Part(max([_WIDE, *(part.width for part in parts)]), height, draw)


def _step(step: Step, language: Language, today: date) -> _Part:
    """A box with an arrow out of it; branches below theirs, side by side, coming together again."""
    words = _wrapped(step_words(language, step, today))
    colour = next((colour for kind, colour in _COLOURS if isinstance(step, kind)), _PALE)
    high = _high(words)
    ways = branches(step)
    if not ways:

        def draw_box(axes: Any, x: float, y: float) -> float | None:
            below = _box(axes, x, y, words, colour)
            if isinstance(step, Stop):
                return None
            _arrow(axes, x, below, x, below + _GAP)
            return below + _GAP

        return _Part(_WIDE, high + _GAP, draw_box)
    heads = [plain(translate(language, f"automations-step-{branch}")) for branch, _ in ways]
    columns = [_column(inner, language, today) for _, inner in ways]
    width = sum(column.width for column in columns) + _APART * (len(columns) - 1)
    down = 0.45
    deepest = max(column.height for column in columns)

    def draw_ways(axes: Any, x: float, y: float) -> float | None:
        below = _box(axes, x, y, words, colour)
        left, meets, go_on = x - width / 2, below + down + deepest, False
        for head, column in zip(heads, columns, strict=True):
            middle = left + column.width / 2
            _arrow(axes, x, below, middle, below + down)
            axes.text(
                middle, below + down * 0.52, head, ha="center", va="center", fontsize=7.5, color=_INK, bbox=_LABEL
            )
            last = column.draw(axes, middle, below + down)
            if last is not None:
                go_on = True
                _line(axes, middle, last, middle, meets)
                _line(axes, middle, meets, x, meets)
            left += column.width + _APART
        if not go_on:
            return None
        _arrow(axes, x, meets, x, meets + _GAP)
        return meets + _GAP

    return _Part(max(width, _WIDE), high + down + deepest + _GAP, draw_ways)


_LABEL: Final = {"boxstyle": "round,pad=0.15", "facecolor": "#ffffff", "edgecolor": "none"}


def _box(axes: Any, x: float, y: float, words: Sequence[str], colour: str) -> float:
    """A box around x with its top at y; returns where it ends."""
    from matplotlib.patches import FancyBboxPatch

    high = _high(words)
    shape = FancyBboxPatch(
        (x - _WIDE / 2, y),
        _WIDE,
        high,
        boxstyle="round,pad=0,rounding_size=0.08",
        facecolor=colour,
        edgecolor=_EDGE,
        lw=1,
    )
    axes.add_patch(shape)
    for number, line in enumerate(words):
        axes.text(x, y + _PAD + _LINE * (number + 0.5), line, ha="center", va="center", fontsize=8.5, color=_INK)
    return y + high


def _high(words: Sequence[str]) -> float:
    return _LINE * len(words) + 2 * _PAD


def _arrow(axes: Any, x: float, y: float, to_x: float, to_y: float) -> None:
    arrow = {"arrowstyle": "-|>", "color": _EDGE, "lw": 1, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", xy=(to_x, to_y), xytext=(x, y), arrowprops=arrow)


def _line(axes: Any, x: float, y: float, to_x: float, to_y: float) -> None:
    axes.plot([x, to_x], [y, to_y], color=_EDGE, lw=1)


def _wrapped(text: str) -> list[str]:
    return wrapped(text, across=_ACROSS, most=_LINES)
