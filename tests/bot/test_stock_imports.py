"""A stock list sent to the chat: the keeper sees the difference, applies it, takes it back; others' tables stay theirs."""

from __future__ import annotations

from sqlalchemy import select

from crm import stock
from storage.models import Language, Product, Role, Staff
from tests.bot.conftest import BotTalk, Shown
from tests.factories import make_staff
from tests.factories.products import make_product

LIST = "code,name,price,unit,warehouse,stock,reserved\nB-1,Bolt <M8>,0.13,pcs,Riga,100,5\nN-1,Nut,0.05,pcs,Riga,many,\n"


async def _keeper(talk: BotTalk, role: Role = Role.WAREHOUSE, language: Language = Language.EN) -> Staff:
    async with talk.database.write() as session:
        return await make_staff(session, role, telegram_id=700 + len(role), language=language)


async def _sends(talk: BotTalk, by: Staff, content: str, name: str = "stock.csv") -> list[Shown]:
    talk.recorder.files["list"] = content.encode()
    document = {
        "file_id": "list",
        "file_unique_id": "u1",
        "file_name": name,
        "mime_type": "text/csv",
        "file_size": len(content.encode()),
    }
    return await talk.says(by=by, document=document)


async def test_a_stock_list_is_seen_applied_and_taken_back(talk: BotTalk) -> None:
    keeper = await _keeper(talk)
    (seen,) = await _sends(talk, keeper, LIST)
    assert "Stock list <b>stock.csv</b>" in seen.html
    assert "stock → on hand" in seen.html
    assert "New 1 · changed 0 · as before 0 · with errors 1" in seen.html
    assert "New warehouses: Riga" in seen.html
    assert "➕ <b>B-1</b> Bolt &lt;M8&gt;" in seen.html
    assert "Row 3: I cannot read “many”" in seen.html
    (done,) = await talk.taps("✅ Import 1 product without errors", on=seen, by=keeper)
    assert "Done: 1 new, 0 changed, 1 left out." in done.html
    (card,) = await talk.says("B-1", by=keeper)
    assert "• Riga: <b>95</b> (on hand 100, reserved 5)" in card.html
    (undone,) = await talk.taps("↩︎ Undo the import", on=done, by=keeper)
    assert "Undone: 1 removed, 0 put back" in undone.html
    (nothing,) = await talk.says("B-1", by=keeper)
    assert "Nothing in the catalogue" in nothing.html
    async with talk.database.read() as session:
        assert await stock.check_balances(session) == []


async def test_a_changed_price_is_shown_as_money(talk: BotTalk) -> None:
    keeper = await _keeper(talk, language=Language.RU)
    async with talk.database.write() as session:
        await make_product(session, "B-1", name_en="Bolt", price_minor=1234, currency="THB")
    (seen,) = await _sends(talk, keeper, "code,price\nB-1,20\n")
    assert "изменится 1" in seen.html
    assert "цена: 12,34" in seen.html
    assert "20,00" in seen.html


async def test_a_dropped_list_changes_nothing(talk: BotTalk) -> None:
    keeper = await _keeper(talk)
    (seen,) = await _sends(talk, keeper, LIST)
    (dropped,) = await talk.taps("Cancel", on=seen, by=keeper)
    assert dropped.edited
    async with talk.database.read() as session:
        assert (await session.execute(select(Product))).first() is None
    apply = next(b["callback_data"] for b in seen.buttons if b["text"].startswith("✅"))
    await talk.presses(apply, message_id=seen.message_id, by=keeper)
    async with talk.database.read() as session:
        assert (await session.execute(select(Product))).first() is None


async def test_an_admins_client_list_is_no_stock_list(talk: BotTalk) -> None:
    admin = await _keeper(talk, Role.ADMIN)
    shown = await _sends(talk, admin, "name,phone\nAnna,+66812345678\n", "clients.csv")
    assert not any("Stock list" in card.html for card in shown)
    (seen,) = await _sends(talk, admin, LIST)
    assert "Stock list" in seen.html
