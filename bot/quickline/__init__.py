"""The quick line: any plain message read as something done, a question about stock, or a search. Nothing is saved here.

"call Anna agreed 20 pcs, tomorrow 10 send offer" is a call to somebody named by the first words of `subject`,
with a follow-up tomorrow at 10. Who "Anna" is, is found by trying `name_spans` against the clients.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.dates import WORKING_HOURS
from bot.dates.resolve import Hours
from bot.quickline.line import Certainty, Kind, Line, Promise
from bot.quickline.pieces import words_of
from bot.quickline.reading import Reader
from bot.quickline.stock import is_article_code, stock_query
from bot.quickline.verbs import find_verb

__all__ = ["Certainty", "Kind", "Line", "Promise", "read_line"]

LONGEST_LINE: Final = 4096


def read_line(text: str, *, language: str, now: datetime, zone: ZoneInfo, working_hours: Hours = WORKING_HOURS) -> Line:
    """Read a plain message: something done or to be done, else a question about stock, else a search for all of it."""
    text = text.strip()[:LONGEST_LINE]
    reader = Reader(language, now, zone, working_hours)
    use = find_verb(text, words_of(text))
    if use is not None and not use.named_before:
        return reader.something_done(text, use)
    planned = reader.something_to_do(text)
    if planned is not None:
        return planned
    if use is not None:
        return reader.something_done(text, use)
    asked = stock_query(text)
    if asked is not None:
        return Line(Kind.STOCK, text, query=asked)
    if is_article_code(text):
        return Line(Kind.STOCK, text, certainty=Certainty.LOW, query=text)
    return reader.not_reached(text) or Line(Kind.SEARCH, text, query=text)
