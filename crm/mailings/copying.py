"""Copies: the same message to the same segment once more, by whoever asks or at a series' next time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Mailing, MailingFile, MailingState, MailingTrial


async def copy_of(session: AsyncSession, *, mailing: Mailing, name: str, now: datetime, tried: bool = True) -> Mailing:
    """A new draft with everything a mailing says of whom, what, about what and within which hours, `tried` as it was;
    nothing of when or how it went, nor of whom it leaves out."""
    copy = Mailing(
        name=name[:120],
        channel=mailing.channel,
        segment_id=mailing.segment_id,
        template_id=mailing.template_id,
        sms_template_id=mailing.sms_template_id,
        window_days=mailing.window_days,
        window_from=mailing.window_from,
        window_until=mailing.window_until,
        topic_id=mailing.topic_id,
        track_clicks=mailing.track_clicks,
        track_opens=mailing.track_opens,
        state=MailingState.DRAFT,
        created_by_id=mailing.created_by_id,
        created_at=now,
    )
    session.add(copy)
    await session.flush()
    trial = await session.get(MailingTrial, mailing.id) if tried else None
    if trial is not None:
        session.add(
            MailingTrial(
                mailing_id=copy.id,
                varies=trial.varies,
                share=trial.share,
                measure=trial.measure,
                wait_minutes=trial.wait_minutes,
                subjects=trial.subjects,
                template_b_id=trial.template_b_id,
                later_minutes=trial.later_minutes,
            )
        )
    files = select(MailingFile).where(MailingFile.mailing_id == mailing.id).order_by(MailingFile.id)
    for file in (await session.execute(files)).scalars().all():
        session.add(MailingFile(mailing_id=copy.id, file_id=file.file_id, name=file.name))
    await session.flush()
    return copy
