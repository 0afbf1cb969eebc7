"""The rep's day: a line becomes a card, the card a call, its promise a reminder, a letter an answer."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, select, update

from channels.outbox.enqueue import enqueue_card
from crm import followups, marketing
from crm.client_index import reindex
from storage.models import (
    Attachment,
    CardMessage,
    Channel,
    Client,
    DeliveryState,
    Direction,
    FollowUp,
    FollowUpState,
    Interaction,
    InteractionKind,
    InteractionSource,
    Language,
    Outbox,
    Staff,
    Thread,
)
from tests.bot.conftest import BotTalk
from tests.bot.updates import deliver, message, store, user
from tests.factories import make_client

LINES = {
    Language.EN: ("call Anna agreed 20 pcs, tomorrow 10 send offer", "Save", "Undo", "agreed 20 pcs", "send offer"),
    Language.RU: (
        "звонок Анна договорились на 20 штук, завтра в 10 отправить предложение",
        "Сохранить",
        "Отменить",
        "договорились на 20 штук",
        "отправить предложение",
    ),
    Language.TH: ("โทร แอนนา ตกลง 20 ชิ้น พรุ่งนี้ 10 โมง ส่งใบเสนอราคา", "บันทึก", "เลิกทำ", "ตกลง 20 ชิ้น", "ส่งใบเสนอราคา"),
}
NAMES = {Language.EN: "Anna Schmidt", Language.RU: "Анна Шмидт", Language.TH: "แอนนา สมิต"}


async def _client(talk: BotTalk, name: str = "Anna Schmidt", **fields: Any) -> Client:
    async with talk.database.write() as session:
        client = await make_client(session, name, owner=talk.staff, **fields)
        await reindex(session, client, now=talk.clock.now())
        return client


async def _all(talk: BotTalk, model: Any) -> list[Any]:
    async with talk.database.read() as session:
        return list((await session.execute(select(model).order_by(model.id))).scalars())


async def _saved(talk: BotTalk, line: str = "call Anna agreed, tomorrow 10 send offer") -> Any:
    [card] = await talk.says(line)
    [saved] = await talk.taps("✅ Save", on=card)
    return saved


@pytest.mark.parametrize("language", list(Language))
async def test_a_line_becomes_a_card_a_call_and_is_taken_back(talk: BotTalk, language: Language) -> None:
    line, save, undo, text, promise = LINES[language]
    await _client(talk, NAMES[language])
    async with talk.database.write() as session:
        (await session.get_one(Staff, talk.staff.id)).language = language
    [card] = await talk.says(line)
    for part in (NAMES[language], text, promise, "10:00"):
        assert part in card.html
    assert await _all(talk, Interaction) == []
    [saved] = await talk.taps(f"✅ {save}", on=card)
    assert saved.edited
    [call] = await _all(talk, Interaction)
    assert (call.kind, call.text) == (InteractionKind.CALL, text)
    [kept] = await _all(talk, FollowUp)
    assert kept.promise == promise
    [undone] = await talk.taps(f"↩︎ {undo}", on=saved)
    assert undone.edited
    assert (await _all(talk, Interaction))[0].undone_at
    assert [one.state for one in await _all(talk, FollowUp)] in ([], [FollowUpState.CANCELLED])


async def test_several_clients_of_that_name_become_buttons(talk: BotTalk) -> None:
    await _client(talk, "Anna Schmidt", company="Baltic Tools")
    second = await _client(talk, "Anna Weber", company="Nord")
    [card] = await talk.says("call Anna agreed 20 pcs")
    assert "Which “Anna”" in card.html
    assert not [button for button in card.buttons if "Save" in button["text"]]
    [picked] = await talk.taps("Anna Weber", on=card)
    await talk.taps("✅ Save", on=picked)
    [call] = await _all(talk, Interaction)
    assert call.client_id == second.id


async def test_an_unknown_client_is_asked_for(talk: BotTalk) -> None:
    await _client(talk)
    [card] = await talk.says("call Rumpelstiltskin agreed 20 pcs")
    assert "no client called “Rumpelstiltskin" in card.html
    await talk.taps("🔎", on=card)
    [still] = await talk.says("Quetzalcoatl")
    assert "no client called “Quetzalcoatl" in still.html
    [named] = await talk.says("Schmidt")
    assert "Anna Schmidt" in named.html
    await talk.taps("✅ Save", on=named)
    assert len(await _all(talk, Interaction)) == 1


async def test_what_is_still_to_be_done_saves_the_promise_alone(talk: BotTalk) -> None:
    await _client(talk)
    [card] = await talk.says("tomorrow 10 call Anna about prices")
    assert "To do" in card.html
    await talk.taps("✅ Save", on=card)
    assert await _all(talk, Interaction) == []
    [promise] = await _all(talk, FollowUp)
    assert promise.state is FollowUpState.OPEN


async def test_kind_outcome_and_time_are_changed_by_buttons(talk: BotTalk) -> None:
    await _client(talk)
    [card] = await talk.says("call Anna hello")
    [kinds] = await talk.taps("Kind", on=card)
    [card] = await talk.taps("no answer", on=kinds)
    assert "no answer" in card.html
    [times] = await talk.taps("⏰ Follow-up", on=card)
    [card] = await talk.taps("In a week", on=times)
    assert "9:00" in card.html
    [times] = await talk.taps("⏰ Follow-up", on=card)
    [card] = await talk.taps("No follow-up", on=times)
    await talk.taps("Text", on=card)
    [card] = await talk.says("they were at lunch")
    await talk.taps("✅ Save", on=card)
    [call] = await _all(talk, Interaction)
    assert call.text == "they were at lunch"
    assert await _all(talk, FollowUp) == []


async def test_ten_minutes_later_it_is_edited_instead_of_undone(talk: BotTalk) -> None:
    await _client(talk)
    saved = await _saved(talk)
    talk.advance(minutes=11)
    assert await talk.taps("↩︎", on=saved) == []
    assert "too late" in talk.toast()
    [call] = await _all(talk, Interaction)
    await talk.presses(f"ie:{call.id}", message_id=saved.message_id)
    [card] = await talk.says("agreed on 30 pcs after all")
    assert "agreed on 30 pcs after all" in card.html


@pytest.mark.parametrize(
    ("kind", "body", "name"),
    [
        ("voice", {"voice": {"file_id": "f", "file_unique_id": "u", "duration": 3}}, "voice.ogg"),
        ("document", {"document": {"file_id": "f", "file_unique_id": "u", "file_name": "offer.pdf"}}, "offer.pdf"),
        (
            "photo",
            {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}]},
            "photo.jpg",
        ),
    ],
)
async def test_what_is_forwarded_is_kept_with_its_file(
    talk: BotTalk, kind: str, body: dict[str, Any], name: str
) -> None:
    await _client(talk)
    talk.recorder.files["f"] = b"content of " + kind.encode()
    origin = {"type": "hidden_user", "sender_user_name": "Anna Schmidt", "date": 1_795_510_000}
    [card] = await talk.says(forward_origin=origin, **body)
    assert "Anna Schmidt" in card.html
    assert name in card.html
    await talk.taps("✅ Save", on=card)
    [attached] = await _all(talk, Attachment)
    assert attached.name == name
    [call] = await _all(talk, Interaction)
    assert call.source is InteractionSource.FORWARD


async def test_words_forwarded_from_a_customer_are_proposed(talk: BotTalk) -> None:
    await _client(talk)
    origin = {"type": "user", "sender_user": user(42, "Anna Schmidt"), "date": 1_795_510_000}
    [card] = await talk.says("/clients please send the invoice", forward_origin=origin)
    assert "Anna Schmidt" in card.html
    assert "please send the invoice" in card.html


async def test_the_source_is_asked_at_the_first_touch_and_the_reason_kept(talk: BotTalk) -> None:
    async with talk.database.write() as session:
        await marketing.ensure_standard_sources(session)
    client = await _client(talk)
    saved = await _saved(talk)
    shown = await talk.taps("⌁ Exhibition", on=saved)
    assert "Why did they first come" in shown[-1].html
    await talk.says("saw our stand")
    [kept] = [one for one in await _all(talk, Client) if one.id == client.id]
    assert kept.first_contact_reason == "saw our stand"
    [card] = await talk.says("call Anna again")
    [again] = await talk.taps("✅ Save", on=card)
    assert not [button for button in again.buttons if button["text"].startswith("⌁")]


async def test_a_reminder_is_put_off_kept_and_taken_back(talk: BotTalk) -> None:
    await _client(talk, phone="+66812345678")
    await _saved(talk, "call Anna agreed, in 1 hour send offer")
    talk.advance(hours=1)
    [today] = await talk.says("/today")
    assert "send offer" in today.html
    [reminder] = await talk.taps("⏰ Anna", on=today)
    assert "Due" in reminder.html
    assert "+66812345678" in reminder.html
    [later] = await talk.taps("+1 h", on=reminder)
    assert "Due" not in later.html
    assert "Put off until" in talk.toast()
    shown = await talk.taps("Pick", on=later)
    assert "When?" in shown[-1].html
    [moved] = await talk.says("tomorrow 15:00")
    assert "15:00" in moved.html
    done, upcoming = await talk.taps("✅ Done", on=moved)
    assert "Done" in done.html
    assert "What's next?" in upcoming.html
    [open_again] = await talk.taps("↩︎", on=done)
    assert "15:00" in open_again.html
    [waiting] = await talk.taps("When they answer", on=open_again)
    assert "Waiting for their answer" in waiting.html
    [dropped] = await talk.taps("Drop it", on=waiting)
    assert "Dropped" in dropped.html
    assert [one.state for one in await _all(talk, FollowUp)] == [FollowUpState.CANCELLED]


async def test_a_reply_to_a_reminder_is_a_note_or_a_new_time(talk: BotTalk) -> None:
    client = await _client(talk)
    await _saved(talk, "call Anna agreed, in 1 hour send offer")
    [promise] = await _all(talk, FollowUp)
    await _hang(talk, "followup", promise.id, message_id=900)
    [moved] = await talk.says("tomorrow 15:00", reply_to_message=_ours(talk, 900))
    assert "15:00" in moved.html
    [noted] = await talk.says("they need a day longer", reply_to_message=_ours(talk, 900))
    assert "they need a day longer" in noted.html
    note = (await _all(talk, Interaction))[-1]
    assert (note.client_id, note.kind) == (client.id, InteractionKind.NOTE)


async def test_today_is_turned_page_by_page(talk: BotTalk) -> None:
    client = await _client(talk)
    async with talk.database.write() as session:
        session.add_all(
            FollowUp(
                client_id=client.id,
                owner_id=talk.staff.id,
                promise=f"paper{number:02}",
                due_at=talk.clock.now(),
                created_at=talk.clock.now(),
            )
            for number in range(19)
        )
    [first] = await talk.says("/today")
    assert "1/3" in [button["text"] for button in first.buttons]
    [second] = await talk.taps("›", on=first)
    [third] = await talk.taps("›", on=second)
    assert third.edited
    seen = "".join(page.html for page in (first, second, third))
    assert all(seen.count(f"paper{number:02}") == 1 for number in range(19))
    assert "›" not in [button["text"] for button in third.buttons]


async def _letter(talk: BotTalk, client: Client | None, *, address: str, token: str) -> int:
    """A letter that came in."""
    now = talk.clock.now()
    async with talk.database.write() as session:
        thread = Thread(
            channel=Channel.EMAIL,
            address=address,
            token=token,
            client_id=client.id if client else None,
            subject="Prices",
            created_at=now,
            last_at=now,
        )
        session.add(thread)
        await session.flush()
        letter = Interaction(
            client_id=client.id if client else None,
            thread_id=thread.id,
            kind=InteractionKind.EMAIL,
            direction=Direction.IN,
            source=InteractionSource.CHANNEL,
            subject="Prices",
            text="What are 200 bolts?",
            message_id=f"<{token}@baltic.example>",
            at=now,
            created_at=now,
        )
        session.add(letter)
        await session.flush()
        return letter.id


async def _hang(talk: BotTalk, card: str, card_id: int, *, message_id: int) -> None:
    async with talk.database.write() as session:
        session.add(
            CardMessage(
                card=card,
                card_id=card_id,
                staff_id=talk.staff.id,
                chat_id=talk.staff.telegram_id,
                message_id=message_id,
                created_at=talk.clock.now(),
            )
        )


def _ours(talk: BotTalk, message_id: int) -> dict[str, Any]:
    chat = {"id": talk.staff.telegram_id, "type": "private", "first_name": "Rita"}
    return {"message_id": message_id, "date": 1_795_510_000, "chat": chat, "from": user(100, "bot", is_bot=True)}


async def test_a_reply_to_what_a_customer_wrote_answers_them(talk: BotTalk) -> None:
    client = await _client(talk, email="anna@baltic.example")
    letter_id = await _letter(talk, client, address="anna@baltic.example", token="t1")
    await _hang(talk, "inbound", letter_id, message_id=901)
    [sent] = await talk.says("3.10 each, delivery on Friday", reply_to_message=_ours(talk, 901))
    assert "3.10 each" in sent.html
    [row] = [one for one in await _all(talk, Outbox) if one.address == "anna@baltic.example"]
    answer = (await _all(talk, Interaction))[-1]
    assert (answer.direction, answer.outbox_id) == (Direction.OUT, row.id)


async def test_an_unknown_sender_waits_in_the_tray_until_one_tap(talk: BotTalk) -> None:
    anna = await _client(talk, email="anna@baltic.example")
    await _letter(talk, None, address="somebody@new.example", token="t1")
    await _letter(talk, None, address="anna.private@new.example", token="t2")
    await _letter(talk, None, address="spam@spam.example", token="t3")
    [tray] = await talk.says("/tray")
    assert "3" in tray.html
    [shown] = await talk.taps("somebody@new.example", on=tray)
    made = await talk.taps("➕", on=shown)
    assert "What is this client called?" in made[-1].html
    [named] = await talk.says("Sam Body")
    assert "Sam Body" in named.html
    [shown] = await talk.taps("anna.private", on=tray)
    await talk.taps("🔎", on=shown)
    [found] = await talk.says("Schmidt")
    await talk.taps("Anna Schmidt", on=found)
    [shown] = await talk.taps("spam@", on=tray)
    [marked] = await talk.taps("🚫", on=shown)
    assert "spam" in marked.html
    [tray] = await talk.says("/tray")
    assert "No messages" in tray.html
    owners = {thread.address: thread.client_id for thread in await _all(talk, Thread)}
    assert owners["anna.private@new.example"] == anna.id
    assert owners["spam@spam.example"] is None


async def test_an_email_with_a_file_is_looked_at_and_sent_once(talk: BotTalk) -> None:
    await _client(talk, email="anna@baltic.example")
    [card] = await talk.says("Anna")
    await talk.taps("✉", on=card)
    await talk.says("Our offer")
    talk.recorder.files["f"] = b"%PDF"
    document = {"file_id": "f", "file_unique_id": "u", "file_name": "offer.pdf", "file_size": 4}
    await deliver(talk, message(501, document=document, caption="3.10 each"))
    method, preview = talk.recorder.calls[-1]
    assert method == "sendMessage"
    for part in ("anna@baltic.example", "Our offer", "3.10 each", "offer.pdf"):
        assert part in preview["text"]
    send = preview["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    [sent] = await talk.presses(send, message_id=77)
    assert "offer.pdf" in sent.html
    assert await talk.presses(send, message_id=77) == []
    assert [one.address for one in await _all(talk, Outbox)].count("anna@baltic.example") == 1


async def test_an_sms_shows_how_many_parts_it_takes(talk: BotTalk) -> None:
    await _client(talk, phone="+66812345678")
    [card] = await talk.says("Anna")
    await talk.taps("💬", on=card)
    [preview] = await talk.says("ราคา " * 20)
    assert "2 SMS" in preview.html
    await talk.taps("📤", on=preview)
    assert [one.address for one in await _all(talk, Outbox)].count("+66812345678") == 1


async def test_a_reply_faster_than_the_ledger_waits_until_its_card_is_noted(talk: BotTalk) -> None:
    """The card is on the screen, the row that says so is not written yet: the reply must not be read as a search."""
    async with talk.database.write() as session:
        client = await make_client(session, "Anna Schmidt", owner=talk.staff)
        followup = await followups.schedule(
            session,
            actor=talk.staff,
            client_id=client.id,
            promise="send offer",
            due_at=talk.clock.now() + timedelta(hours=1),
            now=talk.clock.now(),
        )
        await enqueue_card(
            session,
            chat_id=talk.staff.telegram_id or 0,
            staff_id=talk.staff.id,
            card=followups.CARD,
            card_id=followup.id,
            now=talk.clock.now(),
            dedupe_key="fast",
        )
        on_the_wire = update(Outbox).values(
            state=DeliveryState.SENDING, lease_token="t", lease_expires_at=talk.clock.now()
        )
        await session.execute(on_the_wire)
    dispatcher = talk.application.dispatcher
    bots = {"id": 100, "is_bot": True, "first_name": "Touchline"}
    body = message(talk.staff.telegram_id or 0, "They want two pallets")
    body["message"]["reply_to_message"] = {**body["message"], "message_id": 4242, "from": bots}
    await store(talk, body)
    waiting = asyncio.create_task(dispatcher.drain())
    await asyncio.sleep(0.05)
    async with talk.database.write() as session:
        await session.execute(
            update(Outbox).values(
                state=DeliveryState.SENT, lease_token=None, lease_expires_at=None, sent_at=talk.clock.now()
            )
        )
        session.add(
            CardMessage(
                card=followups.CARD,
                card_id=followup.id,
                staff_id=talk.staff.id,
                chat_id=talk.staff.telegram_id,
                message_id=4242,
                created_at=talk.clock.now(),
            )
        )
    await waiting
    async with talk.database.read() as session:
        noted = (await session.execute(select(Interaction.text))).scalars().all()
    assert noted == ["They want two pallets"]


async def test_whether_a_card_is_coming_is_asked_before_where_it_hangs(talk: BotTalk) -> None:
    """Another commit may come between two questions: asked the other way round, both answers could be no."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        words = " ".join(statement.split())
        asked.extend(table for table in ("outbox", "card_message") if f"FROM {table} WHERE" in words)

    bots = {"id": 100, "is_bot": True, "first_name": "Touchline"}
    body = message(talk.staff.telegram_id or 0, "They want two pallets")
    body["message"]["reply_to_message"] = {**body["message"], "message_id": 4242, "from": bots}
    event.listen(Engine, "before_cursor_execute", note)
    try:
        await deliver(talk, body)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert asked.index("outbox") < asked.index("card_message")
