"""A client's history as one timeline: interactions of every kind with the state of what was sent, and promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from crm.access import Action, client_in_scope
from crm.fields import read_line
from storage.models import DeliveryState, FollowUp, Interaction, Staff
from storage.queries import timeline as queries


class EntryKind(StrEnum):
    """What an entry of the timeline is."""

    INTERACTION = "interaction"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True)
class Entry:
    """One line of the timeline; exactly one of `interaction` and `follow_up` is there."""

    kind: EntryKind
    at: datetime
    interaction: Interaction | None = None
    follow_up: FollowUp | None = None
    by: str = ""
    delivery: DeliveryState | None = None
    delivery_reason: str = ""
    delivery_code: str = ""
    files: int = 0


@dataclass(frozen=True)
class Timeline:
    """Some entries of many, newest first."""

    entries: tuple[Entry, ...]
    total: int


async def timeline(
    session: AsyncSession, *, actor: Staff, client_id: int, limit: int = 8, offset: int = 0, text: str = ""
) -> Timeline:
    """Everything with this client, newest first; `text` keeps what contains it (letter case aside)."""
    client = await client_in_scope(session, actor=actor, client_id=client_id, action=Action.SEE_CLIENTS)
    wanted = read_line(text[:100], field="text", limit=100)
    keys, total = await queries.page(session, client.id, text=wanted, limit=limit, offset=offset)
    interactions = await queries.interactions(session, [key.id for key in keys if key.noun == "interaction"])
    followups = await queries.follow_ups(session, [key.id for key in keys if key.noun == "follow_up"])
    entries = []
    for key in keys:
        if key.noun == "interaction":
            found = interactions[key.id]
            entries.append(
                Entry(
                    EntryKind.INTERACTION,
                    found.interaction.at,
                    interaction=found.interaction,
                    by=found.by,
                    delivery=found.delivery,
                    delivery_reason=found.reason,
                    delivery_code=found.code,
                    files=found.files,
                )
            )
        else:
            promise, by = followups[key.id]
            entries.append(Entry(EntryKind.FOLLOW_UP, promise.created_at, follow_up=promise, by=by))
    return Timeline(tuple(entries), total)
