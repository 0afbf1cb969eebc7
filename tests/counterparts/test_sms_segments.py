"""Our count of SMS parts against Twilio's own calculator, on ten thousand random texts and on the known edges."""

from __future__ import annotations

import random

import pytest

from channels.sms.segments import Encoding, count
from tests.conftest import Figures
from tests.counterparts import sms_calculator

pytestmark = pytest.mark.counterpart

TEXTS = 10_000
NAMES = {Encoding.GSM7: "GSM-7", Encoding.UCS2: "UCS-2"}
GSM = "@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCXYZÄÖÑÜ§¿abcxyzäöñüà"
ALPHABETS = (
    list(GSM),
    list("\f^{}\\[~]|€"),
    ["\r\n", "\r", "\n"],
    [chr(code) for code in range(0x410, 0x450)] + ["и\u0306"],
    [chr(code) for code in (*range(0xE01, 0xE3B), *range(0xE3F, 0xE5C))],
    [chr(code) for code in range(0x620, 0x656)],
    [*"’‘“”–—…«»\u00a0", "e\u0301"],
    [chr(code) for code in range(0x1F600, 0x1F640)],
    ["👩\u200d👩\u200d👧\u200d👦", "👍🏽", "🇹🇭", "🇩🇪", "❤\ufe0f", "👨🏿\u200d💻", "🏳\ufe0f\u200d🌈", "1\ufe0f\u20e3"],
    ["🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "한", "\u1112\u1161\u11ab"],
)


def random_text(rng: random.Random) -> str:
    alphabets = rng.sample(ALPHABETS, rng.choice([1, 1, 2, 3]))
    weights = [rng.random() ** 2 + 0.01 for _ in alphabets]
    chosen = rng.choices(alphabets, weights, k=rng.randrange(240))
    return "".join(rng.choice(alphabet) for alphabet in chosen)


@pytest.mark.fault("F24")
def test_every_text_counts_as_twilio_counts_it(figures: Figures) -> None:
    reason = sms_calculator.missing()
    if reason:
        pytest.skip(f"left out: Twilio's segment calculator ({reason})")
    rng = random.Random(20261124)
    edges = [
        "a" * 160,
        "a" * 159 + "’",
        "ก" * 70,
        "ก" * 71,
        "😀" * 36,
        "€" * 80,
        "a" * 152 + "€" * 5,
        "’" * 66 + "😀😀",
    ]
    texts = [*edges, *(random_text(rng) for _ in range(TEXTS))]
    theirs = sms_calculator.counted(texts)
    ours = [(NAMES[counted.encoding], counted.segments) for counted in map(count, texts)]
    assert sum(segments > 1 for _, segments in theirs) > TEXTS / 3
    differing = [ascii(text) for text, one, other in zip(texts, ours, theirs, strict=True) if one != other]
    figures.say("texts counted otherwise than by Twilio's calculator", f"{len(differing)} of {len(texts)}", 0)
    assert differing == []
