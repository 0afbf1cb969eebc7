"""What a session hands over and under which terms: the letter, the server's offer, and how long each answer may take."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

from channels.message import Outcome, Phase, SendResult

_NO_LINE_ENDS = bytes(set(range(256)) - set(b"\r\n"))
_BARE_LINE_END = re.compile(rb"\r\n|\r|\n")


def never() -> None:
    raise AssertionError("a letter that is good for ever is not returned")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds to wait for each kind of answer: what RFC 5321 section 4.5.3.2 asks for, where it does."""

    connect: float = 30.0
    command: float = 300.0
    data: float = 120.0
    block: float = 180.0
    dot: float = 600.0  # giving up sooner makes duplicates
    behind: float = 30.0  # for an envelope behind a dot that was answered: the server has it, or never will
    noop: float = 15.0
    quit: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What of the server's EHLO changes how mail is handed over; `size` is None where it said nothing of sizes."""

    pipelining: bool = False
    size: int | None = None
    eight_bit: bool = False
    smtputf8: bool = False


@dataclass(slots=True, eq=False, kw_only=True)
class Letter:
    """One message to one recipient, both addresses in their wire form; `ended` is called once with how it went.

    `good_until` (monotonic) is the end of the gate's word: what waits behind a slower letter is not handed over after that,
    and `returned` is called in place of `ended`.
    """

    envelope_from: str
    recipient: str
    content: bytes
    ended: Callable[[SendResult], None]
    good_until: float = inf
    returned: Callable[[], None] = never
    phase: Phase = field(default=Phase.CONNECT, init=False)
    refusal: SendResult | None = field(default=None, init=False)
    is_follower: bool = field(default=False, init=False)  # announced behind another one's final dot


Take = Callable[[], Letter | None]


def impossibility(letter: Letter, offer: Offer) -> SendResult | None:
    """Why a server that offers this can never take the letter."""
    if offer.size and offer.size < len(letter.content):
        reply = f"The message is larger than the server takes ({offer.size} bytes)"
        return SendResult(Outcome.PERMANENT, Phase.ENVELOPE, "too-big", reply)
    if not offer.smtputf8 and not _is_ascii(letter):
        reply = "The mail server cannot send to addresses with letters outside ASCII"
        return SendResult(Outcome.PERMANENT, Phase.ENVELOPE, "no-smtputf8", reply)
    return None


def mail_command(letter: Letter, offer: Offer) -> bytes:
    """MAIL FROM with what the server wants to know beforehand."""
    mail = f"MAIL FROM:<{letter.envelope_from}>"
    if offer.size is not None:
        mail += f" SIZE={len(letter.content)}"
    if offer.eight_bit and not letter.content.isascii():
        mail += " BODY=8BITMIME"
    if not _is_ascii(letter):
        mail += " SMTPUTF8"
    return f"{mail}\r\n".encode()


def _is_ascii(letter: Letter) -> bool:
    return letter.recipient.isascii() and letter.envelope_from.isascii()


def stuffed(message: bytes) -> bytes:
    """Line ends as CRLF only (anything else smuggles a second mail into some servers), dots doubled."""
    ends = message.translate(None, _NO_LINE_ENDS)
    if ends != b"\r\n" * (len(ends) // 2):
        message = _BARE_LINE_END.sub(b"\r\n", message)
    if not message.endswith(b"\r\n"):
        message += b"\r\n"
    if b"\r\n." in message:
        message = message.replace(b"\r\n.", b"\r\n..")
    return b"." + message if message.startswith(b".") else message
