"""An automation's message as it leaves: the client's language, the way out where it is marketing, nothing with holes in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from channels.message import OutgoingEmail, OutgoingSms
from channels.outbox.delivery import Composed, Drop
from crm import consent, templates
from crm.automations.composing import AutomationComposer
from crm.automations.definition import Send, SendBy, Wait
from crm.mailings.composing import Links
from crm.writing import Sender
from storage.files import FileStore
from storage.models import Channel, Language, Template
from storage.queries.claims import Claim
from storage.queries.outbox import turn
from tests.crm.automations.engine import Engine, definition

KEY = b"k" * 32
URL = "https://crm.example"


async def composed(engine: Engine, folder: Path, channel: Channel = Channel.EMAIL, **options: bool) -> Composed:
    sender = Sender("crm@crm.example", "Acme", FileStore(folder))
    composer = AutomationComposer(sender, Links(URL, KEY), **options)
    async with engine.database.connect() as unit:
        claim = Claim(owner="t", token="t", seconds=60, limit=10)
        (row,) = (await turn(unit, channel=channel, now=engine.now, claim=claim)).claimed
    async with engine.database.read() as session:
        return await composer(session, row)


async def sends(engine: Engine, *steps: Send, **client: object) -> None:
    from datetime import timedelta

    await engine.on(definition(*steps, Wait(timedelta(days=1))))
    await engine.newcomer("Anna", **client)
    await engine.run()


async def test_a_letter_in_the_clients_language_with_a_way_out(engine: Engine, tmp_path: Path) -> None:
    await engine.template("Hello")
    async with engine.database.write() as session:
        made = await session.get_one(Template, 1)
        await templates.write_version(
            session,
            actor=engine.manager,
            template_id=made.id,
            language=Language.RU,
            subject="Привет, {name}",
            text="Здравствуйте, {name}!",
            now=engine.now,
        )
    await sends(engine, Send(SendBy.EMAIL, "Hello"), email="anna@x.example", language=Language.RU)
    letter = await composed(engine, tmp_path)
    assert isinstance(letter, OutgoingEmail)
    assert (letter.subject, letter.to_address) == ("Привет, Anna", "anna@x.example")
    assert letter.body is not None
    assert "Здравствуйте, Anna!" in letter.body.body.plain(letter.body.values)
    assert letter.unsubscribe_url is not None
    leaving = consent.read_token(letter.unsubscribe_url.removeprefix(f"{URL}/u/"), key=KEY)
    assert leaving.channel is Channel.EMAIL
    assert letter.unsubscribe_url in letter.body.body.plain(letter.body.values)
    assert f"{URL}/p/" in letter.body.body.plain(letter.body.values)
    assert all(b'href=3D""' not in part and b'href=""' not in part for part in letter.body.entities())
    assert letter.automatic
    assert letter.message_id.startswith("<a1.")


async def test_what_somebody_has_to_know_carries_no_footer(engine: Engine, tmp_path: Path) -> None:
    await engine.template("Due", text="Invoice for {name} & co")
    await sends(engine, Send(SendBy.EMAIL, "Due", marketing=False), email="anna@x.example")
    letter = await composed(engine, tmp_path)
    assert isinstance(letter, OutgoingEmail)
    assert letter.unsubscribe_url is None
    assert letter.body is not None
    assert letter.body.body.plain(letter.body.values).strip() == "Invoice for Anna & co"


@pytest.mark.parametrize(
    ("marketing", "takes_replies", "ends"), [(True, True, "STOP"), (True, False, f"{URL}/u/"), (False, True, "Hi Anna")]
)
async def test_an_sms_says_how_to_stop(
    engine: Engine, tmp_path: Path, marketing: bool, takes_replies: bool, ends: str
) -> None:
    await engine.template("Text", Channel.SMS, text="Hi {name}")
    await sends(engine, Send(SendBy.SMS, "Text", marketing=marketing), phone="+66812345678")
    text = await composed(engine, tmp_path, Channel.SMS, takes_replies=takes_replies)
    assert isinstance(text, OutgoingSms)
    assert text.text.startswith("Hi Anna")
    assert ends in text.text
    assert (text.text == "Hi Anna") is not marketing


async def test_an_email_template_goes_as_sms_where_that_is_what_is_left(engine: Engine, tmp_path: Path) -> None:
    await engine.template("Hello")
    await sends(engine, Send(SendBy.CHEAPEST, "Hello"), phone="+66812345678")
    text = await composed(engine, tmp_path, Channel.SMS)
    assert isinstance(text, OutgoingSms)
    assert text.text.startswith("Hello Anna")


async def test_a_hole_is_not_sent(engine: Engine, tmp_path: Path) -> None:
    await engine.template("Hello", text="You in {city}")
    await sends(engine, Send(SendBy.EMAIL, "Hello"), email="anna@x.example")
    assert await composed(engine, tmp_path) == Drop("missing-field: city", failed=True)
