"""Reports in the standard's form (RFC 3464): which recipient, what became of the mail, and the server's reason.

The fields are read as servers write them, not only as they should: actions with comments, addresses without a type, statuses
missing or made up. Where a report's own fields say nothing, the words of its text decide.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from email.message import Message
from typing import Final

from channels.email import reasons
from channels.email.bounces.addresses import addresses, first_address
from channels.email.bounces.original import Original, text_of
from channels.email.bounces.report import DIAGNOSTIC_LIMIT, Action, DeliveryReport
from channels.email.reasons import Reason

STATUS_PARTS: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_FOLDED = re.compile(r"\n[ \t]+")
_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
_FILTER: Final = re.compile(r"was automatically rejected:?\s{1,9}(.{1,300})")
_MOST_BLOCKS: Final = 500
_NEARBY: Final = 600  # characters of the notice that belong to a recipient named in it

_OF_FEEDBACK: Final = frozenset({Action.COMPLAINED, Action.UNPROVEN})
_REFUSALS: Final = frozenset({Action.FAILED, Action.DELAYED})

# Words servers put into the Action field, beside the five of the standard.
_ACTIONS: Final[dict[str, Action]] = {
    **{action.value: action for action in Action if action not in _OF_FEEDBACK},
    "failure": Action.FAILED,
    "fail": Action.FAILED,
    "error": Action.FAILED,
    "failed-permanent": Action.FAILED,
    "undeliverable": Action.FAILED,
    "bounced": Action.FAILED,
    "expired": Action.FAILED,
    "delay": Action.DELAYED,
    "deferred": Action.DELAYED,
    "warning": Action.DELAYED,
    "deliverable": Action.DELIVERED,
    "delivery": Action.DELIVERED,
}


def status_reports(parts: Sequence[Message], *, notice: str, original: Original) -> tuple[DeliveryReport, ...]:
    """One report per recipient named in the status part, or in the same fields within the text; empty without any."""
    found: dict[str, DeliveryReport] = {}
    blocks = [block for part in parts if part.get_content_type() in STATUS_PARTS for block in _blocks(part)]
    for block in blocks or _blocks_in(notice):
        report = _recipient(block, notice, original)
        if report is not None:
            found.setdefault(report.recipient.lower(), report)
    return tuple(found.values())


def has_status(message: Message, parts: Sequence[Message]) -> bool:
    """Whether there is a status part, or a report in whose place damaged MIME left plain text."""
    return message.get_content_type() == "multipart/report" or any(
        part.get_content_type() in STATUS_PARTS for part in parts
    )


def _recipient(block: dict[str, str], notice: str, original: Original) -> DeliveryReport | None:
    names = _addresses(block)
    word = block.get("action", "").partition("(")[0].strip().lower().split(" ")[0]
    status, comment = _status(block.get("status", ""))
    own = reasons.unwrapped(_without_type(" ".join(block.get("diagnostic-code", "").split()))) or comment
    if not names or not (word or status or own):
        return None
    recipient = names[0]
    action = _ACTIONS.get(word) or (Action.DELAYED if status.startswith("4") else Action.FAILED)
    nearby = _about(recipient, notice)
    return DeliveryReport(
        recipient=recipient,
        action=action,
        status=_better_status(status, own),
        diagnostic=(own or nearby)[:DIAGNOSTIC_LIMIT],
        original_message_id=original.message_id,
        reason=_reason(status, own, nearby, notice) if action in _REFUSALS else Reason.OTHER,
        original_sender=original.sender,
        also_named=tuple(names[1:]),
    )


def _reason(status: str, own: str, nearby: str, notice: str) -> Reason:
    """What the report's own field says (words, then codes), else the notice about the recipient, else all of the notice."""
    reason = _first(
        lambda: reasons.read(_by_filter(notice)),
        lambda: reasons.read(own),
        lambda: reasons.read(nearby, enhanced=_telling(status)),
        lambda: reasons.read(notice),
    )
    return reasons.weighed(reason, f"{own} {nearby}", enhanced=status)


def _by_filter(notice: str) -> str:
    """What a recipient's own mail filter gave as its reason; the report's fields around it are made up."""
    found = _FILTER.search(notice)
    return found.group(1) if found else ""


def _first(*readings: Callable[[], Reason]) -> Reason:
    return next((found for reading in readings if (found := reading()) is not Reason.OTHER), Reason.OTHER)


def _status(value: str) -> tuple[str, str]:
    """The code, and what some servers write behind it in brackets."""
    found = _STATUS.search(value)
    comment = value.partition("(")[2].rpartition(")")[0].strip()
    return (found.group(0) if found else ""), comment


def _telling(status: str) -> str:
    return "" if status.endswith(".0.0") else status


def _better_status(status: str, diagnostic: str) -> str:
    """The remote server's own code where the reporting one only says 5.0.0."""
    named = reasons.enhanced_code(diagnostic)
    return named if named and (not status or status.endswith(".0.0")) else status


def _about(recipient: str, notice: str) -> str:
    """What the notice says right behind the recipient's address."""
    at = notice.lower().find(recipient.lower())
    if at < 0:
        return ""
    following = notice[at + len(recipient) : at + len(recipient) + _NEARBY]
    other = next(iter(addresses(following)), "")
    if other and other.lower() != recipient.lower():
        following = following[: following.find(other)]
    return " ".join(following.split()).lstrip(">: .")


def _addresses(block: dict[str, str]) -> list[str]:
    """The recipient and its other names; a name that only its own server knows comes last."""
    found: list[str] = []
    for name in ("final-recipient", "original-recipient", "x-actual-recipient", "recipient"):
        kind, semicolon, rest = block.get(name, "").partition(";")
        address = first_address(rest if semicolon else kind)
        if address and kind.strip().lower() not in {"x400", "x.400"}:
            found.append(address)
    return sorted(dict.fromkeys(found), key=lambda address: "." not in address.rpartition("@")[2])


def _without_type(diagnostic: str) -> str:
    kind, semicolon, rest = diagnostic.partition(";")
    return rest.strip() if semicolon and len(kind) <= 20 and " " not in kind.strip() else diagnostic


def _blocks(part: Message) -> Iterator[dict[str, str]]:
    """The fields of each paragraph, by lower-case name."""
    payload = part.get_payload() if part.is_multipart() else None
    if isinstance(payload, list):
        for block in payload[:_MOST_BLOCKS]:
            if isinstance(block, Message):
                fields = {name.lower(): " ".join(str(value)[:4000].split()) for name, value in block.items()}
                yield fields or _fields(text_of(block))
        return
    # A report sent with a transfer encoding, which the parser leaves undivided.
    for paragraph in _BLANK_LINE.split(text_of(part).replace("\r\n", "\n"))[:_MOST_BLOCKS]:
        yield _fields(paragraph)


def _blocks_in(notice: str) -> Iterator[dict[str, str]]:
    """The same paragraphs where they stand in the text: gateways that know no MIME, boundaries that were damaged."""
    for paragraph in _BLANK_LINE.split(notice)[:_MOST_BLOCKS]:
        fields = _fields(paragraph)
        if ("final-recipient" in fields or "original-recipient" in fields) and "action" in fields:
            yield fields


def _fields(paragraph: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in _FOLDED.sub(" ", paragraph).splitlines() if ":" in line)
    return {name.strip().lower(): value.strip()[:4000] for name, _, value in pairs}
