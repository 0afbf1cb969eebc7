"""Segments in the chat: typed, said back in words with a count, named, opened again; lists made by searching."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from crm.client_index import searched
from storage.models import Client, Language, Role, Segment, Staff
from tests.bot.conftest import BotTalk
from tests.factories import make_client, make_staff


async def _boss(talk: BotTalk, language: Language = Language.EN) -> Staff:
    async with talk.database.write() as session:
        return await make_staff(session, Role.MANAGER, telegram_id=900, language=language, timezone="Asia/Bangkok")


async def _clients(talk: BotTalk, *people: tuple[str, str], **fields: Any) -> list[Client]:
    made = []
    async with talk.database.write() as session:
        for name, city in people:
            text, key, city_key = searched(name=name, city=city)
            made.append(
                await make_client(session, name, city=city, search_text=text, name_key=key, city_key=city_key, **fields)
            )
    return made


async def test_a_rule_is_typed_seen_and_kept(talk: BotTalk) -> None:
    boss = await _boss(talk)
    await _clients(talk, ("Anna <Bee>", "Bangkok"), ("Boris", "Bangkok"), ("Chai", "Phuket"))
    (listed,) = await talk.says("/segments", by=boss)
    assert "No segments yet" in listed.html
    (asked,) = await talk.taps("＋ New by rule", on=listed, by=boss)
    assert "Write whom you mean" in asked.html
    (seen,) = await talk.says("city = Bangkok and not tag = vip", by=boss)
    assert "Understood: <b>city is Bangkok and tag is not vip</b>" in seen.html
    assert "2 clients now: Anna &lt;Bee&gt;, Boris" in seen.html
    (replaced,) = await talk.says("city = Phuket", by=boss)
    assert "1 client now: Chai" in replaced.html
    (named,) = await talk.taps("Save", on=replaced, by=boss)
    assert "What shall it be called?" in named.html
    (card,) = await talk.says("The south", by=boss)
    assert card.html.startswith("<b>The south</b>\nRule: city is Phuket\n1 client now: Chai")
    (listed,) = await talk.says("/segments", by=boss)
    assert "1 segment" in listed.html
    assert any(button["text"] == "The south" for button in listed.buttons)


async def test_a_rule_that_cannot_be_read_says_where_and_waits(talk: BotTalk) -> None:
    boss = await _boss(talk, Language.RU)
    (listed,) = await talk.says("/segments", by=boss)
    await talk.taps("＋ Новый по правилу", on=listed, by=boss)
    (refused,) = await talk.says("город = Москва и источнек = сайт", by=boss)
    assert "знаке 18" in refused.html
    assert "источник" in refused.html
    (refused,) = await talk.says("город = Москва и (", by=boss)
    assert "знаке 19." in refused.html
    (seen,) = await talk.says("город = Москва", by=boss)
    assert "город — Москва" in seen.html
    assert "Сейчас никого." in seen.html


async def test_an_unknown_colleague_is_named(talk: BotTalk) -> None:
    boss = await _boss(talk, Language.TH)
    (listed,) = await talk.says("/segments", by=boss)
    await talk.taps("＋ สร้างด้วยเงื่อนไข", on=listed, by=boss)
    (refused,) = await talk.says("ผู้ดูแล = Rita Reb", by=boss)
    assert "rita rep" in refused.html


async def test_a_list_is_made_by_searching_and_changed_by_hand(talk: BotTalk) -> None:
    boss = await _boss(talk)
    await _clients(talk, ("Anna One", "Riga"), ("Anna Two", "Riga"), ("Boris", "Riga"))
    (listed,) = await talk.says("/segments", by=boss)
    await talk.taps("＋ New list", on=listed, by=boss)
    (found,) = await talk.says("anna", by=boss)
    assert "2 found" in found.html
    await talk.taps("Take 2 clients", on=found, by=boss)
    (card,) = await talk.says("Annas", by=boss)
    assert "A list kept by hand." in card.html
    assert "2 clients now" in card.html
    await talk.taps("Add by search", on=card, by=boss)
    (found,) = await talk.says("boris", by=boss)
    (card,) = await talk.taps("Take 1 client", on=found, by=boss)
    assert "3 clients now" in card.html
    (people,) = await talk.taps("Who is in it", on=card, by=boss)
    (people,) = await talk.taps("✕ Anna Two", on=people, by=boss)
    assert [button["text"] for button in people.buttons if button["text"].startswith("✕")] == ["✕ Anna One", "✕ Boris"]


async def test_a_segment_is_changed_and_put_away(talk: BotTalk) -> None:
    boss = await _boss(talk)
    (listed,) = await talk.says("/segments", by=boss)
    await talk.taps("＋ New by rule", on=listed, by=boss)
    (seen,) = await talk.says("has email", by=boss)
    await talk.taps("Save", on=seen, by=boss)
    (card,) = await talk.says("Mailable", by=boss)
    (now_is,) = await talk.taps("Change the rule", on=card, by=boss)
    assert "Understood: <b>has an email</b>" in now_is.html
    assert any(button["text"] == "＋ and" for button in now_is.buttons)
    (seen,) = await talk.says("has email and has phone", by=boss)
    (card,) = await talk.taps("Save", on=seen, by=boss)
    assert "has an email and has a phone" in card.html
    (sure,) = await talk.taps("Archive", on=card, by=boss)
    (gone,) = await talk.taps("Yes", on=sure, by=boss)
    assert "“Mailable” is archived" in gone.html
    async with talk.database.read() as session:
        (segment,) = (await session.execute(select(Segment))).scalars()
        assert segment.archived_at is not None


async def test_a_rep_looks_but_does_not_change(talk: BotTalk) -> None:
    boss = await _boss(talk)
    await _clients(talk, ("Mine", "Riga"), owner=talk.staff)
    await _clients(talk, ("Theirs", "Riga"), owner=boss)
    (listed,) = await talk.says("/segments", by=boss)
    await talk.taps("＋ New by rule", on=listed, by=boss)
    (seen,) = await talk.says("city = Riga", by=boss)
    assert "2 clients now" in seen.html
    await talk.taps("Save", on=seen, by=boss)
    await talk.says("Riga", by=boss)
    (listed,) = await talk.says("/segments")
    assert not any("＋" in button["text"] for button in listed.buttons)
    (card,) = await talk.taps("Riga", on=listed)
    assert "1 client now: Mine" in card.html
    assert not any(button["text"] in ("Change the rule", "Archive") for button in card.buttons)
    assert await talk.presses("gn:0", message_id=card.message_id) == []
    assert "not open to you" in talk.toast()
