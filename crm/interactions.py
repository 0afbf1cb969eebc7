"""What was said with clients: logging it, taking it back, correcting it, and the timeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import cards, events, followups
from crm.access import SEES_EVERYTHING, Action, Reach, client_in_scope, reach
from crm.errors import DateInPast, Missing, NotAllowed, TooLong, UndoExpired
from storage.files import register
from storage.models import (
    Attachment,
    CallOutcome,
    Client,
    Direction,
    FollowUp,
    Interaction,
    InteractionKind,
    InteractionSource,
    Staff,
)

TEXT_LIMIT = 20_000
FILE_NAME_LIMIT = 250
UNDO_WITHIN = timedelta(minutes=10)
CARD = "interaction"


@dataclass(frozen=True)
class KeptFile:
    """A file that lies in the store already."""

    sha256: str
    name: str
    media_type: str
    size: int
    telegram_file_id: str | None = None


@dataclass(frozen=True)
class PromiseDraft:
    """The follow-up that goes with an interaction."""

    promise: str
    due_at: datetime


@dataclass(frozen=True)
class InteractionDraft:
    """What a colleague reports. `at` is when it happened; now when empty."""

    client_id: int
    kind: InteractionKind
    source: InteractionSource
    direction: Direction | None = None
    outcome: CallOutcome | None = None
    duration_seconds: int | None = None
    text: str = ""
    at: datetime | None = None
    person_id: int | None = None
    files: Sequence[KeptFile] = field(default_factory=tuple)
    followup: PromiseDraft | None = None


async def log(session: AsyncSession, *, actor: Staff, draft: InteractionDraft, now: datetime) -> Interaction:
    """Saves what was said, with its files and its follow-up.

    Raises NotAllowed, Missing (neither text nor files nor an outcome), TooLong, DateInPast.
    """
    client = await client_in_scope(session, actor=actor, client_id=draft.client_id, action=Action.LOG_INTERACTIONS)
    text = draft.text.strip()
    if len(text) > TEXT_LIMIT:
        raise TooLong(field="text", limit=TEXT_LIMIT)
    if draft.kind is InteractionKind.NOTE and not text and not draft.files:
        raise Missing(field="text")
    at = draft.at or now
    if at > now + timedelta(minutes=1):
        raise DateInPast(until=at.isoformat())
    interaction = Interaction(
        client_id=client.id,
        person_id=draft.person_id,
        staff_id=actor.id,
        kind=draft.kind,
        direction=draft.direction,
        outcome=draft.outcome if draft.kind is InteractionKind.CALL else None,
        duration_seconds=draft.duration_seconds,
        text=text,
        source=draft.source,
        at=at,
        created_at=now,
    )
    session.add(interaction)
    await session.flush()
    await attach(session, interaction_id=interaction.id, files=draft.files, now=now)
    touch(client, at=at, kind=draft.kind, outcome=draft.outcome)
    events.record(
        session,
        "interaction.logged",
        now=now,
        client_id=client.id,
        staff_id=actor.id,
        interaction_id=interaction.id,
        kind=draft.kind.value,
        direction=interaction.direction.value if interaction.direction else None,
        outcome=interaction.outcome.value if interaction.outcome else None,
    )
    if draft.followup is not None:
        await followups.schedule(
            session,
            actor=actor,
            client_id=client.id,
            promise=draft.followup.promise,
            due_at=draft.followup.due_at,
            now=now,
            interaction_id=interaction.id,
        )
    return interaction


async def undo(session: AsyncSession, *, actor: Staff, interaction_id: int, now: datetime) -> Interaction:
    """Takes a logged interaction and its follow-up back, within ten minutes. Raises UndoExpired, NotAllowed."""
    interaction = await get(session, actor=actor, interaction_id=interaction_id)
    if interaction.undone_at is not None:
        return interaction
    if now - interaction.created_at > UNDO_WITHIN:
        raise UndoExpired
    if interaction.staff_id != actor.id or interaction.source is InteractionSource.CHANNEL:
        raise NotAllowed(action=Action.LOG_INTERACTIONS.value)
    interaction.undone_at = now
    query = select(FollowUp).where(FollowUp.interaction_id == interaction.id, FollowUp.closed_at.is_(None))
    for followup in (await session.execute(query)).scalars():
        await followups.cancel(session, actor=actor, followup_id=followup.id, now=now)
    await session.flush()
    await _recount_last_contact(session, interaction.client_id)
    events.record(
        session,
        "interaction.undone",
        now=now,
        client_id=interaction.client_id,
        staff_id=actor.id,
        interaction_id=interaction.id,
    )
    await cards.refresh(session, CARD, interaction.id, now=now)
    return interaction


async def rewrite(session: AsyncSession, *, actor: Staff, interaction_id: int, text: str, now: datetime) -> Interaction:
    """Corrects the text of something logged; the old words stay in the trace. Raises NotAllowed, Missing, TooLong."""
    interaction = await get(session, actor=actor, interaction_id=interaction_id)
    if interaction.source is InteractionSource.CHANNEL or interaction.undone_at is not None:
        raise NotAllowed(action=Action.LOG_INTERACTIONS.value)
    cleaned = text.strip()
    if not cleaned:
        raise Missing(field="text")
    if len(cleaned) > TEXT_LIMIT:
        raise TooLong(field="text", limit=TEXT_LIMIT)
    events.record(
        session,
        "interaction.rewritten",
        now=now,
        client_id=interaction.client_id,
        staff_id=actor.id,
        interaction_id=interaction.id,
        before=interaction.text[:1000],
    )
    interaction.text = cleaned
    await cards.refresh(session, CARD, interaction.id, now=now)
    return interaction


async def get(session: AsyncSession, *, actor: Staff, interaction_id: int) -> Interaction:
    """An interaction of a client in scope, or one in the tray. Raises NotAllowed."""
    interaction = await session.get(Interaction, interaction_id)
    if interaction is None:
        raise NotAllowed(action=Action.SEE_CLIENTS.value)
    if interaction.client_id is not None:
        await client_in_scope(session, actor=actor, client_id=interaction.client_id, action=Action.SEE_CLIENTS)
    elif actor.role not in SEES_EVERYTHING:
        raise NotAllowed(action=Action.SEE_TRAY.value)
    return interaction


async def readable(session: AsyncSession, *, actor: Staff, interaction_id: int, now: datetime) -> Interaction | None:
    """What a card shows of an interaction to whoever reads it now; None when it does not reach them.

    It reaches whoever has the client or the tray, stands in, was given the conversation, or was shown this message.
    """
    interaction = await session.get(Interaction, interaction_id)
    if interaction is None:
        return None
    reached = await reach(session, actor=actor, interaction=interaction, now=now)
    return interaction if reached >= Reach.SHOWN else None


async def last_of(session: AsyncSession, *, client_id: int) -> Interaction | None:
    """The newest thing said with the client."""
    query = (
        select(Interaction)
        .where(Interaction.client_id == client_id, Interaction.undone_at.is_(None))
        .order_by(Interaction.at.desc(), Interaction.id.desc())
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def attach(session: AsyncSession, *, interaction_id: int, files: Sequence[KeptFile], now: datetime) -> None:
    """Hangs stored files on an interaction, under the names their senders gave them."""
    for file in files:
        stored = await register(session, sha256=file.sha256, size=file.size, media_type=file.media_type, now=now)
        session.add(
            Attachment(
                interaction_id=interaction_id,
                file_id=stored.id,
                name=file.name[:FILE_NAME_LIMIT],
                telegram_file_id=file.telegram_file_id,
            )
        )
    await session.flush()


def touch(client: Client, *, at: datetime, kind: InteractionKind, outcome: CallOutcome | None = None) -> None:
    """Moves the client's last contact forward; a note, or a call nobody took, is no contact."""
    reached = outcome in (None, CallOutcome.REACHED)
    if kind is not InteractionKind.NOTE and reached and (client.last_contact_at is None or client.last_contact_at < at):
        client.last_contact_at = at


async def _recount_last_contact(session: AsyncSession, client_id: int | None) -> None:
    if client_id is None:
        return
    query = select(func.max(Interaction.at)).where(
        Interaction.client_id == client_id,
        Interaction.undone_at.is_(None),
        Interaction.kind != InteractionKind.NOTE,
        (Interaction.outcome.is_(None)) | (Interaction.outcome == CallOutcome.REACHED),
    )
    client = await session.get_one(Client, client_id)
    client.last_contact_at = (await session.execute(query)).scalar_one_or_none()
