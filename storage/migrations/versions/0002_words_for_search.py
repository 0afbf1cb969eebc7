"""An index of whole words beside the trigrams, for names in lines and typing errors (SQLite)"""

from __future__ import annotations

from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

TABLES = ('client', 'product')


def upgrade() -> None:
    if op.get_bind().dialect.name != 'sqlite':
        return
    for table in TABLES:
        fts = f'{table}_search_words'
        forget = f"INSERT INTO {fts}({fts}, rowid, search_text) VALUES ('delete', old.id, old.search_text)"
        learn = f'INSERT INTO {fts}(rowid, search_text) VALUES (new.id, new.search_text)'
        for statement in (
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {fts} USING fts5(search_text, content='{table}', content_rowid='id', "
            "detail=none, columnsize=0, tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'\")",
            f'CREATE TRIGGER IF NOT EXISTS {fts}_insert AFTER INSERT ON {table} BEGIN {learn}; END',
            f'CREATE TRIGGER IF NOT EXISTS {fts}_delete AFTER DELETE ON {table} BEGIN {forget}; END',
            f'CREATE TRIGGER IF NOT EXISTS {fts}_update AFTER UPDATE OF search_text ON {table} '
            f'WHEN old.search_text <> new.search_text BEGIN {forget}; {learn}; END',
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {table}_search_vocabulary USING fts5vocab({fts}, 'row')",
            f"INSERT INTO {fts}({fts}) VALUES ('rebuild')",
        ):
            op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name != 'sqlite':
        return
    for table in TABLES:
        fts = f'{table}_search_words'
        op.execute(f'DROP TABLE IF EXISTS {table}_search_vocabulary')
        for trigger in ('insert', 'delete', 'update'):
            op.execute(f'DROP TRIGGER IF EXISTS {fts}_{trigger}')
        op.execute(f'DROP TABLE IF EXISTS {fts}')
