"""Receipts: every night the server's list of a folder is compared with what we hold, and the gap, if any, is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox.enqueue import enqueue_card
from crm import cards, keys
from crm.access import Action, check
from crm.errors import NotAllowed
from crm.mailboxes.keeping import CARD, concerned
from crm.worktime import local_moment
from storage.models import Mailbox, MailboxFolder, MailboxReceipt, Staff

RECEIPT_CARD = "mailbox_receipt"
NIGHT_MINUTE = 3 * 60
OVERDUE_AFTER = timedelta(hours=6)  # the morning after: a night's receipt that has not come about is told
_ERROR_LIMIT = 300


@dataclass(frozen=True)
class DueReceipt:
    """A folder whose receipt is due. `first`: its history has not been read in yet."""

    folder_id: int
    mailbox: str
    folder: str
    due_at: datetime
    first: bool


def next_night(after: datetime, zone: ZoneInfo) -> datetime:
    """The next three o'clock in the morning after a moment."""
    today = after.astimezone(zone).date()
    moments = (local_moment(today + timedelta(days=days), NIGHT_MINUTE, zone) for days in (0, 1, 2))
    return next(moment for moment in moments if moment > after)


async def due_receipts(session: AsyncSession, *, now: datetime) -> list[DueReceipt]:
    """Folders whose receipt is due, the longest waiting first."""
    query = (
        select(MailboxFolder, Mailbox.name)
        .join(Mailbox, Mailbox.id == MailboxFolder.mailbox_id)
        .where(MailboxFolder.active, MailboxFolder.copies.is_(False), MailboxFolder.receipt_due_at <= now)
        .order_by(MailboxFolder.receipt_due_at, MailboxFolder.id)
    )
    return [
        DueReceipt(folder.id, name, folder.folder, folder.receipt_due_at, first=folder.synced_at is None)
        for folder, name in await session.execute(query)
        if folder.receipt_due_at is not None
    ]


def overdue_folders(now: datetime) -> Select[int]:
    """Folders whose receipt has been due for too long though they can be read; their first one may take its time."""
    return select(MailboxFolder.id).where(
        MailboxFolder.active,
        MailboxFolder.copies.is_(False),
        MailboxFolder.failing_since.is_(None),
        MailboxFolder.synced_at.is_not(None),
        MailboxFolder.receipt_due_at <= now - OVERDUE_AFTER,
    )


async def tell_overdue(session: AsyncSession, *, now: datetime, limit: int = 50) -> int:
    """Whoever is concerned hears once of each receipt that does not come about. Returns how many were told."""
    query = overdue_folders(now).with_only_columns(MailboxFolder, Mailbox)
    query = query.join(Mailbox, Mailbox.id == MailboxFolder.mailbox_id).order_by(MailboxFolder.id).limit(limit)
    told = 0
    for folder, mailbox in (await session.execute(query)).all():
        for staff in await concerned(session, mailbox):
            told += None is not await enqueue_card(
                session,
                chat_id=staff.telegram_id or 0,
                staff_id=staff.id,
                card=CARD,
                card_id=mailbox.id,
                now=now,
                dedupe_key=keys.mailbox_uncompared(folder.id, folder.receipt_due_at or now, staff.id),
            )
    return told


async def ask_receipt(session: AsyncSession, *, actor: Staff, mailbox_id: int, now: datetime) -> None:
    """Compare now. Raises NotAllowed."""
    check(actor, Action.SEE_MAILBOXES)
    query = select(MailboxFolder).where(
        MailboxFolder.mailbox_id == mailbox_id, MailboxFolder.active, MailboxFolder.copies.is_(False)
    )
    folders = (await session.execute(query)).scalars().all()
    if not folders:
        raise NotAllowed(action=Action.SEE_MAILBOXES.value)
    for folder in folders:
        folder.receipt_due_at = now


async def take_receipt(
    session: AsyncSession,
    *,
    folder_id: int,
    due_at: datetime,
    on_server: int,
    held: int,
    error: str,
    now: datetime,
    next_at: datetime,
) -> MailboxReceipt | None:
    """Writes the receipt due at `due_at` down and tells of a gap; None when another process was first.

    The first one of a folder is how its history came in: nothing was missing then, unless something could not be fetched.
    """
    folder = await session.get_one(MailboxFolder, folder_id, with_for_update=True)
    if folder.receipt_due_at != due_at:
        return None
    first = folder.synced_at is None
    receipt = MailboxReceipt(
        folder_id=folder_id,
        on_server=on_server,
        held=held,
        fetched=folder.fetched,
        error=error[:_ERROR_LIMIT],
        at=now,
    )
    session.add(receipt)
    folder.receipt_due_at, folder.fetched = next_at, 0
    folder.synced_at = folder.synced_at or now
    await session.flush()
    mailbox = await session.get_one(Mailbox, folder.mailbox_id)
    if held < on_server or (receipt.fetched and not first):
        await _tell(session, mailbox, receipt, now)
    await cards.refresh(session, CARD, mailbox.id, now=now)
    return receipt


async def _tell(session: AsyncSession, mailbox: Mailbox, receipt: MailboxReceipt, now: datetime) -> None:
    for staff in await concerned(session, mailbox):
        if staff.telegram_id is not None:
            await enqueue_card(
                session,
                chat_id=staff.telegram_id,
                staff_id=staff.id,
                card=RECEIPT_CARD,
                card_id=receipt.id,
                now=now,
                dedupe_key=keys.mailbox_gap(receipt.id, staff.id),
            )
