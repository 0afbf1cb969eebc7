"""From a client's card: an email and an SMS leave, arrive, and say on the card what became of them."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.flows.conftest import Day

pytestmark = pytest.mark.long

PDF = base64.b64encode(b"%PDF-1.4 nothing").decode()


async def anna_card(day: Day) -> dict[str, Any]:
    return await day.rep.asks("Anna", "Anna Schmidt", button="Email")


async def test_an_email_from_the_card_arrives_and_is_said_to_have(day: Day) -> None:
    await day.rep.taps("Email", on=await anna_card(day))
    await day.rep.sees("What is the subject?")
    await day.rep.asks("Offer 17", "Now the text")
    preview = await day.rep.asks("Dear Anna,\n20 pcs <b>today</b> & tomorrow", "anna@baltic.example", button="Send")
    await day.rep.taps("Send", on=preview)
    letter = await day.anna.gets_mail("Offer 17", "20 pcs <b>today</b> & tomorrow", patience=20)
    assert "crm@touchline.example" in letter["from"]
    await day.rep.sees("Offer 17", "sent", patience=20)


async def test_a_letter_with_a_template_two_files_and_a_signature(day: Day) -> None:
    await a_template(day)
    await day.rep.says("/settings")
    await day.rep.taps("Signature", on=await day.rep.sees("Nina Orlova", button="Signature"))
    await day.rep.sees("Your signature")
    await day.rep.asks("Nina Orlova\n+66 2 123", "+66 2 123", button="Signature")
    await day.rep.taps("Email", on=await anna_card(day))
    asked = await day.rep.sees("What is the subject?", button="Offer")
    await day.rep.taps("Offer", on=asked)
    preview = await day.rep.sees("Dear Anna Schmidt", "your offer", "+66 2 123", button="Files")
    await day.rep.taps("Files", on=preview)
    await day.rep.sees("one after another", "15 of 15 MB")
    await day.rep.says(file={"name": "offer.pdf", "content_base64": PDF})
    await day.rep.sees("offer.pdf", button="Done")
    await day.product.restart()
    await day.rep.says(file={"name": "drawing.dwg", "content_base64": PDF})
    await day.rep.taps("Done", on=await day.rep.sees("drawing.dwg", button="Done"))
    preview = await day.rep.sees("Dear Anna Schmidt", "offer.pdf", "drawing.dwg", button="Send")
    await day.rep.taps("Send", on=preview)
    letter = await day.anna.gets_mail("Your offer, Anna Schmidt", "Dear Anna Schmidt", patience=20)
    assert letter["text"].endswith("-- \nNina Orlova\n+66 2 123")
    assert [one["name"] for one in letter["attachments"]] == ["offer.pdf", "drawing.dwg"]


async def a_template(day: Day) -> None:
    """The rep's own, by email in English."""
    await day.rep.taps("New template", on=await day.rep.asks("/templates", button="New template"))
    await day.rep.sees("shall the template be called")
    await day.rep.taps("Email", on=await day.rep.asks("Offer", "by email or by SMS"))
    await day.rep.taps("English", on=await day.rep.sees("which language"))
    await day.rep.sees("The subject")
    await day.rep.asks("Your offer, {name}", "The text")
    await day.rep.asks("Dear {name},\nhere is your offer.", "version 1", "yours alone")


async def test_an_sms_from_the_card_is_delivered(day: Day) -> None:
    card = await day.rep.asks("Anna", "Anna Schmidt", button="More")
    if not any("SMS" in button["text"] for row in card["buttons"] for button in row):
        await day.rep.taps("More", on=card)
        card = await day.rep.sees("Anna Schmidt", button="SMS")
    await day.rep.taps("SMS", on=card)
    await day.rep.sees("Write the text")
    preview = await day.rep.asks("Ваш заказ готов", "+4915112345678", button="Send")
    await day.rep.taps("Send", on=preview)
    text = await day.anna.gets_text("Ваш заказ готов", patience=20)
    assert text["from"] == day.sandbox.accounts.twilio_number
    await day.rep.sees("Ваш заказ готов", "delivered", patience=20)


async def test_a_refused_address_is_said_on_the_card(day: Day) -> None:
    day.sandbox.faults.change({"smtp": {"refuse": 550, "only": "anna@*"}})
    await day.rep.taps("Email", on=await anna_card(day))
    await day.rep.sees("What is the subject?")
    await day.rep.asks("Offer 18", "Now the text")
    preview = await day.rep.asks("Hello", "anna@baltic.example", button="Send")
    await day.rep.taps("Send", on=preview)
    await day.rep.sees("Offer 18", "did not arrive", patience=20)
    assert await day.anna.mailbox() == []


async def test_a_restart_in_the_form_and_another_before_the_second_try_lose_nothing(day: Day) -> None:
    day.sandbox.faults.change({"smtp": {"refuse": 451, "times": 1}})
    await day.rep.taps("Email", on=await anna_card(day))
    await day.rep.sees("What is the subject?")
    await day.product.restart()
    await day.rep.asks("Offer 19", "Now the text")
    preview = await day.rep.asks("Hello again", "anna@baltic.example", button="Send")
    await day.rep.taps("Send", on=preview)
    await day.hears("smtp", "RCPT", 451)
    await day.product.restart()
    await day.clock.advance(hours=1)
    await day.anna.gets_mail("Offer 19", "Hello again", patience=20)
    assert len(await day.anna.mailbox()) == 1


async def test_after_stop_no_text_leaves_until_they_say_start(day: Day) -> None:
    await day.anna.texts("STOP")
    await day.anna.gets_text("unsubscribed")
    await texts_anna(day, "Your order is ready")
    await day.rep.sees("Your order is ready", "not sent", "STOP", patience=20)
    await day.anna.texts("START")
    await texts_anna(day, "It waits for you")
    await day.anna.gets_text("It waits for you", patience=20)
    assert not [text for text in await day.anna.phone() if "Your order is ready" in text["body"]]


async def texts_anna(day: Day, text: str) -> None:
    await day.rep.taps("SMS", on=await anna_card(day))
    asked = await day.rep.sees("Write the text")
    preview = await day.rep.asks(text, "+4915112345678", button="Send")
    assert preview["message_id"] > asked["message_id"]
    await day.rep.taps("Send", on=preview)


async def test_a_letter_that_comes_back_is_told_to_who_wrote_it(day: Day) -> None:
    day.sandbox.faults.change({"smtp": {"bounce": ["anna@*"]}})
    await day.rep.taps("Email", on=await anna_card(day))
    await day.rep.sees("What is the subject?")
    await day.rep.asks("Offer 20", "Now the text")
    preview = await day.rep.asks("Hello", "anna@baltic.example", button="Send")
    await day.rep.taps("Send", on=preview)
    # A card of its own at the end of the chat, not an edit far up that nobody sees.
    returned = "did not arrive: the address does not exist"
    await day.rep.sees("Offer 20", returned, after=preview["message_id"], patience=20)
