"""A manager sends a list of clients; a rep shares a contact: nobody is made twice, and what went wrong can be taken back."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from tests.flows.conftest import ANNA_PHONE, Day

CLIENTS = (
    "Name,Компания,Телефон,E-mail,City\n"
    "Bruno Weiss,Weiss GmbH,+49 30 901820,bruno@weiss.example,Berlin\n"
    f"Anna Schmidt,Baltic Tools,{ANNA_PHONE},anna@baltic.example,Tallinn\n"
    "Carla Rossi,Rossi SRL,12,carla@rossi.example,Milan\n"
)


async def sends_clients(day: Day) -> dict[str, Any]:
    file = {"name": "clients.csv", "content_base64": b64encode(CLIENTS.encode()).decode(), "media_type": "text/csv"}
    sent = await day.manager.says(file=file)
    return await day.manager.sees("clients.csv", button="Cancel", after=sent, patience=20)


async def test_a_list_is_mapped_shown_applied_and_taken_back(day: Day) -> None:
    shown = await sends_clients(day)
    assert "Телефон → phone" in shown["text"]
    assert "new: 1 · ✏️ changed: 1" in shown["text"]
    assert "city: Riga → Tallinn" in shown["text"]
    assert "row 4" in shown["text"]
    await day.manager.taps("Fix columns", on=shown)
    columns = await day.manager.sees("Which column", button="City → city")
    await day.manager.taps("City → city", on=columns)
    await day.manager.taps("left out", on=await day.manager.sees("City", button="🚫 left out"))
    mapped = await day.manager.sees("clients.csv", "City → left out")
    assert "Riga" not in mapped["text"]
    await day.manager.taps("Import the", on=mapped)
    applied = await day.manager.sees("Imported.", button="Undo the import")
    await day.manager.asks("Weiss", "Bruno Weiss", "bruno@weiss.example")
    kept = await day.manager.asks("Anna Schmidt", "Anna Schmidt", "Baltic Tools")
    assert "Riga" in kept["text"]
    await day.manager.taps("Undo the import", on=applied)
    await day.manager.sees("The import is undone", "Removed: 1, put back: 1")
    await day.manager.asks("Bruno Weiss", "I found nothing")


async def test_a_shared_contact_becomes_a_client_once(day: Day) -> None:
    contact = {"phone_number": "+66812345678", "first_name": "Marta"}
    sent = await day.rep.says(contact=contact)
    offered = await day.rep.sees("Marta", button="New client", after=sent)
    await day.rep.taps("New client", on=offered)
    await day.rep.sees("Where did Marta come from", after=sent)
    again = await day.rep.says(contact={**contact, "first_name": "Somebody"})
    card = await day.rep.sees("Marta", "+66", button="Call", after=again)
    assert not any("New client" in button["text"] for row in card["buttons"] for button in row)


async def test_the_shared_number_of_a_client_shows_the_client(day: Day) -> None:
    sent = await day.rep.says(contact={"phone_number": ANNA_PHONE.removeprefix("+"), "first_name": "Ann"})
    await day.rep.sees("Anna Schmidt", "anna@baltic.example", button="Call", after=sent)
