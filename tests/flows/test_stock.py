"""The warehouse keeper sends the stock list, everybody asks in their own language, a customer gets to see the harmless part."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from tests.flows.conftest import Day
from tests.flows.players import Staff

_HEADERS = "code,name,name_ru,name_th,unit,price,currency,barcode,warehouse,on hand,reserved"
LENGTHS = range(20, 160, 10)


def stock_list(
    *, bolt_price: str = "3.10", nut: str = "NUT-M8,Hex nut M8,Гайка М8,น็อต M8,pcs,0.04,EUR,,Riga,5000,0"
) -> str:
    bolts = [
        f"BLT-M8-{length},Bolt M8x{length} zinc,Болт М8х{length} цинк,โบลท์ M8x{length},pcs,{bolt_price},EUR,,Riga,{length * 10},25"
        for length in LENGTHS
    ]
    return "\n".join([_HEADERS, *bolts, nut, ""])


async def sends_list(who: Staff, text: str, name: str = "stock.csv") -> dict[str, Any]:
    sent = await who.says(
        file={"name": name, "content_base64": b64encode(text.encode()).decode(), "media_type": "text/csv"}
    )
    return await who.sees(name, button="Cancel", after=sent, patience=20)


async def with_stock(day: Day) -> None:
    shown = await sends_list(day.warehouse, stock_list())
    await day.warehouse.taps("Import 15 products", on=shown)
    await day.warehouse.sees("15 new", "0 changed", button="Undo the import")


async def test_a_stock_list_is_read_applied_and_taken_back(day: Day) -> None:
    shown = await sends_list(day.warehouse, stock_list())
    assert "New 15 · changed 0" in shown["text"]
    assert "on hand → on hand" in shown["text"]
    nothing_yet = await day.warehouse.asks("NUT-M8", "NUT-M8")
    assert "Nothing in the catalogue" in nothing_yet["text"]
    await day.warehouse.taps("Import 15 products", on=shown)
    applied = await day.warehouse.sees("15 new", button="Undo the import")
    await day.warehouse.asks("NUT-M8", "Hex nut M8", "5,000 pcs")
    again = await sends_list(
        day.warehouse, stock_list(nut="NUT-M8,Hex nut M8,Гайка М8,น็อต M8,pcs,0.05,EUR,,Riga,4000,0"), "later.csv"
    )
    assert "New 0 · changed 1 · as before 14" in again["text"]
    assert "€0.04" in again["text"]
    await day.warehouse.taps("Cancel", on=again)
    await day.warehouse.taps("Undo the import", on=applied)
    await day.warehouse.sees("Undone: 15 removed")
    gone = await day.warehouse.asks("stock nut", "nut")
    assert "Nothing in the catalogue" in gone["text"]


async def test_the_question_in_three_languages_finds_the_same_article(day: Day) -> None:
    await with_stock(day)
    card = await day.rep.asks("stock M8 x 40", "Bolt M8x40 zinc", "BLT-M8-40", "€3.10")
    assert "Can be promised: 375 pcs" in card["text"]
    assert "Riga: 375 (on hand 400, reserved 25)" in card["text"]
    for language, question, name in (
        ("Русский", "есть ли болт м8х40", "Болт М8х40"),
        ("ไทย", "เหลือกี่ตัว m8x40", "โบลท์ M8x40"),
    ):
        await speaks(day.rep, language)
        card = await day.rep.asks(question, name, "BLT-M8-40")
        assert "375" in card["text"]


async def test_many_answers_page_and_one_of_them_is_shared_without_figures(day: Day) -> None:
    await with_stock(day)
    hits = await day.rep.asks("stock bolt m8", "14 products", button="›")
    shown = [button["text"] for row in hits["buttons"] for button in row]
    await day.rep.taps("›", on=hits)
    second = await day.rep.sees("14 products", button="2/3")
    assert second["message_id"] == hits["message_id"]
    assert not set(shown[:6]) & {button["text"] for row in second["buttons"][:6] for button in row}
    found = second["buttons"][0][0]["text"]
    await day.rep.taps(found, on=second)
    card = await day.rep.sees(found.partition(" · ")[0], "Can be promised", button="Share")
    await day.rep.taps("Share", on=card)
    shared = await day.rep.sees("In stock", "€3.10", after=card["message_id"])
    assert "25" not in shared["text"].replace("€3.10", "")
    assert "Riga" not in shared["text"]
    await day.rep.taps("Results", on=card)
    assert (await day.rep.sees("14 products"))["message_id"] == card["message_id"]


async def speaks(who: Staff, language: str) -> None:
    """Change the language in the settings, wherever they stand now."""
    card = await who.asks("/settings", button="🌐")
    await who.taps("🌐", on=card)
    await who.taps(language, on=await who.sees(button=language, after=card["message_id"] - 1))
    await who.sees(button="🌐", after=card["message_id"] - 1)
