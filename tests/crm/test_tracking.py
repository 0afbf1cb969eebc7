"""Clicks and opens: off unless both say so, counted once, people told from machines, no link but those of the template."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.email.mime import build
from channels.message import OutgoingEmail
from channels.outbox.delivery import Delivery
from crm import templates, touch_tokens
from crm.mailings import tracking, trials
from crm.mailings.composing import Links, MailingComposer
from crm.mailings.drafting import NotADraft
from crm.mailings.tracking import Visit
from crm.merge_fields import Piece
from crm.signed import BadToken
from crm.template_links import led_through, links_in
from crm.template_markup import design
from crm.touch_tokens import Counted
from crm.writing import Sender
from storage.files import FileStore
from storage.models import (
    Channel,
    DomainEvent,
    Language,
    MailingState,
    Outbox,
    Role,
    Staff,
    Touch,
    TouchKind,
    TrackedLink,
)
from storage.queries import tracking as queries
from tests.factories import make_staff
from tests.factories.mailings import make_delivery, make_mailing

KEY = b"t" * 32
BROWSER = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1"
LATER = timedelta(minutes=5)


@pytest.fixture
async def manager(session: AsyncSession) -> Staff:
    return await make_staff(session, Role.MANAGER)


def composer(tmp_path: Path, counted: Counted) -> MailingComposer:
    sender = Sender(mail_from="crm@shop.test", name="Shop", files=FileStore(tmp_path))
    links = Links(public_url="https://crm.shop.test", key=b"u" * 32, touch_key=KEY, counted=counted)
    return MailingComposer(sender, links)


async def parts(made: MailingComposer, session: AsyncSession, row: Outbox, now: datetime) -> tuple[str, str]:
    """The text and the HTML as the reader gets them."""
    delivery = Delivery(*(getattr(row, name) for name in Delivery._fields))
    composed = await made(session, delivery)
    assert isinstance(composed, OutgoingEmail)
    message = message_from_bytes(build(composed, date=now), policy=default)
    assert isinstance(message, EmailMessage)
    found = [message.get_body((kind,)) for kind in ("plain", "html")]  # type: ignore[arg-type]
    plain, html = (str(one.get_content()) for one in found if one is not None)
    return plain, html


async def test_links_are_led_through_us_only_where_both_say_so(
    session: AsyncSession, manager: Staff, tmp_path: Path, now: datetime
) -> None:
    mailing = await make_mailing(session, manager, now=now)
    row = await make_delivery(session, mailing, now=now)
    everything, nothing = Counted(clicks=True, opens=True), Counted()
    for counted, clicks in ((everything, False), (nothing, True)):
        mailing.track_clicks = mailing.track_opens = clicks
        text, html = await parts(composer(tmp_path, counted), session, row, now)
        assert "/c/" not in html + text
        assert "/o/" not in html + text
    mailing.track_clicks = mailing.track_opens = True
    text, html = await parts(composer(tmp_path, everything), session, row, now)
    assert "https://shop.test/new?a=1&b=2" in text, "what people read with their own eyes says where it leads"
    assert "/c/" not in text
    [token] = re.findall(r'href="https://crm\.shop\.test/c/([\w-]+)">https://shop\.test/new\?a=1&amp;b=2</a>', html)
    outbox_id, link_id = touch_tokens.read_click(token, key=KEY)
    assert outbox_id == row.id
    assert await tracking.address_of(session, link_id=link_id) == "https://shop.test/new?a=1&b=2"
    [pixel] = re.findall(r'<img src="https://crm\.shop\.test/o/([\w-]+)\.gif"', html)
    assert touch_tokens.read_open(pixel, key=KEY) == row.id
    assert html.count("https://crm.shop.test/u/") == 1, "the ways out are never led through anything"
    assert html.count("https://crm.shop.test/p/") == 1


async def test_a_test_to_oneself_counts_nothing(
    session: AsyncSession, manager: Staff, tmp_path: Path, now: datetime
) -> None:
    mailing = await make_mailing(session, manager, now=now)
    mailing.track_clicks = mailing.track_opens = True
    row = await make_delivery(session, mailing, now=now)
    row.payload, row.mailing_id = {"mailing_id": mailing.id, "client_id": row.client_id}, None
    _, html = await parts(composer(tmp_path, Counted(clicks=True, opens=True)), session, row, now)
    assert "/c/" not in html
    assert "/o/" not in html


def test_only_whole_addresses_in_links_count() -> None:
    pieces = (
        Piece(
            text="<a class=x href=\"https://a.test/1?x=1&amp;y=2\">1</a> <A HREF='HTTP://b.test'>2</A> https://text.test "
            '<a href="mailto:x@y.test">3</a> <a href="javascript:alert(1)">4</a> <img src="https://i.test/i.png">'
            '<a href="//c.test">5</a> <a href="https://">6</a> <a href="ftp://d.test">7</a> <link href="https://l.test">'
            '<a href="https://e.test/'
        ),
        Piece(field="city", in_link=True),
        Piece(text='">8</a><a href="https://a.test/1?x=1&y=2">again</a>'),
    )
    assert links_in(pieces) == ("https://a.test/1?x=1&y=2", "http://b.test")
    led = led_through(pieces, lambda url: "link:1" if url.startswith("https://a.test") else "")
    assert [piece.field for piece in led if piece.field] == ["link:1", "city", "link:1"]
    assert "".join(piece.text for piece in led).count("https://a.test") == 0


async def test_a_versions_links_are_kept_when_it_is_written(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    template = await templates.create(session, actor=manager, name="Designed", channel=Channel.EMAIL, now=now)
    made = design(
        '<p><a href="https://shop.test/a">a</a><a href="https://shop.test/a">b</a><a href="https://Ü.test/é">c</a></p>'
    )
    version = await templates.write_version(
        session, actor=manager, template_id=template.id, language=Language.EN, subject="S", design=made, now=now
    )
    kept = set(
        (await session.execute(select(TrackedLink.url).where(TrackedLink.template_version_id == version.id))).scalars()
    )
    assert kept == {"https://shop.test/a", "https://Ü.test/é"}


async def test_counting_is_chosen_for_a_draft_where_the_installation_allows_it(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    mailing = await make_mailing(session, manager, now=now, state=MailingState.DRAFT)
    for row in (await session.execute(select(TrackedLink))).scalars():
        await session.delete(row)  # as if the version were older than the table
    with pytest.raises(tracking.TrackingOff):
        await tracking.choose(session, actor=manager, mailing_id=mailing.id, counted=Counted(opens=True), clicks=True)
    await tracking.choose(session, actor=manager, mailing_id=mailing.id, counted=Counted(clicks=True), clicks=True)
    assert (mailing.track_clicks, mailing.track_opens) == (True, False)
    assert (await session.execute(select(TrackedLink.url))).scalars().all() == ["https://shop.test/new?a=1&b=2"]
    mailing.state = MailingState.RUNNING
    await session.flush()
    with pytest.raises(NotADraft):
        await tracking.choose(session, actor=manager, mailing_id=mailing.id, counted=Counted(clicks=True), clicks=False)


@pytest.mark.parametrize(
    ("visit", "seconds", "machine"),
    [
        (Visit(agent=BROWSER), 300, False),
        (Visit(agent="Mozilla/5.0 (Linux; Android 14; CUBOT NOTE 20) AppleWebKit/537.36 Chrome/130.0"), 300, False),
        (Visit(agent=BROWSER), 3, True),
        (Visit(agent=BROWSER, method="HEAD"), 300, True),
        (Visit(agent=BROWSER, purpose="prefetch;prerender "), 300, True),
        (
            Visit(agent="Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"),
            300,
            True,
        ),
        (Visit(agent="YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html"), 300, True),
        (Visit(agent="Mozilla/5.0"), 300, True),
        (Visit(agent=""), 300, True),
        (Visit(agent="Barracuda Sentinel (EE)"), 300, True),
        (Visit(agent="python-requests/2.32"), 300, True),
    ],
)
def test_machines_are_told_from_people(visit: Visit, seconds: int, machine: bool, now: datetime) -> None:
    assert tracking.is_machine(visit, sent_at=now - timedelta(seconds=seconds), now=now) is machine
    assert tracking.is_machine(visit, sent_at=None, now=now), "nobody reads what has not arrived"


async def test_a_click_is_counted_once_and_a_person_comes_before_a_machine(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    mailing = await make_mailing(session, manager, now=now)
    row, other = await make_delivery(session, mailing, now=now), await make_delivery(session, mailing, now=now)
    link_id = (await session.execute(select(TrackedLink.id))).scalar_one()

    async def click(delivery: Outbox, visit: Visit, after: timedelta) -> bool:
        at = now + after
        arguments = {"outbox_id": delivery.id, "kind": TouchKind.CLICK, "link_id": link_id, "visit": visit, "now": at}
        news = await tracking.news_in(session, **arguments)  # type: ignore[arg-type]
        assert await tracking.record(session, **arguments) is news  # type: ignore[arg-type]
        return news

    scanner, person = Visit(agent="Barracuda"), Visit(agent=BROWSER)
    assert await click(row, scanner, timedelta(seconds=1))
    assert not await click(row, scanner, timedelta(seconds=2))
    assert await queries.figures(session, mailing_id=mailing.id) == {(TouchKind.CLICK, True): 1}
    assert (await session.execute(select(DomainEvent).where(DomainEvent.name == "mailing.clicked"))).first() is None
    assert await click(row, person, LATER)
    assert not await click(row, person, LATER)
    assert not await click(row, scanner, LATER)
    assert await click(other, person, LATER)
    touches = (await session.execute(select(Touch).order_by(Touch.id))).scalars().all()
    assert [(one.outbox_id, one.by_machine, one.mailing_id, one.client_id) for one in touches] == [
        (row.id, False, mailing.id, row.client_id),
        (other.id, False, mailing.id, other.client_id),
    ]
    assert await queries.figures(session, mailing_id=mailing.id) == {(TouchKind.CLICK, False): 2}
    told = (await session.execute(select(DomainEvent).where(DomainEvent.name == "mailing.clicked"))).scalars().all()
    assert [(one.client_id, one.facts["link_id"]) for one in told] == [
        (row.client_id, link_id),
        (other.client_id, link_id),
    ]


async def test_openings_answers_and_leavings_are_counted_once_each(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    mailing = await make_mailing(session, manager, now=now)
    row = await make_delivery(session, mailing, now=now)
    for _ in range(2):
        await tracking.record(
            session, outbox_id=row.id, kind=TouchKind.OPEN, visit=Visit(agent=BROWSER), now=now + LATER
        )
        await queries.left(session, outbox_id=row.id, now=now + LATER)
    assert await queries.figures(session, mailing_id=mailing.id) == {
        (TouchKind.OPEN, False): 1,
        (TouchKind.UNSUBSCRIBE, False): 1,
    }
    await queries.left(session, outbox_id=999_999, now=now)
    assert not await tracking.record(session, outbox_id=999_999, kind=TouchKind.OPEN, visit=Visit(), now=now)


def test_every_changed_bit_and_every_other_purpose_is_refused() -> None:
    click, opened = (
        touch_tokens.click_token(key=KEY, outbox_id=77, link_id=5),
        touch_tokens.open_token(key=KEY, outbox_id=77),
    )
    assert (len(click), len(opened)) == (43, 32)
    assert touch_tokens.read_click(click, key=KEY) == (77, 5)
    for token, read in ((click, touch_tokens.read_click), (opened, touch_tokens.read_open)):
        for place in range(len(token)):
            for bit in range(7):
                changed = token[:place] + chr(ord(token[place]) ^ (1 << bit)) + token[place + 1 :]
                with pytest.raises(BadToken):
                    read(changed, key=KEY)
    for crossed in (lambda: touch_tokens.read_open(click, key=KEY), lambda: touch_tokens.read_click(opened, key=KEY)):
        with pytest.raises(BadToken):
            crossed()


@pytest.mark.parametrize("first", ["the trial", "the counting"])
async def test_every_text_of_a_trial_has_its_links_kept(
    session: AsyncSession, manager: Staff, now: datetime, first: str
) -> None:
    mailing = await make_mailing(session, manager, now=now, state=MailingState.DRAFT)
    other = await templates.create(session, actor=manager, name="B", channel=Channel.EMAIL, now=now)
    for language in (Language.EN, Language.RU):
        for template_id, name in ((mailing.template_id, "a"), (other.id, "b")):
            await templates.write_version(
                session,
                actor=manager,
                template_id=template_id,
                language=language,
                subject="S",
                text=f"https://shop.test/{name}/{language.value}",
                now=now,
            )
    for row in (await session.execute(select(TrackedLink))).scalars():
        await session.delete(row)  # as if the versions were older than the table

    async def tries() -> None:
        await trials.try_out(session, actor=manager, mailing_id=mailing.id, template_id=other.id, now=now)

    async def counts() -> None:
        await tracking.choose(session, actor=manager, mailing_id=mailing.id, counted=Counted(clicks=True), clicks=True)

    for step in (tries, counts) if first == "the trial" else (counts, tries):
        await step()
    kept = (await session.execute(select(TrackedLink.url).order_by(TrackedLink.url))).scalars().all()
    assert kept == [f"https://shop.test/{name}/{language}" for name in "ab" for language in ("en", "ru")]
