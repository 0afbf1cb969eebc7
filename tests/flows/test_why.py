"""One mailing to five people, five fates: `/why` tells each rightly, in three languages, to whoever may know."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm import consent, mailings, segments, templates
from crm.client_index import reindex
from storage.database import Database
from storage.models import Channel, Client, ConsentState, DeliveryState, Language, Outbox, Role
from storage.models import Staff as Colleague
from tests.factories.clients import make_client
from tests.flows.conftest import Day
from tests.flows.players import Staff

pytestmark = pytest.mark.long

# A picture of one grey dot.
FORM = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg=="
NEW_YORK, BANGKOK = "America/New_York", "Asia/Bangkok"


@pytest.fixture
async def prepared(day: Day) -> AsyncIterator[Day]:
    """Three more clients, colleagues of three languages, and a mailing to everybody with an email as a draft."""
    database = Database(day.product.settings.database)
    try:
        async with database.write() as session:
            await prepare(day, session, day.sandbox.clock.now())
        yield day
    finally:
        await database.close()


async def prepare(day: Day, session: AsyncSession, now: datetime) -> None:
    for role, language in ((Role.ADMIN, Language.RU), (Role.REP, Language.TH)):
        await session.execute(update(Colleague).where(Colleague.role == role).values(language=language))
    manager = (await session.execute(select(Colleague).where(Colleague.role == Role.MANAGER))).scalar_one()
    reps = select(Colleague).where(Colleague.role == Role.REP).order_by(Colleague.id).limit(1)
    rep = (await session.execute(reps)).scalar_one()
    for name, zone in (("Carol Night", NEW_YORK), ("Dora Often", BANGKOK), ("Egon Gone", BANGKOK)):
        email = f"{name.split()[0].lower()}@example.com"
        client = await make_client(session, name, owner=rep, email=email, timezone=zone)
        await reindex(session, client, now=now)
        day.sandbox.add_person(email, name, "customer", email=email, client_id=client.id)
        if name == "Dora Often":
            await write_to(session, client.id, now, times=5)
    anna = (await session.execute(select(Client.id).where(Client.name == "Anna Schmidt"))).scalar_one()
    fields = {"channel": Channel.EMAIL, "state": ConsentState.WITHDRAWN, "how": consent.How.PHONE}
    await consent.note(session, actor=manager, client_id=anna, now=now - timedelta(days=1), **fields)
    template = await templates.create(session, actor=manager, name="News", channel=Channel.EMAIL, now=now)
    words = {"subject": "News for {name}", "text": "Hello {name}"}
    for language in (Language.EN, Language.RU):
        await templates.write_version(
            session, actor=manager, template_id=template.id, language=language, now=now, **words
        )
    segment = await segments.save_rule(session, actor=manager, name="Everybody", rule="has email", now=now)
    await mailings.draft(
        session, actor=manager, segment_id=segment.id, template_id=template.id, now=now, name="Autumn prices"
    )


async def write_to(session: AsyncSession, client_id: int, now: datetime, *, times: int) -> None:
    """Mailings that reached the client five to six days ago."""
    row = {"channel": Channel.EMAIL, "kind": "mailing", "state": DeliveryState.SENT, "priority": 9, "attempts": 1}
    row |= {"address": "dora@example.com", "payload": {}, "marketing": True, "client_id": client_id}
    moments = [now - timedelta(days=6) + timedelta(hours=hour) for hour in range(times)]
    rows = [row | dict.fromkeys(("due_at", "created_at", "sent_at", "settled_at"), at) for at in moments]
    await session.execute(insert(Outbox), rows)


async def tells(colleague: Staff, name: str, *parts: str) -> None:
    """Ask for the client's messages, open the newest, and find all that in its story."""
    listed = await colleague.asks(f"/why {name}", name, button="1", patience=20)
    await colleague.taps("1", on=listed)
    await colleague.sees(*parts, patience=20)


async def test_five_fates_of_one_mailing(prepared: Day) -> None:
    day = prepared
    fault = {"refuse": 451, "only": "ivan@*", "times": 1, "bounce": ["egon@example.com"]}
    day.sandbox.faults.change({"smtp": fault})
    listed = await day.manager.asks("/mailings", "1 mailing", button="Autumn prices")
    await day.manager.taps("Autumn prices", on=listed)
    await day.manager.taps("🚀 Now", on=await day.manager.sees("unsubscribed or bounced: 1", button="🚀 Now"))
    await day.hears("smtp", "RCPT", 451)
    card = await day.manager.sees("On its way", "Waiting: 3", patience=20)
    assert "for 1 person it is night: held until" in card["text"]
    assert "1 person had enough mailings lately: held until" in card["text"]
    await day.clock.advance(minutes=30)
    await day.ivan.gets_mail("News for Иван Петров", patience=20)
    await day.manager.sees("Waiting: 2", "Failed: 1", patience=20)

    manager, admin, rep = day.manager, day.admin, day.rep
    await tells(manager, "Anna Schmidt", "we may not write there: unsubscribed", "said no on the phone", "has an email")
    await tells(admin, "Anna Schmidt", "сюда писать нельзя: отписался", "отказ по телефону", "есть почта")
    await tells(rep, "Anna Schmidt", "ยกเลิกรับข่าวสาร", "ขอไม่รับทางโทรศัพท์", "มีอีเมล")

    await tells(manager, "Carol Night", "held: it is night where they are", "America/New_York, as their card says")
    await tells(admin, "Carol Night", "у клиента ночь", "America/New_York, как в карточке", "Уйдёт")
    await tells(rep, "Carol Night", "ที่นั่นเป็นเวลากลางคืน", "America/New_York ตามข้อมูลลูกค้า")

    await tells(manager, "Dora Often", "held: enough mailings lately", "at most 5 in 7 days", "It goes at")
    await tells(admin, "Dora Often", "рассылок в последнее время хватало", "не больше 5 за 7 дней")
    await tells(rep, "Dora Often", "ได้รับข่าวสารมากพอแล้ว", "ไม่เกิน 5 ครั้งใน 7 วัน")

    await tells(manager, "Egon Gone", "did not arrive: the address does not exist", "the mail server took it")
    await tells(admin, "Egon Gone", "не доставлено: такого адреса нет", "почтовый сервер принял")
    await tells(rep, "Egon Gone", "ไม่มีที่อยู่นี้", "เซิร์ฟเวอร์อีเมลรับแล้ว")

    await tells(manager, "Иван Петров", "try 1: not now “4.3.0 Temporary", "try 2: the mail server took it “2.0.0 Ok")
    await tells(admin, "Иван Петров", "попытка 1: пока не приняли", "попытка 2: почтовый сервер принял")
    await tells(rep, "Иван Петров", "ครั้งที่ 1: ยังไม่รับตอนนี้", "ครั้งที่ 2: เซิร์ฟเวอร์อีเมล")

    # Held, not dropped: in New York's morning the one, when five are few enough the other.
    await day.clock.advance(hours=10)
    await day.manager.sees("Waiting: 1", patience=20)
    await day.clock.advance(hours=14)
    await day.manager.sees("Finished.", "Sent: 3 of 5", patience=20)
    await tells(manager, "Carol Night", "it was night where they are", "try 1: the mail server took it")


async def test_a_yes_by_photo_a_no_and_stop_from_the_phone(prepared: Day) -> None:
    """Consent is seen and changed where the client is; a STOP by SMS ends mailings by email too."""
    day = prepared
    listed = await day.manager.asks("Anna Schmidt", "Anna Schmidt", button="More")
    await day.manager.taps("More", on=listed)
    await day.manager.taps("✋ Consents", on=await day.manager.sees("Anna Schmidt", button="✋ Consents"))
    shown = await day.manager.sees("may we send mailings?", "said no on the phone", button="✉️ They said yes")
    await day.manager.taps("✉️ They said yes", on=shown)
    await day.manager.taps("📋 On a form", on=await day.manager.sees("say yes to emails", button="📋 On a form"))
    asked = await day.manager.sees("What did Anna Schmidt agree to?")
    await day.manager.says("I want the price list", photo=FORM)
    await day.manager.sees("said yes on a form", "I want the price list", button="📎", after=asked["message_id"])
    await day.anna.texts("STOP")
    await day.anna.gets_text("unsubscribed")  # said by the service; we have heard of it when Anna's owner is told
    await day.rep.sees("Anna Schmidt", "STOP")
    [*_, newest] = [await day.manager.asks("Anna Schmidt", "no emails", "no SMS", button="More", patience=20)]
    await day.manager.taps("More", on=newest)
    await day.manager.taps("✋ Consents", on=await day.manager.sees("Anna Schmidt", button="✋ Consents"))
    shown = await day.manager.sees("Email: said no by writing STOP", "SMS: said no by writing STOP", button="🕘 All 4")
    await day.manager.taps("🕘 All 4", on=shown)
    await day.manager.sees("4 entries", "I want the price list")
