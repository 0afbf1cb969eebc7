"""Cards that hang in a chat are rendered anew for whoever reads them: a client given away takes their cards along."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.render import Reader
from crm.client_index import reindex
from storage.models import (
    Channel,
    Client,
    Direction,
    FollowUp,
    Interaction,
    InteractionKind,
    InteractionSource,
    Role,
    Staff,
    Thread,
)
from tests.bot.conftest import BotTalk
from tests.factories import make_client, make_staff


async def _received(talk: BotTalk, client: Client | None) -> int:
    """A mail that hangs in the chat, of a client or in the tray."""
    now = talk.clock.now()
    async with talk.database.write() as session:
        owner = client.id if client else None
        thread = Thread(
            client_id=owner,
            channel=Channel.EMAIL,
            address="anna@baltic.example",
            subject="Secret subject",
            token="t" * 26,
            created_at=now,
            last_at=now,
        )
        session.add(thread)
        await session.flush()
        mail = Interaction(
            client_id=owner,
            kind=InteractionKind.EMAIL,
            direction=Direction.IN,
            subject="Secret subject",
            text="Secret words",
            source=InteractionSource.CHANNEL,
            thread_id=thread.id,
            at=now,
            created_at=now,
        )
        session.add(mail)
        await session.flush()
        return mail.id


async def _shown(talk: BotTalk, card: str, card_id: int, staff_id: int) -> str:
    """What a hanging copy of the card would be edited to now."""
    async with talk.database.read() as session:
        reader = Reader(session, staff=await session.get_one(Staff, staff_id), now=talk.clock.now())
        rendered = await talk.application.router.cards[card](reader, card_id, {})
    return str(rendered) if rendered is not None else ""


async def _give(talk: BotTalk, client: Client, to: Staff | None) -> None:
    async with talk.database.write() as session:
        (await session.get_one(Client, client.id)).owner_id = to.id if to else None


async def test_cards_of_a_client_given_away_show_nothing_more(talk: BotTalk) -> None:
    async with talk.database.write() as session:
        other = await make_staff(session, Role.REP, name="Bob", telegram_id=503)
        client = await make_client(session, "Anna Schmidt", owner=talk.staff, phone="+66812345678")
        await reindex(session, client, now=talk.clock.now())
    [card] = await talk.says("call Anna Schmidt secret price agreed, tomorrow 10 send offer")
    await talk.taps("✅ Save", on=card)
    mail = await _received(talk, client)
    async with talk.database.read() as session:
        call = (await session.execute(select(Interaction.id).where(Interaction.id != mail))).scalar_one()
        promise = (await session.execute(select(FollowUp.id))).scalar_one()
    cards = [("interaction", call), ("interaction", mail), ("inbound", mail), ("client", client.id)]
    for name, number in cards:
        assert await _shown(talk, name, number, talk.staff.id)
        assert not await _shown(talk, name, number, other.id)
    assert "66812345678" in await _shown(talk, "followup", promise, talk.staff.id)
    await _give(talk, client, other)
    for name, number in cards:
        assert not await _shown(talk, name, number, talk.staff.id)
        assert await _shown(talk, name, number, other.id)
    promised = await _shown(talk, "followup", promise, talk.staff.id)  # the promise is still the rep's own
    assert "send offer" in promised
    assert "66812345678" not in promised
    assert "ecret" not in promised


@pytest.mark.parametrize("role", list(Role))
async def test_what_lies_in_the_tray_is_shown_to_those_who_see_the_tray(talk: BotTalk, role: Role) -> None:
    async with talk.database.write() as session:
        reader = await make_staff(session, role, name="Who", telegram_id=504)
    mail = await _received(talk, None)
    assert bool(await _shown(talk, "inbound", mail, reader.id)) is (role is not Role.WAREHOUSE)


async def test_a_stand_in_reads_what_came_for_the_colleague(talk: BotTalk) -> None:
    async with talk.database.write() as session:
        owner = await make_staff(session, Role.REP, name="Bob", telegram_id=503, stand_in_id=talk.staff.id)
        client = await make_client(session, "Anna Schmidt", owner=owner)
    mail = await _received(talk, client)
    assert "Secret words" in await _shown(talk, "inbound", mail, talk.staff.id)
