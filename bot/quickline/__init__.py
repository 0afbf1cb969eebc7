"""The quick line: any plain message read as something done, a question about stock, or a search. Nothing is saved here.

"call Anna agreed 20 pcs, tomorrow 10 send offer" is a call to somebody named by the first words of `subject`,
with a follow-up tomorrow at 10. Who "Anna" is, is found by trying `name_spans` against the clients.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from bot.dates import WORKING_HOURS, Mention, Moment, choose_promise, find_moments
from bot.dates.resolve import Hours
from bot.quickline.names import name_spans
from bot.quickline.pieces import CLAUSE_ENDS, tidy, words_of
from bot.quickline.said import find_duration, find_outcome, split_intention
from bot.quickline.stock import is_article_code, stock_query
from bot.quickline.verbs import Use, find_verb
from bot.quickline.words import INTENTIONS, NAME_ENDS, NAME_LINKS, THAI_HONORIFICS
from storage.models.enums import CallOutcome, Direction, InteractionKind

Span = tuple[int, int]

LONGEST_LINE: Final = 4096


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
        told = [_with_links(self.subject, name), self.duration_span]
        if self.outcome_span and not tidy(_without(self.subject, [*told, self.outcome_span])):
            return ""
        return tidy(_without(self.subject, told))


def read_line(text: str, *, language: str, now: datetime, zone: ZoneInfo, working_hours: Hours = WORKING_HOURS) -> Line:
    """Read a plain message: something done, else a question about stock, else a search for all of it."""
    text = text.strip()[:LONGEST_LINE]
    words = words_of(text)
    use = find_verb(text, words)
    if use is not None:
        return _interaction(text, use, language=language, now=now, zone=zone, hours=working_hours)
    asked = stock_query(text)
    if asked is not None:
        return Line(Kind.STOCK, text, query=asked)
    if is_article_code(text):
        return Line(Kind.STOCK, text, certainty=Certainty.LOW, query=text)
    return Line(Kind.SEARCH, text, query=text)


def _interaction(text: str, use: Use, *, language: str, now: datetime, zone: ZoneInfo, hours: Hours) -> Line:
    """1. what stands before the verb is a name or nothing; 2. the promise is cut off the rest; 3. the remainder is read."""
    head = text[: use.start].strip(" ,:-—") if use.named_before else ""
    rest = text[use.end :].lstrip(" ,:-—.")
    mentions = find_moments(rest, now=now, zone=zone, language=language, working_hours=hours)
    promised = choose_promise([mention for mention in mentions if _promises(mention, use, rest)])
    said, promise = _cut_promise(rest, promised) if promised else (rest, None)
    subject = f"{head} {said}".strip() if head else said
    duration, outcome = find_duration(subject), find_outcome(subject)
    closed = [found[1] for found in (duration, outcome) if found]
    spans = tuple(name_spans(subject, before=len(head), closed=closed))
    planned = use.verb.intended or (
        use.verb.plain
        and promised is not None
        and not use.named_before
        and not closed
        and _only_a_name(subject, spans)
        and (promise is None or not promise.text)
    )
    if planned and promise is not None and not promise.text:
        promise = Promise(promise.moment, tidy(f"{text[use.start : use.end]} {said}"))
    is_call = use.verb.kind is InteractionKind.CALL
    return Line(
        Kind.INTERACTION,
        text,
        verb=use.verb.kind,
        direction=use.direction,
        outcome=(use.verb.outcome or (outcome[0] if outcome else None)) if is_call else None,
        duration=duration[0] if duration else None,
        subject=subject,
        name_spans=spans,
        follow_up=promise,
        planned=planned,
        duration_span=duration[1] if duration else None,
        outcome_span=outcome[1] if outcome and is_call and outcome[0] is not CallOutcome.REACHED else None,
    )


def _promises(mention: Mention, use: Use, rest: str) -> bool:
    """ "today" and a bare hour tell more often when it happened; they promise only at the head of a clause of their own."""
    if not (mention.only_today or mention.only_hour) or use.verb.intended:
        return True
    leads = mention.opens_clause and mention.moment.span[0] > 0 and not mention.closes_clause
    bare_plan = use.verb.plain and mention.closes_clause and mention.moment.span[1] >= len(rest.rstrip(" .!"))
    return leads or (bare_plan and mention.only_hour)


def _cut_promise(rest: str, mention: Mention) -> tuple[str, Promise]:
    """What was said, and what is to be done: what follows the date, else the clause that ends with it."""
    start, end = mention.moment.span
    before, after = rest[:start], tidy(rest[end:])
    if after:
        return _tidy_end(before), Promise(mention.moment, after)
    clause = max(before.rstrip(" " + CLAUSE_ENDS).rfind(mark) for mark in CLAUSE_ENDS) + 1
    cut = _todo_begins(before, clause)
    if cut is None:
        return _tidy_end(before), Promise(mention.moment, "")
    return _tidy_end(before[:cut]), Promise(mention.moment, tidy(before[cut:]))


def _todo_begins(before: str, clause: int) -> int | None:
    """Where in the text before a closing date the thing to be done begins; None when all of it was said."""
    words = words_of(before[clause:])
    if not words:
        return None
    if clause > 0 and words[0].low in INTENTIONS:
        return clause
    cut = split_intention(before[clause:])
    if cut is not None:
        return clause + cut
    return clause if clause > 0 and words[0].low not in NAME_ENDS else None


def _tidy_end(text: str) -> str:
    text = text.rstrip(" ,;:-–—\n")
    return text[:-4].rstrip() if text.lower().endswith(" for") else text


def _only_a_name(subject: str, spans: tuple[Span, ...]) -> bool:
    return bool(spans) and not tidy(_without(subject, [_with_links(subject, spans[0])]))


def _without(text: str, spans: list[Span | None]) -> str:
    for start, end in sorted((span for span in spans if span), reverse=True):
        text = f"{text[:start]} {text[end:]}"
    return text


def _with_links(text: str, name: Span | None) -> Span | None:
    """The name with the prepositions that lead to it ("with", "с", "กับ")."""
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
