"""Statements of the mailboxes: how far a folder was read, which of its mails are ours, and which sent mail has no copy yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Insert, Integer, and_, bindparam, case, delete, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import many
from storage.models import Direction, Interaction, Mailbox, MailboxCursor, MailboxFolder, MailboxMail, Outbox
from storage.queries.inbox import Unit, is_postgres

# Literals: the partial indexes serve only conditions they can read.
_LACKING = text("mailbox_mail.digest = ''")
_UNFILED = text("outbox.kind = 'email' AND outbox.filed_at IS NULL AND outbox.sent_at IS NOT NULL")
_NEXT_LACKING = (
    select(MailboxMail.uid)
    .where(MailboxMail.folder_id == bindparam("folder"), _LACKING, MailboxMail.uid > bindparam("after"))
    .where(MailboxMail.uidvalidity == bindparam("numbering"))
    .order_by(MailboxMail.uid)
    .limit(bindparam("most", type_=Integer))
)


def _keep(insert: Any) -> Insert:
    statement: Insert = insert.on_conflict_do_update(
        index_elements=["folder_id", "uidvalidity", "uid"],
        set_={name: insert.excluded[name] for name in ("message_id", "digest", "inbox_id", "stored_at")},
    )
    return statement


_KEEP = {True: _keep(postgresql.insert(MailboxMail)), False: _keep(sqlite.insert(MailboxMail))}  # by is_postgres()


@dataclass(frozen=True, slots=True)
class Unfiled:
    """A personal email that was sent and has no copy in a Sent folder. `came_by` is the mailbox its thread last came by."""

    id: int
    staff_id: int | None
    message_id: str | None
    sent_at: datetime
    came_by: str | None


@dataclass(frozen=True, slots=True)
class CopyTarget:
    """A mailbox that gets copies of what is sent; of a personal one only what its owner writes."""

    name: str
    title: str
    staff_id: int | None


async def cursor(unit: Unit, *, mailbox: str, folder: str) -> tuple[int, int] | None:
    """UIDVALIDITY and UID up to which the folder was read; None before the first look."""
    query = select(MailboxCursor.uidvalidity, MailboxCursor.uid).where(
        MailboxCursor.mailbox == mailbox, MailboxCursor.folder == folder
    )
    row = (await unit.execute(query)).one_or_none()
    return None if row is None else (row.uidvalidity, row.uid)


async def set_cursor(unit: Unit, *, mailbox: str, folder: str, uidvalidity: int, uid: int, now: datetime) -> None:
    """Moves the cursor; under the same UIDVALIDITY never back, so that two readers do not undo each other's way."""
    insert = (postgresql if is_postgres(unit) else sqlite).insert(MailboxCursor)
    statement = insert.values(mailbox=mailbox, folder=folder, uidvalidity=uidvalidity, uid=uid, checked_at=now)
    given = statement.excluded
    ahead = and_(MailboxCursor.uidvalidity == given.uidvalidity, MailboxCursor.uid > given.uid)
    await unit.execute(
        statement.on_conflict_do_update(
            index_elements=["mailbox", "folder"],
            set_={
                "uid": case((ahead, MailboxCursor.uid), else_=given.uid),
                "uidvalidity": given.uidvalidity,
                "checked_at": given.checked_at,
            },
        )
    )


async def keep_mails(unit: Unit, rows: Sequence[Mapping[str, Any]]) -> None:
    """Notes which mails of a folder we hold, or know of; what was known is told anew."""
    if not rows:
        return
    connection = unit if isinstance(unit, AsyncConnection) else await unit.connection()
    await many.write(connection, _KEEP[is_postgres(unit)], rows)


async def known(unit: Unit, *, folder_id: int, uidvalidity: int, first: int, last: int) -> dict[int, str]:
    """Message-IDs of the mails we know of between two UIDs, both included."""
    query = select(MailboxMail.uid, MailboxMail.message_id).where(
        MailboxMail.folder_id == folder_id, MailboxMail.uidvalidity == uidvalidity, MailboxMail.uid.between(first, last)
    )
    return {row.uid: row.message_id for row in await unit.execute(query)}


async def fetched_above(unit: Unit, *, folder_id: int, uidvalidity: int, uid: int) -> set[int]:
    """UIDs above `uid` of mails that need no fetching: copies we laid there, or another process's catch."""
    query = select(MailboxMail.uid).where(
        MailboxMail.folder_id == folder_id,
        MailboxMail.uidvalidity == uidvalidity,
        MailboxMail.uid > uid,
        MailboxMail.digest != "",
    )
    return set((await unit.execute(query)).scalars())


async def lacking(unit: Unit, *, folder_id: int, uidvalidity: int, after: int, limit: int) -> list[int]:
    """UIDs of mails we know of and have not fetched, above `after`, ascending."""
    values = {"folder": folder_id, "numbering": uidvalidity, "after": after, "most": limit}
    return list((await unit.execute(_NEXT_LACKING, values)).scalars())


async def count_lacking(unit: Unit, *, folder_ids: Collection[int]) -> dict[int, int]:
    """How many mails of these folders are known and not fetched yet."""
    query = (
        select(MailboxMail.folder_id, func.count())
        .where(_LACKING, MailboxMail.folder_id.in_(list(folder_ids)))
        .group_by(MailboxMail.folder_id)
    )
    return {row[0]: row[1] for row in await unit.execute(query)}


async def forget(unit: Unit, *, folder_id: int, uidvalidity: int, uids: Collection[int]) -> None:
    """Strikes mails that were deleted on the server before we fetched them."""
    await unit.execute(
        delete(MailboxMail)
        .where(
            MailboxMail.folder_id == folder_id,
            MailboxMail.uidvalidity == uidvalidity,
            MailboxMail.uid.in_(list(uids)),
            _LACKING,
        )
        .execution_options(synchronize_session=False)
    )


async def forget_old_numbers(unit: Unit, *, folder_id: int, uidvalidity: int) -> None:
    """Strikes what is known of a folder under numbers that no longer count."""
    await unit.execute(
        delete(MailboxMail)
        .where(MailboxMail.folder_id == folder_id, MailboxMail.uidvalidity != uidvalidity)
        .execution_options(synchronize_session=False)
    )


async def unfiled(unit: Unit, *, since: datetime, after_id: int, limit: int) -> list[Unfiled]:
    """Personal emails sent from `since` on that have no copy yet, in the order of the ledger."""
    came_by = (
        select(Interaction.mailbox)
        .where(Interaction.thread_id == _written.c.thread_id, Interaction.direction == Direction.IN)
        .order_by(Interaction.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(Outbox.id, Outbox.staff_id, Outbox.message_id, Outbox.sent_at, came_by)
        .outerjoin(_written, _written.c.outbox_id == Outbox.id)
        .where(_UNFILED, Outbox.sent_at >= since, Outbox.id > after_id)
        .order_by(Outbox.id)
        .limit(limit)
    )
    return [Unfiled(*row) for row in await unit.execute(query)]


_written = select(Interaction.outbox_id, Interaction.thread_id).where(Interaction.outbox_id.is_not(None)).subquery()


async def set_filed(unit: Unit, *, delivery_id: int, now: datetime) -> bool:
    """Notes that a copy lies in the Sent folder; False when that was noted already."""
    statement = (
        update(Outbox)
        .where(Outbox.id == delivery_id, Outbox.filed_at.is_(None))
        .values(filed_at=now)
        .returning(Outbox.id)
        .execution_options(synchronize_session=False)
    )
    return (await unit.execute(statement)).scalar_one_or_none() is not None


async def copy_targets(unit: Unit) -> list[CopyTarget]:
    """The mailboxes that get copies."""
    query = (
        select(Mailbox.name, Mailbox.title, Mailbox.staff_id)
        .join(MailboxFolder, MailboxFolder.mailbox_id == Mailbox.id)
        .where(MailboxFolder.copies, MailboxFolder.active)
    )
    return [CopyTarget(*row) for row in await unit.execute(query)]


async def read_folder(unit: Unit, *, mailbox: str, folder: str) -> int | None:
    """The row of a folder that is read as well as written to."""
    query = (
        select(MailboxFolder.id)
        .join(Mailbox, Mailbox.id == MailboxFolder.mailbox_id)
        .where(Mailbox.name == mailbox, MailboxFolder.folder == folder, MailboxFolder.copies.is_(False))
    )
    return (await unit.execute(query)).scalar_one_or_none()
