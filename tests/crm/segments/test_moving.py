"""Who came and who went since the last mailing to a segment, by the rows of that mailing."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from crm import segments
from crm.errors import NotAllowed
from storage.models import Channel, Client, DeliveryState, Mailing, MailingState, Outbox, Role, Segment, Template
from tests.factories import make_client, make_staff


async def _mailing(session: AsyncSession, segment: Segment, now: datetime, *members: Client) -> Mailing:
    template = Template(name="T", channel=Channel.EMAIL, created_at=now)
    session.add(template)
    await session.flush()
    mailing = Mailing(
        name="M",
        channel=Channel.EMAIL,
        segment_id=segment.id,
        template_id=template.id,
        state=MailingState.FINISHED,
        created_by_id=segment.created_by_id,
        created_at=now,
    )
    session.add(mailing)
    await session.flush()
    for client in members:
        session.add(
            Outbox(
                channel=Channel.EMAIL,
                kind="email",
                state=DeliveryState.CANCELLED,
                due_at=now,
                address=f"{client.name.lower()}@example.com",
                client_id=client.id,
                mailing_id=mailing.id,
                created_at=now,
            )
        )
    await session.flush()
    return mailing


async def test_who_entered_and_who_left(session: AsyncSession, now: datetime) -> None:
    boss = await make_staff(session, Role.MANAGER)
    rep = await make_staff(session, Role.REP)

    async def client(name: str, city: str, email: str = "", **fields: object) -> Client:
        address = email or f"{name.lower()}@example.com"
        return await make_client(session, name, email=address, city_key=city, name_key=name.lower(), **fields)  # type: ignore[arg-type]

    stayed, moved = await client("Stayed", "riga"), await client("Moved", "oslo", owner=boss)
    put_away = await client("Away", "riga", archived_at=now)
    segment = await segments.save_rule(session, actor=boss, name="Riga", rule="city = Riga", now=now)
    mailing = await _mailing(session, segment, now, stayed, moved, put_away)
    newcomer, other = await client("Bo", "riga"), await client("Al", "riga", owner=boss)
    await make_client(session, "No address", city_key="riga")
    await client("Twin", "riga", email="stayed@example.com")  # got it under the address they share

    async def asks(actor: object) -> tuple[segments.Crowd, segments.Crowd]:
        return await segments.moved_since(
            session,
            actor=actor,
            segment=segment,
            previous_mailing_id=mailing.id,
            now=now,  # type: ignore[arg-type]
        )

    entered, left = await asks(boss)
    assert (entered.count, [key for key, _, _ in entered.first]) == (2, [other.id, newcomer.id])
    assert (left.count, [key for key, _, _ in left.first]) == (2, [put_away.id, moved.id])
    entered, left = await asks(rep)
    assert ([key for key, _, _ in entered.first], [key for key, _, _ in left.first]) == ([newcomer.id], [put_away.id])
    with pytest.raises(NotAllowed):
        await asks(await make_staff(session, Role.WAREHOUSE))
