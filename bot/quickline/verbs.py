"""Finding what was done: the verb at the beginning of a line, or after the name ("Anna called", "อันนาโทรมา")."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final, NamedTuple

from bot.quickline.doing import LONGEST_VERB, THAI_AFTER_NAME, THAI_VERBS, VERBS, Verb
from bot.quickline.pieces import CLAUSE_ENDS, Word, breaks_thai_syllable, fold, is_thai
from bot.quickline.words import LEADING, NAME_LINKS, THAI_HONORIFICS, THAI_LEADING, THAI_OTHER_WORDS
from storage.models.enums import Direction

_MOST_NAME_WORDS: Final = 4
_SENTENCE_ENDS: Final = ".;!?\n"
_LONGEST_THAI_NAME: Final = 60
_DATIVE: Final = re.compile(r"(?:е|у|ю|и|ому|ему|ой|ым|им)\Z")
_FORMS_OF_COMPANY: Final = frozenset({"ооо", "ип", "зао", "ао", "оао", "пао", "тоо", "гк"})  # they have no case
_DATIVE_WORDS: Final = frozenset({"ему", "ей", "им", "клиенту", "клиентам", "в", "к", "на", "по", "до", "всем"})


class Use(NamedTuple):
    """A verb as it stands in the line."""

    verb: Verb
    direction: Direction | None
    start: int
    end: int
    named_before: bool = False


def find_verb(text: str, words: list[Word]) -> Use | None:
    """What the line says was done, or None: then it is a question or a search."""
    return _thai_at_start(text) or _at_start(words) or _after_name(text, words)


def _at_start(words: list[Word]) -> Use | None:
    for begin in range(min(4, len(words))):
        use = _match(words, begin)
        if use is not None:
            return _reminded(words, use) if use.verb.reminder else use
        if words[begin].low not in LEADING:
            return None
    return None


def _reminded(words: list[Word], use: Use) -> Use:
    """ "remind me to call Anna" is about a call; without a verb of ours it is a note of what to do."""
    after = next((index for index, word in enumerate(words) if word.start >= use.end), len(words))
    thing = _match(words, after) if after < len(words) else None
    if thing is None:
        return use
    return thing._replace(verb=replace(thing.verb, intended=True), direction=thing.verb.direction)


def _match(words: list[Word], begin: int) -> Use | None:
    for length in range(min(LONGEST_VERB, len(words) - begin), 0, -1):
        verb = VERBS.get(tuple(word.low for word in words[begin : begin + length]))
        if verb is None:
            continue
        direction = _by_case(verb, words, begin + length) if verb.by_case else verb.direction
        return Use(verb, direction, words[begin].start, words[begin + length - 1].end)
    return None


def _by_case(verb: Verb, words: list[Word], after: int) -> Direction | None:
    """ "звонил Анне" went out, "звонила Анна" came in: by the case of the name, and whether verb and name agree in gender.

    A rep who writes the name unchanged ("звонил Анна") is told from one who was called by the gender that does not fit.
    """
    if after >= len(words):
        return verb.direction
    name, said = words[after].low, words[after - 1].low
    if name in ("от", "из", "сам", "сама"):
        return Direction.IN
    if name in NAME_LINKS or name in _DATIVE_WORDS or not ("а" <= name[-1] <= "я"):
        return verb.direction
    if name[-1] not in "ая" and _DATIVE.search(name):
        return verb.direction
    if name in _FORMS_OF_COMPANY and not said.endswith("ли"):
        return verb.direction
    feminine = name[-1] in "ая"
    if said.endswith("ла"):
        return Direction.IN if feminine else verb.direction
    if said.endswith(("ли", "ит")):
        return Direction.IN
    return verb.direction if feminine else Direction.IN


def _after_name(text: str, words: list[Word]) -> Use | None:
    """A name of at most four words, then the verb: "Anna called", "ООО Ромашка звонили"."""
    for begin in range(1, min(_MOST_NAME_WORDS + 1, len(words))):
        between = text[words[begin - 1].end : words[begin].start]
        if any(mark in _SENTENCE_ENDS for mark in between):
            return None
        use = _match(words, begin)
        if use is None:
            continue
        follows = text[use.end :].strip(" ,.;:!?-—")
        if use.verb.after_name is not None and (not use.verb.plain or follows):
            if use.verb.outcome and not follows:
                return None
            return use._replace(direction=use.verb.after_name, named_before=True)
        if use.verb.kind.value == "meeting" and use.verb.after_name is None and not use.verb.plain and follows:
            return use._replace(named_before=True)
        return None
    return _thai_after_name(text)


def _thai_at_start(text: str) -> Use | None:
    at = len(text) - len(text.lstrip())
    for _ in range(3):
        if at >= len(text) or not is_thai(text[at]):
            return None
        if text.startswith(THAI_OTHER_WORDS, at):
            return None
        for word, verb in THAI_VERBS:
            if text.startswith(word, at) and not breaks_thai_syllable(text, at + len(word)):
                return _thai_use(text, at, word, verb)
        lead = next((lead for lead in THAI_LEADING if text.startswith(lead, at)), None)
        if lead is None:
            return None
        at += len(lead)
        while at < len(text) and text[at] == " ":
            at += 1
    return None


def _thai_use(text: str, at: int, word: str, verb: Verb) -> Use:
    """โทรมาจากสมชาย and the like: the same verb with มา turns towards us."""
    end = at + len(word)
    for incoming in ("มาจาก", "เข้ามาจาก", "เข้าจาก", "จาก", "เข้า"):
        if text.startswith(incoming, end) and not breaks_thai_syllable(text, end + len(incoming)):
            return Use(replace(verb, plain=False), Direction.IN, at, end + len(incoming))
    return Use(verb, verb.direction, at, end)


def _thai_after_name(text: str) -> Use | None:
    head = text[:_LONGEST_THAI_NAME]
    for word, verb in THAI_AFTER_NAME:
        at = head.find(word)
        if at > 0 and not breaks_thai_syllable(text, at + len(word)) and _only_a_name(head[:at]):
            return Use(verb, verb.direction, at, at + len(word), named_before=True)
    return None


def _only_a_name(head: str) -> bool:
    name = head.strip()
    for honorific in THAI_HONORIFICS:
        name = name.removeprefix(honorific)
    return bool(name) and len(name.split()) <= _MOST_NAME_WORDS and not any(mark in CLAUSE_ENDS for mark in fold(name))
