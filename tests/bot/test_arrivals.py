"""What the card of a received mail says beside its text, and what its buttons do: invitations, absences, doubts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.render import Card, Reader
from channels.email.absences import Absence
from channels.email.invitations import Invitation, Method
from crm import absences, followups, tray
from storage.models import Client, FollowUp, Interaction, Language, Outbox, Role, Staff
from tests.bot.conftest import BotTalk, Shown
from tests.crm.mails import mail, take
from tests.factories import make_client

MEETING = Invitation(
    method=Method.REQUEST,
    uid="u1",
    summary="Visit <b>us</b>",
    start="2026-12-05T09:00:00+00:00",
    end="2026-12-05T10:00:00+00:00",
    location="Riga & around",
    organizer="boss@baltic.example",
    organizer_name="Boss",
    attendee="crm@us.example",
    recurring=True,
)


async def _client(talk: BotTalk) -> Client:
    async with talk.database.write() as session:
        owner = await session.get_one(Staff, talk.staff.id)
        return await make_client(session, "Anna", owner=owner, email="anna@baltic.example")


async def _received(talk: BotTalk, **fields: object) -> int:
    async with talk.database.write() as session:
        received = await take(session, mail(**fields), talk.clock.now())
        assert received is not None
        return received.id


async def _card(talk: BotTalk, name: str, card_id: int, language: Language = Language.EN) -> Card:
    async with talk.database.read() as session:
        staff = await session.get_one(Staff, talk.staff.id)
        staff.language = language
        card = await talk.application.router.cards[name](
            Reader(session, staff=staff, now=talk.clock.now()), card_id, {}
        )
    assert card is not None
    return card


def _shown(talk: BotTalk, card: Card) -> Shown:
    """The card as it would hang in the chat."""
    from bot.context import chat_message

    signer = talk.application.signer
    message = chat_message(card, signer=signer, staff=talk.staff, now=talk.clock.now())
    buttons = [{"text": one.text, "callback_data": one.data} for row in message.buttons for one in row]
    return Shown(77, message.html, buttons, edited=False)


def _labels(card: Card) -> list[str]:
    return [press.text for row in card.rows for press in row]


async def test_an_invitation_shows_when_and_where_and_is_accepted_by_one_tap(talk: BotTalk) -> None:
    await _client(talk)
    received = await _received(talk, invitation=MEETING)
    card = await _card(talk, tray.CARD, received)
    # Rita's clocks are an hour ahead of UTC.
    for words in ("Visit &lt;b&gt;us&lt;/b&gt;", "Sat 5 Dec, 10:00 – 11:00", "repeats", "Riga &amp; around", "Boss"):
        assert words in card.html
    assert [label.split()[-1] for label in _labels(card)[:3]] == ["Accept", "Maybe", "Decline"]
    (edited,) = await talk.taps("✅ Accept", on=_shown(talk, card))
    assert edited.edited
    assert "✅ Accepted" in edited.html
    assert not any(button["text"].endswith("Accept") for button in edited.buttons)
    assert talk.toast().startswith("Accepted")
    async with talk.database.read() as session:
        row = (await session.execute(select(Outbox).where(Outbox.kind == "invitation_answer"))).scalar_one()
    assert (row.address, row.payload["answer"]) == ("boss@baltic.example", "accepted")


async def test_a_cancelled_invitation_says_so_and_asks_nothing(talk: BotTalk) -> None:
    await _client(talk)
    first = await _received(talk, invitation=MEETING)
    fields = {name: getattr(MEETING, name) for name in MEETING.__dataclass_fields__}
    hanging = _shown(talk, await _card(talk, tray.CARD, first))
    cancelled = await _received(talk, invitation=Invitation(**{**fields, "method": Method.CANCEL, "sequence": 1}))
    for card_id in (first, cancelled):
        card = await _card(talk, tray.CARD, card_id)
        assert "Cancelled" in card.html
        assert not any("Accept" in label for label in _labels(card))
    await talk.taps("✅ Accept", on=hanging)
    assert "can no longer be answered" in talk.toast()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("method", [Method.REQUEST, Method.CANCEL, Method.REPLY, Method.PUBLISH])
async def test_every_invitation_has_words_in_every_language(talk: BotTalk, language: Language, method: Method) -> None:
    await _client(talk)
    fields = {name: getattr(MEETING, name) for name in MEETING.__dataclass_fields__}
    whole_day = {"start": "2026-12-05", "end": "2026-12-07", "all_day": True, "participation": "declined"}
    bare = {"start": "2026-12-05T09:00:00", "end": "", "organizer": "", "summary": "", "participation": "odd"}
    for other in ({}, whole_day, bare):
        received = await _received(talk, invitation=Invitation(**{**fields, "method": method, **other}))
        assert "📅" in (await _card(talk, tray.CARD, received, language)).html or method is Method.REPLY


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"authentication": "dmarc=fail"}, "Sender not verified"),
        ({"is_automatic": True}, "Automatic message"),
    ],
)
async def test_doubts_stand_above_the_text(talk: BotTalk, fields: dict[str, object], words: str) -> None:
    await _client(talk)
    assert words in (await _card(talk, tray.CARD, await _received(talk, **fields))).html
    assert words not in (await _card(talk, tray.CARD, await _received(talk))).html


async def test_an_absence_offers_the_day_of_return_and_moves_by_one_tap(talk: BotTalk) -> None:
    client = await _client(talk)
    now = talk.clock.now()
    async with talk.database.write() as session:
        rita = await session.get_one(Staff, talk.staff.id)
        due = await followups.schedule(
            session, actor=rita, client_id=client.id, promise="send offer", due_at=now + timedelta(days=2), now=now
        )
    note = await _received(talk, is_automatic=True, absence=Absence((now + timedelta(days=13)).date()))
    assert "Away until 7 Dec 2026" in (await _card(talk, tray.CARD, note)).html
    offer = await _card(talk, absences.CARD, note)
    for words in ("<b>Anna</b> is away until 7 Dec 2026", "send offer", "Move to <b>Mon 7 Dec, 09:00</b>?"):
        assert words in offer.html
    (kept,) = await talk.taps("Keep", on=_shown(talk, offer))
    assert "Nothing was moved" in kept.html
    (moved,) = await talk.taps("🗓 Move", on=_shown(talk, offer))
    assert "Moved to Mon 7 Dec, 09:00" in moved.html
    async with talk.database.read() as session:
        assert (await session.get_one(FollowUp, due.id)).due_at == now.replace(day=7, month=12, hour=8)
    assert "Nothing of yours is due before" in (await _card(talk, absences.CARD, note)).html


async def test_a_mail_that_could_not_be_read_says_so_and_has_its_file(talk: BotTalk) -> None:
    from channels import inbox
    from crm import inbound
    from crm.inbound import Arrival
    from crm.interactions import KeptFile
    from storage.models import InboxSource

    async with talk.database.write() as session:
        now = talk.clock.now()
        inbox_id = await inbox.store(session, source=InboxSource.EMAIL, external_id="x", now=now)
        assert inbox_id
        raw = KeptFile("0" * 64, "mail.eml", "message/rfc822", 7)
        kept = await inbound.keep_unread(session, raw=raw, arrival=Arrival(inbox_id, now), now=now)
        assert await session.get(Interaction, kept.id)
    card = await _card(talk, tray.CARD, kept.id)
    assert "A mail could not be read" in card.html
    assert "📎 mail.eml" in _labels(card)
    assert not any("New client" in label for label in _labels(card)), "there is nobody to make a client of"
    async with talk.database.write() as session:
        (await session.get_one(Staff, talk.staff.id)).role = Role.MANAGER
    (listed,) = await talk.says("/tray")
    assert [button["text"] for button in listed.buttons] == ["⚠️ A mail that could not be read"]
