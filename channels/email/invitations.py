"""Calendar invitations in mail (iTIP, RFC 5546, in RFC 5545 form): read from others, and answered.

Reading belongs into the limited process (isolation.py); the library is loaded when the first invitation comes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from channels.email.decoding import SHOWN_YEARS

if TYPE_CHECKING:
    from icalendar import Event

LARGEST: Final = 256 * 1024  # bytes; invitations have a few thousand
_TEXT_LIMIT = 300
_UID_LIMIT = 500
_MOST_ATTENDEES = 500


class Method(StrEnum):
    """What a calendar message wants (RFC 5546 section 1.4); what we do not know is shown as PUBLISH."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    REPLY = "REPLY"
    PUBLISH = "PUBLISH"
    ADD = "ADD"
    REFRESH = "REFRESH"
    COUNTER = "COUNTER"
    DECLINECOUNTER = "DECLINECOUNTER"


class Participation(StrEnum):
    """An answer (PARTSTAT, RFC 5545 section 3.2.12)."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"


@dataclass(frozen=True, slots=True)
class Invitation:
    """One event. `start` and `end` are ISO 8601: UTC moments, bare local times where no zone is named, days of `all_day`.

    `attendee` is who is invited here or, in a REPLY, who answered, with `participation` as their answer.
    """

    method: Method
    uid: str
    sequence: int = 0
    summary: str = ""
    start: str = ""
    end: str = ""  # exclusive
    all_day: bool = False
    location: str = ""
    organizer: str = ""
    organizer_name: str = ""
    attendee: str = ""
    participation: str = ""
    status: str = ""
    recurring: bool = False
    recurrence_id: str = ""  # of a single occurrence, as it stood


def read(content: bytes, *, addressed: Collection[str]) -> Invitation | None:
    """The first event of a calendar object; None for what is none, or is damaged. `addressed` are our addresses in the mail."""
    import icalendar

    if len(content) > LARGEST:
        return None
    # The library has an exception of its own for many kinds of damage; they share ValueError.
    try:
        calendar = icalendar.Calendar.from_ical(content)
        events = [one for one in calendar.walk("VEVENT") if one.get("UID")]
        # Of a series and its exceptions the series.
        event = next((one for one in events if "RECURRENCE-ID" not in one), events[0] if events else None)
        ours = {one.lower() for one in addressed}
        return _invitation(calendar, event, ours) if isinstance(event, icalendar.Event) else None
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError):
        return None


def answer(invitation: Invitation, *, attendee: str, name: str, participation: Participation, now: datetime) -> str:
    """The iTIP REPLY (RFC 5546 section 3.2.3) for whoever was invited, as the text of a `text/calendar; method=REPLY` part."""
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("PRODID", "-//Touchline//CRM//EN")
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", Method.REPLY.value)
    event = icalendar.Event()
    event.add("UID", invitation.uid)
    event.add("SEQUENCE", invitation.sequence)
    event.add("DTSTAMP", now.astimezone(UTC))
    person = icalendar.vCalAddress(f"mailto:{attendee}")
    person.params["PARTSTAT"] = participation.value.upper()
    if name:
        person.params["CN"] = name
    event.add("ATTENDEE", person, encode=False)
    event.add("ORGANIZER", icalendar.vCalAddress(f"mailto:{invitation.organizer}"), encode=False)
    if invitation.summary:
        event.add("SUMMARY", invitation.summary)
    if invitation.start:
        event.add("DTSTART", _parsed(invitation.start, all_day=invitation.all_day))
    if invitation.recurrence_id:
        event.add("RECURRENCE-ID", _parsed(invitation.recurrence_id, all_day="T" not in invitation.recurrence_id))
    calendar.add_component(event)
    return str(calendar.to_ical().decode("utf-8"))


def _invitation(calendar: Any, event: Event, addressed: Collection[str]) -> Invitation:
    method = str(calendar.get("METHOD", "")).strip().upper()
    start, end = _when(event.get("DTSTART")), _when(event.get("DTEND"))
    duration = event.get("DURATION")
    if start is not None and end is None and duration is not None and isinstance(duration.dt, timedelta):
        end = start + duration.dt
    person = _attendee(event, addressed)
    organizer = event.get("ORGANIZER")
    return Invitation(
        method=Method(method) if method in set(Method) else Method.PUBLISH,
        uid=_word(event["UID"])[:_UID_LIMIT],
        sequence=_whole(event.get("SEQUENCE")),
        summary=_line(event.get("SUMMARY")),
        start=_iso(start),
        end=_iso(end),
        all_day=start is not None and not isinstance(start, datetime),
        location=_line(event.get("LOCATION")),
        organizer=_mailto(organizer),
        organizer_name=_line(_parameter(organizer, "CN")),
        attendee=_mailto(person),
        participation=_word(_parameter(person, "PARTSTAT")).lower()[:20] if method == Method.REPLY else "",
        status=_word(event.get("STATUS", "")).lower()[:20],
        recurring="RRULE" in event or "RDATE" in event,
        recurrence_id=_iso(_when(event.get("RECURRENCE-ID"))),
    )


def _attendee(event: Event, addressed: Collection[str]) -> Any:
    """The one among the invited whose mail this is, else the only one."""
    found = event.get("ATTENDEE") or []
    people = (found if isinstance(found, list) else [found])[:_MOST_ATTENDEES]
    ours = next((person for person in people if _mailto(person) in addressed), None)
    return ours if ours is not None else people[0] if len(people) == 1 else None


def _parameter(person: Any, name: str) -> str:
    return str(person.params.get(name, "")) if person is not None else ""


def _mailto(person: Any) -> str:
    text = str(person or "").strip()
    address = _word(text[7:]) if text[:7].lower() == "mailto:" else ""
    return address.strip().lower()[:320] if "@" in address else ""


def _when(value: Any) -> date | None:
    """A moment in UTC, a bare time, or a day; None also for one that no card could show."""
    found = value.dt if value is not None else None
    if not isinstance(found, date) or found.year not in SHOWN_YEARS:
        return None
    if isinstance(found, datetime):
        return found.astimezone(UTC) if found.tzinfo is not None else found
    return found


def _iso(when: date | None) -> str:
    return when.isoformat() if when is not None else ""


def _parsed(iso: str, *, all_day: bool) -> date:
    if all_day:
        return date.fromisoformat(iso[:10])
    return datetime.fromisoformat(iso) if "T" in iso else datetime.combine(date.fromisoformat(iso), time())


def _line(value: Any) -> str:
    return " ".join("".join(char for char in str(value or "") if char.isprintable() or char.isspace()).split())[
        :_TEXT_LIMIT
    ]


def _word(value: Any) -> str:
    """As it stands there, but for what is no character at all: no PostgreSQL keeps a NUL."""
    return "".join(char for char in str(value) if char.isprintable())


def _whole(value: Any) -> int:
    try:
        return min(max(int(value or 0), 0), 2**31 - 1)
    except (ValueError, TypeError):
        return 0
