"""What an SMTP reply means for the message: one table of replies to outcomes.

Codes by RFC 5321 section 4.2, enhanced ones by RFC 3463 and the IANA registry of enhanced status codes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from channels.message import Outcome, Phase, SendResult

_REPLY_LIMIT = 500
_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_QUEUED_AS = re.compile(r"queued as <?([A-Za-z0-9._@-]{4,100})|\bid=([A-Za-z0-9-]{6,100})", re.IGNORECASE)


class Step(StrEnum):
    """Which of our commands the server answered."""

    GREETING = "greeting"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    DOT = "dot"


_PHASES = {
    Step.GREETING: Phase.CONNECT,
    Step.AUTH: Phase.CONNECT,
    Step.MAIL: Phase.ENVELOPE,
    Step.RCPT: Phase.ENVELOPE,
    Step.DATA: Phase.DATA,
    Step.DOT: Phase.DONE,  # the server answered: nothing ambiguous is left
}

_RECIPIENT = frozenset({Step.RCPT, Step.DATA, Step.DOT})
_ANY = frozenset(Step)


@dataclass(frozen=True, slots=True)
class _Rule:
    """Matches when each of its conditions does; the first matching rule decides."""

    outcome: Outcome
    steps: frozenset[Step] = _ANY
    codes: frozenset[int] = frozenset()
    enhanced: str = ""  # a whole pattern over "5.1.1"
    words: str = ""  # a pattern over the reply's text
    retry_after: float | None = None


_UNKNOWN_PERSON = (
    r"user unknown|unknown user|no such (user|recipient|mailbox|address|person)|(user|mailbox|recipient|address|account) "
    r"(\S+ )?(does not|doesn.t) exist|(mailbox|user|account|recipient) (not found|unavailable|disabled|inactive)|"
    r"unknown (recipient|mailbox|address|local)|invalid (recipient|mailbox)|no mailbox here|unrouteable|"
    r"address (rejected: user|unknown)|not a valid mailbox|has been disabled"
)

_RULES: tuple[_Rule, ...] = (
    # Too fast: wait, and do not count it as an attempt.
    _Rule(Outcome.RATE_LIMITED, codes=frozenset({421, 450, 451, 452}), enhanced=r"4\.7\.28", retry_after=300.0),
    _Rule(
        Outcome.RATE_LIMITED,
        codes=frozenset({421, 450, 451, 452, 454}),
        words=r"rate limit|too many (messages|connections|recipients|emails)|sending too fast|throttl|try again in \d+",
        retry_after=120.0,
    ),
    # 4xx: not now. A temporary failure of the login (454) belongs here too.
    _Rule(Outcome.RETRY, codes=frozenset(range(400, 500))),
    # Our account, our settings, our sender address: nothing any recipient did.
    _Rule(Outcome.HALT, steps=frozenset({Step.GREETING, Step.AUTH})),
    _Rule(Outcome.HALT, codes=frozenset({530, 534, 535, 538})),
    _Rule(Outcome.PERMANENT, enhanced=r"5\.3\.4"),  # this message is too big
    _Rule(Outcome.PERMANENT, steps=frozenset({Step.MAIL}), codes=frozenset({552})),
    _Rule(Outcome.HALT, steps=frozenset({Step.MAIL})),
    _Rule(Outcome.HALT, steps=frozenset({Step.RCPT}), words=r"relay(ing)? (access )?(denied|not (permitted|allowed))"),
    _Rule(Outcome.HALT, steps=frozenset({Step.RCPT}), words=r"(unable|not allowed|refus\w+) to relay|relaying denied"),
    _Rule(Outcome.HALT, steps=_RECIPIENT, words=r"sender address rejected|authentication required|sender not owned"),
    # The address is dead: never again.
    _Rule(Outcome.SUPPRESS, steps=_RECIPIENT, enhanced=r"5\.1\.(0|1|2|3|6|10)|5\.2\.1|5\.4\.4"),
    _Rule(Outcome.SUPPRESS, steps=frozenset({Step.RCPT}), codes=frozenset({521, 556})),  # takes no mail at all
    _Rule(Outcome.PERMANENT, steps=_RECIPIENT, enhanced=r"5\.(2|3|5|6|7)\.\d+"),  # full, system, protocol, policy
    _Rule(Outcome.SUPPRESS, steps=_RECIPIENT, codes=frozenset({550, 551, 553, 554}), words=_UNKNOWN_PERSON),
    _Rule(Outcome.PERMANENT, codes=frozenset(range(500, 600))),
)
_COMPILED = tuple(
    (
        rule,
        re.compile(rule.enhanced) if rule.enhanced else None,
        re.compile(rule.words, re.IGNORECASE) if rule.words else None,
    )
    for rule in _RULES
)


def verdict(*, step: Step, code: int, text: str) -> SendResult:
    """What the server's answer `code` `text` to `step` says about the message."""
    reply = " ".join(text.split())[:_REPLY_LIMIT]
    enhanced = enhanced_code(reply)
    phase = _PHASES[step]
    if step is Step.DOT and 200 <= code < 300:
        return SendResult(Outcome.ACCEPTED, Phase.DONE, enhanced or str(code), reply, provider_id=_queue_id(reply))
    label = f"{code} {enhanced}".strip()
    if not 400 <= code < 600:
        # An answer outside the protocol: the session is out of step, and after the dot nobody knows.
        if step is Step.DOT:
            return SendResult(Outcome.UNKNOWN, Phase.AFTER_DATA, label, reply)
        return SendResult(Outcome.RETRY, phase, label, reply)
    for rule, enhanced_pattern, words in _COMPILED:
        if step not in rule.steps or (rule.codes and code not in rule.codes):
            continue
        if enhanced_pattern is not None and not enhanced_pattern.fullmatch(enhanced):
            continue
        if words is not None and not words.search(reply):
            continue
        return SendResult(rule.outcome, phase, label, reply, retry_after=rule.retry_after)
    raise AssertionError("the last rules match every 4xx and 5xx")


def enhanced_code(text: str) -> str:
    """The enhanced status code within a reply ("5.1.1"), or an empty string."""
    found = _ENHANCED.search(text[:_REPLY_LIMIT])
    return found.group(0) if found else ""


def _queue_id(reply: str) -> str:
    found = _QUEUED_AS.search(reply)
    return next((group for group in found.groups() if group), "") if found else ""
