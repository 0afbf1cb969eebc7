"""Mail handed over on one open SMTP connection, letter after letter, with each letter's phase known exactly.

A protocol driven by the server's replies instead of a task that awaits each: a reply costs a tenth of an await, and replies
that come together are read together. Connecting, TLS and login are aiosmtplib's (connecting.py).
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Final

from channels.email.letter import Letter, Offer, Patience, Take, impossibility, mail_command, stuffed
from channels.email.verdicts import Step, verdict
from channels.message import Outcome, Phase, SendResult

# Larger messages go block by block as the server takes them, then the dot: a drop before it surely delivered nothing.
_ONE_WRITE: Final = 64 * 1024
# A server that takes longer for a final dot gets no envelope behind it: that letter would wait while its consent ages.
_QUICK_DOT_S: Final = 0.1
_LONGEST_LINE: Final = 8192
_MOST_LINES: Final = 200
_READ: Final = 8192


class Dialogue(asyncio.BufferedProtocol):
    """One connection, greeted and logged in. `run` and `still_there` belong to one task at a time."""

    def __init__(
        self,
        transport: asyncio.Transport,
        offer: Offer,
        *,
        patience: Patience,
        may_follow: bool,
        proved: Callable[[], None],
    ) -> None:
        self.is_open = True
        self.handled = 0  # letters the server decided on
        self.welcomed = False  # it said yes to a MAIL
        self.shut = False  # it closed the channel in words (421)
        self.dislikes_followers = False
        self._offer = offer
        self._patience = patience
        self._proved = proved
        self._may_follow = may_follow and offer.pipelining
        self._loop = asyncio.get_running_loop()
        self._closed: asyncio.Future[None] = self._loop.create_future()
        self._done: asyncio.Future[None] | None = None
        # A plain protocol is given each reply in a new buffer of 256 KiB, which costs more than all the rest of reading it.
        self._room = memoryview(bytearray(_READ))
        self._buffer = b""
        self._lines: list[str] = []  # of a reply whose last line is still to come
        self._expected: deque[tuple[_Said, Letter]] = deque()
        self._unsaid: deque[tuple[bytes, _Said]] = deque()  # of one letter, where commands go one by one
        self._take: Take = _nothing
        self._left: list[Letter] = []
        self._needs_reset = self._paused = False
        self._blocks: memoryview | None = None
        self._dot_at, self._dot_took, self._used_at = 0.0, inf, time.monotonic()
        self._patient_for: float | None = None
        self._deadline = inf
        self._watch: asyncio.TimerHandle | None = None
        self._transport = transport
        # Paused as soon as anything waits in our own buffer: what was written and did not pause us is with the system.
        # (Zero would pause asyncio's TLS transport for ever: it compares with >=.)
        transport.set_write_buffer_limits(high=1, low=0)
        transport.set_protocol(self)
        if transport.is_closing():
            self.connection_lost(None)

    @property
    def idle_for(self) -> float:
        """Seconds since the last letter, or since the login."""
        return time.monotonic() - self._used_at

    async def run(self, take: Take) -> list[Letter]:
        """Hands over what `take` gives until it gives nothing more or the line is over.

        Returns letters of which the server surely took nothing because the line had gone stale between two of them: they
        may go on another line at once. Raises nothing but cancellation, and then the line is forgotten.
        """
        self._take = take
        await self._until_done(self._next)
        left, self._left = self._left, []
        return left

    async def still_there(self) -> bool:
        """Asks with NOOP; the line is dropped when the answer is not yes, or does not come."""
        await self._until_done(lambda: self._say(b"NOOP\r\n", _NOOP, _NOBODY, self._patience.noop))
        return self.is_open

    def quit(self) -> asyncio.Future[None]:
        """Says goodbye and closes; a server that does not answer is simply left. The future is done when it is closed."""
        if self.is_open and not self._expected:
            self._say(b"QUIT\r\n", _QUIT, _NOBODY, self._patience.quit)
            self._mind_the_time()
        elif self.is_open:
            self._lose("quit", "We closed the connection")
        return self._closed

    # What the transport tells us.

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._room

    def buffer_updated(self, nbytes: int) -> None:
        *lines, self._buffer = (self._buffer + self._room[:nbytes]).split(b"\n")
        for line in lines:
            if self.is_open:
                self._read(line)
        if len(self._buffer) > _LONGEST_LINE and self.is_open:
            self._nonsense("The reply is too long")
        self._mind_the_time()

    def pause_writing(self) -> None:
        self._paused = True

    def resume_writing(self) -> None:
        self._paused = False
        if self._blocks is not None:
            self._write_blocks()
            self._mind_the_time()

    def connection_lost(self, exc: Exception | None) -> None:
        self._lose("dropped", type(exc).__name__ if exc is not None else "The connection was closed")
        if not self._closed.done():
            self._closed.set_result(None)

    # Replies.

    def _read(self, line: bytes) -> None:
        """One line of a reply; the last one (no dash behind the code) completes it."""
        if self._expected and not self._lines:
            said, letter = self._expected[0]
            if line[:3] == said.wanted and line[3:4] != b"-" and letter.refusal is None and len(line) <= _LONGEST_LINE:
                self._expected.popleft()
                said.answered(self, int(said.wanted), "", letter)
                return
        if not line[:3].isdigit() or len(line) > _LONGEST_LINE or len(self._lines) > _MOST_LINES:
            self._nonsense(line[:200].decode("utf-8", "replace"))
            return
        text = line[4:].decode("utf-8", "surrogateescape")
        if line[3:4] == b"-":
            self._lines.append(text)
            return
        if self._lines:
            text, self._lines = "\n".join((*self._lines, text)), []
        code = int(line[:3])
        if not self._expected or (code == 421 and self._expected[0][0] is not _DOT):
            self._shut(code, text)
            return
        said, letter = self._expected.popleft()
        said.answered(self, code, text, letter)

    def _shut(self, code: int, text: str) -> None:
        """The server closes the channel, asked or unasked."""
        self.shut = True
        if self._expected:
            said, letter = self._expected[0]
            if said.step is not None and not self._may_go_elsewhere(letter):
                letter.refusal = letter.refusal or verdict(step=said.step, code=code, text=text)
        self._lose("421", " ".join(text.split())[:200])

    def _nonsense(self, text: str) -> None:
        """An answer outside the protocol: we are out of step, and nothing that follows can be trusted."""
        if self._expected:
            said, letter = self._expected[0]
            if said.step is not None:
                letter.refusal = letter.refusal or verdict(step=said.step, code=-1, text=text)
        self._lose("nonsense", text)

    def on_reset(self, code: int, text: str, letter: Letter) -> None:
        if code == 250:
            self._go_on(letter)
        else:
            self._expected.appendleft((_RSET, letter))
            self._lose("reset", text)

    def on_noop(self, code: int, text: str, letter: Letter) -> None:
        if 200 <= code < 300:
            self._rest()
        else:
            self._lose("noop", text)

    def on_goodbye(self, code: int, text: str, letter: Letter) -> None:
        self._lose("quit", text)

    def on_mail(self, code: int, text: str, letter: Letter) -> None:
        if 200 <= code < 300:
            self.welcomed = True
            self._go_on(letter)
        else:
            self._refuse(_MAIL, code, text, letter)

    def on_rcpt(self, code: int, text: str, letter: Letter) -> None:
        if 200 <= code < 300:
            letter.phase = Phase.DATA
            self._go_on(letter)
        else:
            self._refuse(_RCPT, code, text, letter)

    def on_data(self, code: int, text: str, letter: Letter) -> None:
        if code != 354:
            self._refuse(_DATA, code, text, letter)
        elif letter.refusal is None:
            self._hand_over(letter)
        elif letter.phase is Phase.DATA:
            # MAIL refused, yet the recipient taken and a text awaited: they might get an empty mail. Leave instead.
            self._expected.appendleft((_DATA, letter))
            self._lose("nonsense", text)
        else:
            # RFC 2920 section 3.1: a text is asked for though nobody may get it. A lone dot ends that, to no recipient.
            self._say(b".\r\n", _LONE_DOT, letter, self._patience.dot)

    def on_lone_dot(self, code: int, text: str, letter: Letter) -> None:
        self._end(letter)

    def on_dot(self, code: int, text: str, letter: Letter) -> None:
        self._used_at = now = time.monotonic()
        self._dot_took = now - self._dot_at
        self._count()
        letter.ended(verdict(step=Step.DOT, code=code, text=text))
        if code == 421:
            self._shut(code, text)
        elif not 200 <= code < 600 or 300 <= code < 400:
            self._lose("nonsense", text)
        elif not self._expected:
            self._next()
        elif self._expected[0][1].good_until < now:
            # It waited behind this one until nobody could say any more that its recipient still wants it.
            self._lose("waited", "The letter before it took too long")
        else:
            self._patient_for = self._patience.behind

    # What we say.

    def _next(self) -> None:
        letter = self._takeable()
        if letter is None:
            self._rest()
            return
        if self._offer.pipelining:
            self._write(self._announce(letter), self._patience.command)
            return
        mail, to = self._envelope(letter)
        if self._needs_reset:
            self._unsaid.append((b"RSET\r\n", _RSET))
        self._unsaid += ((mail, _MAIL), (to, _RCPT), (b"DATA\r\n", _DATA))
        self._needs_reset = True
        self._go_on(letter)

    def _takeable(self) -> Letter | None:
        """The next letter that this server can take at all."""
        while (letter := self._take()) is not None:
            impossible = impossibility(letter, self._offer)
            if impossible is None:
                return letter
            letter.ended(impossible)
        return None

    def _envelope(self, letter: Letter) -> tuple[bytes, bytes]:
        letter.phase, letter.is_follower = Phase.ENVELOPE, False
        return mail_command(letter, self._offer), f"RCPT TO:<{letter.recipient}>\r\n".encode()

    def _announce(self, letter: Letter) -> bytes:
        """The envelope's commands in one, with a reset before them where a transaction may still be open."""
        mail, to = self._envelope(letter)
        if self._needs_reset:
            self._expected.append((_RSET, letter))
            mail = b"RSET\r\n" + mail
        self._expected += ((_MAIL, letter), (_RCPT, letter), (_DATA, letter))
        self._needs_reset = True
        return b"%bDATA\r\n" % (mail + to)

    def _go_on(self, letter: Letter) -> None:
        """The next command, or more time for the answers to those already said."""
        if self._unsaid:
            words, said = self._unsaid.popleft()
            self._say(words, said, letter, self._patience.data if said is _DATA else self._patience.command)
        else:
            self._patient_for = self._patience.command

    def _refuse(self, said: _Said, code: int, text: str, letter: Letter) -> None:
        """The first refusal decides; the answers to what was said with it are still to come."""
        assert said.step is not None
        letter.refusal = letter.refusal or verdict(step=said.step, code=code, text=text)
        self._unsaid.clear()
        if not 400 <= code < 600:
            self._expected.appendleft((said, letter))
            self._lose("nonsense", text)
        elif not self._expected:
            self._end(letter)

    def _end(self, letter: Letter) -> None:
        assert letter.refusal is not None
        self._count()
        self._used_at = time.monotonic()
        letter.ended(letter.refusal)
        self._next()

    def _count(self) -> None:
        self.handled += 1
        if self.handled == 1:
            self._proved()

    def _hand_over(self, letter: Letter) -> None:
        """The message, the final dot and, where it is safe, the next letter's envelope behind it.

        RFC 2920 section 3.1 lets an envelope follow a final dot at once. That letter is only announced: no byte of it is
        written before its own 354 has come, so a line lost earlier has surely not taken it.
        """
        body = stuffed(letter.content)
        self._expected.append((_DOT, letter))
        if len(body) > _ONE_WRITE:
            self._blocks = memoryview(body)
            self._write_blocks()
            return
        self._mark_dot(letter)
        follower = self._takeable() if self._may_follow and self._dot_took < _QUICK_DOT_S else None
        if follower is None:
            self._write(body + b".\r\n", self._patience.dot)
        else:
            self._write(b"%b.\r\n%b" % (body, self._announce(follower)), self._patience.dot)
            follower.is_follower = True

    def _write_blocks(self) -> None:
        while self._blocks is not None and not self._paused:
            if not self._blocks:
                self._blocks = None
                self._mark_dot(self._expected[0][1])
                self._write(b".\r\n", self._patience.dot)
                return
            block, self._blocks = self._blocks[:_ONE_WRITE], self._blocks[_ONE_WRITE:]
            self._write(bytes(block), self._patience.block)

    def _mark_dot(self, letter: Letter) -> None:
        """From here on a lost answer is ambiguous. The dot ends the transaction, whatever the answer to it is."""
        letter.phase = Phase.AFTER_DATA
        self._needs_reset = False
        self._dot_at = time.monotonic()

    def _say(self, words: bytes, said: _Said, letter: Letter, patience: float) -> None:
        self._expected.append((said, letter))
        self._write(words, patience)

    def _write(self, words: bytes, patience: float) -> None:
        self._patient_for = patience
        self._transport.write(words)

    # Waiting, and the end.

    def _mind_the_time(self) -> None:
        """The deadline after all that one read brought; one timer a line, set anew where it would come too late."""
        if self._patient_for is None:  # part of a reply, or nothing new: no more time for it
            return
        self._deadline = deadline = self._loop.time() + self._patient_for
        self._patient_for = None
        if self._watch is None or self._watch.when() > deadline:
            self._look_at_the_time()

    def _look_at_the_time(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        if not self.is_open or self._deadline == inf:
            return
        if self._deadline <= self._loop.time():
            self._lose("timeout", "The server did not answer in time")
        else:
            self._watch = self._loop.call_at(self._deadline, self._look_at_the_time)

    async def _until_done(self, begin: Callable[[], None]) -> None:
        if not self.is_open:
            return
        self._done = done = self._loop.create_future()
        try:
            begin()
            self._mind_the_time()
            await done
        except BaseException:
            # Nobody waits for these letters any more: they stay as they are, and nothing is said of them.
            self._expected.clear()
            self._lose("cancelled", "")
            raise
        finally:
            self._done, self._take = None, _nothing

    def _rest(self) -> None:
        """Nothing more to do for now."""
        self._patient_for = inf
        if self._done is not None and not self._done.done():
            self._done.set_result(None)

    def _may_go_elsewhere(self, letter: Letter) -> bool:
        """Surely nothing of it was taken, and the line had worked before: it went stale, which is nobody's fault."""
        return self.handled > 0 and letter.refusal is None and letter.phase is Phase.ENVELOPE

    def _lose(self, code: str, reply: str) -> None:
        """The line is over: every letter on it ends as its phase says."""
        if not self.is_open:
            return
        self.is_open = False
        self._transport.abort()
        self._look_at_the_time()
        self._blocks = None
        self._unsaid.clear()
        expected, self._expected = self._expected, deque()
        if expected and expected[0][0] is _MAIL and expected[0][1].is_follower:
            self.dislikes_followers = code in ("dropped", "timeout")
        for letter in dict.fromkeys(letter for _, letter in expected if letter is not _NOBODY):
            if letter.refusal is not None:
                letter.ended(letter.refusal)
            elif letter.phase is Phase.AFTER_DATA:
                letter.ended(SendResult(Outcome.UNKNOWN, letter.phase, code, reply))
            elif self._may_go_elsewhere(letter):
                self._left.append(letter)
            else:
                letter.ended(SendResult(Outcome.RETRY, letter.phase, code, reply))
        self._rest()


@dataclass(frozen=True, slots=True, eq=False)
class _Said:
    """Something we say: its step, what its answer means, and the usual good answer where the words do not matter."""

    step: Step | None
    answered: Callable[[Dialogue, int, str, Letter], None]
    wanted: bytes = b"none"


_RSET = _Said(None, Dialogue.on_reset, b"250")
_NOOP = _Said(None, Dialogue.on_noop)
_QUIT = _Said(None, Dialogue.on_goodbye)
_MAIL = _Said(Step.MAIL, Dialogue.on_mail, b"250")
_RCPT = _Said(Step.RCPT, Dialogue.on_rcpt, b"250")
_DATA = _Said(Step.DATA, Dialogue.on_data, b"354")
_LONE_DOT = _Said(None, Dialogue.on_lone_dot)
_DOT = _Said(Step.DOT, Dialogue.on_dot)


def _nothing() -> Letter | None:
    return None


_NOBODY = Letter(envelope_from="", recipient="", content=b"", ended=lambda _: None)
