"""STOP in three languages, and what only looks like it."""

from __future__ import annotations

import pytest

from crm.optout import means_start, means_stop


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        " stop. ",
        "Stop please!",
        "please stop",
        "Stop texting me",
        "UNSUBSCRIBE",
        "opt out",
        "opt-out",
        "Cancel",
        "don't text me",
        "Стоп",
        "СТОП!!!",
        "стоп, пожалуйста",
        "Отпишите меня",
        "Не пишите мне больше",
        "не присылайте мне сообщения",
        "хватит",
        "หยุด",
        "หยุดส่งครับ",
        "ยกเลิก ค่ะ",
        "ไม่ต้องส่งแล้วนะคะ",
        "ไม่รับ sms ค่ะ",
    ],
)
def test_whole_messages_that_say_stop(text: str) -> None:
    assert means_stop(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Please stop by tomorrow at 10",
        "cancel my order 114",
        "The truck did stop at the gate",
        "End of month is fine",
        "Не пишите цену без НДС",
        "Отмена заказа 15, пришлите новый счёт",
        "стоп-кран нужен 5 шт",
        "ยกเลิกออเดอร์ 15 แล้วส่งใบเสนอราคาใหม่",
        "หยุดงานวันไหนบ้างครับ",
        "stop " * 40,
    ],
)
def test_messages_that_only_hold_such_a_word(text: str) -> None:
    assert not means_stop(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [("START", True), (" start.", True), ("Unstop", True), ("yes", False), ("start on Friday", False), ("", False)],
)
def test_only_the_word_itself_takes_a_stop_back(text: str, meant: bool) -> None:
    assert means_start(text) is meant
