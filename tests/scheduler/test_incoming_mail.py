"""Emails from the inbox to the timeline: nothing lost, nothing lost sight of, and no mail that costs the others."""

from __future__ import annotations

import base64
import random
import time
from collections.abc import Sequence
from typing import ClassVar

import pytest
from sqlalchemy import event, func, select

from channels import inbox
from channels.email.isolation import LargeMail, MailParser
from channels.email.reading import ParsedEmail
from scheduler.clock import Clock
from scheduler.inbound import InboundLoop
from storage.models import Inbox, InboxSource, Outbox
from tests.conftest import Figures
from tests.factories import make_client
from tests.memory import growing
from tests.scheduler.mailroom import Mailroom


def mail(number: int, text: str = "hello", sender: str = "") -> bytes:
    head = f"From: {sender or f'a{number}@b.test'}\r\nSubject: mail {number}\r\nMessage-ID: <m{number}@b.test>\r\n"
    return f"{head}\r\n{text} {number}\r\n".encode()


async def test_mails_are_logged_in_their_order_and_once(mailroom: Mailroom) -> None:
    await mailroom.arrive(*map(mail, range(55)), mailbox="sales@us.example")
    assert await mailroom.process() == 55
    assert await mailroom.process() == 0
    logged = await mailroom.logged()
    assert [one.subject for one in logged] == [f"mail {number}" for number in range(55)]
    assert {one.mailbox for one in logged} == {"sales@us.example"}


async def test_what_comes_in_while_mail_is_read_is_read_while_that_is_put_in_its_place(
    mailroom: Mailroom, clock: Clock
) -> None:
    class Parser(MailParser):
        """Notes how often messages were written down before it was asked."""

        asked_after: ClassVar[list[int]] = []

        async def parse_many(self, raws: Sequence[bytes | LargeMail]) -> list[ParsedEmail]:
            self.asked_after.append(writes)
            parsed = await super().parse_many(raws)
            if len(self.asked_after) == 1:
                await mailroom.arrive(*map(mail, range(10, 15)))
            return parsed

    writes = 0

    @event.listens_for(mailroom.database.engine.sync_engine, "after_cursor_execute")
    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal writes
        writes += statement.startswith("INSERT INTO interaction ")

    parser = Parser()
    loop = InboundLoop(
        database=mailroom.database,
        files=mailroom.files,
        clock=clock,
        planned=lambda: None,
        parser=parser,
    )
    try:
        await mailroom.arrive(*map(mail, range(10)))
        assert await loop.process(InboxSource.EMAIL) == 15
    finally:
        await loop.close()
    assert parser.asked_after == [0, 0]
    assert [one.subject for one in await mailroom.logged()] == [f"mail {number}" for number in range(15)]


async def test_one_that_cannot_be_handled_stops_no_other_and_ends_in_the_tray(mailroom: Mailroom) -> None:
    """A fault of ours, in one mail of many: the others are logged at once, this one after its last try, as it came."""
    bad = mail(3, text="the unlucky one")

    engine = mailroom.database.engine.sync_engine

    @event.listens_for(engine, "before_cursor_execute")
    def fail(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if statement.startswith("INSERT INTO interaction ") and "unlucky" in str(parameters):
            raise RuntimeError("a fault of ours")

    try:
        await mailroom.arrive(mail(1), mail(2), lane="one")
        await mailroom.arrive(bad, mail(4), lane="two")
        await mailroom.arrive(mail(5), lane="three")
        assert await mailroom.process() == 3, "its own lane waits for it"
        for _ in range(inbox.MAX_TRIES - 1):
            await mailroom.process()
    finally:
        event.remove(engine, "before_cursor_execute", fail)
    logged = await mailroom.logged()
    assert sorted(one.subject for one in logged) == ["", "mail 1", "mail 2", "mail 4", "mail 5"]
    (unread,) = [one for one in logged if one.damaged]
    assert await mailroom.attached(unread) == {"mail.eml": bad}
    assert await mailroom.waiting() == 0
    async with mailroom.database.read() as session:
        cards = (await session.execute(select(Outbox.payload).where(Outbox.kind == "card"))).scalars()
        assert unread.id in {card["card_id"] for card in cards}


async def test_a_body_that_is_too_much_leaves_its_headers_and_the_whole_mail(mailroom: Mailroom) -> None:
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000))
    heavy = b"From: anna@baltic.example\r\nSubject: heavy\r\n" + nested
    async with mailroom.database.write() as session:
        client = await make_client(session, email="anna@baltic.example")
    await mailroom.arrive(heavy, mail(1))
    assert await mailroom.process() == 2
    first, second = await mailroom.logged()
    assert (first.subject, first.client_id, first.damaged, second.damaged) == ("heavy", client.id, True, False)
    assert await mailroom.attached(first) == {"mail.eml": heavy}


async def test_large_mails_are_read_from_the_store_or_from_their_row(mailroom: Mailroom) -> None:
    content = random.Random(2).randbytes(1_500_000)
    raw = _with_attachment(content)
    await mailroom.arrive(raw)
    async with mailroom.database.write() as session:
        assert (await session.execute(select(Inbox.raw))).scalar_one() is None, "it lies in the file store"
        await inbox.store(session, source=InboxSource.EMAIL, external_id="in its row", raw=raw + b" ", now=mailroom.now)
    await mailroom.arrive(mail(1))
    assert await mailroom.process() == 3
    logged = await mailroom.logged()
    assert [one.subject for one in logged] == ["large", "large", "mail 1"]
    for one in logged[:2]:
        assert await mailroom.attached(one) == {"a.pdf": content}


async def test_what_is_no_mail_at_all_lies_in_the_tray(mailroom: Mailroom) -> None:
    await mailroom.arrive(b"", b"\x00\xff\xfe" * 100)
    assert await mailroom.process() == 2
    assert await mailroom.waiting() == 0
    assert len(await mailroom.logged()) == 2


@pytest.mark.crash
@pytest.mark.fault("F19")
async def test_thousands_of_malformed_mails(mailroom: Mailroom, figures: Figures) -> None:
    """Each is on the timeline or in the tray; a good one among them is there within seconds."""
    from tests.channels.test_mime_damage import _corpus, _damaged

    rng = random.Random(19)
    originals, many = _corpus(), figures.size(full=5_000, short=400)
    raws = [_damaged(rng, rng.choice(originals)[:20_000]) for _ in range(many)]
    await mailroom.arrive(*raws)
    await mailroom.arrive(mail(1, text="the good one"))
    began = time.monotonic()
    closed = await mailroom.process()
    seconds = time.monotonic() - began
    logged = await mailroom.logged()
    async with mailroom.database.read() as session:
        stored = (await session.execute(select(func.count()).select_from(Inbox))).scalar_one()
        given_up = (
            await session.execute(select(func.count()).select_from(Inbox).where(Inbox.error.is_not(None)))
        ).scalar_one()
    good = mail(2, text="the next one")
    await mailroom.arrive(good)
    began_next = time.monotonic()
    await mailroom.process()
    next_seconds = time.monotonic() - began_next
    figures.say("stored raw", f"{stored - 1} of {many}", "all")
    figures.say("closed", closed)
    figures.say("given up", given_up, "0")
    figures.say("seconds for all", f"{seconds:.0f}")
    figures.say("next good mail visible after", f"{next_seconds:.2f} s", "<= 30 s")
    assert (closed, stored, given_up) == (many + 1, many + 1, 0)
    assert any("the good one" in one.text for one in logged)
    assert "the next one" in (await mailroom.logged())[-1].text
    assert next_seconds < 30


@pytest.mark.crash
@pytest.mark.fault("F20")
async def test_a_very_large_mail_and_one_of_very_many_parts(mailroom: Mailroom, figures: Figures) -> None:
    """Neither grows the process by 100 MB nor delays others; 50 MB are read whole, the attachment too.

    Of what is larger than a mailbox's reader takes there is the beginning only, and the card says so.
    """
    content = random.Random(20).randbytes(36_000_000)
    parts = (
        b"From: a@b.test\r\nSubject: many\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        + b"--b\r\n\r\nx\r\n" * 100_000
    )
    await mailroom.arrive(mail(0))
    await mailroom.process()
    largest = _with_attachment(content)
    await mailroom.arrive(largest, parts, mail(1))
    await mailroom.arrive(largest[:1_000_000].replace(b"large", b"cut", 1), truncated=True)
    del largest
    digest = base64.b85encode(content[:20])
    size = len(content)
    del content
    began = time.monotonic()
    async with growing() as growth:
        closed = await mailroom.process()
    seconds = time.monotonic() - began
    _, large, many, last, cut = await mailroom.logged()
    figures.say("growth", f"{growth.megabytes:.0f} MB", "<= 100 MB")
    figures.say("seconds for all four", f"{seconds:.1f}")
    assert closed == 4
    assert (cut.subject, cut.damaged, cut.text) == ("cut", True, "hello")
    assert (large.subject, large.damaged, last.subject) == ("large", False, "mail 1")
    file = (await mailroom.attached(large))["a.pdf"]
    assert (len(file), base64.b85encode(file[:20])) == (size, digest)
    assert (many.subject, many.damaged) == ("many", True)
    assert growth.megabytes <= 100
    assert seconds <= 20


def _with_attachment(content: bytes) -> bytes:
    return (
        b"From: a@b.test\r\nSubject: large\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n"
        b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(content)
        + b"--b--\r\n"
    )
