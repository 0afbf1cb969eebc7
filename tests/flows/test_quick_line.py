"""A rep walks out of a meeting: one message, one tap."""

from __future__ import annotations

from tests.flows.conftest import Day


async def test_a_call_with_a_follow_up_is_one_message_and_one_tap(day: Day) -> None:
    card = await day.rep.asks(
        "call Anna agreed 20 pcs, tomorrow 10 send offer", "Anna Schmidt", "agreed 20 pcs", "send offer", button="Save"
    )
    await day.rep.taps("Save", on=card)
    saved = await day.rep.sees("Anna Schmidt", "send offer", button="Undo")
    assert saved["message_id"] == card["message_id"]
    assert saved["edits"] >= 1


async def test_nothing_is_saved_before_the_tap_and_undo_takes_it_back(day: Day) -> None:
    card = await day.rep.asks("met Anna about prices, tomorrow 9 call back", button="Save")
    today = await day.rep.asks("/today", "Today")
    assert "call back" not in today["text"]
    await day.rep.taps("Save", on=card)
    await day.rep.sees("Anna", button="Undo")
    await day.rep.taps("Undo", on=card)
    await day.rep.sees("Undone.")


async def test_the_same_line_in_russian(day: Day) -> None:
    card = await day.rep.asks(
        "звонок Петров договорились на 20 штук, завтра в 10 отправить предложение", "Иван Петров", button="Save"
    )
    assert "отправить предложение" in card["text"]


async def test_strangers_get_one_polite_line_and_nothing_else(day: Day) -> None:
    answer = await day.stranger.asks("/start", "only talk to its staff")
    await day.stranger.says("call Anna agreed 20 pcs")
    await day.rep.asks("/today", "Today")  # whatever was said before this has been handled by now, or soon
    shown = [message for message in await day.stranger.chat() if message["from"] == "bot"]
    assert all(message["text"] == answer["text"] for message in shown)
    assert not any("Anna" in message["text"] for message in shown)


async def test_a_press_of_somebody_elses_button_does_nothing(day: Day) -> None:
    card = await day.rep.asks("call Anna said hello", "Anna Schmidt", button="Save")
    data = next(button["data"] for row in card["buttons"] for button in row if "Save" in button["text"])
    await day.manager.asks("/menu", "Viktor")
    day.sandbox.bot.updates.put(
        "callback_query",
        {
            "id": "1",
            "from": {"id": 799, "is_bot": False, "first_name": "Joe"},
            "message": {
                "message_id": card["message_id"],
                "date": card["date"],
                "chat": {"id": 799, "type": "private"},
                "text": "x",
            },
            "chat_instance": "1",
            "data": data,
        },
    )
    await day.rep.asks("/today", "Today")
    await day.rep.taps("Save", on=card)
    await day.rep.sees("Anna Schmidt", button="Undo")
