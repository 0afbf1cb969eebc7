"""Whom a mailing reaches and how: the cheapest channel each permits, their language, and every gap named beforehand."""

from __future__ import annotations

from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from channels.email.mime import build
from channels.message import OutgoingEmail, OutgoingSms
from channels.outbox import suppression
from channels.outbox.delivery import Composed, Delivery, Drop
from channels.sms.terms import SmsTerms
from crm import consent, mailings, templates
from crm.errors import Missing
from crm.interactions import KeptFile
from crm.mailings import Hard, looking, slices
from crm.mailings.composing import Links, MailingComposer
from crm.mailings.measuring import Terms
from crm.writing import Sender
from storage.files import FileStore
from storage.models import (
    Channel,
    Client,
    ContactPoint,
    DeliveryState,
    Language,
    Mailing,
    MailingState,
    Outbox,
    Role,
    Staff,
    SuppressionReason,
)
from tests.conftest import Figures
from tests.crm.test_mailings import URL, expand_all, prepared
from tests.factories import make_client, make_staff

LINKS = Links(public_url=URL, key=b"u" * 32)


@pytest.fixture
async def manager(session: AsyncSession) -> Staff:
    return await make_staff(session, Role.MANAGER)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path)


@pytest.fixture
def composer(store: FileStore) -> MailingComposer:
    return MailingComposer(Sender(mail_from="crm@shop.test", name="Shop", files=store), LINKS)


async def client(session: AsyncSession, name: str, **fields: object) -> Client:
    return await make_client(session, name, **{"city": "Bangkok", "city_key": "bangkok", **fields})  # type: ignore[arg-type]


async def sms_text(session: AsyncSession, actor: Staff, now: datetime, *, text: str = "Hi {name}") -> int:
    template = await templates.create(session, actor=actor, name="Text", channel=Channel.SMS, now=now)
    await templates.write_version(
        session, actor=actor, template_id=template.id, language=Language.EN, text=text, now=now
    )
    return template.id


async def cheapest(session: AsyncSession, actor: Staff, now: datetime) -> Mailing:
    mailing = await prepared(session, actor, now)
    template_id = await sms_text(session, actor, now)
    return await mailings.with_sms(session, actor=actor, mailing_id=mailing.id, template_id=template_id, now=now)


async def composed(session: AsyncSession, composer: MailingComposer, row: Outbox) -> Composed:
    fields = {name: getattr(row, name) for name in Delivery._fields}
    return await composer(session, Delivery(**fields))


async def test_each_gets_the_cheapest_channel_they_permit(
    session: AsyncSession, manager: Staff, composer: MailingComposer, now: datetime
) -> None:
    await client(session, "Both", email="both@x.example", phone="+66812345601")
    await client(session, "Mail", email="mail@x.example")
    await client(session, "Phone", phone="+66812345603")
    await client(session, "Nothing")
    refused = await client(session, "Refused", email="refused@x.example", phone="+66812345605")
    await consent.withdraw(session, client_id=refused.id, channels=[Channel.EMAIL], how="phone", now=now)
    await client(session, "Bounced", email="bounced@x.example", phone="+66812345606")
    lost = await client(session, "Lost", email="lost@x.example")  # bounced, and no phone: told, not forgotten
    for address in ("bounced@x.example", "lost@x.example"):
        await suppression.suppress(
            session,
            channel=Channel.EMAIL,
            address=address,
            reason=SuppressionReason.HARD_BOUNCE,
            source="test",
            now=now,
        )
    mailing = await cheapest(session, manager, now)
    found = await mailings.look(session, actor=manager, mailing=mailing, now=now, sms=SmsTerms(prices={"TH": 30_000}))
    assert (found.members, found.no_address, found.suppressed, found.refused) == (7, 1, 1, 0)
    assert (found.reached, found.texts) == (5, 3)
    assert found.load is not None
    assert (found.load.segments, found.load.money) == (3, 90_000)
    await mailings.launch(session, actor=manager, mailing_id=mailing.id, now=now, public_url=URL)
    await expand_all(session, now, batch=2)
    rows = (await session.execute(select(Outbox).where(Outbox.mailing_id == mailing.id))).scalars().all()
    names = {one.id: one.name for one in (await session.execute(select(Client))).scalars()}
    went = {names[row.client_id or 0]: (row.channel, row.address) for row in rows}
    assert went == {
        "Both": (Channel.EMAIL, "both@x.example"),
        "Mail": (Channel.EMAIL, "mail@x.example"),
        "Phone": (Channel.SMS, "+66812345603"),
        "Refused": (Channel.SMS, "+66812345605"),
        "Bounced": (Channel.SMS, "+66812345606"),
        "Lost": (Channel.EMAIL, "lost@x.example"),
    }
    assert mailing.planned == 6
    letters = {row.client_id: await composed(session, composer, row) for row in rows}
    text = letters[refused.id]
    assert isinstance(text, OutgoingSms)
    assert text.text.startswith("Hi Refused\n")
    assert isinstance(letters[lost.id], OutgoingEmail)


async def test_where_a_yes_is_required_email_needs_one_and_so_does_sms(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    one = await client(session, "Yes to SMS", email="a@x.example", phone="+66812345611")
    await client(session, "Silent", email="b@x.example", phone="+66812345612")
    await consent.grant(session, client_id=one.id, channel=Channel.SMS, address="", how="form", now=now)
    mailing = await cheapest(session, manager, now)
    found = await mailings.look(session, actor=manager, mailing=mailing, now=now, consent_required=True)
    assert (found.texts, found.no_consent, found.reached) == (2, 1, 1)


async def test_only_email_falls_back_and_only_to_a_text(session: AsyncSession, manager: Staff, now: datetime) -> None:
    mailing = await prepared(session, manager, now)
    with pytest.raises(mailings.WrongChannel):
        await mailings.with_sms(session, actor=manager, mailing_id=mailing.id, template_id=mailing.template_id, now=now)
    empty = await templates.create(session, actor=manager, name="Empty", channel=Channel.SMS, now=now)
    with pytest.raises(mailings.TemplateEmpty):
        await mailings.with_sms(session, actor=manager, mailing_id=mailing.id, template_id=empty.id, now=now)


async def test_each_in_their_language_and_how_many_fall_back(
    session: AsyncSession, manager: Staff, composer: MailingComposer, now: datetime
) -> None:
    for number, language in enumerate([Language.EN, Language.RU, Language.RU, Language.TH, Language.TH, Language.TH]):
        await client(session, f"C{number}", email=f"c{number}@x.example", language=language)
    mailing = await prepared(session, manager, now)
    await templates.write_version(
        session,
        actor=manager,
        template_id=mailing.template_id,
        language=Language.RU,
        subject="Новости",
        text="Здравствуйте, {name}",
        now=now,
    )
    found = await mailings.look(session, actor=manager, mailing=mailing, now=now)
    assert [(one.wanted, one.given, one.count) for one in found.fallbacks] == [(Language.TH, Language.EN, 3)]
    await mailings.launch(session, actor=manager, mailing_id=mailing.id, now=now, public_url=URL)
    await expand_all(session, now)
    rows = (await session.execute(select(Outbox).order_by(Outbox.client_id))).scalars().all()
    letters = [await composed(session, composer, row) for row in rows]
    subjects = [letter.subject for letter in letters if isinstance(letter, OutgoingEmail)]
    assert subjects == ["Hi", "Новости", "Новости", "Hi", "Hi", "Hi"]


async def test_a_field_counts_as_missing_only_for_whoever_gets_the_text_that_needs_it(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    for number in range(5):
        await client(session, f"R{number}", email=f"r{number}@x.example", language=Language.RU)
    await client(session, "E", email="e@x.example", language=Language.EN)
    mailing = await prepared(session, manager, now, text="Hello {name} of {company}")
    await templates.write_version(
        session,
        actor=manager,
        template_id=mailing.template_id,
        language=Language.RU,
        subject="Н",
        text="Здравствуйте, {name}",
        now=now,
    )
    found = await mailings.look(session, actor=manager, mailing=mailing, now=now)
    assert [(gap.field, gap.count, gap.names) for gap in found.gaps] == [("company", 1, ("E",))]


async def test_the_hardest_are_found_wherever_they_stand(
    session: AsyncSession, manager: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The longest name, other letters and a missing value lie far behind the members looked at one by one."""
    monkeypatch.setattr(looking, "SAMPLE", 5)
    for number in range(30):
        await client(session, f"C{number}", email=f"c{number}@x.example", company="Shop")
    long = await client(session, "L" * 190, email="long@x.example", company="Shop")
    thai = await client(session, "สมชาย ใจดี", email="thai@x.example", company="ร้าน", language=Language.TH)
    bare = await client(session, "Bare", email="bare@x.example")
    mailing = await prepared(session, manager, now, text="Hello {name} of {company}")
    found = await mailings.look(session, actor=manager, mailing=mailing, now=now)
    assert found.estimated
    assert [(one.client_id, one.hard) for one in found.renders] == [
        (bare.id, Hard.MISSING),
        (long.id, Hard.LONGEST),
        (thai.id, Hard.LETTERS),
    ]


async def test_the_only_language_is_not_called_the_rarest(session: AsyncSession, manager: Staff, now: datetime) -> None:
    for number in range(4):
        await client(session, f"C{number}", email=f"c{number}@x.example")
    mailing = await prepared(session, manager, now)
    found = await mailings.look(session, actor=manager, mailing=mailing, now=now)
    assert [one.hard for one in found.renders] == [Hard.LONGEST, Hard.PLAIN, Hard.PLAIN]


async def test_of_texts_the_one_of_most_sms_is_shown(session: AsyncSession, manager: Staff, now: datetime) -> None:
    await client(session, "Anna", phone="+66812345621")
    cyrillic = await client(session, "Анна Сергеевна Константинопольская " * 3, phone="+66812345622")
    mailing = await cheapest(session, manager, now)
    found = await mailings.look(session, actor=manager, mailing=mailing, now=now)
    assert (found.renders[0].client_id, found.renders[0].hard) == (cyrillic.id, Hard.SEGMENTS)
    assert found.renders[0].parts == found.parts > 1


@pytest.mark.fault("F23")
async def test_one_of_ten_thousand_lacks_a_field(
    session: AsyncSession, manager: Staff, composer: MailingComposer, now: datetime, figures: Figures
) -> None:
    """Named beforehand wherever they stand, the others are sent theirs, and named afterwards."""
    count = 10_000
    rows = [
        {
            "name": f"C{number}",
            "company": "Shop",
            "city": "Bangkok",
            "city_key": "bangkok",
            "created_at": now,
            "updated_at": now,
        }
        for number in range(count)
    ]
    await session.execute(Client.__table__.insert(), rows)  # type: ignore[attr-defined]
    ids = (await session.execute(select(Client.id).order_by(Client.id))).scalars().all()
    points = [
        {
            "client_id": one,
            "kind": "email",
            "value": f"c{one}@x.example",
            "label": "",
            "is_primary": True,
            "created_at": now,
        }
        for one in ids
    ]
    await session.execute(ContactPoint.__table__.insert(), points)  # type: ignore[attr-defined]
    odd = ids[-7]
    await session.execute(update(Client).where(Client.id == odd).values(company="", name="Odd One"))
    mailing = await prepared(session, manager, now, text="Hello {name} of {company}")
    found = await mailings.look(session, actor=manager, mailing=mailing, now=now)
    assert [(gap.field, gap.count, gap.names) for gap in found.gaps] == [("company", 1, ("Odd One",))]
    assert (found.unfilled, found.reached) == (1, count - 1)
    figures.say("named beforehand", found.unfilled, 1)
    figures.say("reached", found.reached, count - 1)
    people, number = await mailings.lacking(session, actor=manager, mailing=mailing, now=now, limit=10)
    assert [(one.client_id, one.missing) for one in people] == [(odd, ("company",))]
    assert number == 1
    approval = mailings.ApprovalRules(over=count)
    await mailings.launch(session, actor=manager, mailing_id=mailing.id, now=now, public_url=URL, approval=approval)
    await expand_all(session, now, batch=1_000, terms=Terms(approval))
    made = [
        Delivery(*row) for row in await session.execute(select(*(getattr(Outbox, name) for name in Delivery._fields)))
    ]
    letters = await composer.many(session, made)
    dropped = {one.client_id: letters[one.id] for one in made if isinstance(letters[one.id], Drop)}
    assert dropped == {odd: Drop("missing-field: company", failed=True)}
    assert sum(isinstance(letter, OutgoingEmail) for letter in letters.values()) == count - 1
    lost = update(Outbox).where(Outbox.client_id == odd)
    await session.execute(lost.values(state=DeliveryState.FAILED, reason="missing-field: company"))
    missed = await slices.people(session, actor=manager, mailing_id=mailing.id, limit=5)
    assert [(one.name, one.reason) for one in missed] == [("Odd One", "missing-field: company")]
    assert (await slices.missing(session, actor=manager, mailing_id=mailing.id)).count == 1


async def _attach(
    session: AsyncSession, store: FileStore, actor: Staff, mailing: Mailing, now: datetime, name: str, content: bytes
) -> None:
    kind = "image/png" if name.endswith("png") else "application/pdf"
    file = KeptFile(await store.put(content), name, kind, len(content))
    await mailings.attach(session, actor=actor, mailing_id=mailing.id, files=[file], now=now)


async def test_files_are_attached_and_named_pictures_are_shown(
    session: AsyncSession, manager: Staff, composer: MailingComposer, store: FileStore, now: datetime
) -> None:
    await client(session, "Anna", email="a@x.example")
    mailing = await prepared(session, manager, now, text="Hello {name}\n\n[logo.png]\n\nSee [other.png]")
    await _attach(session, store, manager, mailing, now, "prices.pdf", b"%PDF old")
    await _attach(session, store, manager, mailing, now, "logo.png", b"\x89PNG")
    await _attach(session, store, manager, mailing, now, "prices.pdf", b"%PDF new")  # in the place of the first
    assert [(one.name, one.size) for one in await mailings.attached(session, mailing_id=mailing.id)] == [
        ("logo.png", 4),
        ("prices.pdf", 8),
    ]
    await mailings.launch(session, actor=manager, mailing_id=mailing.id, now=now, public_url=URL)
    await expand_all(session, now)
    row = (await session.execute(select(Outbox).where(Outbox.mailing_id == mailing.id))).scalar_one()
    letter = await composed(session, composer, row)
    assert isinstance(letter, OutgoingEmail)
    message = message_from_bytes(build(letter, date=now), policy=default)
    assert isinstance(message, EmailMessage)
    attached = {part.get_filename(): part.get_content() for part in message.iter_attachments()}
    assert attached == {"prices.pdf": b"%PDF new"}
    html, text = message.get_body(("html",)), message.get_body(("plain",))
    assert html is not None
    assert text is not None
    assert '<img src="cid:logo.png"' in html.get_content()
    assert "logo.png" not in text.get_content()
    assert "[other.png]" in text.get_content()
    shown = [part for part in message.walk() if part["Content-ID"]]
    assert [(part["Content-ID"], part.get_content()) for part in shown] == [("<logo.png>", b"\x89PNG")]
    with pytest.raises(mailings.NotADraft):
        await mailings.detach(session, actor=manager, mailing_id=mailing.id, now=now)


async def test_what_a_mailing_carries_has_an_end(
    session: AsyncSession, manager: Staff, store: FileStore, now: datetime
) -> None:
    mailing = await prepared(session, manager, now)
    big = KeptFile(await store.put(b"x"), "big.pdf", "application/pdf", mailings.FILES_LIMIT + 1)
    with pytest.raises(mailings.FilesTooLarge):
        await mailings.attach(session, actor=manager, mailing_id=mailing.id, files=[big], now=now)


async def test_expanding_again_and_by_two_channels_doubles_nobody(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    """Rows are one per client and one per address, whichever channel a second pass would choose."""
    one = await client(session, "A", email="a@x.example", phone="+66812345631")
    mailing = await cheapest(session, manager, now)
    await mailings.launch(session, actor=manager, mailing_id=mailing.id, now=now, public_url=URL)
    await expand_all(session, now)
    await consent.withdraw(session, client_id=one.id, channels=[Channel.EMAIL], how="phone", now=now)
    mailing.state, mailing.cursor = MailingState.EXPANDING, 0
    await expand_all(session, now)
    rows = (await session.execute(select(Outbox.channel).where(Outbox.mailing_id == mailing.id))).scalars().all()
    assert rows == [Channel.EMAIL]


async def test_a_dear_mailing_waits_for_a_second_person_however_small(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    for number in range(3):
        await client(session, f"P{number}", phone=f"+6681234564{number}")
    terms, rules = SmsTerms(prices={"TH": 30_000}), mailings.ApprovalRules(over=500, cost=80_000)
    mailing = await cheapest(session, manager, now)
    found = await mailings.look(session, actor=manager, mailing=mailing, now=now, sms=terms)
    assert found.load is not None
    assert found.load.money == 90_000
    assert rules.needed(found) is mailings.Needed.COST
    await mailings.launch(
        session, actor=manager, mailing_id=mailing.id, now=now, public_url=URL, sms=terms, approval=rules
    )
    assert mailing.state is MailingState.AWAITING_APPROVAL
    second = await make_staff(session, Role.MANAGER)
    with pytest.raises(Missing):
        await mailings.send_back(session, actor=second, mailing_id=mailing.id, now=now, reason="  ")
    await mailings.send_back(session, actor=second, mailing_id=mailing.id, now=now, reason="Too  dear")
    assert (mailing.state, mailing.return_reason) == (MailingState.DRAFT, "Too dear")
    cheap = mailings.ApprovalRules(over=500, cost=90_000)
    await mailings.launch(
        session, actor=manager, mailing_id=mailing.id, now=now, public_url=URL, sms=terms, approval=cheap
    )
    assert (mailing.state, mailing.return_reason) == (MailingState.SCHEDULED, "")
