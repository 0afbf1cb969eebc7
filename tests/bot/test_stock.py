"""Asking for stock in the chat: one article is a card, several are buttons, a shared text keeps our figures to ourselves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Language, Product, Role, Staff
from tests.bot.conftest import BotTalk
from tests.factories import make_staff
from tests.factories.products import expect, fill_catalogue, make_product, make_warehouse, put_on_shelf


async def _valve(session: AsyncSession) -> Product:
    product = await make_product(
        session,
        "VLV-1",
        name_en="Ball valve <1/2>",
        name_ru="Кран шаровой",
        name_th="บอลวาล์ว",
        price_minor=690,
        currency="EUR",
        barcode="2000420001357",
    )
    main, far = await make_warehouse(session, "BKK", "Bangkok"), await make_warehouse(session, "RIX", "Riga & Co")
    await put_on_shelf(session, product, main, on_hand=1250, reserved=50)
    await put_on_shelf(session, product, far, on_hand=0)
    await expect(session, product, far, 300, expected_on=date(2026, 12, 24))
    return product


async def _keeper(talk: BotTalk, language: Language = Language.EN) -> Staff:
    async with talk.database.write() as session:
        return await make_staff(session, Role.WAREHOUSE, telegram_id=777, language=language)


async def test_one_article_is_a_card(talk: BotTalk) -> None:
    async with talk.database.write() as session:
        await _valve(session)
    (card,) = await talk.says("stock ball valve")
    assert "<b>Ball valve &lt;1/2&gt;</b>" in card.html
    assert "VLV-1 · €6.90 per pcs · Barcode 2000420001357" in card.html
    assert "Can be promised: <b>1,200 pcs</b>" in card.html
    assert "• Bangkok: <b>1,200</b> (on hand 1,250, reserved 50)" in card.html
    assert "• Riga &amp; Co: <b>0</b>" in card.html
    assert "• 24 Dec 2026: +300 pcs → Riga &amp; Co" in card.html
    (shared,) = await talk.taps("Share", on=card)
    assert shared.html == "Ball valve &lt;1/2&gt;\nVLV-1 · €6.90 per pcs\nIn stock"
    assert not shared.edited
    assert "1,2" not in shared.html
    assert "Bangkok" not in shared.html


async def test_a_low_mark_stands_on_the_card_where_one_is_set(talk: BotTalk) -> None:
    async with talk.database.write() as session:
        await make_product(session, "VLV-1", name_en="Ball valve", low_mark=Decimal(1200))
        await make_product(session, "BLT-1", name_en="Bolt")
    (card,) = await talk.says("stock ball valve")
    assert "low: at or under 1,200" in card.html
    (card,) = await talk.says("stock bolt")
    assert "low:" not in card.html


async def test_several_articles_are_buttons_and_the_way_back(talk: BotTalk) -> None:
    async with talk.database.write() as session:
        await fill_catalogue(session)
    (hits,) = await talk.says("/stock din")
    assert "20 products for “din”" in hits.html
    assert len([button for button in hits.buttons if button["callback_data"].startswith("sp")]) == 6
    (second,) = await talk.taps("›", on=hits)
    assert second.edited
    (card,) = await talk.presses(second.buttons[0]["callback_data"], message_id=second.message_id)
    assert "Can be promised" in card.html or "Not in stock" in card.html
    (again,) = await talk.taps("‹ Results", on=card)
    assert again.html == hits.html


async def test_stock_asks_what_to_look_up(talk: BotTalk) -> None:
    async with talk.database.write() as session:
        await _valve(session)
    (asked,) = await talk.says("/stock")
    assert "What shall I look up?" in asked.html
    (card,) = await talk.says("кран шаровой")
    assert "VLV-1" in card.html
    (asked,) = await talk.says("stock?")
    assert "What shall I look up?" in asked.html


async def test_nothing_found_says_what_was_read(talk: BotTalk) -> None:
    (said,) = await talk.says("stock <b>unobtainium")
    assert "“&lt;b&gt;unobtainium”" in said.html or "unobtainium" in said.html
    assert "<b>" not in said.html


async def test_a_bare_code_and_a_barcode_are_questions(talk: BotTalk) -> None:
    async with talk.database.write() as session:
        await _valve(session)
    for line in ("vlv1", "VLV-1", "2000420001357"):
        (card,) = await talk.says(line)
        assert "VLV-1" in card.html, line


async def test_the_keeper_just_writes_a_name_in_their_language(talk: BotTalk) -> None:
    keeper = await _keeper(talk, Language.RU)
    async with talk.database.write() as session:
        await _valve(session)
    (card,) = await talk.says("кран", by=keeper)
    assert "<b>Кран шаровой</b>" in card.html
    assert "Можно обещать: <b>1\xa0200 pcs</b>" in card.html
    (nothing,) = await talk.says("Иванов", by=keeper)
    assert "Иванов" in nothing.html


async def test_the_list_of_one_is_not_anothers(talk: BotTalk) -> None:
    keeper = await _keeper(talk)
    async with talk.database.write() as session:
        await fill_catalogue(session)
    (hits,) = await talk.says("stock bolt m8")
    data = next(b["callback_data"] for b in hits.buttons if b["callback_data"].startswith("sp"))
    (card,) = await talk.presses(data, message_id=hits.message_id)
    back = next(b["callback_data"] for b in card.buttons if b["callback_data"].startswith("sq"))
    assert await talk.presses(back, message_id=9, by=keeper) == []
    assert talk.toast()


async def test_an_article_that_is_gone_says_so(talk: BotTalk) -> None:
    (said,) = await talk.presses("sp:999:0", message_id=5)
    assert "no longer there" in said.html
