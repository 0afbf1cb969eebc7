"""Mail from outside: real and damaged corpora, hostile sizes, and what is read from a good one."""

from __future__ import annotations

import asyncio
import os
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from channels.email import exchange
from channels.email.mime import Completeness, MailParser, parse
from channels.email.reading import safe_file_name

_MAILS = Path(os.environ.get("TOUCHLINE_COUNTERPARTS", Path(__file__).parents[3] / "shared" / "counterparts")) / "email"
_FOLDERS = ("bounces-sisimai", "flufl-bounce", "made-by-postfix", "mail-parser-mails", "python-test-email")


def _corpus() -> list[Path]:
    files = [path for folder in _FOLDERS if (_MAILS / folder).is_dir() for path in sorted((_MAILS / folder).iterdir())]
    if not files:
        pytest.skip(f"left out: no mail corpora in {_MAILS}")
    return [path for path in files if "LICENSE" not in path.name and path.suffix != ".json"]


@pytest.mark.counterpart
def test_every_corpus_mail_is_read_whole() -> None:
    files = _corpus()
    assert len(files) > 280
    assert [path.name for path in files if parse(path.read_bytes()).completeness is not Completeness.FULL] == []


@pytest.mark.counterpart
@pytest.mark.long
def test_damaged_copies_of_the_corpus_never_raise() -> None:
    rng = random.Random(19)
    originals = [path.read_bytes() for path in _corpus()]
    for _ in range(1_500):
        raw = bytearray(rng.choice(originals)[:20_000])
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
                raw[position:position] = rng.choice(
                    [b"=?utf-8?b?", b"?=", b"\r\n\r\n", b"charset=nonsense;", b"<@,:;>", b'"']
                )
        assert _can_be_stored(exchange.plain(parse(bytes(raw)), without=("files", "headers")))


def _can_be_stored(value: object) -> bool:
    """Neither database takes a lone surrogate, and PostgreSQL no NUL."""
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= char <= "\udfff" for char in value)
    if isinstance(value, list | dict):
        return all(map(_can_be_stored, value.values() if isinstance(value, dict) else value))
    return True


def test_a_good_mail() -> None:
    parsed = parse(
        "From: =?utf-8?b?0JDQvdC90LA=?= <Ann@Client.TEST>\r\n"
        "To: <r+abc@shop.test>, Other <o@shop.test>\r\nCc: c@shop.test\r\nDelivered-To: crm@shop.test\r\n"
        "Subject: =?koi8-r?B?79TXxdQ=?=\r\nMessage-ID: <m1@client.test>\r\nIn-Reply-To: <d1@shop.test>\r\n"
        "References: <root@shop.test>\r\n <d1@shop.test>\r\nDate: Tue, 24 Nov 2026 16:00:00 +0700\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\nДа, 20 штук\r\n\r\n"
        "вт, 24 нояб. 2026 г. в 09:00, Shop <crm@shop.test>:\r\n> Берёте?\r\n".encode()
    )
    assert (parsed.from_name, parsed.from_address) == ("Анна", "Ann@client.test")
    assert parsed.to == ("r+abc@shop.test", "o@shop.test")
    assert (parsed.cc, parsed.delivered_to) == (("c@shop.test",), ("crm@shop.test",))
    assert parsed.subject == "Ответ"
    assert parsed.thread == ("<d1@shop.test>", "<root@shop.test>")
    assert parsed.date == datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    assert parsed.new_text == "Да, 20 штук"
    assert "Берёте?" in parsed.text
    assert not parsed.is_automatic


@pytest.mark.parametrize(
    ("charset", "codec"),
    [
        ("windows-1251", "cp1251"),
        ("koi8-r", "koi8-r"),
        ("windows-874", "cp874"),
        ("TIS-620", "tis-620"),
        ("x-none", "utf-8"),
    ],
)
def test_eight_bit_bodies_and_headers_in_old_charsets(charset: str, codec: str) -> None:
    text = "ราคา" if codec in {"cp874", "tis-620"} else "Цена"
    head = f"Content-Type: text/plain; charset={charset}\r\nSubject: ".encode() + text.encode(codec)
    parsed = parse(b"From: a@b.test\r\n" + head + b"\r\n\r\n" + text.encode(codec))
    assert (parsed.text, parsed.subject) == (text, text)


def test_html_alone_becomes_safe_and_its_quotation_is_folded() -> None:
    parsed = parse(
        b"From: a@b.test\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        b"<div>Yes, please<script>alert(1)</script><img src='http://track.test/x'></div>"
        b"<div class='gmail_quote'>On Tue, Nov 24, 2026 at 9:00 AM Shop &lt;crm@shop.test&gt; wrote:<br>"
        b"<blockquote><p>Will you?</p></blockquote></div><form action='x'><input name=p></form>"
    )
    assert parsed.new_text == "Yes, please"
    assert parsed.html is not None
    for bad in ("script", "alert", "<img", "track.test", "<form", "<input"):
        assert bad not in parsed.html


def test_a_comma_hidden_in_an_encoded_name_makes_no_second_sender() -> None:
    parsed = parse(b"From: =?utf-8?q?boss=40shop.test=2C?= <thief@x.test>\r\n\r\nhi")
    assert parsed.from_address == "thief@x.test"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/cron.d/x", "x"),
        ("C:\\Windows\\evil.exe", "evil.exe"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("..", "file.pdf"),
        ("", "file.pdf"),
        ("ราคา прайс.pdf", "ราคา прайс.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_file_names_hold_no_path(given: str, kept: str) -> None:
    name = safe_file_name(given, "application/pdf")
    assert name == kept
    assert len(name) <= 120


async def test_hostile_mail_costs_its_own_process_only() -> None:
    parser = MailParser(cpu_seconds=1.0)
    head = b"From: a@b.test\r\nSubject: s\r\n"
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000))
    slow = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 900_000
    good = head + b"\r\nhello"
    try:
        assert (await parser.parse_safely(good)).new_text == "hello"
        for body in (nested, slow):
            parsed = await parser.parse_safely(head + body)
            assert (parsed.completeness, parsed.subject) == (Completeness.HEADERS, "s")
            assert (await parser.parse_safely(good)).new_text == "hello"
    finally:
        await parser.close()


async def test_the_process_is_there_before_the_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[object] = []
    start = asyncio.create_subprocess_exec

    async def counted(*command: str, **options: Any) -> asyncio.subprocess.Process:
        started.append(command)
        return await start(*command, **options)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", counted)
    parser = MailParser()
    try:
        await parser.prepare()
        await parser.prepare()
        assert len(started) == 1
        reading = asyncio.create_task(parser.parse_safely(b"Subject: s\r\n\r\nhello"))
        await asyncio.sleep(0)
        await asyncio.wait_for(parser.prepare(), 5)  # nothing to do while one is read
        assert (await reading).new_text == "hello"
        assert len(started) == 1
    finally:
        await parser.close()


async def test_the_memory_of_the_parser_is_limited() -> None:
    parser = MailParser(memory_bytes=60 * 1024 * 1024)
    try:
        parsed = await parser.parse_safely(b"Subject: big\r\n\r\n" + b"x" * 25_000_000)
        assert (parsed.completeness, parsed.subject) == (Completeness.HEADERS, "big")
    finally:
        await parser.close()


async def test_values_come_through_the_process_unchanged() -> None:
    parser = MailParser()
    try:
        for path in _corpus()[::12]:
            raw = path.read_bytes()
            assert await parser.parse_safely(raw) == parse(raw)
        large = b"Subject: l\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        parsed = await parser.parse_safely(large + (b"QUJD" * 17 + b"\r\n") * 300_000)
        assert [len(file.content) for file in parsed.files] == [300_000 * 51]
    finally:
        await parser.close()


@pytest.mark.parametrize(
    "written",
    [
        "Fri, 31 Dec 9999 23:59:59 +0000",
        "Thu, 01 Jan 1970 00:00:00 +1400",
        "Tue, 24 Nov 2026 16:00:00 +9900",
    ],
)
def test_a_date_no_card_could_show_is_none(written: str) -> None:
    """In Bangkok the last evening of the calendar does not exist: the client's timeline could not be opened any more."""
    assert parse(f"From: a@b.test\r\nDate: {written}\r\n\r\nHello\r\n".encode()).date is None


def test_people_are_read_the_same_however_often_they_stand_there() -> None:
    """Short headers are remembered between mails: by their text, and by the charset of the mail they stand in."""
    head = b"From: \xc0\xed\xed\xe0 <anna@Baltic.Example>\r\nTo: Shop <info@shop.test>, not an address, <b@c.test>\r\n"
    told = {}
    for _ in range(2):
        for charset in ("cp1251", "koi8-r"):
            email = parse(head + b"Content-Type: text/plain; charset=" + charset.encode() + b"\r\n\r\nHello")
            assert (email.from_address, email.to) == ("anna@baltic.example", ("info@shop.test", "b@c.test"))
            assert told.setdefault(charset, email.from_name) == email.from_name
    assert told == {"cp1251": "Анна", "koi8-r": "юММЮ"}


def test_of_many_people_the_first_two_hundred_are_kept_whatever_headers_they_stand_in() -> None:
    heads = "".join(f"To: a{n}@shop.test, nobody, b{n}@shop.test\r\n" for n in range(100))
    email = parse(f"{heads}\r\nHello".encode())
    assert email.to == tuple(f"{letter}{n}@shop.test" for n in range(67) for letter in "ab")[: len(email.to)]
    assert len(email.to) == 133  # every third of the two hundred is nobody
