"""When two mails are one: a copy that came another way is, a forgery is not, and what nothing vouches for is not."""

from __future__ import annotations

import re
from hashlib import sha256

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


_PIECES = st.sampled_from(
    [
        *(
            b"From: a@b",
            b"message-id: <x@y>",
            b"Message-ID :\x01 <z>",
            b"Subject: a",
            b"SUBJECT:",
            b"References: <a> <b>",
        ),
        *(b"\tfolded", b" ", b"", b"", b"X-Other: y", b"body", b"\xff\xfe"),
    ]
)


@given(
    lines=st.lists(st.tuples(_PIECES, st.sampled_from([b"\n", b"\r\n", b"\r", b"\r\r\n"])), max_size=12),
    cut=st.booleans(),
)
def test_the_digest_is_what_rows_that_exist_are_called_by(lines: list[tuple[bytes, bytes]], cut: bool) -> None:
    """The names of rows are made of it: whatever makes it quicker must not change it."""
    raw = b"".join(line + end for line, end in lines)
    end = re.search(rb"\r?\n\r?\n", raw)
    head, body = (raw[: end.start()], raw[end.end() :]) if end else (raw, b"")
    fields = re.findall(rb"^([\w-]+)[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)", head, re.MULTILINE)
    named = {name: [value for one, value in fields if one.lower() == name] for name in _LASTING}
    known = b"".join(b"%b:%b\n" % (name, b" ".join(one.split())) for name in _LASTING for one in named[name])
    if not cut:
        body = body[: max(len(body) - len(raw) + len(raw.rstrip()), 0)]
    names = [re.sub(r"[\x00-\x20\x7f-\x9f]+", "", one.decode("latin-1")) for one in named[b"message-id"]]
    message_id = names[0] if names else ""
    expected = sha256(known + body.replace(b"\r", b"")) if message_id else sha256(raw)
    assert identify(raw, truncated=cut) == (message_id, expected.hexdigest())
    assert message_id_of(head) == message_id


_LASTING = [
    *(b"from", b"sender", b"reply-to", b"to", b"cc", b"date", b"subject", b"message-id", b"in-reply-to", b"references"),
    *(b"content-type", b"content-transfer-encoding", b"auto-submitted", b"list-id"),
]


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
