"""Messages in the chat: their card, files and whole text, the conversation around them, and who answers it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.render import TEXT_LIMIT, Reader, length
from bot.settings import BotSettings
from channels import inbox
from channels.message import MailFile
from channels.outbox.delivery import Delivery
from crm.writing import Ours
from storage.models import (
    CardMessage,
    Channel,
    Client,
    DeliveryState,
    Direction,
    InboxSource,
    Interaction,
    Language,
    Outbox,
    SharedMessage,
    Staff,
    Thread,
)
from tests.bot.conftest import BotTalk, Shown
from tests.bot.updates import user
from tests.factories import make_client, make_staff
from tests.factories.messages import make_file, make_message, make_thread


@pytest.fixture
async def anna(talk: BotTalk) -> Client:
    talk.application.dispatcher.settings = BotSettings(email_on=True, sms_on=True, ours=Ours.of("crm@us.example"))
    async with talk.database.write() as session:
        return await make_client(session, "Anna Schmidt", owner=talk.staff, email="anna@baltic.example")


@pytest.fixture
async def bob(talk: BotTalk) -> Staff:
    async with talk.database.write() as session:
        return await make_staff(session, name="Bob", telegram_id=503)


async def _mail(
    talk: BotTalk, client: Client | None, *, address: str = "anna@baltic.example", **fields: Any
) -> Interaction:
    async with talk.database.write() as session:
        thread = await make_thread(session, client, address=address, now=talk.clock.now())
        return await make_message(session, thread, now=talk.clock.now(), **fields)


async def _open(talk: BotTalk, mail: Interaction, *, by: Staff | None = None, page: int = 0) -> list[Shown]:
    return await talk.presses(f"vo:{mail.id}:{page}", message_id=9000 + mail.id, by=by)


async def _hang(talk: BotTalk, person: Staff, mail: Interaction, message_id: int) -> dict[str, Any]:
    """The card as the outbox left it in somebody's chat; what a Telegram reply to it carries."""
    async with talk.database.write() as session:
        session.add(
            CardMessage(
                card="inbound",
                card_id=mail.id,
                staff_id=person.id,
                chat_id=person.telegram_id,
                message_id=message_id,
                created_at=talk.clock.now(),
            )
        )
    chat = {"id": person.telegram_id, "type": "private", "first_name": person.name}
    body = {"message_id": message_id, "date": 1_795_510_000, "chat": chat, "from": user(100, "bot", is_bot=True)}
    return {"reply_to_message": body}


async def _all(talk: BotTalk, model: type[Any]) -> list[Any]:
    async with talk.database.read() as session:
        return list((await session.execute(select(model).order_by(model.id))).scalars())


def _buttons(shown: Shown) -> list[str]:
    return [button["text"] for button in shown.buttons]


async def _cards_for(talk: BotTalk, person: Staff) -> list[tuple[str, int]]:
    return [
        (row.payload["card"], row.payload["card_id"])
        for row in await _all(talk, Outbox)
        if row.kind == "card" and row.staff_id == person.id
    ]


async def test_the_card_folds_what_is_long_and_what_is_old(talk: BotTalk, anna: Client) -> None:
    mail = await _mail(talk, anna, text="Short <question>", quoted="> what we wrote\n" * 80)
    (card,) = await _open(talk, mail)
    assert "<blockquote>Short &lt;question&gt;</blockquote>" in card.html
    assert "Earlier messages and signature</i>\n<blockquote expandable>&gt; what we wrote" in card.html
    assert length(card.html) <= TEXT_LIMIT
    long = await _mail(talk, anna, text="word " * 2000, quoted="old " * 2000, subject="s" * 480)
    (card,) = await _open(talk, long)
    assert "<blockquote expandable>word" in card.html
    assert "Reply to this message to answer" in card.html
    assert "📄 Whole mail" in _buttons(card)


async def test_files_come_one_by_one_or_all_together_under_their_names(talk: BotTalk, anna: Client) -> None:
    mail = await _mail(talk, anna)
    store = talk.application.dispatcher.files
    async with talk.database.write() as session:
        for name in ("предложение.pdf", "../../etc/passwd"):
            sha = await store.put(name.encode())
            await make_file(session, mail, now=talk.clock.now(), name=name, sha=sha)
        await make_file(session, mail, now=talk.clock.now(), name="film.mov", size=60 * 1024 * 1024)
    (card,) = await _open(talk, mail)
    talk.recorder.calls.clear()
    await talk.taps("📎 предложение.pdf", on=card)
    [sent] = [p for name, p in talk.recorder.calls if name == "sendDocument"]
    assert "caption" not in sent
    talk.recorder.calls.clear()
    *_, said = await talk.taps("📎 All files", on=card)
    assert len([1 for name, _ in talk.recorder.calls if name == "sendDocument"]) == 2
    assert "film.mov" in said.html
    assert "60 MB" in said.html


async def test_a_file_that_is_not_in_the_store_stops_nothing(talk: BotTalk, anna: Client) -> None:
    mail = await _mail(talk, anna)
    async with talk.database.write() as session:
        await make_file(session, mail, now=talk.clock.now(), name="lost.pdf")
    (card,) = await _open(talk, mail)
    assert await talk.taps("📎 lost.pdf", on=card) == []
    assert await talk.says("/menu")


async def test_the_whole_mail_is_a_message_or_a_file_and_the_original_is_there(talk: BotTalk, anna: Client) -> None:
    raw = b"From: anna@baltic.example\r\n\r\nHello"
    async with talk.database.write() as session:
        inbox_id = await inbox.store(session, source=InboxSource.EMAIL, external_id="m1", raw=raw, now=talk.clock.now())
    short = await _mail(talk, anna, text="New <words>", quoted="> old words", inbox_id=inbox_id)
    more = (await _open(talk, short, page=1))[0]
    (whole,) = await talk.taps("📄 Whole mail", on=more)
    assert "New &lt;words&gt;" in whole.html
    assert "&gt; old words" in whole.html
    talk.recorder.calls.clear()
    await talk.taps("📨 Original", on=whole)
    assert [name for name, _ in talk.recorder.calls if name == "sendDocument"]
    long = await _mail(talk, anna, text="word " * 2000, subject="../a\nb")
    talk.recorder.calls.clear()
    (whole,) = await talk.presses(f"nq:{long.id}", message_id=5)
    assert [name for name, _ in talk.recorder.calls if name == "sendDocument"]
    assert not [text for text in _buttons(whole) if "Original" in text]


async def test_the_conversation_by_pages_each_line_opening_its_card(talk: BotTalk, anna: Client) -> None:
    mail = await _mail(talk, anna, text="First <line>")
    async with talk.database.write() as session:
        thread = await session.get_one(Thread, mail.thread_id)
        row = Outbox(
            channel=Channel.EMAIL,
            kind="email",
            address="anna@baltic.example",
            state=DeliveryState.FAILED,
            code="5.2.2",
            due_at=talk.clock.now(),
            created_at=talk.clock.now(),
            message_id="<x@us>",
        )
        session.add(row)
        await session.flush()
        for number in range(1, 9):
            ours = number % 2 == 1
            await make_message(
                session,
                thread,
                now=talk.clock.now() + timedelta(minutes=number),
                text=f"Line {number}",
                direction=Direction.OUT if ours else Direction.IN,
                staff_id=talk.staff.id if ours else None,
                outbox_id=row.id if number == 7 else None,
                message_id="<x@us>" if number == 7 else None,
            )
    (card,) = await _open(talk, mail)
    (first,) = await talk.taps("🧵 Thread", on=card)
    assert "9 messages" in first.html
    assert first.html.index("First &lt;line&gt;") < first.html.index("Line 1") < first.html.index("Line 5")
    assert "⬅️ <b>Anna Schmidt</b>" in first.html
    assert "➡️ <b>Rita Rep</b>" in first.html
    (second,) = await talk.taps("›", on=first)
    assert "Line 8" in second.html
    assert "Line 5" not in second.html
    assert "did not arrive: the mailbox is full" in second.html
    (opened,) = await talk.taps("8", on=second)
    assert "Outgoing email" in opened.html
    (opened,) = await talk.taps("9", on=second)
    assert "Line 8" in opened.html
    assert "✍️ Answer" in _buttons(opened)


async def test_from_the_history_a_message_opens_as_what_it_is(talk: BotTalk, anna: Client) -> None:
    await _mail(talk, anna, text="What are 200 bolts?")
    (history,) = await talk.presses(f"hs:{anna.id}:0:0", message_id=5)
    assert "200 bolts" in history.html
    (card,) = await talk.taps("1", on=history)
    assert {"✍️ Answer", "🧵 Thread"} <= set(_buttons(card))


async def test_given_to_a_colleague_who_answers_and_gives_back(talk: BotTalk, anna: Client, bob: Staff) -> None:
    mail = await _mail(talk, anna)
    assert await _open(talk, mail, by=bob) == []
    (more,) = await _open(talk, mail, page=1)
    (listed,) = await talk.taps("🧑‍💼 Assign", on=more)
    assert _buttons(listed)[:-1] == ["Bob"]
    await talk.taps("Bob", on=listed)
    assert await talk.taps("Bob", on=listed) == []
    assert "Already done" in talk.toast()
    assert await _cards_for(talk, bob) == [("inbound", mail.id)]
    (mine,) = await _open(talk, mail)
    assert "Bob answers here" in mine.html
    (his,) = await _open(talk, mail, by=bob)
    assert "was given to you" in his.html
    assert "Anna Schmidt" not in str(his.buttons)
    assert not [text for text in _buttons(his) if "Follow" in text]
    (more,) = await _open(talk, mail, by=bob, page=1)
    assert not [text for text in _buttons(more) if "Assign" in text]
    where = await _hang(talk, bob, mail, 910)
    (sent,) = await talk.says("3.10 each", by=bob, **where)
    assert "3.10 each" in sent.html
    [row] = [one for one in await _all(talk, Outbox) if one.channel is Channel.EMAIL]
    assert (row.address, row.staff_id) == ("anna@baltic.example", bob.id)
    (thread,) = await talk.presses(f"vt:{mail.id}:", message_id=5, by=bob)
    assert "3.10 each" in thread.html
    (back,) = await talk.taps("↩︎ Give back", on=more, by=bob)
    assert "Rita Rep" in back.html
    assert ("inbound", mail.id) in await _cards_for(talk, talk.staff)
    assert await _open(talk, mail, by=bob) == []
    (refused,) = await talk.says("More", by=bob, **where)
    assert "not open to you" in refused.html


async def test_a_stand_in_answers_what_came_for_an_absent_colleague(talk: BotTalk, anna: Client, bob: Staff) -> None:
    mail = await _mail(talk, anna, text="Urgent")
    where = await _hang(talk, bob, mail, 911)

    async def away(until: Any) -> None:
        async with talk.database.write() as session:
            rep = await session.get_one(Staff, talk.staff.id)
            rep.stand_in_id, rep.away_until = bob.id, until

    await away(talk.clock.now() + timedelta(days=2))
    (card,) = await _open(talk, mail, by=bob)
    assert "Reply to this message to answer" in card.html
    (sent,) = await talk.says("On it", by=bob, **where)
    assert "On it" in sent.html
    (refused,) = await talk.presses(f"ws:{anna.id}:email:0", message_id=5, by=bob) or [None]
    assert refused is None
    talk.advance(days=3)
    (card,) = await _open(talk, mail, by=bob)  # what was shown may still be read
    assert "Urgent" in card.html
    assert "Reply to this message" not in card.html
    (refused,) = await talk.says("Late", by=bob, **where)
    assert "Ask them to assign you" in refused.html
    assert len([one for one in await _all(talk, Outbox) if one.channel is Channel.EMAIL]) == 1


async def test_shown_to_a_colleague_with_its_files(talk: BotTalk, anna: Client, bob: Staff) -> None:
    mail = await _mail(talk, anna, text="Look <here>")
    store = talk.application.dispatcher.files
    async with talk.database.write() as session:
        file = await make_file(session, mail, now=talk.clock.now(), sha=await store.put(b"%PDF"))
    (card,) = await _open(talk, mail)
    (listed,) = await talk.taps("➡️ Forward", on=card)
    (told,) = await talk.taps("👤 Bob", on=listed)
    assert "Bob has it" in told.html
    assert await _cards_for(talk, bob) == [("inbound", mail.id), ("attachment", file.id)]
    rows = [one for one in await _all(talk, Outbox) if one.kind == "card" and one.staff_id == bob.id]
    composed = []
    async with talk.database.read() as session:
        for row in rows:
            delivery = Delivery(**{name: getattr(row, name) for name in Delivery._fields})
            composed.append(await talk.application.compose_card(session, delivery))
    assert "Look &lt;here&gt;" in composed[0].message.html  # type: ignore[union-attr]
    assert composed[1].message.file == MailFile("offer.pdf", "application/pdf", b"%PDF")  # type: ignore[union-attr]
    (his,) = await _open(talk, mail, by=bob)
    assert [text[:2] for text in _buttons(his)] == ["📎 ", "📄 "]
    (refused,) = await talk.says("I answer", by=bob, **await _hang(talk, bob, mail, 912))
    assert "Ask them to assign you" in refused.html
    assert len(await _all_shared(talk)) == 1


async def _all_shared(talk: BotTalk) -> list[SharedMessage]:
    async with talk.database.read() as session:
        return list((await session.execute(select(SharedMessage))).scalars())


@pytest.mark.parametrize(("button", "words"), [("🙅 Not ours", "Not ours: nobody"), ("🚫 Spam", "Marked as spam")])
async def test_put_aside_and_undone(talk: BotTalk, anna: Client, button: str, words: str) -> None:
    stranger = await _mail(talk, None, address="who@new.example")
    (card,) = await _open(talk, stranger)
    (marked,) = await talk.taps(button, on=card)
    assert words in marked.html
    (tray,) = await talk.says("/tray")
    assert "who@new.example" not in str(tray.buttons)
    (undone,) = await talk.taps("↩︎ Undo", on=marked)
    assert words not in undone.html
    (tray,) = await talk.says("/tray")
    assert "who@new.example" in str(tray.buttons)
    mail = await _mail(talk, anna)
    (more,) = await _open(talk, mail, page=1)
    (marked,) = await talk.taps(button, on=more)
    assert words in marked.html
    assert await talk.taps(button, on=more) == []


async def test_the_card_says_where_answers_are_asked_for(talk: BotTalk, anna: Client) -> None:
    headers = {"from": "anna@baltic.example", "to": [], "cc": [], "reply_to": [["x@evil.example", ""]]}
    (card,) = await _open(talk, await _mail(talk, anna, recipients=headers))
    assert "asks for answers at <code>x@evil.example</code>" in card.html


@pytest.mark.parametrize("language", list(Language))
async def test_hostile_people_and_names_fit_in_every_language(
    talk: BotTalk, anna: Client, bob: Staff, language: Language
) -> None:
    hostile = "<b>&amp;\u202e" + "Ж" * 150
    headers = {
        "from": "anna@baltic.example",
        "from_name": hostile,
        "to": [[f"{'x' * 60}{number}@{'y' * 60}.example", hostile] for number in range(45)],
        "cc": [[hostile, hostile]],
        "reply_to": [["z@evil.example", hostile]],
    }
    mail = await _mail(talk, anna, recipients=headers, text=hostile * 30, quoted=hostile * 30, subject=hostile * 3)
    async with talk.database.write() as session:
        for number in range(14):
            await make_file(session, mail, now=talk.clock.now(), name=f"{hostile}{number}")
        staff = await session.get_one(Staff, talk.staff.id)
        staff.language, staff.email_signature = language, hostile * 5
        (await session.get_one(Staff, bob.id)).name = hostile[:120]
    shown = [
        *(await _open(talk, mail)),
        *(await _open(talk, mail, page=1)),
        *(await talk.presses(f"vt:{mail.id}:", message_id=1)),
        *(await talk.presses(f"wf:{mail.id}:0", message_id=1)),
        *(await talk.presses(f"na:{mail.id}:0", message_id=1)),
        *(await talk.presses(f"wa:{mail.id}:1", message_id=1)),
        *(await talk.says(hostile * 20)),
        *(await talk.presses(f"wm:{mail.id}", message_id=1)),
        *(await talk.says("books@accounts.example")),
    ]
    assert len(shown) >= 9
    for one in shown:
        assert length(one.html) <= TEXT_LIMIT
        assert "\u202e" not in one.html
        assert "<b>&amp;amp" not in one.html
        assert all(len(button["callback_data"].encode()) <= 64 for button in one.buttons)
    async with talk.database.read() as session:
        reader = Reader(session, staff=await session.get_one(Staff, talk.staff.id), now=talk.clock.now())
        assert await talk.application.router.cards["letter"](reader, 1, {}) is not None
