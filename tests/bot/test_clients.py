"""Clients in the chat: made from a line, found by typing, changed from their card, shared, and nobody else's."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from bot.callbacks import Signer
from bot.clients.presses import SetField
from bot.doors import ShowClient
from crm import clients, marketing
from crm.clients import ClientDraft, Field
from storage.models import Client, CounterParty, Interaction, Language, Role, Staff
from storage.queries import contacts as contact_queries
from tests.bot.conftest import BotTalk
from tests.factories import make_staff


async def _client(talk: BotTalk, name: str, *, by: Staff | None = None, **fields: Any) -> Client:
    async with talk.database.write() as session:
        await marketing.ensure_standard_sources(session)
        draft = ClientDraft(name=name, **fields)
        return await clients.create(session, actor=by or talk.staff, draft=draft, now=talk.clock.now(), force=True)


async def test_a_line_makes_a_client_and_asks_where_from(talk: BotTalk) -> None:
    async with talk.database.write() as session:
        await marketing.ensure_standard_sources(session)
    asked = await talk.says("/new")
    assert "Baltic" in asked[0].html
    shown = await talk.says("Anna <Schmidt>, Baltic Tools, +49 30 123456, anna@baltic.example, Berlin, #vip")
    assert "Anna &lt;Schmidt&gt;" in shown[0].html
    assert "+49 30 123456" in shown[0].html
    assert "#vip" in shown[0].html
    reason = await talk.taps("Exhibition", on=shown[1])
    assert "Anna" in reason[0].html
    card = await talk.says("saw our stand")
    assert "Exhibition" in card[0].html
    async with talk.database.read() as session:
        client = (await session.execute(select(Client))).scalar_one()
        assert client.first_contact_reason == "saw our stand"


async def test_a_copy_is_shown_before_it_is_made(talk: BotTalk) -> None:
    await _client(talk, "Anna Schmidt", phones=("+4930123456",))
    shown = await talk.says("/new Somebody, , +49 30 123456")
    assert "Anna Schmidt" in shown[0].html
    made = await talk.taps("➕", on=shown[0])
    assert "Somebody" in made[0].html
    again = await talk.taps("➕", on=shown[0])
    assert again == []
    assert "Already done" in talk.toast()


async def test_a_client_just_made_is_taken_back_for_ten_minutes(talk: BotTalk) -> None:
    shown = await talk.says("/new Mistake")
    talk.advance(minutes=11)
    await talk.taps("↩︎", on=shown[0])
    assert "too late" in talk.toast()
    shown = await talk.says("/new Other mistake")
    undone = await talk.taps("↩︎", on=shown[0])
    assert "undone" in undone[0].html


async def test_typing_finds_and_nothing_found_offers_to_make(talk: BotTalk) -> None:
    for number in range(5):
        await _client(talk, f"Anna {number}")
    found = await talk.says("anna")
    assert [b["text"] for b in found[0].buttons][:4] == ["Anna 0", "Anna 1", "Anna 2", "Show all 5"]
    everything = await talk.taps("Show all", on=found[0])
    assert len([b for b in everything[0].buttons if b["text"].startswith("Anna")]) == 5
    card = await talk.taps("Anna 3", on=everything[0])
    assert "Anna 3" in card[0].html
    nobody = await talk.says("Zebedee Qwx")
    made = await talk.taps("➕", on=nobody[0])
    assert "Zebedee Qwx" in made[0].html


async def test_a_card_is_edited_field_by_field(talk: BotTalk) -> None:
    client = await _client(talk, "Anna")
    card = (await talk.says("/clients anna"))[0]
    more = (await talk.taps("More", on=card))[0]
    fields = (await talk.taps("✏️", on=more))[0]
    asked = (await talk.taps("City", on=fields))[0]
    assert "city" in asked.html
    assert "Bangkok" in (await talk.says("Bangkok"))[0].html
    languages = (await talk.taps("Language", on=fields))[0]
    await talk.taps("Thai", on=languages)
    tags = (await talk.taps("🏷", on=more))[0]
    await talk.taps("➕", on=tags)
    assert "#opt" in (await talk.says("opt, retail"))[0].html
    async with talk.database.read() as session:
        again = await session.get_one(Client, client.id)
        assert (again.city, again.language) == ("Bangkok", Language.TH)


async def test_phones_people_and_counterparties(talk: BotTalk) -> None:
    client = await _client(talk, "Anna")
    card = (await talk.says("anna"))[0]
    more = (await talk.taps("More", on=card))[0]
    points = (await talk.taps("📱", on=more))[0]
    await talk.taps("➕", on=points)
    refused = await talk.says("+49 30 123456\nno phone at all")
    assert "does not look like a phone number" in refused[0].html
    async with talk.database.read() as session:
        assert await contact_queries.points_of(session, client.id) == []
    assert "anna@x.example" in (await talk.says("+49 30 123456, anna@x.example"))[0].html
    people = (await talk.taps("👥", on=more))[0]
    await talk.taps("➕", on=people)
    assert "Otto Weber (buyer)" in (await talk.says("Otto Weber, buyer, +49 30 654321"))[0].html
    parties = (await talk.taps("🏛", on=more))[0]
    await talk.taps("➕", on=parties)
    assert "Anna GmbH" in (await talk.says("Anna GmbH, DE123456789, DE"))[0].html
    async with talk.database.read() as session:
        party = (await session.execute(select(CounterParty))).scalar_one()
        assert (party.tax_id, party.country) == ("DE123456789", "DE")


async def test_a_reply_to_the_card_is_a_note(talk: BotTalk) -> None:
    await _client(talk, "Anna")
    card = (await talk.says("anna"))[0]
    async with talk.database.read() as session:
        from storage.models import CardMessage

        hanging = (await session.execute(select(CardMessage).order_by(CardMessage.id.desc()))).scalars().first()
    assert hanging is not None
    reply = {"reply_to_message": {**talk._head(talk.staff), "message_id": hanging.message_id, "text": card.html}}
    shown = await talk.says("prefers mornings", **reply)
    assert "prefers mornings" in shown[0].html
    history = (await talk.taps("🗂", on=(await talk.says("anna"))[0]))[0]
    assert "prefers mornings" in history.html


async def test_history_pages_and_searches(talk: BotTalk) -> None:
    client = await _client(talk, "Anna")
    async with talk.database.write() as session:
        from storage.models import Direction, InteractionKind, InteractionSource

        for number in range(15):
            session.add(
                Interaction(
                    client_id=client.id,
                    staff_id=talk.staff.id,
                    kind=InteractionKind.CALL,
                    direction=Direction.OUT,
                    text=f"Talk {number} <b>" + ("про Болты" if number == 3 else ""),
                    source=InteractionSource.BUTTONS,
                    at=talk.clock.now(),
                    created_at=talk.clock.now(),
                )
            )
    card = (await talk.says("anna"))[0]
    first = (await talk.taps("🗂", on=card))[0]
    assert "15 entries" in first.html
    assert "Talk 14 &lt;b&gt;" in first.html
    second = (await talk.taps("›", on=first))[0]
    assert "Talk 8 " in second.html
    await talk.taps("🔎", on=second)
    found = (await talk.says("болты"))[0]
    assert "Talk 3" in found.html
    assert "1 entry" in found.html


async def test_a_shared_contact_becomes_a_client_or_a_person(talk: BotTalk) -> None:
    known = await _client(talk, "Baltic Tools", phones=("+4930999999",))
    contact = {"first_name": "Otto", "last_name": "Weber", "phone_number": "4930123456"}
    shown = (await talk.says(contact=contact))[0]
    await talk.taps("👥", on=shown)
    which = (await talk.says("baltic"))[0]
    card = (await talk.taps("Baltic", on=which))[0]
    assert "Otto Weber" in card.html
    assert (await talk.says(contact=contact))[0].html == (await talk.says("Baltic"))[0].html
    other = {"first_name": "New", "phone_number": "+4930123457"}
    made = await talk.taps("➕", on=(await talk.says(contact=other))[0])
    assert "New" in made[0].html
    async with talk.database.read() as session:
        points = await contact_queries.points_of(session, known.id)
        assert {point.value for point in points} == {"+4930999999", "+4930123456"}


async def test_another_reps_client_is_as_good_as_absent(talk: BotTalk) -> None:
    async with talk.database.write() as session:
        other = await make_staff(session, Role.REP, telegram_id=502)
    theirs = await _client(talk, "Secret Schmidt", by=other, phones=("+4930123456",))
    for words in ("secret", "+49 30 123456", "/clients secret"):
        shown = await talk.says(words)
        assert "Schmidt" not in "".join(message.html for message in shown)
    absent = await talk.presses(ShowClient(999_999).body(), message_id=1)
    hidden = await talk.presses(ShowClient(theirs.id).body(), message_id=1)
    assert [m.html for m in absent] == [m.html for m in hidden]


async def test_a_forged_or_borrowed_button_does_nothing(talk: BotTalk) -> None:
    client = await _client(talk, "Anna")
    action = SetField(client.id, Field.LANGUAGE, "th")
    now = talk.clock.now()
    forged = Signer("another secret").pack(action, staff_id=talk.staff.id, now=now)
    borrowed = Signer("test-secret").pack(action, staff_id=talk.staff.id + 1, now=now)
    for data in (forged, borrowed, action.body()):
        await talk.presses(data, message_id=1)
        assert "out of date" in talk.toast()
    async with talk.database.read() as session:
        assert (await session.get_one(Client, client.id)).language is Language.EN
