"""Mails taken in together are what they would be one after another: the same conversations, clients, marks and cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels import inbox
from channels.email.absences import Absence
from channels.email.reading import ParsedEmail
from crm import inbound, threads
from crm.inbound import Arrival, Received
from crm.interactions import KeptFile
from storage.models import Client, DomainEvent, InboxSource, Interaction, Outbox, Role, Thread
from tests.crm.mails import HOUSE, mail, written
from tests.factories import make_client, make_staff


async def _received(
    session: AsyncSession, mails: Sequence[tuple[ParsedEmail, bool]], prefix: str, now: datetime
) -> list[Received]:
    found = []
    for number, (email, history) in enumerate(mails):
        inbox_id = await inbox.store(session, source=InboxSource.EMAIL, external_id=f"{prefix}{number}", now=now)
        assert inbox_id
        found.append(Received(email, Arrival(inbox_id, now, history=history)))
    return found


async def _mails(session: AsyncSession, prefix: str, now: datetime) -> list[tuple[ParsedEmail, bool]]:
    """A mailbox of everything; whether a mail is history stands beside it."""
    anna, stranger, spammer = (f"{name}@{prefix}.example" for name in ("anna", "stranger", "spammer"))
    owner = await make_staff(session, name=f"Owner {prefix}")
    client = await make_client(session, name=f"Anna {prefix}", email=anna, owner=owner)
    ours = await written(session, client, now - timedelta(days=2), to=anna, message_id=f"<ours@{prefix}>")
    spam = await threads.open_thread(
        session, client_id=None, channel=ours.channel, address=spammer, subject="", now=now - timedelta(days=1)
    )
    spam.spam = True
    await session.flush()
    reply_to = threads.reply_address("crm@us.example", ours.token)
    day = timedelta(days=1)

    def one(sender: str, number: int, **fields: object) -> ParsedEmail:
        return mail(
            sender, message_id=f"<{number}@{prefix}>", subject=f"mail {number}", to=("crm@us.example",), **fields
        )

    return [
        (one(anna, 1, in_reply_to=f"<ours@{prefix}>", date=now - 3 * day), True),
        (one(anna, 2, date=now - 2 * day), True),
        (one(anna, 3, in_reply_to=f"<2@{prefix}>", date=now - day), True),  # answers a mail of the same batch
        (one(stranger, 4, date=now - day), True),
        (one(stranger, 5, date=now + day), True),  # goes on there; its date lies ahead
        (one(spammer, 6), False),
        (one(anna, 2), False),  # a copy
        (mail(anna, message_id=f"<7@{prefix}>", subject="mail 7", to=(reply_to,)), False),
        (one(stranger, 8, in_reply_to=f"<4@{prefix}>"), False),
        (one(f"ben@{prefix}.example", 9, in_reply_to=f"<ours@{prefix}>"), False),  # a stranger answers for the client
        (one(anna, 10, is_automatic=True, absence=Absence(returns_on=(now + 3 * day).date())), False),
        (one(anna, 11, authentication="dmarc=fail"), False),
        (one(anna, 12, text="STOP"), False),
        (one(f"ben@{prefix}.example", 13, in_reply_to=f"<ours@{prefix}>"), False),  # goes on beside it
    ]


async def _became(session: AsyncSession, received: Sequence[Received], prefix: str) -> list[tuple[object, ...]]:
    """What of each mail is on record, without numbers and the prefix."""
    query = (
        select(Interaction, Thread, Client.name)
        .join(Thread, Thread.id == Interaction.thread_id)
        .outerjoin(Client, Client.id == Interaction.client_id)
        .where(Interaction.inbox_id.in_([one.arrival.inbox_id for one in received]))
        .order_by(Interaction.id)
    )
    rows = (await session.execute(query)).all()
    places = {number: place for place, number in enumerate(dict.fromkeys(thread.id for _, thread, _ in rows))}
    cards = [one.payload["card_id"] for one in (await session.execute(select(Outbox))).scalars() if one.kind == "card"]
    events = (await session.execute(select(DomainEvent.facts).where(DomainEvent.name == "message.received"))).scalars()
    told = [facts["interaction_id"] for facts in events]
    return [
        (
            said.subject,
            (name or "").replace(prefix, ""),
            places[thread.id],
            thread.address.replace(prefix, ""),
            (thread.subject, thread.name, thread.spam, thread.last_at, thread.assignee_id),
            (said.at, said.automatic, said.returns_at, said.authentication, said.text, said.quoted),
            cards.count(said.id),
            told.count(said.id),
        )
        for said, thread, name in rows
    ]


async def test_together_or_one_after_another_they_become_the_same(session: AsyncSession, now: datetime) -> None:
    await make_staff(session, Role.MANAGER)
    became = []
    for prefix, size in (("together", 100), ("apart", 1), ("threes", 3)):
        received = await _received(session, await _mails(session, prefix, now), prefix, now)
        kept: list[int | None] = []
        for start in range(0, len(received), size):
            kept += await inbound.receive_emails(session, received=received[start : start + size], now=now, house=HOUSE)
        assert [number for number, one in enumerate(kept) if one is None] == [6]
        client = (await session.execute(select(Client).where(Client.name == f"Anna {prefix}"))).scalar_one()
        became.append([client.last_contact_at, *await _became(session, received, prefix)])
    assert became[0] == became[1] == became[2]
    assert [row[2] for row in became[0][1:]] == [0, 1, 1, 2, 2, 3, 0, 2, 4, 5, 6, 7, 4]  # type: ignore[index]


async def test_one_name_for_many_mails_hides_none_of_them(session: AsyncSession, now: datetime) -> None:
    """A scanner that calls all its mails alike; the same mail changed on its way, by a footer outside its new text, comes once."""
    client = await make_client(session, name="Scanner", email="scan@client.example")
    same = {"message_id": "<scan@device>", "subject": "Scan"}
    page, other = (KeptFile(digit * 64, "page.pdf", "application/pdf", 1) for digit in "12")
    said = [("first", ()), ("first", ()), ("second", ()), ("first", (page,)), ("first", (page,)), ("first", (other,))]
    mails = [(mail("scan@client.example", new_text=text, **same), False) for text, _ in said]
    received = [
        replace(one, files=files)
        for one, (_, files) in zip(await _received(session, mails, "scan", now), said, strict=True)
    ]
    kept = await inbound.receive_emails(session, received=received, now=now)
    assert [one is not None for one in kept] == [True, False, True, True, False, True]
    logged = (await session.execute(select(Interaction.text).where(Interaction.client_id == client.id))).scalars()
    assert sorted(logged) == ["first", "first", "first", "second"]


async def test_what_lay_in_a_mailbox_was_not_said_in_the_future(session: AsyncSession, now: datetime) -> None:
    await make_client(session, name="Ahead", email="ahead@client.example")
    mails = [(mail("ahead@client.example", message_id="<a@x>", date=now + timedelta(days=4000)), True)]
    (kept,) = await inbound.receive_emails(session, received=await _received(session, mails, "ahead", now), now=now)
    assert kept is not None
    assert (await session.get_one(Interaction, kept)).at == now
