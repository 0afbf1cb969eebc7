"""Trigram indexes beside the searched columns: FTS5 tables kept by triggers on SQLite, pg_trgm GIN indexes on PostgreSQL.

`create_all` makes them; a migration runs the same statements from `statements(dialect)`.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import DDL, Table, event

from storage.models.clients import Client
from storage.models.products import Product


@dataclass(frozen=True)
class Searchable:
    """A table with a `search_text` column and a `key` column (a b-tree) for exact and prefix matches."""

    table: Table
    key: str

    @property
    def fts(self) -> str:
        return f"{self.table.name}_search"

    @property
    def words(self) -> str:
        return f"{self.fts}_words"

    @property
    def vocabulary(self) -> str:
        return f"{self.fts}_vocabulary"


CLIENTS = Searchable(Client.__table__, "name_key")  # type: ignore[arg-type]  # mapped classes have a Table
PRODUCTS = Searchable(Product.__table__, "code_key")  # type: ignore[arg-type]
SEARCHABLE = (CLIENTS, PRODUCTS)


def statements(dialect: str, searchable: Searchable) -> list[str]:
    """The DDL of one searched table on `sqlite` or `postgresql`."""
    table, fts = searchable.table.name, searchable.fts
    if dialect == "postgresql":
        return [
            "CREATE EXTENSION IF NOT EXISTS pg_trgm",
            f"CREATE INDEX IF NOT EXISTS ix_{table}_search_trgm ON {table} USING gin (search_text gin_trgm_ops)",
            f"CREATE INDEX IF NOT EXISTS ix_{table}_{searchable.key}_prefix ON {table} ({searchable.key} text_pattern_ops)",
        ]
    return [*_kept_by_triggers(searchable, fts, _TRIGRAMS), *word_statements(searchable)]


def word_statements(searchable: Searchable) -> list[str]:
    """The index of whole words and its vocabulary, on SQLite; made by the second migration."""
    vocabulary = (
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {searchable.vocabulary} USING fts5vocab({searchable.words}, 'row')"
    )
    return [*_kept_by_triggers(searchable, searchable.words, _WORDS), vocabulary]


_TRIGRAMS = "tokenize='trigram case_sensitive 1'"
_WORDS = "tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'\""


def _kept_by_triggers(searchable: Searchable, fts: str, tokenizer: str) -> list[str]:
    table = searchable.table.name
    forget = f"INSERT INTO {fts}({fts}, rowid, search_text) VALUES ('delete', old.id, old.search_text)"  # noqa: S608  (names of our own tables)
    learn = f"INSERT INTO {fts}(rowid, search_text) VALUES (new.id, new.search_text)"  # noqa: S608
    return [
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {fts} USING fts5(search_text, content='{table}', content_rowid='id', "
        f"detail=none, columnsize=0, {tokenizer})",
        f"CREATE TRIGGER IF NOT EXISTS {fts}_insert AFTER INSERT ON {table} BEGIN {learn}; END",
        f"CREATE TRIGGER IF NOT EXISTS {fts}_delete AFTER DELETE ON {table} BEGIN {forget}; END",
        f"CREATE TRIGGER IF NOT EXISTS {fts}_update AFTER UPDATE OF search_text ON {table} "
        f"WHEN old.search_text <> new.search_text BEGIN {forget}; {learn}; END",
    ]


for _searchable in SEARCHABLE:
    for _dialect in ("sqlite", "postgresql"):
        for _statement in statements(_dialect, _searchable):
            event.listen(_searchable.table, "after_create", DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]
