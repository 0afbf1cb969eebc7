"""When a mailing goes, from the chat: every so often, by everybody's own clock, within hours; three taps at most."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.mailings.when import read_window
from crm import mailings, templates
from crm.contact_hours import SendWindow
from crm.mailings import recurring, trials
from crm.recurrence import Every, Rule
from storage.models import Channel, Language, Mailing, MailingSeries, MailingState, MissedPolicy, Staff
from tests.bot.conftest import BotTalk, Shown
from tests.bot.test_mailings import _drafted, _mailing, _prepare, boss
from tests.factories import make_client

__all__ = ["boss"]

FIRST = datetime(2026, 11, 30, 9, tzinfo=UTC)


async def _when(talk: BotTalk, boss: Staff) -> Shown:
    await _prepare(talk, boss, clients=2)
    (asked,) = await talk.taps("🗓 At", on=await _drafted(talk))
    return asked


async def _series(talk: BotTalk) -> MailingSeries:
    async with talk.database.read() as session:
        return (await session.execute(select(MailingSeries))).scalar_one()


async def _occurs(talk: BotTalk, at: datetime) -> None:
    async with talk.database.write() as session:
        await recurring.maker()(session, now=at)
    talk.clock.at = at + timedelta(minutes=1)


async def test_a_newsletter_every_monday_from_the_draft_to_its_end(talk: BotTalk, boss: Staff) -> None:
    asked = await _when(talk, boss)
    await talk.taps("🔁 Every", on=asked)
    (draft,) = await talk.says("every Monday at 10")
    assert "every week on Monday at 10:00 (Europe/Berlin)" in draft.html
    assert "Next: Mon 30 Nov, 10:00 · Mon 7 Dec, 10:00 · Mon 14 Dec, 10:00" in draft.html
    assert "goes out once, late" in draft.html
    (draft,) = await talk.taps("If missed: leave it out", on=draft)
    assert "left out." in draft.html
    await talk.taps("🏁 Until", on=draft)
    (draft,) = await talk.says("7 December")
    assert "Until 7 Dec 2026" in draft.html
    assert "14 Dec" not in draft.html
    (card,) = await talk.taps("🚀 Start", on=draft)
    assert "🔁" in card.html
    assert "again and again" in card.html
    assert (await _series(talk)).missed is MissedPolicy.SKIP
    await _occurs(talk, FIRST)
    (card,) = await talk.presses(f"mv:{(await _series(talk)).mailing_id}", message_id=9)
    assert "Went out 1 time" in card.html
    assert any("News → Riga · 30 Nov 2026" in button["text"] for button in card.buttons)
    (paused,) = await talk.taps("⏸ Pause", on=card)
    assert "nothing more begins" in paused.html
    (card,) = await talk.taps("▶️ Resume", on=paused)
    (asked,) = await talk.taps("⏱ Only within", on=card)
    (card,) = await talk.taps("Every day", on=asked)
    assert "Only 09:00–20:00" in card.html
    (sure,) = await talk.taps("✖️ Stop it", on=card)
    assert "What it began goes on" in sure.html
    (ended,) = await talk.taps("Yes", on=sure)
    assert "Stopped." in ended.html


async def test_the_next_times_are_by_the_clock_of_the_rule(talk: BotTalk, boss: Staff) -> None:
    await talk.taps("🔁 Every", on=await _when(talk, boss))
    await talk.says("every Monday at 10")
    async with talk.database.write() as session:
        (await session.execute(select(MailingSeries))).scalar_one().zone = "Asia/Bangkok"
    (card,) = await talk.presses(f"mv:{(await _series(talk)).mailing_id}", message_id=9)
    assert "every week on Monday at 10:00 (Asia/Bangkok)" in card.html
    assert "Next: Mon 30 Nov, 10:00 · " in card.html


async def test_a_missed_time_stands_on_the_card(talk: BotTalk, boss: Staff) -> None:
    await talk.taps("🔁 Every", on=await _when(talk, boss))
    (draft,) = await talk.says("по понедельникам в 10")
    (draft,) = await talk.taps("If missed: leave it out", on=draft)
    await talk.taps("🚀 Start", on=draft)
    await _occurs(talk, FIRST + timedelta(hours=4))
    (card,) = await talk.presses(f"mv:{(await _series(talk)).mailing_id}", message_id=9)
    assert "Missed 1 time, last Mon 30 Nov, 10:00" in card.html


async def test_its_last_day_and_what_it_missed_are_by_its_own_clock_too(talk: BotTalk, boss: Staff) -> None:
    """The reader is in Berlin, where it is still the day before."""
    await talk.taps("🔁 Every", on=await _when(talk, boss))
    (draft,) = await talk.says("every Monday at 01:00")
    async with talk.database.write() as session:
        series = (await session.execute(select(MailingSeries))).scalar_one()
        series.zone, series.next_due_at = "Asia/Bangkok", datetime(2026, 11, 29, 18, tzinfo=UTC)
    (draft,) = await talk.taps("If missed: leave it out", on=draft)
    await talk.taps("🏁 Until", on=draft)
    (draft,) = await talk.says("7 December")
    assert "Until 7 Dec 2026" in draft.html
    assert (await _series(talk)).stops_at == datetime(2026, 12, 7, 17, tzinfo=UTC)
    await talk.taps("🚀 Start", on=draft)
    await _occurs(talk, datetime(2026, 11, 29, 22, tzinfo=UTC))
    (card,) = await talk.presses(f"mv:{(await _series(talk)).mailing_id}", message_id=9)
    assert "Missed 1 time, last Mon 30 Nov, 01:00" in card.html


async def test_what_recurs_is_understood_at_once_where_a_moment_is_asked(talk: BotTalk, boss: Staff) -> None:
    await _when(talk, boss)
    (unclear,) = await talk.says("every blue moon")
    assert "every blue moon" in unclear.html
    (draft,) = await talk.says("ทุกวันที่ 1 ของเดือน 9 โมง")
    assert "each month on day 1 at 09:00" in draft.html
    (once,) = await talk.taps("Only once", on=draft)
    assert "each month" not in once.html
    await talk.taps("🗓 At", on=once)
    (planned,) = await talk.says("tomorrow 10")
    assert "Scheduled." in planned.html


async def test_everybody_by_their_own_clock(talk: BotTalk, boss: Staff) -> None:
    await talk.taps("🌍 Everybody", on=await _when(talk, boss))
    (draft,) = await talk.says("Friday 10")
    assert "Fri 27 Nov, 10:00, each by their own clock" in draft.html
    (card,) = await talk.taps("🚀 Start", on=draft)
    assert "Scheduled." in card.html
    assert "each by their own clock" in card.html
    mailing = await _mailing(talk)
    assert (mailing.state, mailing.own_time) == (MailingState.SCHEDULED, "2026-11-27T10:00")
    assert mailing.starts_at == datetime(2026, 11, 26, 19, 30, tzinfo=UTC)


async def test_hours_of_its_own_by_a_tap_or_by_words(talk: BotTalk, boss: Staff) -> None:
    (asked,) = await talk.taps("⏱ Only within", on=await _when(talk, boss))
    (unclear,) = await talk.says("whenever")
    assert "whenever" in unclear.html
    (draft,) = await talk.taps("Monday to Friday", on=asked)
    assert "Only Mon, Tue, Wed, Thu, Fri 10:00–18:00" in draft.html
    (when,) = await talk.taps("🗓 At", on=draft)
    await talk.taps("⏱ Only within", on=when)
    (draft,) = await talk.says("пн-сб 9-20")
    assert "Mon, Tue, Wed, Thu, Fri, Sat 09:00–20:00" in draft.html
    async with talk.database.read() as session:
        kept = (await session.execute(select(Mailing))).scalar_one()
    assert (kept.window_days, kept.window_from, kept.window_until) == (63, 540, 1200)


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("10-18", SendWindow(127, 600, 1080)),
        ("weekdays 10-18", SendWindow(31, 600, 1080)),
        ("Mon-Fri 9:30 to 17:45", SendWindow(31, 570, 1065)),
        ("по будням с 10 до 18", SendWindow(31, 600, 1080)),
        ("วันทำการ 10-18", SendWindow(31, 600, 1080)),
        ("monday 8–24", SendWindow(1, 480, 1440)),
        ("banana 10-18", None),
        ("10", None),
        ("", None),
    ],
)
def test_hours_as_people_write_them(text: str, window: SendWindow | None) -> None:
    assert read_window(text) == window


@pytest.mark.parametrize("language", Language)
async def test_the_card_with_everything_on_it_reads_in_every_language(
    talk: BotTalk, boss: Staff, language: Language
) -> None:
    """A draft and its series, with hours, a second channel, files, a trial, gaps and a language that is lacking."""
    await _prepare(talk, boss, clients=3, text="Hello {name} of {company}")
    (card,) = await talk.taps("✉️ News", on=await _chosen(talk))
    mailing_id = (await _mailing(talk)).id
    now = talk.clock.now()
    async with talk.database.write() as session:
        rep = await session.get_one(Staff, talk.staff.id)
        rep.language = language
        await make_client(session, "น้อย", owner=rep, email="n@x.example", city="Riga", city_key="riga", language="th")
        text = await templates.create(session, actor=boss, name="Short", channel=Channel.SMS, now=now)
        await templates.write_version(session, actor=boss, template_id=text.id, language=Language.EN, text="T", now=now)
        await mailings.with_sms(session, actor=rep, mailing_id=mailing_id, template_id=text.id, now=now)
        await mailings.keep_hours(session, actor=rep, mailing_id=mailing_id, window=SendWindow(31, 600, 1080), now=now)
        await trials.try_out(session, actor=rep, mailing_id=mailing_id, subject="Other", now=now)
        rule = Rule(Every.WEEK, (600,), weekdays=frozenset({0}))
        await mailings.recur(session, actor=rep, mailing_id=mailing_id, rule=rule, each_own_time=True, now=now)
    (draft,) = await talk.presses(f"mv:{mailing_id}", message_id=card.message_id)
    assert "10:00–18:00" in draft.html
    assert "Short" in draft.html
    assert "Other" in draft.html
    assert "{company}" in draft.html
    (card,) = await talk.taps("🚀", on=draft)
    assert "🔁" in card.html
    await _occurs(talk, datetime(2026, 11, 29, 20, tzinfo=UTC))
    (card,) = await talk.presses(f"mv:{mailing_id}", message_id=card.message_id)
    assert any("29" in button["text"] or "30" in button["text"] for button in card.buttons)
    await talk.says("/mailings")


async def _chosen(talk: BotTalk) -> Shown:
    (listed,) = await talk.says("/mailings")
    (segment,) = await talk.taps("＋", on=listed)
    (chosen,) = await talk.taps("Riga", on=segment)
    return chosen
