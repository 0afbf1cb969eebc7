"""Answers of IMAP servers, as different servers write them; and the wire, cut anywhere."""

from __future__ import annotations

import asyncio
import itertools
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.email import imap_answers as answers
from channels.email.imap_protocol import FetchCommand, LineProtocol


class Line:
    """A transport that only notes that it was ended."""

    aborted = False

    def get_extra_info(self, _name: str) -> None:
        return None

    def abort(self) -> None:
        self.aborted = True


def protocol() -> tuple[LineProtocol, Line, FetchCommand]:
    """In the middle of a FETCH."""
    loop = asyncio.new_event_loop()
    wire, line = LineProtocol(loop, None), Line()
    wire.connection_made(line)  # type: ignore[arg-type]
    wire.state = "SELECTED"
    command = FetchCommand("A1", "1:9", "(UID BODY.PEEK[])", prefix="UID", loop=loop)
    wire.pending_async_commands["FETCH"] = command
    loop.close()
    return wire, line, command


BODIES = {
    1: b"",
    2: b"* 9 FETCH (UID 9 BODY[] {3}\r\nA1 OK fake\r\n",
    3: "Привет )(".encode() + b"\r\n" * 3,
    4: b"{5}\r\n* BYE\r\n",
    5: bytes(range(256)),
}
TOLD = (
    b"* OK [ALERT] a server may end a sentence so {12}\r\n"
    + b"".join(
        b"* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (uid, uid, len(body), body) for uid, body in BODIES.items()
    )
    + b"* 6 FETCH (FLAGS (\\Seen))\r\n"
    + b'* 7 FETCH (BODY[] "short * and \\"sweet\\"" UID 7)\r\n'
    + b"* 8 FETCH (UID 8 BODY[] NIL)\r\n"
    + b"A1 OK done\r\n"
)
EXPECTED = {**BODIES, 7: b'short * and "sweet"', 8: None}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, len(TOLD)), max_size=12))
def test_wherever_the_wire_is_cut_the_mails_are_whole(cuts: list[int]) -> None:
    wire, line, command = protocol()
    ends = [0, *sorted(cuts), len(TOLD)]
    for start, end in itertools.pairwise(ends):
        wire.data_received(TOLD[start:end])
    assert command.response.result == "OK"
    assert {row.uid: row.body for row in answers.rows(command.response.lines)} == EXPECTED
    assert not line.aborted


def test_thousands_of_rows_in_one_piece() -> None:
    """The library recurses once per line and breaks at fifteen hundred."""
    wire, line, command = protocol()
    wire.data_received(b"".join(b"* %d FETCH (UID %d RFC822.SIZE 7)\r\n" % (n, n) for n in range(1, 20_001)))
    wire.data_received(b"A1 OK done\r\n")
    assert sum(row.size == 7 for row in answers.rows(command.response.lines)) == 20_000
    assert not line.aborted


@pytest.mark.parametrize("said", [b"* 1 FETCH (UID 1 BODY[] {99999999999}\r\n", b"Z9 OK whose?\r\n"])
def test_what_makes_no_sense_or_is_too_much_ends_the_line(said: bytes) -> None:
    wire, line, _ = protocol()
    wire.data_received(said)
    assert line.aborted


def test_a_goodbye_is_remembered() -> None:
    wire, _, _ = protocol()
    wire.data_received(b"* BYE Too many connections\r\n")
    assert wire.goodbye == "Too many connections"


@pytest.mark.parametrize(
    ("line", "uid", "size", "arrived"),
    [
        (
            b'3 FETCH (UID 9 RFC822.SIZE 42 INTERNALDATE "24-Nov-2026 12:00:00 +0300")',
            9,
            42,
            datetime(2026, 11, 24, 9, tzinfo=UTC),
        ),
        (
            b'3 FETCH (INTERNALDATE " 1-feb-2026 00:00:00 -0130" UID 9)',
            9,
            None,
            datetime(2026, 2, 1, 1, 30, tzinfo=UTC),
        ),
        (b'3 FETCH (UID 9 INTERNALDATE "31-Feb-2026 00:00:00 +0000")', 9, None, None),
        (b'3 FETCH (UID 9 INTERNALDATE "24-Nov-2026 12:00:00 +9900")', 9, None, None),
        (b"3 FETCH (UID 9 FLAGS (\\Seen))", 9, None, None),
    ],
)
def test_rows(line: bytes, uid: int, size: int | None, arrived: datetime | None) -> None:
    (row,) = answers.rows([line, b"Fetch completed."])
    assert (row.uid, row.size, row.arrived_at, row.body) == (uid, size, arrived, None)


@pytest.mark.parametrize(
    ("line", "name", "uses"),
    [
        (b'(\\HasNoChildren \\Sent) "/" "Sent Items"', "Sent Items", {"\\hasnochildren", "\\sent"}),
        (b'() "." INBOX.Orders', "INBOX.Orders", set()),
        (b'(\\Marked) NIL "&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1- &- co"', "Отправленные & co", {"\\marked"}),
        (b'() "\\\\" "a\\"b"', 'a"b', set()),
        (b'() "/" "&no!-code"', "&no!-code", set()),
    ],
)
def test_folders_as_servers_list_them(line: bytes, name: str, uses: set[str]) -> None:
    (folder,) = answers.folders([line, b"List completed."])
    assert (folder.name, folder.uses) == (name, uses)


def test_folders_that_hold_no_mail_are_left_out_and_literal_names_are_read() -> None:
    lines = [b'(\\Noselect) "/" "Public"', b'() "/" {6}', bytearray(b"a(b)c "), b"", b"List completed."]
    assert [folder.name for folder in answers.folders(lines)] == ["a(b)c "]


@given(st.text(st.characters(codec="utf-16", exclude_categories=["Cs", "Cc"]), max_size=30))
def test_names_come_back_as_they_went(name: str) -> None:
    wire = answers.wire_name(name)
    assert wire.isascii()
    assert answers.folder_name(wire) == name


@pytest.mark.parametrize(
    ("line", "code", "placed"),
    [
        (b"[TRYCREATE] no such folder", "TRYCREATE", None),
        (b"[APPENDUID 38505 3955] APPEND completed", "APPENDUID", (38505, 3955)),
        (b"done [UNAVAILABLE]", "", None),
    ],
)
def test_codes(line: bytes, code: str, placed: tuple[int, int] | None) -> None:
    answer: Any = type("Answer", (), {"lines": [b"1 EXISTS", line]})
    assert (answers.code(answer), answers.placed(answer)) == (code, placed)
