"""Which words of a line may be the client's name, for whoever looks them up: longest first, likeliest place first."""

from __future__ import annotations

from typing import Final

from bot.dates.words import NOUN, meanings
from bot.quickline.pieces import CLAUSE_ENDS, Word, breaks_thai_syllable, is_thai, words_of
from bot.quickline.words import INSIDE_NAMES, NAME_ENDS, NAME_LINKS, THAI_HONORIFICS, THAI_NAME_ENDS

Span = tuple[int, int]

LONGEST_NAME: Final = 4
MOST_CANDIDATES: Final = 24
_MOST_WORDS: Final = 60
_BREAKS: Final = CLAUSE_ENDS + "()"
_DIGITS_OF_A_PHONE: Final = 7


def name_spans(subject: str, *, before: int, closed: list[Span]) -> list[Span]:
    """Places in `subject` that may be a name. `before`: how far it stood before the verb, 0 when it did not.

    First those that begin where a name is expected, then those that begin with a capital, then the rest;
    within each the longest first. Nothing in `closed` (durations, how the call ended) is part of a name.
    """
    words = words_of(subject)
    start = _first_word(words)
    found: list[Span] = []
    for begin in _order(subject, words, start):
        _add_from(subject, words, begin, before=before, closed=closed, found=found)
        if len(found) >= MOST_CANDIDATES:
            break
    return found[:MOST_CANDIDATES]


def _first_word(words: list[Word]) -> int:
    for index, word in enumerate(words):
        if word.low not in NAME_LINKS:
            return index
    return len(words)


def _order(subject: str, words: list[Word], start: int) -> list[int]:
    if start >= len(words):
        return []
    rest = range(start + 1, min(len(words), _MOST_WORDS))
    return [start, *sorted(rest, key=lambda index: not subject[words[index].start].isupper())]


def _add_from(
    subject: str, words: list[Word], begin: int, *, before: int, closed: list[Span], found: list[Span]
) -> None:
    """Every candidate that begins at one word."""
    ends: list[int] = []
    for index in range(begin, min(begin + LONGEST_NAME, len(words))):
        word = words[index]
        if _ends_name(word, first=index == begin):
            break
        if index > begin:
            between = subject[words[index - 1].end : word.start]
            if any(mark in _BREAKS for mark in between) or words[index - 1].end <= before <= word.start:
                break
        told = min((start for start, end in closed if start < word.end and word.start < end), default=None)
        if told is not None:
            if told > word.start + 1 and is_thai(subject[word.start]):  # "สมชายตกลง": the name runs into what is told
                ends.append(told)
            break
        if index == begin or word.low not in NAME_LINKS:
            ends.append(_with_quote(subject, words[begin].start, word.end))
    for end in reversed(ends):
        for span in _variants(subject, words[begin].start, end):
            if span not in found and _quotes_close(subject[span[0] : span[1]]):
                found.append(span)


def _with_quote(subject: str, start: int, end: int) -> int:
    """The quotation mark that closes a name (ООО "Ромашка") belongs to it."""
    closes = end < len(subject) and subject[end] in '"»”'
    return end + 1 if closes and not _quotes_close(subject[start:end]) else end


def _quotes_close(name: str) -> bool:
    return name.count('"') % 2 == 0 and name.count("«") == name.count("»") and name.count("“") == name.count("”")


def _ends_name(word: Word, *, first: bool) -> bool:
    if word.low in NAME_ENDS or (word.low in NAME_LINKS and (first or word.low not in INSIDE_NAMES)):
        return True
    if word.start > 0 and word.low.startswith(THAI_NAME_ENDS):
        return True
    if sum(letter.isdigit() for letter in word.low) >= _DIGITS_OF_A_PHONE:
        return False
    return not any(letter.isalpha() for letter in word.low) or NOUN in (meanings(word.low) or ())


def _variants(subject: str, start: int, end: int) -> list[Span]:
    """In Thai a name may carry a title and run into what was said: with and without them."""
    if not is_thai(subject[start]):
        return [(start, end)]
    spans = [(start, end)]
    cut = _thai_cut(subject, start, end)
    if cut < end:
        spans.append((start, cut))
    for title in THAI_HONORIFICS:
        bare = start + len(title)
        while bare < end and subject[bare] == " ":
            bare += 1
        if subject.startswith(title, start) and bare < cut and not breaks_thai_syllable(subject, bare):
            spans.extend([(bare, end), (bare, cut)] if cut < end else [(bare, end)])
            break
    return spans


def _thai_cut(subject: str, start: int, end: int) -> int:
    """Where the words that follow a name begin, at the earliest after two letters of it."""
    cuts = (subject.find(word, start + 2, end) for word in THAI_NAME_ENDS)
    cut = min((cut for cut in cuts if cut > 0 and not breaks_thai_syllable(subject, cut)), default=end)
    return start + len(subject[start:cut].rstrip())
