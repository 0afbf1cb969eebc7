"""What a person typed into a field, made safe to keep: one normal form, no invisible characters, a length that fits."""

from __future__ import annotations

import unicodedata

from crm.errors import Missing, TooLong


def read_line(text: str, *, field: str, limit: int, required: bool = False) -> str:
    """One line: NFC, no control, bidi or zero-width characters, single spaces. Raises Missing, TooLong."""
    line = " ".join(_visible(text[: limit * 4 + 100], keep="").split())
    return _checked(line, len(text), field, limit, required)


def read_text(text: str, *, field: str, limit: int, required: bool = False) -> str:
    """Several lines, cleaned alike. Raises Missing, TooLong."""
    cleaned = _visible(text[: limit * 4 + 100], keep="\n").strip()
    return _checked(cleaned, len(text), field, limit, required)


def _visible(text: str, *, keep: str) -> str:
    normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return "".join(_character(character, keep) for character in normal)


def _character(character: str, keep: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cf", "Cs", "Co", "Cn"):
        # The zero-width joiner holds emoji together and shows nothing else: names need none of it.
        return ""
    if category == "Cc":
        return character if character in keep else " "
    return character


def _checked(cleaned: str, given: int, field: str, limit: int, required: bool) -> str:
    if required and not cleaned:
        raise Missing(field=field)
    if len(cleaned) > limit or given > limit * 4 + 100:
        raise TooLong(field=field, limit=limit)
    return cleaned
