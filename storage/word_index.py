"""Whole words of the searched columns on SQLite: an FTS5 table of words, and its vocabulary for typing errors.

PostgreSQL needs neither: pg_trgm answers both questions from the one index.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models.searchable import Searchable
from storage.spelling import with_errors

SIMILAR_WORDS = 30
# Letters that SQLite's tokenizer, whose Unicode is older than Python's, surely takes for letters too.
_SAFE = re.compile(r"[0-9a-z\u00df-\u00f6\u00f8-\u024f\u0400-\u045f\u0e01-\u0e3a\u0e40-\u0e4e]+")


def is_indexed(word: str) -> bool:
    """Whether a folded word is one word to the index as well."""
    return _SAFE.fullmatch(word) is not None


def expression(alternatives: Iterable[Iterable[str]]) -> str:
    """A MATCH expression: any of the alternatives, all words of one; all words must be indexed ones."""
    return " OR ".join("(" + " AND ".join(f'"{word}"' for word in words) + ")" for words in alternatives)


def allowed_errors(word: str) -> int:
    """How many typing errors a word of that length may have."""
    return 1 if len(word) < 8 else 2


async def similar_words(session: AsyncSession, searchable: Searchable, wanted: str) -> list[str]:
    """Words of the vocabulary within a typing error of `wanted` that begin with its two first letters, or those swapped.

    Wider ranges of the vocabulary cost more than the trigrams that find the rest: SQLite counts each word's rows.
    """
    prefixes = dict.fromkeys((wanted[:2], wanted[1::-1]))
    there = [word for prefix in prefixes for word in await _beginning(session, searchable, prefix)]
    return _alike(wanted, there)


def _alike(wanted: str, there: Sequence[str]) -> list[str]:
    allowed = allowed_errors(wanted)
    whole = with_errors(wanted, there, at_most=allowed, limit=SIMILAR_WORDS)
    if whole:
        return [there[place] for place in whole]
    cut = [word[: len(wanted)] for word in there]
    return [there[place] for place in with_errors(wanted, cut, at_most=allowed, limit=SIMILAR_WORDS)]


async def _beginning(session: AsyncSession, searchable: Searchable, prefix: str) -> list[str]:
    # The table's name is ours; what was typed is bound.
    query = text(f"SELECT term FROM {searchable.vocabulary} WHERE term >= :low AND term < :high")  # noqa: S608
    rows = await session.execute(query, {"low": prefix, "high": prefix + "\U0010ffff"})
    return [row[0] for row in rows.all()]
