"""The pool: sessions kept and checked, a dead host left alone by all of them, and a server that takes only so many."""

from __future__ import annotations

import asyncio
import base64
import hmac
import itertools
import socket
import time

import pytest

from channels.email.smtp import Patience, SmtpSender
from channels.message import Outcome, Phase
from tests.channels.smtp_script import MESSAGE, ONE_BY_ONE, PIPELINED, Connection, Script, running
from tests.channels.test_smtp_pipelining import Pile, arrived, people


async def drain(sender: SmtpSender, pile: Pile, sessions: int) -> None:
    async with asyncio.timeout(20):
        await asyncio.gather(*(sender.stream(pile) for _ in range(sessions)))


async def test_a_dead_host_is_tried_once_per_pause_by_all_sessions_together() -> None:
    """421 in the middle of things, ten minutes of refused connections, and back: nothing lost, a knock every half minute."""
    now = 1_000.0
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]
    going_down = False

    def goodbye(talk: Connection, line: str) -> str:
        return "421 4.3.2 going down" if going_down else ""

    script = Script(answers={"MAIL": goodbye})
    sender = SmtpSender(f"smtp://127.0.0.1:{port}?starttls=never", connections=4, clock=lambda: now)
    async with running(script, port=port):
        pile = Pile(people(20))
        await drain(sender, pile, 4)
        assert set(pile.outcomes().values()) == {Outcome.ACCEPTED}
        going_down = True
        before = script.connections
        pile = Pile(people(8))
        await drain(sender, pile, 4)
        assert script.connections <= before + 1  # one new session at most showed that the server means it
        assert Outcome.ACCEPTED not in pile.outcomes().values()

    knocks: list[float] = []

    async def turned_away(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        knocks.append(now)
        writer.transport.abort()

    away = await asyncio.start_server(turned_away, "127.0.0.1", port)
    paused = 0
    for _ in range(120):
        now += 5.0
        pile = Pile(people(6))
        await drain(sender, pile, 4)
        results = [results[0] for results in pile.ended.values()]
        assert {result.phase for result in results} == {Phase.CONNECT}
        assert {result.outcome for result in results} <= {Outcome.RETRY, Outcome.RATE_LIMITED}
        assert all(result.retry_after is not None and result.retry_after <= 30 for result in results)
        paused += sum(result.code == "connect-paused" for result in results)
    away.close()
    assert len(knocks) == 20
    assert all(later - sooner >= 30 for sooner, later in itertools.pairwise(knocks))
    assert paused == 120 * 6 - 20

    going_down = False
    async with running(script, port=port):
        now += 30.0
        pile = Pile(people(20))
        await drain(sender, pile, 4)
        await sender.close()
    assert set(pile.outcomes().values()) == {Outcome.ACCEPTED}


@pytest.mark.parametrize("extensions", [PIPELINED, ONE_BY_ONE])
async def test_a_greeting_is_no_welcome(extensions: tuple[str, ...]) -> None:
    """A server that lets us in and turns every first letter away is as dead as one that does not answer."""
    now = 0.0
    script = Script(answers={"RCPT": "421 4.7.0 go away"}, extensions=extensions)
    async with running(script):
        sender = SmtpSender(script.url, connections=3, clock=lambda: now)
        for _ in range(4):
            pile = Pile(people(5))
            await drain(sender, pile, 3)
        assert script.connections == 1
        now += 31.0
        await drain(sender, Pile(people(5)), 3)
        assert script.connections == 2
        await sender.close()


async def test_a_server_that_takes_two_at_once_gets_two() -> None:
    """One session too many costs no letter a try while the others work."""
    standing: set[int] = set()

    class Small(Script):
        async def talk(self, talk: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if len(standing) >= 2:
                writer.write(b"421 4.7.0 too many connections\r\n")
                return
            standing.add(talk.number)
            try:
                await super().talk(talk, reader, writer)
            finally:
                standing.discard(talk.number)

        async def _take_text(
            self, talk: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> str | None:
            await asyncio.sleep(0.005)
            return await super()._take_text(talk, reader, writer)

    async with running(Small()) as script:
        pile = Pile(people(100))
        sender = SmtpSender(script.url, connections=5)
        await drain(sender, pile, 5)
        await sender.close()
    assert set(pile.outcomes().values()) == {Outcome.ACCEPTED}
    assert arrived(script) == dict.fromkeys(people(100), 1)
    assert script.connections == 3


async def test_a_session_that_rested_is_asked_before_it_is_used() -> None:
    async with running(Script()) as script:
        sender = SmtpSender(script.url, doubtful_after=0.0)
        for _ in range(3):
            assert (await sender.send("a@b.test", "c@d.test", MESSAGE)).outcome is Outcome.ACCEPTED
        await sender.close()
    assert script.connections == 1
    assert script.lines.count("NOOP") == 2


@pytest.mark.parametrize("answer", ["421 4.4.2 you slept", "500 what", None, "silence"])
async def test_a_rested_session_that_does_not_answer_is_replaced_before_a_letter_is_risked(answer: str | None) -> None:
    class Deaf(Script):
        async def talk(self, talk: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await super().talk(talk, reader, writer)
            if answer == "silence":
                await reader.read()

    def ask(talk: Connection, line: str) -> str | None:
        return None if answer == "silence" else answer

    async with running(Deaf(answers={"NOOP": ask})) as script:
        sender = SmtpSender(script.url, doubtful_after=0.0, patience=Patience(noop=0.1))
        results = [await sender.send("a@b.test", "c@d.test", MESSAGE) for _ in range(2)]
        await sender.close()
    assert [result.outcome for result in results] == [Outcome.ACCEPTED] * 2
    assert script.connections == 2
    assert script.talks[0].count("MAIL") == 1


async def test_sessions_nobody_uses_say_goodbye() -> None:
    async with running(Script()) as script:
        sender = SmtpSender(script.url, connections=3, idle_limit=0.15)
        await drain(sender, Pile(people(30)), 3)
        async with asyncio.timeout(5):
            while not all(talk.lines[-1] == "QUIT" for talk in script.talks):
                await asyncio.sleep(0.02)
        assert (await sender.send("a@b.test", "c@d.test", MESSAGE)).outcome is Outcome.ACCEPTED
        assert script.connections == len([talk for talk in script.talks if "QUIT" in talk.lines]) + 1
        await sender.close()


@pytest.mark.parametrize("farewell", [b"421 4.4.2 timeout\r\n", b""])
async def test_a_session_closed_while_it_rests_is_noticed_at_once(farewell: bytes) -> None:
    class Hasty(Script):
        async def talk(self, talk: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if talk.number == 1:
                writers.append(writer)
            await super().talk(talk, reader, writer)

    writers: list[asyncio.StreamWriter] = []
    async with running(Hasty()) as script:
        sender = SmtpSender(script.url)
        await sender.send("a@b.test", "c@d.test", MESSAGE)
        writers[0].write(farewell)
        writers[0].close()
        await asyncio.sleep(0.05)
        result = await sender.send("a@b.test", "c@d.test", MESSAGE)
        await sender.close()
    assert result.outcome is Outcome.ACCEPTED
    assert [talk.count("MAIL") for talk in script.talks] == [1, 1]


@pytest.mark.parametrize("extensions", [PIPELINED, ONE_BY_ONE])
@pytest.mark.parametrize(
    ("verb", "outcome"),
    [("MAIL", Outcome.RETRY), ("RCPT", Outcome.RETRY), ("DATA", Outcome.RETRY), ("DOT", Outcome.UNKNOWN)],
)
async def test_a_server_that_falls_silent_is_left(verb: str, outcome: Outcome, extensions: tuple[str, ...]) -> None:
    class Silent(Script):
        async def talk(self, talk: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await super().talk(talk, reader, writer)
            await reader.read()

    async with running(Silent(answers={verb: None}, extensions=extensions)) as script:
        sender = SmtpSender(script.url, patience=Patience(command=0.1, data=0.1, dot=0.1))
        began = time.monotonic()
        result = await sender.send("a@b.test", "c@d.test", MESSAGE)
        await sender.close()
    assert (result.outcome, result.code) == (outcome, "timeout")
    assert time.monotonic() - began < 5


async def test_one_letter_opens_one_session_however_many_tasks_wait() -> None:
    async with running(Script()) as script:
        sender = SmtpSender(script.url, connections=6)
        for _ in range(3):
            await drain(sender, Pile(people(1)), 6)
        await sender.close()
    assert script.connections == 1


async def test_a_missing_file_of_certificates_is_our_own_fault() -> None:
    sender = SmtpSender("smtps://127.0.0.1:1?cafile=/nowhere/ca.pem")
    result = await sender.send("a@b.test", "c@d.test", MESSAGE)
    assert (result.outcome, result.code) == (Outcome.HALT, "tls-cafile")


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


_CHALLENGE = "<1896.697170952@mail.shop.test>"
_PROOF = hmac.new(b"secret", _CHALLENGE.encode(), "md5").hexdigest()
_IN = "235 2.7.0 welcome"


@pytest.mark.parametrize(
    ("offered", "answers"),
    [
        ("PLAIN", {f"AUTH PLAIN {_b64(chr(0) + 'crm' + chr(0) + 'secret')}": _IN}),
        ("LOGIN", {f"AUTH LOGIN {_b64('crm')}": f"334 {_b64('Password:')}", _b64("secret"): _IN}),
        ("CRAM-MD5", {"AUTH CRAM-MD5": f"334 {_b64(_CHALLENGE)}", _b64(f"crm {_PROOF}"): _IN}),
        # Offered and then refused: the next kind is tried.
        ("CRAM-MD5 PLAIN", {f"AUTH PLAIN {_b64(chr(0) + 'crm' + chr(0) + 'secret')}": _IN}),
    ],
)
async def test_every_usual_kind_of_login(offered: str, answers: dict[str, str]) -> None:
    """`answers` by the whole line; whatever else is said of a login is refused."""

    def reply(_talk: Connection, line: str) -> str:
        return answers.get(line, "535 5.7.8 no")

    said = {line.split(" ")[0].upper() for line in answers} | {"AUTH"}
    script = Script(answers=dict.fromkeys(said, reply), extensions=(f"AUTH {offered}", *PIPELINED))
    async with running(script):
        sender = SmtpSender(script.url.replace("://", "://crm:secret@"))
        try:
            result = await sender.send("crm@shop.test", "ann@client.test", MESSAGE)
        finally:
            await sender.close()
    assert (result.outcome, len(script.messages)) == (Outcome.ACCEPTED, 1)
