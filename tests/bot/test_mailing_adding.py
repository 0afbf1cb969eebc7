"""What a draft is given in the chat: a second channel, files, and the list of who lacks what."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from crm import templates
from storage.models import Channel, Client, Language, Staff
from tests.bot.conftest import BotTalk
from tests.bot.test_mailings import _drafted, _expand, _prepare, boss
from tests.factories import make_client

__all__ = ["boss"]


def _file(talk: BotTalk, name: str, content: bytes, kind: str) -> dict[str, Any]:
    talk.recorder.files[name] = content
    return {
        "document": {
            "file_id": name,
            "file_unique_id": name,
            "file_name": name,
            "file_size": len(content),
            "mime_type": kind,
        }
    }


async def test_whom_no_email_may_reach_gets_an_sms(talk: BotTalk, boss: Staff) -> None:
    await _prepare(talk, boss, clients=2)
    async with talk.database.write() as session:
        await make_client(session, "Phone", owner=talk.staff, phone="+66812349999", city="Riga", city_key="riga")
        text = await templates.create(session, actor=boss, name="Short", channel=Channel.SMS, now=talk.clock.now())
        await templates.write_version(
            session, actor=boss, template_id=text.id, language=Language.EN, text="Hi {name}", now=talk.clock.now()
        )
    card = await _drafted(talk)
    assert "<b>2</b> of 3 clients" in card.html
    (choice,) = await talk.taps("📱 SMS", on=card)
    (card,) = await talk.taps("📱 Short", on=choice)
    assert "<b>3</b> of 3 clients" in card.html
    assert "Whom no email may reach gets an SMS: Short" in card.html
    assert "By SMS: 1 client" in card.html
    (choice,) = await talk.taps("📱 SMS", on=card)
    (card,) = await talk.taps("Email only", on=choice)
    assert "<b>2</b> of 3 clients" in card.html


async def test_files_are_sent_one_after_another_and_taken_off(talk: BotTalk, boss: Staff) -> None:
    await _prepare(talk, boss, clients=1)
    (asked,) = await talk.taps("📎 Files", on=await _drafted(talk))
    assert "at most 3 MB" in asked.html
    await talk.says(**_file(talk, "logo.png", b"\x89PNG", "image/png"))
    (there,) = await talk.says(**_file(talk, "prices.pdf", b"%PDF", "application/pdf"))
    assert "logo.png, prices.pdf" in there.html
    (card,) = await talk.taps("✅", on=there)
    assert "📎 logo.png, prices.pdf" in card.html
    (asked,) = await talk.taps("📎 Files", on=card)
    (card,) = await talk.taps("Take all files off", on=asked)
    assert "logo.png" not in card.html


async def test_who_lacks_what_is_listed_before_it_goes(talk: BotTalk, boss: Staff) -> None:
    await _prepare(talk, boss, clients=25, text="Hello {name} of {company}")
    async with talk.database.write() as session:
        await session.execute(update(Client).where(Client.name == "Client 3").values(company="Shop"))
    card = await _drafted(talk)
    assert "and 21 more" in card.html
    (listed,) = await talk.taps("⚠️ Who lacks what", on=card)
    assert "24 clients lack something" in listed.html
    assert "<b>Client 0</b>: {company}" in listed.html
    assert "Client 3<" not in listed.html
    (second,) = await talk.taps("›", on=listed)
    assert "Client 24" in second.html
    (card,) = await talk.taps("‹ Back", on=second)
    assert "News → Riga" in card.html


async def test_a_copy_leaves_out_whom_the_first_one_reached(talk: BotTalk, boss: Staff) -> None:
    await _prepare(talk, boss, clients=3)
    await talk.taps("🚀 Now", on=await _drafted(talk))
    await _expand(talk)
    async with talk.database.write() as session:
        await make_client(session, "New", owner=talk.staff, email="new@x.example", city="Riga", city_key="riga")
    (card,) = await talk.presses("mv:1", message_id=9)
    (draft,) = await talk.taps("📄 Copy", on=card)
    assert "News → Riga (2)" in draft.html
    assert "<b>1</b> of 1 client gets it" in draft.html
    assert "3 clients had it already and are left out." in draft.html
    (draft,) = await talk.taps("Send to those who had it too", on=draft)
    assert "<b>4</b> of 4 clients" in draft.html
    (draft,) = await talk.taps("Leave out those who had it", on=draft)
    assert "<b>1</b> of 1 client" in draft.html
