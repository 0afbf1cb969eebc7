"""The shape of one language's patterns, and how their pieces are put together."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Patterns:
    """What one language says.

    `fillers` are dropped wherever they stand (please, thank you). Of the others each is held against one whole clause,
    except `anywhere`, which is searched in all of the text with its spaces taken out (Thai writes none); where it is
    found, so is `doubtful`.
    """

    fillers: re.Pattern[str]
    stop_words: re.Pattern[str]  # a clause that says stop by itself, where nothing else is said
    leaving_words: re.Pattern[str]  # those of them that speak of nothing but mailings, in a letter too
    weak_words: re.Pattern[str]  # may be one; with anything else beside it, it is none
    clear: re.Pattern[str]  # asks to get no more messages, whatever else is said
    hints: re.Pattern[str]  # a person should look
    harmless: re.Pattern[str]  # may stand beside a stop word: wrong number, who is this, not interested
    contradicting: re.Pattern[str]  # beside a clear ask: they want something else of us
    doubtful: re.Pattern[str]  # a clear ask put as a question or a condition; a clause that was asked ends in a mark
    quoted: re.Pattern[str]  # our own words about STOP, quoted back
    start_words: re.Pattern[str]
    help_words: re.Pattern[str]
    anywhere: re.Pattern[str] | None = None
    anywhere_hints: re.Pattern[str] | None = None


NEVER = re.compile(r"(?!)")


def once(*alternatives: str) -> str:
    """One of several whole words or phrases, the first that fits for good.

    Repeated words that could be read in two ways would otherwise be tried in every combination of them.
    """
    return rf"(?>(?:{'|'.join(alternatives)})(?!\w))"


def compiled(*alternatives: str) -> re.Pattern[str]:
    """One pattern of several. The text has single blanks between its words."""
    return re.compile("|".join(f"(?:{one})" for one in alternatives))
