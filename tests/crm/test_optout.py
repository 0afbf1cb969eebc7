"""STOP, START and HELP in three languages, and what only looks like them."""

from __future__ import annotations

import time

import pytest

from crm.optout import Wish, means_start, means_stop, read
from tests.crm import optout_mail_sentences as mails
from tests.crm import optout_sentences as sentences
from tests.crm.optout_sentences import listed

MAIL_ASKS = [*listed(mails.ASKS_EN), *listed(mails.ASKS_RU), *listed(mails.ASKS_TH)]
MAIL_OTHERS = [*listed(mails.OTHERS_EN), *listed(mails.OTHERS_RU), *listed(mails.OTHERS_TH)]
ASKS = [*listed(sentences.ASKS_EN), *listed(sentences.ASKS_RU), *listed(sentences.ASKS_TH), *MAIL_ASKS]
OTHERS = [*listed(sentences.OTHERS_EN), *listed(sentences.OTHERS_RU), *listed(sentences.OTHERS_TH), *MAIL_OTHERS]
UNSURE = [*listed(sentences.UNSURE), *listed(mails.UNSURE)]


def test_the_corpora_are_large_and_in_three_languages() -> None:
    for asks, others in (
        (mails.ASKS_EN, mails.OTHERS_EN),
        (mails.ASKS_RU, mails.OTHERS_RU),
        (mails.ASKS_TH, mails.OTHERS_TH),
    ):
        assert len(listed(asks)) >= 25
        assert len(listed(others)) * 2 >= len(listed(asks))
    for block in (sentences.ASKS_EN, sentences.ASKS_RU, sentences.ASKS_TH):
        assert len(listed(block)) >= 60
    for block in (sentences.OTHERS_EN, sentences.OTHERS_RU, sentences.OTHERS_TH):
        assert len(listed(block)) >= 60
    assert not set(ASKS) & set(OTHERS)


def test_every_clear_ask_is_understood() -> None:
    assert [text for text in ASKS if read(text) is not Wish.STOP] == []


def test_nothing_else_is_taken_for_one() -> None:
    assert [(text, read(text)) for text in OTHERS if read(text) is not Wish.NONE] == []


def test_what_only_a_person_can_tell_is_left_to_a_person() -> None:
    assert [(text, read(text)) for text in UNSURE if read(text) is not Wish.UNSURE] == []


def test_letters_about_mail_and_consent_are_read_as_texts_are() -> None:
    wishes = ((MAIL_ASKS, Wish.STOP), (MAIL_OTHERS, Wish.NONE), (listed(mails.UNSURE), Wish.UNSURE))
    assert [(text, wish) for texts, wish in wishes for text in texts if read(text, in_letter=True) is not wish] == []


def test_starts_and_calls_for_help() -> None:
    assert [text for text in listed(sentences.STARTS) if read(text) is not Wish.START] == []
    assert [text for text in listed(sentences.HELPS) if read(text) is not Wish.HELP] == []


@pytest.mark.parametrize("text", [*ASKS[::7], *OTHERS[::7]])
def test_case_blanks_and_decoration_change_nothing(text: str) -> None:
    meant = read(text)
    for other in (
        text.upper(),
        f"  {text} \n",
        f"{text} 🙏",
        f"{text} ❗\ufe0f",
        f"{text}\u2709\ufe0f\u20dd",
        f"{text}!!!",
        text.replace(" ", "  "),
        f"\u200b{text}",
    ):
        assert read(other) is meant, other


@pytest.mark.parametrize(
    "text", ["", " ", "🙂", "stop " * 40, "...", "x" * 5000, "STOP\n" + "a long letter follows, " * 40, "\0", "๏"]
)
def test_what_is_no_wish_at_all(text: str) -> None:
    assert read(text) is Wish.NONE


@pytest.mark.parametrize(
    "text", ["STOP ❗️", "стоп❗️", "หยุด ❗️", "unsubscribe ✉️", "Stop ☹️", "stop‼️", "Стоп ☝️", "stop ❤️"]
)
def test_a_picture_beside_the_word_says_nothing(text: str) -> None:
    assert read(text) is Wish.STOP


_NOTICE = (
    "This e-mail and any attachments are confidential. If you are not the intended recipient, please delete it. " * 5
)
_BUSINESS = "We have counted the bolts twice and there are twenty too few. Please send them with the next truck. " * 5
_STORY = (
    "I have told you three times already how tired I am of these newsletters which come twice every single week. " * 3
)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        (f"Stop sending me emails\n\n{_NOTICE}", Wish.STOP),
        (f"Dear Nina,\n\nplease remove me from your mailing list.\n\nAnna\n{_NOTICE}", Wish.STOP),
        (f"Здравствуйте, Нина!\nНе присылайте мне больше писем.\n\n{_NOTICE}", Wish.STOP),
        (f"กรุณายกเลิกการรับอีเมลค่ะ\n\n{_NOTICE}", Wish.STOP),
        (f"Unsubscribe\n\n{_NOTICE}", Wish.UNSURE),
        (f"Стоп\n\n{_NOTICE}", Wish.UNSURE),
        (f"{_STORY}\nSo now for the last time, please remove me from your mailing list. Anna, {_NOTICE}", Wish.UNSURE),
        (f"{_BUSINESS}\n\nและอย่าส่งอีเมลมาอีก", Wish.UNSURE),
        (f"Stop sending me emails, use anna@new.example\n\n{_NOTICE}", Wish.UNSURE),
        (f"Please stop the shipment.\n\n{_BUSINESS}", Wish.NONE),
        (f"I did not get your emails.\n\n{_BUSINESS}\n\n{_NOTICE}", Wish.NONE),
        (f"{_BUSINESS}\n\nStop\n\n{_NOTICE}", Wish.NONE),
        (_NOTICE, Wish.NONE),
    ],
)
def test_of_a_long_letter_the_beginning_is_obeyed_and_the_rest_asked_about(text: str, wish: Wish) -> None:
    assert len(text) > 400
    assert read(text, in_letter=True) is wish
    assert read(text[:2000], in_letter=True) is wish


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("Unsubscribe", Wish.STOP),
        ("please stop sending me these mailings", Wish.STOP),
        ("Отпишите меня от рассылки", Wish.STOP),
        ("ยกเลิกการรับข่าวสาร", Wish.STOP),
        ("Stop", Wish.STOP),
        ("Стоп", Wish.UNSURE),
        ("Cancel", Wish.UNSURE),
        ("Отмена", Wish.UNSURE),
        ("ยกเลิก", Wish.UNSURE),
        ("cancel my order", Wish.NONE),
    ],
)
def test_in_a_letter_a_word_that_may_be_about_an_order_is_asked_about(text: str, wish: Wish) -> None:
    assert read(text, in_letter=True) is wish


@pytest.mark.parametrize(
    ("text", "meant"),
    [("START", True), (" start.", True), ("Unstop", True), ("yes", False), ("start on Friday", False), ("", False)],
)
def test_only_the_word_itself_takes_a_stop_back(text: str, meant: bool) -> None:
    assert means_start(text) is meant
    assert not means_stop(text)


@pytest.mark.parametrize("word", ["stop ", "do not send me ", "не мне больше ", "ไม่ต้อง", "remove me from the ", ", ",
    "no more e mail ", "i withdraw my consent to ", "удалите мой адрес из ", "не надо писем ", "อย่าส่งเมล", "ไม่ยินยอมให้", "\ufdfa"])  # fmt: skip
def test_hostile_texts_are_read_at_once(word: str) -> None:
    read(word)  # what is loaded once is loaded
    texts = [word * 30_000, (word * 400)[:399], (word * 400)[:390] + " x?", f"{(word * 400)[:300]}. " * 6]
    began = time.process_time()
    for text in texts:
        read(text)
    assert time.process_time() - began < 0.5  # a pattern that backtracks takes minutes


@pytest.mark.parametrize(
    ("block", "openings", "gap"),
    [
        (sentences.ASKS_RU, ("", "не присылайте мне", "как", "отключите", "отпишите меня", "прошу отписать"), " "),
        (sentences.ASKS_EN, ("", "stop sending me", "i do not want", "remove me from your"), " "),
        (sentences.ASKS_TH, ("", "อย่าติดต่อ", "หยุดส่ง", "ไม่ต้องส่ง"), ""),
        (mails.ASKS_RU, ("", "не присылайте мне", "больше не надо", "удалите мой адрес из", "отзываю", "не даю"), " "),
        (mails.ASKS_EN, ("", "do not email", "remove my email from your", "i withdraw my consent to", "no more"), " "),
        (mails.ASKS_TH, ("", "อย่าส่งเมล", "ลบอีเมล", "ถอน"), ""),
    ],
)
def test_a_word_said_over_and_over_is_read_at_once(block: str, openings: tuple[str, ...], gap: str) -> None:
    """A word that could be read in two ways must not be tried in every combination of them: 2^21 of them take seconds."""
    said_twice = ("рекламная", "мой номер", "от вас", "на этот номер", "มาหา", "ได้แล้ว")
    words = {word.strip('.,!?"').casefold() for line in listed(block) for word in line.split()} | {*said_twice}
    for opening in openings:
        for word in sorted(words):
            text = gap.join([opening, *[word] * 21, "ж"])[:400]
            started = time.process_time()
            read(text)
            assert time.process_time() - started < 0.5, (opening, word)
