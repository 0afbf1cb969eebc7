"""What managers see of the mailboxes: whether they are read, when last, and what the last receipt said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.access import Action, allows, check
from crm.errors import NotAllowed
from storage.models import Mailbox, MailboxFolder, MailboxReceipt, Staff
from storage.queries import mailboxes as queries


@dataclass(frozen=True)
class FolderView:
    """A folder, its last receipt, and how much of what is known on the server is still to come."""

    folder: MailboxFolder
    receipt: MailboxReceipt | None
    lacking: int


@dataclass(frozen=True)
class MailboxView:
    """A mailbox with its folders; `owner` of a personal one."""

    mailbox: Mailbox
    folders: Sequence[FolderView]
    owner: Staff | None

    @property
    def failing(self) -> FolderView | None:
        """The folder that has failed longest, if any does."""
        troubled = [one for one in self.folders if one.folder.failing_since is not None]
        return min(troubled, key=lambda one: str(one.folder.failing_since), default=None)

    @property
    def looked_at(self) -> datetime | None:
        """When all folders that are read had last been looked into; None while one of them was not."""
        moments = [one.folder.looked_at for one in self.folders if not one.folder.copies]
        known = [moment for moment in moments if moment is not None]
        return min(known) if known and len(known) == len(moments) else None


@dataclass(frozen=True)
class ReceiptView:
    """A receipt and what it is about."""

    receipt: MailboxReceipt
    folder: MailboxFolder
    mailbox: Mailbox


async def listed(session: AsyncSession, *, actor: Staff) -> list[MailboxView]:
    """All mailboxes of the settings, in the order they were first opened. Raises NotAllowed."""
    check(actor, Action.SEE_MAILBOXES)
    query = select(Mailbox).where(Mailbox.active).order_by(Mailbox.id)
    return await _views(session, (await session.execute(query)).scalars().all())


async def view(session: AsyncSession, *, actor: Staff, mailbox_id: int) -> MailboxView:
    """One mailbox, for managers and whose it is. Raises NotAllowed."""
    mailbox = await session.get(Mailbox, mailbox_id)
    if mailbox is None or not _may_see(actor, mailbox):
        raise NotAllowed(action=Action.SEE_MAILBOXES.value)
    return (await _views(session, [mailbox]))[0]


async def receipt(session: AsyncSession, *, actor: Staff, receipt_id: int) -> ReceiptView:
    """One receipt, for the same people. Raises NotAllowed."""
    query = (
        select(MailboxReceipt, MailboxFolder, Mailbox)
        .join(MailboxFolder, MailboxFolder.id == MailboxReceipt.folder_id)
        .join(Mailbox, Mailbox.id == MailboxFolder.mailbox_id)
        .where(MailboxReceipt.id == receipt_id)
    )
    row = (await session.execute(query)).one_or_none()
    if row is None or not _may_see(actor, row[2]):
        raise NotAllowed(action=Action.SEE_MAILBOXES.value)
    return ReceiptView(*row)


def _may_see(actor: Staff, mailbox: Mailbox) -> bool:
    return allows(actor, Action.SEE_MAILBOXES) or (actor.active and mailbox.staff_id == actor.id)


async def _views(session: AsyncSession, mailboxes: Sequence[Mailbox]) -> list[MailboxView]:
    ids = [mailbox.id for mailbox in mailboxes]
    query = (
        select(MailboxFolder)
        .where(MailboxFolder.mailbox_id.in_(ids), MailboxFolder.active)
        .order_by(MailboxFolder.copies, MailboxFolder.id)
    )
    folders = (await session.execute(query)).scalars().all()
    newest = select(func.max(MailboxReceipt.id)).group_by(MailboxReceipt.folder_id)
    receipts = (await session.execute(select(MailboxReceipt).where(MailboxReceipt.id.in_(newest)))).scalars()
    last = {one.folder_id: one for one in receipts}
    lacking = await queries.count_lacking(session, folder_ids=[folder.id for folder in folders])
    owners = {one.staff_id: await session.get(Staff, one.staff_id) for one in mailboxes if one.staff_id is not None}
    return [
        MailboxView(
            mailbox,
            [
                FolderView(folder, last.get(folder.id), lacking.get(folder.id, 0))
                for folder in folders
                if folder.mailbox_id == mailbox.id
            ],
            owners.get(mailbox.staff_id) if mailbox.staff_id is not None else None,
        )
        for mailbox in mailboxes
    ]
