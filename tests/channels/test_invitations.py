"""Calendar invitations as mail programs send them, damaged ones, and the answers we send."""

from __future__ import annotations

from datetime import UTC, datetime

import icalendar
import pytest

from channels.email import invitations
from channels.email.invitations import Invitation, Method, Participation
from channels.email.reading import parse

_GOOGLE = """BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REQUEST
BEGIN:VEVENT
DTSTART:20261205T030000Z
DTEND:20261205T040000Z
DTSTAMP:20261124T090000Z
ORGANIZER;CN=Анна:mailto:Anna@client.test
UID:abc@google.com
ATTENDEE;PARTSTAT=ACCEPTED;CN=Анна:mailto:anna@client.test
ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:crm@shop.test
SUMMARY:Встреча
LOCATION:Bangkok\\, room 5
SEQUENCE:2
STATUS:CONFIRMED
END:VEVENT
END:VCALENDAR
"""
_OUTLOOK = """BEGIN:VCALENDAR
METHOD:REQUEST
VERSION:2.0
BEGIN:VTIMEZONE
TZID:SE Asia Standard Time
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:+0700
TZOFFSETTO:+0700
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
ORGANIZER;CN=Anna:MAILTO:anna@client.test
ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=Shop:MAILTO:crm@shop.test
UID:040000008200E00074C5B7101A82E008
SUMMARY;LANGUAGE=en-US:Weekly call
DTSTART;TZID=SE Asia Standard Time:20261205T100000
DURATION:PT1H
RRULE:FREQ=WEEKLY;COUNT=5
SEQUENCE:0
END:VEVENT
END:VCALENDAR
"""


def _mail(calendar: str, *, method: str = "REQUEST", attached: bool = False) -> bytes:
    parts = [
        "Content-Type: text/plain; charset=utf-8\n\nPlease come\n",
        f'Content-Type: text/calendar; charset="utf-8"; method={method}\nContent-Transfer-Encoding: 8bit\n\n{calendar}',
    ]
    if attached:
        parts.append(
            f'Content-Type: application/ics; name="invite.ics"\nContent-Disposition: attachment; filename="invite.ics"\n\n{calendar}'
        )
    body = "".join(f"--b\n{part}\n" for part in parts)
    head = "From: anna@client.test\nTo: crm@shop.test\nSubject: s\nContent-Type: multipart/mixed; boundary=b\n\n"
    return f"{head}{body}--b--\n".replace("\n", "\r\n").encode()


def test_an_invitation_from_google() -> None:
    parsed = parse(_mail(_GOOGLE, attached=True))
    assert parsed.new_text == "Please come"
    assert parsed.invitation == Invitation(
        method=Method.REQUEST,
        uid="abc@google.com",
        sequence=2,
        summary="Встреча",
        start="2026-12-05T03:00:00+00:00",
        end="2026-12-05T04:00:00+00:00",
        location="Bangkok, room 5",
        organizer="anna@client.test",
        organizer_name="Анна",
        attendee="crm@shop.test",
        status="confirmed",
    )
    assert [file.name for file in parsed.files] == ["file.ics"], "kept once, to be saved"


def test_a_series_in_a_zone_of_outlooks_own() -> None:
    invitation = parse(_mail(_OUTLOOK)).invitation
    assert invitation is not None
    assert (invitation.start, invitation.end) == ("2026-12-05T03:00:00+00:00", "2026-12-05T04:00:00+00:00")
    assert (invitation.recurring, invitation.attendee, invitation.summary) == (True, "crm@shop.test", "Weekly call")


def test_a_day_a_cancelled_meeting_and_an_answer() -> None:
    day = _GOOGLE.replace("DTSTART:20261205T030000Z", "DTSTART;VALUE=DATE:20261205")
    day = day.replace("DTEND:20261205T040000Z", "DTEND;VALUE=DATE:20261206")
    found = parse(_mail(day)).invitation
    assert found is not None
    assert (found.all_day, found.start, found.end) == (True, "2026-12-05", "2026-12-06")
    cancelled = parse(_mail(_GOOGLE.replace("METHOD:REQUEST", "METHOD:CANCEL"), method="CANCEL")).invitation
    assert cancelled is not None
    assert cancelled.method is Method.CANCEL
    reply = _GOOGLE.replace("METHOD:REQUEST", "METHOD:REPLY").replace(
        "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:crm@shop.test\n", ""
    )
    answered = parse(_mail(reply, method="REPLY")).invitation
    assert answered is not None
    assert (answered.method, answered.attendee, answered.participation) == (
        Method.REPLY,
        "anna@client.test",
        "accepted",
    )


@pytest.mark.parametrize(
    "damage",
    [
        ("METHOD:REQUEST", "METHOD:DANCE"),
        ("DTSTART:20261205T030000Z", "DTSTART:yesterday"),
        ("DTSTART:20261205T030000Z", "DTSTART;TZID=No/Such:20261205T100000"),
        ("UID:abc@google.com\n", ""),
        ("SEQUENCE:2", "SEQUENCE:minus one"),
        ("END:VEVENT\n", ""),
        ("BEGIN:VCALENDAR", "BEGIN:NONSENSE"),
        ("SUMMARY:", "SUMMARY"),
        ("mailto:crm@shop.test", "crm"),
        ("20261205T030000Z", "00010101T000000Z"),
        ("STATUS:CONFIRMED", "RRULE:" + "X" * 300_000),
        ("METHOD:REQUEST\n", "METHOD:REQUEST\n" + "BEGIN:VEVENT\n" * 2_000),
    ],
)
def test_a_damaged_invitation_leaves_the_mail_as_it_is(damage: tuple[str, str]) -> None:
    parsed = parse(_mail(_GOOGLE.replace(*damage)))
    assert parsed.new_text == "Please come"
    assert len(parsed.files) == 1


@pytest.mark.parametrize("source", [_GOOGLE, _OUTLOOK])
def test_our_answer_is_what_rfc_5546_asks_for(source: str) -> None:
    invitation = parse(_mail(source)).invitation
    assert invitation is not None
    now = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
    text = invitations.answer(
        invitation, attendee="crm@shop.test", name="Shop, Ltd", participation=Participation.ACCEPTED, now=now
    )
    assert "\r\n" in text
    calendar = icalendar.Calendar.from_ical(text)
    (event,) = calendar.walk("VEVENT")
    assert (str(calendar["METHOD"]), str(event["UID"])) == ("REPLY", invitation.uid)
    assert int(event["SEQUENCE"]) == invitation.sequence
    assert str(event["ATTENDEE"]) == "mailto:crm@shop.test"
    assert event["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert str(event["ORGANIZER"]) == "mailto:anna@client.test"
    assert (event["DTSTAMP"].dt, event["DTSTART"].dt) == (now, datetime(2026, 12, 5, 3, 0, tzinfo=UTC))
    read_back = invitations.read(text.encode(), addressed=())
    assert read_back is not None
    assert (read_back.method, read_back.participation) == (Method.REPLY, "accepted")


def test_what_no_database_keeps_is_in_no_field() -> None:
    hostile = "BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:u\0id\nSTATUS:CON\0FIRMED\nSUMMARY:S\0ale\n"
    hostile += "ORGANIZER;CN=O\0:mailto:o\0@client.test\nATTENDEE;PARTSTAT=ACCEPTED:mailto:anna\0@client.test\nEND:VEVENT\nEND:VCALENDAR\n"
    found = invitations.read(hostile.encode(), addressed=())
    assert found is not None
    assert (found.uid, found.status, found.participation) == ("uid", "confirmed", "accepted")
    assert "\\x00" not in repr(found)


@pytest.mark.parametrize("start", ["99991231T235959Z", "00010101T000000Z", "00010101", "99991231T235959"])
def test_a_time_no_card_could_show_is_left_out(start: str) -> None:
    """The card of the mail could not be drawn, and nobody heard of it."""
    text = f"BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:u\nDTSTART:{start}\nDTEND:{start}\nEND:VEVENT\nEND:VCALENDAR\n"
    found = invitations.read(text.encode(), addressed=())
    assert found is not None
    assert (found.uid, found.start, found.end, found.all_day) == ("u", "", "", False)
