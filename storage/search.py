"""Finding clients and products by what people type: parts of words, typing errors, other scripts, other keyboard layouts.

One algorithm over both databases: cheap exact stages first, each later stage only while too little was found.
1. the key column: equal, then beginning with the query;  2. every word as a substring, folded or as it sounds;
3. the same in the other keyboard layouts;  4. typing errors: half of each word must be intact, then edit distance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    TableClause,
    TextClause,
    and_,
    bindparam,
    column,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from storage.folding import (
    digits,
    fold,
    fold_code,
    index_text,
    name_key,
    sound,
    swap_layout,
    transliterate,
    word_spans,
    words,
)
from storage.models.searchable import CLIENTS, PRODUCTS, Searchable
from storage.ready import Ready
from storage.spelling import errors_between
from storage.word_index import allowed_errors, expression, is_indexed, similar_words

__all__ = [
    "CLIENTS",
    "PRODUCTS",
    "Hit",
    "Row",
    "digits",
    "find",
    "fold",
    "fold_code",
    "having_any",
    "having_similar_words",
    "having_words",
    "index_text",
    "name_key",
    "sound",
    "swap_layout",
    "transliterate",
    "word_spans",
    "words",
]

MAX_WORDS = 8
CANDIDATES = 100  # per stage: ranking beyond that serves nobody
FUZZY_CANDIDATES = 400
LEAST_FOR_BOTH = 4  # letters of each word
LEAST_OF_A_KEY = 3  # letters that make a beginning rare


@dataclass(frozen=True)
class Hit:
    """A row found; `score` from 0 to 100: 100 is the key itself, under 60 needed a guess (layout, typing error)."""

    id: int
    score: float


@dataclass(frozen=True)
class Row:
    """A candidate with its searched columns."""

    id: int
    key: str
    text: str


async def find(
    session: AsyncSession,
    searchable: Searchable,
    query: str,
    *,
    limit: int = 20,
    condition: Sequence[ColumnElement[bool]] = (),
    layouts: bool = True,
    typing_errors: bool = True,
) -> list[Hit]:
    """The best rows for `query`, best first. `condition` narrows (scope, not archived) inside the database.

    `layouts` and `typing_errors` switch off the later stages for a caller who has read the query in its own way.
    """
    folded = fold(query[:200])
    if not folded:
        return []
    hunt = _Hunt(session, searchable, tuple(condition), limit)
    await hunt.by_key(folded)
    readings = _readings(folded)
    if limit <= 10 and len(readings[0] if readings else ()) > 1 and hunt.has_exact:
        return hunt.best()  # the whole name, as it is: nothing better can follow
    for reading in readings:
        await hunt.by_words(reading, worth=80)
    if phone := _phone(folded):
        await hunt.by_words([phone], worth=85)
    if hunt.found:
        return hunt.best()
    swapped = [fold(variant) for variant in swap_layout(query[:200])] if layouts and len(folded) > 2 else []
    for variant in swapped:
        await hunt.by_key(variant, worth=59)
        for reading in _readings(variant):
            await hunt.by_words(reading, worth=55)
    if hunt.found or not typing_errors:
        return hunt.best()
    for reading in readings:
        await hunt.by_similarity(reading)
    if not hunt.found:
        # Another layout and a typing error at once: in short words that makes anything of everything.
        for reading in (reading for variant in swapped for reading in _readings(variant) if _is_long(reading)):
            await hunt.by_similarity(reading, deep=False)
    return hunt.best()


async def having_any(
    session: AsyncSession,
    searchable: Searchable,
    alternatives: Sequence[Sequence[str]],
    *,
    limit: int,
    condition: Sequence[ColumnElement[bool]] = (),
) -> list[Row]:
    """Rows that carry, whole, all folded words of at least one alternative: for reading a name out of a longer line."""
    return await _Hunt(session, searchable, tuple(condition), limit).any_of(alternatives)


async def having_words(
    session: AsyncSession,
    searchable: Searchable,
    wanted: Sequence[str],
    *,
    limit: int,
    condition: Sequence[ColumnElement[bool]] = (),
) -> list[Row]:
    """Rows that carry every folded word somewhere; words of one or two letters must begin one. No particular order."""
    kept = [word for word in wanted if word]
    return await _Hunt(session, searchable, tuple(condition), limit).all_of(kept, limit=limit) if kept else []


async def having_similar_words(
    session: AsyncSession,
    searchable: Searchable,
    wanted: Sequence[str],
    *,
    exact: Sequence[str] = (),
    limit: int,
    condition: Sequence[ColumnElement[bool]] = (),
) -> list[Row]:
    """Rows with every word of `exact`, and for every word of `wanted` one that a typing error may have made of it."""
    hunt = _Hunt(session, searchable, tuple(condition), limit)
    rows = await hunt.similar_to([word for word in wanted if len(word) >= 3], exact=exact, limit=limit)
    return [row for row, _ in rows]


def similarity(wanted: str, found: str) -> float:
    """How alike two folded words are, 0 to 1; 0 when farther apart than a typing error of that length may be."""
    allowed = allowed_errors(wanted)
    distance = errors_between(wanted, found, at_most=allowed)
    if distance > allowed or len(wanted) < 3:
        return 0.0
    return 1 - distance / max(len(wanted), len(found))


class _Hunt:
    """One search in progress: what was found so far, and at which worth."""

    def __init__(
        self, session: AsyncSession, searchable: Searchable, condition: tuple[ColumnElement[bool], ...], limit: int
    ) -> None:
        self._session = session
        self._searchable = searchable
        self._condition = condition
        self._limit = limit
        self._sqlite = session.get_bind().dialect.name == "sqlite"
        self._columns = searchable.table.c
        self.found: dict[int, tuple[float, Row]] = {}

    @property
    def has_exact(self) -> bool:
        return any(score >= 100 for score, _ in self.found.values())

    def best(self) -> list[Hit]:
        ranked = sorted(self.found.values(), key=lambda scored: (-scored[0], len(scored[1].text), scored[1].id))
        return [Hit(row.id, round(score, 2)) for score, row in ranked[: self._limit]]

    async def by_key(self, folded: str, *, worth: float = 100) -> None:
        key = self._columns[self._searchable.key]
        wanted = fold_code(folded) if self._searchable is PRODUCTS else name_key(folded)
        if not wanted:
            return
        prefix = and_(key >= wanted, key < wanted + "\U0010ffff") if self._sqlite else key.like(_like(wanted) + "%")
        query = _selecting(self._searchable).where(prefix, *self._beside_the_key(wanted))
        for row in await self._rows(query.order_by(key).limit(max(self._limit, 20))):
            self._keep(row, worth if row.key == wanted else worth - 8)

    def _beside_the_key(self, wanted: str) -> Sequence[ColumnElement[bool]]:
        """The conditions; on SQLite they choose no index of their own where the key is long enough to be rare.

        It takes any owner for one of few rows: of a million clients nobody owns it would read them all (measured: 0.2 s).
        """
        if not self._sqlite or len(wanted) < LEAST_OF_A_KEY or not self._condition:
            return self._condition
        return (UnaryExpression(and_(*self._condition).self_group(), operator=custom_op("+")),)

    async def by_words(self, wanted: list[str], *, worth: float) -> None:
        if not wanted:
            return
        for row in await self.all_of(wanted, limit=max(CANDIDATES, self._limit)):
            self._keep(row, worth + _placement(wanted, row))

    async def by_similarity(self, wanted: list[str], *, deep: bool = True) -> None:
        fuzzy = [word for word in wanted if len(word) >= 3]
        for row, alike in await self.similar_to(fuzzy, limit=FUZZY_CANDIDATES, deep=deep):
            self._keep(row, 20 + 30 * alike)

    async def all_of(self, wanted: Sequence[str], *, limit: int) -> list[Row]:
        query, fragments = self._containing(self._select(), wanted)
        if fragments:
            query = self._matching(query, " AND ".join(fragments))
        return await self._rows(query.limit(limit))

    async def similar_to(
        self, wanted: Sequence[str], *, limit: int, exact: Sequence[str] = (), deep: bool = True
    ) -> list[tuple[Row, float]]:
        """Candidates with how alike they are on average, from over 0 to 1; `deep` also where the first letters are wrong."""
        if not wanted:
            return []
        query, fragments = self._containing(self._select(), exact)
        known = await self._similar_words(wanted)
        if known:
            query = self._having(query, " AND ".join(f"({expression([word] for word in words)})" for words in known))
        elif self._sqlite and not deep:
            return []
        elif self._sqlite:
            fragments += [
                "(" + " OR ".join("(" + " AND ".join(map(_trigrams, way)) + ")" for way in _ways(word)) + ")"
                for word in wanted
            ]
            query = self._matching(query, " AND ".join(fragments))
        else:
            contains = self._columns.search_text.like
            for word in wanted:
                ways = (and_(*(contains(f"%{_like(part)}%") for part in way)) for way in _ways(word))
                query = query.where(or_(*ways))
        found = []
        for row in await self._rows(query.limit(limit)):
            there = row.text.split()
            likeness = [max((_alike(word, other) for other in there), default=0.0) for word in wanted]
            if min(likeness) > 0:
                found.append((row, sum(likeness) / len(likeness)))
        return found

    async def _similar_words(self, wanted: Sequence[str]) -> list[list[str]]:
        """For each word the vocabulary's words it may mean; empty when any has none, or on PostgreSQL."""
        known: list[list[str]] = []
        for word in wanted if self._sqlite and all(map(is_indexed, wanted)) else ():
            alike = await similar_words(self._session, self._searchable, word)
            known.append([other for other in alike if is_indexed(other)])
            if not known[-1]:
                return []
        return known

    def _containing(
        self, query: Select[int, str, str], wanted: Sequence[str]
    ) -> tuple[Select[int, str, str], list[str]]:
        """The verifying LIKEs, and the trigrams that narrow before them."""
        for word in wanted:
            query = query.where(self._columns.search_text.like(f"%{_like(_needle(word))}%", escape="\\"))
        return query, [_trigrams(_needle(word)) for word in wanted if len(_needle(word)) >= 3]

    async def any_of(self, alternatives: Sequence[Sequence[str]]) -> list[Row]:
        known = [words for words in dict.fromkeys(map(tuple, alternatives)) if words and all(map(is_indexed, words))]
        if not known:
            return []
        if self._sqlite:
            values = {"fts_expression": expression(known), "most": self._limit}
            found = await _carrying_words(self._searchable, self._condition).rows(self._session, values, brief=True)
            return [Row(*row) for row in found]
        contains = self._columns.search_text.like
        ways = (and_(*(contains(f"% {word} %") for word in words)) for words in known)
        return await self._rows(self._select().where(or_(*ways)).limit(self._limit))

    def _select(self) -> Select[int, str, str]:
        return _selecting(self._searchable).where(*self._condition)

    def _matching(self, query: Select[int, str, str], trigrams: str) -> Select[int, str, str]:
        """Narrows by the trigram index; PostgreSQL's planner finds its own index from the LIKE beside it."""
        return self._joined(query, self._searchable.fts, trigrams) if self._sqlite else query

    def _having(self, query: Select[int, str, str], whole: str) -> Select[int, str, str]:
        """Narrows by the index of whole words (SQLite)."""
        return self._joined(query, self._searchable.words, whole)

    def _joined(self, query: Select[int, str, str], fts: str, match: str) -> Select[int, str, str]:
        index, same_row, matches = _narrowing(self._searchable.table.name, fts)
        return query.join(index, same_row).where(matches).params(fts_expression=match)

    async def _rows(self, query: Select[int, str, str]) -> list[Row]:
        return [Row(number, key, found) for number, key, found in (await self._session.execute(query)).all()]

    def _keep(self, row: Row, score: float) -> None:
        known = self.found.get(row.id)
        if known is None or known[0] < score:
            self.found[row.id] = (min(score, 100.0), row)


@lru_cache(maxsize=256)  # one for each scope, and so for each colleague whose scope is their own
def _carrying_words(searchable: Searchable, condition: tuple[ColumnElement[bool], ...]) -> Ready:
    """The rows a MATCH expression finds in the index of whole words (SQLite)."""
    index, same_row, matches = _narrowing(searchable.table.name, searchable.words)
    found = _selecting(searchable).join(index, same_row).where(*condition, matches)
    return Ready(found.limit(bindparam("most", type_=Integer)))


@cache
def _selecting(searchable: Searchable) -> Select[int, str, str]:
    columns = searchable.table.c
    return select(columns.id, columns[searchable.key], columns.search_text)


@cache
def _narrowing(name: str, fts: str) -> tuple[TableClause, TextClause, TextClause]:
    """What joins a table to an index of it: the index, the condition of the join, and the match to be given."""
    # A join, so that a limit ends the walk early; the plus keeps the index outside, walked once.
    return table(fts, column("rowid")), text(f"{name}.id = +{fts}.rowid"), text(f"{fts} MATCH :fts_expression")


def _readings(folded: str) -> list[list[str]]:
    """The words of a query as written and as they sound, without saying the same thing twice."""
    readings = [words(folded)[:MAX_WORDS], words(sound(folded))[:MAX_WORDS]]
    code = fold_code(folded)
    if any(character.isdigit() for character in code):
        readings.append([code])
    return [reading for number, reading in enumerate(readings) if reading and reading not in readings[:number]]


def _is_long(reading: list[str]) -> bool:
    return all(len(word) >= LEAST_FOR_BOTH for word in reading)


def _needle(word: str) -> str:
    """One or two letters must begin a word; longer ones may stand anywhere. Thai has no spaces: anywhere always."""
    return f" {word}" if len(word) < 3 and not "\u0e00" <= word[0] <= "\u0e7f" else word


def _placement(wanted: Iterable[str], row: Row) -> float:
    """Whole words are worth more than beginnings, beginnings more than middles; up to 12, less for long rows."""
    points = 0.0
    count = 0
    for word in wanted:
        count += 1
        if f" {word} " in row.text:
            points += 1.0
        elif f" {word}" in row.text:
            points += 0.6
    in_key = sum(1 for word in wanted if sound(word) in row.key)
    return (8 * points + 4 * in_key) / max(count, 1)


@lru_cache(maxsize=65_536)
def _alike(wanted: str, found: str) -> float:
    whole = similarity(wanted, found)
    if whole or len(found) <= len(wanted):
        return whole
    return 0.9 * similarity(wanted, found[: len(wanted)])


def _ways(word: str) -> list[list[str]]:
    """Parts of a word of which at least one way survives a typing error: either half, or both ends."""
    padded = f" {word} "
    if len(padded) < 6:
        return [[padded[:3]], [padded[-3:]]]
    half = len(padded) // 2
    ways = [[padded[:half]], [padded[half:]]]
    if len(padded) > 6:
        ways.append([padded[:3], padded[-3:]])
    return ways


def _trigrams(fragment: str) -> str:
    """Trigrams that cover the fragment, not all of them: the LIKE beside them verifies, and fewer lists are merged."""
    starts = [*range(0, len(fragment) - 3, 3), len(fragment) - 3]
    parts = dict.fromkeys(fragment[start : start + 3] for start in starts)
    return " AND ".join('"' + part.replace('"', '""') + '"' for part in parts)


def _like(fragment: str) -> str:
    return fragment.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _phone(folded: str) -> str:
    """The digits that matter when the query is a phone number: without the trunk 0 or 8, or the international 00."""
    if not all(character.isdigit() or character in " +()-./" for character in folded):
        return ""
    number = digits(folded)
    if len(number) < 5:
        return ""
    if number.startswith("00"):
        return number[2:]
    return number[1:] if number[0] in "08" and len(number) >= 7 else number
