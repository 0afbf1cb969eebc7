"""Mail in every state of disrepair: what can still be shown is shown, what was sent along is kept."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
import random
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from channels.email.isolation import LargeMail, MailParser
from channels.email.large_bodies import set_apart
from channels.email.reading import Completeness, parse

_MAILS = Path(os.environ.get("TOUCHLINE_COUNTERPARTS", Path(__file__).parents[3] / "shared" / "counterparts")) / "email"
_FOLDERS = ("bounces-sisimai", "flufl-bounce", "made-by-postfix", "mail-parser-mails", "python-test-email")


def _corpus() -> list[bytes]:
    files = [path for folder in _FOLDERS if (_MAILS / folder).is_dir() for path in sorted((_MAILS / folder).iterdir())]
    if not files:
        pytest.skip(f"left out: no mail corpora in {_MAILS}")
    return [path.read_bytes() for path in files if "LICENSE" not in path.name and path.suffix != ".json"]


@pytest.mark.counterpart
def test_texts_are_what_another_reader_makes_of_them() -> None:
    """Its answers are kept as hashes of lists of texts; where it left line ends and blanks as they were, they are ours."""
    folder = _MAILS / "mail-parser-mails"
    if not folder.is_dir():
        pytest.skip(f"left out: no mails in {folder}")
    expected = json.loads((folder / "corpus_expected.json").read_text())["cases"]
    same = set()
    for path in folder.iterdir():
        case = expected.get(f"{path.name}/bytes")
        text = parse(path.read_bytes()).text
        for form in (text, text.replace("\n", "\r\n"), text.strip()):
            digest = hashlib.sha256(json.dumps([form]).encode()).hexdigest()
            if case is not None and text and digest == case["text_plain"]:
                same.add(path.name)
    assert same >= {"mail_malformed_1", "mail_test_12", "mail_test_19"}
    # It lists plain parts alone; HTML beside them is read with them, in order.
    assert parse((folder / "mail_test_14").read_bytes()).text.split() == ["HTML", "here", "Plaintext", "here."]


def test_an_attachment_behind_the_end_of_its_container_is_found() -> None:
    """A container within a container with the same boundary ends both."""
    parsed = parse(
        b"Subject: s\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        b"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b--\r\n\r\n"
        b"--b\r\nContent-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD\r\n--b--\r\n"
    )
    assert parsed.text.strip() == "hello"
    assert [(file.name, file.content) for file in parsed.files] == [("a.zip", b"ABC")]


def test_a_container_whose_boundary_is_nowhere_shows_its_text() -> None:
    parsed = parse(b"Subject: s\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\nhello there\r\n")
    assert parsed.new_text == "hello there"


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("cp1251", "Добрый день! Пришлите, пожалуйста, счёт на 20 штук."),
        ("koi8-r", "Добрый день! Пришлите, пожалуйста, счёт на 20 штук."),
        ("cp874", "สวัสดีครับ ขอใบเสนอราคา 20 ชิ้น"),
        ("cp1252", "Grüße aus Köln, schöne Tage und viele Grüße"),
        ("utf-8", "Добрый день, สวัสดี"),
    ],
)
@pytest.mark.parametrize(
    "header", [b"", b"Content-Type: text/plain\r\n", b"Content-Type: text/plain; charset=utf-8\r\n"]
)
def test_text_that_says_nothing_of_its_charset_or_lies(codec: str, text: str, header: bytes) -> None:
    parsed = parse(
        b"From: a@b.test\r\n" + header + b"Subject: " + text.encode(codec) + b"\r\n\r\n" + text.encode(codec)
    )
    assert (parsed.text, parsed.subject) == (text, text)


def test_large_attachments_come_through_whole() -> None:
    """They are set apart before the mail is parsed, also those of a mail within the mail."""
    rng = random.Random(1)
    contents = [rng.randbytes(400_000) for _ in range(3)]

    def part(content: bytes, name: str) -> bytes:
        lines = _base64(content)
        return (
            b"--b\r\nContent-Type: application/pdf; name=" + name.encode() + b"\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n" + lines
        )

    inner = (
        b"From: c@d.test\r\nSubject: inner\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n"
        b"--i\r\nContent-Type: application/zip; name=z.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + _base64(contents[2])
        + b"--i--\r\n"
    )
    raw = (
        b"From: a@b.test\r\nSubject: large\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\n\r\nhello\r\n"
        + part(contents[0], "a.pdf")
        + part(contents[1], "b.pdf")
        + b"--b\r\nContent-Type: message/rfc822\r\n\r\n"
        + inner
        + b"--b--\r\n"
    )
    assert len(set_apart(raw).bodies) == 3
    parsed = parse(raw)
    assert parsed.new_text == "hello"
    assert [file.content for file in parsed.files[:2]] == contents[:2]
    forwarded = parse(parsed.files[2].content)
    assert [file.content for file in forwarded.files] == [contents[2]]
    alone = b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" + _base64(contents[0])
    assert [file.content for file in parse(alone).files] == [contents[0]]


def test_a_damaged_mail_within_a_mail_is_kept_as_a_mail() -> None:
    """Its text stands where its parts should, in letters that its charset does not have."""
    inner = (
        b"From: c@d.test\r\nContent-Type: multipart/mixed; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + "Привет ".encode()
        + b"\xff, no boundary\r\n"
    )
    raw = (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        + inner
        + b"--b--\r\n"
    )
    (file,) = parse(raw).files
    assert file.name == "mail.eml"
    assert file.content.startswith(b"From: c@d.test\n")
    assert "Привет" in file.content.decode()


async def test_several_are_read_together_and_one_that_overruns_costs_the_others_nothing() -> None:
    parser = MailParser(cpu_seconds=1.0)
    good = [f"From: a@b.test\r\nSubject: {n}\r\n\r\nhello {n}".encode() for n in range(60)]
    parts = b"--b\r\n\r\nx\r\n" * 900_000
    bad = b"Subject: bad\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + parts
    pieces = [b"From: a@b.test\r\nSubject: large\r\n\r\n", b"x" * 1000, b"\r\ny"]

    async def read() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    large = LargeMail(sum(map(len, pieces)), read)
    try:
        parsed = await parser.parse_many([*good[:30], bad, *good[30:], large])
        assert [one.subject for one in parsed] == [*map(str, range(30)), "bad", *map(str, range(30, 60)), "large"]
        assert [one.new_text for one in parsed[:30]] == [f"hello {n}" for n in range(30)]
        assert parsed[30].completeness is Completeness.HEADERS
        assert parsed[-1].new_text == "x" * 1000 + "\ny"
    finally:
        await parser.close()


async def test_many_are_answered_in_their_order_with_their_files() -> None:
    """More than the process answers for at once, some of them with a file behind the answer."""
    parser = MailParser()
    file = b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    raws = [
        b"Subject: %d\r\n" % number + (file + _base64(b"file %d" % number) if number % 7 == 0 else b"\r\nhello")
        for number in range(170)
    ]
    try:
        parsed = await parser.parse_many(raws)
    finally:
        await parser.close()
    assert [one.subject for one in parsed] == [str(number) for number in range(170)]
    contents = {one.subject: file.content for one in parsed for file in one.files}
    assert contents == {str(number): b"file %d" % number for number in range(0, 170, 7)}


async def test_a_large_mail_that_cannot_be_had_is_said_at_once() -> None:
    """Its pieces lie on a disk that may fail; the process waits for them, and we do not wait for the process."""
    parser = MailParser()

    async def read() -> AsyncIterator[bytes]:
        yield b"Subject: large\r\n"
        raise OSError("the disk is away")

    try:
        with pytest.raises(OSError, match="away"):
            await asyncio.wait_for(parser.parse_many([LargeMail(100_000, read)]), 10)
        assert (await parser.parse_safely(b"Subject: s\r\n\r\nhello")).new_text == "hello"
    finally:
        await parser.close()


@pytest.mark.crash
@pytest.mark.counterpart
async def test_five_thousand_damaged_mails_end_no_process() -> None:
    """Headers at the least of every one, and the next good mail is read at once."""
    rng = random.Random(19)
    originals = _corpus()
    parser = MailParser()
    good = b"From: a@b.test\r\nSubject: good\r\n\r\nhello"
    try:
        for _ in range(100):
            batch = [_damaged(rng, rng.choice(originals)[:20_000]) for _ in range(50)]
            *parsed, last = await parser.parse_many([*batch, good])
            assert all(one.completeness is not Completeness.NOTHING for one in parsed)
            assert last.new_text == "hello"
    finally:
        await parser.close()


def _damaged(rng: random.Random, original: bytes) -> bytes:
    raw = bytearray(original)
    for _ in range(rng.randrange(1, 30)):
        position = rng.randrange(len(raw) + 1)
        change = rng.randrange(4)
        if change == 0 and raw:
            raw[position % len(raw)] = rng.randrange(256)
        elif change == 1:
            del raw[position : position + rng.randrange(60)]
        elif change == 2:
            raw[position:position] = rng.randbytes(rng.randrange(20))
        else:
            word = rng.choice(
                [b"=?utf-8?b?", b"?=", b"\r\n\r\n", b"charset=nonsense;", b"<@,:;>", b'"', b"\nBEGIN:VEVENT\n"]
            )
            raw[position:position] = word
    return bytes(raw)


def _base64(content: bytes) -> bytes:
    return base64.encodebytes(content).replace(b"\n", b"\r\n")


def test_the_reading_process_loads_neither_the_database_nor_the_network() -> None:
    """Each would cost it a third of a second at every start and tens of megabytes, and lie open to whoever takes it over."""
    code = "import sys, channels.email.isolated; print(*{name.partition('.')[0] for name in sys.modules})"
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    )
    assert {"sqlalchemy", "asyncio", "structlog", "aioimaplib"}.isdisjoint(said.stdout.split())
