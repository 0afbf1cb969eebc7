"""A customer writes; the rep replies to the message that announced it; the thread holds together."""

from __future__ import annotations

from tests.flows.conftest import Day


async def test_an_email_comes_in_and_the_reply_goes_back_in_the_same_thread(day: Day) -> None:
    asked = await day.anna.writes("Prices for M8", "Hello,\nwhat are 200 bolts M8x40?\nAnna")
    announced = await day.rep.sees("Anna Schmidt", "200 bolts M8x40", patience=20)
    await day.rep.says("3.10 each, delivery on Friday", reply_to=announced["message_id"])
    answer = await day.anna.gets_mail("3.10 each", patience=20)
    assert answer["headers"]["In-Reply-To"] == asked["message_id"]
    await day.anna.answers(answer, "Fine, please send them.")
    second = await day.rep.sees("Fine, please send them", patience=20)
    assert "3.10 each" not in second["text"].split("Earlier messages")[0]


async def test_an_sms_comes_in_and_is_answered_by_reply(day: Day) -> None:
    await day.anna.texts("Is my order ready?")
    announced = await day.rep.sees("Anna Schmidt", "Is my order ready?", patience=20)
    await day.rep.says("Yes, come any time", reply_to=announced["message_id"])
    text = await day.anna.gets_text("Yes, come any time", patience=20)
    assert text["from"] == day.sandbox.accounts.twilio_number


async def test_an_unknown_sender_lands_in_the_tray_and_becomes_a_client(day: Day) -> None:
    day.sandbox.add_person("newcomer", "Greta Lind", "customer", email="greta@nordic.example")
    await day.control.post("people/newcomer/mailbox/send", {"subject": "Hinges", "text": "Do you sell hinges?"})
    seen = await day.manager.sees("Do you sell hinges?", button="New client", patience=20)
    await day.manager.taps("New client", on=seen)
    asked = await day.manager.sees("What is this client called?")
    await day.manager.says("Greta Lind")
    await day.manager.sees("Greta Lind", "greta@nordic.example", after=asked["message_id"])


async def test_stop_is_honoured_at_once(day: Day) -> None:
    await day.anna.texts("STOP")
    await day.anna.gets_text("unsubscribed")
    assert day.sandbox.phones.stopped == {"+4915112345678"}
