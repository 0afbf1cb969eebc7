"""SMTP sessions against a server scripted line by line: what every fault means for the message."""

from __future__ import annotations

import asyncio
import random
import socket

import pytest

from channels.email.smtp import Patience, SmtpAddress, SmtpSender
from channels.message import Outcome, Phase
from tests.channels.smtp_script import MESSAGE, ONE_BY_ONE, PIPELINED, Connection, Script, running, send

both_ways = pytest.mark.parametrize("extensions", [PIPELINED, ONE_BY_ONE], ids=["pipelined", "one by one"])


@both_ways
async def test_an_accepted_message_arrives_as_it_was_and_the_session_is_kept(extensions: tuple[str, ...]) -> None:
    async with running(Script(extensions=extensions)) as script:
        sender = SmtpSender(script.url)
        results = [await sender.send("crm@shop.test", "ann@client.test", MESSAGE) for _ in range(3)]
        await sender.close()
    assert [result.outcome for result in results] == [Outcome.ACCEPTED] * 3
    assert results[0].provider_id == "4XkQ2b"
    assert script.connections == 1
    assert script.messages == [b"Subject: hi\r\n\r\nHello\r\n..dot\r\n.\r\n"] * 3
    assert script.lines.count("RCPT TO:<ann@client.test>") == 3
    assert script.lines[-1] == "QUIT"


async def test_bare_line_ends_cannot_smuggle_a_second_mail() -> None:
    script = Script()
    await send(script, message=b"A: b\r\n\r\nx\n.\nMAIL FROM:<e@x.org>\r.\r\n.\r\n")
    assert script.messages[0].count(b"\r\n.\r\n") == 1
    assert b"\n..\r\nMAIL FROM" in script.messages[0]


@pytest.mark.parametrize(
    ("verb", "reply", "outcome", "phase"),
    [
        ("MAIL", "451 4.3.0 later", Outcome.RETRY, Phase.ENVELOPE),
        ("MAIL", "552 5.3.4 too big", Outcome.PERMANENT, Phase.ENVELOPE),
        ("MAIL", "553 5.7.1 Sender address rejected: not owned by user", Outcome.HALT, Phase.ENVELOPE),
        ("MAIL", "530 5.7.0 Authentication required", Outcome.HALT, Phase.ENVELOPE),
        ("RCPT", "450 4.7.1 Greylisted", Outcome.LATER, Phase.ENVELOPE),
        ("RCPT", "452 4.2.2 Mailbox full", Outcome.LATER, Phase.ENVELOPE),
        ("RCPT", "450 4.7.28 Our system has detected an unusual rate", Outcome.RATE_LIMITED, Phase.ENVELOPE),
        ("RCPT", "550 5.1.1 <ann@client.test>: User unknown", Outcome.SUPPRESS, Phase.ENVELOPE),
        ("RCPT", "550 No such user here", Outcome.SUPPRESS, Phase.ENVELOPE),
        ("RCPT", "556 5.1.10 takes no mail", Outcome.SUPPRESS, Phase.ENVELOPE),
        ("RCPT", "552 5.2.2 over quota", Outcome.PERMANENT, Phase.ENVELOPE),
        ("RCPT", "554 5.7.1 Policy reject", Outcome.PERMANENT, Phase.ENVELOPE),
        ("RCPT", "554 5.7.1 <ann@client.test>: Relay access denied", Outcome.HALT, Phase.ENVELOPE),
        ("DATA", "554 5.5.1 no valid recipients", Outcome.PERMANENT, Phase.DATA),
        ("DOT", "550 5.7.1 looks like spam", Outcome.PERMANENT, Phase.DONE),
        ("DOT", "451 4.3.0 queue file write error", Outcome.RETRY, Phase.DONE),
        ("DOT", "550 5.1.1 no such user", Outcome.SUPPRESS, Phase.DONE),
        ("DOT", None, Outcome.UNKNOWN, Phase.AFTER_DATA),
        ("DOT", "what?", Outcome.UNKNOWN, Phase.AFTER_DATA),
        ("DATA", None, Outcome.RETRY, Phase.DATA),
        ("RCPT", None, Outcome.RETRY, Phase.ENVELOPE),
        ("MAIL", "421 4.3.2 shutting down", Outcome.RETRY, Phase.ENVELOPE),
    ],
)
@both_ways
async def test_each_refusal_and_each_drop(
    verb: str, reply: str | None, outcome: Outcome, phase: Phase, extensions: tuple[str, ...]
) -> None:
    script = Script(answers={verb: reply}, extensions=extensions)
    result = await send(script)
    assert (result.outcome, result.phase) == (outcome, phase)
    assert len(script.messages) == (verb == "DOT" and reply is None)


@pytest.mark.parametrize(
    ("greeting", "outcome"),
    [(None, Outcome.RETRY), ("421 busy", Outcome.RETRY), ("554 go away", Outcome.HALT), ("nonsense", Outcome.RETRY)],
)
async def test_greetings(greeting: str | None, outcome: Outcome) -> None:
    result = await send(Script(greeting=greeting))
    assert (result.outcome, result.phase) == (outcome, Phase.CONNECT)


async def test_a_drop_within_a_large_message_is_known_to_have_delivered_nothing() -> None:
    result = await send(
        Script(extensions=("8BITMIME",), close_within_data_after=1000),
        message=b"x" * 70 + b"\r\n" + b"y\r\n" * 4_000_000,
    )
    assert (result.outcome, result.phase) == (Outcome.RETRY, Phase.DATA)


@both_ways
async def test_no_answer_to_the_final_dot_in_time_is_unknown(extensions: tuple[str, ...]) -> None:
    release = asyncio.Event()

    class Silent(Script):
        async def talk(self, talk: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await super().talk(talk, reader, writer)
            await release.wait()

    async with running(Silent(answers={"DOT": None}, extensions=extensions)) as script:
        sender = SmtpSender(script.url, patience=Patience(dot=0.05))
        result = await sender.send("crm@shop.test", "ann@client.test", MESSAGE)
        release.set()
        await sender.close()
    assert (result.outcome, result.phase) == (Outcome.UNKNOWN, Phase.AFTER_DATA)


async def test_an_answer_that_never_ends_is_given_no_more_time() -> None:
    class Endless(Script):
        async def talk(self, talk: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"220 here\r\n")
            while (await reader.readline()).startswith(b"EHLO"):
                writer.write(b"250 here\r\n")
            while not reader.at_eof():
                writer.write(b"250-still thinking\r\n250-")
                await writer.drain()
                await asyncio.sleep(0.05)

    async with running(Endless()) as script:
        sender = SmtpSender(script.url, patience=Patience(command=0.3))
        async with asyncio.timeout(20):
            result = await sender.send("crm@shop.test", "ann@client.test", MESSAGE)
        await sender.close()
    assert (result.outcome, result.code) == (Outcome.RETRY, "timeout")


@both_ways
async def test_after_a_refusal_the_session_is_reset_and_goes_on(extensions: tuple[str, ...]) -> None:
    async with running(Script(answers={"RCPT": "550 5.1.1 unknown"}, extensions=extensions)) as script:
        sender = SmtpSender(script.url)
        first = await sender.send("crm@shop.test", "gone@client.test", MESSAGE)
        del script.answers["RCPT"]
        second = await sender.send("crm@shop.test", "ann@client.test", MESSAGE)
        await sender.close()
    assert (first.outcome, second.outcome) == (Outcome.SUPPRESS, Outcome.ACCEPTED)
    assert script.connections == 1
    assert script.lines.count("RSET") == 1
    assert len(script.messages) == 1


@both_ways
@pytest.mark.parametrize("reply", [None, "421 4.4.2 idle too long"])
async def test_a_session_gone_stale_between_messages_is_replaced_once(
    reply: str | None, extensions: tuple[str, ...]
) -> None:
    def stale_once(talk: Connection, line: str) -> str | None:
        return reply if talk.number == 1 and talk.texts else ""

    async with running(Script(answers={"MAIL": stale_once}, extensions=extensions)) as script:
        sender = SmtpSender(script.url)
        await sender.send("crm@shop.test", "ann@client.test", MESSAGE)
        result = await sender.send("crm@shop.test", "ann@client.test", MESSAGE)
        await sender.close()
    assert result.outcome is Outcome.ACCEPTED
    assert script.connections == 2
    assert len(script.messages) == 2


async def test_a_dead_host_is_tried_once_per_pause() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        now = 100.0
        sender = SmtpSender(f"smtp://127.0.0.1:{closed.getsockname()[1]}", clock=lambda: now)
        first = await asyncio.gather(*(sender.send("a@b.test", "c@d.test", MESSAGE) for _ in range(8)))
        assert [r.outcome for r in first].count(Outcome.RETRY) == 1
        paused = [r for r in first if r.outcome is Outcome.RATE_LIMITED]
        assert len(paused) == 7
        assert all(r.code == "connect-paused" and r.retry_after == 30.0 for r in paused)
        now = 131.0
        again = await sender.send("a@b.test", "c@d.test", MESSAGE)
        assert again.outcome is Outcome.RETRY
        await sender.close()


async def test_many_tasks_share_few_sessions() -> None:
    async with running(Script()) as script:
        sender = SmtpSender(script.url, connections=3)
        results = await asyncio.gather(*(sender.send("a@b.test", f"c{n}@d.test", MESSAGE) for n in range(60)))
        await sender.close()
    assert all(result.outcome is Outcome.ACCEPTED for result in results)
    assert script.connections <= 3
    assert len(script.messages) == 60


async def test_cancelling_forgets_the_session() -> None:
    reached = asyncio.Event()

    class Slow(Script):
        async def talk(self, talk: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if talk.number > 1:
                await super().talk(talk, reader, writer)
                return
            writer.write(b"220 here\r\n")
            await reader.readline()
            writer.write(b"250 here\r\n")
            await reader.readline()  # MAIL, never answered
            reached.set()
            await reader.read()

    async with running(Slow()) as script:
        sender = SmtpSender(script.url)
        task = asyncio.create_task(sender.send("a@b.test", "c@d.test", MESSAGE))
        await reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await sender.send("a@b.test", "c@d.test", MESSAGE)).outcome is Outcome.ACCEPTED
        await sender.close()
    assert script.connections == 2


async def test_the_size_limit_is_respected_without_sending() -> None:
    script = Script(extensions=("SIZE 100",))
    result = await send(script, message=b"x" * 101)
    assert (result.outcome, result.code) == (Outcome.PERMANENT, "too-big")
    assert not [line for line in script.lines if line.startswith("MAIL")]


async def test_the_password_is_not_sent_in_the_clear_to_another_machine() -> None:
    assert not SmtpAddress.parse("smtp://u:p@mail.example?starttls=auto").is_loopback
    async with running(Script()) as script:
        sender = SmtpSender(f"smtp://127.0.0.1:{script.port}?starttls=always")
        result = await sender.send("a@b.test", "c@d.test", MESSAGE)
        await sender.close()
    assert (result.outcome, result.code) == (Outcome.HALT, "no-tls")


async def test_addresses_outside_ascii_need_a_server_that_knows_them() -> None:
    script = Script()
    result = await send(script, recipient="анна@почта.рф")
    assert (result.outcome, result.code) == (Outcome.PERMANENT, "no-smtputf8")
    script = Script(extensions=("SMTPUTF8",))
    result = await send(script, recipient="анна@почта.рф")
    assert result.outcome is Outcome.ACCEPTED
    assert "RCPT TO:<анна@xn--80a1acny.xn--p1ai>" in script.lines


@pytest.mark.parametrize(
    "address",
    [
        "", "a", "@b.test", "a@", "a b@c.test", '"a\r\nRCPT TO:<e@x.org>"@x.org', "a@b.test\r\nDATA", "a@b@c.test",
        "<a@b.test>", "a@b.test>", "Ann <a@b.test>", "a,b@c.test", "a@-b.test", "a@b..test", "a@b.test ", ".a@b.test",
        "a\u202e@b.test", "a@b_c.test", "a" * 65 + "@b.test", "a@" + "b" * 64 + ".test", "a\x00@b.test", "(c)a@b.test",
    ],
)  # fmt: skip
async def test_no_doubtful_address_reaches_the_wire(address: str) -> None:
    script = Script()
    result = await send(script, recipient=address)
    assert (result.outcome, result.code) == (Outcome.SUPPRESS, "bad-address")
    assert script.connections == 0


async def test_fuzzed_recipients_are_sent_unchanged_or_not_at_all() -> None:
    rng = random.Random(7)
    alphabet = "ab.@<>\"\\\r\n ,;:()[]\x00'+é"
    async with running(Script()) as script:
        sender = SmtpSender(script.url, connections=1)
        for _ in range(3_000):
            address = "".join(rng.choice(alphabet) for _ in range(rng.randrange(1, 14))) + rng.choice(["", "@b.test"])
            before = len(script.lines)
            await sender.send("crm@shop.test", address, MESSAGE)
            sent = [line for line in script.lines[before:] if line.startswith("RCPT")]
            assert sent in ([], [f"RCPT TO:<{address}>"])
        await sender.close()
    allowed = ("EHLO", "MAIL FROM:<crm@shop.test>", "RCPT TO:<", "DATA", "RSET", "QUIT")
    assert all(line.startswith(allowed) for line in script.lines)
    assert script.messages


@pytest.mark.parametrize(
    "url",
    ["http://h", "smtp://", "smtp://h:x", "smtp://h?starttls=maybe", "smtp://h?colour=red", "h:25"],
)
def test_bad_settings_name_themselves(url: str) -> None:
    with pytest.raises(ValueError, match=r"\w+"):
        SmtpAddress.parse(url)


def test_settings_are_read_and_hide_the_password() -> None:
    address = SmtpAddress.parse("smtps://crm%40shop.test:p%2Fw%3F@mail.shop.test?cafile=/ca.pem")
    assert (address.username, address.password, address.port) == ("crm@shop.test", "p/w?", 465)
    assert "p/w?" not in repr(address)
