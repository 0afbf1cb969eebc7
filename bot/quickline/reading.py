"""Reading what was done, or is to be done, once the verb is known: the promise, the name's places, outcome, duration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.dates import Mention, choose_promise, find_moments, read_moment
from bot.dates.resolve import Hours
from bot.quickline.doing import Verb
from bot.quickline.line import Kind, Line, Promise, with_links, without
from bot.quickline.names import name_spans
from bot.quickline.pieces import CLAUSE_ENDS, tidy, words_of
from bot.quickline.said import find_duration, find_outcome, split_intention
from bot.quickline.verbs import Use, find_verb
from bot.quickline.words import INTENTIONS, NAME_ENDS
from storage.models.enums import CallOutcome, Direction, InteractionKind

_TO_DO = Verb(InteractionKind.NOTE, intended=True)
_ADDS_NOTHING = frozenset({"", "back", "again", "еще раз", "снова", "อีกครั้ง"})
_NO_TALK = frozenset({CallOutcome.NO_ANSWER, CallOutcome.VOICEMAIL, CallOutcome.WRONG_NUMBER})


@dataclass(frozen=True, slots=True)
class Reader:
    """When and where the line is read."""

    language: str
    now: datetime
    zone: ZoneInfo
    hours: Hours

    def mentions(self, text: str) -> list[Mention]:
        return find_moments(text, now=self.now, zone=self.zone, language=self.language, working_hours=self.hours)

    def something_done(self, text: str, use: Use) -> Line:
        """1. What stands before the verb is a name or nothing. 2. The promise is cut off. 3. The remainder is read."""
        head = text[: use.start].strip(" ,:-—") if use.named_before else ""
        rest = text[use.end :].lstrip(" ,:-—.")
        mention = choose_promise([found for found in self.mentions(rest) if _promises(found, use, rest)])
        if mention is not None and use.verb.intended:
            return self._planned(text, use, rest, mention)
        if mention is not None and use.verb.plain and mention.moment.span[0] == 0 and not head:
            return self._planned(text, use, rest, mention)
        said, promise = _cut_promise(rest, mention) if mention else (rest, None)
        line = _line(text, use, subject=f"{head} {said}".strip() if head else said, before=len(head), promise=promise)
        if mention and promise and not promise.text and use.verb.plain and not head and _only_a_name(line):
            return self._planned(text, use, rest, mention)
        return line

    def something_to_do(self, text: str) -> Line | None:
        """A line that begins with a date ("tomorrow 10 call Anna") or with what to do ("send Anna the offer tomorrow")."""
        words = words_of(text)
        if not words:
            return None
        mentions = self.mentions(text)
        first = mentions[0] if mentions and mentions[0].moment.span[0] == 0 else None
        if first is None:
            chosen = choose_promise(mentions)
            if chosen is None or words[0].low not in INTENTIONS:
                return None
            return self._planned(text, Use(_TO_DO, None, 0, 0), text, chosen)
        rest = text[first.moment.span[1] :].lstrip(" ,:-—.")
        use = find_verb(rest, words_of(rest))
        if use is None or use.named_before:
            doing = words_of(rest)
            use = Use(_TO_DO, None, 0, 0) if doing and doing[0].low in INTENTIONS else None
        if use is None or not (use.verb.intended or (use.verb.plain and not first.only_today)):
            return None
        return self._planned(text, use, rest[use.end :], first, verb=rest[use.start : use.end], dated_first=True)

    def not_reached(self, text: str) -> Line | None:
        """ "Anna didn't answer": a call, though nobody says so."""
        outcome = find_outcome(text)
        if outcome is None or outcome[0] not in _NO_TALK or not 1 <= len(words_of(text[: outcome[1][0]])) <= 4:
            return None
        return self.something_done(text, Use(Verb(InteractionKind.CALL), Direction.OUT, 0, 0))

    def _planned(
        self, text: str, use: Use, rest: str, mention: Mention, *, verb: str | None = None, dated_first: bool = False
    ) -> Line:
        """Nothing has happened yet: all but the date is what to do, and the name is somewhere in it."""
        moment = mention.moment
        if not dated_first:
            rest = f"{rest[: moment.span[0]]} {rest[moment.span[1] :]}"
        if not moment.has_time:
            for other in self.mentions(rest):
                both = f"{moment.phrase} {other.moment.phrase}" if other.only_hour else ""
                joined = both and read_moment(both, now=self.now, zone=self.zone, working_hours=self.hours)
                if joined:  # "tomorrow call Anna at 10"
                    moment = joined
                    rest = f"{rest[: other.moment.span[0]]} {rest[other.moment.span[1] :]}"
                    break
        subject = tidy(rest)
        doing = text[use.start : use.end] if verb is None else verb
        promise = Promise(moment, tidy(f"{doing} {subject}"))
        return _line(text, use, subject=subject, before=0, promise=promise, planned=True)


def _line(text: str, use: Use, *, subject: str, before: int, promise: Promise | None, planned: bool = False) -> Line:
    duration, outcome = find_duration(subject), find_outcome(subject)
    is_call = use.verb.kind is InteractionKind.CALL and not planned
    told = outcome[0] if outcome and is_call else None
    return Line(
        Kind.INTERACTION,
        text,
        verb=use.verb.kind,
        direction=use.direction,
        outcome=(use.verb.outcome or told) if is_call else None,
        duration=duration[0] if duration and not planned else None,
        subject=subject,
        name_spans=tuple(
            name_spans(subject, before=before, closed=[found[1] for found in (duration, outcome) if found])
        ),
        follow_up=promise,
        planned=planned or use.verb.intended,
        duration_span=duration[1] if duration and not planned else None,
        outcome_span=outcome[1] if outcome and told is not None and told is not CallOutcome.REACHED else None,
    )


def _promises(mention: Mention, use: Use, rest: str) -> bool:
    """ "today" and a bare hour tell more often when it happened; they promise only at the head of a clause of their own."""
    if not (mention.only_today or mention.only_hour) or use.verb.intended:
        return True
    if mention.moment.span[0] == 0:
        return use.verb.plain and mention.only_hour and use.verb.kind is InteractionKind.MEETING
    if mention.opens_clause and not mention.closes_clause:
        return True
    return use.verb.plain and mention.only_hour and mention.moment.span[1] >= len(rest.rstrip(" .!"))


def _cut_promise(rest: str, mention: Mention) -> tuple[str, Promise]:
    """What was said, and what is to be done: what follows the date, else the clause that ends with it."""
    start, end = mention.moment.span
    before, after = rest[:start], tidy(rest[end:])
    if after:
        return _tidy_end(before), Promise(mention.moment, after.removeprefix("to "))
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


def _only_a_name(line: Line) -> bool:
    told = line.duration_span or line.outcome_span
    name = line.name_spans[0] if line.name_spans else None
    if name is None or told:
        return False
    return tidy(without(line.subject, [with_links(line.subject, name)])).lower() in _ADDS_NOTHING
