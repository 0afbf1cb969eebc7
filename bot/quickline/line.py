"""What a quick line says, as a value: the kind of line, who it may be about, what was said and what is promised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.dates import Moment
from bot.quickline.pieces import tidy, words_of
from bot.quickline.words import NAME_LINKS, THAI_HONORIFICS
from storage.models.enums import CallOutcome, Direction, InteractionKind

Span = tuple[int, int]


class Kind(StrEnum):
    INTERACTION = "interaction"
    STOCK = "stock"
    SEARCH = "search"


class Certainty(StrEnum):
    HIGH = "high"
    LOW = "low"  # a bare article code: it may be a client's name as well


@dataclass(frozen=True, slots=True)
class Promise:
    """What was promised and for when; `text` is empty where the line says only when."""

    moment: Moment
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """What a quick line says.

    `subject` is what was typed without the verb and the promise, in order; `name_spans` are the places in it that may be
    the client's name, the best first. `query` is what a question or a search asks for. `planned`: it has not happened
    yet ("call Anna tomorrow 10", "позвонить Анне"): only the follow-up is to be made.
    """

    kind: Kind
    text: str
    certainty: Certainty = Certainty.HIGH
    verb: InteractionKind | None = None
    direction: Direction | None = None
    outcome: CallOutcome | None = None
    duration: timedelta | None = None
    subject: str = ""
    name_spans: tuple[Span, ...] = ()
    follow_up: Promise | None = None
    planned: bool = False
    query: str = ""
    # Places in `subject` that `duration` and `outcome` tell as well; "agreed" tells more than "reached" and is not one
    duration_span: Span | None = None
    outcome_span: Span | None = None

    @property
    def body(self) -> str:
        """What was said, as long as nobody knows which words are the name."""
        return self.body_without(None)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.subject[start:end] for start, end in self.name_spans)

    def body_without(self, name: Span | None) -> str:
        """What was said: the subject without the name and the duration; empty when only the outcome is left."""
        told = [with_links(self.subject, name), self.duration_span]
        if self.outcome_span and not tidy(without(self.subject, [*told, self.outcome_span])):
            return ""
        return tidy(without(self.subject, told))


def without(text: str, spans: Sequence[Span | None]) -> str:
    """The text without these places, a space in each."""
    for start, end in sorted((span for span in spans if span), reverse=True):
        text = f"{text[:start]} {text[end:]}"
    return text


def with_links(text: str, name: Span | None) -> Span | None:
    """The name with the prepositions or the title that lead to it ("with", "с", "กับ", "คุณ")."""
    if name is None:
        return None
    start = name[0]
    for word in reversed(words_of(text[: name[0]])):
        if word.low not in NAME_LINKS:
            break
        start = word.start
    for title in THAI_HONORIFICS:
        if text.endswith(title, 0, start):
            return start - len(title), name[1]
    return start, name[1]
