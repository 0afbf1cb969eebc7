"""What an IMAP server's answers mean: rows of FETCH, names of folders, response codes. Bytes in, values out; no network."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final, NamedTuple

_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        (b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"), start=1
    )
}
_ROW: Final = re.compile(rb"\d+ FETCH \(")
_UID: Final = re.compile(rb"\bUID (\d+)")
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")
_ARRIVED: Final = re.compile(rb'INTERNALDATE "([ \d]\d)-(\w{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)"')
_QUOTED_BODY: Final = re.compile(rb'BODY\[[^\]]*\](?:<\d+>)? "((?:\\.|[^"\\])*)"', re.DOTALL)
_CODE: Final = re.compile(rb"\[([A-Z-]+)[^\]]*\]", re.IGNORECASE)
_LISTED: Final = re.compile(rb"\((?P<flags>[^)]*)\) (?:\"(?P<between>(?:\\.|[^\"])*)\"|NIL) ?(?P<name>.*)$", re.DOTALL)

# RFC 5530 and RFC 3501: codes that say "not now". Everything else that is refused needs a person.
PASSING: Final = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG"})


class Row(NamedTuple):
    """One mail of a FETCH answer. `body` is None where the server has none to give."""

    uid: int
    size: int | None
    arrived_at: datetime | None
    body: bytes | None


@dataclass(frozen=True, slots=True)
class ServerFolder:
    """A folder as the server lists it; `uses` are the special ones of RFC 6154, lower case."""

    name: str
    wire_name: str
    uses: frozenset[str]


def rows(lines: Iterable[bytes | bytearray]) -> Iterator[Row]:
    """Rows that name a UID. A literal is a bytearray; the UID may stand before or behind it."""
    text: list[bytes] = []
    literal: bytearray | None = None
    for line in lines:
        if isinstance(line, bytearray):
            literal = line
            continue
        if _ROW.match(line):
            if text and (row := _row(b"".join(text), literal)) is not None:
                yield row
            text, literal = [line], None
        elif text:
            text.append(line)
    if text and (row := _row(b"".join(text), literal)) is not None:
        yield row


def _row(text: bytes, literal: bytearray | None) -> Row | None:
    uid = _UID.search(text)
    if uid is None:
        return None
    size = _SIZE.search(text)
    body = bytes(literal) if literal is not None else None
    if body is None and (quoted := _QUOTED_BODY.search(text)):
        body = re.sub(rb"\\(.)", rb"\1", quoted.group(1), flags=re.DOTALL)
    return Row(int(uid.group(1)), int(size.group(1)) if size else None, _arrived(text), body)


def _arrived(text: bytes) -> datetime | None:
    found = _ARRIVED.search(text)
    if found is None:
        return None
    day, month, year, hour, minute, second, sign, off_hours, off_minutes = found.groups()
    offset = timedelta(hours=int(off_hours), minutes=int(off_minutes))
    try:
        zone = timezone(-offset if sign == b"-" else offset)
        moment = datetime(int(year), _MONTHS[month.lower()], int(day), int(hour), int(minute), int(second), 0, zone)
        return moment.astimezone(UTC)
    except (ValueError, KeyError, OverflowError):
        return None


def last_words(answer: Any) -> str:
    """What the server said at the end of an answer, for people."""
    line = answer.lines[-1] if answer.lines else b""
    return bytes(line).decode("utf-8", "replace")[:200]


def code(answer: Any) -> str:
    """The response code of an answer's last line (`TRYCREATE`); empty without one."""
    found = _CODE.match(bytes(answer.lines[-1])) if answer.lines else None
    return found.group(1).decode().upper() if found else ""


def number_of(answer: Any, name: str) -> int | None:
    """A number a SELECT tells in brackets, such as UIDVALIDITY."""
    told = b"\n".join(bytes(line) for line in answer.lines)
    found = re.search(rb"\[" + name.encode() + rb" (\d+)\]", told, re.IGNORECASE)
    return int(found.group(1)) if found else None


def placed(answer: Any) -> tuple[int, int] | None:
    """UIDVALIDITY and UID an appended mail got (RFC 4315); None from a server without UIDPLUS."""
    found = re.search(rb"\[APPENDUID (\d+) (\d+)\]", bytes(answer.lines[-1]) if answer.lines else b"", re.IGNORECASE)
    return (int(found.group(1)), int(found.group(2))) if found else None


def folders(lines: Iterable[bytes | bytearray]) -> Iterator[ServerFolder]:
    """Folders of a LIST answer, without those that hold no mail."""
    pending: re.Match[bytes] | None = None
    for line in lines:
        if isinstance(line, bytearray):  # a name sent as a literal
            if pending is not None:
                yield _folder(pending["flags"], bytes(line))
            pending = None
            continue
        found = _LISTED.search(line)
        if found is None or rb"\noselect" in found["flags"].lower():
            continue
        if re.fullmatch(rb"\{\d+\}", found["name"]):
            pending = found
        else:
            yield _folder(found["flags"], _unquoted(found["name"]))


def _folder(flags: bytes, name: bytes) -> ServerFolder:
    wire = name.decode("ascii", "replace")
    uses = frozenset(flag.decode("ascii", "replace").lower() for flag in flags.split())
    return ServerFolder(folder_name(wire), wire, uses)


def _unquoted(name: bytes) -> bytes:
    name = name.strip()
    if name.startswith(b'"') and name.endswith(b'"'):
        return re.sub(rb"\\(.)", rb"\1", name[1:-1])
    return name


def wire_name(folder: str) -> str:
    """A folder's name in the modified UTF-7 of RFC 3501 section 5.1.3."""
    return re.sub(r"[^\x20-\x7e]+|&", _modified_base64, folder)


def folder_name(wire: str) -> str:
    """The name people know; what is no modified UTF-7 stays as it is."""
    return re.sub(r"&([^-&]*)-", _plain, wire)


def _modified_base64(found: re.Match[str]) -> str:
    if found.group(0) == "&":
        return "&-"
    packed = base64.b64encode(found.group(0).encode("utf-16-be")).decode().rstrip("=")
    return f"&{packed.replace('/', ',')}-"


def _plain(found: re.Match[str]) -> str:
    packed = found.group(1)
    if not packed:
        return "&"
    try:
        raw = base64.b64decode(packed.replace(",", "/") + "=" * (-len(packed) % 4), validate=True)
        return raw.decode("utf-16-be")
    except (binascii.Error, ValueError):
        return found.group(0)
