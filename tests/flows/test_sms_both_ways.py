"""SMS with a customer: pictures, wishes in their own words, answers that get lost, phones that are off."""

from __future__ import annotations

import base64

from tests.flows.conftest import ANNA_PHONE, Day

PICTURE = {
    "name": "bolt.jpg",
    "content_base64": base64.b64encode(b"\xff\xd8 bolt").decode(),
    "media_type": "image/jpeg",
}


async def test_a_picture_from_a_phone_reaches_the_chat(day: Day) -> None:
    await day.control.post("people/anna/phone/text", {"text": "Do you have these?", "file": PICTURE})
    card = await day.rep.sees("Do you have these?", button="mms-1.jpg", patience=20)
    await day.rep.taps("mms-1.jpg", on=card)
    shown = await day.rep.control.until(lambda: _file(day), patience=10, otherwise=lambda: _nothing())
    assert shown["file"]["name"] == "mms-1.jpg"


async def _file(day: Day) -> dict[str, object] | None:
    return next((one for one in await day.rep.chat() if one.get("file")), None)


async def _nothing() -> str:
    return "the picture never came as a file"


async def test_wishes_in_ones_own_words_are_obeyed_or_asked_about(day: Day) -> None:
    await day.ivan.texts("кто это?")
    answer = await day.ivan.gets_text("Touchline Trading", "СТОП", patience=20)
    assert answer["from"] == day.sandbox.accounts.twilio_number
    await day.ivan.texts("Стоп. Это не наш заказ")
    card = await day.rep.sees("Это не наш заказ", "Stop all mailings to Иван Петров?", button="Yes", patience=20)
    await day.rep.taps("Yes", on=card)
    await day.rep.sees("Это не наш заказ", patience=10)
    await day.anna.texts("please stop sending me these")
    await day.rep.sees("please stop sending me these", "Anna Schmidt wants no more messages", patience=20)


async def texts_anna(day: Day, text: str) -> None:
    await day.rep.taps("SMS", on=await day.rep.asks("Anna", "Anna Schmidt", button="SMS"))
    await day.rep.sees("Write the text")
    preview = await day.rep.asks(text, ANNA_PHONE, button="Send")
    await day.rep.taps("Send", on=preview)


async def test_a_lost_answer_and_a_phone_that_is_off(day: Day) -> None:
    """Twilio's own report tells which delivery it was; a phone that is off gets its text when it is on again, once."""
    day.sandbox.faults.change({"twilio": {"accept_then_drop": True, "only": ["messages.create"], "times": 1}})
    await texts_anna(day, "Your order is ready")
    await day.rep.sees("Your order is ready", "delivered", patience=20)
    assert len(await day.anna.phone()) == 1
    day.sandbox.faults.change({"twilio": {"undelivered": 30003}})
    await texts_anna(day, "It waits at gate 4")
    await day.rep.sees("It waits at gate 4", "tried again later", "off or out of reach", patience=20)
    day.sandbox.faults.change({"twilio": {}})
    await day.clock.advance(hours=1, minutes=1)
    await day.anna.gets_text("It waits at gate 4", patience=20)
    await day.rep.sees("It waits at gate 4", "delivered", patience=20)
    assert len(await day.anna.phone()) == 2
