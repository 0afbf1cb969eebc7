"""A letter written once for many people: its parts encoded when the template is compiled, only the values when it is sent.

1. Compiling turns the literal text of a part into pieces of quoted-printable that end in a soft line break where a
   value follows, so that no value can make a line too long.
2. Filling cleans each value to one visible line, escapes it for HTML, encodes it, and joins.
3. A part that base64 makes shorter (Thai, Russian) is joined as text and encoded as a whole: base64 has no seams.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
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

    __slots__ = ("_parts", "_whole", "boundary")

    def __init__(self, *, text: Sequence[Piece], html: Sequence[Piece] | None = None) -> None:
        given: list[tuple[str, Sequence[Piece]]] = [("plain", text)]
        if html is not None:
            given.append(("html", html))
        digest = hashlib.sha256(repr(given).encode()).hexdigest()
        # No encoded line can look like it: "=_" is neither quoted-printable nor base64.
        self.boundary = f"=_{digest[:24]}"
        self._parts = tuple(_Part(*one) for one in given)
        self._whole: _Form | None = None

    def entities(self, values: Mapping[str, str]) -> tuple[bytes, ...]:
        """The filled parts, text first: each a MIME entity with its own header."""
        return tuple(_Form([part], part.form).filled(values) for part in self._parts)

    def whole(self, values: Mapping[str, str]) -> bytes:
        """The filled body as one MIME entity: the text, or the text and the HTML as alternatives."""
        if self._whole is None:
            forms = [part.form for part in self._parts]
            joined = multipart("alternative", f"{self.boundary}_a", forms) if len(forms) > 1 else forms[0]
            self._whole = _Form(self._parts, joined)
        return self._whole.filled(values)

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

    def whole(self) -> bytes:
        return self.body.whole(self.values)


def multipart(subtype: str, boundary: str, parts: Sequence[bytes]) -> bytes:
    """Parts end in a line end of their own, which the boundary's line begins with: so one more is written."""
    head = f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"\r\n\r\n'.encode("ascii")
    line = f"--{boundary}\r\n".encode("ascii")
    return b"".join([head, *(piece for part in parts for piece in (line, part, b"\r\n")), line[:-2], b"--\r\n"])


class _Form:
    """Encoded text with a place (%b) for each value: a value is encoded once, however often it stands there."""

    __slots__ = ("_form", "_order", "_slots", "_whole_parts")

    def __init__(self, parts: Sequence[_Part], form: bytes) -> None:
        self._form = form
        self._slots = tuple(dict.fromkeys(slot for part in parts for slot in part.slots))
        self._whole_parts = tuple(part for part in parts if part.in_base64)
        # Of each slot its form in text and its form in HTML, then the parts that have no seams.
        order: list[int] = []
        for part in parts:
            if part.in_base64:
                order.append(2 * len(self._slots) + self._whole_parts.index(part))
            order += [2 * self._slots.index(slot) + (part.subtype == "html") for slot in part.slots]
        self._order = tuple(order)

    def filled(self, values: Mapping[str, str]) -> bytes:
        made: list[bytes] = []
        for slot in self._slots:
            made += _encoded(_value(slot, values))
        for part in self._whole_parts:
            made.append(base64_lines(part.as_text(values).replace("\n", "\r\n").encode()))
        return self._form % tuple([made[place] for place in self._order])


class _Part:
    """One text part of a letter; `form` is its header and its text, encoded, with %b where something is filled in."""

    __slots__ = ("_pieces", "form", "in_base64", "slots", "subtype")

    def __init__(self, subtype: str, pieces: Sequence[Piece]) -> None:
        self.subtype = subtype
        self._pieces = _joined(pieces)
        literal = "".join(piece for piece in self._pieces if isinstance(piece, str))
        self.in_base64 = base64_size(literal) < quoted_size(literal)
        coding = "base64" if self.in_base64 else "quoted-printable"
        head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: {coding}\r\n\r\n'
        self.slots = () if self.in_base64 else tuple(piece for piece in self._pieces if isinstance(piece, Slot))
        self.form = head.encode("ascii") + (b"%b" if self.in_base64 else self._quoted())

    def as_text(self, values: Mapping[str, str]) -> str:
        """The part as it reads, before it is encoded."""
        written = _as_html if self.subtype == "html" else _as_text
        return "".join(p if isinstance(p, str) else written(_value(p, values)) for p in self._pieces)

    def _quoted(self) -> bytes:
        last = len(self._pieces) - 1
        return b"".join(
            b"%b" if isinstance(piece, Slot) else quoted(piece, open_end=place != last).replace(b"%", b"%%")
            for place, piece in enumerate(self._pieces)
        )


def link_value(value: str) -> str:
    """A value as it stands inside a link: nothing in it can end the link or begin another part of it."""
    return quote(_as_text(value), safe="")


def _value(slot: Slot, values: Mapping[str, str]) -> str:
    value = values.get(slot.name) or slot.fallback
    return link_value(value) if slot.in_link else value


def _as_text(value: str) -> str:
    return clean_line(value)[:_LONGEST_VALUE]


def _as_html(value: str) -> str:
    value = _as_text(value)
    return value if _HTML_SPECIAL.isdisjoint(value) else escape(value)


@lru_cache(maxsize=_REMEMBERED)
def _encoded(value: str) -> tuple[bytes, bytes]:
    """A value as it stands in a text and in HTML."""
    text = _as_text(value)
    as_text = quoted_value(text)
    return as_text, as_text if _HTML_SPECIAL.isdisjoint(text) else quoted_value(escape(text))


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
