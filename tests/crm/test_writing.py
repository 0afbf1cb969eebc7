"""Letters as they leave: to one, to all a mail named, passed on, signed once, from a template; and what becomes of each copy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.email.bounces import Action, DeliveryReport
from channels.email.mime import build
from channels.message import OutgoingEmail
from channels.outbox import suppression
from crm import answers, consent, deliveries, templates, writing
from crm.contacts import BadEmail
from crm.errors import NotFound
from crm.interactions import CARD, KeptFile
from crm.templates import NameTaken
from crm.writing import MOST_RECIPIENTS, Letter, Ours, Sender, TooManyRecipients, correspondents, forwarding
from crm.writing.forwarding import OwnAddress
from storage.files import FileStore
from storage.models import (
    CardMessage,
    Channel,
    Client,
    DeliveryState,
    Direction,
    Interaction,
    Language,
    Outbox,
    Role,
    Staff,
    SuppressionReason,
    Template,
    Thread,
)
from storage.queries import timeline
from storage.queries.outbox import Delivery
from tests.factories import make_client, make_staff
from tests.factories.messages import make_file, make_message, make_thread

US = "crm@us.example"
OURS = Ours.of(US, "bounces@us.example")
NAMED = {
    "from": "anna@baltic.example",
    "from_name": "Anna Schmidt",
    "to": [["crm+t.0123456789@us.example", "Us"], ["Boris@Rival.example", "Boris"]],
    "cc": [["carl@cargo.example", "Carl, the “boss”"], ["anna@baltic.example", ""], ["nonsense", ""]],
    "reply_to": [],
}


@pytest.fixture
async def rep(session: AsyncSession) -> Staff:
    return await make_staff(session, name="Rita", email_signature="Rita\n+49 30 1")


@pytest.fixture
async def client(session: AsyncSession, rep: Staff) -> Client:
    return await make_client(session, "Anna Schmidt", owner=rep, email="anna@baltic.example", company="Baltic Tools")


async def received(session: AsyncSession, client: Client | None, now: datetime, **fields: Any) -> Interaction:
    return await make_message(session, await make_thread(session, client, now=now), now=now, **fields)


async def rows_of(session: AsyncSession, sent: Interaction) -> Sequence[Outbox]:
    return (await timeline.deliveries(session, [sent])).get(sent.id, [])


async def composed(session: AsyncSession, row: Outbox, tmp_path: Path) -> OutgoingEmail:
    sender = Sender(US, "Us Ltd", FileStore(tmp_path))
    delivery = Delivery(**{name: getattr(row, name) for name in Delivery._fields})
    message = await writing.composers(sender)["email"](session, delivery)
    assert isinstance(message, OutgoingEmail)
    return message


async def to_all(session: AsyncSession, actor: Staff, mail: Interaction, now: datetime, **more: Any) -> Interaction:
    values: dict[str, Any] = {"text": "To all", "sender_domain": "us.example", "ours": OURS} | more
    return await writing.answer_all(session, actor=actor, interaction_id=mail.id, now=now, **values)


async def test_an_answer_to_all_is_one_delivery_each_under_one_identifier(
    session: AsyncSession, rep: Staff, client: Client, now: datetime, tmp_path: Path
) -> None:
    mail = await received(session, client, now, recipients=NAMED)
    sent = await to_all(session, rep, mail, now)
    rows = await rows_of(session, sent)
    people = ["anna@baltic.example", "boris@rival.example", "carl@cargo.example"]
    assert [row.address for row in rows] == people
    assert {row.message_id for row in rows} == {sent.message_id}
    assert len({row.dedupe_key for row in rows}) == 3
    assert not any("@" in (row.dedupe_key or "") for row in rows)
    assert sent.outbox_id == rows[0].id
    for row in rows:
        raw = build(await composed(session, row, tmp_path), date=now)
        parsed = message_from_bytes(raw, policy=policy.default)
        assert [one.addr_spec for one in parsed["To"].addresses] == people[:2]
        assert [(one.addr_spec, one.display_name) for one in parsed["Cc"].addresses] == [
            (people[2], "Carl, the “boss”")
        ]
        assert parsed["In-Reply-To"] == mail.message_id
        assert parsed["References"] == mail.message_id
        assert parsed["Message-ID"] == sent.message_id
        assert parsed["Subject"] == "Re: Bolts"


@pytest.mark.parametrize(
    ("identifier", "named"),
    [
        ("<no-at-sign>", True),
        ("<two@at@signs.example>", True),
        ("<a,b@c.example>", True),
        ("<1b@DESKTOP_12>", True),
        ("<ü@baltic.example>", False),  # what a plain header cannot hold
        ("<cut off", False),
    ],
)
async def test_a_mail_with_a_malformed_identifier_is_answered_all_the_same(
    session: AsyncSession, rep: Staff, client: Client, now: datetime, tmp_path: Path, identifier: str, named: bool
) -> None:
    mail = await received(session, client, now, message_id=identifier)
    sent = await writing.answer(
        session, actor=rep, interaction_id=mail.id, text="x", sender_domain="us.example", now=now
    )
    (row,) = await rows_of(session, sent)
    parsed = message_from_bytes(build(await composed(session, row, tmp_path), date=now), policy=policy.compat32)
    assert parsed["Subject"] == "Re: Bolts"
    assert parsed["In-Reply-To"] == (identifier if named else None), "their program looks for it as it wrote it"


async def test_it_goes_nowhere_the_mail_did_not_name(
    session: AsyncSession, rep: Staff, client: Client, now: datetime
) -> None:
    alone = await received(session, client, now)
    assert [one.address for one in correspondents(alone, await session.get_one(Thread, alone.thread_id), OURS).to] == [
        "anna@baltic.example"
    ]
    sent = await to_all(session, rep, alone, now)
    assert [row.address for row in await rows_of(session, sent)] == ["anna@baltic.example"]
    mailbox = await received(
        session,
        client,
        now,
        mailbox="sales@us.example@imap.us.example",
        recipients={**NAMED, "to": [["sales@us.example", ""], ["bounces+x@us.example", ""]], "cc": []},
    )
    sent = await to_all(session, rep, mailbox, now)
    assert [row.address for row in await rows_of(session, sent)] == ["anna@baltic.example"]


async def test_it_reaches_the_address_answers_are_asked_for_at(
    session: AsyncSession, rep: Staff, client: Client, now: datetime
) -> None:
    headers = {**NAMED, "to": [], "cc": [], "reply_to": [["orders@baltic.example", "Orders"]]}
    mail = await received(session, client, now, recipients=headers)
    assert writing.wants_answers_at(mail) == "orders@baltic.example"
    sent = await to_all(session, rep, mail, now)
    assert [row.address for row in await rows_of(session, sent)] == ["anna@baltic.example", "orders@baltic.example"]
    plain = await writing.answer(
        session, actor=rep, interaction_id=mail.id, text="x", sender_domain="us.example", now=now
    )
    assert [row.address for row in await rows_of(session, plain)] == ["anna@baltic.example"]
    same = await received(session, client, now, recipients={**headers, "reply_to": "anna@baltic.example"})
    assert writing.wants_answers_at(same) == ""


async def test_a_mail_to_the_whole_town_is_not_answered_to_all(
    session: AsyncSession, rep: Staff, client: Client, now: datetime
) -> None:
    town = [[f"p{number}@town.example", ""] for number in range(MOST_RECIPIENTS)]
    mail = await received(session, client, now, recipients={**NAMED, "to": town, "cc": []})
    with pytest.raises(TooManyRecipients) as told:
        await to_all(session, rep, mail, now)
    assert told.value.params == {"count": MOST_RECIPIENTS + 1, "limit": MOST_RECIPIENTS}
    fits = await received(session, client, now, recipients={**NAMED, "to": town[1:], "cc": []})
    assert len(await rows_of(session, await to_all(session, rep, fits, now))) == MOST_RECIPIENTS


@given(
    st.lists(st.one_of(st.text(max_size=40), st.from_regex(r"[a-z]{1,6}(\+[a-z]{0,4})?@(us|x)\.example"))), st.text()
)
def test_whatever_headers_hold_never_ourselves_never_twice(addresses: list[str], name: str) -> None:
    thread = Thread(address="anna@baltic.example", name="")
    headers = {"from": "x", "to": [[one, name] for one in addresses], "cc": addresses, "reply_to": addresses}
    mail = Interaction(direction=Direction.IN, recipients=headers)
    people = [one.address for one in correspondents(mail, thread, Ours.of("abc@us.example")).everybody]
    assert len(people) == len(set(people))
    assert people[0] == "anna@baltic.example"
    assert not any(one.startswith(("abc@us", "abc+")) and one.endswith("us.example") for one in people)
    assert set(people) <= {"anna@baltic.example", *(one.strip().lower() for one in addresses)} | {
        one for one in people if not one.isascii()
    }


async def test_who_unsubscribed_from_everything_does_not_get_it_and_the_others_do(
    session: AsyncSession, rep: Staff, client: Client, now: datetime
) -> None:
    await suppression.suppress(
        session, channel=Channel.EMAIL, address="carl@cargo.example", reason=SuppressionReason.HARD_BOUNCE, now=now
    )
    sent = await to_all(session, rep, await received(session, client, now, recipients=NAMED), now)
    rows = await rows_of(session, sent)
    claimed = [Delivery(**{name: getattr(row, name) for name in Delivery._fields}) for row in rows]
    verdicts = await consent.gate(session, claimed, now)
    assert set(verdicts) == {rows[2].id}


async def test_a_bounce_fails_the_copy_it_names_and_stops_nobody(
    session: AsyncSession, rep: Staff, client: Client, now: datetime
) -> None:
    sent = await to_all(session, rep, await received(session, client, now, recipients=NAMED), now)
    rows = await rows_of(session, sent)
    for row in rows:
        row.state, row.sent_at = DeliveryState.SENT, now
    await session.flush()
    assert sent.message_id
    reports = [
        DeliveryReport("Boris@Rival.example", Action.FAILED, "5.1.1", "no such user", sent.message_id),
        DeliveryReport("somebody@else.example", Action.FAILED, "5.1.1", "no such user", sent.message_id),
    ]
    assert await deliveries.record_reports(session, reports=reports, now=now) == 1
    for row in rows:
        await session.refresh(row)
    assert [row.state for row in rows] == [DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.SENT]
    addresses = [row.address for row in rows]
    assert await suppression.is_suppressed(session, channel=Channel.EMAIL, addresses=addresses) == {}


async def test_cards_follow_every_copy(session: AsyncSession, rep: Staff, client: Client, now: datetime) -> None:
    sent = await to_all(session, rep, await received(session, client, now, recipients=NAMED), now)
    hanging = CardMessage(card=CARD, card_id=sent.id, staff_id=rep.id, chat_id=1, message_id=2, created_at=now)
    session.add(hanging)
    await session.flush()
    rows = await rows_of(session, sent)
    assert await writing.show_progress(session, now=now) == 1
    assert await writing.show_progress(session, now=now) == 0
    seen = [hanging.shown]
    for row, state in ((rows[0], DeliveryState.SENT), (rows[1], DeliveryState.SENT), (rows[2], DeliveryState.FAILED)):
        row.state, row.sent_at = state, now
        await session.flush()
        assert await writing.show_progress(session, now=now) == 1
        assert await writing.show_progress(session, now=now) == 0
        seen.append(hanging.shown)
    assert seen == ["planned+0/0/0", "sent+0/0/0", "sent+1/0/0", "sent+1/0/1"]
    found = await timeline.interactions(session, [sent.id])
    assert found[sent.id].delivery is DeliveryState.FAILED  # the worst stands for all


async def test_one_recipients_card_still_shows_its_state_alone(
    session: AsyncSession, rep: Staff, client: Client, now: datetime
) -> None:
    mail = await received(session, client, now)
    sent = await writing.answer(
        session, actor=rep, interaction_id=mail.id, text="x", sender_domain="us.example", now=now
    )
    hanging = CardMessage(card=CARD, card_id=sent.id, staff_id=rep.id, chat_id=1, message_id=2, created_at=now)
    session.add(hanging)
    await session.flush()
    await writing.show_progress(session, now=now)
    assert hanging.shown == "planned"


@pytest.mark.parametrize(
    ("text", "signature", "quoted", "whole"),
    [
        ("Hello", "", "", "Hello"),
        ("Hello", "Rita", "", "Hello\n\n-- \nRita"),
        ("Hello\n\n-- \nRita", "Rita", "", "Hello\n\n-- \nRita"),
        ("Hello\nRita ", " Rita\n", "", "Hello\nRita"),
        ("", "Rita", "", "-- \nRita"),
        ("Hello", "Rita", "> old", "Hello\n\n-- \nRita\n\n> old"),
        ("", "", "> old", "> old"),
    ],
)
def test_a_signature_stands_once_and_above_what_is_quoted(text: str, signature: str, quoted: str, whole: str) -> None:
    assert writing.whole_text(text, signature, quoted) == whole


async def test_passed_on_by_email_with_the_original_and_its_files(
    session: AsyncSession, rep: Staff, client: Client, now: datetime, tmp_path: Path
) -> None:
    rep.language = Language.RU
    mail = await received(
        session, client, now, recipients=NAMED, text="Сколько стоит?", quoted="> прежнее", subject="Болты\r\nBcc: x"
    )
    content = b"%PDF-1"
    sha = await FileStore(tmp_path).put(content)
    await make_file(session, mail, now=now, name="чертёж.pdf", sha=sha, size=len(content))
    files = await forwarding.files_of(session, mail.id)
    sent = await forwarding.by_email(
        session,
        actor=rep,
        interaction_id=mail.id,
        address=" Books@Accounts.example ",
        letter=Letter(Channel.EMAIL, "Посмотрите", files=files),
        sender_domain="us.example",
        ours=OURS,
        now=now,
    )
    assert (sent.client_id, sent.direction) == (client.id, Direction.OUT)
    assert sent.thread_id != mail.thread_id
    (row,) = await rows_of(session, sent)
    message = await composed(session, row, tmp_path)
    assert (message.to_address, message.to_name) == ("books@accounts.example", "")
    assert message.text.startswith("Посмотрите\n\n-- \nRita\n+49 30 1\n\n---------- Пересланное письмо")
    for part in ("От: Anna Schmidt <anna@baltic.example>", "Тема: Болты Bcc: x", "Boris <", "Копия: Carl", "> прежнее"):
        assert part in message.text
    assert [(file.name, file.content) for file in message.files] == [("чертёж.pdf", content)]
    assert message.in_reply_to is None
    assert sent.subject.startswith("Fwd: ")
    again = await forwarding.by_email(
        session,
        actor=rep,
        interaction_id=sent.id,
        address="next@accounts.example",
        letter=Letter(Channel.EMAIL, ""),
        sender_domain="us.example",
        ours=OURS,
        now=now,
    )
    assert again.subject == sent.subject
    assert "От: Rita" in again.quoted
    assert "Кому: books@accounts.example" in again.quoted


@pytest.mark.parametrize(
    ("address", "error"),
    [("not an address", BadEmail), ("a@b.example, c@d.example", BadEmail), ("crm+t.abc@us.example", OwnAddress)],
)
async def test_passed_on_to_one_real_address_only(
    session: AsyncSession, rep: Staff, client: Client, now: datetime, address: str, error: type[Exception]
) -> None:
    mail = await received(session, client, now)
    with pytest.raises(error):
        await forwarding.by_email(
            session,
            actor=rep,
            interaction_id=mail.id,
            address=address,
            letter=Letter(Channel.EMAIL, "x"),
            sender_domain="us.example",
            ours=OURS,
            now=now,
        )
    assert (await session.execute(select(Outbox))).first() is None


async def test_what_failed_goes_once_more_in_its_conversation(
    session: AsyncSession, rep: Staff, client: Client, now: datetime
) -> None:
    mail = await received(session, client, now)
    failed = await writing.answer(
        session, actor=rep, interaction_id=mail.id, text="x", sender_domain="us.example", now=now
    )
    again = await writing.write(
        session,
        actor=rep,
        client_id=client.id,
        letter=Letter(Channel.EMAIL, "x", subject=failed.subject),
        sender_domain="us.example",
        instead_of=failed.id,
        now=now + timedelta(minutes=5),
    )
    assert again.thread_id == failed.thread_id
    (row,) = await rows_of(session, again)
    assert row.payload["in_reply_to"] == mail.message_id


async def test_an_sms_carries_no_files(session: AsyncSession, rep: Staff, now: datetime) -> None:
    client = await make_client(session, owner=rep, phone="+4915112345678")
    thread = await make_thread(session, client, channel=Channel.SMS, address="+4915112345678", now=now)
    text = await make_message(session, thread, now=now)
    with pytest.raises(writing.NoFilesBySms):
        await writing.answer(
            session,
            actor=rep,
            interaction_id=text.id,
            text="x",
            files=[KeptFile("0" * 64, "a", "b", 1)],
            sender_domain="us.example",
            now=now,
        )
    with pytest.raises(writing.NothingToAnswer):
        await to_all(session, rep, text, now)


async def test_ones_own_templates_are_ones_own(
    session: AsyncSession, rep: Staff, client: Client, now: datetime
) -> None:
    other, boss = await make_staff(session), await make_staff(session, Role.MANAGER)

    async def made(actor: Staff, name: str) -> Template:
        template = await templates.create(session, actor=actor, name=name, channel=Channel.EMAIL, now=now)
        await templates.write_version(
            session,
            actor=actor,
            template_id=template.id,
            language=Language.EN,
            subject="For {company}",
            text="Dear {name} in {city|town}{last_purchase}",
            now=now,
        )
        return template

    company, mine, theirs = await made(boss, "News"), await made(rep, "Thanks"), await made(other, "Thanks")
    assert [one.owner_id for one in (company, mine, theirs)] == [None, rep.id, other.id]
    found, total = await answers.choices(session, actor=rep, channel=Channel.EMAIL, limit=10)
    assert ([one.id for one in found], total) == ([mine.id, company.id], 2)
    filled = await answers.filled(session, actor=rep, template_id=company.id, client=client)
    assert (filled.subject, filled.text, filled.missing) == (
        "For Baltic Tools",
        "Dear Anna Schmidt in town",
        ("last_purchase",),
    )
    with pytest.raises(NotFound):
        await answers.filled(session, actor=rep, template_id=theirs.id, client=client)
    for actor, template in ((rep, company), (rep, theirs), (boss, mine)):
        with pytest.raises((templates.NotAllowed, NotFound)):
            await templates.archive(session, actor=actor, template_id=template.id, now=now)
    with pytest.raises(NameTaken):
        await made(rep, "Thanks")


async def test_a_sent_text_becomes_a_template_without_its_clients_name(
    session: AsyncSession, rep: Staff, client: Client, now: datetime
) -> None:
    sent = await writing.write(
        session,
        actor=rep,
        client_id=client.id,
        letter=Letter(
            Channel.EMAIL, "Dear Anna Schmidt, thanks from Baltic Tools!", subject="Re: Anna Schmidt's order"
        ),
        sender_domain="us.example",
        now=now,
    )
    template = await answers.keep(session, actor=rep, interaction_id=sent.id, name="Thanks", now=now)
    assert template.owner_id == rep.id
    version = (await templates.newest_versions(session, template_id=template.id))[client.language]
    assert (version.subject, version.text) == ("{name}'s order", "Dear {name}, thanks from {company}!")
