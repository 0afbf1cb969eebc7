"""Finding clients: by what was typed into the search, and by the name that stands somewhere in a longer line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise, product

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from crm.access import Action, check, client_scope
from storage import search as words
from storage.models import Client, Staff
from storage.queries import clients as queries

MAX_FOUND = 100
TOKENS = 14  # a name stands near the beginning of a line
CLOSE = 0.12  # scores this near to the best one are as good: the person chooses
_CANDIDATES = 400
_LIVE = Client.archived_at.is_(None)


@dataclass(frozen=True)
class Page:
    """Some clients of many; `total` is capped at 100 for searches."""

    clients: tuple[Client, ...]
    total: int


@dataclass(frozen=True)
class NameMatch:
    """A client named in a line: `start` and `end` bound the words of the line that named it; score 0 to 1."""

    client: queries.ClientName
    score: float
    start: int
    end: int


@dataclass(frozen=True)
class _Token:
    start: int
    end: int
    position: int
    sounds: tuple[str, ...]  # as written first, then without a Russian case ending, or the beginning of a Thai run


async def browse(session: AsyncSession, *, actor: Staff, limit: int = 10, offset: int = 0, own: bool = False) -> Page:
    """The actor's clients, latest contact first; `own` leaves out what is nobody's or others'."""
    check(actor, Action.SEE_CLIENTS)
    condition: list[ColumnElement[bool]] = [client_scope(actor)]
    if own:
        condition.append(Client.owner_id == actor.id)
    found, total = await queries.page(session, condition=condition, limit=limit, offset=offset)
    return Page(tuple(found), total)


async def search(session: AsyncSession, *, actor: Staff, text: str, limit: int = 10, offset: int = 0) -> Page:
    """Clients by name, company, person, phone, email, city or counterparty, best first, within the actor's scope."""
    check(actor, Action.SEE_CLIENTS)
    hits = await words.find(session, words.CLIENTS, text, limit=MAX_FOUND, condition=_seen_by(actor))
    chosen = [hit.id for hit in hits[offset : offset + limit]]
    there = await queries.by_ids(session, chosen)
    return Page(tuple(there[client_id] for client_id in chosen if client_id in there), len(hits))


async def resolve(session: AsyncSession, *, actor: Staff, subject: str, now: datetime) -> list[NameMatch]:
    """Which client a line speaks of, best first; several only when their scores are close. Empty when it names none.

    1. Neighbouring words near the beginning are looked up together, then each alone: whole, as they sound, also without
       Russian case endings.
    2. Words beside one another that name the same client count together; earlier words count a little more.
    3. Nothing found: the same words with typing errors, another layout, or as a phone number.
    """
    check(actor, Action.SEE_CLIENTS)
    tokens = _tokens(subject)
    if not tokens:
        return []
    matches: list[_Match] = []
    singles = [(sound,) for token in tokens for sound in token.sounds]
    for alternatives in (_pairs(tokens), singles):
        rows = await words.having_any(
            session, words.CLIENTS, alternatives, limit=_CANDIDATES, condition=_seen_by(actor)
        )
        matches = [match for row in rows if (match := _best_window(row, tokens)) is not None]
        if matches:
            break
    if not matches:
        matches = await _guessed(session, actor, subject, tokens)
    best = _closest(matches)
    there = await queries.names_of(session, [match[0] for match in best])
    return [
        NameMatch(there[client_id], round(score, 3), start, end)
        for client_id, score, start, end in best
        if client_id in there
    ]


_Match = tuple[int, float, int, int]


def _seen_by(actor: Staff) -> tuple[ColumnElement[bool], ...]:
    return (_LIVE, client_scope(actor))


def _tokens(subject: str) -> list[_Token]:
    tokens = []
    for position, (start, end) in enumerate(words.word_spans(subject)[:TOKENS]):
        written = subject[start:end]
        if written.isdigit() or len(written) < 2:
            continue
        tokens.append(_Token(start, end, position, tuple(_sounds(written))))
        tokens.extend(_thai_beginnings(written, start, position))
    return tokens


def _pairs(tokens: Sequence[_Token]) -> list[tuple[str, str]]:
    """Words beside one another, in all their forms: a first and a last name are rarer together than either alone."""
    return [
        (one, other)
        for first, second in product(tokens[:8], tokens[:8])
        if second.position == first.position + 1
        for one, other in product(first.sounds[:4], second.sounds[:4])
        if one != other
    ]


def _sounds(written: str) -> Iterable[str]:
    folded = words.fold(written)
    forms = [folded, *_nominatives(folded)]
    return dict.fromkeys(sound for form in forms for sound in words.sound(form).split() if sound)


def _nominatives(folded: str) -> list[str]:
    """What a Russian name may be in the nominative: Иванову → Иванов, Анне → Анна, Сергеем → Сергей (й folds to и)."""
    if not ("а" <= folded[-1] <= "я") or len(folded) < 3:
        return []
    return [
        folded[: -len(ending)] + instead
        for ending, replacements in _CASE_ENDINGS
        if folded.endswith(ending) and len(folded) - len(ending) >= 2
        for instead in replacements
    ]


_CASE_ENDINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ого", ("ии", "ыи")),
    ("ому", ("ии", "ыи")),
    ("ои", ("а",)),
    ("еи", ("а", "я")),
    ("ом", ("",)),
    ("ем", ("", "и")),
    ("ым", ("", "ыи")),
    ("им", ("ии",)),
    ("ую", ("ая",)),
    ("а", ("",)),
    ("я", ("и", "ь")),
    ("у", ("", "а")),
    ("ю", ("я", "и", "ь")),
    ("е", ("", "а", "я")),
    ("ы", ("а",)),
    ("и", ("а", "я", "ь")),
)


def _thai_beginnings(written: str, start: int, position: int) -> list[_Token]:
    """Thai writes without spaces: a name may be the beginning of a longer run."""
    if not "\u0e00" <= written[0] <= "\u0e7f" or len(written) < 6:
        return []
    ends = range(min(len(written) - 1, 24), 3, -1)
    return [
        _Token(start, start + end, position, (words.fold(written[:end]),))
        for end in ends
        if not "\u0e30" <= written[end] <= "\u0e4e" or written[end] in "เแโใไ"
    ]


def _best_window(row: words.Row, tokens: Sequence[_Token]) -> _Match | None:
    """The run of neighbouring words that names the client best."""
    name = row.key.split()
    there = set(row.text.split())
    best: _Match | None = None
    for first, token in enumerate(tokens):
        named, elsewhere, end, last = 0.0, 0, token.end, token.position - 1
        used: set[str] = set()
        for other in tokens[first:]:
            if other.position > last + 1:
                break
            worth, word = _worth(other, name, there, used)
            if not worth:
                if other.position == last + 1 and other is not token:
                    break
                continue
            used.add(word)
            named, elsewhere = (named + worth, elsewhere) if word in name else (named, elsewhere + 1)
            end, last = other.end, other.position
        if not used:
            continue
        score = 0.6 + 0.4 * named / len(name) if named and name else 0.45
        score = min(1.0, score + 0.05 * elsewhere) - min(0.02 * token.position, 0.2)
        if best is None or score > best[1]:
            best = (row.id, score, token.start, end)
    return best


def _worth(token: _Token, name: list[str], there: set[str], used: set[str]) -> tuple[float, str]:
    for rank, sound in enumerate(token.sounds):
        worth = 1.0 if rank == 0 else 0.97
        if sound in name and sound not in used:
            return worth, sound
        if sound in there and sound not in used:
            thai_name = next((part for part in name if part == words.sound(sound)), None)
            return worth, thai_name or sound
    return 0.0, ""


async def _guessed(session: AsyncSession, actor: Staff, subject: str, tokens: Sequence[_Token]) -> list[_Match]:
    whole = [
        token for number, token in enumerate(tokens) if number == 0 or token.position != tokens[number - 1].position
    ]
    windows = [(first.start, second.end) for first, second in pairwise(whole[:2])]
    windows += [(token.start, token.end) for token in whole[:2] if token.end - token.start >= 3]
    for start, end in [*_numbers(subject), *windows]:
        hits = await words.find(session, words.CLIENTS, subject[start:end], limit=10, condition=_seen_by(actor))
        if hits:
            return [(hit.id, min(hit.score, 99) / 100, start, end) for hit in hits]
    return []


def _numbers(subject: str) -> list[tuple[int, int]]:
    """Runs of digits long enough for a phone number, through spaces, dashes and brackets."""
    found: list[tuple[int, int]] = []
    start, count = -1, 0
    for position, character in enumerate(f"{subject[:300]}\n"):
        if character.isdigit() or (character == "+" and start < 0):
            start, count = (position if start < 0 else start), count + character.isdigit()
        elif start >= 0 and character in " -().":
            continue
        elif start >= 0:
            if count >= 7:
                found.append((start, len(subject[:position].rstrip(" -(."))))
            start, count = -1, 0
    return found


def _closest(matches: list[_Match]) -> list[_Match]:
    ranked = sorted(matches, key=lambda match: (-match[1], match[0]))
    return [match for match in ranked if match[1] >= ranked[0][1] - CLOSE][:8]
