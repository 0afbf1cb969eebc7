"""Mail that machines wrote: delivery reports (RFC 3464) and automatic answers (RFC 3834), told from people's.

Reads the structured reports; free-text bounces and reasons by provider are left to a fuller table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum

_MESSAGE_ID = re.compile(r"^message-id:\s*(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_ADDRESS = re.compile(r"[^\s<>;,\"]{1,64}@[^\s<>;,\"]{1,255}")
_BOUNCE_SENDER = re.compile(r"^\s{0,60}(\"?[^\"<]{0,60}\"?\s{0,60}<)?(mailer-daemon|postmaster)@", re.IGNORECASE)


class Action(StrEnum):
    """What the reporting server did with the message (RFC 3464 section 2.3.3)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """One recipient's part of a report. `original_message_id` keeps its angle brackets; empty when not quoted."""

    recipient: str
    action: Action
    status: str
    diagnostic: str = ""
    original_message_id: str = ""

    @property
    def is_hard(self) -> bool:
        """Failed for good: the address itself is at fault (5.x.x)."""
        return self.action is Action.FAILED and self.status.startswith("5")


def delivery_reports(message: Message) -> tuple[DeliveryReport, ...]:
    """Every recipient a multipart/report speaks of; empty for anything else."""
    parts = list(_walk(message))
    if not any(part.get_content_type() == "message/delivery-status" for part in parts):
        return ()
    original = _original_message_id(parts)
    found: list[DeliveryReport] = []
    for part in parts:
        if part.get_content_type() == "message/delivery-status":
            found.extend(_recipients(part, original))
    return tuple(found)


def is_automatic(headers: Mapping[str, str]) -> bool:
    """Whether a machine wrote it, so that no machine of ours may answer. `headers` by lower-case name.

    RFC 3834's own mark, an empty return path, and the marks in use before it.
    """
    if headers.get("auto-submitted", "no").split(";")[0].strip().lower() not in {"", "no"}:
        return True
    if headers.get("return-path", "").strip() == "<>":
        return True
    if headers.get("precedence", "").strip().lower() in {"bulk", "junk", "list", "auto_reply"}:
        return True
    if any(name in headers for name in ("x-autoreply", "x-autorespond", "list-id", "x-failed-recipients")):
        return True
    return bool(_BOUNCE_SENDER.match(headers.get("from", "")[:400]))


def _walk(message: Message) -> Iterator[Message]:
    """Parts of the report itself, not of the mail it quotes."""
    pending = [message]
    while pending:
        part = pending.pop(0)
        yield part
        payload = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            pending.extend(inner for inner in payload if isinstance(inner, Message))


def _recipients(part: Message, original: str) -> Iterator[DeliveryReport]:
    for block in _blocks(part):
        recipient = _address(block.get("final-recipient", "")) or _address(block.get("original-recipient", ""))
        action = block.get("action", "").split("(")[0].strip().lower()
        if not recipient or action not in set(Action):
            continue
        status = _STATUS.search(block.get("status", ""))
        diagnostic = " ".join(block.get("diagnostic-code", "").split())[:500]
        yield DeliveryReport(
            recipient=recipient,
            action=Action(action),
            status=status.group(0) if status else "",
            diagnostic=diagnostic,
            original_message_id=original,
        )


def _blocks(part: Message) -> Iterator[dict[str, str]]:
    payload = part.get_payload()
    if isinstance(payload, list):
        for block in payload:
            if isinstance(block, Message):
                yield {name.lower(): str(value) for name, value in block.items()}
        return
    # A report sent with a transfer encoding, which the parser leaves undivided.
    decoded = part.get_payload(decode=True)
    text = decoded.decode("utf-8", "replace") if isinstance(decoded, bytes) else str(payload)
    for paragraph in re.split(r"\r?\n[ \t]*\r?\n", text):
        unfolded = re.sub(r"\r?\n[ \t]+", " ", paragraph)
        pairs = (line.partition(":") for line in unfolded.splitlines() if ":" in line)
        yield {name.strip().lower(): value.strip() for name, _, value in pairs}


def _address(value: str) -> str:
    found = _ADDRESS.search(value.partition(";")[2] or value)
    return found.group(0) if found else ""


def _original_message_id(parts: list[Message]) -> str:
    for part in parts:
        if part.get_content_type() not in {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers"}:
            continue
        payload = part.get_payload()
        if isinstance(payload, list) and payload and isinstance(payload[0], Message):
            value = str(payload[0].get("Message-ID", "")).strip()
            if value.startswith("<"):
                return value.split()[0]
            payload = payload[0].get_payload()
        decoded = part.get_payload(decode=True)
        text = decoded.decode("utf-8", "replace") if isinstance(decoded, bytes) else str(payload)
        found = _MESSAGE_ID.search(text[:20_000])
        if found:
            return found.group(1)
    return ""
