"""A client's consents in the chat: seen with their proof, a yes with words or a photo, a no at once."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from crm import consent
from crm.contact_rules import ContactRules
from storage.models import Channel, Client, Consent, ConsentState, Language, Staff
from tests.bot.conftest import BotTalk, Shown
from tests.factories import make_client, make_staff

PHOTO = [{"file_id": "p1", "file_unique_id": "u1", "width": 90, "height": 90, "file_size": 5}]


async def opened(talk: BotTalk, **fields: object) -> tuple[Client, Shown]:
    """Anna's card, and what is behind More and Consents."""
    async with talk.database.write() as session:
        anna = await make_client(
            session, "Anna", owner=talk.staff, email="anna@example.com", phone="+66812345678", **fields
        )  # type: ignore[arg-type]
    [card] = await talk.presses(f"cs:{anna.id}:1", message_id=9)
    [shown] = await talk.taps("✋ Consents", on=card)
    return anna, shown


async def kept(talk: BotTalk, client: Client) -> list[tuple[Channel, ConsentState, str, str, int | None]]:
    async with talk.database.read() as session:
        rows = (await session.execute(select(Consent).where(Consent.client_id == client.id))).scalars()
        return [(one.channel, one.state, one.how, one.wording, one.by_id) for one in rows]


async def test_a_yes_is_written_down_with_its_words(talk: BotTalk) -> None:
    anna, shown = await opened(talk)
    assert "never asked. Mailings go until they say no." in shown.html
    [asked] = await talk.taps("✉️ They said yes", on=shown)
    assert "How did <b>Anna</b> say yes to emails?" in asked.html
    [proof] = await talk.taps("📞 On the phone", on=asked)
    assert "What did <b>Anna</b> agree to?" in proof.html
    [again] = await talk.says("Yes, send me the <price> list.")
    assert "✅ <b>Email</b>: said yes on the phone, <b>24 Nov 2026</b>" in again.html
    assert "<blockquote>Yes, send me the &lt;price&gt; list.</blockquote>" in again.html
    assert "Written down by Rita Rep" in again.html
    assert await kept(talk, anna) == [
        (Channel.EMAIL, ConsentState.GRANTED, "phone", "Yes, send me the <price> list.", talk.staff.id)
    ]


async def test_a_photo_proves_it_too_and_can_be_fetched(talk: BotTalk) -> None:
    anna, shown = await opened(talk)
    talk.recorder.files["p1"] = b"\xff\xd8jpeg"
    [asked] = await talk.taps("💬 They said yes", on=shown)
    await talk.taps("📋 On a form", on=asked)
    [again] = await talk.says(photo=PHOTO)
    assert "✅ <b>SMS</b>: said yes on a form" in again.html
    assert await kept(talk, anna) == [(Channel.SMS, ConsentState.GRANTED, "form", "", talk.staff.id)]
    await talk.taps("📎 photo.jpg", on=again)
    assert "sendDocument" in [name for name, _ in talk.recorder.calls]


async def test_a_no_works_at_once_and_the_card_behind_it_follows(talk: BotTalk) -> None:
    anna, shown = await opened(talk)
    [asked] = await talk.taps("✉️ They said no", on=shown)
    [again] = await talk.taps("🤝 In person", on=asked)
    assert talk.toast() == "No more mailings by email."
    assert "⛔ <b>Email</b>: said no in person" in again.html
    assert "🚫 anna@example.com: unsubscribed" in again.html
    assert [button["text"] for button in again.buttons][:2] == ["✉️ They said yes", "💬 They said yes"]
    async with talk.database.read() as session:
        assert await consent.withdrawn(session, client_ids=[anna.id], channel=Channel.EMAIL) == {anna.id}


async def test_everything_ever_said_stays_to_be_seen(talk: BotTalk) -> None:
    anna, _ = await opened(talk)
    async with talk.database.write() as session:
        for number in range(7):
            await consent.grant(
                session,
                client_id=anna.id,
                channel=Channel.EMAIL,
                address="anna@example.com",
                how="first order form" if number == 6 else "form",
                wording=f"word {number}",
                now=talk.clock.now(),
            )
        await consent.stop(
            session, channel=Channel.SMS, address="+66812345678", client_id=anna.id, now=talk.clock.now()
        )
    [card] = await talk.presses(f"qs:{anna.id}", message_id=9)
    assert "said no by writing STOP" in card.html
    [first] = await talk.taps("🕘 All 9 entries", on=card)
    assert "9 entries" in first.html
    assert "(“first order form”)" in first.html
    [second] = await talk.taps("›", on=first)
    assert "word 2" in second.html
    assert "word 3" not in second.html


async def test_where_consent_is_required_the_card_says_so(talk: BotTalk) -> None:
    dispatcher = talk.application.dispatcher
    dispatcher.settings = replace(dispatcher.settings, contact=ContactRules(consent_required=True))
    _, shown = await opened(talk)
    assert "without a yes no mailings go" in shown.html


async def test_a_yes_without_proof_is_refused(talk: BotTalk) -> None:
    anna, shown = await opened(talk)
    [asked] = await talk.taps("✉️ They said yes", on=shown)
    await talk.taps("📋 On a form", on=asked)
    [refused] = await talk.says("   ")
    assert "needs its proof" in refused.html
    assert await kept(talk, anna) == []


async def test_another_reps_client_stays_closed(talk: BotTalk) -> None:
    async with talk.database.write() as session:
        theirs = await make_client(session, "Anna", owner=await make_staff(session))
    for press in (f"qs:{theirs.id}", f"qa:{theirs.id}:0", f"qh:{theirs.id}:email:granted", f"qp:{theirs.id}:sms:form"):
        assert await talk.presses(press, message_id=9) == []


async def test_in_russian_and_thai(talk: BotTalk) -> None:
    for language, part in ((Language.RU, "не спрашивали"), (Language.TH, "ยังไม่เคยถาม")):
        async with talk.database.write() as session:
            (await session.get_one(Staff, talk.staff.id)).language = language
            anna = await make_client(session, "Anna", owner=talk.staff)
        [card] = await talk.presses(f"qs:{anna.id}", message_id=9)
        assert part in card.html
