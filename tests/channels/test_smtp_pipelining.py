"""Commands said together: every reply read, a refusal in the middle survived, and each letter's phase exact whatever happens."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterable
from functools import partial

import pytest

from channels.email.smtp import Letter, Patience, SmtpSender
from channels.message import Outcome, Phase, SendResult
from tests.channels.smtp_script import MESSAGE, ONE_BY_ONE, PIPELINED, Connection, Script, running, send


class Pile:
    """Letters one after another, and how each ended."""

    def __init__(self, recipients: Iterable[str], *, good_for: float = 60.0) -> None:
        self.ended: dict[str, list[SendResult]] = {}
        self.returned: list[str] = []
        self._to_send = list(recipients)[::-1]
        self._good_for = good_for

    def waiting(self) -> bool:
        return bool(self._to_send)

    def take(self) -> Letter | None:
        if not self._to_send:
            return None
        recipient = self._to_send.pop()
        ended = self.ended.setdefault(recipient, [])
        return Letter(
            envelope_from="crm@shop.test",
            recipient=recipient,
            content=f"To: {recipient}\r\n\r\nHello\r\n".encode(),
            ended=ended.append,
            good_until=time.monotonic() + self._good_for,
            returned=partial(self.returned.append, recipient),
        )

    def outcomes(self) -> dict[str, Outcome]:
        """Of each letter that was not returned; every one ended once."""
        assert all(len(results) + self.returned.count(one) == 1 for one, results in self.ended.items())
        return {recipient: results[0].outcome for recipient, results in self.ended.items() if results}


def people(count: int) -> list[str]:
    return [f"p{number}@client.test" for number in range(count)]


def arrived(script: Script) -> Counter[str]:
    return Counter(text.split(b"\r\n")[0].removeprefix(b"To: ").decode() for text in script.messages)


async def stream(script: Script, pile: Pile, *, sessions: int = 1, patience: Patience | None = None) -> None:
    sender = SmtpSender(script.url, connections=sessions, patience=patience)
    try:
        async with asyncio.timeout(20):
            await asyncio.gather(*(sender.stream(pile) for _ in range(sessions)))
    finally:
        await sender.close()


async def test_the_envelope_is_said_at_once_and_the_text_waits_for_its_354() -> None:
    seen: list[bytes] = []

    class Patient(Script):
        async def talk(self, talk: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"220 here\r\n")
            await reader.readline()
            writer.write(b"250-here\r\n250 PIPELINING\r\n")
            seen.extend([await reader.readline() for _ in range(3)])
            writer.write(b"250 ok\r\n250 ok\r\n")
            await asyncio.sleep(0.05)
            seen.append(bytes(reader._buffer))  # type: ignore[attr-defined]
            writer.write(b"354 go\r\n")
            seen.append(await reader.readuntil(b"\r\n.\r\n"))
            writer.write(b"250 ok\r\n")
            await reader.readline()

    result = await send(Patient())
    assert result.outcome is Outcome.ACCEPTED
    assert [line.split(b":")[0] for line in seen[:3]] == [b"MAIL FROM", b"RCPT TO", b"DATA\r\n"]
    assert seen[3] == b""
    assert seen[4].startswith(b"Subject: hi")


async def test_without_the_offer_nothing_is_said_before_its_turn() -> None:
    waiting: list[bytes] = []

    class Strict(Script):
        def _reply(self, talk: Connection, verb: str, line: str) -> str | None:
            waiting.append(bytes(reader_of[0]._buffer))  # type: ignore[attr-defined]
            return super()._reply(talk, verb, line)

        async def talk(self, talk: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            reader_of.append(reader)
            await super().talk(talk, reader, writer)

    reader_of: list[asyncio.StreamReader] = []
    async with running(Strict(extensions=ONE_BY_ONE)) as script:
        pile = Pile(people(5))
        await stream(script, pile)
    assert set(pile.outcomes().values()) == {Outcome.ACCEPTED}
    assert set(waiting) == {b""}


async def test_a_text_asked_for_though_the_recipient_was_refused_is_ended_by_a_lone_dot() -> None:
    def refuse_the_second(talk: Connection, line: str) -> str:
        return "550 5.1.1 no such user" if "p1@" in line else ""

    async with running(Script(answers={"RCPT": refuse_the_second}, asks_for_a_text_anyway=True)) as script:
        pile = Pile(people(4))
        await stream(script, pile)
    assert [outcome.value for outcome in pile.outcomes().values()] == ["accepted", "suppress", "accepted", "accepted"]
    assert arrived(script) == {one: 1 for one in people(4) if one != "p1@client.test"}
    assert script.connections == 1
    assert script.talks[0].texts == 4


@pytest.mark.parametrize("extensions", [PIPELINED, ONE_BY_ONE])
@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "DOT"])
async def test_a_refusal_in_the_middle_touches_no_other_letter(verb: str, extensions: tuple[str, ...]) -> None:
    said = 0

    def refuse_every_third(talk: Connection, line: str) -> str:
        nonlocal said
        said += 1
        return "554 5.7.1 no" if said % 3 == 0 else ""

    async with running(Script(answers={verb: refuse_every_third}, extensions=extensions)) as script:
        pile = Pile(people(30))
        await stream(script, pile, sessions=1)
    taken = {one for one, outcome in pile.outcomes().items() if outcome is Outcome.ACCEPTED}
    assert arrived(script) == dict.fromkeys(taken, 1)
    assert len(taken) == 20
    assert script.connections == 1


async def test_a_server_that_takes_a_recipient_without_a_sender_gets_no_empty_mail() -> None:
    answers = {"MAIL": "451 4.3.0 not now", "RCPT": "250 ok", "DATA": "354 go"}
    async with running(Script(answers=answers)) as script:
        pile = Pile(people(1))
        await stream(script, pile)
    assert pile.outcomes() == {"p0@client.test": Outcome.RETRY}
    assert script.talks[0].texts == 0


async def test_the_next_envelope_comes_behind_the_final_dot() -> None:
    """The server answers a dot only once the next MAIL is there: without it this would wait for ever."""

    class Waiting(Script):
        async def talk(self, talk: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"220 here\r\n")
            await reader.readline()
            writer.write(b"250-here\r\n250 PIPELINING\r\n")
            for number in range(4):
                if number < 2:  # the first letter shows how quick the server is
                    lines = [await reader.readline() for _ in range(3)]
                writer.write(b"250 ok\r\n250 ok\r\n354 go\r\n")
                self.messages.append(await reader.readuntil(b"\r\n.\r\n"))
                if 0 < number < 3:
                    lines = [await reader.readline() for _ in range(3)]
                    assert lines[0].startswith(b"MAIL"), lines
                writer.write(b"250 ok\r\n")
            await reader.readline()

    async with running(Waiting()) as script:
        pile = Pile(people(4))
        await stream(script, pile)
    assert set(pile.outcomes().values()) == {Outcome.ACCEPTED}
    assert arrived(script) == dict.fromkeys(people(4), 1)


def at_the_third_dot(do: str | None, talk: Connection, line: str) -> str | None:
    return do if talk.number == 1 and talk.texts == 3 else ""


@pytest.mark.parametrize(
    ("answer", "third"),
    [
        (None, Outcome.UNKNOWN),  # it took the third and said nothing
        ("421 4.3.2 closing", Outcome.RETRY),
        ("554 5.7.1 spam", Outcome.PERMANENT),
        ("what?", Outcome.UNKNOWN),
    ],
)
async def test_what_befalls_a_letter_is_not_the_next_ones_fault(answer: str | None, third: Outcome) -> None:
    async with running(Script(answers={"DOT": partial(at_the_third_dot, answer)})) as script:
        pile = Pile(people(8))
        await stream(script, pile)
    outcomes = pile.outcomes()
    assert outcomes.pop("p2@client.test") is third
    assert set(outcomes.values()) == {Outcome.ACCEPTED}
    assert all(count == 1 for count in arrived(script).values())
    assert script.connections == (1 if third is Outcome.PERMANENT else 2)


async def test_a_slow_server_keeps_no_second_letter_waiting() -> None:
    """An envelope behind a dot that takes long would age there; one measured slow dot ends the habit."""
    behind: list[bytes] = []

    class Slow(Script):
        async def talk(self, talk: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.reader = reader
            await super().talk(talk, reader, writer)

        async def _take_text(
            self, talk: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> str | None:
            reply = await super()._take_text(talk, reader, writer)
            await asyncio.sleep(0.12)
            behind.append(bytes(reader._buffer))  # type: ignore[attr-defined]
            return reply

    async with running(Slow()) as script:
        pile = Pile(people(4))
        await stream(script, pile)
    assert set(pile.outcomes().values()) == {Outcome.ACCEPTED}
    assert set(behind) == {b""}


async def test_a_letter_that_waited_behind_another_past_its_consent_is_not_handed_over() -> None:
    class SlowOnce(Script):
        async def _take_text(
            self, talk: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> str | None:
            reply = await super()._take_text(talk, reader, writer)
            if talk.texts == 2 and talk.number == 1:
                await asyncio.sleep(0.3)
            return reply

    async with running(SlowOnce()) as script:
        pile = Pile(people(3), good_for=0.2)
        await stream(script, pile)
    assert pile.outcomes() == {"p0@client.test": Outcome.ACCEPTED, "p1@client.test": Outcome.ACCEPTED}
    assert pile.returned == ["p2@client.test"]
    assert set(arrived(script)) == {"p0@client.test", "p1@client.test"}


async def test_a_server_that_loses_what_comes_behind_a_dot_is_found_out_and_spared() -> None:
    class Forgetful(Script):
        async def _take_text(
            self, talk: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> str | None:
            reply = await super()._take_text(talk, reader, writer)
            await asyncio.sleep(0.01)
            reader._buffer.clear()  # type: ignore[attr-defined]
            return reply

    async with running(Forgetful()) as script:
        pile = Pile(people(12))
        await stream(script, pile, patience=Patience(behind=0.1))
    assert set(pile.outcomes().values()) == {Outcome.ACCEPTED}
    assert arrived(script) == dict.fromkeys(people(12), 1)
    assert script.connections == 2


@pytest.mark.parametrize("extensions", [PIPELINED, ONE_BY_ONE])
async def test_replies_in_crumbs_and_replies_of_many_lines(extensions: tuple[str, ...]) -> None:
    class Crumbling(Script):
        async def talk(self, talk: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            whole = writer.write

            def write(data: bytes) -> None:
                for start in range(0, len(data), 3):
                    whole(data[start : start + 3])

            writer.write = write  # type: ignore[method-assign]
            await super().talk(talk, reader, writer)

    many = dict.fromkeys(("MAIL", "RCPT", "DOT", "RSET"), "250-2.0.0 well\r\n250-2.0.0 then\r\n250 2.0.0 ok")
    async with running(Crumbling(answers=dict(many), extensions=extensions)) as script:
        pile = Pile(people(10))
        await stream(script, pile)
    assert set(pile.outcomes().values()) == {Outcome.ACCEPTED}
    assert arrived(script) == dict.fromkeys(people(10), 1)


@pytest.mark.parametrize("size", [100, 10_000, 70_000, 400_000])
async def test_letters_of_every_size_follow_one_another(size: int) -> None:
    async with running(Script(extensions=("PIPELINING",))) as script:
        sender = SmtpSender(script.url, connections=1)
        bodies = [bytes([65 + number]) * 60 + b"\r\n.x\r\n" + b"y" * 70 + b"\r\n" * (size // 2) for number in range(3)]
        results = [await sender.send("crm@shop.test", "ann@client.test", body) for body in bodies]
        await sender.close()
    assert {result.outcome for result in results} == {Outcome.ACCEPTED}
    assert [text.replace(b"\r\n..", b"\r\n.")[:-3] for text in script.messages] == bodies


FAULTS = {
    "MAIL": ["451 4.3.0 later", "553 5.1.8 no", None, "421 4.3.2 closing", "354 what", "gibberish"],
    "RCPT": ["450 4.2.1 busy", "550 5.1.1 nobody", None, "421 4.3.2 closing", "999 what", "x"],
    "DATA": ["451 4.3.0 later", "554 5.5.1 no", None, "421 4.3.2 closing", "250 what", "y"],
    "DOT": ["451 4.3.0 later", "554 5.7.1 spam", None, "421 4.3.2 closing", "354 what", "z"],
    "RSET": [None, "421 4.3.2 closing", "500 what"],
}


@pytest.mark.parametrize("extensions", [PIPELINED, ONE_BY_ONE], ids=["pipelined", "one by one"])
@pytest.mark.parametrize("seed", range(6))
async def test_whatever_the_server_does_each_letter_ends_once_and_as_it_was(
    seed: int, extensions: tuple[str, ...]
) -> None:
    """What is said to be accepted arrived once; what is said to be refused or unsent did not; only the unknown may be either."""
    chance = random.Random(seed)

    def perhaps(verb: str, talk: Connection, line: str) -> str | None:
        return chance.choice(FAULTS[verb]) if chance.random() < 0.06 else ""

    answers = {verb: partial(perhaps, verb) for verb in FAULTS}
    script = Script(answers=dict(answers), extensions=extensions, asks_for_a_text_anyway=seed % 2 == 0)
    async with running(script):
        pile = Pile(people(300))
        sender = SmtpSender(script.url, connections=3, dead_host_pause=0.0)
        async with asyncio.timeout(30):
            await asyncio.gather(*(sender.stream(pile) for _ in range(3)))
        await sender.close()
    counts = arrived(script)
    assert max(counts.values()) == 1
    outcomes = pile.outcomes()
    assert len(outcomes) == 300
    for recipient, outcome in outcomes.items():
        if outcome is Outcome.ACCEPTED:
            assert counts[recipient] == 1, recipient
        elif outcome is not Outcome.UNKNOWN:
            assert counts[recipient] == 0, (recipient, pile.ended[recipient])
    assert {Outcome.ACCEPTED, Outcome.RETRY, Outcome.UNKNOWN} <= set(outcomes.values())


async def test_a_message_is_sent_whole_though_its_session_has_a_reset_before_it() -> None:
    async with running(Script(answers={"DATA": "451 4.3.0 later"})) as script:
        sender = SmtpSender(script.url, connections=1)
        assert (await sender.send("a@b.test", "c@d.test", MESSAGE)).phase is Phase.DATA
        del script.answers["DATA"]
        assert (await sender.send("a@b.test", "c@d.test", MESSAGE)).outcome is Outcome.ACCEPTED
        await sender.close()
    said = [line.split(" ")[0] for line in script.lines]
    assert said == ["EHLO", "MAIL", "RCPT", "DATA", "RSET", "MAIL", "RCPT", "DATA", "QUIT"]
