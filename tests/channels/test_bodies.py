"""Which parts of a mail are read: nothing that somebody wrote is thrown away, and nothing is read twice."""

from __future__ import annotations

import itertools

import pytest

from channels.email.reading import ParsedEmail, parse

_numbers = itertools.count()


def _text(words: str) -> str:
    return f"Content-Type: text/plain; charset=utf-8\r\n\r\n{words}"


def _page(words: str) -> str:
    return f"Content-Type: text/html; charset=utf-8\r\n\r\n<p>{words}</p>"


def _of(kind: str, *parts: str) -> str:
    boundary = f"b{next(_numbers)}x"
    inner = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return f"Content-Type: multipart/{kind}; boundary={boundary}\r\n\r\n{inner}--{boundary}--\r\n"


def _read(body: str) -> ParsedEmail:
    return parse(f"From: a@b.test\r\nSubject: s\r\nMIME-Version: 1.0\r\n{body}".encode())


PDF = "Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA"


@pytest.mark.parametrize(
    ("body", "new", "quoted"),
    [
        (_of("mixed", _page("I order 20 bolts"), _text("-- \r\nThe gateway")), "I order 20 bolts", "--\nThe gateway"),
        (_of("mixed", _text("See the price:"), _page("M8 5 EUR")), "See the price:\nM8 5 EUR", ""),
        (_of("mixed", _page("one"), PDF, _page("two"), _text("three")), "one\n\ntwo\nthree", ""),
        (_of("mixed", _of("alternative", _text("plain"), _page("rich")), _text("after")), "plain\nafter", ""),
        (_of("mixed", _of("alternative", _text("plain"), _page("rich")), _page("after")), "plain\nafter", ""),
        (_of("alternative", _text("plain"), _of("related", _page("rich"), PDF)), "plain", ""),
        (_of("alternative", _text("plain"), _of("mixed", _page("rich"), PDF, _text("more"))), "plain", ""),
        (_of("alternative", _of("alternative", _text("plain"), _page("rich")), _page("richer")), "plain", ""),
        (_of("alternative", _of("mixed", _text("first"), _page("second"))), "first\nsecond", ""),
        (_of("mixed", _text("The same."), _page("The  same.")), "The same.", ""),
        (_of("alternative", _text(" \r\n-"), _page("rich")), "rich", ""),
        (_of("mixed", _of("alternative", _text(""), _page("rich")), _text("after")), "rich\nafter", ""),
    ],
)
def test_alternatives_are_chosen_from_and_siblings_joined_in_order(body: str, new: str, quoted: str) -> None:
    parsed = _read(body)
    assert (parsed.new_text, parsed.quoted) == (new, quoted)
    assert [file.name for file in parsed.files] == ["a.pdf"] * body.count("a.pdf")


@pytest.mark.parametrize(
    "placeholder",
    [
        "Your mail program cannot show HTML.",
        "To view this message, please use an HTML compatible email viewer!",
        "View this email in your browser: https://news.test/1",
        "Ваша почтовая программа не поддерживает HTML.",
        "Открыть письмо в браузере",
        "โปรแกรมอีเมลของคุณไม่รองรับ HTML",
    ],
)
def test_a_text_that_only_stands_for_the_page_gives_way_to_it(placeholder: str) -> None:
    assert _read(_of("alternative", _text(placeholder), _page("We order 20 bolts"))).new_text == "We order 20 bolts"
    assert _read(_text(placeholder)).new_text == placeholder


def test_a_long_text_that_speaks_of_a_browser_is_read() -> None:
    words = "We order 20 bolts; the page of your shop does not open in my browser. " * 8
    assert _read(_of("alternative", _text(words), _page("rich"))).new_text == words.strip()


def test_many_alternatives_within_one_another_cost_little() -> None:
    body = _text("deepest")
    for _ in range(60):
        body = _of("alternative", body, _page("rich"))
    assert _read(body).new_text == "deepest"
