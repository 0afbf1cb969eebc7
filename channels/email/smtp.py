"""Mail out over SMTP: a pool of sessions to one server, each driven by one task, and nobody knocks at a dead host's door.

Provider faults never raise: every letter ends in a SendResult that says how far it got.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from math import inf
from typing import Final, Protocol

import structlog

from channels.email.address import BadAddress, wire_form
from channels.email.connecting import Refused, SmtpAddress, connect
from channels.email.dialogue import Dialogue
from channels.email.letter import Letter, Patience, never
from channels.message import Outcome, Phase, SendResult
from storage.database import assert_no_transaction

__all__ = ["Letter", "LetterBox", "Patience", "SmtpAddress", "SmtpSender"]

_log = structlog.get_logger(__name__)

_DEAD_HOST_PAUSE: Final = 30.0
_IDLE_LIMIT: Final = 240.0  # servers close idle sessions after five minutes
_DOUBTFUL_AFTER: Final = 30.0  # a line that rested for longer is asked first whether it still stands
_LOOK_AGAIN: Final = 0.1


class LetterBox(Protocol):
    """Where sessions find their letters."""

    def waiting(self) -> bool:
        """Whether `take` is worth calling: a connection is opened only then."""
        ...

    def take(self) -> Letter | None:
        """The next letter; from here on it is on its way."""
        ...


class SmtpSender:
    """Sends mail over up to `connections` sessions to one server; safe to call from many tasks at once."""

    def __init__(
        self,
        url: str,
        *,
        connections: int = 4,
        patience: Patience | None = None,
        dead_host_pause: float = _DEAD_HOST_PAUSE,
        idle_limit: float = _IDLE_LIMIT,
        doubtful_after: float = _DOUBTFUL_AFTER,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._address = SmtpAddress.parse(url)
        self._patience = patience or Patience()
        self._pause = dead_host_pause
        self._idle_limit = idle_limit
        self._doubtful_after = doubtful_after
        self._clock = clock
        self._dead_until = 0.0
        self._may_follow = True
        self._trusted = asyncio.Event()  # cleared by a lost session until a letter was handled again
        self._connecting = asyncio.Lock()
        self._slots = asyncio.Semaphore(connections)
        self._free: list[Dialogue] = []  # the longest unused first
        self._busy: set[Dialogue] = set()
        self._sweep: asyncio.TimerHandle | None = None

    async def stream(self, box: LetterBox) -> None:
        """One session's work: hands over what is in `box` until it is empty. Call it from as many tasks as there are sessions.

        A letter that found its session gone stale goes on another one at once; nothing of it was sent before.
        """
        assert_no_transaction()
        async with self._slots:
            at_hand = _AtHand(box)
            while at_hand.waiting():
                line = await self._line(at_hand)
                if isinstance(line, Dialogue):
                    await self._run(line, at_hand)
                elif line is None or self._others_work():
                    await self._look_again()
                else:
                    letter = at_hand.take()
                    if letter is None:
                        return
                    letter.ended(line)

    async def send(self, envelope_from: str, recipient: str, message_bytes: bytes) -> SendResult:
        """One message to one recipient. An empty `envelope_from` is the null return path of automatic mail."""
        ended: asyncio.Future[SendResult] = asyncio.get_running_loop().create_future()
        made = addressed(envelope_from, recipient, message_bytes, ended=ended.set_result)
        if isinstance(made, SendResult):
            return made
        await self.deliver(made)
        return ended.result()

    async def deliver(self, letter: Letter) -> None:
        """Hands over this one letter."""
        await self.stream(_One(letter))

    async def check(self) -> SendResult:
        """Log in on a connection of its own and leave again; `reply` names what the server offers."""
        assert_no_transaction()
        try:
            opened = await connect(self._address, patience=self._patience)
        except Refused as refused:
            return refused.result
        await opened.line.quit()
        return SendResult(Outcome.ACCEPTED, Phase.DONE, "ok", opened.features)

    async def close(self) -> None:
        """Close every session."""
        if self._sweep is not None:
            self._sweep.cancel()
            self._sweep = None
        lines, self._free = [*self._free, *self._busy], []
        await asyncio.gather(*(line.quit() for line in lines))

    async def _run(self, line: Dialogue, at_hand: _AtHand) -> None:
        self._busy.add(line)
        try:
            left = await line.run(at_hand.take)
        finally:
            self._busy.discard(line)
        if line.is_open:
            self._free.append(line)
            self._sweep_later()
            return
        self._trusted.clear()
        if line.dislikes_followers and self._may_follow:
            _log.warning("The mail server took no envelope behind a final dot", host=self._address.host)
            self._may_follow = False
        if not line.handled and (line.shut or not line.welcomed):
            # It let us in and turned us away: knocking again at once is what a dead host's pause is against.
            self._dead_until = self._clock() + self._pause
        at_hand.keep(left)

    async def _line(self, at_hand: _AtHand) -> Dialogue | SendResult | None:
        """A line that stands; why there can be none; or None when it is better to look again."""
        while self._free:
            line = self._free.pop()
            if line.is_open and (line.idle_for < self._doubtful_after or await line.still_there()):
                return line
        async with self._connecting:
            if self._free or not at_hand.waiting():
                return None
            if not self._trusted.is_set() and any(not line.handled for line in self._busy):
                return None  # one new session first shows that the server works
            return await self._open()

    async def _open(self) -> Dialogue | SendResult:
        """Connect, unless the host was found dead a moment ago: then nobody tries before the pause is over."""
        left = self._dead_until - self._clock()
        if left > 0:
            reply = "The mail server could not be reached a moment ago"
            return SendResult(Outcome.RATE_LIMITED, Phase.CONNECT, "connect-paused", reply, retry_after=left)
        try:
            opened = await connect(
                self._address, patience=self._patience, may_follow=self._may_follow, proved=self._trusted.set
            )
        except Refused as refused:
            result = refused.result
            self._dead_until = self._clock() + self._pause
            _log.warning("The mail server was not reached", host=self._address.host, code=result.code)
            if result.outcome is Outcome.HALT:
                return result
            return replace(result, retry_after=result.retry_after or self._pause)
        return opened.line

    def _others_work(self) -> bool:
        """Refused as one too many while other sessions work: the letters are theirs."""
        return any(line.handled for line in (*self._busy, *self._free) if line.is_open)

    async def _look_again(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_AGAIN):
                await (asyncio.Event() if self._trusted.is_set() else self._trusted).wait()

    def _sweep_later(self) -> None:
        if self._sweep is None and self._free:
            wait = max(0.0, self._idle_limit - self._free[0].idle_for)
            self._sweep = asyncio.get_running_loop().call_later(wait, self._close_idle)

    def _close_idle(self) -> None:
        self._sweep = None
        idle = [line for line in self._free if line.idle_for >= self._idle_limit]
        self._free = [line for line in self._free if line not in idle and line.is_open]
        for line in idle:
            line.quit()
        self._sweep_later()


def addressed(
    envelope_from: str,
    recipient: str,
    content: bytes,
    *,
    ended: Callable[[SendResult], None],
    good_until: float = inf,
    returned: Callable[[], None] = never,
) -> Letter | SendResult:
    """A letter, its addresses checked and in the form they have on the wire; or why there can be none."""
    try:
        sender = wire_form(envelope_from) if envelope_from else ""
    except BadAddress as error:
        return SendResult(Outcome.HALT, Phase.CONNECT, "bad-sender", str(error))
    try:
        to = wire_form(recipient)
    except BadAddress as error:
        return SendResult(Outcome.SUPPRESS, Phase.CONNECT, "bad-address", str(error))
    return Letter(
        envelope_from=sender,
        recipient=to,
        content=content,
        ended=ended,
        good_until=good_until,
        returned=returned,
    )


class _AtHand:
    """What a session is given: letters that a lost line left, then those of the box, none on an old word of the gate."""

    def __init__(self, box: LetterBox) -> None:
        self._left: list[Letter] = []
        self._box = box

    def waiting(self) -> bool:
        return bool(self._left) or self._box.waiting()

    def keep(self, letters: Iterable[Letter]) -> None:
        self._left += filter(_still_good, letters)

    def take(self) -> Letter | None:
        """The box may have been filled before there was a line: what grew old meanwhile goes back."""
        while (letter := self._left.pop() if self._left else self._box.take()) is not None:
            if _still_good(letter):
                return letter
        return None


def _still_good(letter: Letter) -> bool:
    """Whether it may be handed over now; otherwise it is returned, to be asked about again."""
    if letter.good_until >= time.monotonic():
        return True
    letter.returned()
    return False


class _One:
    """A box with one letter in it."""

    def __init__(self, letter: Letter) -> None:
        self._letter: Letter | None = letter

    def waiting(self) -> bool:
        return self._letter is not None

    def take(self) -> Letter | None:
        letter, self._letter = self._letter, None
        return letter
