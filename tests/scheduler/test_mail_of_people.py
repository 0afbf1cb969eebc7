"""Mail as it comes over the wire: what people write reaches whoever looks after them, and what they ask is obeyed."""

from __future__ import annotations

import base64

import pytest
from sqlalchemy import select

from storage.models import Interaction, Outbox, Suppression
from tests.factories import make_client, make_staff
from tests.scheduler.mailroom import Mailroom

OWNER = 77
_PDF = ("Content-Type: application/pdf; name=a.pdf", "Content-Transfer-Encoding: base64")


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


async def test_people_who_are_called_like_mail_systems_are_read(mailroom: Mailroom) -> None:
    client_id = await _anna(mailroom)
    as_admin = "Mail Administrator Anna <anna@client.test>"
    await mailroom.arrive(
        _written(1, "Your invoice could not be sent to us, please resend it.", subject="Problem", sender=as_admin),
        _written(
            2, "Your parcel could not be delivered.", subject="Delivery failed", sender="Delivery Service <i@dhl.test>"
        ),
    )
    await mailroom.process()
    problem, parcel = await mailroom.logged()
    assert (problem.client_id, parcel.client_id) == (client_id, None)
    assert await _told(mailroom, problem) == {str(OWNER)}
    assert await _told(mailroom, parcel) != set()


async def test_a_report_on_mail_that_is_not_ours_is_kept(mailroom: Mailroom) -> None:
    """A client's is shown, for it may be no report; a mail system's lies in the tray and tells nobody."""
    client_id = await _anna(mailroom)
    notice = "Your message could not be delivered to <bob@x.test>: user unknown"
    quoted = "\r\n\r\n----- Original message -----\r\nMessage-ID: <o@x>\r\nTo: bob@x.test\r\nSubject: Hi"
    subject = "Undelivered Mail Returned to Sender"
    await mailroom.arrive(
        _written(1, notice + quoted, subject=subject),
        _written(2, notice + quoted, subject=subject, sender="Gateway <gateway@relay.test>"),
    )
    await mailroom.process()
    hers, daemons = await mailroom.logged()
    assert (hers.client_id, hers.automatic, daemons.client_id, daemons.automatic) == (client_id, False, None, True)
    assert await _told(mailroom, hers) == {str(OWNER)}
    assert await _told(mailroom, daemons) == set()


@pytest.mark.parametrize(
    ("head", "stops"),
    [
        (("Subject: unsubscribe",), True),
        (("Subject: Re: How to unsubscribe",), False),
        (("Subject: Отв: отпишите меня",), False),
        (("Subject: ตอบกลับ: หยุดส่ง",), False),
        (("Subject: unsubscribe", "In-Reply-To: <offer@us.example>"), False),
        (("Subject: unsubscribe", *_PDF), False),
    ],
)
async def test_only_the_subject_of_an_empty_new_mail_says_stop(
    mailroom: Mailroom, head: tuple[str, ...], stops: bool
) -> None:
    """The subject of an answer is ours, and that of a file the file's."""
    await _anna(mailroom)
    await mailroom.arrive(_written(1, "AAAA" if _PDF[0] in head else "", *head[1:], subject=head[0][9:]))
    await mailroom.process()
    assert len(await mailroom.logged()) == 1
    assert await _stopped(mailroom) == int(stops)


async def test_a_scanner_that_calls_all_its_mails_alike_loses_none(mailroom: Mailroom) -> None:
    """The same file again, as it came to a second mailbox, is a copy; another file is another mail."""
    await _anna(mailroom)

    def scan(content: bytes) -> bytes:
        file = "\r\n".join([*_PDF, "", base64.b64encode(content).decode()])
        body = f"--b\r\n\r\nYour scan.\r\n--b\r\n{file}\r\n--b--"
        return _written(1, body, "Content-Type: multipart/mixed; boundary=b", subject="Scan")

    await mailroom.arrive(scan(b"invoice one"), scan(b"contract two"))
    await mailroom.process()
    await mailroom.arrive(scan(b"contract two"), scan(b"drawing three"))
    await mailroom.process()
    found = [await mailroom.attached(one) for one in await mailroom.logged()]
    assert found == [{"a.pdf": b"invoice one"}, {"a.pdf": b"contract two"}, {"a.pdf": b"drawing three"}]
