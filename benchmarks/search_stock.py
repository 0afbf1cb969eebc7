"""Finding an article among 100,000 (a million with --scale 10): p95 of a question, beside the bare indexed look-ups.

The limits run on a plain sqlite3 connection in the same rounds: the b-tree for a code, the trigram index with a verifying
LIKE for words. A question through us also folds, reads sizes, ranks and loads the articles.
"""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from benchmarks.report import Figure, Options, interleave
from benchmarks.shelves import empty_database, fill_products
from crm import products
from storage.database import Database
from storage.models import Role, Staff
from storage.product_text import query_tokens
from storage.search import fold_code

JOBS = ("search.stock", "search.typo", "search.code")
ARTICLES = 100_000
QUESTIONS = 120
KEEPER = Staff(id=1, name="Keeper", role=Role.WAREHOUSE, active=True, created_at=datetime(2026, 1, 1, tzinfo=UTC))


async def run(options: Options) -> list[Figure]:
    count = options.size(ARTICLES)
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "shelves.sqlite3"
        database = await empty_database(path)
        fill_products(path, count)
        bare = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        asked = _Questions(bare)
        words, mistyped, codes, limit_words, limit_code = await interleave(
            options.rounds,
            _ours(database, asked.words),
            _ours(database, asked.mistyped),
            _ours(database, asked.codes),
            _bare_words(bare, asked.words),
            _bare_codes(bare, asked.codes),
        )
        bare.close()
        await database.close()
    note = f"{count:,} articles, p95 of {QUESTIONS} questions"
    return [
        _figure("search.stock", words, limit_words, 3.0, "p95 ≤ 3 ms or ≤ 2 × limit", note),
        _figure("search.typo", mistyped, limit_words, 40.0, "p95 ≤ 40 ms", note),
        _figure("search.code", codes, limit_code, 0.2, "p95 ≤ 0.2 ms or ≤ 2 × limit", note),
    ]


def p95(durations: Sequence[float]) -> float:
    """In milliseconds."""
    return statistics.quantiles(durations, n=20)[-1] * 1000


class _Questions:
    """Questions about articles that exist, as people put them."""

    def __init__(self, bare: sqlite3.Connection) -> None:
        random = Random(3)
        rows = bare.execute("SELECT code, name_en, name_ru, name_th FROM product").fetchall()
        chosen = random.sample(rows, QUESTIONS)
        self.codes = [code for code, *_ in chosen]
        self.words = []
        for code, *names in chosen:
            name = random.choice(names).split()
            kept = [name[0], *[word for word in name if "x" in word.lower()], name[-3]]
            random.shuffle(kept)
            self.words.append(" ".join(kept) if random.random() < 0.8 else code[4:-3])
        self.mistyped = [_mistyped(random.choice(names[:2]), random) for _, *names in chosen]


def _mistyped(name: str, random: Random) -> str:
    words = name.split()
    place = 1 if len(words[0]) < 5 else 0
    word = words[place]
    at = random.randint(1, len(word) - 2)
    words[place] = (
        word[:at] + word[at + 1] + word[at] + word[at + 2 :] if word[at] != word[at + 1] else word[:at] + word[at + 1 :]
    )
    return " ".join(words[:3])


def _ours(database: Database, questions: Sequence[str]) -> Callable[[], Awaitable[float]]:
    async def ask() -> float:
        durations = []
        for question in questions:
            async with database.read() as session:
                began = time.perf_counter()
                found = await products.search(session, actor=KEEPER, query=question, limit=6)
                durations.append(time.perf_counter() - began)
            assert found, question
        return p95(durations)

    return ask


def _bare_words(bare: sqlite3.Connection, questions: Sequence[str]) -> Callable[[], Awaitable[float]]:
    async def ask() -> float:
        durations = []
        for question in questions:
            tokens = query_tokens(question)
            parts = {t[i : i + 3] for token in tokens if len(t := f" {token}") >= 3 for i in range(len(t) - 2)}
            match = " AND ".join(f'"{part}"' for part in sorted(parts))
            likes = " AND ".join("search_text LIKE ?" for _ in tokens)
            began = time.perf_counter()
            bare.execute(
                f"SELECT id FROM product WHERE id IN (SELECT rowid FROM product_search WHERE product_search MATCH ?)"
                f" AND {likes} LIMIT 60",
                (match, *(f"%{token}%" for token in tokens)),
            ).fetchall()
            durations.append(time.perf_counter() - began)
        return p95(durations)

    return ask


def _bare_codes(bare: sqlite3.Connection, codes: Sequence[str]) -> Callable[[], Awaitable[float]]:
    async def ask() -> float:
        durations = []
        for code in codes:
            began = time.perf_counter()
            bare.execute("SELECT * FROM product WHERE code_key = ?", (fold_code(code),)).fetchall()
            durations.append(time.perf_counter() - began)
        return p95(durations)

    return ask


def _figure(job: str, ours: list[float], bare: list[float], goal: float, said: str, note: str) -> Figure:
    limit = statistics.median(bare)
    best = statistics.median(ours)
    return Figure(job, "ms", ours, said, best <= goal or best <= 2 * limit, limit=limit, note=note)
