"""What a Twilio error means for the message: one table of codes, for refusals and for status callbacks alike.

Codes: https://www.twilio.com/docs/api/errors
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from channels.message import Outcome, Phase, SendResult

_REPLY_LIMIT: Final = 500
_PAUSE: Final = 30.0
_LONGEST_PAUSE: Final = 86_400.0  # whoever asks for more is asked again after a day


@dataclass(frozen=True, slots=True)
class Verdict:
    """`again_after` are the waits before each further try, where there may be fewer tries than usual; `pause` is how
    many seconds the channel rests where Twilio names no time."""

    outcome: Outcome
    again_after: tuple[timedelta, ...] | None = None
    pause: float = _PAUSE

    @property
    def tries(self) -> int | None:
        """How many tries in all; None for the channel's usual patience."""
        return None if self.again_after is None else len(self.again_after) + 1


_RETRY, _PERMANENT, _SUPPRESS = Verdict(Outcome.RETRY), Verdict(Outcome.PERMANENT), Verdict(Outcome.SUPPRESS)
_HALT, _UNKNOWN, _LIMITED = Verdict(Outcome.HALT), Verdict(Outcome.UNKNOWN), Verdict(Outcome.RATE_LIMITED)

# Three tries in a day: now, in an hour, and at another time of day.
_UNREACHABLE = Verdict(Outcome.RETRY, (timedelta(hours=1), timedelta(hours=8)))
_ONCE_MORE = Verdict(Outcome.RETRY, (timedelta(minutes=10),))

VERDICTS: Final[dict[int, Verdict]] = {
    # Our account, token, sender or plan.
    20003: _HALT,  # authentication failed
    20005: _HALT,  # account not active
    20404: _HALT,  # no such account
    21603: _HALT,  # no sender given
    21606: _HALT,  # the sender cannot send SMS
    21659: _HALT,  # the sender is not ours
    21660: _HALT,  # the sender belongs to another account
    21703: _HALT,  # the messaging service has no numbers
    30002: _HALT,  # account suspended
    30007: _HALT,  # filtered as unwanted: more of the same makes it worse
    30032: _HALT,  # toll-free number not verified
    30034: _HALT,  # number not registered for business messages
    # Not now.
    20429: _LIMITED,  # too many requests
    21611: Verdict(Outcome.RATE_LIMITED, pause=120.0),  # this sender's queue is full
    63038: Verdict(Outcome.RATE_LIMITED, pause=1800.0),  # the account's daily limit
    20503: _RETRY,
    30001: _RETRY,  # queue overflow
    30003: _UNREACHABLE,  # the phone is off or out of reach
    30005: _ONCE_MORE,  # unknown handset: perhaps
    30008: _ONCE_MORE,  # unknown error
    30036: _RETRY,  # its time ran out in the queue
    # It may have gone out: ask before sending again.
    20500: _UNKNOWN,
    30500: _UNKNOWN,
    # The number itself.
    21211: _SUPPRESS,  # not a number
    21610: _SUPPRESS,  # the person replied STOP
    21614: _SUPPRESS,  # not a mobile number
    21635: _SUPPRESS,  # a landline
    30006: _SUPPRESS,  # a landline or an unreachable carrier
    # This message to this number.
    21408: _PERMANENT,  # the country is not switched on
    21602: _PERMANENT,  # no text
    21608: _PERMANENT,  # a trial account, and the number is not verified
    21612: _PERMANENT,  # this sender cannot reach this number
    21617: _PERMANENT,  # longer than 1,600 characters
    30004: _PERMANENT,  # blocked by the carrier or the person
    30010: _PERMANENT,  # dearer than allowed
}


def verdict_of(*, code: int | None, status: int = 400) -> Verdict:
    """By Twilio's own code, else by the HTTP status. An unexplained 5xx is ambiguous: creating is not idempotent."""
    if code in VERDICTS:
        return VERDICTS[code]
    if status in {401, 403, 404}:
        return _HALT
    if status == 429:
        return _LIMITED
    return _PERMANENT if 400 <= status < 500 else _UNKNOWN


def refusal(*, status: int, code: int | None, text: str, retry_after: float | None = None) -> SendResult:
    """An HTTP answer of 400 and more as the end of one attempt."""
    verdict = verdict_of(code=code, status=status)
    outcome = verdict.outcome
    if retry_after is not None:
        retry_after = min(retry_after, _LONGEST_PAUSE)
    phase = Phase.AFTER_DATA if outcome is Outcome.UNKNOWN else Phase.ENVELOPE
    pause = (retry_after or verdict.pause) if outcome is Outcome.RATE_LIMITED else retry_after
    return SendResult(outcome, phase, str(code or status), text[:_REPLY_LIMIT], retry_after=pause, tries=verdict.tries)
