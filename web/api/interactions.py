"""/api/v1/interactions: log a call, a meeting or a note, with its follow-up, by the same verb as the chat."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from crm import interactions
from storage.models import CallOutcome, Direction, Interaction, InteractionKind, InteractionSource
from web.api.access import Id, IdempotencyKey, Moment, StaffId, Web, Words, actor, once

router = APIRouter(tags=["interactions"])


class FollowUpIn(BaseModel):
    """What was promised, and until when."""

    promise: Words = Field(max_length=500)
    due_at: Moment


class InteractionIn(BaseModel):
    """What was said. `at` is when it happened; now without it."""

    client_id: Id
    kind: InteractionKind
    direction: Direction | None = None
    outcome: CallOutcome | None = None
    duration_seconds: int | None = Field(None, ge=0, le=86_400)
    text: Words = Field("", max_length=20_000)
    at: Moment | None = None
    followup: FollowUpIn | None = None


class InteractionOut(BaseModel):
    id: int
    client_id: int | None
    kind: InteractionKind
    direction: Direction | None
    outcome: CallOutcome | None
    duration_seconds: int | None
    text: str
    at: datetime

    @classmethod
    def of(cls, interaction: Interaction) -> Self:
        return cls.model_validate(interaction, from_attributes=True)


@router.post("/interactions", status_code=201)
async def log_interaction(
    web: Web,
    body: InteractionIn,
    response: Response,
    staff_id: StaffId = None,
    idempotency_key: IdempotencyKey = None,
) -> InteractionOut:
    """Writes down what was said with a client."""
    async with web.database.write() as session:
        who = await actor(session, staff_id)

        async def make() -> int:
            promised = body.followup
            draft = interactions.InteractionDraft(
                client_id=body.client_id,
                kind=body.kind,
                source=InteractionSource.API,
                direction=body.direction,
                outcome=body.outcome,
                duration_seconds=body.duration_seconds,
                text=body.text,
                at=body.at,
                followup=interactions.PromiseDraft(promised.promise, promised.due_at) if promised else None,
            )
            return (await interactions.log(session, actor=who, draft=draft, now=web.clock.now())).id

        made_id, is_new = await once(
            session, key=idempotency_key, asked=f"interaction {who.id} {body.model_dump_json()}", make=make
        )
        response.status_code = 201 if is_new else 200
        return InteractionOut.of(await session.get_one(Interaction, made_id))
