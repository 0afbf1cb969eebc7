"""Whose word about a sender counts: our own receiving server's, and nobody else's."""

from __future__ import annotations

import pytest

from channels.email.authentication import is_forged, results

_RECEIVED = (
    "Received",
    "from mx.client.test (mx.client.test [203.0.113.5])\r\n\tby mail.shop.test (Postfix) with ESMTPS id 4A",
)


def _said(value: str) -> tuple[str, str]:
    return ("Authentication-Results", value)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("mail.shop.test; dmarc=fail (p=none) header.from=bank.test", "dmarc=fail"),
        ("mail.shop.test;\r\n\tdkim=pass header.d=client.test;\r\n\tspf=pass smtp.mailfrom=a@client.test;\r\n\tdmarc=pass", "dmarc=pass spf=pass dkim=pass"),
        ("mail.shop.test; dkim=fail header.d=a.test; dkim=pass header.d=b.test", "dkim=pass"),
        ("mail.shop.test 1; spf/1 = softfail", "spf=softfail"),
        ("mail.shop.test; none", ""),
        ("mx.shop.test; spf=fail", "spf=fail"),
        ("mail.shop.test; spf=none (dmarc=pass; said in a comment) smtp.mailfrom=x", "spf=none"),
        ("", ""),
        (";;;===", ""),
    ],
)  # fmt: skip
def test_what_our_server_says(value: str, found: str) -> None:
    assert results([_RECEIVED, _said(value)]) == found
    assert results([_said(value), _RECEIVED]) == found


@pytest.mark.parametrize(
    "headers",
    [
        [_RECEIVED, _said("mail.bank.test; dmarc=pass")],  # the sender's own word, sent along
        [_RECEIVED, ("Received", "from x by mail.bank.test with SMTP"), _said("mail.bank.test; dmarc=pass")],
        [("Received", "from x by mail.example.co.th with SMTP"), _said("evil.co.th; dmarc=pass")],
        [("Received", "from x by mail.shop.test with SMTP"), _said("test; dmarc=pass")],
        [_RECEIVED],
        [],
    ],
)
def test_what_anybody_can_write_is_not_believed(headers: list[tuple[str, str]]) -> None:
    assert results(headers) == ""


def test_only_the_topmost_counts() -> None:
    ours, theirs = _said("mail.shop.test; dmarc=fail"), _said("mail.shop.test; dmarc=pass")
    assert is_forged(results([_RECEIVED, ours, theirs]))


def test_the_large_providers() -> None:
    google = [
        ("Delivered-To", "crm@shop.test"),
        ("Received", "by 2002:a05:6a10:1234 with SMTP id x"),
        ("Received", "from m.bank.test by mx.google.com with ESMTPS id y"),
        _said("mx.google.com; spf=fail smtp.mailfrom=a@bank.test; dmarc=fail (p=REJECT) header.from=bank.test"),
    ]
    assert results(google) == "dmarc=fail spf=fail"
    microsoft = [
        ("Received", "from AM0.eurprd.prod.outlook.com (::1) by DB7.eurprd.prod.outlook.com with HTTPS"),
        _said("spf=pass (sender IP is 203.0.113.5) smtp.mailfrom=client.test; dkim=pass; dmarc=pass action=none"),
    ]
    assert results(microsoft) == "dmarc=pass spf=pass dkim=pass"


@pytest.mark.parametrize("result", ["dmarc=pass", "dmarc=none spf=fail", "", "dmarc=failure"])
def test_only_a_failed_dmarc_is_a_forgery(result: str) -> None:
    assert not is_forged(result)
