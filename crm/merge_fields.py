"""The grammar of templates: fields in braces with fallbacks, filled with plain values.

A template is text, not a program: `{name}` and `{city|your city}` from a closed list of plain values. There are no
expressions, attributes or loops, so nothing a manager types can read or run anything.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from sqlalchemy import ColumnElement

from channels.email.compiled import link_value
from channels.email.encoding import clean_line
from crm.contact_hours import knows_zone
from crm.errors import CrmError, TooLong
from crm.wording import day, zone_of
from storage.models import Client, Staff
from storage.queries.mailings import Reader
from storage.spelling import errors_between

FALLBACK_LIMIT = 200
FIELDS = ("name", "company", "city", "owner", "last_purchase", "last_contact")

# Which clients have no value for a field, as a condition.
IS_EMPTY: Mapping[str, ColumnElement[bool]] = {
    "name": Client.name == "",
    "company": Client.company == "",
    "city": Client.city == "",
    "owner": Client.owner_id.is_(None),
    "last_purchase": Client.last_purchase_at.is_(None),
    "last_contact": Client.last_contact_at.is_(None),
}

# Letters of a Russian keyboard that look like those of the fields.
_LOOKALIKES = str.maketrans("асеорухіїкмтнв", "aceopyxiikmthb")
_LONG = 8  # letters: in a field as long as that two may be wrong
_FIELD = re.compile(r"\{([^{}\n]{1,260})\}")
_URL = re.compile(r"https?://[^\s<>\"']{1,2000}")
_OPEN_LINK = re.compile(r"https?://[^\s<>\"']*$")
_LONGEST_LINK = 2_000
_PLACE = re.compile(r"\x00(\d+)\x00")  # NUL stands in no text


class UnknownField(CrmError):
    """A field in braces that does not exist. Parameters: field, known (the existing ones), hint (has_hint): the one meant."""

    code = "templates.unknown_field"

    def __init__(self, name: str) -> None:
        hint = near(name.partition("|")[0])
        super().__init__(
            field=name[:60],
            known=", ".join(f"{{{known}}}" for known in FIELDS),
            hint=f"{{{hint}}}",
            has_hint="yes" if hint else "no",
        )


class NoFieldsHere(CrmError):
    """A field in a text that is sent as it was typed. Parameters: field."""

    code = "templates.no_fields_here"


class LooseBrace(CrmError):
    """A brace without its other half. Parameters: near."""

    code = "templates.loose_brace"


@dataclass(frozen=True)
class Piece:
    """Literal text, or a field with its fallback (None: there is none). In a link its value is percent-encoded."""

    text: str = ""
    field: str = ""
    fallback: str | None = None
    in_link: bool = False


@dataclass(frozen=True)
class Rendered:
    """A text filled for one person, and the fields that had neither value nor fallback."""

    text: str
    missing: tuple[str, ...]


def parse(text: str) -> tuple[Piece, ...]:
    """The pieces of a template's text. Raises UnknownField, LooseBrace, TooLong."""
    pieces: list[Piece] = []
    position, in_link = 0, False
    for match in _FIELD.finditer(text):
        literal = text[position : match.start()]
        _check_literal(literal)
        pieces.append(Piece(text=literal))
        in_link = (in_link and _is_link_part(literal)) or _OPEN_LINK.search(literal[-_LONGEST_LINK:]) is not None
        name, bar, fallback = match.group(1).partition("|")
        name = name.strip().lower()
        if name not in FIELDS:
            raise UnknownField(match.group(1))
        if len(fallback) > FALLBACK_LIMIT:
            raise TooLong(field="fallback", limit=FALLBACK_LIMIT)
        pieces.append(Piece(field=name, fallback=fallback.strip() if bar else None, in_link=in_link))
        position = match.end()
    _check_literal(text[position:])
    pieces.append(Piece(text=text[position:]))
    return tuple(piece for piece in pieces if piece.text or piece.field)


def check_typing(text: str) -> None:
    """For texts in which anything may stand in braces: raises UnknownField where it is nearly a field (see `near`)."""
    for match in _FIELD.finditer(text):
        name = match.group(1).partition("|")[0].strip()
        is_doubled = text[: match.start()].endswith("{") and text[match.end() :].startswith("}")
        if near(name) and (is_doubled or name.lower() not in FIELDS):
            raise UnknownField(f"{{{name}}}" if is_doubled else match.group(1))


def check_none(text: str) -> None:
    """For texts that are sent as they were typed: raises NoFieldsHere where a field stands in them, or nearly one."""
    for match in _FIELD.finditer(text):
        if near(match.group(1).partition("|")[0]):
            raise NoFieldsHere(field=match.group(1)[:60])


def near(typed: str) -> str:
    """The field that was meant by what stands in braces; empty where it is nothing like one.

    It is one letter away from a field, in fields of eight letters and more two: a letter left out, added or changed, or two
    neighbours swapped. A changed first letter makes another word (`{game}`, `{pity}`) and counts only where it looks alike
    on a Russian keyboard. Spaces and hyphens stand for the underscore, a second pair of braces for none.
    """
    word = re.sub(r"[\s-]+", "_", typed.strip("{} \t").casefold().translate(_LOOKALIKES))
    if word in FIELDS:
        return word
    for field in FIELDS:
        is_other = len(word) == len(field) and word[0] != field[0] and sorted(word) != sorted(field)
        if not is_other and errors_between(word, field) <= (2 if len(field) >= _LONG else 1):
            return field
    return ""


@lru_cache(maxsize=256)
def pieces_of(text: str) -> tuple[Piece, ...]:
    """`parse`, remembered: a version is filled for thousands and never changes."""
    return parse(text)


def render(pieces: Sequence[Piece], values: Mapping[str, str]) -> Rendered:
    """Fills the pieces. A field without value and fallback is left out of the text and named."""
    return Rendered(filled(pieces, values), missing(pieces, values))


def filled(pieces: Sequence[Piece], values: Mapping[str, str]) -> str:
    """The text alone; a field without value and fallback is left out."""
    parts: list[str] = []
    for piece in pieces:
        value = piece.text if not piece.field else values.get(piece.field) or piece.fallback or ""
        parts.append(link_value(value) if piece.in_link else value)
    return "".join(parts)


def missing(pieces: Sequence[Piece], values: Mapping[str, str]) -> tuple[str, ...]:
    """The fields that have neither value nor fallback, each once."""
    fields = (piece.field for piece in pieces if piece.field and piece.fallback is None)
    return tuple(dict.fromkeys(field for field in fields if not values.get(field)))


def as_html(text: str) -> str:
    """The text as simple HTML: paragraphs, line breaks and links; everything else escaped."""
    return "".join(piece.text for piece in html_of([Piece(text=text)]))


def html_of(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The pieces of a text as pieces of simple HTML: what `as_html` makes, with the fields where they stand."""
    fields = [piece for piece in pieces if piece.field]
    places = iter(range(len(fields)))
    text = "".join(f"\x00{next(places)}\x00" if piece.field else piece.text.replace("\x00", "") for piece in pieces)
    paragraphs = [_linked(paragraph) for paragraph in re.split(r"\n{2,}", text.strip())]
    body = "".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs if paragraph)
    page = f'<!doctype html>\n<html><body style="font-family:sans-serif;line-height:1.5">\n{body}</body></html>\n'
    cut = _PLACE.split(page)
    return tuple(fields[int(part)] if number % 2 else Piece(text=part) for number, part in enumerate(cut) if part)


def values_of(
    client: Client | Reader, owner: Staff | None, *, zone_name: str, wanted: Collection[str] = FIELDS
) -> dict[str, str]:
    """What the fields of a client are filled with: plain strings of one line, nothing else. Only those `wanted`."""
    values: dict[str, str] = {}
    for name in wanted:
        if name == "owner":
            values[name] = clean_line(owner.name) if owner else ""
        elif name == "last_purchase" or name == "last_contact":
            at = client.last_purchase_at if name == "last_purchase" else client.last_contact_at
            theirs = client.timezone if client.timezone and knows_zone(client.timezone) else zone_name
            values[name] = day(at, zone=zone_of(theirs), language=client.language) if at else ""
        else:
            values[name] = clean_line(getattr(client, name))
    return values


def _check_literal(text: str) -> None:
    if found := re.search(r"[{}]", text):
        raise LooseBrace(near=text[max(0, found.start() - 10) : found.start() + 20])


def _is_link_part(literal: str) -> bool:
    return re.search(r"[\s<>\"']", literal) is None


def _linked(paragraph: str) -> str:
    parts: list[str] = []
    position = 0
    for match in _URL.finditer(paragraph):
        parts.append(escape(paragraph[position : match.start()]))
        url = match.group(0).rstrip(".,;:!?)")
        parts.append(f'<a href="{escape(url)}">{escape(url)}</a>')
        position = match.start() + len(url)
    parts.append(escape(paragraph[position:]))
    return "".join(parts).replace("\n", "<br>\n")
