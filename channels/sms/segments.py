"""How many SMS parts a text becomes and where it is cut: GSM 7-bit if all its characters have a place there, else UCS-2.

Counted by 3GPP TS 23.038 and 23.040: a concatenated part loses six bytes to its header.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENDED = frozenset("\f^{}\\[~]|€")  # each costs an escape and itself
_ZERO_WIDTH_JOINER = "\u200d"


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
    units = sum(_cost(char, encoding) for char in text)
    if units <= _SINGLE[encoding]:
        return SegmentCount(encoding, units, 1, _SINGLE[encoding] - units)
    parts = list(_pack(text, encoding, _CONCATENATED[encoding]))
    last = sum(_cost(char, encoding) for char in parts[-1])
    return SegmentCount(encoding, units, len(parts), _CONCATENATED[encoding] - last)


def split(text: str) -> tuple[str, ...]:
    """Cut `text` where the parts end; no escape, surrogate pair, joined emoji or accented letter is torn apart."""
    encoding = encoding_of(text)
    if sum(_cost(char, encoding) for char in text) <= _SINGLE[encoding]:
        return (text,)
    return tuple(_pack(text, encoding, _CONCATENATED[encoding]))


def encoding_of(text: str) -> Encoding:
    """GSM 7-bit if every character has a place in its basic or extension table."""
    return Encoding.GSM7 if all(c in _GSM_BASIC or c in _GSM_EXTENDED for c in text) else Encoding.UCS2


def _cost(char: str, encoding: Encoding) -> int:
    if encoding is Encoding.GSM7:
        return 2 if char in _GSM_EXTENDED else 1
    return 2 if ord(char) > 0xFFFF else 1


def _pack(text: str, encoding: Encoding, capacity: int) -> Iterator[str]:
    part: list[str] = []
    used = 0
    for cluster in _clusters(text, encoding):
        cost = sum(_cost(char, encoding) for char in cluster)
        # A cluster longer than a whole part cannot be kept together anyway: cut it between characters.
        pieces = [cluster] if cost <= capacity else list(cluster)
        for piece in pieces:
            piece_cost = sum(_cost(char, encoding) for char in piece)
            if used + piece_cost > capacity:
                yield "".join(part)
                part, used = [], 0
            part.append(piece)
            used += piece_cost
    if part:
        yield "".join(part)


def _clusters(text: str, encoding: Encoding) -> Iterator[str]:
    """What a reader sees as one character, near enough to UAX 29: marks, joiners, skin tones, flags."""
    if encoding is Encoding.GSM7:
        yield from text
        return
    cluster = ""
    for char in text:
        if cluster and _continues(cluster, char):
            cluster += char
            continue
        if cluster:
            yield cluster
        cluster = char
    if cluster:
        yield cluster


def _continues(cluster: str, char: str) -> bool:
    if char == _ZERO_WIDTH_JOINER or cluster[-1] == _ZERO_WIDTH_JOINER:
        return True
    if unicodedata.category(char) in {"Mn", "Me", "Mc"} or "\U0001f3fb" <= char <= "\U0001f3ff":
        return True
    return len(cluster) == 1 and _is_flag_letter(cluster) and _is_flag_letter(char)


def _is_flag_letter(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"
