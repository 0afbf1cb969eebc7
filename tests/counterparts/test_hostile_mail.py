"""A thousand mails written to break mail, through a real Postfix: they arrive as meant, and nobody else gets any."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.hostile_mail import DATE, Understood, mails, meant, understood
from channels.email.mime import BadMessage, build
from channels.email.smtp import SmtpSender
from channels.email.verp import bounce_address, read_bounce_address
from channels.message import Outcome, OutgoingEmail, Phase
from tests.counterparts.mail_servers import MailServers

pytestmark = [pytest.mark.long, pytest.mark.counterpart]

COUNT = 1_000
KEY = b"k" * 32
# What an address may hold, and what most programs would rather it did not.
LOCALS = [
    "ann", "o'brien", "a+b", "a=b", "a{b}|c", "#$&*/?^_`~-", "a.b.c", "from", "MAIL", "-dash", "=?utf-8?q?a?=", "a" * 58,
]  # fmt: skip
FORBIDDEN = [
    '"a\r\nRCPT TO:<e@evil.test>"@sink.test',
    "a\r\nRCPT TO:<e@evil.test>@sink.test",
    "a@sink.test>\r\nRCPT TO:<e@evil.test",
    "a@sink.test\nRCPT TO:<e@evil.test>",
    "a@sink.test\x00",
    '"a b"@sink.test',
    '"a@evil.test"@sink.test',
    "a@evil.test@sink.test",
    "a b@sink.test",
    "a,e@evil.test",
    "a;e@sink.test",
    "Ann <e@evil.test>",
    "<e@evil.test>",
    "@evil.test:a@sink.test",
    "a@sink.test> SIZE=1",
    "a@[sink.test]",
    "a@sink..test",
    "a@-sink.test",
    "a\u202e@sink.test",
    "a\u2028b@sink.test",
    "a\ud800@sink.test",
    "a" * 65 + "@sink.test",
    "@sink.test",
    "a@",
    "",
]
_TRACE = {"received", "x-client-addr", "x-client-proto", "x-helo-args", "x-mail-args", "x-rcpt-args", "return-path"}


def _letters() -> list[tuple[OutgoingEmail, Understood]]:
    """Mails to addresses of a kind each; what they mean is said before they are built."""
    letters = []
    for number, (mail, plain) in enumerate(mails(COUNT, seed=7)):
        address = f"{number}.{LOCALS[number % len(LOCALS)]}@sink.test"
        letters.append((replace(mail, to_address=address), meant(replace(plain, to_address=address))))
    return letters


async def _send_all(url: str, letters: list[tuple[OutgoingEmail, Understood]]) -> list[Outcome]:
    smtp = SmtpSender(url, connections=8)

    async def one(number: int, letter: OutgoingEmail) -> Outcome:
        sender = bounce_address("bounces@shop.test", number, KEY)
        return (await smtp.send(sender, letter.to_address, build(letter, date=DATE))).outcome

    try:
        return await asyncio.gather(*(one(number, letter) for number, (letter, _) in enumerate(letters)))
    finally:
        await smtp.close()


def _arrived(directory: Path, count: int) -> list[bytes]:
    """What the sink wrote down, once there is enough of it and nothing more comes. It ends each mail with an empty line."""
    deadline = time.monotonic() + 60
    while len(list(directory.iterdir())) < count and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(0.5)
    return [path.read_bytes().removesuffix(b"\n") for path in directory.iterdir()]


def _emptied(directory: Path) -> Path:
    for old in directory.iterdir():
        old.unlink()
    return directory


async def test_a_thousand_hostile_mails_arrive_unchanged_and_nobody_else_gets_any(mail: MailServers) -> None:
    directory = _emptied(mail.directory / "sink")
    letters = _letters()
    outcomes = await _send_all(mail.submission(), letters)
    assert outcomes == [Outcome.ACCEPTED] * COUNT
    wanted = {letter.to_address: (number, said) for number, (letter, said) in enumerate(letters)}
    files = await asyncio.to_thread(_arrived, directory, COUNT)
    assert len(files) == COUNT
    for raw in files:
        trace, _, _ = raw.partition(b"Received:")
        recipients = re.findall(rb"^X-Rcpt-Args: <([^>]*)>", trace, re.MULTILINE)
        senders = re.findall(rb"^X-Mail-Args: <([^>]*)>", trace, re.MULTILINE)
        assert (len(recipients), len(senders)) == (1, 1)
        number, said = wanted.pop(recipients[0].decode())
        assert read_bounce_address(senders[0].decode(), KEY) == number
        seen = understood(raw)
        headers = {name: values for name, values in seen.headers.items() if name not in _TRACE}
        assert replace(seen, headers=headers) == said
    assert wanted == {}


@pytest.mark.parametrize("address", FORBIDDEN)
async def test_an_address_that_is_none_never_reaches_the_wire(mail: MailServers, address: str) -> None:
    letter = OutgoingEmail(address, "Hello", "Text", "<a@shop.test>", "crm@shop.test")
    with pytest.raises(BadMessage):
        build(letter, date=DATE)
    good = build(replace(letter, to_address="ann@client.test"), date=DATE)
    smtp = SmtpSender(mail.submission())
    try:
        result = await smtp.send("crm@shop.test", address, good)
    finally:
        await smtp.close()
    assert (result.outcome, result.phase, result.code) == (Outcome.SUPPRESS, Phase.CONNECT, "bad-address")
