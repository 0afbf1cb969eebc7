"""Automations in the chat: ready ones in three taps, documents there and back, looks before they run, all in three languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.automations import picture
from bot.automations.saying import trigger_words
from crm import events, segments
from crm.automations import document, recipes, showing, triggers
from crm.automations.errors import DocumentRefused
from crm.client_index import reindex
from storage.models import Automation, AutomationState, AutomationVersion, Enrolment, Language, Role, Template
from tests.bot.conftest import BotTalk, Shown
from tests.factories import make_client, make_staff

CARE = "name: Care\nwhen: client.tagged\nwhere: {tag: hot}\nagain: always\nsteps:\n  - wait: 1 day\n  - add tag: seen\n"


async def manager(talk: BotTalk, language: Language = Language.EN) -> None:
    """The one who talks is a manager who reads this language."""
    async with talk.database.write() as session:
        talk.staff = await make_staff(session, Role.MANAGER, language=language, timezone="Asia/Bangkok")


async def automations(talk: BotTalk) -> list[Automation]:
    async with talk.database.read() as session:
        return list((await session.execute(select(Automation).order_by(Automation.id))).scalars())


async def kept(talk: BotTalk, text: str = CARE) -> Shown:
    """Sent as a message after asking for it; the card."""
    [start] = await talk.says("/automations")
    await talk.taps("📄", on=start)
    said, card = await talk.says(text)
    assert "Version 1 is kept." in said.html
    return card


async def anna_schmidt(talk: BotTalk) -> None:
    """A client who can be searched for."""
    async with talk.database.write() as session:
        client = await make_client(session, "Anna Schmidt", email="anna@baltic.example")
        await reindex(session, client, now=talk.clock.now())


@pytest.mark.parametrize(
    ("language", "menu", "title", "switch"),
    [
        (Language.EN, "Automations", "＋ Welcome", "▶️ Switch on"),
        (Language.RU, "Автоматизации", "＋ Приветствие", "▶️ Включить"),
        (Language.TH, "ระบบอัตโนมัติ", "＋ ต้อนรับลูกค้าใหม่", "▶️ เปิดใช้"),
    ],
)
async def test_a_ready_one_is_on_in_three_taps_from_the_menu(
    talk: BotTalk, language: Language, menu: str, title: str, switch: str
) -> None:
    await manager(talk, language)
    [start] = await talk.says("/menu")
    [listed] = await talk.taps(menu, on=start)
    [recipe] = await talk.taps(title, on=listed)
    await talk.taps(switch, on=recipe)
    [made] = await automations(talk)
    assert (made.state, made.recipe, made.name) == (AutomationState.ON, "welcome", title[2:])
    async with talk.database.read() as session:
        assert len((await session.execute(select(Template))).scalars().all()) == 1


@pytest.mark.parametrize("language", list(Language))
async def test_every_ready_one_is_shown_in_words(talk: BotTalk, language: Language) -> None:
    await manager(talk, language)
    [listed] = await talk.says("/automations")
    for recipe in recipes.every():
        [shown] = await talk.taps(f"＋ {recipe.title[language]}", on=listed)
        assert recipe.title[language] in shown.html
        assert "{" not in shown.html.replace("{name}", "")
        assert "$" not in shown.html


async def test_what_is_good_to_know_is_said_when_it_goes_on(talk: BotTalk) -> None:
    await manager(talk)
    [listed] = await talk.says("/automations")
    [recipe] = await talk.taps("＋ Invoice due", on=listed)
    [card] = await talk.taps("▶️ Switch on", on=recipe)
    assert "“invoice.due” comes from another program" in card.html
    [listed] = await talk.says("/automations")
    assert "＋ Invoice due" not in [button["text"] for button in listed.buttons]
    said = [button["text"] for button in listed.buttons]
    assert said[0] == "▶️ Invoice due"
    assert said[1].startswith("＋")
    assert "Those with ＋ are ready" in listed.html
    assert "Ready to switch on" not in listed.html


@pytest.mark.parametrize(
    ("trigger", "said"),
    [
        ("when: quiet\ndays: 60 days", "1 client meets the rule now; each enters when their day comes."),
        ("when: client.tagged", "1 client meets the rule now; each enters when it happens to them."),
        ("when: stock.back", "1 client meets the rule now; all of them enter together when it happens."),
    ],
)
async def test_whom_the_rule_means_are_not_written_to_at_once(talk: BotTalk, trigger: str, said: str) -> None:
    await manager(talk)
    await anna_schmidt(talk)
    card = await kept(talk, f"name: Care\n{trigger}\nonly: has email\nsteps:\n  - add tag: seen\n")
    [shown] = await talk.taps("▶️ Switch on", on=card)
    assert said in shown.html


@pytest.mark.parametrize(
    ("language", "asked", "said"),
    [
        (Language.EN, "imported: no", "a new client (not from an import)"),
        (Language.RU, "imported: нет", "новый клиент (не из импорта)"),
        (Language.TH, "imported: ใช่", "ลูกค้าใหม่ (จากการนำเข้า)"),
    ],
)
def test_what_an_event_must_say_is_said_in_words(language: Language, asked: str, said: str) -> None:
    made = document.read(f"name: A\nwhen: client.created\nwhere: {{{asked}}}\nsteps: []\n")
    assert trigger_words(language, made.trigger) == said


async def test_a_card_names_the_topic_and_says_when_there_is_none_of_that_name(talk: BotTalk) -> None:
    await manager(talk)
    card = await kept(talk, CARE.replace("again:", "topic: News\nagain:"))
    assert "Topic: News" in card.html
    [refused] = await talk.taps("▶️ Switch on", on=card)
    assert "There is no topic “News” to choose." in refused.html


async def test_a_rule_with_a_day_is_said_with_the_day_it_is_by_now(talk: BotTalk) -> None:
    """In the reader's own zone: in Bangkok it is the next day already."""
    await manager(talk)
    talk.clock.at = datetime(2026, 11, 24, 20, tzinfo=UTC)
    rule = "created since yesterday"
    branch = f"  - if: {rule}\n    then: [stop]\n"
    card = await kept(talk, CARE.replace("again:", f"only: {rule}\nagain:") + branch)
    assert card.html.count("24 Nov 2026") == 2
    assert segments.describe(segments.parse(rule, today=date(2026, 11, 25)), Language.EN) in card.html


async def test_paused_resumed_and_put_away(talk: BotTalk) -> None:
    await manager(talk)
    card = await kept(talk)
    [card] = await talk.taps("▶️ Switch on", on=card)
    [card] = await talk.taps("⏸ Pause", on=card)
    assert "Paused: nobody enters" in card.html
    [card] = await talk.taps("▶️ Resume", on=card)
    [sure] = await talk.taps("Put away", on=card)
    await talk.taps("Yes", on=sure)
    [one] = await automations(talk)
    assert one.archived_at is not None
    [listed] = await talk.says("/automations")
    assert "Nothing runs by itself" in listed.html


async def test_the_document_goes_out_and_comes_back_as_a_new_version(talk: BotTalk) -> None:
    await manager(talk)
    card = await kept(talk)
    await talk.taps("✏️ Edit", on=card)
    [sent] = [parameters for name, parameters in talk.recorder.calls if name == "sendDocument"]
    assert "becomes version 2" in sent["caption"]
    talk.recorder.files["d1"] = CARE.replace("1 day", "2 days").encode()
    said, card = await talk.says(document=a_file("automation-1.yaml"))
    assert "Version 2 is kept." in said.html
    assert "wait 2 days" in card.html
    # The form is over; the same file sent later still knows whose it is.
    said, _ = await talk.says(document=a_file("automation-1.yaml"))
    assert said.html == "Nothing has changed."
    async with talk.database.read() as session:
        kept_texts = (await session.execute(select(AutomationVersion.document))).scalars().all()
    assert [document.read(text).steps[0] for text in kept_texts] == [
        document.read(text).steps[0] for text in (CARE, CARE.replace("1 day", "2 days"))
    ]


def a_file(name: str) -> dict[str, object]:
    return {
        "file_id": "d1",
        "file_unique_id": "d",
        "file_name": name,
        "mime_type": "application/yaml",
        "file_size": 300,
    }


async def test_what_can_start_one_is_listed_where_a_document_is_asked_for(talk: BotTalk) -> None:
    await manager(talk)
    [start] = await talk.says("/automations")
    [card] = await talk.taps("📄", on=start)
    assert all(f"<code>{name}</code>" in card.html for name in triggers.REGISTRY)


async def test_a_document_on_its_own_is_a_new_automation(talk: BotTalk) -> None:
    await manager(talk)
    talk.recorder.files["d1"] = CARE.encode()
    said, card = await talk.says(document=a_file("anything.yml"))
    assert "Version 1 is kept." in said.html
    assert "📝 <b>Care</b>" in card.html


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.EN, ("Line 6, column 5 (“wiat”)", "no such step", "Did you mean “wait”?")),
        (Language.RU, ("Строка 6, столбец 5 («wiat»)", "Такого шага нет", "имелось в виду «wait»")),
        (Language.TH, ("บรรทัด 6 คอลัมน์ 5 (“wiat”)", "ไม่มีขั้นตอนแบบนี้", "หมายถึง “wait” หรือเปล่า")),
    ],
)
async def test_what_is_wrong_is_said_with_its_line_and_a_hint(
    talk: BotTalk, language: Language, words: tuple[str, ...]
) -> None:
    await manager(talk, language)
    [start] = await talk.says("/automations")
    await talk.taps("📄", on=start)
    [said] = await talk.says(CARE.replace("- wait", "- wiat"))
    assert all(part in said.html for part in words), said.html
    # The form goes on: the mended document is taken.
    assert len(await talk.says(CARE)) == 2


async def test_a_wrong_rule_says_what_is_wrong_with_it(talk: BotTalk) -> None:
    await manager(talk)
    [start] = await talk.says("/automations")
    await talk.taps("📄", on=start)
    [said] = await talk.says(CARE + "  - if: city >\n    then: [stop]\n")
    assert "Line 8" in said.html
    assert "This rule cannot be read." in said.html
    assert "I stumbled at character" in said.html


async def test_what_cannot_be_switched_on_says_why_and_stays_a_draft(talk: BotTalk) -> None:
    await manager(talk)
    card = await kept(talk, CARE.replace("seen", "hot") + "  - send email: Nothing\n")
    [card] = await talk.taps("▶️ Switch on", on=card)
    assert "There is no company template “Nothing”." in card.html
    assert "It could go round without end: Care → Care." in card.html
    assert (await automations(talk))[0].state is AutomationState.DRAFT


async def test_one_client_is_tried_with_a_moved_clock(talk: BotTalk) -> None:
    await manager(talk)
    await anna_schmidt(talk)
    [listed] = await talk.says("/automations")
    [recipe] = await talk.taps("＋ Win back", on=listed)
    [card] = await talk.taps("▶️ Switch on", on=recipe)
    await talk.taps("🧪", on=card)
    [which] = await talk.says("anna")
    [seen] = await talk.taps("Anna Schmidt", on=which)
    assert "They would not be let in now" in seen.html
    assert "email “It has been a while”" in seen.html
    assert "follow-up in 1 day" in seen.html
    assert "Nothing was sent." in seen.html


async def test_the_words_of_a_step_are_filled_for_the_client_it_is_tried_on(talk: BotTalk) -> None:
    await manager(talk)
    await anna_schmidt(talk)
    steps = 'steps:\n  - tell owner: "{name} is hot"\n  - follow-up: "Call {name}"\n    in: 1 day\n'
    card = await kept(talk, CARE.partition("steps:")[0] + steps)
    await talk.taps("🧪", on=card)
    [which] = await talk.says("anna")
    [seen] = await talk.taps("Anna Schmidt", on=which)
    assert "tell the owner: Anna Schmidt is hot" in seen.html
    assert "Call Anna Schmidt" in seen.html


async def test_the_last_90_days_are_replayed_from_the_card(talk: BotTalk) -> None:
    await manager(talk)
    card = await kept(talk)
    [seen] = await talk.taps("⏪", on=card)
    assert "Nobody would have entered." in seen.html


async def test_everybody_of_a_replay_comes_as_a_table(talk: BotTalk) -> None:
    await manager(talk)
    async with talk.database.write() as session:
        anna = await make_client(session, "=Anna", email="anna@baltic.example")
        at = talk.clock.now() - timedelta(days=9)
        events.record(session, "client.tagged", now=at, client_id=anna.id, tag="Hot")
    card = await kept(talk)
    [seen] = await talk.taps("⏪", on=card)
    assert "1 client would have entered." in seen.html
    assert "=Anna" in seen.html
    await talk.taps("📄 Everybody", on=seen)
    [sent] = [parameters for name, parameters in talk.recorder.calls if name == "sendDocument"]
    assert "over the last 90 days" in sent["caption"]


async def test_a_line_that_is_no_document_is_read_like_any_other(talk: BotTalk) -> None:
    await manager(talk)
    [start] = await talk.says("/automations")
    await talk.taps("📄", on=start)
    [said] = await talk.says("stock m8")
    assert "Line 1" not in said.html


async def test_a_rep_looks_but_changes_nothing(talk: BotTalk) -> None:
    boss_talk = talk
    await manager(boss_talk)
    await kept(boss_talk)
    async with talk.database.write() as session:
        rep = await make_staff(session, Role.REP)
    [listed] = await talk.says("/automations", by=rep)
    assert not [button for button in listed.buttons if button["text"].startswith(("＋", "📄"))]
    [card] = await talk.taps("📝 Care", on=listed, by=rep)
    assert not [button for button in card.buttons if "Switch on" in button["text"]]
    talk.recorder.files["d1"] = CARE.replace("Care", "Other").encode()
    await talk.says(document=a_file("other.yaml"), by=rep)
    assert len(await automations(talk)) == 1


class TestPicture:
    @pytest.mark.parametrize("language", list(Language))
    def test_every_ready_one_is_drawn(self, language: Language, now: datetime) -> None:
        pytest.importorskip("matplotlib", reason="matplotlib is not installed: no pictures of flows were drawn")
        for recipe in recipes.every():
            assert picture.draw(recipe.definition(language), language, now.date()).startswith(b"\x89PNG")

    async def test_it_comes_as_a_file_of_its_own(self, talk: BotTalk) -> None:
        pytest.importorskip("matplotlib", reason="matplotlib is not installed: no pictures of flows were drawn")
        await manager(talk)
        card = await kept(talk)
        await talk.taps("🗺", on=card)
        [listed] = await talk.says("/automations")
        [recipe] = await talk.taps("＋ Welcome", on=listed)
        await talk.taps("🗺", on=recipe)
        captions = [parameters["caption"] for name, parameters in talk.recorder.calls if name == "sendDocument"]
        assert captions == ["<b>Care</b>", "<b>Welcome</b>"]

    def test_words_break_between_signs(self) -> None:
        thai = picture._wrapped("ผู้ดูแลลูกค้าที่ไม่ได้ติดต่อมานานหลายวันมากแล้วจริงๆ")
        assert "".join(thai) == "ผู้ดูแลลูกค้าที่ไม่ได้ติดต่อมานานหลายวันมากแล้วจริงๆ"
        assert len(thai) > 1
        assert picture._wrapped("one two " * 40)[-1].endswith("…")
        assert len(picture._wrapped("one two " * 40)[-1]) <= 34
        assert len(picture._wrapped("one two " * 40)) == 4

    async def test_where_it_cannot_be_drawn_the_button_says_so(
        self, talk: BotTalk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def missing() -> None:
            raise picture.NoPainter

        monkeypatch.setattr(picture, "_matplotlib", missing)
        await manager(talk)
        card = await kept(talk)
        await talk.taps("🗺", on=card)
        assert "not installed" in talk.toast()


def test_the_example_shown_is_one_that_is_read() -> None:
    for language in Language:
        recipe = recipes.get("welcome")
        assert recipe is not None
        shown = document.write(recipe.definition(language), language)
        assert document.read(shown) == recipe.definition(language)
    with pytest.raises(DocumentRefused):
        document.read(shown + "x")


async def test_those_inside_stay_on_their_version_until_they_are_moved(talk: BotTalk) -> None:
    await manager(talk)
    card = await kept(talk)
    [card] = await talk.taps("▶️ Switch on", on=card)
    now = talk.clock.now()
    async with talk.database.write() as session:
        anna = await make_client(session, "Anna Schmidt")
        made = (await session.execute(select(Automation))).scalar_one()
        version = await showing.newest(session, made)
        inside = {"automation_id": made.id, "version_id": version.id, "client_id": anna.id, "entry_key": "event:1"}
        session.add(Enrolment(**inside, place="0", due_at=now, entered_at=now))
    await talk.taps("✏️ Edit", on=card)
    await talk.says(CARE + "  - stop\n")
    [card] = await talk.says("/automations")
    [card] = await talk.taps("▶️ Care · 1", on=card)
    [people] = await talk.taps("👥 Inside (1)", on=card)
    assert "Anna Schmidt</b>: wait 1 day" in people.html
    assert "(version 1)" in people.html
    await talk.taps("⤴️ Move them to version 2", on=people)
    assert talk.toast() == "Moved: 1. Stayed where they are, because their step is another now: 0."
    [people] = await talk.taps("👥 Inside (1)", on=card)
    assert "(version 1)" not in people.html
    [story] = await talk.taps("1", on=people)
    assert "moved from version 1 to 2" in story.html
