"""A mail as the standard library's messages, spared the work it would do again and again.

Nothing is decided here that the library does not decide: what comes out is what its own parser makes of the same bytes.
"""

from __future__ import annotations

import io
import re
from email.message import Message
from email.parser import BytesParser, HeaderParser
from email.policy import compat32
from typing import Any, Final

_SMALL: Final = 64 * 1024
# A header of which there is but one reading: a name of visible characters and a colon, lines that begin with a blank below.
# Nothing that was matched is given back, so that a head is walked through once.
_FIELD: Final = re.compile(r"([!-9;-~]++):[ \t]*+([^\n]*+\n(?:[ \t][^\n]*+\n)*+)")
_FIELDS: Final = re.compile(f"(?:{_FIELD.pattern})++")


class Part(Message):
    """A message asked for its type and its headers a dozen times, each time by a walk through all of them: here by one.

    Nothing is added to its headers once somebody asked.
    """

    _kind = ""
    _first: dict[str, tuple[str, Any]] | None = None

    def get_content_type(self) -> str:
        if not self._kind:
            self._kind = super().get_content_type()
        return self._kind

    def get(self, name: str, failobj: Any = None) -> Any:
        if self._first is None:
            self._first = {}
            for header, value in self.raw_items():
                self._first.setdefault(header.lower(), (header, value))
        found = self._first.get(name.lower())
        return failobj if found is None else self.policy.header_fetch_parse(*found)


def message_of(raw: bytes) -> Message:
    """`raw` read whole. Of a small mail of a single part only the head is read line by line."""
    if len(raw) <= _SMALL:
        head, blank, body = _lines(raw).partition("\n\n")
        plain = _plain_head(f"{head}\n") if blank else None
        message: Message = HeaderParser(Part, policy=compat32).parsestr(head + blank) if plain is None else plain
        # A head that is no head to its end leaves payload behind, and mostly a defect.
        is_whole = not message.defects and not message.get_payload()
        if is_whole and message.get_content_maintype() not in {"multipart", "message"}:
            message.set_payload(body)
            return message
    # Not parsebytes(): it holds the whole mail four bytes to the character.
    return BytesParser(Part, policy=compat32).parse(io.BytesIO(raw))


def _plain_head(head: str) -> Part | None:
    """A head of which every line is plainly one of a header's; None for any other, which the library may judge."""
    if not _FIELDS.fullmatch(head):
        return None
    message = Part(policy=compat32)
    for name, value in _FIELD.findall(head):
        message.set_raw(name, value.rstrip("\n"))
    return message


def _lines(raw: bytes) -> str:
    """As the library reads a file: every line end a line feed, bytes beyond ASCII kept as they came."""
    text = raw.decode("ascii", "surrogateescape")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
