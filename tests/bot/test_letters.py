"""Letters in the chat: written step by step, looked at, changed, sent once; with files, templates, to one or to all."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from bot.settings import BotSettings
from bot.writing.letter import NOUN
from crm import answers, staff, templates, writing
from crm.writing import Ours
from storage.models import (
    Attachment,
    Channel,
    Client,
    ContactKind,
    ContactPoint,
    DeliveryState,
    Draft,
    Interaction,
    Language,
    Outbox,
    Role,
    Staff,
    Template,
)
from tests.bot.conftest import BotTalk, Shown
from tests.bot.updates import user
from tests.factories import make_client, make_staff
from tests.factories.messages import make_file, make_message, make_thread

MB = 1024 * 1024
NAMED = {
    "from": "anna@baltic.example",
    "to": [["crm@us.example", ""], ["boris@rival.example", "Boris"]],
    "cc": [["carl@cargo.example", "Carl"]],
}


@pytest.fixture
async def anna(talk: BotTalk) -> Client:
    settings = BotSettings(
        username="touchline_bot", email_on=True, sms_on=True, mail_domain="us.example", ours=Ours.of("crm@us.example")
    )
    talk.application.dispatcher.settings = settings
    async with talk.database.write() as session:
        return await make_client(
            session, "Anna Schmidt", owner=talk.staff, email="anna@baltic.example", phone="+66812345678", city="Riga"
        )


async def _mail(talk: BotTalk, client: Client | None, **fields: Any) -> Interaction:
    async with talk.database.write() as session:
        thread = await make_thread(session, client, now=talk.clock.now())
        return await make_message(session, thread, now=talk.clock.now(), **fields)


async def _hang(talk: BotTalk, card: str, card_id: int) -> Shown:
    """The card in the rep's chat, as the outbox would have brought it."""
    [shown] = await talk.presses(f"vo:{card_id}:0", message_id=9000 + card_id)
    return shown


async def _all(talk: BotTalk, model: type[Any]) -> list[Any]:
    async with talk.database.read() as session:
        return list((await session.execute(select(model).order_by(model.id))).scalars())


def _file(name: str, size: int = 5, *, kind: str = "document", **more: Any) -> dict[str, Any]:
    if kind == "photo":
        return {"photo": [{"file_id": name, "file_unique_id": name, "width": 9, "height": 9, "file_size": size}]} | more
    document = {"file_id": name, "file_unique_id": name, "file_name": name, "file_size": size}
    return {"document": document | {"mime_type": "application/pdf"}} | more


def _have(talk: BotTalk, *names: str, size: int = 5) -> None:
    """Files the far end hands out."""
    talk.recorder.files.update(dict.fromkeys(names, b"x" * size))


async def _begun(talk: BotTalk, client: Client, channel: Channel = Channel.EMAIL) -> Shown:
    (asked,) = await talk.presses(f"ws:{client.id}:{channel.value}:0", message_id=1)
    return asked


def _buttons(shown: Shown) -> list[str]:
    return [button["text"] for button in shown.buttons]


async def test_a_letter_with_two_files_changed_before_it_goes(talk: BotTalk, anna: Client) -> None:
    _have(talk, "offer.pdf", "photo1")
    asked = await _begun(talk, anna)
    assert "What is the subject?" in asked.html
    (text,) = await talk.says("Offer 17")
    assert "15 of 15 MB left" in text.html
    (preview,) = await talk.says("Dear <Anna>")
    assert "Dear &lt;Anna&gt;" in preview.html
    (ask,) = await talk.taps("📎 Files", on=preview)
    assert "one after another" in ask.html
    (first,) = await talk.says(**_file("offer.pdf"))
    assert "offer.pdf · 1 KB" in first.html
    (second,) = await talk.says(**_file("photo1", kind="photo"))
    assert "photo.jpg" in second.html
    (other,) = await talk.says("stock m8")  # words are not for the letter
    assert "offer.pdf" not in other.html
    (done,) = await talk.taps("✅ Done", on=second)
    assert "offer.pdf" in done.html
    await talk.taps("✏️ Subject", on=done)
    (done,) = await talk.says("Offer 18")
    assert "<b>Offer 18</b>" in done.html
    (edit,) = await talk.taps("✏️ Text", on=done)
    assert "<code>Dear &lt;Anna&gt;</code>" in edit.html
    (done,) = await talk.says("Dear Anna")
    (sent,) = await talk.taps("📤", on=done)
    assert "Offer 18" in sent.html
    assert talk.toast() == "On its way"
    [row] = await _all(talk, Outbox)
    [letter] = await _all(talk, Interaction)
    assert (row.address, letter.subject, letter.text) == ("anna@baltic.example", "Offer 18", "Dear Anna")
    assert [one.name for one in await _all(talk, Attachment)] == ["offer.pdf", "photo.jpg"]


async def test_a_letter_survives_restarts_at_every_step_and_goes_once(talk: BotTalk, anna: Client) -> None:
    _have(talk, "offer.pdf")
    await _begun(talk, anna)
    talk = talk.again()
    await talk.says("Offer 19")
    talk = talk.again()
    (preview,) = await talk.says("Hello")
    talk = talk.again()
    await talk.taps("📎 Files", on=preview)
    talk = talk.again()
    (added,) = await talk.says(**_file("offer.pdf"))
    (again,) = await talk.taps("✅ Done", on=added)
    talk = talk.again()
    await talk.taps("📤", on=again)
    assert await talk.taps("📤", on=preview) == []  # an older copy of the card
    assert talk.toast() == "Already done."
    assert len(await _all(talk, Outbox)) == 1
    assert len(await _all(talk, Attachment)) == 1


async def test_what_is_too_long_is_said_at_once(talk: BotTalk, anna: Client) -> None:
    await _begun(talk, anna)
    (refused,) = await talk.says("x" * 301)
    assert "at most 300" in refused.html
    await talk.says("Offer")
    await _begun(talk, anna, Channel.SMS)
    (refused,) = await talk.says("x" * 1601)
    assert "1,600" in refused.html or "1600" in refused.html


async def test_a_cancelled_letter_cannot_be_sent_from_another_copy(talk: BotTalk, anna: Client) -> None:
    await _begun(talk, anna)
    await talk.says("Offer")
    (preview,) = await talk.says("Hello")
    (dropped,) = await talk.taps("Cancel", on=preview)
    assert "Cancelled" in dropped.html
    assert await talk.taps("📤", on=preview) == []
    assert "not open to you" in talk.toast()
    assert await _all(talk, Outbox) == []


async def test_files_that_do_not_fit_are_refused_before_anything_goes(talk: BotTalk, anna: Client) -> None:
    _have(talk, "a.pdf", "b.pdf", size=8 * MB)
    await _begun(talk, anna)
    await talk.says("Offer")
    (text,) = await talk.says(**_file("a.pdf", 8 * MB))
    assert "7" in text.html
    assert "of 15 MB left" in text.html
    (refused,) = await talk.says(**_file("b.pdf", 8 * MB), caption="Here they are")
    assert "at most 15 MB together" in refused.html
    (preview,) = await talk.says("Here it is")
    assert "a.pdf" in preview.html
    assert "b.pdf" not in preview.html


async def test_an_album_is_one_letter(talk: BotTalk, anna: Client) -> None:
    names = ["p1", "p2", "p3"]
    _have(talk, *names)
    await _begun(talk, anna)
    await talk.says("Photos")
    (preview,) = await talk.says(**_file("p1", kind="photo"), caption="See here", media_group_id="g1")
    for name in names[1:]:
        assert await talk.says(**_file(name, kind="photo"), media_group_id="g1") == []
    (other,) = await talk.says(**_file("p1", kind="photo"), caption="Stand at the fair", media_group_id="g2")
    assert "Which client" in other.html
    edits = [one for one in await _all(talk, Outbox) if one.kind == "card_edit"]
    assert {one.payload["card"] for one in edits} == {"letter"}
    (sent,) = await talk.taps("📤", on=preview)
    assert "3 files" in sent.html
    assert len([one for one in await _all(talk, Outbox) if one.channel is Channel.EMAIL]) == 1


async def test_a_file_without_a_word_joins_the_letter_just_shown(talk: BotTalk, anna: Client) -> None:
    _have(talk, "a.pdf", "b.pdf", "c.pdf", "d.pdf")
    await _begun(talk, anna)
    await talk.says("Offer")
    await talk.says("Here it is")
    (joined,) = await talk.says(**_file("a.pdf"))
    assert "a.pdf" in joined.html
    assert "Here it is" in joined.html
    talk.advance(minutes=9)
    (joined,) = await talk.says(**_file("b.pdf"))
    assert "a.pdf" in joined.html
    talk.advance(minutes=11)
    (other,) = await talk.says(**_file("c.pdf"))
    assert "Which client" in other.html, "the letter is not what is being spoken of any more"
    await talk.says("/cancel")
    await talk.taps("✏️ Text", on=joined)
    (joined,) = await talk.says("Here it is again")
    await talk.says("stock m8")
    (other,) = await talk.says(**_file("d.pdf"))
    assert "Which client" in other.html, "something else was spoken of since"
    (sent,) = await talk.taps("📤", on=joined)
    assert "2 files" in sent.html


def _replying(talk: BotTalk, message_id: int) -> dict[str, Any]:
    chat = {"id": talk.staff.telegram_id, "type": "private", "first_name": "Rita"}
    body = {"message_id": message_id, "date": 1_795_510_000, "chat": chat, "from": user(100, "bot", is_bot=True)}
    return {"reply_to_message": body}


async def test_an_album_in_answer_is_gathered_and_looked_at_first(talk: BotTalk, anna: Client) -> None:
    mail = await _mail(talk, anna)
    _have(talk, "p1", "p2")
    shown = await _hang(talk, "inbound", mail.id)
    where = _replying(talk, shown.message_id)
    (preview,) = await talk.says(**_file("p1", kind="photo"), caption="See", media_group_id="g1", **where)
    assert "Answer to <b>Anna Schmidt</b>" in preview.html
    assert await talk.says(**_file("p2", kind="photo"), media_group_id="g1", **where) == []
    assert await _all(talk, Attachment) == []
    await talk.taps("📤", on=preview)
    assert len(await _all(talk, Attachment)) == 2
    [sent] = [one for one in await _all(talk, Interaction) if one.id != mail.id]
    assert (sent.thread_id, sent.text) == (mail.thread_id, "See")


async def _template(talk: BotTalk, actor: Staff, name: str, **version: Any) -> Template:
    async with talk.database.write() as session:
        template = await templates.create(session, actor=actor, name=name, channel=Channel.EMAIL, now=talk.clock.now())
        values: dict[str, Any] = {"language": Language.EN, "subject": "For {name}", "text": "Dear {name} in {city}"}
        await templates.write_version(
            session, actor=actor, template_id=template.id, now=talk.clock.now(), **(values | version)
        )
    return template


async def test_a_template_is_filled_changed_and_sent_within_three_taps(talk: BotTalk, anna: Client) -> None:
    async with talk.database.write() as session:
        boss = await make_staff(session, Role.MANAGER, telegram_id=502)
        bob = await make_staff(session, name="Bob", telegram_id=503)
    await _template(talk, boss, "Company's")
    await _template(talk, bob, "Bob's alone")
    await _template(talk, talk.staff, "Mine", text="Hi {name}, {company}!")
    asked = await _begun(talk, anna)
    assert _buttons(asked)[:2] == ["👤 Mine", "📋 Company's"]
    assert "Bob's alone" not in str(asked.buttons)
    (preview,) = await talk.taps("📋 Company's", on=asked)
    assert "<b>For Anna Schmidt</b>" in preview.html
    assert "Dear Anna Schmidt in Riga" in preview.html
    (preview,) = await talk.taps("📋 Template", on=preview)
    (preview,) = await talk.taps("👤 Mine", on=preview)
    assert "Dear Anna Schmidt in Riga\n\nHi Anna Schmidt, !" in preview.html
    assert "Nothing to put in for: company" in preview.html
    await talk.taps("📤", on=preview)
    [letter] = await _all(talk, Interaction)
    assert letter.subject == "For Anna Schmidt"


async def test_an_answer_is_drafted_with_a_template(talk: BotTalk, anna: Client) -> None:
    mail = await _mail(talk, anna)
    await _template(talk, talk.staff, "Thanks")
    shown = await _hang(talk, "inbound", mail.id)
    (asked,) = await talk.taps("✍️ Answer", on=shown)
    (preview,) = await talk.taps("👤 Thanks", on=asked)
    await talk.taps("📤", on=preview)
    [row] = await _all(talk, Outbox)
    assert row.payload["in_reply_to"] == mail.message_id
    sent = (await _all(talk, Interaction))[-1]
    assert sent.subject == "Re: Bolts"  # an answer keeps its thread's subject


async def test_answer_to_all_shows_everybody_and_goes_to_each(talk: BotTalk, anna: Client) -> None:
    mail = await _mail(talk, anna, recipients=NAMED)
    shown = await _hang(talk, "inbound", mail.id)
    assert "boris@rival.example" in shown.html
    assert "crm@us.example" not in shown.html
    (asked,) = await talk.taps("👥 All (3)", on=shown)
    assert "all 3 people" in asked.html
    (preview,) = await talk.says("Hello everybody")
    for address in ("anna@baltic.example", "boris@rival.example", "carl@cargo.example"):
        assert address in preview.html
    (sent,) = await talk.taps("📤", on=preview)
    assert "sent to 0 of 3" in sent.html
    rows = [one for one in await _all(talk, Outbox) if one.channel is Channel.EMAIL]
    assert [one.address for one in rows] == ["anna@baltic.example", "boris@rival.example", "carl@cargo.example"]
    async with talk.database.write() as session:
        for row, state, code in zip(
            rows, (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.SENT), "010", strict=True
        ):
            kept = await session.get_one(Outbox, row.id)
            kept.state, kept.sent_at, kept.code = state, talk.clock.now(), "5.2.2" if code == "1" else None
    (card,) = await talk.presses(f"vo:{rows[0].payload['interaction_id']}:0", message_id=77)
    assert "sent to 2 of 3" in card.html
    assert "<code>boris@rival.example</code>: ❌ did not arrive: the mailbox is full" in card.html


async def test_one_correspondent_has_no_answer_to_all(talk: BotTalk, anna: Client) -> None:
    mail = await _mail(talk, anna, recipients={"from": "anna@baltic.example", "to": [["crm@us.example", ""]], "cc": []})
    shown = await _hang(talk, "inbound", mail.id)
    assert not [text for text in _buttons(shown) if "All" in text]


async def test_passed_on_to_an_address_after_one_look(talk: BotTalk, anna: Client) -> None:
    mail = await _mail(talk, anna, text="How much?")
    async with talk.database.write() as session:
        await make_file(session, mail, now=talk.clock.now(), name="plan.dwg")
        session.add(
            ContactPoint(
                client_id=anna.id, kind=ContactKind.EMAIL, value="second@baltic.example", created_at=talk.clock.now()
            )
        )
    shown = await _hang(talk, "inbound", mail.id)
    listed = (await talk.taps("➡️", on=shown))[-1]
    assert "✉️ second@baltic.example" in _buttons(listed)
    await talk.taps("✉️ To an email address", on=listed)
    (refused,) = await talk.says("nobody at all")
    assert "nobody at all" in refused.html
    (ours,) = await talk.says("crm+x@us.example")
    assert "our own address" in ours.html
    (preview,) = await talk.says("books@accounts.example")
    assert "books@accounts.example" in preview.html
    assert "plan.dwg" in preview.html
    await talk.taps("✏️ Text", on=preview)
    (preview,) = await talk.says("Please check")
    await talk.taps("📤", on=preview)
    [row] = await _all(talk, Outbox)
    sent = (await _all(talk, Interaction))[-1]
    assert (row.address, sent.subject, sent.text) == ("books@accounts.example", "Fwd: Bolts", "Please check")
    assert "How much?" in sent.quoted
    assert [one.name for one in await _all(talk, Attachment)] == ["plan.dwg", "plan.dwg"]
    (preview,) = await talk.taps("✉️ second@", on=listed)
    (preview,) = await talk.taps("Without files", on=preview)
    assert "plan.dwg" not in preview.html


async def test_files_too_large_to_pass_on_stay_and_it_is_said(talk: BotTalk, anna: Client) -> None:
    mail = await _mail(talk, anna)
    async with talk.database.write() as session:
        await make_file(session, mail, now=talk.clock.now(), name="film.mov", size=16 * MB)
    shown = await _hang(talk, "inbound", mail.id)
    await talk.taps("✉️ To an email address", on=(await talk.taps("➡️", on=shown))[-1])
    said, preview = await talk.says("books@accounts.example")
    assert "stay behind" in said.html
    assert "film.mov" not in preview.html


async def test_what_did_not_arrive_is_said_with_the_next_tap(talk: BotTalk, anna: Client) -> None:
    await _begun(talk, anna)
    await talk.says("Offer")
    (preview,) = await talk.says("Hello")
    await talk.taps("📤", on=preview)
    [letter] = await _all(talk, Interaction)

    async def left_as(state: DeliveryState, **fields: Any) -> Shown:
        async with talk.database.write() as session:
            row = await session.get_one(Outbox, letter.outbox_id)
            row.state, row.sent_at = state, talk.clock.now()
            row.code, row.reason = fields.get("code"), fields.get("reason")
        (card,) = await talk.presses(f"vo:{letter.id}:0", message_id=77)
        return card

    fine = await left_as(DeliveryState.SENT)
    assert not [text for text in _buttons(fine) if text.startswith(("🔁", "✉️"))]
    full = await left_as(DeliveryState.FAILED, code="5.2.2", reason="over quota")
    assert "the mailbox is full" in full.html
    (preview,) = await talk.taps("🔁 Send again", on=full)
    assert "anna@baltic.example" in preview.html
    assert "Hello" in preview.html
    unknown = await left_as(DeliveryState.UNKNOWN, reason="interrupted")
    assert "🔁 Send again" in _buttons(unknown)
    gone = await left_as(DeliveryState.FAILED, code="5.1.1", reason="no such user")
    assert "🔁 Send again" not in _buttons(gone)
    (nowhere,) = await talk.taps("✉️ Another address", on=gone)
    assert "no other address" in nowhere.html
    async with talk.database.write() as session:
        for value in ("b@baltic.example", "c@baltic.example"):
            session.add(
                ContactPoint(client_id=anna.id, kind=ContactKind.EMAIL, value=value, created_at=talk.clock.now())
            )
    stopped = await left_as(DeliveryState.SUPPRESSED, reason="hard_bounce")
    (which,) = await talk.taps("✉️ Another address", on=stopped)
    (preview,) = await talk.taps("b@", on=which)
    await talk.taps("📤", on=preview)
    assert [one.address for one in await _all(talk, Outbox)][-1] == "b@baltic.example"


async def test_the_signature_is_set_shown_and_taken_off(talk: BotTalk, anna: Client) -> None:
    (settings,) = await talk.says("/settings")
    await talk.taps("✍️ Signature", on=settings)
    (settings,) = await talk.says("--\nRita Rep\n<b>+49 30 1</b>")
    assert "Rita Rep\n&lt;b&gt;+49 30 1" in settings.html
    await _begun(talk, anna)
    await talk.says("Offer")
    (preview,) = await talk.says("Hello")
    assert "<i>--\nRita Rep" in preview.html
    (asked,) = await talk.taps("✍️ Signature", on=settings)
    (settings,) = await talk.taps("No signature", on=asked)
    assert "Rita Rep\n" not in settings.html
    async with talk.database.write() as session:
        with pytest.raises(writing.letters.TooLong):
            await staff.set_signature(session, actor=talk.staff, text="x" * 1001, now=talk.clock.now())


async def test_a_sent_text_is_kept_as_a_template_of_ones_own(talk: BotTalk, anna: Client) -> None:
    await _begun(talk, anna)
    await talk.says("Offer")
    (preview,) = await talk.says("Dear Anna Schmidt, thank you")
    (sent,) = await talk.taps("📤", on=preview)
    (asked,) = await talk.taps("📋 As template", on=sent)
    assert "be called" in asked.html
    (card,) = await talk.says("Thanks")
    assert "Dear {name}, thank you" in card.html
    assert "yours alone" in card.html
    async with talk.database.read() as session:
        found, _ = await answers.choices(session, actor=talk.staff, channel=Channel.EMAIL, limit=5)
    assert [one.name for one in found] == ["Thanks"]
    (listed,) = await talk.says("/templates")
    assert "👤✉️ Thanks" in _buttons(listed)


async def test_the_companys_templates_are_read_by_reps_and_not_changed(talk: BotTalk, anna: Client) -> None:
    async with talk.database.write() as session:
        boss = await make_staff(session, Role.MANAGER, telegram_id=502)
    template = await _template(talk, boss, "Company's")
    (card,) = await talk.presses(f"pt:{template.id}", message_id=7)
    assert "Dear {name} in {city}" in card.html
    assert not [text for text in _buttons(card) if text.startswith(("✏️", "＋")) or "Archive" in text]
    for data in (f"px:{template.id}", f"pw:{template.id}:en:0"):
        await talk.presses(data, message_id=7)
    await talk.says("x")
    await talk.says("x")
    async with talk.database.read() as session:
        versions = await templates.newest_versions(session, template_id=template.id)
    assert [one.number for one in versions.values()] == [1]


async def test_a_form_begun_before_this_release_goes_on(talk: BotTalk, anna: Client) -> None:
    from bot import forms

    fields = {"client_id": anna.id, "channel": "email", "point_id": 1, "address": "anna@baltic.example"}
    async with talk.database.write() as session:
        point = (
            await session.execute(select(ContactPoint.id).where(ContactPoint.kind == ContactKind.EMAIL))
        ).scalar_one()
        fields["point_id"] = point
        await forms.put(
            session, staff_id=talk.staff.id, form="writing", step="subject", fields=fields, now=talk.clock.now()
        )
        draft = Draft(
            staff_id=talk.staff.id,
            noun=NOUN,
            fields=fields | {"subject": "Old", "text": "Draft", "files": []},
            created_at=talk.clock.now(),
        )
        session.add(draft)
        await session.flush()
    await talk.says("Offer")
    (preview,) = await talk.says("Hello")
    await talk.taps("📤", on=preview)
    (old,) = await talk.presses(f"wd:{draft.id}", message_id=7)
    await talk.taps("📤", on=old)
    assert [one.subject for one in await _all(talk, Interaction)] == ["Offer", "Old"]


async def test_an_sms_letter_has_no_files_and_says_its_parts(talk: BotTalk, anna: Client) -> None:
    asked = await _begun(talk, anna, Channel.SMS)
    assert "MB" not in asked.html
    (preview,) = await talk.says("Ваш заказ готов " * 6)
    assert "2 SMS" in preview.html
    assert not [text for text in _buttons(preview) if "📎" in text or "Subject" in text]
    await talk.taps("📤", on=preview)
    [row] = await _all(talk, Outbox)
    assert (row.channel, row.address) == (Channel.SMS, "+66812345678")
