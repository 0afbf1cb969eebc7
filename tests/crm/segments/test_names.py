"""Names offered and suggested while a rule is written: only those the writer may know of."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from crm import segments
from crm.segments import offers
from storage.filters import Op
from storage.models import Channel, Client, ClientTag, Mailing, MailingState, Purchase, Role, Staff, Tag, Template
from tests.factories import make_client, make_staff


async def _mailing(session: AsyncSession, maker: Staff, name: str, now: datetime, *, sent: bool = True) -> None:
    segment = await segments.save_list(session, actor=maker, name=f"To {name}", client_ids=[], now=now)
    template = Template(name=f"By {name}", channel=Channel.EMAIL, created_by_id=maker.id, created_at=now)
    session.add(template)
    await session.flush()
    session.add(
        Mailing(
            name=name,
            channel=Channel.EMAIL,
            segment_id=segment.id,
            template_id=template.id,
            state=MailingState.FINISHED if sent else MailingState.DRAFT,
            started_at=now if sent else None,
            created_by_id=maker.id,
            created_at=now,
        )
    )
    await session.flush()


async def _owned(session: AsyncSession, owner: Staff, name: str, now: datetime) -> Client:
    """A client with a tag and a purchase called after it."""
    client = await make_client(session, name, owner=owner)
    tag = Tag(name=f"{name} tag", key=name.lower())
    session.add(tag)
    await session.flush()
    session.add(ClientTag(client_id=client.id, tag_id=tag.id))
    session.add(
        Purchase(
            client_id=client.id,
            at=now,
            amount_minor=100,
            currency="EUR",
            document=name,
            product_group=f"{name} goods",
            group_key=f"{name.lower()} goods",
            created_at=now,
        )
    )
    await session.flush()
    return client


async def _offered(session: AsyncSession, actor: Staff, field: str, now: datetime) -> set[object]:
    return {one.values[0] for one in await offers(session, actor=actor, field=field, op=Op.IS, now=now)}


async def test_what_others_clients_have_is_not_offered(session: AsyncSession, now: datetime) -> None:
    boss, rep, other = [await make_staff(session, role) for role in (Role.MANAGER, Role.REP, Role.REP)]
    await _owned(session, rep, "Mine", now)
    await _owned(session, other, "Theirs", now)
    assert await _offered(session, rep, "tag", now) == {"Mine tag"}
    assert await _offered(session, boss, "tag", now) == {"Mine tag", "Theirs tag"}
    assert await _offered(session, rep, "purchase_group", now) == {"Mine goods"}
    assert await _offered(session, boss, "purchase_group", now) == {"Mine goods", "Theirs goods"}


async def test_the_mailings_of_a_colleague_are_neither_offered_nor_suggested(
    session: AsyncSession, now: datetime
) -> None:
    boss, rep, other = [await make_staff(session, role) for role in (Role.MANAGER, Role.ADMIN, Role.ADMIN)]
    for maker, name in ((rep, "Spring mine"), (other, "Autumn theirs"), (boss, "Winter news")):
        await _mailing(session, maker, name, now)
    await _mailing(session, boss, "Summer secret", now, sent=False)
    rep.role = other.role = Role.REP
    await session.flush()
    assert await _offered(session, rep, "received", now) == {"Spring mine", "Winter news"}
    assert len(await _offered(session, boss, "received", now)) == 4
    for hidden in ("Autumn theirs", "Autumn their", "Summer secret"):
        with pytest.raises(segments.SegmentUnknownValue) as unknown:
            await segments.preview(session, actor=rep, rule=f'received "{hidden}"', now=now)
        assert unknown.value.params["suggestion"] == ""
    with pytest.raises(segments.SegmentUnknownValue) as near:
        await segments.preview(session, actor=rep, rule='received "Spring min"', now=now)
    assert near.value.params["suggestion"] == "Spring mine"
    await segments.save_rule(session, actor=boss, name="Had it", rule='received "Autumn theirs"', now=now)
    assert (await segments.preview(session, actor=rep, rule='in segment "Had it"', now=now)).count == 0
