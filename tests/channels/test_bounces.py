"""Delivery reports and automatic mail, on real ones."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from channels.email.bounces import Action, is_automatic
from channels.email.mime import parse

_MAILS = Path(os.environ.get("TOUCHLINE_COUNTERPARTS", Path(__file__).parents[3] / "shared" / "counterparts")) / "email"

REPORT = b"""\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mail.shop.test>
To: crm@shop.test
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.shop.test

Final-Recipient: rfc822; nobody@remote.test
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <nobody@remote.test>: User unknown

Final-Recipient: rfc822; late@remote.test
Action: delayed
Status: 4.7.1
--b
Content-Type: message/rfc822

Message-ID: <d1.5@shop.test>
Subject: offer

Hello
--b--
"""


def test_a_report_names_each_recipient_and_the_original() -> None:
    parsed = parse(REPORT)
    assert parsed.is_bounce
    assert parsed.is_automatic
    failed, delayed = parsed.reports
    assert (failed.recipient, failed.action, failed.status) == ("nobody@remote.test", Action.FAILED, "5.1.1")
    assert failed.is_hard
    assert failed.original_message_id == "<d1.5@shop.test>"
    assert (delayed.action, delayed.is_hard) == (Action.DELAYED, False)


@pytest.mark.counterpart
def test_structured_reports_of_real_servers() -> None:
    labels_file = _MAILS / "bounces-sisimai" / "labels.json"
    if not labels_file.exists():
        pytest.skip(f"left out: no bounces in {_MAILS}")
    right = seen = 0
    for name, labels in json.loads(labels_file.read_text()).items():
        raw = (labels_file.parent / name).read_bytes()
        expected = {label["recipient"] for label in labels if label["reason"] != "feedback"}
        if not expected or b"message/delivery-status" not in raw.lower():
            continue
        seen += 1
        right += {report.recipient for report in parse(raw).reports} == expected
    assert seen >= 50
    assert right / seen >= 0.9


@pytest.mark.parametrize(
    ("headers", "automatic"),
    [
        ({}, False),
        ({"auto-submitted": "no"}, False),
        ({"auto-submitted": "auto-replied (vacation)"}, True),
        ({"auto-submitted": "auto-generated; owner=x"}, True),
        ({"return-path": "<>"}, True),
        ({"return-path": "<ann@client.test>"}, False),
        ({"precedence": "bulk"}, True),
        ({"list-id": "<x.y>"}, True),
        ({"x-autoreply": "yes"}, True),
        ({"from": "Mail Delivery <MAILER-DAEMON@x.test>"}, True),
        ({"from": "Postmaster Pete <pete@x.test>"}, False),
    ],
)
def test_marks_of_automatic_mail(headers: dict[str, str], automatic: bool) -> None:
    assert is_automatic(headers) is automatic
