"""Files that go with a mailing by email: added to a draft and taken off again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.errors import CrmError
from crm.interactions import KeptFile
from crm.mailings.approving import changed
from crm.mailings.planning import WrongChannel, draft_of
from storage.files import register
from storage.models import Channel, Mailing, MailingFile, Staff, StoredFile

FILES_LIMIT: Final = 3 * 1024 * 1024  # every recipient's server takes them in, and every one of them counts
MOST_FILES: Final = 10


class FilesTooLarge(CrmError):
    """More than a mailing carries. Parameters: limit (MB), most (files)."""

    code = "mailings.files_too_large"


@dataclass(frozen=True)
class Attached:
    """A file of a mailing as its card names it."""

    name: str
    size: int


async def attach(
    session: AsyncSession, *, actor: Staff, mailing_id: int, files: Sequence[KeptFile], now: datetime
) -> Mailing:
    """Adds files that lie in the store; one of a name that is there already takes its place.

    Raises NotAllowed, NotADraft, WrongChannel, FilesTooLarge.
    """
    mailing = await draft_of(session, actor, mailing_id)
    if mailing.channel is not Channel.EMAIL:
        raise WrongChannel
    for file in files:
        stored = await register(session, sha256=file.sha256, size=file.size, media_type=file.media_type, now=now)
        name = file.name[:255]
        await session.execute(delete(MailingFile).where(MailingFile.mailing_id == mailing.id, MailingFile.name == name))
        session.add(MailingFile(mailing_id=mailing.id, file_id=stored.id, name=name))
        await session.flush()
    there = await attached(session, mailing_id=mailing.id)
    if sum(one.size for one in there) > FILES_LIMIT or len(there) > MOST_FILES:
        raise FilesTooLarge(limit=FILES_LIMIT // 1024 // 1024, most=MOST_FILES)
    await changed(session, mailing, "mailing.planned", actor=actor, now=now)
    return mailing


async def detach(session: AsyncSession, *, actor: Staff, mailing_id: int, now: datetime) -> Mailing:
    """Takes all files off. Raises NotAllowed, NotADraft."""
    mailing = await draft_of(session, actor, mailing_id)
    await session.execute(delete(MailingFile).where(MailingFile.mailing_id == mailing.id))
    await changed(session, mailing, "mailing.planned", actor=actor, now=now)
    return mailing


async def attached(session: AsyncSession, *, mailing_id: int) -> list[Attached]:
    """The files of a mailing, in their order."""
    query = (
        select(MailingFile.name, StoredFile.size)
        .join(StoredFile, StoredFile.id == MailingFile.file_id)
        .where(MailingFile.mailing_id == mailing_id)
        .order_by(MailingFile.id)
    )
    return [Attached(name, size) for name, size in await session.execute(query)]
