"""A client list sent to the chat: shown, corrected by buttons, applied, taken back; and not by everybody."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from storage.models import Client, Role, Staff
from tests.bot.conftest import BotTalk, Shown
from tests.factories import make_staff

LIST = "Who,Mobile,Town\nAnna <b>,+49 30 123456,Berlin\nOtto,+49 30 123457,Bonn\nBroken,12,Rome\n"


async def _send(talk: BotTalk, by: Staff, text: str = LIST, name: str = "list.csv") -> list[Shown]:
    talk.recorder.files["f1"] = text.encode()
    document: dict[str, Any] = {
        "file_id": "f1",
        "file_unique_id": "u1",
        "file_name": name,
        "mime_type": "text/csv",
        "file_size": len(text),
    }
    return await talk.says(document=document, by=by)


async def _manager(talk: BotTalk) -> Staff:
    async with talk.database.write() as session:
        return await make_staff(session, Role.MANAGER, telegram_id=700, timezone="Europe/Berlin")


async def _count(talk: BotTalk) -> int:
    async with talk.database.read() as session:
        query = select(func.count()).select_from(Client).where(Client.archived_at.is_(None))
        return (await session.execute(query)).scalar_one()


async def test_a_list_is_shown_corrected_applied_and_taken_back(talk: BotTalk) -> None:
    boss = await _manager(talk)
    shown = (await _send(talk, boss))[0]
    assert "row 4" in shown.html
    assert "Anna &lt;b&gt;" in shown.html
    assert await _count(talk) == 0
    columns = (await talk.taps("Fix columns", on=shown, by=boss))[0]
    fields = (await talk.taps("Town", on=columns, by=boss))[0]
    corrected = (await talk.taps("notes", on=fields, by=boss))[0]
    assert "Town → <b>notes</b>" in corrected.html
    errors = (await talk.taps("Errors (1)", on=corrected, by=boss))[0]
    assert "“12” does not look like a phone number" in errors.html
    done = (await talk.taps("✅ Import the 2 good rows only", on=corrected, by=boss))[0]
    assert "New: <b>2</b>" in done.html
    assert await _count(talk) == 2
    undone = (await talk.taps("↩︎", on=done, by=boss))[0]
    assert "Removed: <b>2</b>" in undone.html
    assert await _count(talk) == 0


async def test_a_list_from_a_rep_changes_nothing(talk: BotTalk) -> None:
    shown = await _send(talk, talk.staff)
    assert "manager" in shown[0].html
    assert await _count(talk) == 0


async def test_a_file_that_is_no_table_is_refused_kindly(talk: BotTalk) -> None:
    boss = await _manager(talk)
    shown = await _send(talk, boss, text="PK\x03\x04 broken", name="list.xlsx")
    assert "cannot read" in shown[0].html
    assert "below the headers" in (await _send(talk, boss, text="name,phone\n"))[0].html


async def test_days_and_sums_are_shown_as_they_were_read(talk: BotTalk) -> None:
    boss = await _manager(talk)
    text = "Name,Birthday,Spent,Last purchase,Shoe size\nAnna,3/4/1985,1 234.50,2.2.2026,38\nOtto,31.02.1985,,,\n"
    shown = (await _send(talk, boss, text))[0]
    assert "Last purchase → <b>last purchase</b>" in shown.html
    assert "Not understood, left out: <b>Shoe size</b>" in shown.html
    assert "birthday: – → <b>1985-04-03</b>" in shown.html
    assert "sum of purchases: – → <b>1234.50 THB</b>" in shown.html
    assert "row 3: “31.02.1985” in the column “Birthday” is no date I can read" in shown.html
    columns = (await talk.taps("Fix columns", on=shown, by=boss))[0]
    fields = (await talk.taps("Shoe size", on=columns, by=boss))[0]
    corrected = (await talk.taps("field of your own", on=fields, by=boss))[0]
    assert "Not understood" not in corrected.html
    assert "Shoe size: – → <b>38</b>" in corrected.html
    await talk.taps("✅ Import the 1 good row only", on=corrected, by=boss)
    async with talk.database.read() as session:
        anna = (await session.execute(select(Client))).scalar_one()
    assert anna.custom_fields == {"Shoe size": "38"}
