"""Records of Twilio's lists as our own values, each with the moment its list is ordered by; None for what is not asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from channels.sms.received import ReceivedSms
from channels.sms.told import FINAL, EndedSms, ReceivedCall


def received_sms(record: Any) -> tuple[datetime, ReceivedSms | None]:
    """A text that came in."""
    sent_at = moment(record.date_sent or record.date_created)
    if str(record.direction) != "inbound" or not record.sid or not record.from_:
        return sent_at, None
    count = str(record.num_media or "")
    return sent_at, ReceivedSms(
        sid=record.sid,
        account_sid=record.account_sid or "",
        sender=record.from_,
        to=record.to or "",
        body=record.body or "",
        sent_at=sent_at,
        media_count=int(count) if count.isascii() and count.isdigit() and len(count) < 4 else 0,
    )


def received_call(record: Any) -> tuple[datetime, ReceivedCall | None]:
    """A call somebody made to us; one put through is a leg of it, and has a parent."""
    started_at = moment(record.start_time or record.date_created)
    caller = getattr(record, "from_", None) or record._from  # the package names it otherwise than a message's
    if str(record.direction) != "inbound" or record.parent_call_sid or not record.sid or not caller:
        return started_at, None
    return started_at, ReceivedCall(
        sid=record.sid,
        account_sid=record.account_sid or "",
        caller=caller,
        to=record.to or "",
        status=str(record.status or ""),
        started_at=started_at,
    )


def ended_sms(record: Any) -> tuple[datetime, EndedSms | None]:
    """An SMS that went out, or was to, and of which nothing more will be heard."""
    sent_at = moment(record.date_sent or record.date_created)
    status = str(record.status or "")
    if not str(record.direction).startswith("outbound") or status not in FINAL or not record.sid:
        return sent_at, None
    return sent_at, EndedSms(
        sid=record.sid,
        account_sid=record.account_sid or "",
        sender=record.from_ or "",
        to=record.to or "",
        status=status,
        updated_at=moment(record.date_updated),
        error_code=record.error_code,
        error_message=record.error_message or "",
    )


def moment(value: datetime | str | None) -> datetime:
    """Aware UTC; long ago where Twilio names none."""
    if isinstance(value, str):
        value = parsedate_to_datetime(value)
    if value is None:
        return datetime.min.replace(tzinfo=UTC)
    return value if value.tzinfo else value.replace(tzinfo=UTC)
