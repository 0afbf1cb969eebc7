"""Finds the words of a segment rule: what a token is depends on what came before it.

Four states: a test begins, a field was named, a value is due, a value has ended. An unquoted value runs to the next
joiner, comma, bracket or comparison sign, so that names of several words need no quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum, auto
from typing import Any

from lark import Token
from lark.lexer import Lexer, LexerState
from rapidfuzz import fuzz, process

from crm.segments.errors import SegmentSyntax
from crm.segments.vocabulary import (
    AND,
    FIELD_WORDS,
    IN,
    JOINERS,
    LISTING,
    NEGATIONS,
    NEVERS,
    OPERATORS,
    PRESENCE_WORDS,
    SILENCE_WORDS,
)

QUOTES = {'"': '"', "“": "”", "«": "»", "„": "“"}


class State(Enum):
    TEST = auto()
    FIELD_NAMED = auto()
    VALUE = auto()
    VALUE_ENDED = auto()


class RuleLexer(Lexer):
    """Lark's door to `tokens`."""

    __future_interface__ = 2  # lark then hands over its own state instead of the bare text

    def __init__(self, lexer_conf: Any) -> None:
        """Lark hands over its configuration; the words are ours, so there is nothing to take from it."""

    def lex(self, lexer_state: LexerState, parser_state: Any) -> Iterator[Token]:
        return tokens(str(lexer_state.text.text))


def tokens(text: str) -> Iterator[Token]:
    """The rule's tokens in order. Raises SegmentSyntax where no word fits."""
    position, state, in_list = 0, State.TEST, False
    while True:
        position = len(text) - len(text[position:].lstrip())
        if position >= len(text):
            return
        if state is State.VALUE:
            token, position = _value(text, position)
            if token.type == "_LPAR":
                in_list = True
            else:
                state = State.VALUE_ENDED
            yield token
            continue
        if text[position] in "()":
            token = Token("_LPAR" if text[position] == "(" else "_RPAR", text[position], position)
            if state is State.FIELD_NAMED:
                raise SegmentSyntax(position=position, near=near(text, position), expected="operator")
            in_list, position = in_list and token.type == "_LPAR", position + 1
            state = State.TEST if token.type == "_LPAR" else State.VALUE_ENDED
            yield token
            continue
        if in_list and text[position] == "," and state is State.VALUE_ENDED:
            yield Token("_COMMA", ",", position)
            position, state = position + 1, State.VALUE
            continue
        token, position = _phrase(text, position, state)
        state = _NEXT[token.type]
        yield token


def near(text: str, position: int) -> str:
    """What stands at the position, short enough to be quoted back."""
    rest = " ".join(text[position : position + 60].split())
    return rest if len(rest) <= 24 else rest[:23] + "…"


def normal(phrase: str) -> str:
    """A phrase as the vocabulary spells it."""
    return " ".join(phrase.casefold().replace("ё", "е").split())


def quoted(value: str) -> str:
    """The value as it must be written to be read back as one."""
    plain = value and value == " ".join(value.split()) and not _STOP.search(value) and value[0] not in QUOTES
    return value if plain and not _HEAD.match(value) else '"' + value.replace('"', '""') + '"'


_COUNT_FOLLOWS = re.compile(r"\D{0,24}\d")


def _pattern(phrases: Iterable[str]) -> str:
    """An alternation, longest first; a word of letters ends at a word's end, Thai words run together."""
    spelled = []
    for phrase in sorted(phrases, key=len, reverse=True):
        body = r"\s+".join(re.escape(word).replace("е", "[её]") for word in phrase.split())
        spelled.append(body + (r"(?!\w)" if phrase[-1].isalpha() and not _is_thai(phrase[-1]) else ""))
    return "|".join(spelled)


def _is_thai(letter: str) -> bool:
    return "\u0e00" <= letter <= "\u0e7f"


_KINDS: Mapping[State, tuple[tuple[str, Mapping[str, str]], ...]] = {
    State.TEST: (
        ("SILENCE", SILENCE_WORDS),
        ("PRESENCE", PRESENCE_WORDS),
        ("FIELD", FIELD_WORDS),
        ("_NOT", NEGATIONS),
    ),
    State.FIELD_NAMED: (("OP", OPERATORS), ("_IN", LISTING), ("NEVER", NEVERS), ("_NOT", NEGATIONS)),
    State.VALUE_ENDED: (("_AND", JOINERS),),
}
_PATTERNS = {
    state: re.compile(_pattern({phrase for _, words in kinds for phrase in words}), re.IGNORECASE)
    for state, kinds in _KINDS.items()
}
# What begins a test in Thai: a joiner glued to a value is told from a value's own letters by what follows it.
_THAI_TEST = "|".join(
    re.escape(phrase)
    for words in (FIELD_WORDS, PRESENCE_WORDS, SILENCE_WORDS, NEGATIONS)
    for phrase in words
    if _is_thai(phrase[0])
)
_LATIN_JOINERS = "|".join(re.escape(word) for word in JOINERS if not _is_thai(word[0]))
_THAI_JOINERS = "|".join(re.escape(word) for word in JOINERS if _is_thai(word[0]))
_JOINER = rf"(?<!\S)(?:{_LATIN_JOINERS}|{_THAI_JOINERS})(?=[\s(]|$)|(?:{_THAI_JOINERS})\s*(?={_THAI_TEST})"
_STOP = re.compile(rf'[()=<>~≠≤≥,"“”«»„]|{_JOINER}', re.IGNORECASE)
_HEAD = re.compile(r"[!:]")

_NEXT = {
    "FIELD": State.FIELD_NAMED,
    "PRESENCE": State.VALUE_ENDED,
    "SILENCE": State.VALUE,
    "NEVER": State.VALUE_ENDED,
    "OP": State.VALUE,
    "_IN": State.VALUE,
    "_NOT_IN": State.VALUE,
    "_AND": State.TEST,
    "_OR": State.TEST,
    "_NOT": State.TEST,
    "VALUE": State.VALUE_ENDED,
    "_DIFFERS": State.VALUE,
}


def _phrase(text: str, position: int, state: State) -> tuple[Token, int]:
    found = _PATTERNS[state].match(text, position)
    if found is None or found.end() == position:
        if state is State.FIELD_NAMED:  # "city Bangkok": equality goes without saying
            return _value(text, position)
        raise _unknown(text, position, state)
    phrase = normal(found.group())
    kind, meaning = next((kind, words[phrase]) for kind, words in _KINDS[state] if phrase in words)
    if kind == "SILENCE" and phrase in PRESENCE_WORDS and not _COUNT_FOLLOWS.match(_first_words(text, found.end())):
        kind, meaning = "PRESENCE", PRESENCE_WORDS[phrase]
    if kind == "_AND" and meaning != AND:
        kind = "_OR"
    elif kind == "_IN" and meaning != IN:
        kind = "_NOT_IN"
    elif kind == "_NOT" and state is State.FIELD_NAMED:
        kind = "_DIFFERS"
    return Token(kind, meaning, position), found.end()


def _first_words(text: str, position: int) -> str:
    """The rest up to the next joiner or bracket: a number beyond it belongs to another test."""
    stop = _STOP.search(text, position)
    return text[position : stop.start() if stop and stop.group() != ">" else len(text)]


def _value(text: str, position: int) -> tuple[Token, int]:
    opening = text[position]
    if opening == "(":
        return Token("_LPAR", "(", position), position + 1
    if opening in QUOTES:
        return _quoted_value(text, position, QUOTES[opening])
    stop = _STOP.search(text, position)
    end = stop.start() if stop else len(text)
    value = text[position:end].rstrip()
    if not value:
        raise SegmentSyntax(position=position, near=near(text, position), expected="value")
    return Token("VALUE", " ".join(value.split()), position), end


def _quoted_value(text: str, position: int, closing: str) -> tuple[Token, int]:
    parts, start = [], position + 1
    while True:
        end = text.find(closing, start)
        if end < 0:
            raise SegmentSyntax(position=position, near=near(text, position), expected="quote")
        parts.append(text[start:end])
        if text[end + 1 : end + 2] != closing:
            return Token("VALUE", closing.join(parts), position), end + 1
        start = end + 2


def _unknown(text: str, position: int, state: State) -> SegmentSyntax:
    rest = text[position : position + 80]
    words = re.split(r"[\s()=<>~≠≤≥,:]+", rest)[:3]
    known = [phrase for _, phrases in _KINDS[state] for phrase in phrases if len(phrase) > 2]
    best, suggestion = 79.0, ""
    for length in range(len(words), 0, -1):
        said = normal(" ".join(words[:length]))
        match = process.extractOne(said, known, scorer=fuzz.ratio, score_cutoff=best) if said else None
        if match is not None:
            suggestion, best = match[0], match[1]
    expected = "joiner" if state is State.VALUE_ENDED else "field"
    return SegmentSyntax(position=position, near=near(text, position), expected=expected, suggestion=suggestion)
