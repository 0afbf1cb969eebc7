"""Delivery reports, notices in prose and complaints: what they say of whom, and what is none of them."""

from __future__ import annotations

import random
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

import pytest

from channels.email import bounces
from channels.email.bounces import Action, DeliveryReport, is_automatic
from channels.email.isolation import MailParser
from channels.email.mime import parse
from channels.email.reasons import Reason
from storage.models import BounceKind
from tests.channels.bounce_notices import NOTICES, ORDINARY, Notice
from tests.pace import is_linear

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

Return-Path: <crm+b.abc@shop.test>
Message-ID: <d1.5@shop.test>
Subject: offer

Hello
--b--
"""

COMPLAINT = b"""\
From: <abuse@provider.test>
To: <abuse@shop.test>
Subject: FW: offer
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b
Content-Type: text/plain

This is an email abuse report.
--b
Content-Type: message/feedback-report

Feedback-Type: %s
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <crm+b.abc@shop.test>
Original-Rcpt-To: <ann@client.test>
Source-IP: 192.0.2.1
--b
Content-Type: message/rfc822

Message-ID: <d1.5@shop.test>
To: ann@client.test
Subject: offer

Hello
--b--
"""

SES = b"""\
From: bounces <no-reply@sns.amazonaws.com>
To: crm@shop.test
Subject: AWS Notification Message
Content-Type: text/plain

{"notificationType":"%s","bounce":{"bounceType":"Permanent","bounceSubType":"General","bouncedRecipients":[
 {"emailAddress":"ann@client.test","action":"failed","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 user unk!
 nown"}]},"complaint":{"complainedRecipients":[{"emailAddress":"ann@client.test"}]},"mail":{"source":"crm+b.abc@shop.test"}}

--
If you wish to stop receiving notifications from this topic, visit the link below.
"""


def reports_in(raw: bytes) -> tuple[DeliveryReport, ...]:
    return bounces.delivery_reports(BytesParser(policy=compat32).parsebytes(raw))


def test_a_report_names_each_recipient_and_the_original() -> None:
    parsed = parse(REPORT)
    assert parsed.is_bounce
    assert parsed.is_automatic
    failed, delayed = parsed.reports
    assert (failed.recipient, failed.action, failed.status) == ("nobody@remote.test", Action.FAILED, "5.1.1")
    assert (failed.kind, failed.reason) == (BounceKind.HARD, Reason.NO_SUCH_ADDRESS)
    assert (failed.original_message_id, failed.original_sender) == ("<d1.5@shop.test>", "crm+b.abc@shop.test")
    assert failed.diagnostic == "550 5.1.1 <nobody@remote.test>: User unknown"
    assert (delayed.action, delayed.kind) == (Action.DELAYED, None)


async def test_reports_come_whole_through_the_limited_process() -> None:
    parser = MailParser()
    try:
        parsed = await parser.parse_safely(REPORT)
    finally:
        await parser.close()
    assert parsed.reports == parse(REPORT).reports
    assert isinstance(parsed.reports[0].also_named, tuple)
    assert isinstance(parsed.reports[0].reason, Reason)


@pytest.mark.parametrize("notice", NOTICES, ids=lambda notice: notice.name)
def test_notices_of_many_servers(notice: Notice) -> None:
    found = {report.recipient: report for report in reports_in(notice.raw)}
    assert set(found) == {notice.recipient}
    report = found[notice.recipient]
    assert (report.action, report.kind) == (notice.action, notice.kind), report


@pytest.mark.parametrize("raw", ORDINARY.values(), ids=ORDINARY.keys())
def test_ordinary_mail_and_absence_notes_are_no_reports(raw: bytes) -> None:
    assert reports_in(raw) == ()


@pytest.mark.parametrize("kind", [b"abuse", b"fraud", b"virus", b"opt-out", b"other"])
def test_a_complaint_names_who_complained_and_of_what(kind: bytes) -> None:
    (report,) = reports_in(COMPLAINT % kind)
    assert (report.recipient, report.action, report.kind) == (
        "ann@client.test",
        Action.COMPLAINED,
        BounceKind.COMPLAINT,
    )
    assert (report.original_message_id, report.original_sender) == ("<d1.5@shop.test>", "crm+b.abc@shop.test")


def test_not_spam_is_no_complaint() -> None:
    assert reports_in(COMPLAINT % b"not-spam") == ()


def test_a_failed_check_of_the_sender_complains_of_nobody() -> None:
    checked = (
        b"auth-failure\nAuthentication-Results: provider.test; dkim=fail header.d=shop.test\nDelivery-Result: spam"
    )
    (report,) = reports_in(COMPLAINT % checked)
    assert (report.recipient, report.action, report.kind) == ("ann@client.test", Action.UNPROVEN, None)
    assert (report.original_message_id, report.original_sender) == ("<d1.5@shop.test>", "crm+b.abc@shop.test")
    assert report.diagnostic == (
        "provider.test; dkim=fail header.d=shop.test; source-ip=192.0.2.1; delivery-result=spam"
    )


def test_a_forwarded_recipient_keeps_the_address_it_was_sent_to() -> None:
    named = b"Original-Recipient: rfc822; ann@client.test\nFinal-Recipient: rfc822; nobody@remote.test"
    failed, _ = parse(REPORT.replace(b"Final-Recipient: rfc822; nobody@remote.test", named)).reports
    assert (failed.recipient, failed.also_named) == ("nobody@remote.test", ("ann@client.test",))


def test_junk_reporting_sends_the_mail_alone() -> None:
    raw = COMPLAINT.replace(b"abuse@provider.test", b"staff@hotmail.com").replace(
        b"message/feedback-report", b"text/x-none"
    )
    raw = raw.replace(b"To: ann@client.test", b"X-HmXmrOriginalRecipient: ann@client.test")
    assert [(one.recipient, one.action) for one in reports_in(raw % b"")] == [("ann@client.test", Action.COMPLAINED)]


@pytest.mark.parametrize(("kind", "action"), [(b"Bounce", Action.FAILED), (b"Complaint", Action.COMPLAINED)])
def test_amazon_writes_json(kind: bytes, action: Action) -> None:
    (report,) = reports_in(SES % kind)
    assert (report.recipient, report.action, report.original_sender) == (
        "ann@client.test",
        action,
        "crm+b.abc@shop.test",
    )
    assert report.is_hard is (action is Action.FAILED)


@pytest.mark.parametrize(
    ("status", "diagnostic", "kind"),
    [
        ("5.1.1", "smtp; 550 5.1.1 User unknown", BounceKind.HARD),
        ("5.0.0", "smtp; 550 5.1.1 User unknown", BounceKind.HARD),
        ("5.2.2", "smtp; 552 5.2.2 Mailbox full", BounceKind.SOFT),
        ("5.1.1", "smtp; 550 5.1.1 Mailbox full", BounceKind.SOFT),  # the words know better
        ("4.4.7", "smtp; delivery time expired", BounceKind.SOFT),
        ("5.7.1", "smtp; 554 5.7.1 Message rejected as spam", BounceKind.BLOCK),
        ("5.7.26", "smtp; 550 5.7.26 This mail is unauthenticated", BounceKind.BLOCK),
        ("4.4.4", "smtp; Host not found", BounceKind.SOFT),  # a class of 4 is never sure
        ("5.4.4", "smtp; Host not found", BounceKind.HARD),
        ("5.0.0", "smtp; 550 User unknown", BounceKind.SOFT),  # of whom, and when? it may be filtering
        ("", "smtp; 550 5.1.1 User unknown", BounceKind.HARD),
        ("5.1.0", "smtp; 5.1.0 - Unknown address error 550-'5.7.1 Access denied'", BounceKind.BLOCK),
    ],
)
def test_what_fields_say_of_the_address(status: str, diagnostic: str, kind: BounceKind) -> None:
    raw = REPORT.replace(b"Status: 5.1.1", b"Status: " + status.encode())
    raw = raw.replace(b"smtp; 550 5.1.1 <nobody@remote.test>: User unknown", diagnostic.encode())
    assert reports_in(raw)[0].kind is kind


def test_a_report_somebody_forwards_is_theirs() -> None:
    forwarded = (
        b"From: Ann <ann@client.test>\nReturn-Path: <ann@client.test>\nTo: crm@shop.test\nSubject: Fwd: Undeliverable: offer\n"
        b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: text/plain\n\nWhat is this?\n--o\n"
    )
    inline = REPORT.partition(b"boundary=b\n\n")[2].replace(b"--b--", b"").replace(b"--b\n", b"--o\n") + b"--o--\n"
    assert reports_in(forwarded + inline) == ()
    attached = b"Content-Type: message/rfc822\n\n" + REPORT + b"\n--o--\n"
    assert reports_in(forwarded + attached) == ()


def test_the_address_after_the_plus_s_of_hosts_is_not_the_recipient() -> None:
    """What a notice advises to write to is nobody's failed address."""
    raw = NOTICES[0].raw.replace(
        b"\n--- Below", b"\nFor help write to helpdesk@remote.test or postmaster@remote.test\n--- Below"
    )
    assert [one.recipient for one in reports_in(raw)] == [NOTICES[0].recipient]


@pytest.mark.parametrize(
    ("headers", "automatic"),
    [
        ({}, False),
        ({"auto-submitted": "no"}, False),
        ({"auto-submitted": "auto-replied (vacation)"}, True),
        ({"auto-submitted": "auto-generated; owner=x"}, True),
        ({"return-path": "<>"}, True),
        ({"return-path": "<ann@client.test>"}, False),
        ({"precedence": "auto_reply"}, True),
        ({"precedence": "bulk"}, False),
        ({"precedence": "list", "list-id": "<sales.shop.test>"}, False),
        ({"x-autoreply": "yes"}, True),
        ({"from": "Mail Delivery <MAILER-DAEMON@x.test>"}, True),
        ({"from": "Postmaster Pete <pete@x.test>"}, False),
    ],
)
def test_marks_of_automatic_mail(headers: dict[str, str], automatic: bool) -> None:
    assert is_automatic(headers) is automatic


_SPLINTERS = (
    b"\n\n",
    b"\x00",
    b"=?utf-8?b?",
    b"=?x?q?=41?=",
    b"Content-Type: message/rfc822\n",
    b"charset=\x00",
    b"--b",
    b"@",
    b"\xff\xfe",
)


@pytest.mark.parametrize("seed", range(4))
def test_no_damage_raises(seed: int) -> None:
    """What raises here would leave a mail's head alone, and its bounce unread."""
    chance = random.Random(seed)
    whole = [*(notice.raw for notice in NOTICES), *ORDINARY.values(), REPORT, COMPLAINT % b"abuse", SES % b"Bounce"]
    for _ in range(400):
        raw = bytearray(chance.choice(whole))
        for _ in range(chance.randint(1, 20)):
            at = chance.randrange(len(raw) + 1)
            match chance.randrange(3):
                case 0:
                    raw[at : at + 1] = bytes([chance.randrange(256)])
                case 1:
                    del raw[at : at + chance.randint(1, 100)]
                case _:
                    raw[at:at] = chance.choice(_SPLINTERS)
        reports_in(bytes(raw))


_HOSTILE_BODIES = {
    "one line": b"a" * 100_000,
    "half addresses": b"<a@" * 33_000,
    "addresses": b"user@example.com\n" * 6_000,
    "no at": b"a.b" * 33_000,
    "blank lines": b"\n" * 100_000,
    "headers": b"Subject: x\n" * 9_000,
    "continuations": b"From: x\n " * 11_000,
    "separators": b"-=-=-= *" * 12_500,
    "quotes": b'"' * 100_000,
    "colons": b"a:" * 50_000,
    "brackets": b"<" * 100_000,
    "json": b'{"notificationType":' + b'{"a":' * 20_000,
    "fields": b"Final-Recipient: x;\nAction: failed\n\n" * 2_800,
}


@pytest.mark.parametrize("name", _HOSTILE_BODIES)
@pytest.mark.parametrize("form", ["notice", "status", "original", "html"])
def test_no_body_is_slow_to_read(name: str, form: str) -> None:
    head = (
        b"Return-Path: <>\nFrom: MAILER-DAEMON@x.test\nTo: us@shop.test\nSubject: Undelivered Mail\nMIME-Version: 1.0\n"
    )
    kinds = {
        "status": "message/delivery-status",
        "original": "text/rfc822-headers",
        "html": "text/html",
        "notice": "text/plain",
    }
    head += b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: text/plain\n\nSorry.\n--b\n"

    def reports(size: int) -> None:
        body = _HOSTILE_BODIES[name][:size]
        message: Message = BytesParser(policy=compat32).parsebytes(
            head + b"Content-Type: " + kinds[form].encode() + b"\n\n" + body + b"\n--b--\n"
        )
        bounces.delivery_reports(message)

    # Some twenty patterns over 100 kB, each within 50 ms.
    assert is_linear(reports, size=len(_HOSTILE_BODIES[name]), quick=0.5)
