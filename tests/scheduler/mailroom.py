"""Emails from the inbox to the timeline, for tests: as they come over the wire, read in the limited process."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select

from channels import inbox
from scheduler.inbound import InboundLoop
from storage.database import Database
from storage.files import FileStore
from storage.models import Attachment, Inbox, InboxSource, Interaction, StoredFile


@dataclass
class Mailroom:
    """The loop on a fresh database with one manager."""

    database: Database
    files: FileStore
    loop: InboundLoop
    now: datetime

    async def arrive(self, *raws: bytes, lane: str = "m", **payload: object) -> None:
        async with self.database.write() as session:
            known = (await session.execute(select(func.count()).select_from(Inbox))).scalar_one()
            arrivals = [
                await self._laid_down(inbox.Arrival(f"{known + number}", lane, payload, raw))
                for number, raw in enumerate(raws)
            ]
            await inbox.store_many(session, source=InboxSource.EMAIL, arrivals=arrivals, now=self.now)

    async def _laid_down(self, arrival: inbox.Arrival) -> inbox.Arrival:
        """As whoever reads a mailbox stores it."""
        if arrival.raw is None or len(arrival.raw) <= inbox.SMALL:
            return arrival
        payload = {**arrival.payload, inbox.RAW_FILE: await self.files.put(arrival.raw)}
        return replace(arrival, payload=payload, raw=None)

    async def process(self) -> int:
        return await self.loop.process(InboxSource.EMAIL)

    async def logged(self) -> list[Interaction]:
        async with self.database.read() as session:
            return list((await session.execute(select(Interaction).order_by(Interaction.id))).scalars())

    async def attached(self, interaction: Interaction) -> dict[str, bytes]:
        async with self.database.read() as session:
            query = (
                select(Attachment.name, StoredFile.sha256)
                .join(StoredFile, StoredFile.id == Attachment.file_id)
                .where(Attachment.interaction_id == interaction.id)
            )
            rows = (await session.execute(query)).all()
        return {name: await self.files.get(sha256) for name, sha256 in rows}

    async def waiting(self) -> int:
        async with self.database.read() as session:
            query = select(func.count()).select_from(Inbox).where(Inbox.processed_at.is_(None))
            return int((await session.execute(query)).scalar_one())
