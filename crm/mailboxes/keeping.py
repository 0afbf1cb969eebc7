"""Mailboxes of the settings as rows: enrolled when they are opened, and their trouble told once, and its end."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox.enqueue import PRIORITY_PERSON, enqueue_card
from crm import cards, keys
from storage.models import Mailbox, MailboxFolder, Role, Staff
from storage.queries import mailboxes as queries

CARD = "mailbox"
ALARM_AFTER = timedelta(minutes=15)
_ERROR_LIMIT = 300


@dataclass(frozen=True)
class Enrolled:
    """A folder's row. `owners` is how many colleagues answer to the owner in the settings; 2 stands for several."""

    folder_id: int
    staff_id: int | None
    owners: int = 1


@dataclass(frozen=True, slots=True)
class OwnMailbox:
    """A mailbox of ours by its address. `owner` is whose personal one it is: a colleague's name or number."""

    address: str
    owner: str | int | None = None


async def addresses_for(session: AsyncSession, mailboxes: Iterable[OwnMailbox], *, actor: Staff) -> list[str]:
    """The addresses of those that are everybody's, or the actor's own, each once."""
    found = [
        one.address for one in mailboxes if one.owner is None or (await owner_of(session, one.owner))[0] == actor.id
    ]
    return list(dict.fromkeys(found))


async def enroll(
    session: AsyncSession,
    *,
    name: str,
    title: str,
    folder: str,
    owner: str | int | None,
    now: datetime,
    receipt_at: datetime,
    copies: bool = False,
) -> Enrolled:
    """The row of one folder, made when it is new. `owner` is whose personal mailbox it is: a colleague's name or number.

    A folder read before there were receipts gets its first one at `receipt_at`, a new one after its first look.
    """
    staff_id, owners = await owner_of(session, owner)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    await session.execute(
        insert(Mailbox)
        .values(name=name, title=title, staff_id=staff_id, active=True)
        .on_conflict_do_update(index_elements=["name"], set_={"title": title, "staff_id": staff_id, "active": True})
    )
    mailbox_id = (await session.execute(select(Mailbox.id).where(Mailbox.name == name))).scalar_one()
    read_before = not copies and await queries.cursor(session, mailbox=name, folder=folder) is not None
    await session.execute(
        insert(MailboxFolder)
        .values(
            mailbox_id=mailbox_id,
            folder=folder,
            copies=copies,
            active=True,
            since=now,
            fault="",
            error="",
            fetched=0,
            synced_at=now if read_before else None,
            receipt_due_at=receipt_at if read_before else None,
        )
        .on_conflict_do_update(index_elements=["mailbox_id", "folder", "copies"], set_={"active": True})
    )
    query = select(MailboxFolder.id).where(
        MailboxFolder.mailbox_id == mailbox_id, MailboxFolder.folder == folder, MailboxFolder.copies == copies
    )
    return Enrolled((await session.execute(query)).scalar_one(), staff_id, owners)


async def retire(session: AsyncSession, *, keep: Collection[tuple[str, str, bool]]) -> int:
    """Folders no longer in the settings: their rows stay, nobody is told of them. `keep` holds (name, folder, copies)."""
    rows = await session.execute(
        select(MailboxFolder, Mailbox).join(Mailbox, Mailbox.id == MailboxFolder.mailbox_id).where(MailboxFolder.active)
    )
    retired = 0
    names = {name for name, _, _ in keep}
    for folder, mailbox in rows:
        if (mailbox.name, folder.folder, folder.copies) not in keep:
            folder.active, folder.failing_since, folder.fault, folder.error = False, None, "", ""
            retired += 1
        mailbox.active = mailbox.name in names
    return retired


async def ask_history(session: AsyncSession, *, folder_id: int, now: datetime) -> None:
    """What lies in the folder already is to be fetched: it was opened for the first time, or numbered anew."""
    folder = await session.get_one(MailboxFolder, folder_id)
    folder.receipt_due_at = now


async def looked(session: AsyncSession, *, folder_id: int, now: datetime) -> bool:
    """The folder could be read. True when that ended an alarm."""
    folder = await session.get_one(MailboxFolder, folder_id)
    was_failing = folder.failing_since is not None
    folder.looked_at, folder.failing_since, folder.fault, folder.error = now, None, "", ""
    if not was_failing:
        return False
    await session.flush()
    mailbox = await session.get_one(Mailbox, folder.mailbox_id)
    if mailbox.alarmed_at is None or await _failing(session, mailbox.id):
        return False
    mailbox.alarmed_at, mailbox.recovered_at = None, now
    await session.flush()
    await cards.refresh(session, CARD, mailbox.id, now=now)
    return True


async def failed(session: AsyncSession, *, folder_id: int, fault: str, said: str, refused: bool, now: datetime) -> bool:
    """The folder could not be read. True when that was told: a refusal at once, a lost line after ALARM_AFTER.

    `fault` is a slug the wording knows, `said` what the server said. One mailbox is told of once, however many of its folders fail, until all of them can be read again.
    """
    folder = await session.get_one(MailboxFolder, folder_id, with_for_update=True)
    if folder.failing_since is None:
        folder.failing_since = now
    folder.fault, folder.error = fault, said[:_ERROR_LIMIT]
    mailbox = await session.get_one(Mailbox, folder.mailbox_id, with_for_update=True)
    if mailbox.alarmed_at is not None or not (refused or now - folder.failing_since >= ALARM_AFTER):
        return False
    mailbox.alarmed_at = now
    await session.flush()
    for staff in await concerned(session, mailbox):
        if staff.telegram_id is not None:
            await enqueue_card(
                session,
                chat_id=staff.telegram_id,
                staff_id=staff.id,
                card=CARD,
                card_id=mailbox.id,
                now=now,
                dedupe_key=keys.mailbox_alarm(mailbox.id, folder.failing_since, staff.id),
                priority=PRIORITY_PERSON,
            )
    return True


async def concerned(session: AsyncSession, mailbox: Mailbox) -> Sequence[Staff]:
    """Who is told of a mailbox's trouble: managers, admins, and whose it is."""
    query = select(Staff).where(Staff.active, Staff.telegram_id.is_not(None)).order_by(Staff.id)
    return [
        staff
        for staff in (await session.execute(query)).scalars()
        if staff.role in (Role.MANAGER, Role.ADMIN) or staff.id == mailbox.staff_id
    ]


async def owner_of(session: AsyncSession, owner: str | int | None) -> tuple[int | None, int]:
    """The colleague a personal mailbox's setting names, and how many it fits: only one will do (2 stands for several)."""
    if owner is None:
        return None, 1
    if isinstance(owner, int):
        found = await session.get(Staff, owner)
        return (owner, 1) if found is not None else (None, 0)
    query = select(Staff.id, Staff.name).where(Staff.active)
    alike = [row.id for row in await session.execute(query) if row.name.casefold() == owner.strip().casefold()]
    return (alike[0], 1) if len(alike) == 1 else (None, min(len(alike), 2))


async def _failing(session: AsyncSession, mailbox_id: int) -> bool:
    query = select(MailboxFolder.id).where(
        MailboxFolder.mailbox_id == mailbox_id, MailboxFolder.active, MailboxFolder.failing_since.is_not(None)
    )
    return (await session.execute(query.limit(1))).first() is not None
