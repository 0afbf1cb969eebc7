"""Twilio's webhook signature: published vectors, and everything that must not pass."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.sms.signature import sign, validate

_ROOT = Path(os.environ.get("TOUCHLINE_COUNTERPARTS", Path(__file__).parents[3] / "shared" / "counterparts"))
_VECTORS = _ROOT / "twilio" / "signature-vectors.json"
_URL = "https://shop.example/twilio/sms"
_PARAMS = {"From": "+66812345678", "Body": "สวัสดี", "MessageSid": "SM1"}


@pytest.mark.counterpart
def test_published_vectors() -> None:
    if not _VECTORS.exists():
        pytest.skip(f"left out: no Twilio signature vectors at {_VECTORS}")
    vectors: dict[str, Any] = json.loads(_VECTORS.read_text())
    for case in vectors["cases"]:
        verdict = validate(
            url=case["url"],
            params=case.get("params") or [tuple(pair) for pair in case.get("params_multi", [])],
            signature=case["signature"],
            token=vectors["auth_token"],
            body=case["body"].encode() if "body" in case else None,
        )
        assert verdict is case["valid"]
    assert len(vectors["cases"]) == 7


def test_every_flipped_bit_is_refused() -> None:
    good = sign(url=_URL, params=_PARAMS, token="secret")
    assert validate(url=_URL, params=_PARAMS, signature=good, token="secret")
    for position in range(len(good)):
        for bit in range(7):
            bad = good[:position] + chr(ord(good[position]) ^ 1 << bit) + good[position + 1 :]
            assert not validate(url=_URL, params=_PARAMS, signature=bad, token="secret")


def test_other_url_token_parameter_or_body_is_refused() -> None:
    good = sign(url=_URL, params=_PARAMS, token="secret")
    assert not validate(url=_URL + "?a=1", params=_PARAMS, signature=good, token="secret")
    assert not validate(url=_URL, params=_PARAMS, signature=good, token="other")
    assert not validate(url=_URL, params={**_PARAMS, "Body": "STOP"}, signature=good, token="secret")
    assert not validate(url=_URL, params={**_PARAMS, "New": "1"}, signature=good, token="secret")
    assert not validate(url=_URL, params=_PARAMS, signature=good, token="secret", body=b"{}")


def test_it_fails_closed() -> None:
    assert not validate(url=_URL, params={}, signature=sign(url=_URL, params={}, token=""), token="")
    for missing in (None, ""):
        assert not validate(url=_URL, params={}, signature=missing, token="secret")


@given(url=st.text(), names=st.lists(st.tuples(st.text(), st.text())), signature=st.text())
def test_anything_malformed_is_false_and_never_raises(url: str, names: list[tuple[str, str]], signature: str) -> None:
    assert validate(url=url, params=names, signature=signature, token="secret") is False


@pytest.mark.parametrize("params", [None, 5, "text", [("a",)], [("a", 5)], {"a": None}, {5: "a"}])
def test_parameters_of_the_wrong_kind_are_false(params: Any) -> None:
    assert validate(url=_URL, params=params, signature="x", token="secret") is False


@pytest.mark.parametrize("url", ["https://h:99999/", "https://[::1/", "ftp://h/", "", "https://h:ab/"])
def test_urls_of_the_wrong_kind_are_false(url: str) -> None:
    assert validate(url=url, params={}, signature="x", token="secret") is False
