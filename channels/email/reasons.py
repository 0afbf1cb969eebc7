"""Why a mail was refused: read from a reply's words first, then its enhanced status code, then its three digits.

Servers disagree with the standards about codes far more often than they lie in words; so words come first where they are
telling, and the code decides the rest. Enhanced codes by RFC 3463, RFC 7372, RFC 7504, RFC 7505 and the IANA registry.
"""

from __future__ import annotations

import re
from typing import Final

from channels.email.phrases import TELLING, VAGUE, Reason, Table, normal, said
from storage.words import BounceKind

__all__ = ["KINDS", "Reason", "enhanced_code", "read", "reply_code", "unwrapped", "weighed"]

_ENHANCED = re.compile(r"(?<![\w.])([45])\.(\d{1,3})\.(\d{1,3})(?![\w.]\d)")
_REPLY = re.compile(r"(?<![\w.:/+-])([45]\d\d)(?=[ \-#\]]|$)")
_LOOKED_AT: Final = 4000
# What a gateway wraps around the reply it got: its own guess at a code says less than the reply itself.
_WRAPPED = re.compile(r"^[45]\.\d{1,3}\.\d{1,3} - [A-Za-z ]{1,60} ([45]\d\d[ -].{1,3900})", re.DOTALL)
_AT_MAIL = re.compile(
    r"(?:after|reply to) (?:pipelined )?mail from|>>> mail from:\S{0,400}(?: \S{1,60}){0,3} <<<", re.IGNORECASE
)
_AT_RCPT = re.compile(r"rcpt[ _]to\b|after rcpt|not like recipient|\(state 1[345]\)", re.IGNORECASE)
# Servers that speak of a directory of their own.
_OWN_DIRECTORY = re.compile(
    r"address couldn.t be found|mail\.local:|recipient name is not recogni[sz]ed|account does not exist at the organi[sz]ation"
    r"|not listed in (?:domino|public|the (?:domino|public))|invalid final delivery userid|local (?:mailbox|user|part)\b"
    r"|(?:no such|unknown) (?:local|user) here|unknown local.part|unrouteable address",
    re.IGNORECASE,
)
_AT_DATA = re.compile(
    r"end of data|after data|>>> ?data\b|\(state 1[78]\)|failed after i sent the message|reply to data", re.IGNORECASE
)

# What each reason says about the address: dead, not now, or nothing at all.
KINDS: Final[dict[Reason, BounceKind]] = {
    Reason.NO_SUCH_ADDRESS: BounceKind.HARD,
    Reason.CLOSED: BounceKind.HARD,
    Reason.NO_SUCH_DOMAIN: BounceKind.HARD,
    Reason.MOVED: BounceKind.HARD,
    Reason.TAKES_NO_MAIL: BounceKind.HARD,
    # A mailbox that is shut opens again when its owner pays or looks in; five refusals in a row end it all the same.
    Reason.DISABLED: BounceKind.SOFT,
    Reason.DOUBTED_ADDRESS: BounceKind.SOFT,
    Reason.FULL: BounceKind.SOFT,
    Reason.GREYLISTED: BounceKind.SOFT,
    Reason.RATE: BounceKind.BLOCK,
    Reason.EXPIRED: BounceKind.SOFT,
    Reason.NETWORK: BounceKind.SOFT,
    Reason.SYSTEM: BounceKind.SOFT,
    Reason.OTHER: BounceKind.SOFT,
    Reason.FILTERED: BounceKind.BLOCK,
    Reason.TOO_BIG: BounceKind.BLOCK,
    Reason.SPAM: BounceKind.BLOCK,
    Reason.CONTENT: BounceKind.BLOCK,
    Reason.REPUTATION: BounceKind.BLOCK,
    Reason.AUTHENTICATION: BounceKind.BLOCK,
    Reason.SENDER: BounceKind.BLOCK,
    Reason.RELAYING: BounceKind.BLOCK,
    Reason.OUR_ACCOUNT: BounceKind.BLOCK,
    Reason.POLICY: BounceKind.BLOCK,
    Reason.PROTOCOL: BounceKind.BLOCK,
    Reason.COMPLAINT: BounceKind.COMPLAINT,
}

# Enhanced codes without their class that mean one thing; of the others the subject says a little.
_CODES: Final[dict[str, Reason]] = {
    "1.1": Reason.NO_SUCH_ADDRESS, "1.2": Reason.NO_SUCH_DOMAIN,
    "1.3": Reason.NO_SUCH_ADDRESS, "1.4": Reason.NO_SUCH_ADDRESS, "1.6": Reason.MOVED, "1.7": Reason.SENDER,
    "1.8": Reason.SENDER, "1.10": Reason.NO_SUCH_ADDRESS,
    "2.1": Reason.DISABLED, "2.2": Reason.FULL, "2.3": Reason.TOO_BIG, "2.4": Reason.SYSTEM,
    "3.4": Reason.TOO_BIG,
    "4.4": Reason.NO_SUCH_DOMAIN, "4.6": Reason.SYSTEM, "4.7": Reason.EXPIRED,
    "4.310": Reason.NO_SUCH_DOMAIN,
    "5.3": Reason.RATE,
    "7.8": Reason.OUR_ACCOUNT, "7.57": Reason.OUR_ACCOUNT, "7.9": Reason.AUTHENTICATION,
    "7.20": Reason.AUTHENTICATION, "7.21": Reason.AUTHENTICATION, "7.22": Reason.AUTHENTICATION,
    "7.23": Reason.AUTHENTICATION, "7.24": Reason.AUTHENTICATION, "7.25": Reason.REPUTATION,
    "7.26": Reason.AUTHENTICATION, "7.27": Reason.SENDER, "7.28": Reason.RATE, "7.29": Reason.AUTHENTICATION,
    "7.30": Reason.AUTHENTICATION, "7.509": Reason.AUTHENTICATION, "7.515": Reason.AUTHENTICATION,
    "7.17": Reason.MOVED, "7.18": Reason.MOVED,
}  # fmt: skip
_SUBJECTS: Final[dict[str, Reason]] = {
    "1": Reason.NO_SUCH_ADDRESS,
    "3": Reason.SYSTEM,
    "4": Reason.NETWORK,
    "5": Reason.PROTOCOL,
    "6": Reason.CONTENT,
    "7": Reason.POLICY,
}
_REPLIES: Final[dict[int, Reason]] = {
    521: Reason.TAKES_NO_MAIL,
    556: Reason.TAKES_NO_MAIL,
    551: Reason.MOVED,
    552: Reason.FULL,
    530: Reason.OUR_ACCOUNT,
    534: Reason.OUR_ACCOUNT,
    535: Reason.OUR_ACCOUNT,
    538: Reason.OUR_ACCOUNT,
    **dict.fromkeys(range(500, 506), Reason.PROTOCOL),
    555: Reason.PROTOCOL,
}
# Words that are the sender's when the sender's address was refused.
_ABOUT_SOMEBODY: Final = frozenset({Reason.NO_SUCH_ADDRESS, Reason.NO_SUCH_DOMAIN, Reason.DISABLED, Reason.OTHER})


def read(text: str, *, code: int = 0, enhanced: str = "") -> Reason:
    """The reason a reply or a report gives; OTHER when neither words nor codes say one.

    1. Words that mean one thing. 2. Codes that mean one thing. 3. Vaguer words. 4. The subject of the enhanced code, the three
    digits. `code` and `enhanced` are looked for in the text where they are not handed over.
    """
    words = normal(text)
    code, enhanced = code or reply_code(text), enhanced or enhanced_code(text)
    subject, _, detail = enhanced[2:].partition(".")
    return (
        _said(words, TELLING)
        or _CODES.get(f"{subject}.{detail}")
        or _said(words, VAGUE)
        or _SUBJECTS.get(subject)
        or _REPLIES.get(code)
        or Reason.OTHER
    )


def _said(words: str, table: Table) -> Reason | None:
    return next((reason for reason, phrases in table if said(words, phrases)), None)


def enhanced_code(text: str) -> str:
    """The enhanced status code within a text ("5.1.1"), or an empty string."""
    found = _ENHANCED.search(text[:_LOOKED_AT])
    return found.group(0) if found else ""


def unwrapped(text: str) -> str:
    """The remote server's reply within the words of a gateway that quotes it."""
    found = _WRAPPED.match(text)
    return found.group(1).replace("'", " ") if found else text


def weighed(reason: Reason, text: str, *, enhanced: str = "") -> Reason:
    """`reason` after a second look at who says it in `text`: what costs an address its mail needs more than a word.

    A class of 4 says that the server itself is not sure (RFC 3463 section 2), and some call an address unknown that is not.
    """
    said = text[:_LOOKED_AT]
    if _AT_MAIL.search(said) and not _AT_RCPT.search(said):
        return Reason.SENDER if reason in _ABOUT_SOMEBODY else reason
    if KINDS[reason] is BounceKind.HARD and enhanced.startswith("4"):
        return Reason.DOUBTED_ADDRESS if reason is Reason.NO_SUCH_ADDRESS else Reason.NETWORK
    if reason is Reason.NO_SUCH_ADDRESS and not _is_proven(said, enhanced):
        return Reason.DOUBTED_ADDRESS
    if reason is Reason.OTHER and _AT_DATA.search(said):
        return Reason.POLICY  # it took the address and refused the letter
    return reason


def _is_proven(text: str, enhanced: str) -> bool:
    """Whether a server that calls an address unknown means it.

    It says so with a code for addresses, or it refused the address itself, or it is the one that should know. Some take
    every address and refuse the letter with the same words, to keep strangers out (Japanese carriers do).
    """
    if any(code.split(".")[1] == "1" for code in (enhanced, enhanced_code(text)) if code):
        return True
    return not _AT_DATA.search(text) and bool(_AT_RCPT.search(text) or _OWN_DIRECTORY.search(text))


def reply_code(text: str) -> int:
    """The three digits of an SMTP refusal within a text, or 0."""
    found = _REPLY.search(text[:_LOOKED_AT])
    return int(found.group(1)) if found else 0
