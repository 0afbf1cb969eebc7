"""Mail as it comes over the wire: what people write reaches whoever looks after them, and what they ask is obeyed."""

from __future__ import annotations

from sqlalchemy import select

from storage.models import Interaction, Outbox, Suppression
from tests.factories import make_client, make_staff
from tests.scheduler.mailroom import Mailroom

OWNER = 77


async def _anna(mailroom: Mailroom) -> int:
    """A client with an owner who has a chat."""
    async with mailroom.database.write() as session:
        owner = await make_staff(session, name="Nina")
        owner.telegram_id = OWNER
        return (await make_client(session, name="Anna", email="anna@client.test", owner=owner)).id


def _written(
    number: int, body: str, *head: str, subject: str = "Order", sender: str = "Anna <anna@client.test>"
) -> bytes:
    lines = [
        f"From: {sender}",
        "To: crm@us.example",
        f"Subject: {subject}",
        f"Message-ID: <m{number}@client.test>",
        *head,
    ]
    return "\r\n".join([*lines, "", body, ""]).encode()


async def _told(mailroom: Mailroom, interaction: Interaction) -> set[str]:
    """The chats that were shown a message."""
    async with mailroom.database.read() as session:
        rows = (await session.execute(select(Outbox).where(Outbox.kind == "card"))).scalars()
        return {one.address for one in rows if one.payload["card_id"] == interaction.id}


async def _stopped(mailroom: Mailroom) -> int:
    async with mailroom.database.read() as session:
        return len((await session.execute(select(Suppression))).scalars().all())


async def test_a_client_who_writes_to_a_group_is_read_and_obeyed(mailroom: Mailroom) -> None:
    """Google Groups and Mailman put a list's marks on everything that goes through them."""
    client_id = await _anna(mailroom)
    marks = ("List-ID: <sales.us.example>", "Precedence: list", "List-Unsubscribe: <mailto:sales+leave@us.example>")
    await mailroom.arrive(_written(1, "Please order 20 pcs.", *marks), _written(2, "STOP", *marks))
    assert await mailroom.process() == 2
    order, stop = await mailroom.logged()
    assert (order.client_id, order.automatic, stop.automatic) == (client_id, False, False)
    assert await _told(mailroom, order) == {str(OWNER)}
    assert await _stopped(mailroom) == 1
