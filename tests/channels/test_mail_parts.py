"""A mail taken apart the short way is what the standard library makes of it the long way."""

from __future__ import annotations

import io
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.parts import message_of

_LINES = st.sampled_from(
    [
        b"Subject: Order",
        b"\tof bolts",
        b"From: =?utf-8?b?0JA=?= <a@b.c>",
        b"Content-Type: text/plain; charset=koi8-r",
        b'Content-Type: multipart/mixed; boundary="x"',
        b"Content-Type: message/rfc822",
        b"Content-Type: multipart/digest; boundary=x",
        b"Content-Transfer-Encoding: base64",
        b"From nobody Mon Nov 23 2026",
        b"From : a@b.c",
        b"Subject:",
        b"Subject: \t a\x0bb\x0cc\x1cd\x85e",
        b"Date:\t \tMon, 23 Nov 2026 17:02:00 +0000 ",
        b" ",
        b"\t",
        b"X!#-/;~:y:z",
        b"X Y: z",
        b"X\x7f: y",
        b"content-type: TEXT/HTML",
        b": nameless",
        b"no header at all",
        b"\xd0\x9f\xd1\x80: \xff",
        b"--x",
        b"--x--",
        b"",
        b"0J/RgNC40LLQtdGC",
    ]
)


@given(lines=st.lists(st.tuples(_LINES, st.sampled_from([b"\r\n", b"\n", b"\r", b"\r\r\n"])), max_size=14))
def test_the_short_way_and_the_library_read_the_same(lines: list[tuple[bytes, bytes]]) -> None:
    raw = b"".join(line + end for line, end in lines)
    assert _said(message_of(raw)) == _said(BytesParser(policy=compat32).parse(io.BytesIO(raw)))


def _said(message: Message) -> object:
    payload: object = message.get_payload()
    if isinstance(payload, list):
        payload = [_said(one) for one in payload if isinstance(one, Message)]
    asked = [str(message.get(name)) for name in ("subject", "FROM", "Content-Type", "Date", "X")]
    return list(message.raw_items()), asked, message.get_content_type(), payload, message.preamble, message.epilogue


@pytest.mark.parametrize("line", [b"A: b\n", b"A: \t \t \n", b"A:\n \n", b"A:" + b" " * 80 + b"\n"])
def test_a_head_that_is_none_at_its_end_is_walked_through_once(line: bytes) -> None:
    """Were anything tried twice, each of these would take longer than anybody waits."""
    raw = line * (60_000 // len(line)) + b"\xff no header\n\nbody"
    assert _said(message_of(raw)) == _said(BytesParser(policy=compat32).parse(io.BytesIO(raw)))


@pytest.mark.parametrize("size", [10, 70_000])
def test_a_mail_is_read_whole_whatever_its_size(size: int) -> None:
    message = message_of(b"Subject: Bolts\r\n\r\n" + b"x" * size)
    assert (message["Subject"], message.get_payload()) == ("Bolts", "x" * size)
