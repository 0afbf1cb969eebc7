"""Parts of an SMS: the known anchors, and a slow reference over random texts."""

from __future__ import annotations

import itertools
import random
import unicodedata

import pytest

from channels.sms.segments import Encoding, count, encoding_of, split

_GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = "\f^{}\\[~]|€"


@pytest.mark.parametrize(
    ("text", "encoding", "segments"),
    [
        ("", Encoding.GSM7, 1),
        ("a" * 160, Encoding.GSM7, 1),
        ("a" * 161, Encoding.GSM7, 2),
        ("a" * 306, Encoding.GSM7, 2),
        ("a" * 307, Encoding.GSM7, 3),
        ("a" * 159 + "’", Encoding.UCS2, 3),
        ("ก" * 70, Encoding.UCS2, 1),
        ("ก" * 71, Encoding.UCS2, 2),
        ("😀" * 35, Encoding.UCS2, 1),
        ("😀" * 36, Encoding.UCS2, 2),
        ("€" * 80, Encoding.GSM7, 1),
        ("a" * 152 + "€" * 5, Encoding.GSM7, 2),  # the first € does not fit behind 152 letters
        ("Привет", Encoding.UCS2, 1),
        ("مرحبا", Encoding.UCS2, 1),
    ],
)
def test_the_anchors(text: str, encoding: Encoding, segments: int) -> None:
    counted = count(text)
    assert (counted.encoding, counted.segments) == (encoding, segments)
    assert "".join(split(text)) == text


def _reference_gsm(text: str) -> int:
    """Septets laid out one by one; an escape never ends a part."""
    septets = [2 if char in _EXTENDED else 1 for char in text]
    if sum(septets) <= 160:
        return 1
    parts, used = 1, 0
    for cost in septets:
        if used + cost > 153:
            parts, used = parts + 1, 0
        used += cost
    return parts


def test_gsm_texts_equal_the_reference() -> None:
    rng = random.Random(24)
    for _ in range(2_000):
        text = "".join(rng.choice(_EXTENDED if rng.random() < 0.1 else _GSM) for _ in range(rng.randrange(0, 700)))
        assert encoding_of(text) is Encoding.GSM7
        assert count(text).segments == _reference_gsm(text)
        assert len(split(text)) == count(text).segments


def test_ucs2_texts_fill_their_parts_and_tear_nothing() -> None:
    rng = random.Random(25)
    alphabet = ["a", "ก", "กำ", "ที่", "ё", "и\u0306", "😀", "👩\u200d👧\u200d👦", "👍🏽", "🇹🇭", "❤\ufe0f", "’", "م"]
    for _ in range(2_000):
        pieces = [rng.choice(alphabet) for _ in range(rng.randrange(1, 250))]
        text = "’" + "".join(pieces)
        units = len(text.encode("utf-16-le")) // 2
        parts = split(text)
        assert "".join(parts) == text
        assert count(text).segments == len(parts)
        assert count(text).units == units
        assert (len(parts) == 1) == (units <= 70)
        if len(parts) > 1:
            # Each part is full: what opens the next one would not have fitted.
            for part, following in itertools.pairwise(parts):
                length = len(part.encode("utf-16-le")) // 2
                assert 67 - 8 < length <= 67
                assert following[0] != "\u200d"
                assert part[-1] != "\u200d"
                assert unicodedata.category(following[0]) not in {"Mn", "Me"}
                assert not "\U0001f3fb" <= following[0] <= "\U0001f3ff"


def test_one_endless_character_is_still_cut() -> None:
    text = "a" + "\u0301" * 300
    assert count(text).segments == len(split(text)) == 5
