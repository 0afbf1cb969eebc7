"""Finds the words of a segment rule: what a token is depends on what came before it.

Four states: a test begins, a field was named, a value is due, a value has ended. An unquoted value runs to the next
joiner, comma, bracket or comparison sign, so that names of several words need no quotes; where things are counted it
also ends where "in 30 days" or "since …" begins. In an amount of money a comma between digits ends nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum, auto
from typing import Any

from lark import Token
from lark.lexer import Lexer, LexerState

from crm.segments.errors import SegmentSyntax
from crm.segments.vocabulary import (
    AND,
    BARE_AGES,
    DAY_WORDS,
    FIELD_WORDS,
    IN,
    JOINERS,
    LISTING,
    NEGATIONS,
    NEVERS,
    OPERATORS,
    PRESENCE_WORDS,
    SILENCE_WORDS,
    WINDOWS,
)
from storage.filters import FIELDS, Kind
from storage.spelling import closest

QUOTES = {'"': '"', "“": "”", "”": "”", "«": "»", "„": "“"}
# An apostrophe quotes only where another ends the value: names begin with one too ('s-Hertogenbosch).
_SINGLE = re.compile(r"""(?:'([^'"=<>~()]+)'|[‘’]([^‘'"=<>~()]+?)’)(?=[\s,()]|$)""")
# A phone's keyboard makes a dash of what stands between a field and its value.
_DASH = re.compile(r"[-–—](?=\s)")


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
    return _Reading(text).tokens()


class _Reading:
    """One rule being read: where, in which state, and whether the test at hand may look at a time only or is of money."""

    def __init__(self, text: str) -> None:
        self.text, self.position, self.state = text, 0, State.TEST
        self.in_list = self.windowed = self.bare = self.amount = False

    def tokens(self) -> Iterator[Token]:
        while True:
            self.position = len(self.text) - len(self.text[self.position :].lstrip())
            if self.position >= len(self.text):
                return
            yield self._next()

    def _next(self) -> Token:
        if self.state is State.VALUE:
            token, self.position = _value(self.text, self.position, windowed=self.windowed, amount=self.amount)
            if token.type == "_LPAR":
                self.in_list = True
            else:
                self.state = State.VALUE_ENDED
            return token
        if self.text[self.position] in "()":
            return self._bracket()
        if self.in_list and self.text[self.position] == "," and self.state is State.VALUE_ENDED:
            token = Token("_COMMA", ",", self.position)
            self.position, self.state = self.position + 1, State.VALUE
            return token
        if self.windowed and not self.in_list and self.state is State.VALUE_ENDED:
            window = self._window()
            if window is not None:
                return window
        return self._phrase()

    def _bracket(self) -> Token:
        sign = self.text[self.position]
        token = Token("_LPAR" if sign == "(" else "_RPAR", sign, self.position)
        if self.state is State.FIELD_NAMED:
            raise SegmentSyntax(position=self.position, near=near(self.text, self.position), expected="operator")
        self.in_list = self.in_list and token.type == "_LPAR"
        self.position += 1
        self.state = State.TEST if token.type == "_LPAR" else State.VALUE_ENDED
        return token

    def _window(self) -> Token | None:
        """Since when: after a bare test ("no meetings") the length of time may follow without a word."""
        found = _WINDOW.match(self.text, self.position)
        if found is None and not (self.bare and _WINDOW_BARE.match(self.text, self.position)):
            return None
        token = Token("_SINCE", found.group() if found else "", self.position)
        self.position = found.end() if found else self.position
        self.state, self.windowed = State.VALUE, False
        return token

    def _phrase(self) -> Token:
        token, self.position = _phrase(self.text, self.position, self.state, windowed=self.windowed)
        self.state = _NEXT[token.type]
        if token.type in ("FIELD", "PRESENCE"):
            name = token.partition(":")[0]
            self.windowed, self.bare = FIELDS[name].windowed, token.type == "PRESENCE"
            self.amount = FIELDS[name].kind is Kind.MONEY
            if FIELDS[name].kind is Kind.OWN:
                return self._named(token)
        return token

    def _named(self, token: Token) -> Token:
        """The name of a custom field stands behind the word: in quotes, or one word."""
        start = len(self.text) - len(self.text[self.position :].lstrip())
        if start < len(self.text) and self.text[start] in QUOTES:
            name, self.position = _quoted_value(self.text, start, QUOTES[self.text[start]])
        else:
            found = _NAME.match(self.text, start)
            if found is None:
                raise SegmentSyntax(position=start, near=near(self.text, start), expected="name")
            name, self.position = Token("NAME", found.group(), start), found.end()
        return Token(token.type, f"{token}:{name}", token.start_pos)


def near(text: str, position: int) -> str:
    """What stands at the position, short enough to be quoted back."""
    rest = " ".join(text[position : position + 60].split())
    return rest if len(rest) <= 24 else rest[:23] + "…"


def normal(phrase: str) -> str:
    """A phrase as the vocabulary spells it."""
    return " ".join(phrase.casefold().replace("ё", "е").replace("’", "'").split())


def quoted(value: str) -> str:
    """The value as it must be written to be read back as one."""
    plain = value and value == " ".join(value.split()) and not _STOP.search(value) and value[0] not in QUOTES
    plain = plain and not _HEAD.match(value) and not _SINGLE.match(value) and not _WINDOW_INSIDE.search(value)
    return value if plain else in_quotes(value)


def is_quoted(text: str, position: int) -> bool:
    """Whether a value between quotes begins there."""
    return text[position] in QUOTES or _SINGLE.match(text, position) is not None


def in_quotes(value: str) -> str:
    """The value between quotes, whatever it holds."""
    return '"' + value.replace('"', '""') + '"'


def _pattern(phrases: Iterable[str]) -> str:
    """An alternation, longest first; a word of letters ends at a word's end, Thai words run together."""
    spelled = []
    for phrase in sorted(phrases, key=len, reverse=True):
        body = r"\s+".join(re.escape(word).replace("е", "[её]").replace("'", "['’]") for word in phrase.split())
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
_JOINER += "|(?<=[ก-๛])หรือ(?=[ก-๛])"  # "or" between two names without a space: no name has it inside
_STOP = re.compile(rf'[()=<>~≠≤≥,"“”«»„]|{_JOINER}', re.IGNORECASE)
_COMMA_IN_NUMBER = re.compile(r"(?<=\d),(?=\d)")
_HEAD = re.compile(r"[!:]")
_NAME = re.compile(r'[^\s()=<>~≠≤≥,"“”«»„!:]{1,60}')
_SINCE = "|".join(r"\s+".join(map(re.escape, said.split())) for said in sorted(WINDOWS, key=len, reverse=True))
_SINCE_THAI = "|".join(re.escape(said) for said in WINDOWS if _is_thai(said[0]))
_DAY_SAID = "|".join(map(re.escape, DAY_WORDS))
_BARE_AGE = rf"(?<!\w)(?:{_pattern(BARE_AGES)})"
_LENGTH = rf"\s*\d|\s+(?:{_DAY_SAID})|\s*{_BARE_AGE}"
_WINDOW = re.compile(rf"(?:{_SINCE})(?={_LENGTH})", re.IGNORECASE)
_WINDOW_INSIDE = re.compile(rf"(?:(?<=\s)(?:{_SINCE})|(?:{_SINCE_THAI}))(?={_LENGTH})", re.IGNORECASE)
_WINDOW_BARE = re.compile(rf"\d|{_BARE_AGE}", re.IGNORECASE)
_COUNT_FOLLOWS = re.compile(rf"\D{{0,24}}(?:\d|{_BARE_AGE})", re.IGNORECASE)

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


def _phrase(text: str, position: int, state: State, *, windowed: bool) -> tuple[Token, int]:
    dash = _DASH.match(text, position) if state is State.FIELD_NAMED else None
    if dash is not None:
        return Token("OP", "=", position), dash.end()
    found = _PATTERNS[state].match(text, position)
    if found is None or found.end() == position:
        if state is State.FIELD_NAMED:  # "city Bangkok": equality goes without saying
            return _value(text, position, windowed=windowed)
        raise _unknown(text, position, state)
    phrase = normal(found.group())
    meant = next(((kind, words[phrase]) for kind, words in _KINDS[state] if phrase in words), None)
    if meant is None:  # a letter without case of its own: İ and ı are found as an i, and are none
        raise _unknown(text, position, state)
    kind, meaning = meant
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


def _value(text: str, position: int, *, windowed: bool, amount: bool = False) -> tuple[Token, int]:
    opening = text[position]
    if opening == "(":
        return Token("_LPAR", "(", position), position + 1
    if opening in QUOTES:
        return _quoted_value(text, position, QUOTES[opening])
    single = _SINGLE.match(text, position)
    if single is not None:
        return Token("VALUE", single[1] or single[2], position), single.end()
    stops = (stop.start() for stop in _STOP.finditer(text, position))
    end = next((at for at in stops if not (amount and _COMMA_IN_NUMBER.match(text, at))), len(text))
    if windowed:
        since = _WINDOW_INSIDE.search(text, position + 1, end + 24)
        end = min(end, since.start()) if since else end
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
        match = closest(said, known, at_least=best) if said else None
        if match is not None:
            suggestion, best = match
    expected = {State.VALUE_ENDED: "joiner", State.FIELD_NAMED: "operator"}.get(state, "field")
    return SegmentSyntax(position=position, near=near(text, position), expected=expected, suggestion=suggestion)
