"""The grammar of IMAP4rev1 (RFC 3501) as far as mail programs use it: command lines, sets, search keys, sections.

A parsed line is a list of atoms and strings (`str`), literals (`bytes`) and nested lists.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from email import message_from_bytes, policy
from typing import Any

from sandbox.mailboxes import StoredMail

Token = str | bytes | list[Any]
Match = Callable[[int, StoredMail], bool]

_LITERAL = re.compile(rb"\{(\d+)(\+?)\}$")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SECTION = re.compile(
    r"(?P<name>BODY(?:\.PEEK)?)\[(?P<section>[^\]]*)\](?:<(?P<start>\d+)\.(?P<length>\d+)>)?$", re.IGNORECASE
)


class ImapSyntaxError(ValueError):
    """The command cannot be read; the answer is BAD."""


def literal_at_end(line: bytes) -> tuple[int, bool] | None:
    """The size a line announces for its literal, and whether the client sends it without waiting."""
    found = _LITERAL.search(line)
    return (int(found[1]), bool(found[2])) if found else None


def parse(pieces: list[bytes]) -> list[Token]:
    """Read a command: text and literals in turn, the text without its announcements of literals."""
    root: list[Token] = []
    stack = [root]
    for index, piece in enumerate(pieces):
        if index % 2:
            stack[-1].append(piece)
        else:
            _read_text(piece.decode("utf-8", "surrogateescape"), stack)
    if len(stack) > 1:
        raise ImapSyntaxError("Unbalanced parentheses")
    return root


def text_of(token: Token) -> str:
    if isinstance(token, list):
        raise ImapSyntaxError("Unexpected list")
    return token.decode("utf-8", "surrogateescape") if isinstance(token, bytes) else token


def in_set(text: str, *, largest: int) -> Callable[[int], bool]:
    """A sequence set as a test. `*` is the largest number in use, and `9:*` reaches it from either side."""
    spans: list[tuple[int, int]] = []
    for part in text.split(","):
        first, _, last = part.partition(":")
        ends = [largest if end == "*" else _number(end) for end in (first, last or first)]
        spans.append((min(ends), max(ends)))
    return lambda number: any(low <= number <= high for low, high in spans)


def is_set(text: str) -> bool:
    return bool(re.fullmatch(r"(?:\d+|\*)(?::(?:\d+|\*))?(?:,(?:\d+|\*)(?::(?:\d+|\*))?)*", text))


def search_test(tokens: list[Token], *, count: int, largest_uid: int) -> Match:
    """The search keys as one test of (sequence number, mail). Raises ImapSyntaxError."""
    left = list(tokens)
    if left and text_of_first(left).upper() == "CHARSET":
        del left[:2]
    tests = []
    while left:
        tests.append(_search_key(left, count, largest_uid))
    if not tests:
        raise ImapSyntaxError("Missing search key")
    return lambda number, mail: all(test(number, mail) for test in tests)


def text_of_first(tokens: list[Token]) -> str:
    return "" if isinstance(tokens[0], list) else text_of(tokens[0])


def section_of(item: str) -> tuple[bool, str, str, int | None, int] | None:
    """A BODY[…] item as (peek, label to answer with, section, start, length); None when it is no such item."""
    found = _SECTION.match(item)
    if not found:
        return None
    label = f"BODY[{found['section']}]"
    start = int(found["start"]) if found["start"] is not None else None
    if start is not None:
        label += f"<{start}>"
    return "PEEK" in found["name"].upper(), label, found["section"], start, int(found["length"] or 0)


def part_of(raw: bytes, section: str) -> bytes:
    """The bytes a section names: "", HEADER, TEXT, HEADER.FIELDS (…), HEADER.FIELDS.NOT (…)."""
    head, separator, body = raw.partition(b"\r\n\r\n")
    header = head + separator
    name, _, names = section.partition("(")
    name = name.strip().upper()
    if name == "":
        return raw
    if name == "HEADER":
        return header
    if name == "TEXT":
        return body
    if name in ("HEADER.FIELDS", "HEADER.FIELDS.NOT"):
        wanted = {part.strip('"').lower() for part in names.rstrip(") ").split()}
        inverse = name.endswith("NOT")
        lines = [line for key, line in _header_lines(head) if (key in wanted) is not inverse]
        return b"".join(lines) + b"\r\n"
    raise ImapSyntaxError(f"Section {section} is not served here")


def internal_date(moment: datetime) -> str:
    return f'"{moment.day:2d}-{_MONTHS[moment.month - 1].title()}-{moment:%Y %H:%M:%S %z}"'


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _read_text(text: str, stack: list[list[Token]]) -> None:
    position = 0
    while position < len(text):
        character = text[position]
        if character == " ":
            position += 1
        elif character == "(":
            inner: list[Token] = []
            stack[-1].append(inner)
            stack.append(inner)
            position += 1
        elif character == ")":
            if len(stack) == 1:
                raise ImapSyntaxError("Unbalanced parentheses")
            stack.pop()
            position += 1
        elif character == '"':
            value, position = _read_quoted(text, position)
            stack[-1].append(value)
        else:
            end = _atom_end(text, position)
            stack[-1].append(text[position:end])
            position = end


def _read_quoted(text: str, position: int) -> tuple[str, int]:
    found = re.compile(r'"((?:[^"\\]|\\.)*)"').match(text, position)
    if not found:
        raise ImapSyntaxError("Unterminated string")
    return re.sub(r"\\(.)", r"\1", found[1]), found.end()


def _atom_end(text: str, position: int) -> int:
    brackets = 0
    while position < len(text):
        character = text[position]
        if character == "[":
            brackets += 1
        elif character == "]":
            brackets -= 1
        elif brackets <= 0 and character in ' ()"':
            break
        position += 1
    return position


def _number(text: str) -> int:
    if not text.isdigit():
        raise ImapSyntaxError(f"Not a number: {text}")
    return int(text)


_FLAG_KEYS = {
    "SEEN": "\\Seen",
    "ANSWERED": "\\Answered",
    "DELETED": "\\Deleted",
    "FLAGGED": "\\Flagged",
    "DRAFT": "\\Draft",
}
_DATE_KEYS: dict[str, Callable[[date, date], bool]] = {
    "SINCE": lambda mail, asked: mail >= asked,
    "BEFORE": lambda mail, asked: mail < asked,
    "ON": lambda mail, asked: mail == asked,
}


def _search_key(left: list[Token], count: int, largest_uid: int) -> Match:
    token = left.pop(0)
    if isinstance(token, list):
        return search_test(token, count=count, largest_uid=largest_uid)
    key = text_of(token).upper()
    if is_set(key):
        chosen = in_set(key, largest=count)
        return lambda number, mail: chosen(number)
    if key in ("ALL", "OLD"):
        return lambda number, mail: True
    plain = key.removeprefix("UN")
    if plain in _FLAG_KEYS:
        flag, wanted = _FLAG_KEYS[plain], plain == key
        return lambda number, mail: (flag in mail.flags) is wanted
    if key == "NOT":
        inner = _search_key(left, count, largest_uid)
        return lambda number, mail: not inner(number, mail)
    if key == "OR":
        first, second = _search_key(left, count, largest_uid), _search_key(left, count, largest_uid)
        return lambda number, mail: first(number, mail) or second(number, mail)
    if not left:
        raise ImapSyntaxError(f"Unknown search key {key}")
    return _search_key_with_value(key, text_of(left.pop(0)), left, largest_uid)


def _search_key_with_value(key: str, value: str, left: list[Token], largest_uid: int) -> Match:
    if key == "UID":
        chosen = in_set(value, largest=largest_uid)
        return lambda number, mail: chosen(mail.uid)
    if key in _DATE_KEYS:
        compare, asked = _DATE_KEYS[key], _day(value)
        return lambda number, mail: compare(mail.received_at.date(), asked)
    if key in ("LARGER", "SMALLER"):
        size = _number(value)
        return lambda number, mail: len(mail.raw) > size if key == "LARGER" else len(mail.raw) < size
    if key in ("FROM", "TO", "CC", "SUBJECT"):
        return _header_test(key, value)
    if key == "HEADER":
        if not left:
            raise ImapSyntaxError("HEADER needs a name and a value")
        return _header_test(value, text_of(left.pop(0)))
    if key in ("TEXT", "BODY"):
        needle = value.lower().encode("utf-8", "surrogateescape")
        return lambda number, mail: needle in mail.raw.lower()
    raise ImapSyntaxError(f"Unknown search key {key}")


def _header_test(name: str, value: str) -> Match:
    def test(number: int, mail: StoredMail) -> bool:
        message = message_from_bytes(part_of(mail.raw, "HEADER"), policy=policy.default)
        found = [str(header) for header in message.get_all(name, [])]
        return any(value.lower() in header.lower() for header in found)

    return test


def _day(text: str) -> date:
    try:
        day, month, year = text.split("-")
        return date(int(year), _MONTHS.index(month.lower()) + 1, int(day))
    except ValueError:
        raise ImapSyntaxError(f"Not a date: {text}") from None


def _header_lines(head: bytes) -> Iterable[tuple[str, bytes]]:
    name = ""
    for line in head.split(b"\r\n"):
        if line[:1] not in (b" ", b"\t"):
            name = line.partition(b":")[0].decode("ascii", "replace").strip().lower()
        yield name, line + b"\r\n"
