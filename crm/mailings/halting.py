"""A mailing whose segment can no longer be asked stops itself with the cause: it goes nowhere, and holds up no other."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from crm.errors import CrmError
from crm.mailings.approving import changed, tell_maker
from storage.models import Mailing, MailingState

_WORD: Final = "unreadable"


async def halt(session: AsyncSession, *, mailing: Mailing, refusal: CrmError, now: datetime) -> None:
    """Pauses it with what its segment was refused for, and tells whoever made it."""
    await session.refresh(mailing)  # what was begun with it was undone
    mailing.state_before_pause, mailing.state = mailing.state, MailingState.PAUSED
    mailing.pause_reason = f"{_WORD}: {refusal.code}"
    await changed(session, mailing, "mailing.paused", actor=None, now=now)
    await tell_maker(session, mailing, now, why=_WORD)


def read_halt(pause_reason: str) -> str | None:
    """The code of the refusal in a mailing's `pause_reason`; None where something else stopped it."""
    word, _, code = pause_reason.partition(": ")
    return code if word == _WORD and code else None
