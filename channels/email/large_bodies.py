"""Large attachments set apart before a mail is parsed: the standard library holds each of their lines as an object.

A mail of 50 MB takes it 250 MB; with its base64 bodies set apart, what it weighs and what comes out of it.
"""

from __future__ import annotations

import binascii
import secrets
from dataclasses import dataclass, field
from typing import Final

_LARGE: Final = 256 * 1024
_LONGEST_HEAD: Final = 64 * 1024  # of one part


@dataclass(frozen=True, slots=True)
class SetApart:
    """`mail` with words in place of its large base64 bodies, and the bodies by those words."""

    mail: bytes
    bodies: dict[str, memoryview] = field(default_factory=dict)

    def content(self, payload: object) -> bytes | None:
        """What a part carries whose body was set apart; None for any other, or when it is no base64."""
        body = self.bodies.get(payload.strip()) if isinstance(payload, str) and len(payload) < 100 else None
        if body is None:
            return None
        try:
            return binascii.a2b_base64(body)
        except binascii.Error:
            return bytes(body)

    def whole(self, content: bytes) -> bytes:
        """`content` (a mail within the mail) with the bodies back in their places."""
        for word, body in self.bodies.items():
            if word.encode() in content:
                content = content.replace(word.encode(), bytes(body).strip())
        return content


def set_apart(raw: bytes) -> SetApart:
    """Splits at lines that begin with "--": base64 has no such line, and every boundary is one."""
    if len(raw) < _LARGE:
        return SetApart(raw)
    view = memoryview(raw)
    kept: list[bytes | memoryview] = []
    bodies: dict[str, memoryview] = {}
    start = 0
    while start < len(raw):
        found = raw.find(b"\n--", start)
        end = found + 1 if found >= 0 else len(raw)
        body = _body(raw, start, end) if end - start > _LARGE else None
        if body is None:
            kept.append(view[start:end])
        else:
            word = f"body{secrets.token_hex(16)}"
            bodies[word] = view[body:end]
            kept += [view[start:body], word.encode(), b"\r\n"]
        start = end
    return SetApart(b"".join(kept), bodies) if bodies else SetApart(raw)


def _body(raw: bytes, start: int, end: int) -> int | None:
    """Where the base64 body of the part from `start` to `end` begins; None where it has none."""
    ends = [at + len(gap) for gap in (b"\r\n\r\n", b"\n\n") if (at := raw.find(gap, start, start + _LONGEST_HEAD)) >= 0]
    if not ends or min(ends) >= end:
        return None
    head = raw[start : min(ends)].lower()
    at = head.find(b"\ncontent-transfer-encoding:")
    return min(ends) if at >= 0 and b"base64" in head[at + 27 : at + 60] else None
