"""Migrations: from nothing to the schema the models describe, once, on either database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import Connection, inspect, select, text

from storage import migrations
from storage.custom_values import folded_fields
from storage.database import Database, StorageError
from storage.migrations import BrokenReferences
from storage.models import Channel, Client, ContactPoint
from storage.models.addresses import address_hash
from tests.factories import make_client, make_staff


@pytest.fixture
async def empty(empty_database_url: str) -> AsyncIterator[Database]:
    """A database without any table."""
    database = Database(empty_database_url)
    yield database
    await database.close()


def described(connection: Connection) -> dict[str, Any]:
    """Everything a schema is made of, in a shape that compares."""
    inspector = inspect(connection)
    tables: dict[str, Any] = {}
    for table in sorted(set(inspector.get_table_names()) - {"alembic_version"}):
        tables[table] = {
            # A column added later stands last in its table, wherever the model has it.
            "columns": sorted(
                (column["name"], str(column["type"]), column["nullable"], str(column["default"]))
                for column in inspector.get_columns(table)
            ),
            "key": inspector.get_pk_constraint(table),
            "foreign": sorted(map(str, inspector.get_foreign_keys(table))),
            "unique": sorted(map(str, inspector.get_unique_constraints(table))),
            "checks": sorted(
                str((check["name"], check["sqltext"])) for check in inspector.get_check_constraints(table)
            ),
            "indexes": sorted(
                str(
                    (
                        i["name"],
                        i["column_names"],
                        i["unique"],
                        {k: str(v) for k, v in i.get("dialect_options", {}).items()},
                    )
                )
                for i in inspector.get_indexes(table)
            ),
        }
    return tables


def made_by_hand(connection: Connection) -> set[str]:
    """Triggers, virtual tables and indexes outside the models."""
    if connection.dialect.name == "sqlite":
        query = "SELECT type || ' ' || name || ' ' || sql FROM sqlite_master WHERE type = 'trigger' OR sql LIKE 'CREATE VIRTUAL%'"
    else:
        query = (
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version' "
            "UNION SELECT extname FROM pg_extension"
        )
    return set(connection.execute(text(query)).scalars())


async def test_migrated_equals_the_models(database: Database, empty: Database) -> None:
    await migrations.upgrade(empty)
    async with database.engine.connect() as fresh, empty.engine.connect() as migrated:
        assert await migrated.run_sync(described) == await fresh.run_sync(described)
        assert await migrated.run_sync(made_by_hand) == await fresh.run_sync(made_by_hand)


async def test_pending_until_upgraded(empty: Database) -> None:
    assert await migrations.current(empty) is None
    assert (await migrations.pending(empty))[0].startswith("0001")
    await migrations.upgrade(empty)
    assert await migrations.current(empty) == migrations.head()
    assert await migrations.pending(empty) == []
    await migrations.upgrade(empty)
    await empty.check()


async def test_two_processes_starting_at_once_migrate_once(empty: Database) -> None:
    other = Database(empty.url)
    await asyncio.gather(migrations.upgrade(empty), migrations.upgrade(other))
    assert await migrations.pending(other) == []
    await other.close()


async def test_a_newer_database_is_refused(empty: Database) -> None:
    await migrations.upgrade(empty)
    async with empty.write() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match="run the newer version"):
        await migrations.pending(empty)


async def test_a_migration_that_breaks_references_is_rolled_back(
    empty: Database, monkeypatch: pytest.MonkeyPatch, now: Any
) -> None:
    if not empty.is_sqlite:
        pytest.skip("PostgreSQL checks references itself")
    await migrations.upgrade(empty)
    async with empty.write() as session:
        await make_client(session, owner=await make_staff(session))

    def bad_migration(config: Any) -> None:
        config.attributes["connection"].exec_driver_sql("DELETE FROM staff")

    with pytest.raises(BrokenReferences):
        await migrations._run(empty, bad_migration)
    async with empty.read() as session:
        assert (await session.execute(text("SELECT count(*) FROM staff"))).scalar_one() == 1


async def test_what_was_there_survives_every_migration(empty: Database) -> None:
    """Rows of the second schema, in tables that later migrations rebuild, are there afterwards and can be added to."""
    await migrations.upgrade(empty, revision="0002")
    at = "'2026-11-24 09:00:00'"
    async with empty.write() as session:
        for statement in (
            "INSERT INTO inbox (source, external_id, lane, payload, received_at, tries) "
            f"VALUES ('email', 'a', 'mail', '{{}}', {at}, 0)",
            "INSERT INTO thread (channel, address, name, subject, token, created_at, last_at, spam) "
            f"VALUES ('email', 'anna@example.com', '', 'Bolts', 'abc', {at}, {at}, false)",
            "INSERT INTO interaction (kind, direction, subject, text, quoted, source, thread_id, inbox_id, at, created_at) "
            f"VALUES ('email', 'in', 'Bolts', 'How many?', '', 'channel', 1, 1, {at}, {at})",
            "INSERT INTO outbox (channel, kind, state, priority, due_at, address, payload, marketing, attempts, created_at) "
            f"VALUES ('email', 'email', 'planned', 0, {at}, 'anna@example.com', '{{}}', false, 0, {at})",
        ):
            await session.execute(text(statement))
    await migrations.upgrade(empty)
    async with empty.write() as session:
        kept = await session.execute(text("SELECT text, automatic, authentication FROM interaction"))
        assert [tuple(row) for row in kept] == [("How many?", False, "")]
        assert (await session.execute(text("SELECT subject FROM thread"))).scalar_one() == "Bolts"
        assert (await session.execute(text("SELECT count(*) FROM outbox WHERE bounce IS NULL"))).scalar_one() == 1
        await session.execute(text("UPDATE inbox SET source = 'call'"))


def test_numbers_and_chain_agree() -> None:
    assert migrations._scripts().get_heads() == [migrations.head()]


async def test_what_rules_compare_is_filled_for_clients_that_were_there(empty: Database) -> None:
    await migrations.upgrade(empty, revision="0003")
    at = "'2026-11-24 09:00:00'"
    async with empty.write() as session:
        for statement in (
            "INSERT INTO client (name, company, name_key, first_contact_reason, language, city, city_key, notes, "
            "custom_fields, lifecycle, search_text, created_at, updated_at) VALUES ('Семён', 'Ёлка', '', '', 'ru', '', '', "
            f"'', '{{\"Discount\": \"10 %\"}}', 'lead', '', {at}, {at})",
            "INSERT INTO contact_point (client_id, kind, value, label, is_primary, created_at) "
            f"VALUES (1, 'phone', '+66812345678', '', true, {at})",
        ):
            await session.execute(text(statement))
    await migrations.upgrade(empty)
    async with empty.read() as session:
        client = (await session.execute(select(Client))).scalar_one()
        assert (client.name_folded, client.company_folded) == ("семен", "елка")
        assert client.custom_folded == folded_fields({"Discount": "10 %"})
        point = (await session.execute(select(ContactPoint))).scalar_one()
        assert point.address_hash == address_hash(Channel.SMS, "+66812345678")
