"""How many SMS parts a text becomes and where it is cut: GSM 7-bit if all its characters have a place there, else UCS-2.

Counted by 3GPP TS 23.038 and 23.040: a concatenated part loses six bytes to its header. Where the parts end agrees with
Twilio's own calculator (npm sms-segments-calculator), which keeps a grapheme in one part.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

_GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENDED = frozenset("\f^{}\\[~]|€")  # each costs an escape and itself
_GSM = _GSM_BASIC | _GSM_EXTENDED
_LINE_END = "\r\n"  # one grapheme, but two characters to a phone


class Encoding(StrEnum):
    """The alphabet a whole message is sent in: one foreign character moves all of it to UCS-2."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"


_SINGLE = {Encoding.GSM7: 160, Encoding.UCS2: 70}
_CONCATENATED = {Encoding.GSM7: 153, Encoding.UCS2: 67}


@dataclass(frozen=True, slots=True)
class SegmentCount:
    """What a text costs. `units` are septets or UTF-16 code units; `left` is what the last part still holds."""

    encoding: Encoding
    units: int
    segments: int
    left: int


def count(text: str) -> SegmentCount:
    """Count the parts of `text` as they are billed."""
    encoding = encoding_of(text)
    units = _units(text, encoding)
    if units <= _SINGLE[encoding]:
        return SegmentCount(encoding, units, 1, _SINGLE[encoding] - units)
    parts = list(_pack(text, encoding, _CONCATENATED[encoding]))
    return SegmentCount(encoding, units, len(parts), _CONCATENATED[encoding] - _units(parts[-1], encoding))


def split(text: str) -> tuple[str, ...]:
    """Cut `text` where the parts end; no escape, surrogate pair, joined emoji or accented letter is torn apart."""
    encoding = encoding_of(text)
    if _units(text, encoding) <= _SINGLE[encoding]:
        return (text,)
    return tuple(_pack(text, encoding, _CONCATENATED[encoding]))


def encoding_of(text: str) -> Encoding:
    """GSM 7-bit if every character has a place in its basic or extension table."""
    return Encoding.GSM7 if _GSM.issuperset(text) else Encoding.UCS2


def _units(text: str, encoding: Encoding) -> int:
    if encoding is Encoding.GSM7:
        return len(text) + sum(map(_GSM_EXTENDED.__contains__, text))
    return len(text) + sum(char > "\uffff" for char in text)


def _pack(text: str, encoding: Encoding, capacity: int) -> Iterator[str]:
    part: list[str] = []
    used = 0
    for cluster in _clusters(text, encoding):
        cost = _units(cluster, encoding)
        # A cluster longer than a whole part cannot be kept together anyway: cut it between characters.
        pieces = [(cluster, cost)] if cost <= capacity else [(char, _units(char, encoding)) for char in cluster]
        for piece, units in pieces:
            if used + units > capacity:
                yield "".join(part)
                part, used = [], 0
            part.append(piece)
            used += units
    if part:
        yield "".join(part)


def _clusters(text: str, encoding: Encoding) -> Iterator[str]:
    """What a reader sees as one character (UAX 29): letters with their marks, joined emoji, skin tones, flags."""
    if encoding is Encoding.GSM7:
        yield from text
        return
    for cluster in _graphemes().findall(text):
        if cluster == _LINE_END:
            yield from cluster
        else:
            yield cluster


@cache
def _graphemes() -> Any:
    """Loaded with the first text that needs it: most fit one part or the GSM alphabet."""
    import regex

    return regex.compile(r"\X")
