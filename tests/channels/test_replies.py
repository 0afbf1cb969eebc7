"""New text against quotations and signatures, by a corpus and in our customers' languages."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from channels.email.replies import new_text, trim

_CORPUS = (
    Path(os.environ.get("TOUCHLINE_COUNTERPARTS", Path(__file__).parents[3] / "shared" / "counterparts"))
    / "email"
    / "reply-trimmer"
)


@pytest.mark.counterpart
def test_most_of_the_corpus_is_cut_exactly() -> None:
    if not _CORPUS.is_dir():
        pytest.skip(f"left out: no reply corpus at {_CORPUS}")
    files = sorted((_CORPUS / "emails").iterdir())
    exact = sum(
        _plain(new_text(path.read_text())) == _plain((_CORPUS / "trimmed" / path.name).read_text()) for path in files
    )
    assert len(files) == 32
    assert exact / len(files) >= 0.95


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


_SHOP = "Анна <anna@shop.test>"
_CASES = {
    "gmail ru": (f"Да, согласен.\n\nпт, 20 нояб. 2026 г. в 19:37, {_SHOP}:\n\n> Добрый день\n", "Да, согласен."),
    "yandex": ('Хорошо\n\n20.11.2026, 19:37, "Анна" <anna@shop.test>:\n> Привет\n', "Хорошо"),
    "mail.ru": (f"Беру.\n\n--\nИван\n\nПятница, 20 ноября 2026, 19:37 +03:00 от {_SHOP}:\n>Здравствуйте\n", "Беру."),
    "outlook ru": (
        "Ждём.\n\nС уважением,\nИван\nтел. +7 495 123-45-67\n\nОт: Анна <anna@shop.test>\n"
        "Отправлено: 20 ноября 2026 г. 19:37\nКому: Иван\nТема: Предложение\n\nДобрый день",
        "Ждём.\n\nС уважением,\nИван",
    ),
    "iphone ru": (f"Ок\n\nОтправлено с iPhone\n\n> 20 нояб. 2026 г., в 19:37, {_SHOP} написал(а):\n> \n> Привет", "Ок"),
    "forward ru": ("Посмотрите\n\n-------- Пересылаемое сообщение --------\nОт кого: A\n", "Посмотрите"),
    "gmail th": ("ตกลงครับ\n\nเมื่อ ศ. 20 พ.ย. 2026 เวลา 19:37 Anna <anna@shop.test> เขียนว่า:\n\n> สวัสดี\n", "ตกลงครับ"),
    "gmail th wrapped": (
        "รับ 20 ชิ้น\n\nในวันที่ ศ. 20 พ.ย. 2026 เวลา 19:37 น. Anna Shop <\nanna@shop.test> เขียนว่า:\n\n> สวัสดี\n",
        "รับ 20 ชิ้น",
    ),
    "outlook th": (
        "ขอบคุณค่ะ\n\nส่งจาก iPhone ของฉัน\n\nจาก: Anna <anna@shop.test>\nส่ง: 20 พฤศจิกายน 2569 19:37\nถึง: Som\n"
        "เรื่อง: ราคา\n\nสวัสดี",
        "ขอบคุณค่ะ",
    ),
    "signature th": ("รับครับ\n\nขอแสดงความนับถือ\nสมชาย\nโทร 081-234-5678", "รับครับ\n\nขอแสดงความนับถือ\nสมชาย"),
    "gmail en": ("Yes.\n\nOn Fri, Nov 20, 2026 at 7:37 PM Anna <anna@shop.test>\nwrote:\n\n> Hello\n", "Yes."),
    "not a quotation 1": ("On Monday we said 5:30, he wrote:\nnothing", "On Monday we said 5:30, he wrote:\nnothing"),
    "not a quotation 2": ("Deliver on 20.11.2026.\nFrom: the back door\nThanks", "Deliver on 20.11.2026.\nFrom: the back door\nThanks"),
    "not a quotation 3": ("Цены:\n20.11.2026 - 500\n21.11.2026 - 600\nЖду.", "Цены:\n20.11.2026 - 500\n21.11.2026 - 600\nЖду."),
    "point by point": ("> цена?\n500\n> срок?\nнеделя", "> цена?\n500\n> срок?\nнеделя"),
    "only a quotation": ("> Привет", "> Привет"),
    "empty": ("", ""),
}  # fmt: skip


@pytest.mark.parametrize("case", _CASES)
def test_our_customers_programs(case: str) -> None:
    text, expected = _CASES[case]
    assert new_text(text) == expected


def test_what_was_cut_is_kept() -> None:
    trimmed = trim("Yes\n\n--\nAnn\n\nOn Fri, Nov 20, 2026 at 7:37 PM Shop <a@b.test> wrote:\n> Hello")
    assert trimmed.new == "Yes"
    assert trimmed.quoted.startswith("--\nAnn")
    assert trimmed.quoted.endswith("> Hello")


@pytest.mark.parametrize(
    "line",
    ["on 1:\n", "> ", ">\n", "From: a\n", "x", "1(", "on 12:30 <", "On 2026 wrote ", "\n", "<", "С уважением\n", "sent from ",
     "--\n", "```\n", "on 2026 " + "a" * 400 + "\n", "От: " + " " * 400 + "\n", "เมื่อ 2026 <", "=" * 50, "(mon "],
)  # fmt: skip
def test_hostile_text_is_read_in_linear_time(line: str) -> None:
    def seconds(size: int) -> float:
        text = line * (size // len(line))
        started = time.process_time()
        trim(text)
        return time.process_time() - started

    assert seconds(100_000) < 1.0
