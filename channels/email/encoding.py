"""Text in the forms mail travels in: quoted-printable and base64 (RFC 2045), encoded words (RFC 2047), parameters (RFC 2231).

Everything here is made of pieces that stand by themselves: a piece of quoted-printable begins and ends at the beginning
of a line, so that pieces made at different times can be joined, and no line is longer than 76 characters.
"""

from __future__ import annotations

import binascii
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote

_LINE = 76  # RFC 2045 section 6.7: quoted-printable and base64
_HEADER_LINE = 78
_QUOTED = {byte: chr(byte) if 32 <= byte <= 126 and byte != 0x3D else f"={byte:02X}" for byte in range(256)}
_QUOTED |= {0x09: "\t", 0x0A: "\n"}
_CHEAP = bytes(byte for byte, written in _QUOTED.items() if len(written) == 1)
# What stands for itself in lines of quoted-printable that end in soft line breaks.
_PLAIN_VALUE = re.compile(r"((?!\.|From )[ !-<>-~]{75})*((?!\.|From )[ !-<>-~]{1,75})?")
_GUARDED, _FRAGILE = (".", "F"), (" ", "\t")  # looked at more closely at the beginning and at the end of a line
_LINE_END = re.compile(r"\r\n?")
_WORD_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
# An encoded word has 75 characters at most; one that follows "Subject: " on a line of 78, 69.
_WORD_PAYLOAD = 56
_PLAIN_HEADER = re.compile(r"[!-~]+( [!-~]+)*")
_PARAMETER_PIECE = 54


def clean_line(text: str) -> str:
    """One line of visible text: line breaks and runs of white space become a space, control characters go.

    Joiners stay (emoji, Indic and Arabic letters need them); marks that reverse the writing direction go.
    """
    if text.isprintable():  # no control, format or separator but the space
        return text if text.isascii() and "  " not in text and text.strip(" ") == text else " ".join(text.split())
    kept = (char for char in encodable(text) if not _is_control(char))
    return " ".join("".join(kept).split())


def encodable(text: str) -> str:
    """Without lone surrogates and NUL, which no charset can carry."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def visible(text: str) -> str:
    """What somebody else's machine said, fit for a database and a chat: what is no character becomes "?"."""
    return "".join(
        char if char.isprintable() or char == "\n" else " " if char.isspace() else "?" for char in encodable(text)
    )


def unix_lines(text: str) -> str:
    """A body's text with LF as its only line end, and nothing no charset can carry."""
    return _LINE_END.sub("\n", encodable(text))


def quoted_size(text: str) -> int:
    """About how many bytes the text takes in quoted-printable."""
    raw = text.encode()
    return len(raw) + 2 * len(raw.translate(None, _CHEAP))


def base64_size(text: str) -> int:
    """About how many bytes the text takes in base64."""
    return len(text.encode()) * 78 // 57


def quoted(text: str, *, open_end: bool = False) -> bytes:
    """`text` (lines end in LF) in quoted-printable, as whole lines that end in CRLF.

    With `open_end` its last line is not over: it ends in a soft line break, where something else follows.
    """
    lines = text.encode().decode("latin-1").translate(_QUOTED).split("\n")
    last = lines.pop()
    written: list[str] = []
    for line in lines:
        if len(line) < _LINE - 1 and line[:1] not in _GUARDED and line[-1:] not in _FRAGILE:
            written.append(line)
        else:
            written += _wrapped(_end_kept(line), _LINE)
    if last:
        pieces = list(_wrapped(last if open_end else _end_kept(last), _LINE - 1))
        written += [*pieces[:-1], f"{pieces[-1]}=" if open_end else pieces[-1]]
    return "".join(f"{line}\r\n" for line in written).encode("ascii")


def quoted_value(value: str) -> bytes:
    """A value for the place between two pieces of quoted-printable: nothing, or lines that end in soft line breaks."""
    if not _PLAIN_VALUE.fullmatch(value):
        return quoted(value, open_end=True)
    if 0 < len(value) < _LINE:
        return f"{value}=\r\n".encode("ascii")
    return "".join([f"{value[start : start + _LINE - 1]}=\r\n" for start in range(0, len(value), _LINE - 1)]).encode()


def base64_lines(content: bytes) -> bytes:
    """`content` in base64, in whole lines."""
    if not content:
        return b""
    whole = binascii.b2a_base64(content, newline=False)
    return b"\r\n".join([whole[start : start + _LINE] for start in range(0, len(whole), _LINE)]) + b"\r\n"


def header_text(text: str) -> str:
    """A cleaned line as the value of a header with free text; folded, and encoded where it must be."""
    if len(text) <= _HEADER_LINE - 10 and _PLAIN_HEADER.fullmatch(text) and "=?" not in text:
        return text
    if text.isascii() and "=?" not in text:
        words = text.split(" ")
        if all(len(word) < _HEADER_LINE - 10 for word in words):
            return _folded(words)
    return encoded_words(text)


def encoded_words(text: str) -> str:
    """A cleaned line as encoded words, in the shorter of the two encodings, folded. Fit for phrases as well."""
    raw = text.encode()
    unsafe = sum(byte not in _WORD_SAFE and byte != 0x20 for byte in raw)
    if 3 * unsafe < len(raw) - unsafe:
        words = (f"=?utf-8?q?{piece}?=" for piece in _q_pieces(text))
    else:
        words = (f"=?utf-8?b?{_base64(piece)}?=" for piece in _whole_characters(raw, _WORD_PAYLOAD // 4 * 3))
    return "\r\n ".join(words)


def parameter(name: str, value: str) -> str:
    """A parameter of a MIME header on lines of its own: quoted where it is plain, else in RFC 2231's form."""
    if len(value) <= _PARAMETER_PIECE and _PLAIN_HEADER.fullmatch(value) and not set('"\\?') & set(value):
        return f';\r\n {name}="{value}"'
    pieces = list(_percent_pieces(value))
    if len(pieces) == 1:
        return f";\r\n {name}*=utf-8''{pieces[0]}"
    first, *others = pieces
    lines = [f";\r\n {name}*0*=utf-8''{first}"]
    lines += [f";\r\n {name}*{number}*={piece}" for number, piece in enumerate(others, 1)]
    return "".join(lines)


def _is_control(char: str) -> bool:
    if char in "\u200c\u200d":
        return False
    return unicodedata.category(char) in {"Cc", "Cf", "Cs"} and not char.isspace()


def _end_kept(line: str) -> str:
    """White space before a line end is dropped on the way unless it is encoded."""
    if line.endswith(_FRAGILE):
        return f"{line[:-1]}={ord(line[-1]):02X}"
    return line


def _wrapped(line: str, room: int) -> Iterator[str]:
    """An encoded line as lines of at most `room` letters (76 with a soft break), none of which begins as mail servers dislike."""
    start = 0
    while True:
        head = ""
        if line.startswith(".", start):  # doubled by every server, not halved by every reader
            head, start = "=2E", start + 1
        elif line.startswith("From ", start):  # old mailbox files split mails there
            head, start = "=46", start + 1
        if len(head) + len(line) - start <= room:
            yield head + line[start:]
            return
        end = start + _LINE - 1 - len(head)
        if line[end - 1] == "=":
            end -= 1
        elif line[end - 2] == "=":
            end -= 2
        yield f"{head}{line[start:end]}="
        start = end


def _folded(words: list[str]) -> str:
    lines, width = [words[0]], len(words[0]) + 10
    for word in words[1:]:
        if width + 1 + len(word) > _HEADER_LINE:
            lines.append(f"\r\n {word}")
            width = 1 + len(word)
        else:
            lines.append(f" {word}")
            width += 1 + len(word)
    return "".join(lines)


def _q_pieces(text: str) -> Iterator[str]:
    piece: list[str] = []
    width = 0
    for char in text:
        raw = char.encode()
        shown = "_" if char == " " else "".join(chr(b) if b in _WORD_SAFE else f"={b:02X}" for b in raw)
        if width + len(shown) > _WORD_PAYLOAD:
            yield "".join(piece)
            piece, width = [], 0
        piece.append(shown)
        width += len(shown)
    yield "".join(piece)


def _whole_characters(raw: bytes, most: int) -> Iterator[bytes]:
    """UTF-8 in pieces of at most `most` bytes, no character cut."""
    start = 0
    while start < len(raw):
        end = min(start + most, len(raw))
        while end < len(raw) and raw[end] & 0xC0 == 0x80:
            end -= 1
        yield raw[start:end]
        start = end


def _percent_pieces(value: str) -> Iterator[str]:
    piece = ""
    for char in value:
        shown = quote(char, safe="")
        if len(piece) + len(shown) > _PARAMETER_PIECE:
            yield piece
            piece = ""
        piece += shown
    yield piece


def _base64(piece: bytes) -> str:
    return binascii.b2a_base64(piece, newline=False).decode("ascii")
