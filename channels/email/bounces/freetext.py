"""Notices in prose, from servers that send no structured report: whom they name, and what they say about them.

1. The notice is what stands above the quoted mail.
2. Every address in it is weighed by where it stands: alone on its line, before a colon, behind "RCPT TO". The servers' own
   addresses and ours count for nothing. The heaviest are the recipients.
3. When none stands out, flufl.bounce is asked, and last the quoted mail's own To.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import Message
from typing import Final

from channels.email import reasons
from channels.email.bounces.addresses import addresses
from channels.email.bounces.original import Original
from channels.email.bounces.report import DIAGNOSTIC_LIMIT, Action, DeliveryReport
from channels.email.phrases import normal, said, table_of
from channels.email.reasons import Reason

log = logging.getLogger(__name__)

_MOST_LINES: Final = 600
_MOST_RECIPIENTS: Final = 200
_ABOUT_LINES: Final = 14  # of a notice that belong to the recipient above them
# flufl.bounce tries fifty templates a line: it gets no long mails.
_SCANNED: Final = 200_000
_SCANNED_LINES: Final = 1_000

_NEVER: Final = re.compile(
    r"^(?:mailer-?daemon|postmaster|mail[-_.]?daemon|abuse|noreply|no-reply|double-bounce|helpdesk|support)@",
    re.IGNORECASE,
)
_HEADERS: Final = re.compile(
    r"^[\s>*]{0,8}(?:message-?id|in-reply-to|references|received|return-path|from|reply-to|sender|x-[a-z-]{1,40}"
    r"|date|subject|to|cc|sent|von|de|от)\s{0,3}:",
    re.IGNORECASE,
)
_ALONE: Final = re.compile(r"^[\s>*\-\"'(]{0,12}<?[^\s<>]{1,320}>?[\s:;.,)\"'(]{0,12}$")
_LEADING: Final = re.compile(r"^[\s>*\-\"']{0,12}<?[^\s<>@]{1,64}@[^\s<>@:(]{1,255}>?\"?\s{0,3}(?:[:(;,\-]|on\b)")
_X400: Final = re.compile(r"\bdda:smtp=", re.IGNORECASE)  # Exchange's name of a recipient outside
_NAMING: Final = re.compile(
    r"rcpt to|recipients?\b|addressee|delivery to|deliver to|delivered to|addressed to|sent to|send to|message to"
    r"|mail to|undeliverable to|unknown user|user unknown|unknown host"
    r"|получател|адресат|ผู้รับ|empf.nger|destinataire|destinatario|宛先|收件人|<<<|>>>|\.\.\. ",
    re.IGNORECASE,
)
_ADVICE: Final = re.compile(
    r"contact|please (?:send|write|email|e-mail|forward|report)|questions|assistance|help|problem report|mailto:"
    r"|https?://|envelope-sender|envelope from|mail from|wrote|on behalf",
    re.IGNORECASE,
)

_DELAYED: Final = table_of("""
    this is a warning only | warning message only | you do not need to resend | you dont need to resend |
    do not need to resend | no need to resend | not need to resend | will be retried | will keep trying |
    will continue to try | attempts will continue | action is required on your part | continue trying | still trying |
    still being retried | will try again | will retry | has been delayed | is delayed | delivery delayed |
    delivery is delayed | temporarily delayed | not yet been delivered | has not yet been | message is being held |
    transient non fatal | further attempts | retry for | will be attempted | attempts to deliver | delayed mail |
    повторн | попытки доставки | จะพยายาม | weitere zustellversuche
""")
_FINAL: Final = table_of("""
    giving up | given up | failed permanently | permanent error | permanent fatal | permanent failure | permanently |
    returned to sender | no further attempt | wont be retried | will not be retried | could not be delivered to |
    has been removed from the queue | retry timeout exceeded | too long | delivery failed
""")


@dataclass(frozen=True, slots=True)
class _Named:
    """An address in the notice: where it stands and how much that says for its being a recipient."""

    address: str
    line: int
    weight: int


def notice_reports(
    message: Message, *, notice: str, original: Original, ours: Sequence[str]
) -> tuple[DeliveryReport, ...]:
    """Reports on the recipients a notice speaks of. `ours` are the addresses it was sent to."""
    lines = notice.splitlines()[:_MOST_LINES]
    named = _recipients(message, lines, original, ours)
    action = _action(message, notice)
    return tuple(_report(one, named, lines, notice, action, original) for one in named)


def _report(
    one: _Named, named: Sequence[_Named], lines: Sequence[str], notice: str, action: Action, original: Original
) -> DeliveryReport:
    about = _about(one, named, lines)
    reason = reasons.read(about)
    if reason is Reason.OTHER:
        reason = reasons.read(notice)
    status = reasons.enhanced_code(about) or reasons.enhanced_code(notice)
    reason = reasons.weighed(reason, about or notice, enhanced=status)
    return DeliveryReport(
        recipient=one.address,
        action=action,
        status=status,
        diagnostic=(about or " ".join(notice.split()))[:DIAGNOSTIC_LIMIT],
        original_message_id=original.message_id,
        reason=reason,
        original_sender=original.sender,
    )


def _recipients(message: Message, lines: Sequence[str], original: Original, ours: Sequence[str]) -> list[_Named]:
    failed = addresses(" ".join(str(value)[:5000] for value in message.get_all("X-Failed-Recipients", [])[:20]))
    if failed:
        return [_Named(address, _line_of(address, lines), 9) for address in dict.fromkeys(failed)]
    weighed = list(_weighed(lines, original, ours))
    best = max((one.weight for one in weighed), default=0)
    chosen: dict[str, _Named] = {}
    if best > 0:
        for one in weighed:
            if one.weight == best:
                chosen.setdefault(one.address.lower(), one)
        return list(chosen.values())[:_MOST_RECIPIENTS]
    # A notice that names nobody still came back for something.
    others = _by_flufl(message) or [to for to in original.recipients if to.lower() not in ours][:1] or [""]
    return [_Named(address, _line_of(address, lines), 1) for address in others][:_MOST_RECIPIENTS]


def _weighed(lines: Sequence[str], original: Original, ours: Sequence[str]) -> Iterator[_Named]:
    expected = {address.lower() for address in original.recipients}
    for number, line in enumerate(lines):
        if "@" not in line or _HEADERS.match(line):
            continue
        for address in addresses(line[:2000]):
            known = address.lower() in expected
            if address.lower() in ours or (_NEVER.match(address) and not known):
                continue
            weight = 2 * known
            stands_out = _ALONE.match(line) or _LEADING.match(line) or _X400.search(line)
            weight += 3 if stands_out else 2 * bool(_NAMING.search(line))
            weight -= 3 * bool(_ADVICE.search(line))
            yield _Named(address, number, weight)


def _about(one: _Named, named: Sequence[_Named], lines: Sequence[str]) -> str:
    """The recipient's line and those below it, up to the next recipient."""
    if one.line < 0:
        return ""
    others = [other.line for other in named if other.line > one.line]
    end = min([*others, one.line + _ABOUT_LINES, len(lines)])
    return " ".join(" ".join(lines[one.line : end]).split())


def _line_of(address: str, lines: Sequence[str]) -> int:
    return next((number for number, line in enumerate(lines) if address and address.lower() in line.lower()), -1)


def _action(message: Message, notice: str) -> Action:
    words = normal(f"{message.get('Subject', '')} {notice}")
    return Action.DELAYED if said(words, _DELAYED) and not said(words, _FINAL) else Action.FAILED


def _by_flufl(message: Message) -> list[str]:
    """Templates of old servers, as collected for Mailman."""
    from flufl.bounce import all_failures  # only these few mails need it

    try:
        raw = message.as_bytes()
        if len(raw) > _SCANNED or raw.count(b"\n") > _SCANNED_LINES:
            return []
        temporary, permanent = all_failures(message)
    except Exception:
        # Its detectors trust mails to be whole; a broken one must not keep us from reading the rest.
        log.info("flufl.bounce could not read a notice", exc_info=True)
        return []
    return [one.decode("utf-8", "replace") for one in sorted(permanent or temporary)]
