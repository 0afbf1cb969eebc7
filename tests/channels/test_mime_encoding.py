"""The encodings of mail: what is written reads back, in lines of the allowed length, wherever pieces meet."""

from __future__ import annotations

import quopri
from email import message_from_string
from email.header import decode_header, make_header
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.email.encoding import (
    base64_lines,
    clean_line,
    encodable,
    encoded_words,
    header_text,
    parameter,
    quoted,
    quoted_value,
    unix_lines,
)

anything = st.text(max_size=300)
mail_like = st.lists(
    st.sampled_from([".", "From ", " ", "\t", "\n", "=", "a" * 73, "é", "😀", "-", "=20", "x"]) | st.text(max_size=5),
    max_size=60,
).map("".join)


def _lines(raw: bytes) -> list[bytes]:
    assert not raw or raw.endswith(b"\r\n")
    return raw.split(b"\r\n")


@settings(max_examples=150, deadline=None)
@given(before=mail_like, value=mail_like, after=mail_like)
def test_pieces_of_quoted_printable_join_without_a_seam(before: str, value: str, after: str) -> None:
    before, value, after = unix_lines(before), clean_line(value), unix_lines(after) + "\n"
    raw = quoted(before, open_end=True) + quoted_value(value) + quoted(after)
    assert raw.isascii()
    for line in _lines(raw):
        assert len(line) <= 76
        assert not line.endswith((b" ", b"\t"))
        assert not line.startswith((b".", b"From "))
    assert quopri.decodestring(raw).decode().replace("\r\n", "\n") == before + value + after


@pytest.mark.parametrize("length", [0, 1, 74, 75, 76, 77, 149, 150, 151, 400])
@pytest.mark.parametrize("letter", ["x", ".", "=", "é", " "])
def test_a_value_of_any_length_keeps_its_lines_short(length: int, letter: str) -> None:
    raw = quoted_value(letter * length)
    assert all(len(line) <= 76 for line in _lines(raw))
    assert quopri.decodestring(raw).decode() == letter * length


@settings(max_examples=150, deadline=None)
@given(anything | mail_like)
def test_a_header_reads_back_as_the_cleaned_line(text: str) -> None:
    line = clean_line(text)
    raw = f"Subject: {header_text(line)}\n\n".replace("\r\n", "\n")
    assert raw.isascii()
    assert all(len(part) <= 78 for part in raw.split("\n"))
    message = message_from_string(raw, policy=default)
    assert message.keys() == ["Subject"]
    assert message["Subject"] == line


@settings(max_examples=100, deadline=None)
@given(anything)
def test_encoded_words_are_short_and_read_back(text: str) -> None:
    line = clean_line(text)
    words = encoded_words(line).split("\r\n ")
    assert all(len(word) <= 75 for word in words)
    assert str(make_header(decode_header("\n ".join(words)))) == line


@settings(max_examples=100, deadline=None)
@given(anything.map(clean_line).filter(bool))
def test_a_parameter_reads_back(value: str) -> None:
    raw = f"Content-Disposition: attachment{parameter('filename', value)}\n\n".replace("\r\n", "\n")
    assert all(len(line) <= 78 for line in raw.split("\n"))
    assert message_from_string(raw, policy=default).get_filename() == value


@given(anything)
def test_a_cleaned_line_is_one_line_and_stays(text: str) -> None:
    line = clean_line(text)
    assert clean_line(line) == line == line.strip()
    assert len(line.splitlines()) <= 1
    assert not set(line) & set("\x00\u202e\u2066\ufeff\ud800")
    line.encode()


def test_joiners_and_unknown_letters_stay() -> None:
    assert clean_line(" 👩\u200d👧 \ue000 ") == "👩\u200d👧 \ue000"
    assert clean_line("a\u202eb\r\n\tc  d") == "ab c d"
    assert encodable("a\ud800\x00b") == "a?b"


def test_base64_comes_in_whole_lines() -> None:
    assert base64_lines(b"") == b""
    raw = base64_lines(bytes(range(256)))
    assert [len(line) for line in _lines(raw)] == [76, 76, 76, 76, 40, 0]
