"""Dates as people say them, in English, Russian and Thai, as instants still to come.

`read_moment` for an answer to "when?", `find_moment` and `find_moments` for a date somewhere in a longer line.
Our own grammar first; dateparser only for a whole answer our grammar knows nothing about (docs/decisions/0010-dates.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.dates.grammar import readings
from bot.dates.parts import Days, Reading
from bot.dates.resolve import Hours, resolve
from bot.dates.tokens import LONGEST_LINE, MARK, Token, tokenize
from bot.dates.words import LINK

Span = tuple[int, int]

WORKING_HOURS: Final = Hours()
_CLAUSE_MARKS: Final = frozenset(',.;!?—–:-)("')
_FILLERS: Final = frozenset(
    [
        "please",
        "pls",
        "remind",
        "me",
        "пожалуйста",
        "напомни",
        "напомнить",
        "мне",
        "давай",
        "лучше",
        "ok",
        "ок",
        "это",
        "ครับ",
        "ค่ะ",
        "คะ",
        "นะ",
    ]
)


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant (aware UTC) somebody named, and the words they named it with."""

    at: datetime
    has_time: bool
    phrase: str
    span: Span


@dataclass(frozen=True, slots=True)
class Mention:
    """A moment in a line with what its place says of it: whether it opens or closes a clause, and what it lacks."""

    moment: Moment
    opens_clause: bool
    closes_clause: bool
    only_today: bool  # "today" without an hour: when it happened, more often than what is planned
    only_hour: bool  # an hour without a day


def read_moment(
    text: str, *, now: datetime, zone: ZoneInfo, language: str = "en", working_hours: Hours = WORKING_HOURS
) -> Moment | None:
    """The moment that the whole text names, or None: not a date, not only a date, or past.

    Without an hour it is the first hour of the person's working day.
    """
    tokens = tokenize(text)
    whole = [token for token in tokens if not _is_filler(token)]
    for reading in readings(whole, alone=True):
        if any(token.kind != MARK and LINK not in token.tags for token in whole[: reading.first]):
            return None
        if any(token.kind != MARK for token in whole[reading.last + 1 :]):
            return None
        return _moment(text, whole, reading, now=now, zone=zone, hours=working_hours)
    if len(text) > LONGEST_LINE or not _may_be_foreign(tokens):
        return None
    from bot.dates.fallback import parse_whole  # dateparser costs 0.13 s and 19 MB; most days nobody needs it

    found = parse_whole(text, now=now, zone=zone, language=language, hours=working_hours)
    return Moment(found[0], found[1], text.strip(), (0, len(text))) if found else None


def find_moment(
    text: str, *, now: datetime, zone: ZoneInfo, language: str = "en", working_hours: Hours = WORKING_HOURS
) -> tuple[Moment, Span] | None:
    """The moment most likely meant as a promise in a longer line, and where its words stand.

    One that opens a clause ("…, tomorrow 10 send offer") goes before one inside it, and of those inside the last.
    """
    mentions = find_moments(text, now=now, zone=zone, language=language, working_hours=working_hours)
    chosen = choose_promise(mentions)
    return (chosen.moment, chosen.moment.span) if chosen else None


def choose_promise(mentions: list[Mention]) -> Mention | None:
    """Of several moments in a line, the one most likely promised."""
    if not mentions:
        return None
    opening = [mention for mention in mentions if mention.opens_clause and mention.moment.span[0] > 0]
    return opening[-1] if opening else mentions[-1]


def find_moments(
    text: str, *, now: datetime, zone: ZoneInfo, language: str = "en", working_hours: Hours = WORKING_HOURS
) -> list[Mention]:
    """Every moment still to come that the line names, left to right."""
    del language  # one grammar reads all three languages: people mix them
    tokens = tokenize(text)
    mentions = []
    for reading in readings(tokens):
        opens, closes = _edges(tokens, reading)
        if _doubtful(tokens, reading, opens=opens, closes=closes):
            continue
        moment = _moment(text, tokens, reading, now=now, zone=zone, hours=working_hours)
        if moment is not None:
            lone = reading.clock is None and reading.part is None
            only_today = lone and len(reading.days) == 1 and reading.days[0] == Days(0)
            mentions.append(Mention(moment, opens, closes, only_today, not reading.days))
    return mentions


def _doubtful(tokens: list[Token], reading: Reading, *, opens: bool, closes: bool) -> bool:
    """A word that is also another one, or "at 3" without more, must have the surroundings of a date."""
    if closes:
        return False
    if reading.weak:
        return not (reading.linked or (opens and (reading.weak == 1 or reading.first > 0)))
    bare_hour = not reading.days and reading.part is None and tokens[reading.last].shape == "whole"
    return bare_hour and not opens


def _moment(
    text: str, tokens: list[Token], reading: Reading, *, now: datetime, zone: ZoneInfo, hours: Hours
) -> Moment | None:
    resolved = resolve(reading, now=now, zone=zone, hours=hours)
    if resolved is None:
        return None
    span = (tokens[reading.first].start, tokens[reading.last].end)
    return Moment(resolved[0], resolved[1], text[span[0] : span[1]], span)


def _edges(tokens: list[Token], reading: Reading) -> tuple[bool, bool]:
    before = tokens[reading.first - 1] if reading.first else None
    after = tokens[reading.last + 1] if reading.last + 1 < len(tokens) else None
    opens = before is None or (before.kind == MARK and before.low in _CLAUSE_MARKS)
    return opens, after is None or (after.kind == MARK and after.low in _CLAUSE_MARKS)


def _is_filler(token: Token) -> bool:
    return token.low in _FILLERS


def _may_be_foreign(tokens: list[Token]) -> bool:
    """Worth asking dateparser: short, with some word of dates in it and not only numbers."""
    return 2 <= len(tokens) <= 12 and any(token.tags and LINK not in token.tags for token in tokens)
