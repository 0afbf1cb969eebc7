"""A mailing's results in the chat: figures, picture, who answered, lists of any part, the missed once more; topics."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select, update

from bot.mailings import picture
from bot.mailings.running import sums_line
from bot.render import CAPTION_LIMIT, Reader, length
from crm.mailings import Progress, results, tracking
from crm.touch_tokens import Counted
from storage.models import (
    BounceKind,
    Channel,
    Client,
    DeliveryState,
    DomainEvent,
    Language,
    Mailing,
    MailingState,
    Outbox,
    Purchase,
    Role,
    Segment,
    SegmentKind,
    Staff,
    Topic,
    TouchKind,
    TrackedLink,
)
from storage.queries import tracking as touches
from tests.bot.conftest import BotTalk, Shown
from tests.factories import make_client, make_staff
from tests.factories.mailings import make_delivery, make_mailing
from tests.factories.messages import make_message, make_thread
from tests.sums import check_sums

S = DeliveryState


@pytest.fixture
async def boss(talk: BotTalk) -> Staff:
    async with talk.database.write() as session:
        return await make_staff(session, Role.MANAGER, name="Mia", telegram_id=900, timezone="Asia/Bangkok")


async def ended(talk: BotTalk, boss: Staff) -> int:
    """Three got it, one answered and bought, one clicked; two did not get it, one of them must not."""
    now = talk.clock.now() - timedelta(hours=2)
    async with talk.database.write() as session:
        mailing = await make_mailing(session, boss, now=now, state=MailingState.FINISHED)
        mailing.finished_at, mailing.track_clicks, mailing.track_opens = now, True, True
        rows = [await make_delivery(session, mailing, now=now, state=S.DELIVERED) for _ in range(3)]
        await make_delivery(session, mailing, now=now, state=S.SUPPRESSED, reason="unsubscribe")
        lost = await make_client(session, "=SUM(A1) & <Co>", company="Evil", email="evil@x.example")
        await make_delivery(
            session, mailing, now=now, client=lost, address="evil@x.example", state=S.FAILED, reason="451 busy <now>"
        )
        client = await session.get_one(Client, rows[0].client_id)
        message = await make_message(session, await make_thread(session, client, now=now), now=now, text="Yes <please>")
        await tracking.answered(session, outbox_id=rows[0].id, interaction_id=message.id, now=now)
        session.add(
            Purchase(client_id=client.id, at=now, amount_minor=123_456, currency="EUR", document="1", created_at=now)
        )
        link_id = (await session.execute(select(TrackedLink.id))).scalars().first()
        for row, by_machine in ((rows[1], False), (rows[2], True)):
            target = await touches.target_of(session, outbox_id=row.id)
            assert target is not None
            at = now + timedelta(minutes=30)
            await touches.touch(
                session, target=target, kind=TouchKind.CLICK, link_id=link_id, by_machine=by_machine, now=at
            )
            await touches.touch(session, target=target, kind=TouchKind.OPEN, by_machine=by_machine, now=at)
        return mailing.id


async def opened(talk: BotTalk, boss: Staff, mailing_id: int) -> Shown:
    (card,) = await talk.presses(f"mv:{mailing_id}", message_id=8, by=boss)
    (shown,) = await talk.taps("📊 Results", on=card, by=boss)
    return shown


async def test_the_figures_are_whole_and_honest(talk: BotTalk, boss: Staff) -> None:
    mailing_id = await ended(talk, boss)
    (card,) = await talk.presses(f"mv:{mailing_id}", message_id=8, by=boss)
    assert "5 = 3 + 1 + 1" in card.html
    shown = await opened(talk, boss, mailing_id)
    for said in (
        "Sent: <b>3</b> of 5",
        "5 = 3 + 1 + 1",
        "Answered: 1",
        "Clicked: 1 (of 1 more only machines opened a link",
        "Opened: at least 1",
        "never known for sure",
        "€1,234.56 in 1 purchase of 1 client within 14 days",
        "1: https://shop.test/new?a=1&amp;b=2",
    ):
        assert said in shown.html, said
    async with talk.database.read() as session:
        assert await check_sums(session) == 1


async def test_before_anybody_was_added_there_is_no_sum(talk: BotTalk, boss: Staff) -> None:
    counts = dict.fromkeys(DeliveryState, 0)
    nothing = Progress(MailingState.EXPANDING, counts, planned_rows=0, touches={}, returned={})
    async with talk.database.read() as session:
        reader = Reader(session, staff=boss, now=talk.clock.now())
        assert sums_line(reader, nothing) is None
        assert "3" in str(sums_line(reader, replace(nothing, planned_rows=3))), "what is missing is said"


async def test_answers_lead_to_their_conversation(talk: BotTalk, boss: Staff) -> None:
    shown = await opened(talk, boss, await ended(talk, boss))
    (card,) = await talk.taps("‹ Back", on=shown, by=boss)
    (answers,) = await talk.taps("💬 Answers (1)", on=card, by=boss)
    assert "1 person answered" in answers.html
    assert "Yes &lt;please&gt;" in answers.html
    (thread,) = await talk.taps("💬 1", on=answers, by=boss)
    assert "Yes &lt;please&gt;" in thread.html


async def test_a_part_becomes_a_list_to_mail_to(talk: BotTalk, boss: Staff) -> None:
    shown = await opened(talk, boss, await ended(talk, boss))
    (parts,) = await talk.taps("🎯 Make a list", on=shown, by=boss)
    assert [one["text"] for one in parts.buttons][:-1] == [
        "It was sent to · 3",
        "It was delivered to · 3",
        "Answered · 1",
        "Clicked · 1",
        "Opened (at least) · 1",
        "Did not answer · 2",
        "Did not get it · 2",
    ]
    (saved,) = await talk.taps("Did not answer", on=parts, by=boss)
    assert "2 clients." in saved.html
    async with talk.database.read() as session:
        segment = (await session.execute(select(Segment).order_by(Segment.id.desc()).limit(1))).scalar_one()
    assert (segment.kind, segment.name.endswith(": Did not answer")) == (SegmentKind.LIST, True)
    (chosen,) = await talk.taps("📣 New mailing to them", on=saved, by=boss)
    assert "· 2" in chosen.html


async def test_the_missed_are_explained_taken_out_and_sent_it_again(talk: BotTalk, boss: Staff) -> None:
    shown = await opened(talk, boss, await ended(talk, boss))
    (missed,) = await talk.taps("Who did not get it (2)", on=shown, by=boss)
    assert "1: unsubscribed" in missed.html
    assert "1: “451 busy &lt;now&gt;”" in missed.html
    await talk.taps("📄 XLSX", on=missed, by=boss)
    [(_, sent)] = [call for call in talk.recorder.calls if call[0] == "sendDocument"]
    assert "2 people did not get it." in sent["caption"]
    async with talk.database.read() as session:
        made = (await session.execute(select(DomainEvent).where(DomainEvent.name == "export.made"))).scalar_one()
        assert made.facts["rows"] == 2
    (draft,) = await talk.taps("🔁 Send to the missed (1)", on=missed, by=boss)
    assert "📝" in draft.html
    assert draft.html.count(": Did not get it") == draft.html.count(" → ") == 1, "its name says all"
    assert "<b>1</b> of 1 client gets it." in draft.html


async def test_the_file_runs_nothing(talk: BotTalk, boss: Staff, tmp_path: Path) -> None:
    (missed,) = await talk.taps("Who did not get it", on=await opened(talk, boss, await ended(talk, boss)), by=boss)
    for button in ("📄 XLSX", "📄 CSV"):
        await talk.taps(button, on=missed, by=boss)
    kept = [path.read_bytes() for path in (tmp_path / "files").glob("*/*")]
    [book] = [content for content in kept if content.startswith(b"PK")]
    [table] = [content for content in kept if not content.startswith(b"PK")]
    sheet = openpyxl.load_workbook(io.BytesIO(book)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["Client", "Company", "Address", "State", "Reason"]
    assert rows[2] == ["'=SUM(A1) & <Co>", "Evil", "evil@x.example", "failed", "“451 busy <now>”"]
    assert "'=SUM(A1) & <Co>,Evil,evil@x.example" in table.decode("utf-8-sig")


async def test_a_rep_sees_their_own_only_and_takes_nothing_out(talk: BotTalk, boss: Staff) -> None:
    mailing_id = await ended(talk, boss)
    async with talk.database.write() as session:
        (await session.get_one(Mailing, mailing_id)).created_by_id = talk.staff.id
    (shown,) = await talk.presses(f"rsl:{mailing_id}", message_id=8)
    assert not any("Make a list" in one["text"] for one in shown.buttons)
    (missed,) = await talk.taps("Who did not get it", on=shown)
    assert not any("📄" in one["text"] for one in missed.buttons)
    assert await talk.presses(f"rsx:{mailing_id}:0", message_id=8) == []
    assert await talk.presses(f"rss:{mailing_id}", message_id=8) == []


async def test_a_topic_is_made_on_the_way_and_chosen(talk: BotTalk, boss: Staff) -> None:
    async with talk.database.write() as session:
        mailing = await make_mailing(session, boss, now=talk.clock.now(), state=MailingState.DRAFT)
    (card,) = await talk.presses(f"mv:{mailing.id}", message_id=8, by=boss)
    (asked,) = await talk.taps("🏷 Topic", on=card, by=boss)
    (name,) = await talk.taps("＋ New topic", on=asked, by=boss)
    assert "four lines" in name.html
    _, card = await talk.says("Prices\nNew prices\nНовые цены\nราคาใหม่", by=boss)
    assert "🏷 Prices (New prices)" in card.html
    async with talk.database.read() as session:
        topic = (await session.execute(select(Topic))).scalar_one()
        assert topic.titles == {"en": "New prices", "ru": "Новые цены", "th": "ราคาใหม่"}
        assert (await session.get_one(Mailing, mailing.id)).topic_id == topic.id
    (asked,) = await talk.taps("🏷 Topic", on=card, by=boss)
    (card,) = await talk.taps("No topic", on=asked, by=boss)
    assert "🏷 Prices" not in card.html
    (asked,) = await talk.taps("🏷 Topic", on=card, by=boss)
    (card,) = await talk.taps("🏷 Prices", on=asked, by=boss)
    assert "🏷 Prices" in card.html
    (asked,) = await talk.taps("🏷 Topic", on=card, by=boss)
    (old,) = await talk.taps("🗑 Put a topic away", on=asked, by=boss)
    (asked,) = await talk.taps("🗑 Prices", on=old, by=boss)
    assert "There are no topics yet" in asked.html
    assert await talk.presses(f"rtn:{mailing.id}", message_id=8) == [], "a rep makes none"


async def test_counting_is_offered_where_the_installation_allows_it(talk: BotTalk, boss: Staff) -> None:
    async with talk.database.write() as session:
        mailing = await make_mailing(session, boss, now=talk.clock.now(), state=MailingState.DRAFT)
    (card,) = await talk.presses(f"mv:{mailing.id}", message_id=8, by=boss)
    assert not any("Count" in one["text"] for one in card.buttons)
    dispatcher = talk.application.dispatcher
    dispatcher.settings = replace(dispatcher.settings, counted=Counted(clicks=True, opens=True))
    (card,) = await talk.presses(f"mv:{mailing.id}", message_id=8, by=boss)
    (card,) = await talk.taps("Count clicks", on=card, by=boss)
    assert "Clicks are counted." in card.html
    (card,) = await talk.taps("Count openings", on=card, by=boss)
    (card,) = await talk.taps("Do not count clicks", on=card, by=boss)
    assert "Clicks are counted." not in card.html
    assert "Openings are counted, as far as they can be." in card.html


async def test_a_stop_for_failing_says_its_cause(talk: BotTalk, boss: Staff) -> None:
    async with talk.database.write() as session:
        mailing = await make_mailing(session, boss, now=talk.clock.now(), state=MailingState.PAUSED)
        mailing.pause_reason = "failing 20 50 550 550 5.1.1 <nobody>"
    for language, said in (
        (Language.EN, "20 of the last 50 failed for one cause"),
        (Language.RU, "20 из последних 50 не ушли по одной причине"),
        (Language.TH, "20 จาก 50 รายการล่าสุด"),
    ):
        async with talk.database.write() as session:
            (await session.get_one(Staff, boss.id)).language = language
        (card,) = await talk.presses(f"mv:{mailing.id}", message_id=8, by=boss)
        assert said in card.html
        assert "<nobody>" not in card.html


async def test_a_stop_for_a_segment_nobody_can_read_says_its_cause(talk: BotTalk, boss: Staff) -> None:
    async with talk.database.write() as session:
        mailing = await make_mailing(session, boss, now=talk.clock.now(), state=MailingState.PAUSED)
        mailing.pause_reason = "unreadable: segments.circle"
    for language, said in (
        (Language.EN, "can no longer be worked out: the segments of the rule name one another in a circle"),
        (Language.RU, "больше нельзя понять, кому её отправлять: сегменты в условии ссылаются друг на друга по кругу"),
        (Language.TH, "กลุ่มลูกค้าในเงื่อนไขอ้างถึงกันเป็นวง"),
    ):
        async with talk.database.write() as session:
            (await session.get_one(Staff, boss.id)).language = language
        (card,) = await talk.presses(f"mv:{mailing.id}", message_id=8, by=boss)
        assert said in card.html


async def test_what_arrived_is_told_by_channel_where_there_are_two(talk: BotTalk, boss: Staff) -> None:
    now = talk.clock.now()
    async with talk.database.write() as session:
        mailing = await make_mailing(session, boss, now=now, state=MailingState.FINISHED)
        other = await make_mailing(session, boss, now=now, channel=Channel.SMS, text="Hi")
        mailing.finished_at, mailing.sms_template_id = now, other.template_id
        for state, channel in ((S.SENT, Channel.EMAIL), (S.SENT, Channel.SMS), (S.DELIVERED, Channel.SMS)):
            for _ in range(2):
                await make_delivery(session, mailing, now=now, state=state, channel=channel)
    (card,) = await talk.presses(f"mv:{mailing.id}", message_id=8, by=boss)
    (shown,) = await talk.taps("📊 Results", on=card, by=boss)
    for told in (card, shown):
        assert "Sent: <b>6</b> of 6" in told.html
        assert "Delivered by SMS: 2 of 4" in told.html
        assert "by email" not in told.html, "email has told nothing"
    async with talk.database.write() as session:
        await make_delivery(session, mailing, now=now, state=S.DELIVERED)
    async with talk.database.read() as session:
        found = await results.picture(session, actor=boss, mailing_id=mailing.id, days=14, now=now)
        bars = {bar.label: bar.said for bar in picture.chart_of(Reader(session, staff=boss, now=now), found).bars}
    assert (bars["Delivered by SMS"], bars["Delivered by email"]) == ("2 · 50 %", "1 · 33 %")


async def test_by_email_what_some_providers_told_is_no_share_of_all(talk: BotTalk, boss: Staff) -> None:
    now = talk.clock.now()
    async with talk.database.write() as session:
        mailing = await make_mailing(session, boss, now=now, state=MailingState.FINISHED)
        mailing.finished_at = now
        for state in (S.SENT, S.SENT, S.SENT, S.DELIVERED):
            await make_delivery(session, mailing, now=now, state=state)
    (card,) = await talk.presses(f"mv:{mailing.id}", message_id=8, by=boss)
    assert "Known to be delivered: 1" in card.html
    assert await _delivered_bars(talk, boss, mailing.id, now) == {"Known to be delivered": "1"}
    async with talk.database.write() as session:
        told = update(Outbox).where(Outbox.mailing_id == mailing.id).values(state=S.DELIVERED)
        await session.execute(told)
    (card,) = await talk.presses(f"mv:{mailing.id}", message_id=8, by=boss)
    assert "Delivered: 4" in card.html
    assert await _delivered_bars(talk, boss, mailing.id, now) == {"Delivered": "4"}


async def _delivered_bars(talk: BotTalk, boss: Staff, mailing_id: int, now: datetime) -> dict[str, str]:
    async with talk.database.read() as session:
        found = await results.picture(session, actor=boss, mailing_id=mailing_id, days=14, now=now)
        bars = picture.chart_of(Reader(session, staff=boss, now=now), found).bars
    return {bar.label: bar.said for bar in bars if "elivered" in bar.label}


@pytest.mark.skipif(not picture.can_draw(), reason="matplotlib is not installed")
async def test_the_picture_comes_into_the_chat(talk: BotTalk, boss: Staff) -> None:
    mailing_id = await ended(talk, boss)
    for language in Language:
        async with talk.database.write() as session:
            (await session.get_one(Staff, boss.id)).language = language
        (shown,) = await talk.presses(f"rsl:{mailing_id}", message_id=8, by=boss)
        before = len(talk.recorder.calls)
        await talk.taps("🖼", on=shown, by=boss)
        [(_, sent)] = [call for call in talk.recorder.calls[before:] if call[0] == "sendDocument"]
        assert length(sent["caption"]) <= CAPTION_LIMIT


@pytest.mark.skipif(not picture.can_draw(), reason="matplotlib is not installed")
async def test_the_picture_is_drawn_of_nothing_and_of_much(talk: BotTalk, boss: Staff) -> None:
    now = talk.clock.now()
    async with talk.database.write() as session:
        mailing = await make_mailing(session, boss, now=now, state=MailingState.FINISHED)
        charts: list[Any] = []
        for _ in range(2):
            found = await results.picture(session, actor=boss, mailing_id=mailing.id, days=14, now=now)
            charts.append(picture.chart_of(Reader(session, staff=boss, now=now), found))
            await make_delivery(session, mailing, now=now, state=S.FAILED, bounce=BounceKind.HARD)
        assert [bar.value for bar in charts[0].bars] == [0, 0]
        assert [bar.label for bar in charts[1].bars] == ["Planned", "Sent", "Came back", "Failed"]
        assert (await session.execute(select(Outbox.id))).first()
    for chart in charts:
        assert picture.draw(chart).startswith(b"\x89PNG")
