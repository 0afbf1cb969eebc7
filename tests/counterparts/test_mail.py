"""Mail through real Postfix and Dovecot: out with a login, in with IDLE, refused, bounced, cut off."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import ClassVar

import pytest

from channels.email.bounces import Action
from channels.email.imap import SENT, Cursor, MailboxLost, MailboxReader, MailboxRefused, RawMail
from channels.email.mime import build, parse
from channels.email.smtp import Letter, SmtpSender
from channels.email.verp import bounce_address, read_bounce_address
from channels.message import MailFile, Outcome, OutgoingEmail, Phase, SendResult
from storage.models import BounceKind
from tests.counterparts.mail_servers import MailServers
from tests.faults.proxy import Mode, Proxy

pytestmark = pytest.mark.counterpart

_CRM, _ANN = "crm@shop.test", "ann@client.test"
_KEY = b"k" * 32


def _message(subject: str, *, to: str = _ANN, text: str = "Добрый день", size: int = 0) -> bytes:
    email = OutgoingEmail(
        to_address=to,
        subject=subject,
        text=text,
        html=f"<p>{text}</p>",
        message_id=f"<{subject.encode().hex()[:60]}.{time.monotonic_ns()}@shop.test>",
        from_address=_CRM,
        files=(MailFile("прайс.bin", "application/octet-stream", b"\x00\xff\r\n." * (size // 5)),) if size else (),
    )
    return build(email, date=datetime.now(UTC))


async def _send(url: str, recipient: str, message: bytes, *, sender: str = _CRM) -> SendResult:
    smtp = SmtpSender(url)
    try:
        return await smtp.send(sender, recipient, message)
    finally:
        await smtp.close()


@contextlib.asynccontextmanager
async def _reading(url: str, **options: int) -> AsyncIterator[MailboxReader]:
    reader = MailboxReader(url, **options)  # type: ignore[arg-type]
    await reader.connect()
    try:
        yield reader
    finally:
        await reader.close()


async def _all(reader: MailboxReader, after: Cursor | None = None) -> list[RawMail]:
    return [raw async for raw in reader.scan(after)]


async def _end(reader: MailboxReader) -> Cursor | None:
    mails = await _all(reader)
    return mails[-1].cursor if mails else None


async def _until(reader: MailboxReader, after: Cursor | None, subject: str) -> RawMail:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for raw in await _all(reader, after):
            if parse(raw.content).subject == subject:
                return raw
        await reader.wait(2.0)
    raise AssertionError(f"{subject!r} did not arrive")


@pytest.mark.parametrize("way", ["starttls", "implicit"])
async def test_mail_with_a_login_arrives_and_idle_says_so(mail: MailServers, way: str) -> None:
    out, box = (mail.submission(), mail.imap) if way == "starttls" else (mail.smtps(), mail.imaps)
    async with _reading(box(_ANN, "annpass")) as reader:
        assert await reader.check() == "IDLE"
        end = await _end(reader)
        waiting = asyncio.create_task(reader.wait(30.0))
        await asyncio.sleep(0.2)
        message = _message(f"Предложение {way} สวัสดี", size=50_000)
        started = time.monotonic()
        result = await _send(out, _ANN, message)
        assert result.outcome is Outcome.ACCEPTED
        assert result.provider_id
        assert await waiting is True
        assert time.monotonic() - started < 10
        (raw,) = await _all(reader, end)
        parsed, sent = parse(raw.content), parse(message)
        assert (parsed.subject, parsed.message_id, parsed.text) == (sent.subject, sent.message_id, sent.text)
        assert parsed.files == sent.files
        assert await _all(reader, raw.cursor) == []


@pytest.mark.parametrize(
    ("recipient", "outcome"),
    [
        ("busy@client.test", Outcome.RETRY),
        ("full@client.test", Outcome.LATER),
        ("spam@client.test", Outcome.PERMANENT),
        ("nobody@client.test", Outcome.SUPPRESS),
    ],
)
async def test_refused_recipients(mail: MailServers, recipient: str, outcome: Outcome) -> None:
    assert (await _send(mail.submission(), recipient, _message("refused"))).outcome is outcome


@pytest.mark.long
async def test_our_own_faults_stop_the_channel(mail: MailServers) -> None:
    wrong_password = await _send(mail.submission(password="wrong"), _ANN, _message("x"))
    assert (wrong_password.outcome, wrong_password.code) == (Outcome.HALT, "535 5.7.8")
    relay = await _send(mail.smtp(), "x@elsewhere.test", _message("x"))
    assert relay.outcome is Outcome.HALT
    unknown_ca = mail.submission().split("&cafile")[0]
    untrusted = await _send(unknown_ca, _ANN, _message("x"))
    assert (untrusted.outcome, untrusted.code) == (Outcome.HALT, "tls-certificate")
    too_big = await _send(mail.smtp(), _ANN, _message("x", size=20_000_000))
    assert (too_big.outcome, too_big.code) == (Outcome.PERMANENT, "too-big")


@pytest.mark.parametrize("way", ["starttls", "implicit", "plain"])
async def test_letters_follow_one_another_on_two_sessions(mail: MailServers, way: str) -> None:
    """Commands said together, the next envelope behind each dot, over TLS and a login: Postfix takes them all, once each."""
    url = {"starttls": mail.submission, "implicit": mail.smtps, "plain": mail.smtp}[way]()
    refused = {3: "nobody@client.test", 4: "busy@client.test", 11: "spam@client.test", 39: "full@client.test"}
    async with _reading(mail.imap(_ANN, "annpass")) as reader:
        end = await _end(reader)
        results: dict[int, list[SendResult]] = {}

        class Box:
            letters: ClassVar = list(range(40))[::-1]

            def waiting(self) -> bool:
                return bool(self.letters)

            def take(self) -> Letter | None:
                if not self.letters:
                    return None
                number = self.letters.pop()
                return Letter(
                    envelope_from=_CRM,
                    recipient=refused.get(number, _ANN),
                    content=_message(f"{way} number {number}", size=100_000 if number == 20 else 0),
                    ended=results.setdefault(number, []).append,
                )

        smtp = SmtpSender(url, connections=2)
        await asyncio.gather(smtp.stream(Box()), smtp.stream(Box()))
        await smtp.close()
        assert {number: len(ended) for number, ended in results.items()} == dict.fromkeys(range(40), 1)
        taken = {number for number, (result,) in results.items() if result.outcome is Outcome.ACCEPTED}
        assert taken == set(range(40)) - set(refused)
        assert len({result.provider_id for (result,) in results.values() if result.provider_id}) == 36
        arrived: list[str] = []
        deadline = time.monotonic() + 20
        while len(arrived) < 36 and time.monotonic() < deadline:
            arrived = [parse(raw.content).subject for raw in await _all(reader, end)]
        assert sorted(arrived) == sorted(f"{way} number {number}" for number in taken)


async def test_the_doctor_sees_what_the_server_offers(mail: MailServers) -> None:
    sender = SmtpSender(mail.submission())
    result = await sender.check()
    assert result.outcome is Outcome.ACCEPTED
    assert "pipelining" in result.reply


async def test_a_hard_bounce_comes_back_to_the_delivery_it_names(mail: MailServers) -> None:
    async with _reading(mail.imap()) as reader:
        end = await _end(reader)
        message = _message("to be bounced", to="nobody@remote.test")
        sender = bounce_address("crm@shop.test", 1234, _KEY)
        sent = await _send(mail.submission(), "nobody@remote.test", message, sender=sender)
        assert sent.outcome is Outcome.ACCEPTED
        raw = await _until(reader, end, "Undelivered Mail Returned to Sender")
    parsed = parse(raw.content)
    (report,) = parsed.reports
    assert (report.recipient, report.action, report.status) == ("nobody@remote.test", Action.FAILED, "5.1.1")
    assert report.is_hard
    assert report.original_message_id == parse(message).message_id
    assert {read_bounce_address(address, _KEY) for address in parsed.delivered_to} == {1234}
    assert read_bounce_address(report.original_sender, _KEY) == 1234


@pytest.mark.long
async def test_a_late_delivery_is_reported_as_late_and_then_as_failed_softly(mail: MailServers) -> None:
    async with _reading(mail.imap()) as reader:
        end = await _end(reader)
        await _send(mail.submission(), "x@soft.test", _message("to be delayed", to="x@soft.test"))
        raw = await _until(reader, end, "Undelivered Mail Returned to Sender")
        reports = [report for one in await _all(reader, end) for report in parse(one.content).reports]
    assert raw.content.startswith(b"Return-Path: <>")
    assert {report.action for report in reports} == {Action.DELAYED, Action.FAILED}
    assert {report.kind for report in reports} == {None, BounceKind.SOFT}
    assert all(report.recipient == "x@soft.test" and report.status == "4.7.1" for report in reports)


async def test_an_answer_to_a_token_address_shows_its_token(mail: MailServers) -> None:
    async with _reading(mail.imap()) as reader:
        end = await _end(reader)
        message = _message("answer with a token", to="crm+t0ken-Az@shop.test")
        await _send(mail.smtp(), "crm+t0ken-Az@shop.test", message, sender=_ANN)
        parsed = parse((await _until(reader, end, "answer with a token")).content)
    assert "crm+t0ken-Az@shop.test" in parsed.delivered_to
    assert parsed.headers["return-path"] == "<ann@client.test>"
    assert not parsed.is_automatic


@pytest.mark.parametrize(
    ("flags", "outcome", "phase"),
    [
        (("-q", "MAIL"), Outcome.RETRY, Phase.ENVELOPE),
        (("-q", "RCPT"), Outcome.RETRY, Phase.ENVELOPE),
        (("-q", "DATA"), Outcome.RETRY, Phase.DATA),
        (("-q", "."), Outcome.UNKNOWN, Phase.AFTER_DATA),
        (("-r", "."), Outcome.RETRY, Phase.DONE),
        (("-f", "."), Outcome.PERMANENT, Phase.DONE),
        (("-r", "CONNECT"), Outcome.RETRY, Phase.CONNECT),
        (("-e",), Outcome.ACCEPTED, Phase.DONE),
        (("-p",), Outcome.ACCEPTED, Phase.DONE),
        (("-8",), Outcome.ACCEPTED, Phase.DONE),
        (("-W", ".:1"), Outcome.ACCEPTED, Phase.DONE),
    ],
)
async def test_faults_of_a_real_server(
    sink: Callable[..., AbstractContextManager[int]], flags: tuple[str, ...], outcome: Outcome, phase: Phase
) -> None:
    with sink(*flags) as port:
        result = await _send(f"smtp://127.0.0.1:{port}?starttls=never", _ANN, _message("fault"))
    assert (result.outcome, result.phase) == (outcome, phase)


async def test_large_mail_comes_whole_in_parts_or_its_head_alone(mail: MailServers) -> None:
    async with _reading(mail.imap(_ANN, "annpass")) as reader:
        end = await _end(reader)
        message = _message("large", size=3_000_000)
        await _send(mail.smtp(), _ANN, message)
        raw = await _until(reader, end, "large")
    assert parse(raw.content).files == parse(message).files
    assert len(raw.content) == raw.size > 3_000_000
    async with _reading(mail.imap(_ANN, "annpass"), largest_mail=2_000_000) as reader:
        (again,) = [one for one in await _all(reader, end) if one.uid == raw.uid]
    assert again.truncated
    assert again.size == raw.size
    assert raw.content.startswith(again.content)
    assert parse(again.content).subject == "large"


async def test_a_copy_goes_into_the_folder_marked_as_sent(mail: MailServers) -> None:
    message = _message("copy of the sent")
    for folder in (SENT, "Отправленные & co"):
        sent = MailboxReader(mail.imap(), folder)
        await sent.connect()
        assert sent.folder == "Отправленные & co"
        assert await sent.holds(parse(message).message_id) is (folder != SENT)
        place = await sent.append(message, date=datetime(2026, 11, 24, 9, 30, tzinfo=UTC))
        assert await sent.holds(parse(message).message_id)
        last = (await _all(sent))[-1]
        assert last.cursor == place
        assert last.arrived_at == datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
        await sent.close()
    assert parse(last.content).subject == "copy of the sent"


async def test_a_folder_that_is_not_there_is_answered_with_those_that_are(mail: MailServers) -> None:
    with pytest.raises(MailboxRefused, match="Отправленные & co"):
        await MailboxReader(mail.imap(), "Orders").connect()


async def test_settings_at_fault_are_told_from_a_lost_line(mail: MailServers) -> None:
    for url, folder in ((mail.imap(password="wrong"), "INBOX"), (mail.imap(), "nowhere")):
        with pytest.raises(MailboxRefused):
            await MailboxReader(url, folder).connect()
    with pytest.raises(MailboxRefused, match="certificate"):
        await MailboxReader(mail.imaps().split("?")[0]).connect()


def _through(proxy: Proxy, mail: MailServers) -> str:
    return mail.imap(_ANN, "annpass").replace(str(mail.ports["imap"]), str(proxy.port))


async def test_a_cut_line_ends_the_wait_at_once_and_nothing_is_missed(mail: MailServers) -> None:
    async with Proxy("127.0.0.1", mail.ports["imap"]) as proxy:
        reader = MailboxReader(_through(proxy, mail))
        await reader.connect()
        end = await _end(reader)
        waiting = asyncio.create_task(reader.wait(300.0))
        await asyncio.sleep(0.2)
        started = time.monotonic()
        await proxy.drop()
        with pytest.raises(MailboxLost):
            await waiting
        assert time.monotonic() - started < 5
        assert not reader.is_connected
        with pytest.raises(MailboxLost):
            await _all(reader)
    await _send(mail.smtp(), _ANN, _message("while we were away"))
    async with _reading(mail.imap(_ANN, "annpass")) as again:
        assert await _until(again, end, "while we were away")


async def test_a_silent_line_is_found_out(mail: MailServers) -> None:
    async with Proxy("127.0.0.1", mail.ports["imap"]) as proxy:
        reader = MailboxReader(_through(proxy, mail), command_timeout=1.0)
        await reader.connect()
        proxy.mode = Mode.BLACKHOLE
        with pytest.raises(MailboxLost):
            await reader.wait(0.5)
        assert not reader.is_connected


async def test_a_dead_port_is_a_lost_line() -> None:
    with pytest.raises(MailboxLost):
        await MailboxReader("imap://u:p@127.0.0.1:1?starttls=never").connect()
