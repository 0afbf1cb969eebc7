"""Cutting a typed line into words, numbers and marks, with Thai words found inside runs that have no spaces.

One pass, each character looked at a bounded number of times: nothing here can be made slow by what is typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.dates.words import LESS, SUFFIX, longest_thai, meanings

LONGEST_LINE: Final = 4096  # Telegram's own limit for a message; what stands behind it is not read

WORD, NUMBER, THAI, MARK = "word", "number", "thai", "mark"

_PIECE = re.compile(
    r"(?P<thai>[\u0e00-\u0e4f\u0e5a-\u0e7f]+(?:\.[\u0e00-\u0e4f\u0e5a-\u0e7f]+)*)"
    r"|(?P<number>\d(?:[\d.,:/\-–]*\d)?)"
    r"|(?P<word>[^\W\d_\u0e00-\u0e7f]+(?:['’.][^\W\d_\u0e00-\u0e7f]+)*)"
    r"|(?P<mark>[^\s\u200b\u200c\u200d\ufeff])"
)
_SHAPES: Final = (
    ("iso", re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")),
    ("date", re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})")),
    ("clock", re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?")),
    ("clocks", re.compile(r"(\d{1,2}):(\d{2})[-–]\d{1,2}(?::\d{2})?")),
    ("dot", re.compile(r"(\d{1,2})\.(\d{1,2})")),
    ("slash", re.compile(r"(\d{1,2})/(\d{1,2})")),
    ("comma", re.compile(r"(\d{1,2}),(\d{1,2})")),
    ("range", re.compile(r"(\d{1,2})[-–](\d{1,2})")),
    ("whole", re.compile(r"(\d{1,4})")),
)
_GLUE_MARKS: Final = frozenset("-_#№$€£฿₽+*=\\/<>&×")
_STICKING_MARKS: Final = frozenset("%$€£฿₽*×°\"'/+=_#")
_NOTHING: Mapping[str, int] = {}


@dataclass(slots=True)
class Token:
    """A piece of the line: where it stands, what it may mean, and for numbers their shape and parts."""

    low: str
    start: int
    end: int
    kind: str
    glued: bool  # touches the piece before it
    tags: Mapping[str, int] = field(default_factory=dict)
    shape: str = ""
    parts: tuple[int, ...] = ()


def tokenize(text: str) -> list[Token]:
    """The pieces of the first LONGEST_LINE characters; spans count in `text` as given."""
    low = _lower(text[:LONGEST_LINE])
    tokens: list[Token] = []
    for match in _PIECE.finditer(low):
        kind = match.lastgroup or MARK
        start, end = match.span()
        if tokens and start < tokens[-1].end:  # the closing dot of "ธ.ค." is already taken
            continue
        if kind == THAI:
            _cut_thai(low, start, end, tokens)
            continue
        piece = match.group()
        if kind == WORD and "." in piece and meanings(piece) is None:
            _cut_dotted(piece, start, tokens)
            continue
        glued = bool(tokens) and tokens[-1].end == start
        tags = meanings(piece) or _NOTHING if kind != NUMBER else _NOTHING
        token = Token(piece, start, end, kind, glued, tags)
        if kind == NUMBER:
            token.shape, token.parts = _shape(piece)
        tokens.append(token)
    _blind_codes(tokens)
    return tokens


def token_at(tokens: list[Token], at: int) -> Token | None:
    return tokens[at] if 0 <= at < len(tokens) else None


def tags_at(tokens: list[Token], at: int) -> Mapping[str, int]:
    return tokens[at].tags if 0 <= at < len(tokens) else _NOTHING


def low_at(tokens: list[Token], at: int) -> str:
    return tokens[at].low if 0 <= at < len(tokens) else ""


def _lower(text: str) -> str:
    """Lower case with ё as е, one character for one, so that spans stay true."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
    return low.replace("ё", "е").replace("’", "'")


def _shape(piece: str) -> tuple[str, tuple[int, ...]]:
    if len(piece) <= 17:
        for name, pattern in _SHAPES:
            match = pattern.fullmatch(piece)
            if match:
                return name, tuple(int(part) for part in match.groups())
    return "", ()


def _cut_dotted(piece: str, start: int, tokens: list[Token]) -> None:
    """Words joined by dots without spaces ("завтра.позвонить"): each word for itself."""
    at = start
    for word in piece.split("."):
        glued = bool(tokens) and tokens[-1].end == at
        if at > start:
            tokens.append(Token(".", at - 1, at, MARK, tokens[-1].end == at - 1, _NOTHING))
            glued = True
        tokens.append(Token(word, at, at + len(word), WORD, glued, meanings(word) or _NOTHING))
        at += len(word) + 1


def _cut_thai(low: str, start: int, end: int, tokens: list[Token]) -> None:
    """Date words by longest match; what stands between them is one piece without meaning."""
    at, plain = start, start
    while at < end:
        length = longest_thai(low, at)
        if not length:
            at += 1
            continue
        if plain < at:
            tokens.append(Token(low[plain:at], plain, at, THAI, _touches(tokens, plain), _NOTHING))
        piece = low[at : at + length]
        tokens.append(Token(piece, at, at + length, THAI, _touches(tokens, at), meanings(piece) or _NOTHING))
        at += length
        plain = at
    if plain < end:
        tokens.append(Token(low[plain:end], plain, end, THAI, _touches(tokens, plain), _NOTHING))


def _touches(tokens: list[Token], start: int) -> bool:
    return bool(tokens) and tokens[-1].end == start


def _blind_codes(tokens: list[Token]) -> None:
    """Numbers that belong to a code, a price or a phone number lose their shape: "M8x40", "AB-1234", "$10", "5%"."""
    for index, token in enumerate(tokens):
        if token.kind != NUMBER:
            continue
        before = token.glued and index > 0 and _sticks_before(tokens, index)
        after = index + 1 < len(tokens) and tokens[index + 1].glued and _sticks_after(tokens, index + 1)
        if before or after:
            token.shape = ""


def _sticks_before(tokens: list[Token], index: int) -> bool:
    before = tokens[index - 1]
    if before.kind == WORD:
        return LESS not in before.tags
    if before.kind == MARK and before.low == "+":
        return before.glued or len(tokens[index].low) > 3  # "+3d" is a time ahead, "+66812345678" is not
    return before.low in _GLUE_MARKS


def _sticks_after(tokens: list[Token], index: int) -> bool:
    after = tokens[index]
    if after.kind == WORD:
        return not after.tags
    if after.low == "-":
        follower = tokens[index + 1] if index + 1 < len(tokens) else None
        return follower is not None and follower.glued and SUFFIX not in follower.tags
    return after.low in _STICKING_MARKS
