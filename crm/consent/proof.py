"""Consent as colleagues see and write it down: what stands per channel, with its proof, and everything said before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox import suppression
from crm import interactions
from crm.access import Action, client_in_scope
from crm.consent.words import MARKETING_CHANNELS, OWN, POINTS, grant, withdraw
from crm.errors import CrmError, TooLong
from crm.interactions import InteractionDraft, KeptFile
from storage.models import (
    Attachment,
    Channel,
    Client,
    Consent,
    ConsentState,
    InteractionKind,
    InteractionSource,
    Staff,
    SuppressionReason,
)
from storage.queries import consents, contacts

WORDING_LIMIT = 1000


class How(StrEnum):
    """On what occasion a client told us."""

    FORM = "form"
    PHONE = "phone"
    MEETING = "meeting"  # an exhibition, a visit
    LETTER = "letter"  # an email, an SMS, a chat, paper


class ProofMissing(CrmError):
    """A yes is worth what proves it: the words they agreed to, or a picture of them."""

    code = "consent.proof_missing"


@dataclass(frozen=True)
class Told:
    """One word of a client's: the row, who wrote it down, and the files that prove it."""

    consent: Consent
    by: str
    files: tuple[tuple[int, str], ...]  # (attachment, name)


@dataclass(frozen=True)
class ChannelStanding:
    """Where a client stands on one channel; `stopped` are their addresses nobody writes mailings to, with the reason."""

    channel: Channel
    told: Told | None
    addresses: int
    stopped: tuple[tuple[str, SuppressionReason], ...]


async def standings(
    session: AsyncSession, *, actor: Staff, client_id: int
) -> tuple[Client, tuple[ChannelStanding, ...]]:
    """The client and where they stand on each channel mailings go by. Raises NotAllowed."""
    client = await client_in_scope(session, actor=actor, client_id=client_id, action=Action.SEE_CLIENTS)
    newest = await consents.newest(session, client_id=client.id)
    told = {one.consent.channel: one for one in await told_of(session, list(newest.values()))}
    points = await contacts.points_of(session, client.id)
    found = []
    for channel in MARKETING_CHANNELS:
        addresses = [point.value for point in points if point.kind is POINTS[channel]]
        stopped = await suppression.found(session, channel=channel, addresses=addresses)
        reasons = tuple((address, stopped[address].reason) for address in addresses if address in stopped)
        found.append(ChannelStanding(channel, told.get(channel), len(addresses), reasons))
    return client, tuple(found)


async def history(
    session: AsyncSession, *, actor: Staff, client_id: int, limit: int, offset: int = 0
) -> tuple[Client, list[Told], int]:
    """Everything the client ever said about mailings, the newest first, and how much it is. Raises NotAllowed."""
    client = await client_in_scope(session, actor=actor, client_id=client_id, action=Action.SEE_CLIENTS)
    rows, count = await consents.history(session, client_id=client.id, limit=limit, offset=offset)
    return client, await told_of(session, rows), count


async def note(
    session: AsyncSession,
    *,
    actor: Staff,
    client_id: int,
    channel: Channel,
    state: ConsentState,
    how: How,
    now: datetime,
    wording: str = "",
    files: Sequence[KeptFile] = (),
) -> None:
    """A colleague writes down what a client said, on all their addresses of the channel; files lie with a note of theirs.

    Raises ProofMissing (a yes without words and files), TooLong, NotAllowed.
    """
    client = await client_in_scope(session, actor=actor, client_id=client_id, action=Action.EDIT_CLIENTS)
    wording = wording.strip()
    if state is ConsentState.GRANTED and not wording and not files:
        raise ProofMissing
    if len(wording) > WORDING_LIMIT:
        raise TooLong(field="text", limit=WORDING_LIMIT)
    proof_id = await _file(session, actor, client, wording, files, now) if files else None
    points = [one.value for one in await contacts.points_of(session, client.id) if one.kind is POINTS[channel]]
    if state is ConsentState.WITHDRAWN:
        for address in points:
            await suppression.suppress(
                session,
                channel=channel,
                address=address,
                reason=SuppressionReason.UNSUBSCRIBE,
                marketing_only=True,
                source=f"told colleague {actor.id}",
                now=now,
            )
        await withdraw(
            session,
            client_id=client.id,
            channels=(channel,),
            how=how,
            wording=wording,
            by_id=actor.id,
            interaction_id=proof_id,
            now=now,
        )
        return
    kept = [reason for reason in SuppressionReason if reason not in OWN]
    for address in points:
        await suppression.lift(session, channel=channel, address=address, keep=kept)
    await grant(
        session,
        client_id=client.id,
        channel=channel,
        address=points[0] if points else "",
        how=how,
        wording=wording,
        by_id=actor.id,
        interaction_id=proof_id,
        now=now,
    )


async def _file(
    session: AsyncSession, actor: Staff, client: Client, wording: str, files: Sequence[KeptFile], now: datetime
) -> int:
    """The proof on the client's timeline, as a note with the files."""
    draft = InteractionDraft(
        client_id=client.id,
        kind=InteractionKind.NOTE,
        source=InteractionSource.BUTTONS,
        text=wording,
        files=tuple(files),
    )
    return (await interactions.log(session, actor=actor, draft=draft, now=now)).id


async def told_of(session: AsyncSession, rows: Sequence[Consent]) -> list[Told]:
    who = select(Staff.id, Staff.name).where(Staff.id.in_({one.by_id for one in rows if one.by_id}))
    names = {row.id: row.name for row in await session.execute(who)}
    proofs = {one.interaction_id for one in rows if one.interaction_id}
    query = select(Attachment.interaction_id, Attachment.id, Attachment.name)
    files: dict[int, list[tuple[int, str]]] = {}
    for interaction_id, number, name in await session.execute(query.where(Attachment.interaction_id.in_(proofs))):
        files.setdefault(interaction_id, []).append((number, name))
    return [Told(one, names.get(one.by_id or 0, ""), tuple(files.get(one.interaction_id or 0, ()))) for one in rows]
