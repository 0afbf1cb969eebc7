"""Saved interactions: their card, undo, correction, the source of a first contact, how far a delivery got."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.callbacks import Callback
from bot.context import BotContext
from bot.conversations.rows import recipients, sent_rows
from bot.deliveries import deliveries
from bot.doors import ShowClient, ShowWhy, StartFollowUp
from bot.doubts import doubt_rows
from bot.interactions.draft import (
    FORM,
    client_line,
    heading,
    quote,
)
from bot.marketing import source_name
from bot.render import Card, Html, Press, Reader, bold, lines
from bot.routing import Router
from crm import clients, interactions
from crm.access import Action, Reach, reach
from crm.errors import NotAllowed
from storage.models import (
    Attachment,
    Client,
    FollowUp,
    FormProgress,
    Interaction,
    InteractionSource,
    Outbox,
    Source,
)
from storage.queries import timeline

router = Router()

UNDO_MINUTES = 10
SOURCES_SHOWN = 8


@dataclass(frozen=True)
class UndoInteraction(Callback, prefix="iu", writes=True):
    interaction_id: int


@dataclass(frozen=True)
class EditInteraction(Callback, prefix="ie"):
    interaction_id: int


@dataclass(frozen=True)
class ShowInteraction(Callback, prefix="iv"):
    interaction_id: int


@dataclass(frozen=True)
class SetSource(Callback, prefix="ia", writes=True):
    """Says where the client came from, at the first touch."""

    interaction_id: int
    source_id: int


@router.press(UndoInteraction)
async def on_undo(context: BotContext, press: UndoInteraction) -> None:
    async with context.write() as session:
        await interactions.undo(session, actor=context.staff, interaction_id=press.interaction_id, now=context.now)
    await context.show_card(interactions.CARD, press.interaction_id)
    context.toast("core-undone")


@router.press(ShowInteraction)
async def on_show(context: BotContext, press: ShowInteraction) -> None:
    async with context.read() as session:
        await interactions.get(session, actor=context.staff, interaction_id=press.interaction_id)
    await context.show_card(interactions.CARD, press.interaction_id)


@router.press(EditInteraction)
async def on_edit(context: BotContext, press: EditInteraction) -> None:
    async with context.read() as session:
        await interactions.get(session, actor=context.staff, interaction_id=press.interaction_id)
    await context.ask(
        FORM, "rewrite", {"interaction_id": press.interaction_id}, Card(context.t("interactions-ask-text"))
    )


@router.step(FORM, "rewrite")
async def on_rewritten(context: BotContext, form: FormProgress) -> None:
    interaction_id = int(form.fields["interaction_id"])
    async with context.write() as session:
        await interactions.rewrite(
            session, actor=context.staff, interaction_id=interaction_id, text=context.text, now=context.now
        )
    await context.finish_form()
    await context.show_card(interactions.CARD, interaction_id, new=True)


@router.press(SetSource)
async def on_source(context: BotContext, press: SetSource) -> None:
    async with context.write() as session:
        interaction = await interactions.get(session, actor=context.staff, interaction_id=press.interaction_id)
        if interaction.client_id is None:
            raise NotAllowed(action=Action.EDIT_CLIENTS.value)
        await clients.set_source(
            session, actor=context.staff, client_id=interaction.client_id, source_id=press.source_id, now=context.now
        )
        client_id = interaction.client_id
    await context.show_card(interactions.CARD, press.interaction_id)
    await context.ask(
        FORM,
        "reason",
        {"client_id": client_id, "source_id": press.source_id},
        Card(context.t("interactions-ask-reason")),
    )


@router.step(FORM, "reason")
async def on_reason(context: BotContext, form: FormProgress) -> None:
    async with context.write() as session:
        await clients.set_source(
            session,
            actor=context.staff,
            client_id=int(form.fields["client_id"]),
            source_id=int(form.fields["source_id"]),
            reason=context.text[:300],
            now=context.now,
        )
    await context.finish_form()
    context.say("interactions-reason-kept")


@router.card(interactions.CARD)
async def interaction_card(reader: Reader, card_id: int, _facts: dict[str, Any]) -> Card | None:
    """A saved interaction: what, with whom, its follow-up, and how far its delivery got."""
    interaction = await interactions.readable(
        reader.session, actor=reader.staff, interaction_id=card_id, now=reader.now
    )
    if interaction is None:
        return None
    client = await reader.session.get(Client, interaction.client_id) if interaction.client_id else None
    followup = await _followup_of(reader.session, card_id)
    undone = interaction.undone_at is not None
    sent = (await timeline.deliveries(reader.session, [interaction])).get(card_id, [])
    body = lines(
        heading(reader, interaction.kind, interaction.direction, interaction.outcome, interaction.duration_seconds),
        client_line(client) if client else None,
        bold(interaction.subject) if interaction.subject else None,
        quote(interaction.text),
        await _attached(reader, card_id),
        _followup_line(reader, followup),
        *recipients(reader, interaction),
        *deliveries(reader, sent),
        reader.t("core-undone") if undone else None,
    )
    rows = [] if undone else await _saved_rows(reader, interaction, client, sent)
    return Card(body, rows, card=interactions.CARD, card_id=card_id)


async def _saved_rows(
    reader: Reader, interaction: Interaction, client: Client | None, sent: Sequence[Outbox]
) -> list[list[Press]]:
    reached = await reach(reader.session, actor=reader.staff, interaction=interaction, now=reader.now)
    rows: list[list[Press]] = sent_rows(reader, interaction, sent, reached)
    if reached >= Reach.ANSWERS:
        rows = [*(row for one in sent for row in doubt_rows(reader, one)), *rows]
    if reached < Reach.OWNS:
        return rows
    if client is not None and clients.needs_source(client):
        query = select(Source).where(Source.active.is_(True)).order_by(Source.id).limit(SOURCES_SHOWN)
        sources = (await reader.session.execute(query)).scalars().all()
        presses = [
            Press(f"⌁ {source_name(reader, source.code, source.name)}", SetSource(interaction.id, source.id))
            for source in sources
        ]
        rows += [presses[start : start + 3] for start in range(0, len(presses), 3)]
    first = []
    ours = interaction.source is not InteractionSource.CHANNEL
    if ours and reader.now - interaction.created_at <= timedelta(minutes=UNDO_MINUTES):
        first.append(Press("↩︎ " + reader.t("core-undo"), UndoInteraction(interaction.id)))
    elif ours:
        first.append(Press(reader.t("core-edit"), EditInteraction(interaction.id)))
    if client is not None:
        first.append(Press(reader.t("interactions-followup"), StartFollowUp(client.id)))
        first.append(Press(client.name, ShowClient(client.id)))
    if interaction.outbox_id is not None:
        rows.append([Press("❓ " + reader.t("why-button"), ShowWhy(interaction.outbox_id))])
    return [*rows, first] if first else rows


async def _attached(reader: Reader, interaction_id: int) -> Html | None:
    query = select(Attachment.name).where(Attachment.interaction_id == interaction_id)
    names = (await reader.session.execute(query)).scalars().all()
    if not names:
        return None
    return reader.t("interactions-files", count=len(names), names=", ".join(name[:60] for name in names[:5]))


def _followup_line(reader: Reader, followup: FollowUp | None) -> Html | None:
    if followup is None:
        return None
    return reader.t("interactions-promise", at=reader.moment(followup.due_at), promise=followup.promise)


async def _followup_of(session: AsyncSession, interaction_id: int) -> FollowUp | None:
    query = select(FollowUp).where(FollowUp.interaction_id == interaction_id).order_by(FollowUp.id).limit(1)
    return (await session.execute(query)).scalar_one_or_none()
