"""A customer writes; the rep replies to the message that announced it; the thread holds together."""

from __future__ import annotations

import base64
from typing import Any

from tests.flows.conftest import ANNA_EMAIL, IVAN_EMAIL, Day

PRICES = {"name": "цены.csv", "media_type": "text/csv", "content_base64": base64.b64encode(b"M8;3.10").decode()}


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


async def announced(day: Day, subject: str, text: str, **more: Any) -> dict[str, Any]:
    """Anna writes, and it hangs in the rep's chat."""
    await day.anna.writes(subject, text, **more)
    return await day.rep.sees("Anna Schmidt", text, patience=20)


async def test_an_answer_to_all_reaches_everybody_the_mail_named(day: Day) -> None:
    seen = await announced(day, "Samples", "Ivan should see this too", cc=f"Иван Петров <{IVAN_EMAIL}>")
    assert IVAN_EMAIL in seen["text"]
    await day.rep.taps("All (2)", on=seen)
    preview = await day.rep.asks("Samples leave on Monday", ANNA_EMAIL, IVAN_EMAIL, button="Send")
    await day.rep.taps("Send", on=preview)
    first = await day.anna.gets_mail("Samples leave on Monday", patience=20)
    second = await day.ivan.gets_mail("Samples leave on Monday", patience=20)
    for name in ("Message-ID", "In-Reply-To", "References", "To", "Cc", "Reply-To"):
        assert first["headers"][name] == second["headers"][name]
    assert ANNA_EMAIL in first["headers"]["To"]
    assert IVAN_EMAIL in first["headers"]["Cc"]
    assert "touchline.example" not in first["headers"]["To"]
    await day.rep.sees("Samples leave on Monday", "sent to 2 of 2", patience=20)
    assert len([one for one in await day.anna.mailbox() if one["direction"] == "in"]) == 1
    # Ivan is a client of his own: his answer to all is announced as his, and never enters Anna's conversation.
    await day.ivan.answers(second, "Понял, спасибо")
    await day.rep.sees("Иван Петров", "Понял, спасибо", patience=20)


async def test_one_of_all_is_refused_and_the_card_says_who(day: Day) -> None:
    day.sandbox.faults.change({"smtp": {"refuse": 550, "only": "ivan@*"}})
    seen = await announced(day, "Samples", "For both", cc=IVAN_EMAIL)
    await day.rep.taps("All (2)", on=seen)
    preview = await day.rep.asks("Here they are", IVAN_EMAIL, button="Send")
    await day.rep.taps("Send", on=preview)
    await day.anna.gets_mail("Here they are", patience=20)
    await day.rep.sees("Here they are", "sent to 1 of 2", f"{IVAN_EMAIL}: ❌ did not arrive", patience=20)


async def test_a_mail_passed_on_to_a_colleague_with_its_file(day: Day) -> None:
    seen = await announced(day, "Drawing", "Can you make this?", attachments=[PRICES])
    await day.rep.taps("Forward", on=seen)
    await day.rep.taps("Somsak Lee", on=await day.rep.sees("To whom?"))
    shown = await day.rep2.sees("Anna Schmidt", "Can you make this?", patience=20)
    assert not [button for row in shown["buttons"] for button in row if "Answer" in button["text"]]

    async def file_came() -> bool | None:
        return any((one["file"] or {}).get("name") == PRICES["name"] for one in await day.rep2.chat()) or None

    async def otherwise() -> str:
        return f"no file: {await day.rep2.chat()}"

    await day.control.until(file_came, patience=20, otherwise=otherwise)
    refused = await day.rep2.says("I can", reply_to=shown["message_id"])
    await day.rep2.sees("Ask them to assign you", after=refused)


async def test_a_mail_passed_on_to_an_address_comes_back_to_its_client(day: Day) -> None:
    day.sandbox.add_person("carrier", "Greta Lind", "customer", email="greta@carrier.example")
    seen = await announced(day, "Delivery", "To Riga by Friday?", attachments=[PRICES])
    await day.rep.taps("Forward", on=seen)
    await day.rep.taps("To an email address", on=await day.rep.sees("To whom?"))
    await day.rep.sees("To which email address?")
    preview = await day.rep.asks("greta@carrier.example", "Forward to", "цены.csv", button="Send")
    await day.rep.taps("Text", on=preview)
    await day.rep.sees("Now the text")
    preview = await day.rep.asks("Can you do it?", "Can you do it?", button="Send")
    await day.rep.taps("Send", on=preview)
    box = await mailbox_of(day, "carrier", "Can you do it?", "Forwarded message", "To Riga by Friday?")
    assert [one["name"] for one in box["attachments"]] == ["цены.csv"]
    await day.control.post("people/carrier/mailbox/reply", {"message_id": box["message_id"], "text": "Thursday even"})
    await day.rep.sees("Anna Schmidt", "Thursday even", "greta@carrier.example", patience=20)


async def mailbox_of(day: Day, person: str, *parts: str) -> dict[str, Any]:
    from tests.flows.players import Customer

    return await Customer(day.control, person).gets_mail(*parts, patience=20)


async def test_the_thread_shows_both_sides_and_what_became_of_ours(day: Day) -> None:
    seen = await announced(day, "Prices", "What are 200 bolts?")
    await day.rep.says("3.10 each", reply_to=seen["message_id"])
    letter = await day.anna.gets_mail("3.10 each", patience=20)
    await day.anna.answers(letter, "Fine, send them")
    await day.rep.sees("3.10 each", "sent", patience=20)
    second = await day.rep.sees("Fine, send them", patience=20)
    await day.rep.taps("Thread", on=second)
    thread = await day.rep.sees("3 messages", "What are 200 bolts?", "3.10 each", "Fine, send them")
    positions = [thread["text"].index(part) for part in ("200 bolts", "3.10 each", "Fine, send")]
    assert positions == sorted(positions)
    assert "✔️ sent" in thread["text"]
    await day.rep.taps("2", on=thread)
    await day.rep.sees("Outgoing email", "3.10 each")


async def test_a_conversation_given_to_a_colleague(day: Day) -> None:
    seen = await announced(day, "Complaint", "The bolts are too short")
    await day.rep.taps("More", on=seen)
    await day.rep.taps("Assign", on=await day.rep.sees("bolts are too short", button="Assign"))
    await day.rep.taps("Somsak Lee", on=await day.rep.sees("Who shall answer"))
    given = await day.rep2.sees("The bolts are too short", "given to you", patience=20)
    await day.rep2.says("We send longer ones", reply_to=given["message_id"])
    letter = await day.anna.gets_mail("We send longer ones", patience=20)
    await day.anna.answers(letter, "Thank you, quick work")
    await day.rep2.sees("Thank you, quick work", patience=20)
    assert await day.rep.count("Thank you, quick work") == 0
    # Nothing else of the client is theirs.
    nothing = await day.rep2.says("Anna Schmidt")
    await day.rep2.sees(after=nothing)
    assert await day.rep2.count("anna@baltic.example", button="More") <= 2  # the two mails alone


async def test_what_is_not_ours_is_quiet_until_it_is_taken_back(day: Day) -> None:
    day.sandbox.add_person("newcomer", "Greta Lind", "customer", email="greta@nordic.example")
    await day.control.post("people/newcomer/mailbox/send", {"subject": "Hi", "text": "Is this the bakery?"})
    seen = await day.manager.sees("Is this the bakery?", button="Not ours", patience=20)
    await day.manager.taps("Not ours", on=seen)
    marked = await day.manager.sees("Is this the bakery?", "nobody has to answer", button="Undo")
    await day.control.post("people/newcomer/mailbox/send", {"subject": "Hi", "text": "Two loaves please"})
    await announced(day, "Later", "This one is ours")
    assert await day.manager.count("Two loaves please") == 0
    await day.manager.taps("Undo", on=marked)
    await day.control.post("people/newcomer/mailbox/send", {"subject": "Hi", "text": "Hello again"})
    await day.manager.sees("Hello again", patience=20)


async def test_spam_is_quiet_too(day: Day) -> None:
    day.sandbox.add_person("spammer", "Best Deals", "customer", email="deals@spam.example")
    await day.control.post("people/spammer/mailbox/send", {"subject": "Win", "text": "You have won"})
    seen = await day.manager.sees("You have won", button="Spam", patience=20)
    await day.manager.taps("Spam", on=seen)
    await day.manager.sees("You have won", "Marked as spam")
    await day.control.post("people/spammer/mailbox/send", {"subject": "Win", "text": "You have won again"})
    await announced(day, "Later", "This one is no spam")
    assert await day.manager.count("You have won again") == 0


async def test_a_stand_in_answers_for_who_is_away(day: Day) -> None:
    await day.rep.says("/settings")
    await day.rep.taps("Stand-in", on=await day.rep.sees("Nina Orlova", button="Stand-in"))
    await day.rep.taps("Somsak Lee", on=await day.rep.sees("while you are away", button="Somsak Lee"))
    await day.rep.taps("Away", on=await day.rep.sees("Somsak Lee", button="Away"))
    await day.rep.taps("3 days", on=await day.rep.sees("For how long"))
    await day.anna.writes("Urgent", "Is anybody there?")
    seen = await day.rep2.sees("Is anybody there?", patience=20)
    await day.rep2.says("Yes, I am", reply_to=seen["message_id"])
    await day.anna.gets_mail("Yes, I am", patience=20)
