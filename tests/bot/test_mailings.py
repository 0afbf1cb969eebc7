"""A mailing from the chat: put together on one card, looked at by a second person, run, paused, cancelled, explained."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.mailings.listing import shortened
from bot.render import TEXT_LIMIT, length
from channels.message import OutgoingChat
from channels.outbox import suppression
from channels.outbox.pump import Pump
from channels.telegram.sender import TelegramSender
from crm import mailings, segments, staff, templates
from crm.mailboxes import OwnMailbox
from crm.mailings import expanding, following
from storage.models import (
    CardMessage,
    Channel,
    Client,
    DeliveryState,
    Language,
    Mailing,
    MailingState,
    Outbox,
    Role,
    Segment,
    SegmentKind,
    Staff,
    SuppressionReason,
)
from storage.queries import cards
from storage.queries import outbox as ledger
from tests.bot.conftest import BotTalk, Shown
from tests.channels.outbox.play import everything_may_go
from tests.factories import make_client, make_staff
from tests.sums import check_sums

HOSTILE = "<b>&amp;</b> \u202e" + "Ж" * 80


@pytest.fixture
async def boss(talk: BotTalk) -> Staff:
    dispatcher = talk.application.dispatcher
    dispatcher.settings = replace(dispatcher.settings, public_url="https://crm.example")
    async with talk.database.write() as session:
        return await make_staff(session, Role.MANAGER, name="Mia", telegram_id=900, timezone="Asia/Bangkok")


@pytest.fixture(autouse=True)
async def sums_hold(talk: BotTalk) -> AsyncIterator[None]:
    """After every story here the plan is the sum of what became of it."""
    yield
    async with talk.database.read() as session:
        await check_sums(session)


async def _prepare(
    talk: BotTalk, boss: Staff, *, clients: int, channel: Channel = Channel.EMAIL, text: str = "Hello {name}"
) -> None:
    """Riga's clients, the rep's own; a segment by the manager; a template."""
    async with talk.database.write() as session:
        for number in range(clients):
            await make_client(
                session,
                f"Client {number}",
                owner=talk.staff,
                email=f"c{number}@x.example",
                phone=f"+66812345{number:03}",
                city="Riga",
                city_key="riga",
            )
        await segments.save_rule(session, actor=boss, name="Riga", rule="city = Riga", now=talk.clock.now())
        template = await templates.create(session, actor=boss, name="News", channel=channel, now=talk.clock.now())
        await templates.write_version(
            session,
            actor=boss,
            template_id=template.id,
            language=Language.EN,
            subject="Hi" if channel is Channel.EMAIL else "",
            text=text,
            now=talk.clock.now(),
        )


async def _drafted(talk: BotTalk, *, by: Staff | None = None, template: str = "✉️ News") -> Shown:
    (listed,) = await talk.says("/mailings", by=by)
    (segment,) = await talk.taps("＋ New mailing", on=listed, by=by)
    (chosen,) = await talk.taps("Riga", on=segment, by=by)
    (card,) = await talk.taps(template, on=chosen, by=by)
    return card


async def _expand(talk: BotTalk) -> None:
    now = talk.clock.now()
    expand = expanding.expander("crm.example", batch=200)
    async with talk.database.write() as session:
        await expanding.start_due(session, now=now)
    moved = 1
    while moved:
        async with talk.database.write() as session:
            moved = await expand(session, now=now)


async def _claimed(talk: BotTalk, channel: Channel, *, limit: int = 50) -> Sequence[ledger.Delivery]:
    claiming = ledger.Claim(owner="test", token="t1", seconds=60, limit=limit)
    async with talk.database.connect() as unit:
        return (await ledger.turn(unit, channel=channel, now=talk.clock.now(), claim=claiming)).claimed


async def _mailing(talk: BotTalk) -> Mailing:
    async with talk.database.read() as session:
        return (await session.execute(select(Mailing).order_by(Mailing.id.desc()).limit(1))).scalar_one()


async def _settle(talk: BotTalk, address: str, state: DeliveryState, reason: str | None = None) -> None:
    async with talk.database.write() as session:
        await session.execute(
            update(Outbox)
            .where(Outbox.address == address, Outbox.mailing_id.is_not(None))
            .values(state=state, reason=reason, sent_at=talk.clock.now() if state is DeliveryState.DELIVERED else None)
        )


async def test_a_reps_mailing_from_the_menu_to_the_ledger(talk: BotTalk, boss: Staff) -> None:
    await _prepare(talk, boss, clients=3, text="Hello {name} of {company}")
    async with talk.database.write() as session:
        await make_client(session, "Not mine", owner=boss, email="no@x.example", city="Riga", city_key="riga")
        await make_client(session, "No address", owner=talk.staff, city="Riga", city_key="riga")
        await suppression.suppress(
            session,
            channel=Channel.EMAIL,
            address="c1@x.example",
            reason=SuppressionReason.UNSUBSCRIBE,
            source="test",
            marketing_only=True,
            now=talk.clock.now(),
        )
        lacking = update(Client).where(Client.name == "Client 1")
        await session.execute(update(Client).values(company="Shop"))
        await session.execute(lacking.values(company=""))
    (listed,) = await talk.says("/mailings")
    assert "No mailings yet" in listed.html
    (segment,) = await talk.taps("＋ New mailing", on=listed)
    assert [button["text"] for button in segment.buttons] == ["Riga · 4", "‹ Mailings"]
    (chosen,) = await talk.taps("Riga", on=segment)
    (card,) = await talk.taps("✉️ News", on=chosen)
    assert all(shown.edited for shown in (segment, chosen, card)), "the wizard is one message"
    assert "<b>2</b> of 4 clients get it." in card.html
    assert "without an email: 1" in card.html
    assert "unsubscribed or bounced: 1" in card.html
    assert "{company} is empty for Client 1: " in card.html
    assert card.html.count("<blockquote expandable>") == 3
    (running,) = await talk.taps("🚀 Now", on=card)
    assert "Scheduled." in running.html
    await _expand(talk)
    async with talk.database.read() as session:
        rows = (await session.execute(select(Outbox).where(Outbox.kind == "mailing"))).scalars().all()
    assert {row.address for row in rows} == {"c0@x.example", "c1@x.example", "c2@x.example"}
    assert all(row.marketing and row.mailing_id for row in rows)
    (card,) = await talk.presses(f"mv:{rows[0].mailing_id}", message_id=77)
    assert "░░░░░░░░░░ 0%" in card.html
    assert "Sent: <b>0</b> of 3" in card.html
    assert "Waiting: 3" in card.html


async def test_a_press_spent_launches_nothing_twice(talk: BotTalk, boss: Staff) -> None:
    await _prepare(talk, boss, clients=1)
    card = await _drafted(talk)
    await talk.taps("🚀 Now", on=card)
    assert await talk.taps("🚀 Now", on=card) == []
    assert "Already done" in talk.toast()


async def test_a_test_goes_to_an_address_of_ours_and_to_no_stranger(talk: BotTalk, boss: Staff) -> None:
    dispatcher = talk.application.dispatcher
    mine, hers = OwnMailbox("rita@example.org", talk.staff.name), OwnMailbox("mia@example.org", boss.id)
    dispatcher.settings = replace(dispatcher.settings, mailboxes=(OwnMailbox("sales@example.org"), mine, hers))
    await _prepare(talk, boss, clients=2)
    card = await _drafted(talk)
    (asked,) = await talk.taps("🧪 Test to me", on=card)
    assert "To which address" in asked.html
    assert "<code>sales@example.org</code>, <code>rita@example.org</code>" in asked.html
    assert "mia@" not in asked.html
    await talk.says("not an address")
    for stranger in ("c0@x.example", "mia@example.org", "sales+1@example.org"):
        (refused,) = await talk.says(stranger)
        assert f"not to {stranger}" in refused.html
    sent, again = await talk.says("Rita@Example.org")
    assert "on its way to Rita@Example.org" in sent.html
    assert "🚀 Now" in [button["text"] for button in again.buttons]
    async with talk.database.read() as session:
        row = (await session.execute(select(Outbox))).scalar_one()
    assert (row.kind, row.address, row.marketing, row.mailing_id) == ("mailing_test", "rita@example.org", False, None)
    assert (await _mailing(talk)).state is MailingState.DRAFT


async def test_a_test_by_sms_rings_the_maker_s_own_phone_alone(talk: BotTalk, boss: Staff) -> None:
    await _prepare(talk, boss, clients=1, channel=Channel.SMS)
    (listed,) = await talk.says("/mailings")
    (segment,) = await talk.taps("＋ New mailing", on=listed)
    (chosen,) = await talk.taps("Riga", on=segment)
    (by_sms,) = await talk.taps("📱 By SMS instead", on=chosen)
    (card,) = await talk.taps("📱 News", on=by_sms)
    await talk.taps("🧪 Test to me", on=card)
    assert "My phone" in talk.recorder.texts()[-1] + talk.toast()
    async with talk.database.write() as session:
        await staff.set_phone(session, actor=talk.staff, number="+4915112345678", region=None, now=talk.clock.now())
    (asked,) = await talk.taps("🧪 Test to me", on=card)
    assert "<code>+4915112345678</code>" in asked.html
    (refused,) = await talk.says("+66812345000")
    assert "not to +66812345000" in refused.html
    await talk.says("+49 151 12345678")
    async with talk.database.read() as session:
        row = (await session.execute(select(Outbox))).scalar_one()
    assert (row.kind, row.channel, row.address) == ("mailing_test", Channel.SMS, "+4915112345678")


async def test_at_a_time_typed(talk: BotTalk, boss: Staff) -> None:
    await _prepare(talk, boss, clients=1)
    card = await _drafted(talk)
    await talk.taps("🗓 At…", on=card)
    (unclear,) = await talk.says("whenever")
    assert "whenever" in unclear.html
    (planned,) = await talk.says("tomorrow 10")
    assert "Starts Wed 25 Nov, 10:00" in planned.html
    mailing = await _mailing(talk)
    assert mailing.starts_at is not None
    assert mailing.starts_at - talk.clock.now() == timedelta(hours=24)  # 10:00 in Berlin is 9:00 UTC
    await _expand(talk)
    assert (await _mailing(talk)).state is MailingState.SCHEDULED
    talk.advance(days=1)
    await _expand(talk)
    assert (await _mailing(talk)).state is MailingState.RUNNING


async def test_a_large_one_goes_past_a_manager(talk: BotTalk, boss: Staff) -> None:
    await _prepare(talk, boss, clients=mailings.APPROVAL_OVER + 1)
    card = await _drafted(talk)
    (waits,) = await talk.taps("🚀 Now", on=card)
    assert "More than 500 people" in waits.html
    assert "Asked: Mia" in waits.html
    assert not any("Approve" in button["text"] for button in waits.buttons)
    (asked,) = await _claimed(talk, Channel.TELEGRAM)
    async with talk.database.read() as session:
        told = await talk.application.compose_card(session, asked)
    assert isinstance(told, OutgoingChat)
    assert told.chat_id == boss.telegram_id
    assert "By Rita Rep" in told.message.html
    buttons = {button.text: button.data for row in told.message.buttons for button in row}
    # The manager's button in the rep's hands does nothing.
    assert await talk.presses(buttons["✅ Approve"], message_id=9) == []
    (why,) = await talk.presses(buttons["↩︎ Return"], message_id=9, by=boss)
    assert "Why do you return" in why.html
    _, returned = await talk.says("The <prices> are last year's", by=boss)
    assert "📝" in returned.html
    assert (await _mailing(talk)).state is MailingState.DRAFT
    talk.advance(minutes=1)
    (card,) = await talk.presses(f"mv:{(await _mailing(talk)).id}", message_id=8)
    assert "Returned: The &lt;prices&gt; are last year" in card.html
    await talk.taps("🚀 Now", on=card)
    (shown,) = await talk.presses(f"mv:{(await _mailing(talk)).id}", message_id=9, by=boss)
    (approved,) = await talk.taps("✅ Approve", on=shown, by=boss)
    assert "Scheduled." in approved.html
    await _expand(talk)
    async with talk.database.read() as session:
        kept = (await session.execute(select(Outbox.id).where(Outbox.kind == "mailing"))).all()
        answers = (
            await session.execute(
                select(Outbox.dedupe_key).where(Outbox.kind == "card", Outbox.staff_id == talk.staff.id)
            )
        ).all()
    assert len(kept) == mailings.APPROVAL_OVER + 1
    assert len(answers) == 2, "the maker is told of the return and of the yes"


async def test_who_launched_it_is_shown_no_button_to_approve_it(talk: BotTalk, boss: Staff) -> None:
    await _prepare(talk, boss, clients=mailings.APPROVAL_OVER + 1)
    async with talk.database.write() as session:
        other = await make_staff(session, Role.MANAGER, name="Olga", telegram_id=901)
    await _drafted(talk)
    (card,) = await talk.presses(f"mv:{(await _mailing(talk)).id}", message_id=9, by=boss)
    (waits,) = await talk.taps("🚀 Now", on=card, by=boss)
    assert "Asked: Olga" in waits.html
    buttons = [button["text"] for button in waits.buttons]
    assert "↩︎ Return" in buttons
    assert "✅ Approve" not in buttons
    (asked,) = await talk.presses(f"mv:{(await _mailing(talk)).id}", message_id=8, by=other)
    assert "✅ Approve" in [button["text"] for button in asked.buttons]


async def test_nobody_to_approve_is_said(talk: BotTalk, boss: Staff) -> None:
    await _prepare(talk, boss, clients=mailings.APPROVAL_OVER + 1)
    card = await _drafted(talk, by=boss)
    (waits,) = await talk.taps("🚀 Now", on=card, by=boss)
    assert "no other manager yet" in waits.html


async def test_pause_stops_claims_and_going_on_brings_them_back(talk: BotTalk, boss: Staff) -> None:
    await _prepare(talk, boss, clients=2)
    card = await _drafted(talk)
    await talk.taps("🚀 Now", on=card)
    await _expand(talk)
    (running,) = await talk.presses(f"mv:{(await _mailing(talk)).id}", message_id=8)
    (paused,) = await talk.taps("⏸ Pause", on=running)
    assert "Paused" in paused.html
    assert list(await _claimed(talk, Channel.EMAIL)) == []
    (running,) = await talk.taps("▶️ Resume", on=paused)
    assert "On its way" in running.html
    assert len(await _claimed(talk, Channel.EMAIL)) == 2


async def test_cancel_asks_and_a_moving_figure_does_not_wipe_the_question_out(talk: BotTalk, boss: Staff) -> None:
    await _prepare(talk, boss, clients=3)
    card = await _drafted(talk)
    await talk.taps("🚀 Now", on=card)
    await _expand(talk)
    mailing_id = (await _mailing(talk)).id
    (running,) = await talk.presses(f"mv:{mailing_id}", message_id=8)
    async with talk.database.read() as session:
        assert (await session.execute(select(CardMessage.message_id).where(CardMessage.message_id == 8))).first()
    (sure,) = await talk.taps("✖️ Cancel", on=running)
    assert "3 messages would not be sent" in sure.html
    async with talk.database.write() as session:
        sent = {"state": DeliveryState.SENT, "sent_at": talk.clock.now()}
        await session.execute(update(Outbox).where(Outbox.address == "c0@x.example").values(sent))
        await following.show_progress(session, now=talk.clock.now())
        edits = (await session.execute(select(Outbox.payload).where(Outbox.kind == "card_edit"))).scalars()
        assert 8 not in {edit["message_id"] for edit in edits}
    (back,) = await talk.taps("No", on=sure)
    assert "▓▓▓░░░░░░░ 33%" in back.html
    (sure,) = await talk.taps("✖️ Cancel", on=back)
    (gone,) = await talk.taps("Yes", on=sure)
    assert "Cancelled." in gone.html
    assert "Not sent: 2" in gone.html
    assert [button["text"] for button in gone.buttons] == [
        "📊 Results",
        "🖼 Picture",
        "Who did not get it (2)",
        "📄 Copy",
        "‹ Mailings",
    ]


async def test_an_edit_made_before_a_press_does_not_show_what_was_before_it(talk: BotTalk, boss: Staff) -> None:
    await _prepare(talk, boss, clients=3)
    await talk.taps("🚀 Now", on=await _drafted(talk))
    await _expand(talk)
    (running,) = await talk.presses(f"mv:{(await _mailing(talk)).id}", message_id=8)
    async with talk.database.write() as session:
        sent = {"state": DeliveryState.SENT, "sent_at": talk.clock.now()}
        await session.execute(update(Outbox).where(Outbox.address == "c0@x.example").values(sent))
        assert await following.show_progress(session, now=talk.clock.now()) == 1
    outbox = Pump(
        database=talk.database,
        sender=TelegramSender(talk.application.bot),
        composers={"card": talk.application.compose_card, "card_edit": talk.application.compose_card},
        gate=everything_may_go,
        clock=talk.clock,
        owner="test",
        batch=50,
        lease_seconds=60.0,
    )
    await outbox.turn(claim=50)
    await outbox.ready()  # made while it was on its way, not sent yet
    (paused,) = await talk.taps("⏸ Pause", on=running)
    assert "Paused" in paused.html
    before = len(talk.recorder.calls)
    for _ in range(5):
        await outbox.turn(claim=50)
        await outbox.ready()
        while await outbox.wire.send_some():
            pass
    edits = [
        parameters["text"]
        for name, parameters in talk.recorder.calls[before:]
        if name == "editMessageText" and parameters["message_id"] == 8
    ]
    assert edits
    assert all("Paused" in text for text in edits)


async def test_an_answer_said_late_is_followed_by_an_edit_of_what_is_true_by_then(talk: BotTalk, boss: Staff) -> None:
    """Telegram asked for a wait when the press was answered; meanwhile the outbox edited the card."""
    await _prepare(talk, boss, clients=3)
    await talk.taps("🚀 Now", on=await _drafted(talk))
    await _expand(talk)
    (running,) = await talk.presses(f"mv:{(await _mailing(talk)).id}", message_id=8)
    talk.recorder.refuse("editMessageText", 429, "Too Many Requests: retry after 1", retry_after=1)
    await talk.taps("⏸ Pause", on=running)
    before = await _edits_of(talk, 8)
    async with talk.database.connect() as unit:
        place = (talk.staff.telegram_id or 0, 8)
        version = (await cards.hanging_at(unit, [place]))[place].version
        assert await cards.begin_edits(unit, {place: version}) == {place}
    talk.advance(seconds=11)
    await _resaid(talk)
    assert "Paused" in talk.recorder.texts()[-1]
    assert await _edits_of(talk, 8) == before + 1


async def test_an_answer_that_was_the_last_word_is_followed_by_none(talk: BotTalk, boss: Staff) -> None:
    await _prepare(talk, boss, clients=3)
    await talk.taps("🚀 Now", on=await _drafted(talk))
    await _expand(talk)
    for _ in range(3):
        await talk.presses(f"mv:{(await _mailing(talk)).id}", message_id=8)
    assert await _edits_of(talk, 8) == 0


async def _edits_of(talk: BotTalk, message_id: int) -> int:
    async with talk.database.read() as session:
        edits = (await session.execute(select(Outbox.payload).where(Outbox.kind == "card_edit"))).scalars()
        return len([one for one in edits if one["message_id"] == message_id])


async def _resaid(talk: BotTalk) -> None:
    while talk.application.dispatcher._speaker.quiet:
        await asyncio.sleep(0.01)
    await talk.application.dispatcher._resay()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("News → Riga", "News → Riga"),
        ("Weekly news → Newsletter readers · 21 Dec 2026", "Weekly news → Newsletter … · 21 Dec 2026"),
    ],
)
def test_a_long_name_keeps_its_day(name: str, shown: str) -> None:
    assert shortened(name) == shown


async def test_who_did_not_get_it_and_why(talk: BotTalk, boss: Staff) -> None:
    await _prepare(talk, boss, clients=14)
    card = await _drafted(talk)
    await talk.taps("🚀 Now", on=card)
    await _expand(talk)
    await _settle(talk, "c0@x.example", DeliveryState.SUPPRESSED, "unsubscribe")
    await _settle(talk, "c1@x.example", DeliveryState.FAILED, "550 no <such> user")
    await _settle(talk, "c2@x.example", DeliveryState.UNKNOWN, "interrupted")
    for number in range(3, 13):
        await _settle(talk, f"c{number}@x.example", DeliveryState.FAILED)
    await _settle(talk, "c13@x.example", DeliveryState.DELIVERED)
    async with talk.database.write() as session:
        assert await expanding.finish_done(session, now=talk.clock.now()) == 1
    (result,) = await talk.presses(f"mv:{(await _mailing(talk)).id}", message_id=8)
    assert "✅" in result.html
    assert "Sent: <b>1</b> of 14" in result.html
    assert "Failed: 11" in result.html
    assert "Unknown whether it arrived: 1" in result.html
    (missed,) = await talk.taps("Who did not get it (13)", on=result)
    assert "10: refused without a reason" in missed.html
    assert "1: “550 no &lt;such&gt; user”" in missed.html
    assert "1: interrupted while sending" in missed.html
    (unsubscribed,) = await talk.taps("1 · unsubscribed", on=missed)
    assert "1 did not get it" in unsubscribed.html
    assert "Client 0</b> c0@x.example: unsubscribed" in unsubscribed.html
    (missed,) = await talk.taps("All of them", on=missed)
    assert "Client 0</b> c0@x.example: unsubscribed" in missed.html
    assert "“550 no &lt;such&gt; user”" in missed.html
    (missed,) = await talk.taps("›", on=missed)
    assert [button["text"] for button in missed.buttons][:3] == ["1", "2", "3"]
    assert "refused without a reason" in missed.html
    (story,) = await talk.taps("3", on=missed)
    assert "📣 The mailing" in story.html
    assert "❌ did not arrive: refused without a reason" in story.html
    (listed,) = await talk.says("/mailings")
    assert listed.buttons[0]["text"] == "✅ News → Riga · 1/14"


async def test_a_rule_typed_on_the_way(talk: BotTalk, boss: Staff) -> None:
    await _prepare(talk, boss, clients=2)
    (listed,) = await talk.says("/mailings", by=boss)
    for expected in ("city is Riga", "city is Riga (2)"):
        (segment,) = await talk.taps("＋ New mailing", on=listed, by=boss)
        (asked,) = await talk.taps("✍️ Write a rule", on=segment, by=boss)
        assert "Write whom you mean" in asked.html
        (refused,) = await talk.says("city =", by=boss)
        assert "character" in refused.html
        (seen,) = await talk.says("city = Riga", by=boss)
        assert "Understood: <b>city is Riga</b>" in seen.html
        assert "2 clients now" in seen.html
        (chosen,) = await talk.taps("➡️ Take these", on=seen, by=boss)
        assert f"<b>{expected} · 2</b>" in chosen.html
    (segment,) = await talk.taps("＋ New mailing", on=listed, by=boss)
    await talk.taps("✍️ Write a rule", on=segment, by=boss)
    (seen,) = await talk.says("has email", by=boss)
    await talk.taps("Save under a name", on=seen, by=boss)
    (chosen,) = await talk.says("Mailable", by=boss)
    (card,) = await talk.taps("✉️ News", on=chosen, by=boss)
    assert "✉️ <b>News → Mailable</b>" in card.html
    async with talk.database.read() as session:
        names = set((await session.execute(select(Segment.name))).scalars())
    assert names == {"Riga", "city is Riga", "city is Riga (2)", "Mailable"}


async def test_a_segment_that_stands_on_one_that_is_gone_keeps_nobody_from_the_others(
    talk: BotTalk, boss: Staff
) -> None:
    await _prepare(talk, boss, clients=2)
    async with talk.database.write() as session:
        for name, rule in (("Lost", "in segment Nowhere"), ("Round", "in segment Round")):
            session.add(Segment(name=name, kind=SegmentKind.RULE, rule=rule, created_at=talk.clock.now()))
    (listed,) = await talk.says("/mailings")
    (choice,) = await talk.taps("＋ New mailing", on=listed)
    assert [button["text"] for button in choice.buttons][:3] == ["⚠️ Lost", "Riga · 2", "⚠️ Round"]


async def test_a_template_written_on_the_way_leads_back(talk: BotTalk, boss: Staff) -> None:
    await _prepare(talk, boss, clients=2)
    (listed,) = await talk.says("/mailings")
    (segment,) = await talk.taps("＋ New mailing", on=listed)
    (chosen,) = await talk.taps("Riga", on=segment)
    (other,) = await talk.taps("📱 By SMS instead", on=chosen)
    assert "no SMS template with a text yet" in other.html
    await talk.taps("＋ New template", on=other)
    (channel,) = await talk.says("Short news")
    (language,) = await talk.taps("📱 SMS", on=channel)
    await talk.taps("＋ English", on=language)
    (written,) = await talk.says("Hello {name}")
    (card,) = await talk.taps("➡️ On to the mailing", on=written)
    assert "📱 <b>Short news → Riga</b>" in card.html
    assert "One SMS for each" in card.html


async def test_a_channel_that_is_off_is_said_at_launch(talk: BotTalk, boss: Staff) -> None:
    await _prepare(talk, boss, clients=1)
    card = await _drafted(talk)
    dispatcher = talk.application.dispatcher
    dispatcher.settings = replace(dispatcher.settings, email_on=False)
    assert await talk.taps("🚀 Now", on=card) == []
    assert "Email is not set up" in talk.toast()
    assert (await _mailing(talk)).state is MailingState.DRAFT


async def test_another_reps_mailing_is_not_there(talk: BotTalk, boss: Staff) -> None:
    await _prepare(talk, boss, clients=1)
    await _drafted(talk)
    async with talk.database.write() as session:
        other = await make_staff(session, Role.REP, telegram_id=777)
    mailing_id = (await _mailing(talk)).id
    (answer,) = await talk.presses(f"mv:{mailing_id}", message_id=8, by=other)
    assert answer.html == "This is no longer there. /menu shows what is."
    reading = ("mx", "me", "mw", "rsl", "rsp", "rsm", "rtn")
    more = [f"rsa:{mailing_id}:0", f"rsf:{mailing_id}:0:0", f"rtc:{mailing_id}:0"]
    for data in (*(f"{prefix}:{mailing_id}" for prefix in reading), *more):
        assert await talk.presses(data, message_id=8, by=other) == []
        assert "not open to you" in talk.toast()


@pytest.mark.long
async def test_every_state_fits_in_every_language_with_hostile_names(talk: BotTalk, boss: Staff) -> None:
    now = talk.clock.now()
    async with talk.database.write() as session:
        for number in range(4):
            await make_client(
                session,
                HOSTILE,
                owner=boss,
                email=f"{'x' * 60}{number}@{'y' * 60}.example",
                city="Riga",
                city_key="riga",
            )
        segment = await segments.save_rule(session, actor=boss, name=HOSTILE, rule="city = Riga", now=now)
        template = await templates.create(session, actor=boss, name=HOSTILE, channel=Channel.EMAIL, now=now)
        text = "{company}{city}{last_purchase}" + "<i>" * 4000
        await templates.write_version(
            session, actor=boss, template_id=template.id, language=Language.EN, subject="<&>" * 99, text=text, now=now
        )
        mailing = await mailings.draft(session, actor=boss, segment_id=segment.id, template_id=template.id, now=now)
    for language in Language:
        async with talk.database.write() as session:
            (await session.get_one(Staff, boss.id)).language = language
        for state in MailingState:
            async with talk.database.write() as session:
                kept = await session.get_one(Mailing, mailing.id)
                kept.state, kept.starts_at, kept.pause_reason = state, now, "<why>" * 30
                begun = state not in (MailingState.DRAFT, MailingState.AWAITING_APPROVAL, MailingState.SCHEDULED)
                kept.started_at = now if begun else None
            shown = [
                *await talk.presses(f"mv:{mailing.id}", message_id=8, by=boss),
                *await talk.presses(f"rsl:{mailing.id}", message_id=8, by=boss),
                *await talk.presses(f"rsm:{mailing.id}", message_id=8, by=boss),
                *await talk.presses(f"rsf:{mailing.id}:0:0", message_id=8, by=boss),
                *await talk.presses(f"rss:{mailing.id}", message_id=8, by=boss),
                *await talk.presses(f"rsa:{mailing.id}:0", message_id=8, by=boss),
                *await talk.presses(f"mx:{mailing.id}", message_id=8, by=boss),
                *await talk.presses("ml:0", message_id=8, by=boss),
                *await talk.presses("ms:0:0", message_id=8, by=boss),
                *await talk.presses(f"mt:{segment.id}::0", message_id=8, by=boss),
            ]
            assert len(shown) == 10
            for one in shown:
                assert length(one.html) <= TEXT_LIMIT
                assert "<i>" not in one.html
                assert "<why>" not in one.html
                assert "\u202e" not in one.html
                assert all(len(button["callback_data"].encode()) <= 64 for button in one.buttons)
        assert shown[0].html.count("<blockquote") == shown[0].html.count("</blockquote>")


@pytest.mark.parametrize(
    ("language", "reason", "said"),
    [
        (Language.EN, "bounces 9 210", "9 of 210 messages came back (4.29 %, the limit is 4 %)"),
        (Language.RU, "bounces 9 210", "Писем вернулось: 9 из 210 (4,29 %, предел 4 %)"),
        (Language.TH, "bounces 9 210", "อีเมล 9 จาก 210 ฉบับถูกตีกลับ (4.29% เกณฑ์คือ 4%)"),
        (Language.EN, "complaints 1 1250", "1 of 1,250 people reported it as spam (0.08 %, the limit is 0.08 %)"),
        (Language.RU, "complaints 2 1250", "Жалоб на спам: 2 на 1 250 писем (0,16 %, предел 0,08 %)"),
        (Language.TH, "complaints 2 1250", "2 จาก 1,250 คนรายงานว่าเป็นสแปม"),
    ],
)
async def test_a_mailing_that_stopped_itself_says_why(
    talk: BotTalk, boss: Staff, language: Language, reason: str, said: str
) -> None:
    await _prepare(talk, boss, clients=1)
    await _drafted(talk)
    mailing_id = (await _mailing(talk)).id
    async with talk.database.write() as session:
        kept = await session.get_one(Mailing, mailing_id)
        kept.state, kept.started_at, kept.pause_reason = MailingState.PAUSED, talk.clock.now(), reason
        (await session.get_one(Staff, boss.id)).language = language
    (shown,) = await talk.presses(f"mv:{mailing_id}", message_id=8, by=boss)
    assert said in shown.html.replace("\u00a0", " ").replace("\u202f", " ")
