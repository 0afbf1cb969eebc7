"""A mailing of which much in a row fails for one cause stops itself: the rest would fail alike, or worse, be noticed.

20 of the last 50 that were tried, for one cause. What lacks a field of the text was said before the launch and counts not.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.mailings.approving import send_card
from crm.mailings.guarding import looked_at, readers
from crm.mailings.launching import pause
from storage.models import DeliveryState, Mailing, MailingState, Outbox
from storage.queries import mailings as queries

MOST: Final = 20
OF: Final = 50
_WORD: Final = "failing"


@dataclass(frozen=True, slots=True)
class Failing:
    """Why a mailing stopped itself: `count` of the last `of` failed, with this code and reason."""

    count: int
    of: int
    code: str
    reason: str

    def __str__(self) -> str:
        return f"{_WORD} {self.count} {self.of} {self.code or '-'} {self.reason}"


def read_failing(pause_reason: str) -> Failing | None:
    """The cause in a mailing's `pause_reason`; None where something else stopped it."""
    word, _, rest = pause_reason.partition(" ")
    parts = rest.split(" ", 3)
    if word != _WORD or len(parts) < 3 or not (parts[0].isdecimal() and parts[1].isdecimal()):
        return None
    code = "" if parts[2] == "-" else parts[2]
    return Failing(int(parts[0]), int(parts[1]), code, parts[3] if len(parts) > 3 else "")


def watched_mailings(_now: datetime) -> Select[int]:
    """Mailings under way of which something failed."""
    failed = exists().where(Outbox.mailing_id == Mailing.id, Outbox.state == DeliveryState.FAILED)
    return select(Mailing.id).where(Mailing.state.in_((MailingState.EXPANDING, MailingState.RUNNING)), failed)


async def stop(session: AsyncSession, *, now: datetime, limit: int = 20) -> int:
    """Pauses those that fail in a row, and tells whoever made them and the managers. Returns how many."""
    query = watched_mailings(now).with_only_columns(Mailing).order_by(Mailing.id).limit(limit)
    stopped = 0
    for mailing in (await session.execute(query.with_for_update(of=Mailing, skip_locked=True))).scalars().all():
        cause = await _cause(session, mailing)
        if cause is not None:
            await pause(session, actor=None, mailing_id=mailing.id, reason=str(cause), now=now)
            for reader in await readers(session, mailing):
                await send_card(session, mailing, reader, now, why="failing")
            stopped += 1
    return stopped


async def _cause(session: AsyncSession, mailing: Mailing) -> Failing | None:
    since = await looked_at(session, mailing.id)
    failed = await queries.last_failed(session, mailing_id=mailing.id, since=since, limit=OF)
    if len(failed) < MOST:
        return None
    # However many failed: of those tried since the fiftieth-newest failure the last fifty are looked at.
    tried = await queries.last_gone(session, mailing_id=mailing.id, since=failed[-1].at, limit=OF)
    newest = sorted([*((one.at, one) for one in failed), *((at, None) for at in tried)], key=lambda one: one[0])[-OF:]
    causes = Counter(_same(one) for _, one in newest if one is not None)
    for same, count in causes.most_common(1):
        if count >= MOST:
            last = next(one for _, one in reversed(newest) if one is not None and _same(one) == same)
            before = await queries.last_gone(session, mailing_id=mailing.id, since=since, limit=OF)
            return Failing(count, min(OF, len(failed) + len(before)), last.code, last.reason)
    return None


def _same(failed: queries.Failed) -> str:
    """Two failures are alike by their code, else by the first word of the reason."""
    return failed.code or failed.reason.partition(":")[0]
