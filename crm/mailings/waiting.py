"""How many segments the SMS that wait already will take of the sender, by the real texts of some of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import and_, func, select, text, true
from sqlalchemy.ext.asyncio import AsyncSession

from channels.sms import segments
from channels.sms.terms import SmsTerms
from crm import merge_fields, templates
from crm.mailings.composing import link_out, with_stop
from storage.models import Channel, Interaction, Mailing, MailingTrial, Outbox, TrialSide
from storage.queries import mailings as queries

SAMPLE: Final = 500  # of what waits
_CALL: Final = "call"  # rides on the SMS account and takes none of its segments
_PLANNED = text("outbox.state = 'planned'")


async def segments_waiting(session: AsyncSession, *, terms: SmsTerms, until: datetime) -> int:
    """What is due before `until`; of many, as if the others were like those looked at."""
    waiting = and_(_PLANNED, Outbox.channel == Channel.SMS, Outbox.due_at < until)
    number = int((await session.execute(select(func.count()).select_from(Outbox).where(waiting))).scalar_one())
    some = queries.some(Outbox.id, wanted=SAMPLE, there=number) if number > SAMPLE else true()
    rows = (await session.execute(select(Outbox).where(waiting, some).limit(2 * SAMPLE))).scalars().all()
    texts = await _texts(session, rows, link_out(terms))
    parts = [segments.count(texts.get(row.id, "")).segments for row in rows if row.kind != _CALL]
    return math.ceil(number * sum(parts) / len(rows)) if rows else number


async def _texts(session: AsyncSession, rows: Sequence[Outbox], link: str) -> Mapping[int, str]:
    """By row: what it would say if it went now; nothing where nobody can tell yet."""
    texts = await _written(session, rows)
    chosen = await _templates(session, rows)
    versions = {one: await templates.newest_versions(session, template_id=one) for one in sorted(set(chosen.values()))}
    clients = await queries.readers(session, {row.client_id for row in rows if row.id in chosen and row.client_id})
    owners = await queries.owners(session, {one.owner_id for one in clients.values() if one.owner_id})
    for row in rows:
        client, spoken = clients.get(row.client_id or 0), versions.get(chosen.get(row.id, 0))
        if client is None or not spoken:
            continue
        values = merge_fields.values_of(client, owners.get(client.owner_id or 0), zone_name=client.timezone or "UTC")
        pieces = merge_fields.pieces_of(templates.variant_for(spoken, client.language).text)
        said = merge_fields.render(pieces, values).text
        texts[row.id] = with_stop(said, client.language, link) if row.marketing else said
    return texts


async def _written(session: AsyncSession, rows: Sequence[Outbox]) -> dict[int, str]:
    """By row: what a person wrote."""
    about = {row.id: int(row.payload["interaction_id"]) for row in rows if "interaction_id" in row.payload}
    query = select(Interaction.id, Interaction.text).where(Interaction.id.in_(set(about.values())))
    texts = {row.id: row.text for row in await session.execute(query)}
    return {row_id: texts[number] for row_id, number in about.items() if number in texts}


async def _templates(session: AsyncSession, rows: Sequence[Outbox]) -> dict[int, int]:
    """By row: the template its text is made of."""
    ids = {row.mailing_id for row in rows if row.mailing_id is not None}
    mailings = {one: await session.get_one(Mailing, one) for one in ids}
    trials = {one: await session.get(MailingTrial, one) for one in ids}
    chosen = {row.id: int(row.payload["template_id"]) for row in rows if "template_id" in row.payload}
    for row in rows:
        if row.mailing_id is None:
            continue
        mailing, trial = mailings[row.mailing_id], trials[row.mailing_id]
        is_b = row.payload.get("side") == TrialSide.B
        other = trial.template_b_id if trial is not None and is_b else None
        chosen[row.id] = mailing.sms_template_id or other or mailing.template_id
    return chosen
