"""The part of YAML that automations are written in, read with the line and column of everything.

Mappings, lists, texts (plain, quoted, or `|` with its lines below), `[…]` and `{…}` on one line, comments. Every value
stays the text it was written as: `no`, `on` and `10:00` are words, not what YAML makes of them. Anchors, aliases, tags,
merges and several documents in one are refused, so that nothing written small can grow large.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from crm.automations.errors import DocumentRefused

LIMIT = 64_000  # characters, and bytes as UTF-8
DEEPEST = 40  # lists in mappings in lists; a step inside a step takes two
_MOST_LINES = 4_000
_LONGEST_LINE = 10_000


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text. `text_column` is where it begins after its quote."""

    text: str
    line: int
    column: int
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    items: tuple[Node, ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Mapped:
    pairs: tuple[tuple[Scalar, Node], ...]
    line: int
    column: int


Node = Scalar | Listed | Mapped


def parse(text: str) -> Node:
    """The document as nodes. Raises DocumentRefused."""
    if len(text) > LIMIT or len(text.encode("utf-8", "surrogatepass")) > LIMIT:
        raise DocumentRefused("too-large", line=1, column=1)
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > _MOST_LINES:
        raise DocumentRefused("too-large", line=_MOST_LINES, column=1)
    return _Reader(lines).document()


_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_KEY_END = re.compile(r":(?=\s|$)")
_COMMENT = re.compile(r"(?:^|\s)#")
_ESCAPES = {
    "n": "\n", "t": "\t", '"': '"', "\\": "\\", "/": "/", " ": " ", "_": "\u00a0",
}  # fmt: skip
# What would begin something we do not read: anchors, aliases, tags, directives, other block texts, reserved signs.
_RESERVED = "&*!%@`>"


class _Reader:
    """Walks the lines; `_indent` and `_rest` are of the line in hand, and move right where an item begins in it."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._number = 0
        self._indent = 0
        self._rest = ""
        self._depth = 0
        for number, line in enumerate(lines, start=1):
            if len(line) > _LONGEST_LINE:
                raise DocumentRefused("too-large", line=number, column=_LONGEST_LINE)
            if found := _FORBIDDEN.search(line):
                raise DocumentRefused("character", line=number, column=found.start() + 1)
        self._open()

    def document(self) -> Node:
        if self._is_over():
            raise DocumentRefused("empty", line=1, column=1)
        if self._rest.startswith("---") and not self._rest.strip("- \t"):
            self._next()
        if self._is_over():
            raise DocumentRefused("empty", line=1, column=1)
        node = self._block()
        if not self._is_over():
            raise self._refused("indent")
        return node

    def _block(self) -> Node:
        """What begins at the line in hand and goes on as far as its indent does."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._refused("too-deep")
        if _is_item(self._rest):
            node: Node = self._list()
        elif self._key_length() is not None:
            node = self._mapping()
        else:
            node = self._value(self._rest, self._indent)
        self._depth -= 1
        return node

    def _list(self) -> Listed:
        indent, line = self._indent, self._number
        items: list[Node] = []
        while not self._is_over() and self._indent == indent and _is_item(self._rest):
            inner = self._rest[1:].lstrip(" ")
            if not inner or inner.startswith("#"):
                number = self._number
                self._next()
                if self._is_over() or self._indent <= indent:
                    raise DocumentRefused("empty-item", line=number, column=indent + 1)
                items.append(self._block())
                continue
            self._indent += len(self._rest) - len(inner)
            self._rest = inner
            items.append(self._block())
        if not self._is_over() and self._indent > indent:
            raise self._refused("indent")
        return Listed(tuple(items), line, indent + 1)

    def _mapping(self) -> Mapped:
        indent, line = self._indent, self._number
        pairs: list[tuple[Scalar, Node]] = []
        names: set[str] = set()
        while not self._is_over() and self._indent == indent and not _is_item(self._rest):
            length = self._key_length()
            if length is None:
                raise self._refused("colon", self._rest)
            key = self._key(self._rest[:length], indent)
            if key.text.casefold() in names:
                raise DocumentRefused("twice", line=key.line, column=key.column, found=key.text)
            names.add(key.text.casefold())
            after = self._rest[length + 1 :]
            pairs.append((key, self._after_key(key, after, indent)))
        if not self._is_over() and self._indent > indent:
            raise self._refused("indent")
        return Mapped(tuple(pairs), line, indent + 1)

    def _after_key(self, key: Scalar, after: str, indent: int) -> Node:
        inner = after.lstrip(" ")
        column = indent + len(self._rest) - len(inner)
        if inner and not inner.startswith("#"):
            return self._value(inner, column)
        self._next()
        if not self._is_over() and (self._indent > indent or (self._indent == indent and _is_item(self._rest))):
            return self._block()
        return Scalar("", key.line, key.column)

    def _value(self, inner: str, column: int) -> Node:
        """A value that begins in this line; only a `|` goes on in the next ones."""
        if inner.startswith("|"):
            return self._below(inner, column)
        line = _Line(inner, self._number, column)
        node = line.value()
        line.finish()
        self._next()
        return node

    def _below(self, inner: str, column: int) -> Scalar:
        """The lines below a `|`, as they are, without the indent of the first."""
        number = self._number
        if not re.fullmatch(r"\|[-+]?\s*(#.*)?", inner):
            raise self._refused("sign", inner)
        taken: list[str] = []
        width = 0
        outer = len(self._lines[number - 1]) - len(self._lines[number - 1].lstrip(" "))
        while self._number < len(self._lines):
            raw = self._lines[self._number]
            lead = len(raw) - len(raw.lstrip(" "))
            if raw.strip() and not width:
                width = lead if lead > outer else 0
            if raw.strip() and (not width or lead < width):
                break
            taken.append(raw[width:] if raw.strip() else "")
            self._number += 1
        self._open()
        return Scalar("\n".join(taken).strip("\n"), number, column + 1, is_quoted=True)

    def _key_length(self) -> int | None:
        """How long the key at the beginning of the line is; None: there is none."""
        rest = self._rest
        if rest[:1] in ("[", "{", "|", "#"):
            return None
        if rest[:1] in ('"', "'"):
            end = _closing(rest)
            return end if end is not None and _KEY_END.match(rest, end) else None
        found = _KEY_END.search(rest)
        comment = _COMMENT.search(rest)
        return found.start() if found and (comment is None or found.start() < comment.start()) else None

    def _key(self, written: str, indent: int) -> Scalar:
        key = _Line(written, self._number, indent).value()
        if not isinstance(key, Scalar) or not key.text:
            raise DocumentRefused("colon", line=self._number, column=indent + 1, found=written)
        return key

    def _open(self) -> None:
        """Finds the next line that says something, from `_number` on."""
        while self._number < len(self._lines):
            line = self._lines[self._number]
            inner = line.lstrip(" ")
            self._number += 1
            if not inner.strip() or inner.lstrip("\t ").startswith("#"):
                continue
            if inner.startswith("\t"):
                raise DocumentRefused("tab", line=self._number, column=len(line) - len(inner) + 1)
            self._indent, self._rest = len(line) - len(inner), inner.rstrip()
            return
        self._number = len(self._lines) + 1
        self._rest = ""

    def _next(self) -> None:
        self._open()

    def _is_over(self) -> bool:
        return not self._rest

    def _refused(self, problem: str, found: str = "") -> DocumentRefused:
        return DocumentRefused(problem, line=self._number, column=self._indent + 1, found=found)


class _Line:
    """One line's value: a text in quotes or without, `[…]` or `{…}`."""

    def __init__(self, text: str, number: int, column: int) -> None:
        self._text = text
        self._line = number
        self._start = column
        self._at = 0
        self._depth = 0

    def value(self, *, until: str = "") -> Node:
        """The value at hand; `until` are the signs that end it inside brackets."""
        first = self._text[self._at : self._at + 1]
        if first == "[":
            return self._brackets()
        if first == "{":
            return self._braces()
        if first and first in "\"'":
            return self._quoted()
        return self._plain(until)

    def finish(self) -> None:
        """Only a comment may follow."""
        rest = self._text[self._at :]
        if rest.strip() and not re.match(r"\s+#", rest):
            raise self._refused("after-value", rest.strip())

    def _brackets(self) -> Listed:
        column = self._column()
        items = tuple(self.value(until=",]") for _ in self._inside("]"))
        return Listed(items, self._line, column)

    def _braces(self) -> Mapped:
        column = self._column()
        pairs: list[tuple[Scalar, Node]] = []
        names: set[str] = set()
        for _ in self._inside("}"):
            key = self.value(until=",}:")
            if not isinstance(key, Scalar) or self._text[self._at : self._at + 1] != ":":
                raise self._refused("colon")
            if key.text.casefold() in names:
                raise DocumentRefused("twice", line=key.line, column=key.column, found=key.text)
            names.add(key.text.casefold())
            self._at += 1
            self._skip()
            pairs.append((key, self.value(until=",}")))
        return Mapped(tuple(pairs), self._line, column)

    def _inside(self, end: str) -> Iterator[None]:
        """Once per item, with the place at its beginning."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._refused("too-deep")
        opened = self._column()
        self._at += 1
        self._skip()
        while self._text[self._at : self._at + 1] != end:
            yield
            self._skip()
            follows = self._text[self._at : self._at + 1]
            if follows == ",":
                self._at += 1
                self._skip()
            elif follows != end:
                raise DocumentRefused("bracket", line=self._line, column=opened, found=end)
        self._at += 1
        self._depth -= 1

    def _quoted(self) -> Scalar:
        column = self._column()
        end = _closing(self._text[self._at :])
        if end is None:
            raise self._refused("quote")
        written = self._text[self._at + 1 : self._at + end - 1]
        is_double = self._text[self._at] == '"'
        text = self._unescaped(written) if is_double else written.replace("''", "'")
        self._at += end
        return Scalar(text, self._line, column + 1, is_quoted=True)

    def _unescaped(self, written: str) -> str:
        def one(found: re.Match[str]) -> str:
            sign, code = found.group(3), found.group(1) or found.group(2)
            text = chr(int(code, 16)) if code else _ESCAPES.get(sign, "")
            if not text or _FORBIDDEN.search(text):
                raise DocumentRefused("escape", line=self._line, column=self._column(), found=found.group(0))
            return text

        return re.sub(r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(.?))", one, written)

    def _plain(self, until: str) -> Scalar:
        column = self._column()
        rest = self._text[self._at :]
        first = rest[:1]
        if (first and first in _RESERVED) or (first == "?" and rest[1:2] in ("", " ")):
            raise self._refused("sign", rest)
        if (first and first in ",]}") or _is_item(rest):
            raise self._refused("bracket" if first in ",]}" else "indent", rest)
        # As far as the next sign only: to look through the rest of the line for each of its items takes seconds.
        end = min((at for sign in until if sign != ":" and (at := rest.find(sign)) >= 0), default=len(rest))
        if comment := _COMMENT.search(rest, 0, end):
            end = comment.start()
        colon = _KEY_END.search(rest, 0, end + 1)
        if colon is not None and colon.start() < end:
            if not until.endswith(":"):
                self._at += colon.start()
                raise self._refused("colon-inside", rest)
            end = colon.start()
        self._at += end
        return Scalar(rest[:end].strip(), self._line, column)

    def _skip(self) -> None:
        while self._text[self._at : self._at + 1] == " ":
            self._at += 1
        if self._at >= len(self._text):
            raise self._refused("bracket")

    def _column(self) -> int:
        return self._start + self._at + 1

    def _refused(self, problem: str, found: str = "") -> DocumentRefused:
        return DocumentRefused(problem, line=self._line, column=self._column(), found=found)


def _is_item(rest: str) -> bool:
    return rest.startswith("- ") or rest == "-"


def _closing(text: str) -> int | None:
    """Where a quoted text at the beginning ends, after its last quote."""
    pattern = r'"(?:[^"\\]|\\.)*"' if text[0] == '"' else r"'(?:[^']|'')*'"
    found = re.match(pattern, text)
    return found.end() if found else None
