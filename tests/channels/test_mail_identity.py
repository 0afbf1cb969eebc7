"""When two mails are one: a copy that came another way is, a forgery is not, and what nothing vouches for is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.identity import identify, message_id_of

HEAD = (
    "From: Anna <anna@baltic.example>\r\nTo: info@shop.test, nina@shop.test\r\nSubject: Order of\r\n bolts\r\n"
    "Date: Tue, 24 Nov 2026 09:00:00 +0000\r\nMessage-ID: <a.1@baltic.example>\r\nContent-Type: text/plain\r\n"
)
BODY = "Ten boxes, please.\r\n"
MAIL = f"{HEAD}\r\n{BODY}".encode()


@pytest.mark.parametrize(
    "copy",
    [
        "Received: from a by b\r\nDelivered-To: nina@shop.test\r\n" + HEAD + "\r\n" + BODY,
        HEAD + "X-Spam-Score: 3\r\nDKIM-Signature: v=1; b=xyz\r\n\r\n" + BODY + "\r\n\r\n",
        HEAD.replace("Order of\r\n bolts", "Order of bolts") + "\r\n" + BODY,
        (HEAD + "\r\n" + BODY).replace("\r\n", "\n"),
        HEAD.replace("Message-ID", "message-id").replace("Subject:", "SUBJECT:  ") + "\r\n" + BODY,
    ],
)
def test_what_servers_add_on_the_way_makes_no_other_mail(copy: str) -> None:
    assert identify(copy.encode()) == identify(MAIL)


@pytest.mark.parametrize(
    ("what", "instead"),
    [
        (b"Ten boxes", b"Two boxes"),
        (b"anna@baltic", b"eve@baltic"),
        (b" bolts", b" nuts"),
        (b"09:00", b"09:01"),
        (b"info@", b"boss@"),
        (b"text/plain", b"text/html"),
        (b"<a.1@", b"<a.2@"),
    ],
)
def test_a_forgery_of_the_message_id_is_another_mail(what: bytes, instead: bytes) -> None:
    forged = MAIL.replace(what, instead)
    assert forged != MAIL
    assert identify(forged).digest != identify(MAIL).digest


def test_without_a_message_id_every_byte_counts() -> None:
    bare = MAIL.replace(b"Message-ID: <a.1@baltic.example>\r\n", b"")
    assert identify(bare).message_id == ""
    assert identify(bare) == identify(bytes(bare))
    assert identify(b"Received: later\r\n" + bare).digest != identify(bare).digest


def test_of_a_mail_too_large_to_keep_its_beginning_is_compared() -> None:
    large = MAIL + b"x" * 2_000_000
    by_another_way = b"Received: from a by b\r\n" * 50 + large
    first, second = (identify(one[: 1024 * 1024], truncated=True) for one in (large, by_another_way))
    assert first == second
    assert identify((MAIL + b"y" * 2_000_000)[: 1024 * 1024], truncated=True) != first


@given(st.binary(max_size=400))
def test_nothing_is_too_broken_to_be_compared(raw: bytes) -> None:
    found = identify(b"Message-ID: <x@y>\r\n" + raw)
    assert len(found.digest) == 64
    assert "\0" not in found.message_id
    assert len(message_id_of(raw)) <= 500


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"Message-ID: <a@b>\r\n\r\n", "<a@b>"),
        (b"Message-Id:\r\n <very.long@b>\r\n", "<very.long@b>"),
        (b"MESSAGE-ID: <one@b>\r\nMessage-ID: <two@b>\r\n", "<one@b>"),
        (b"Message-ID: <a\x00b@c>\r\n", "<ab@c>"),
        (b"X-Message-ID: <a@b>\r\n\r\n", ""),
        (b"", ""),
    ],
)
def test_the_message_id_of_header_lines(head: bytes, expected: str) -> None:
    assert message_id_of(head) == expected
