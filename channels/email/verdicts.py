"""What an SMTP reply means for the message: one table from step, class and reason to an outcome.

Codes by RFC 5321 section 4.2; the reason is read from words and codes by `reasons`. Replies come from the server we hand our mail
to, so what it says about our login, our sender or our sending there is about us, not about the recipient.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from channels.email import reasons
from channels.email.reasons import KINDS, Reason
from channels.message import Outcome, Phase, SendResult
from storage.words import BounceKind

_REPLY_LIMIT: Final = 500
_SUCCESS = re.compile(r"\b2\.\d{1,3}\.\d{1,3}\b")
_QUEUED_AS = re.compile(r"queued as <?([A-Za-z0-9._@-]{4,100})|\bid=([A-Za-z0-9-]{6,100})", re.IGNORECASE)


class Step(StrEnum):
    """Which of our commands the server answered."""

    GREETING = "greeting"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    DOT = "dot"


_PHASES: Final = {
    Step.GREETING: Phase.CONNECT,
    Step.AUTH: Phase.CONNECT,
    Step.MAIL: Phase.ENVELOPE,
    Step.RCPT: Phase.ENVELOPE,
    Step.DATA: Phase.DATA,
    Step.DOT: Phase.DONE,  # the server answered: nothing ambiguous is left
}

_OF_RECIPIENT: Final = frozenset({Step.RCPT, Step.DATA, Step.DOT})
_ANY: Final = frozenset(Step)

_DEAD: Final = frozenset({Reason.NO_SUCH_ADDRESS, Reason.NO_SUCH_DOMAIN, Reason.MOVED, Reason.TAKES_NO_MAIL})
_OURS: Final = frozenset({Reason.OUR_ACCOUNT, Reason.RELAYING, Reason.SENDER})
_THIS_MESSAGE: Final = frozenset({Reason.TOO_BIG, Reason.FULL, Reason.SPAM, Reason.CONTENT})

# Said of our rate at our own provider, or of our address: every recipient would get the same answer.
_OF_ALL_WE_SEND = re.compile(
    r"sending rate|sending limit|message quota|messaging limit|your account|queue quota|too (?:many|much) \w{1,20} from",
    re.IGNORECASE,
)
_MINUTES: Final = 60.0
_HOUR: Final = 3600.0


@dataclass(frozen=True, slots=True)
class _Rule:
    """Matches when each of its conditions does; the first matching rule decides. `retry_after` is in seconds."""

    outcome: Outcome
    kind: int  # the reply's first digit
    steps: frozenset[Step] = _ANY
    reasons: frozenset[Reason] = frozenset()
    codes: frozenset[int] = frozenset()
    retry_after: float | None = None


def _of(*wanted: Reason) -> frozenset[Reason]:
    return frozenset(wanted)


_RULES: Final[tuple[_Rule, ...]] = (
    # 4: not now. Greylisting wants a few minutes, a full mailbox and a mailbox that is shut a person who looks at it.
    _Rule(Outcome.RATE_LIMITED, 4, reasons=_of(Reason.RATE, Reason.OUR_ACCOUNT), retry_after=5 * _MINUTES),
    _Rule(Outcome.LATER, 4, reasons=_of(Reason.GREYLISTED), retry_after=5 * _MINUTES),
    _Rule(Outcome.LATER, 4, _OF_RECIPIENT, reasons=_of(Reason.FULL, Reason.DISABLED), retry_after=_HOUR),
    _Rule(Outcome.LATER, 4, _OF_RECIPIENT, reasons=_of(Reason.SPAM, Reason.REPUTATION), retry_after=15 * _MINUTES),
    _Rule(Outcome.RETRY, 4),
    # 5: tried once. Our account, our settings, our sender address: nothing any recipient did.
    _Rule(Outcome.HALT, 5, frozenset({Step.GREETING, Step.AUTH})),
    _Rule(Outcome.HALT, 5, codes=frozenset({530, 534, 535, 538})),
    _Rule(Outcome.PERMANENT, 5, frozenset({Step.MAIL}), reasons=_THIS_MESSAGE),
    _Rule(Outcome.HALT, 5, frozenset({Step.MAIL})),
    _Rule(Outcome.HALT, 5, _OF_RECIPIENT, reasons=_OURS),
    # The address is dead: never again. Everything else is said of this message, or of today.
    _Rule(Outcome.SUPPRESS, 5, _OF_RECIPIENT, reasons=_DEAD),
    _Rule(Outcome.PERMANENT, 5),
)


def verdict(*, step: Step, code: int, text: str) -> SendResult:
    """What the server's answer `code` `text` to `step` says about the message."""
    reply = " ".join(text.split())[:_REPLY_LIMIT]
    if step is Step.DOT and 200 <= code < 300:
        success = _SUCCESS.search(reply)
        label = success.group(0) if success else str(code)
        return SendResult(Outcome.ACCEPTED, Phase.DONE, label, reply, _queue_id(reply))
    enhanced = reasons.enhanced_code(reply)
    phase = _PHASES[step]
    label = f"{code} {enhanced}".strip()
    if not 400 <= code < 600:
        # An answer outside the protocol: the session is out of step, and after the dot nobody knows.
        if step is Step.DOT:
            return SendResult(Outcome.UNKNOWN, Phase.AFTER_DATA, label, reply)
        return SendResult(Outcome.RETRY, phase, label, reply)
    reason = _reason(step, code, reply, enhanced)
    rule = next(rule for rule in _RULES if _fits(rule, step, code, reason))  # the last of each class takes all
    return SendResult(
        rule.outcome,
        phase,
        label,
        reply,
        retry_after=rule.retry_after,
        bounce=_bounce(rule.outcome, reason) if step in _OF_RECIPIENT else None,
        of_recipient=step in _OF_RECIPIENT and reason not in _OURS and not _OF_ALL_WE_SEND.search(reply),
    )


def _bounce(outcome: Outcome, reason: Reason) -> BounceKind | None:
    """What is held against the address if this was the last word; nothing where our own account is at fault."""
    if outcome is Outcome.HALT:
        return None
    # Only what suppresses is called dead: a 4 is not sure, and some codes say less than their words.
    soft = KINDS[reason] is BounceKind.HARD and outcome is not Outcome.SUPPRESS
    return BounceKind.SOFT if soft else KINDS[reason]


def _fits(rule: _Rule, step: Step, code: int, reason: Reason) -> bool:
    return (
        code // 100 == rule.kind
        and step in rule.steps
        and (not rule.codes or code in rule.codes)
        and (not rule.reasons or reason in rule.reasons)
    )


def _reason(step: Step, code: int, reply: str, enhanced: str) -> Reason:
    """The reason, where the step is proof of what it is about."""
    reason = reasons.read(reply, code=code, enhanced=enhanced)
    if reason is Reason.NO_SUCH_ADDRESS and step in {Step.DATA, Step.DOT} and ".1." not in enhanced:
        return Reason.DOUBTED_ADDRESS  # it took the address a moment ago
    return reason


def _queue_id(reply: str) -> str:
    found = _QUEUED_AS.search(reply)
    return found.group(1) or found.group(2) if found else ""
