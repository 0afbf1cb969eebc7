"""What is kept of a mail besides its text, and what a forged, unreadable or personal one may do."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels import inbox
from channels.email.reading import Completeness, parse
from channels.email.verp import answer_address
from channels.outbox import suppression
from crm import consent, inbound, threads
from crm.inbound import Arrival
from crm.interactions import KeptFile
from storage.models import (
    Attachment,
    Channel,
    ContactKind,
    ContactPoint,
    FollowUp,
    InboxSource,
    Role,
    SuppressionReason,
    Thread,
)
from tests.crm.mails import HOUSE, mail, take, told, written
from tests.factories import make_client, make_staff
from tests.factories.mailings import make_delivery, make_mailing


async def test_everybody_it_went_to_and_the_mailbox_it_came_by_are_kept(session: AsyncSession, now: datetime) -> None:
    await make_client(session, email="anna@baltic.example")
    received = await take(
        session,
        mail(
            from_name="Anna",
            to=("crm@us.example", "ben@baltic.example"),
            cc=("boss@baltic.example",),
            names={"ben@baltic.example": "Ben"},
            reply_to="orders@baltic.example",
            authentication="dmarc=pass spf=pass",
        ),
        now,
        mailbox="sales@us.example",
    )
    assert received is not None
    assert received.recipients == {
        "from": "anna@baltic.example",
        "from_name": "Anna",
        "to": [["crm@us.example", ""], ["ben@baltic.example", "Ben"]],
        "cc": [["boss@baltic.example", ""]],
        "reply_to": "orders@baltic.example",
    }
    assert (received.mailbox, received.authentication) == ("sales@us.example", "dmarc=pass spf=pass")
    assert (received.automatic, received.damaged) == (False, False)


@pytest.mark.parametrize("words", ["STOP", "Unsubscribe please", "отпишите меня", "หยุดส่งค่ะ"])
async def test_stop_as_a_whole_mail_ends_mailings_on_every_channel(
    session: AsyncSession, now: datetime, words: str
) -> None:
    client = await make_client(session, email="anna@baltic.example", phone="+66812345678")
    text = f"{words}\n\nOn 1 Nov 2026 at 10:00, Shop <crm@us.example> wrote:\n> Offers\n"
    received = await take(session, mail(text=text), now)
    assert received is not None
    for marketing, expected in ((True, {"anna@baltic.example": SuppressionReason.STOP}), (False, {})):
        found = await suppression.is_suppressed(
            session, channel=Channel.EMAIL, addresses=["anna@baltic.example"], marketing=marketing
        )
        assert found == expected
    for channel in (Channel.EMAIL, Channel.SMS):
        assert await consent.withdrawn(session, client_ids=[client.id], channel=channel) == {client.id}


async def test_stop_is_obeyed_in_a_conversation_that_is_marked_as_spam(session: AsyncSession, now: datetime) -> None:
    manager = await make_staff(session, Role.MANAGER)
    thread = await written(
        session, await make_client(session, email="anna@baltic.example"), now, to="anna@baltic.example"
    )
    thread.spam = True
    await session.flush()
    told_to = threads.reply_address("crm@us.example", thread.token)
    for fields in ({"text": "Cheap pills"}, {"text": "STOP", "is_automatic": True}, {"text": "STOP"}):
        quiet = await take(session, mail(to=(told_to,), **fields), now)
        found = await suppression.is_suppressed(session, channel=Channel.EMAIL, addresses=["anna@baltic.example"])
        assert found == ({"anna@baltic.example": SuppressionReason.STOP} if fields == {"text": "STOP"} else {})
        assert manager.id not in await told(session, quiet)


async def test_the_empty_mail_that_a_link_makes_says_stop_in_its_subject(session: AsyncSession, now: datetime) -> None:
    await take(session, mail(subject="unsubscribe", text=""), now)
    found = await suppression.is_suppressed(session, channel=Channel.EMAIL, addresses=["anna@baltic.example"])
    assert found == {"anna@baltic.example": SuppressionReason.STOP}


@pytest.mark.parametrize("proof", ["dmarc", "reply address"])
async def test_a_proven_start_takes_the_stop_back(session: AsyncSession, now: datetime, proof: str) -> None:
    client = await make_client(session, "Anna", email="anna@baltic.example")
    thread = await written(session, client, now, to="anna@baltic.example", message_id="<ours-1@us>")
    await take(session, mail(text="STOP"), now)
    fields: dict[str, object] = {"authentication": "dmarc=pass spf=pass"}
    if proof == "reply address":
        fields = {"to": (threads.reply_address("crm@us.example", thread.token),)}
    await take(session, mail(text="Start", **fields), now)
    assert await suppression.is_suppressed(session, channel=Channel.EMAIL, addresses=["anna@baltic.example"]) == {}
    assert await consent.withdrawn(session, client_ids=[client.id], channel=Channel.EMAIL) == set()


async def test_a_start_nobody_proved_takes_no_stop_back(session: AsyncSession, now: datetime) -> None:
    client = await make_client(session, email="anna@baltic.example")
    await take(session, mail(text="STOP"), now)
    await take(session, mail(text="Start"), now)
    stopped = await suppression.is_suppressed(session, channel=Channel.EMAIL, addresses=["anna@baltic.example"])
    assert stopped == {"anna@baltic.example": SuppressionReason.STOP}
    assert await consent.withdrawn(session, client_ids=[client.id], channel=Channel.EMAIL) == {client.id}


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "Please stop by tomorrow"},
        {"text": "STOP", "is_automatic": True},
        {"text": "STOP", "authentication": "dmarc=fail"},
        {"text": "20 pcs", "subject": "Stop"},
    ],
)
async def test_what_is_no_stop(session: AsyncSession, now: datetime, fields: dict[str, object]) -> None:
    await make_client(session, email="anna@baltic.example")
    await take(session, mail(**fields), now)
    assert await suppression.is_suppressed(session, channel=Channel.EMAIL, addresses=["anna@baltic.example"]) == {}


async def test_a_forged_sender_is_shown_and_marked_and_moves_nothing(session: AsyncSession, now: datetime) -> None:
    owner = await make_staff(session)
    client = await make_client(session, owner=owner, email="anna@baltic.example")
    waiting = FollowUp(
        client_id=client.id,
        owner_id=owner.id,
        promise="p",
        due_at=now + timedelta(days=3),
        created_at=now,
        waiting_for_answer=True,
    )
    session.add(waiting)
    received = await take(session, mail(authentication="dmarc=fail spf=fail"), now)
    assert received is not None
    assert (received.client_id, received.authentication) == (client.id, "dmarc=fail spf=fail")
    assert await told(session, received) == {owner.id}
    assert client.last_contact_at is None
    assert waiting.waiting_for_answer


async def test_no_spoofed_mail_enters_anothers_conversation_as_trusted(session: AsyncSession, now: datetime) -> None:
    """Every way of naming a conversation, by every sender but the one it is with, with every verdict of our server."""
    anna = await make_client(session, "Anna", email="anna@baltic.example")
    boris = await make_client(session, "Boris", email="boris@rival.example")
    thread = await written(session, anna, now, to="anna@baltic.example", message_id="<ours-1@us>")
    token = threads.reply_address("crm@us.example", thread.token)
    naming: list[dict[str, object]] = [
        {"to": (token,)},
        {"cc": (token,)},
        {"delivered_to": (token,)},
        {"in_reply_to": "<ours-1@us>"},
        {"references": ("<x@y>", "<ours-1@us>")},
        {"subject": "Re: Bolts"},
        {"to": (token[:-1] + "x",)},
        {},
    ]
    senders = [
        "boris@rival.example",
        "nobody@else.example",
        "anna@baltic.example.evil.example",
        '"anna@baltic.example"@x.example',
    ]
    verdicts = ["", "dmarc=pass", "dmarc=fail"]
    for names, sender, verdict in product(naming, senders, verdicts):
        received = await take(session, mail(sender, **{"subject": "Bolts", **names}, authentication=verdict), now)
        assert received is not None
        assert received.thread_id != thread.id
        if sender == "boris@rival.example":
            assert received.client_id == boris.id
    # Her own address under somebody else's hand: on her timeline, and marked.
    later = now + timedelta(days=1)
    for names in naming:
        forged = await take(session, mail(**{"subject": "Bolts", **names}, authentication="dmarc=fail"), later)
        assert forged is not None
        assert (forged.client_id, forged.authentication) == (anna.id, "dmarc=fail")
    assert anna.last_contact_at == now, "of the strangers who had our reply address, and not moved since"


async def test_answers_from_another_address_make_one_conversation(session: AsyncSession, now: datetime) -> None:
    """A client's second address, and a colleague of theirs we do not know: each has one beside the one that is named."""
    client = await make_client(session, email="one@firm.example")
    session.add(ContactPoint(client_id=client.id, kind=ContactKind.EMAIL, value="two@firm.example", created_at=now))
    named = await written(session, client, now, to="one@firm.example")
    token = threads.reply_address("crm@us.example", named.token)
    found = {}
    for sender in ("two@firm.example", "colleague@firm.example"):
        answers = [await take(session, mail(sender, to=(token,)), now) for _ in range(3)]
        assert {one.client_id for one in answers if one is not None} == {client.id}
        (found[sender],) = {one.thread_id for one in answers if one is not None}
    back = await take(session, mail("one@firm.example", to=(token,)), now)
    assert back is not None
    assert len({named.id, *found.values()}) == 3
    assert back.thread_id == named.id
    (await session.get_one(Thread, found["two@firm.example"])).spam = True
    await session.flush()
    heard = await take(session, mail("two@firm.example", to=(token,)), now)
    assert heard is not None
    assert heard.thread_id not in found.values(), "spam silences one conversation, not a client who goes on in another"
    addresses = {sender: (await session.get_one(Thread, number)).address for sender, number in found.items()}
    assert addresses == {sender: sender for sender in found}


async def test_an_answer_from_a_shared_address_is_of_whom_we_wrote_to(session: AsyncSession, now: datetime) -> None:
    """Two clients with one address: the token and the identifier of our mail say which one answers."""
    shared = "info@firm.example"
    first, second = [await make_client(session, name, email=shared) for name in ("First", "Second")]
    second.last_contact_at = now - timedelta(days=1)
    thread = await written(session, first, now, to="other@firm.example")
    mailing = await make_mailing(session, await make_staff(session, Role.MANAGER), now=now)
    row = await make_delivery(session, mailing, now=now, client=first, address=shared)
    unnamed = await take(session, mail(shared), now)
    assert unnamed is not None
    assert unnamed.client_id == second.id
    naming: list[dict[str, object]] = [
        {"to": (answer_address("crm@us.example", row.id, HOUSE.answer_key),)},
        {"to": (threads.reply_address("crm@us.example", thread.token),)},
        {"in_reply_to": "<ours-1@us>"},
    ]
    for named in naming:
        answer = await take(session, mail(shared, **named), now)
        assert answer is not None
        assert answer.client_id == first.id


async def test_a_stranger_in_a_personal_mailbox_is_its_owners(session: AsyncSession, now: datetime) -> None:
    nina = await make_staff(session)
    await make_staff(session, Role.MANAGER)
    first = await take(session, mail("who@new.example"), now, staff_id=nina.id)
    again = await take(session, mail("who@new.example"), now, staff_id=nina.id)
    assert first is not None
    assert again is not None
    assert again.thread_id == first.thread_id
    assert (await session.get_one(Thread, first.thread_id)).assignee_id == nina.id
    assert await told(session, first) == await told(session, again) == {nina.id}


async def test_a_known_client_in_a_personal_mailbox_is_still_their_owners(session: AsyncSession, now: datetime) -> None:
    nina, boris = await make_staff(session), await make_staff(session)
    await make_client(session, owner=boris, email="anna@baltic.example")
    assert await told(session, await take(session, mail(), now, staff_id=nina.id)) == {boris.id}


async def test_a_mail_that_cannot_be_read_waits_in_the_tray_as_it_came(session: AsyncSession, now: datetime) -> None:
    manager = await make_staff(session, Role.MANAGER)
    inbox_id = await inbox.store(session, source=InboxSource.EMAIL, external_id="x", now=now)
    assert inbox_id
    raw = KeptFile("0" * 64, "mail.eml", "message/rfc822", 7)
    kept = await inbound.keep_unread(session, raw=raw, arrival=Arrival(inbox_id, now, mailbox="m"), now=now)
    assert (kept.damaged, kept.client_id, kept.mailbox) == (True, None, "m")
    assert await told(session, kept) == {manager.id}
    assert (await session.execute(select(Attachment.name))).scalars().all() == ["mail.eml"]


async def test_a_mail_whose_body_was_too_much_is_its_senders_all_the_same(session: AsyncSession, now: datetime) -> None:
    client = await make_client(session, email="anna@baltic.example")
    received = await take(session, mail(text="", completeness=Completeness.HEADERS), now)
    assert received is not None
    assert (received.client_id, received.damaged) == (client.id, True)


async def test_the_text_is_what_the_parser_found_to_be_new(session: AsyncSession, now: datetime) -> None:
    html = b"From: anna@baltic.example\r\nContent-Type: text/html\r\n\r\n<p>Yes</p><div id='divRplyFwdMsg'>Older</div>"
    received = await take(session, parse(html), now)
    assert received is not None
    assert (received.text, received.quoted) == ("Yes", "Older")
