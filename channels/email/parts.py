"""A mail as the standard library's messages, spared the work it would do again and again.

Nothing is decided here that the library does not decide: what comes out is what its own parser makes of the same bytes.
"""

from __future__ import annotations

import io
from email.message import Message
from email.parser import BytesParser, HeaderParser
from email.policy import compat32
from typing import Final

_SMALL: Final = 64 * 1024


class Part(Message):
    """A message whose type is found out once: it is asked for a dozen times, each time by a walk through all headers."""

    _kind = ""

    def get_content_type(self) -> str:
        if not self._kind:
            self._kind = super().get_content_type()
        return self._kind


def message_of(raw: bytes) -> Message:
    """`raw` read whole. Of a small mail of a single part only the head goes through the library, line by line."""
    if len(raw) <= _SMALL:
        head, blank, body = _lines(raw).partition("\n\n")
        message: Message = HeaderParser(Part, policy=compat32).parsestr(head + blank)
        # A head that is no head to its end leaves payload behind, and mostly a defect.
        is_whole = not message.defects and not message.get_payload()
        if is_whole and message.get_content_maintype() not in {"multipart", "message"}:
            message.set_payload(body)
            return message
    # Not parsebytes(): it holds the whole mail four bytes to the character.
    return BytesParser(Part, policy=compat32).parse(io.BytesIO(raw))


def _lines(raw: bytes) -> str:
    """As the library reads a file: every line end a line feed, bytes beyond ASCII kept as they came."""
    text = raw.decode("ascii", "surrogateescape")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
