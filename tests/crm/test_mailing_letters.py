"""A mailing's letter as its reader gets it: their language and values, how to leave it, and every mark of bulk mail."""

from __future__ import annotations

from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from channels.email.mime import build
from channels.email.verp import ReturnPath, read_answer_address, read_bounce_address
from channels.message import OutgoingEmail
from channels.outbox.delivery import Delivery
from crm import consent, segments, templates
from crm.mailings.composing import Links, MailingComposer
from crm.merge_fields import as_html, html_of, parse, pieces_of, render
from crm.template_markup import Design, design
from crm.writing import Sender
from storage.files import FileStore
from storage.models import Channel, Client, DeliveryState, Language, Mailing, MailingState, Role, Staff
from tests.factories import make_client, make_staff

KEY = b"b" * 32
ANSWERS = b"a" * 32
LINKS = Links(public_url="https://crm.shop.test", key=b"u" * 32)


@pytest.fixture
async def manager(session: AsyncSession) -> Staff:
    return await make_staff(session, Role.MANAGER)


@pytest.fixture
def composer(tmp_path: Path) -> MailingComposer:
    sender = Sender(
        mail_from="crm@shop.test",
        name="Shop & Co",
        files=FileStore(tmp_path),
        return_path=ReturnPath("bounces@shop.test", KEY),
        feedback_id="shop1",
        answer_key=ANSWERS,
    )
    return MailingComposer(sender, LINKS)


async def _mailing(
    session: AsyncSession,
    actor: Staff,
    now: datetime,
    *,
    subject: str = "For {name}",
    text: str = "Hello {name}",
    made: Design | None = None,
    language: Language = Language.EN,
) -> Mailing:
    template = await templates.create(session, actor=actor, name="News", channel=Channel.EMAIL, now=now)
    await templates.write_version(
        session,
        actor=actor,
        template_id=template.id,
        language=language,
        subject=subject,
        text="" if made else text,
        design=made,
        now=now,
    )
    segment = await segments.save_rule(session, actor=actor, name="All", rule="has email", now=now)
    mailing = Mailing(
        name="News",
        channel=Channel.EMAIL,
        segment_id=segment.id,
        template_id=template.id,
        state=MailingState.RUNNING,
        created_by_id=actor.id,
        created_at=now,
    )
    session.add(mailing)
    await session.flush()
    return mailing


def _delivery(mailing: Mailing, client: Client, now: datetime, number: int = 77) -> Delivery:
    return Delivery(
        id=number,
        channel=Channel.EMAIL,
        kind="mailing",
        state=DeliveryState.CLAIMED,
        priority=0,
        due_at=now,
        address="ann@client.test",
        payload={},
        marketing=True,
        client_id=client.id,
        staff_id=None,
        mailing_id=mailing.id,
        message_id=f"<m{number}@shop.test>",
        provider_id=None,
        attempts=0,
        lease_token="t",
        created_at=now,
    )


async def _read(
    composer: MailingComposer, session: AsyncSession, delivery: Delivery, now: datetime
) -> tuple[OutgoingEmail, EmailMessage]:
    made = await composer(session, delivery)
    assert isinstance(made, OutgoingEmail)
    message = message_from_bytes(build(made, date=now), policy=default)
    assert isinstance(message, EmailMessage)
    return made, message


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))  # type: ignore[arg-type]
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


async def test_a_plain_text_becomes_two_parts_with_a_way_out_in_both(
    session: AsyncSession, composer: MailingComposer, manager: Staff, now: datetime
) -> None:
    mailing = await _mailing(
        session,
        manager,
        now,
        text="Hello {name} <&>,\nsee https://shop.test/?c={city}, please.\n\nBye {company|friend}",
    )
    client = await make_client(session, "Anna <b> & Co", city="New York")
    made, message = await _read(composer, session, _delivery(mailing, client, now), now)
    link = str(message["List-Unsubscribe"]).strip("<>")
    assert link.startswith("https://crm.shop.test/u/")
    leaving = consent.read_token(link.rpartition("/")[2], key=LINKS.key)
    assert (leaving.client_id, leaving.mailing_id) == (client.id, mailing.id)
    choose = _part(message, "plain").split()[-1]
    assert choose.startswith("https://crm.shop.test/p/")
    assert consent.read_token(choose.rpartition("/")[2], key=LINKS.key, purpose=consent.PREFERENCES) == leaving
    assert message["Subject"] == "For Anna <b> & Co"
    assert _part(message, "plain") == (
        "Hello Anna <b> & Co <&>,\nsee https://shop.test/?c=New%20York, please.\n\nBye friend\n\n-- \n"
        "You receive this because you are in touch with Shop & Co.\n"
        f"To stop these messages: {link}\n"
        f"Choose what you get from us: {choose}\n"
    )
    html = _part(message, "html")
    assert "<p>Hello Anna &lt;b&gt; &amp; Co &lt;&amp;&gt;,<br>\n" in html
    assert '<a href="https://shop.test/?c=New%20York">https://shop.test/?c=New%20York</a>, please.</p>' in html
    assert f'in touch with Shop &amp; Co.<br>\n<a href="{link}">Unsubscribe</a><br>\n' in html
    assert html.count(link) == 1, "nobody reads an address there"
    assert f'<a href="{choose}">Choose what you get from us</a></p>' in html
    assert html.rstrip().endswith("</body></html>")
    assert made.text == ""


async def test_bulk_mail_says_that_it_is(
    session: AsyncSession, composer: MailingComposer, manager: Staff, now: datetime
) -> None:
    mailing = await _mailing(session, manager, now)
    client = await make_client(session, "Anna")
    made, message = await _read(composer, session, _delivery(mailing, client, now, 4711), now)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Feedback-ID"] == f"m{mailing.id}:s{mailing.segment_id}:mailing:shop1"
    assert message["Message-ID"] == "<m4711@shop.test>"
    assert message["Precedence"] is None
    assert made.envelope_from is not None
    assert read_bounce_address(made.envelope_from, KEY) == 4711
    assert read_answer_address(message["Reply-To"], ANSWERS) == 4711


async def test_a_design_is_filled_and_keeps_its_footer_inside(
    session: AsyncSession, composer: MailingComposer, manager: Staff, now: datetime
) -> None:
    made = design(
        "<html><head><style>p{color:red} @media print{p{color:black}}</style></head>"
        "<body><p>Привет, {name|друг}!</p><a href='https://shop.test/{city}'>Купить</a></body></html>"
    )
    mailing = await _mailing(session, manager, now, made=made, language=Language.RU)
    client = await make_client(session, "<Анна>", city="Нижний Новгород", language=Language.RU)
    _, message = await _read(composer, session, _delivery(mailing, client, now), now)
    html, text = _part(message, "html"), _part(message, "plain")
    assert '<p style="color:red;">Привет, &lt;Анна&gt;!</p>' in html.replace("color: red", "color:red")
    assert "@media print{p{color:black}}" in html
    assert "https://shop.test/%D0%9D%D0%B8%D0%B6%D0%BD%D0%B8%D0%B9%20" in html
    assert html.index("Купить") < html.index("https://crm.shop.test/u/") < html.index("</body>")
    assert text.startswith("Привет, <Анна>!\n\nКупить <https://shop.test/%D0%9D")
    assert "https://crm.shop.test/u/" in text


async def test_each_reader_gets_the_footer_of_their_language(
    session: AsyncSession, composer: MailingComposer, manager: Staff, now: datetime
) -> None:
    mailing = await _mailing(session, manager, now)
    for language, words, link in (
        (Language.EN, "To stop these", ">Unsubscribe</a>"),
        (Language.RU, "Отписаться", ">Отписаться от рассылки</a>"),
        (Language.TH, "หากไม่ต้องการรับอีก", ">คลิกที่นี่หากไม่ต้องการรับอีก</a>"),
    ):
        client = await make_client(session, "Anna", language=language)
        _, message = await _read(composer, session, _delivery(mailing, client, now), now)
        assert words in _part(message, "plain")
        assert link in _part(message, "html")


async def test_a_new_version_is_compiled_anew(
    session: AsyncSession, composer: MailingComposer, manager: Staff, now: datetime
) -> None:
    mailing = await _mailing(session, manager, now, text="First")
    client = await make_client(session, "Anna")
    mailing.state = MailingState.DRAFT
    await session.flush()
    assert "First" in _part((await _read(composer, session, _delivery(mailing, client, now), now))[1], "plain")
    await templates.write_version(
        session,
        actor=manager,
        template_id=mailing.template_id,
        language=Language.EN,
        subject="S",
        text="Second",
        now=now,
    )
    assert "Second" in _part((await _read(composer, session, _delivery(mailing, client, now), now))[1], "plain")


async def test_a_design_is_for_email_only(session: AsyncSession, manager: Staff, now: datetime) -> None:
    template = await templates.create(session, actor=manager, name="SMS", channel=Channel.SMS, now=now)
    with pytest.raises(templates.OnlyByEmail):
        await templates.write_version(
            session, actor=manager, template_id=template.id, language=Language.EN, design=design("<p>x</p>"), now=now
        )


def test_a_field_in_a_link_is_encoded_wherever_it_is_shown() -> None:
    pieces = parse("{name}: https://shop.test/{city|my city}?n={name} {name}")
    assert [piece.in_link for piece in pieces if piece.field] == [False, True, True, False]
    filled = render(pieces, {"name": "A&B c"})
    assert filled.text == "A&B c: https://shop.test/my%20city?n=A%26B%20c A&B c"


def test_the_html_of_pieces_is_the_html_of_the_text() -> None:
    text = "  Hi <you>,\nhttps://shop.test/a?b=1&c=2.\n\n\nBye\x00 "
    assert "".join(piece.text for piece in html_of(pieces_of(text))) == as_html(text)
    assert as_html("a\n\nhttps://x.test/?a=1&b=2.").count("<p>") == 2
