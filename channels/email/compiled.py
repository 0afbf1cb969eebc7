"""A letter written once for many people: its parts encoded when the template is compiled, only the values when it is sent.

1. Compiling turns the literal text of a part into pieces of quoted-printable that end in a soft line break where a
   value follows, so that no value can make a line too long.
2. Filling cleans each value to one visible line, escapes it for HTML, encodes it, and joins.
3. A part that base64 makes shorter (Thai, Russian) is joined as text and encoded as a whole: base64 has no seams.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from urllib.parse import quote

from channels.email.encoding import (
    base64_lines,
    base64_size,
    clean_line,
    quoted,
    quoted_size,
    quoted_value,
    unix_lines,
)

_LONGEST_VALUE = 2_000  # a link with its token; names are far shorter
_REMEMBERED = 1024  # a value stands several times in a mail; owners and cities in many mails
_HTML_SPECIAL = frozenset("&<>\"'")


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a value, and what stands there when it is empty. In a link the value is percent-encoded."""

    name: str
    fallback: str = ""
    in_link: bool = False


Piece = str | Slot


class CompiledBody:
    """The text and the HTML of a letter. HTML literals are markup; values and fallbacks are text in both.

    A part ends in a line end; where it ends in a slot, one is put after it.
    """

    __slots__ = ("_parts", "boundary")

    def __init__(self, *, text: Sequence[Piece], html: Sequence[Piece] | None = None) -> None:
        given: list[tuple[str, Sequence[Piece]]] = [("plain", text)]
        if html is not None:
            given.append(("html", html))
        digest = hashlib.sha256(repr(given).encode()).hexdigest()
        # No encoded line can look like it: "=_" is neither quoted-printable nor base64.
        self.boundary = f"=_{digest[:24]}"
        self._parts = tuple(_Part(*one) for one in given)

    def entities(self, values: Mapping[str, str]) -> tuple[bytes, ...]:
        """The filled parts, text first: each a MIME entity with its own header."""
        return tuple(part.filled(values) for part in self._parts)

    def plain(self, values: Mapping[str, str]) -> str:
        """The filled text part as text."""
        return self._parts[0].as_text(values)


@dataclass(frozen=True, slots=True)
class Filled:
    """A compiled body and one person's values."""

    body: CompiledBody
    values: Mapping[str, str]

    def entities(self) -> tuple[bytes, ...]:
        return self.body.entities(self.values)


class _Part:
    """One text part of a letter."""

    __slots__ = ("_chunks", "_encoded", "_head", "_pieces", "_slots", "_written")

    def __init__(self, subtype: str, pieces: Sequence[Piece]) -> None:
        self._pieces = _joined(pieces)
        self._written, self._encoded = _WAYS[subtype]
        literal = "".join(piece for piece in self._pieces if isinstance(piece, str))
        in_base64 = base64_size(literal) < quoted_size(literal)
        coding = "base64" if in_base64 else "quoted-printable"
        head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: {coding}\r\n\r\n'
        self._head = head.encode("ascii")
        self._chunks: list[bytes] = []
        self._slots: list[tuple[int, Slot]] = []
        if not in_base64:
            self._compile()

    def filled(self, values: Mapping[str, str]) -> bytes:
        """The part with its header."""
        if not self._chunks:
            return self._head + base64_lines(self.as_text(values).replace("\n", "\r\n").encode())
        chunks, encoded = self._chunks.copy(), self._encoded
        for place, slot in self._slots:
            chunks[place] = encoded(_value(slot, values))
        return b"".join(chunks)

    def as_text(self, values: Mapping[str, str]) -> str:
        """The part as it reads, before it is encoded."""
        return "".join(p if isinstance(p, str) else self._written(_value(p, values)) for p in self._pieces)

    def _compile(self) -> None:
        self._chunks.append(self._head)
        for place, piece in enumerate(self._pieces):
            if isinstance(piece, Slot):
                self._slots.append((len(self._chunks), piece))
                self._chunks.append(b"")
            else:
                is_last = place == len(self._pieces) - 1
                self._chunks.append(quoted(piece, open_end=not is_last))


def link_value(value: str) -> str:
    """A value as it stands inside a link: nothing in it can end the link or begin another part of it."""
    return quote(_as_text(value), safe="")


def _value(slot: Slot, values: Mapping[str, str]) -> str:
    value = values.get(slot.name) or slot.fallback
    return link_value(value) if slot.in_link else value


@lru_cache(maxsize=_REMEMBERED)
def _as_text(value: str) -> str:
    return clean_line(value)[:_LONGEST_VALUE]


def _as_html(value: str) -> str:
    value = _as_text(value)
    return value if _HTML_SPECIAL.isdisjoint(value) else escape(value)


@lru_cache(maxsize=_REMEMBERED)
def _text_bytes(value: str) -> bytes:
    return quoted_value(_as_text(value))


@lru_cache(maxsize=_REMEMBERED)
def _html_bytes(value: str) -> bytes:
    return quoted_value(_as_html(value))


_WAYS: dict[str, tuple[Callable[[str], str], Callable[[str], bytes]]] = {
    "plain": (_as_text, _text_bytes),
    "html": (_as_html, _html_bytes),
}


def _joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Literals side by side as one, line ends as LF; the part ends in one."""
    joined: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        elif piece:
            joined.append(piece)
    if not joined or not isinstance(joined[-1], str):
        joined.append("")
    joined = [unix_lines(piece) if isinstance(piece, str) else piece for piece in joined]
    if isinstance(joined[-1], str) and not joined[-1].endswith("\n"):
        joined[-1] += "\n"
    return tuple(joined)
