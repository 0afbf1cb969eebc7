"""Mail that machines wrote about our mail: reports of delivery (RFC 3464), notices in prose, feedback
(RFC 5965, RFC 6591).

`delivery_reports` reads them by their structure first and by their words next; whoever calls it decides whom to believe.
"""

from __future__ import annotations

from email.message import Message

from channels.email.bounces.addresses import addresses
from channels.email.bounces.feedback import feedback_reports, is_feedback
from channels.email.bounces.freetext import notice_reports
from channels.email.bounces.notifications import is_notification, notification_reports
from channels.email.bounces.original import notice_and_original, notice_of, parts_of
from channels.email.bounces.recognising import (
    is_automatic,
    is_for_many,
    is_marked_bulk,
    is_report,
    looks_returned,
    may_be_returned,
)
from channels.email.bounces.report import Action, DeliveryReport
from channels.email.bounces.structured import status_reports

__all__ = ["Action", "DeliveryReport", "delivery_reports", "is_automatic", "is_for_many", "is_marked_bulk"]


def delivery_reports(message: Message, *, text: str = "") -> tuple[DeliveryReport, ...]:
    """What a mail reports on mails of ours, one report per recipient; empty for anything that is not a report.

    `text` is its plain text where it is read already: enough to tell that most mails are none.
    """
    parts = parts_of(message)
    feedback, report = is_feedback(message, parts), is_report(message, parts)
    told = feedback or report or may_be_returned(message)
    if not told and not is_notification(text if text.strip() else notice_of(parts)):
        return ()  # most mails; what follows reads every line
    notice, original = notice_and_original(parts, notice_of(parts))
    if feedback:
        return feedback_reports(parts, original=original)
    noted = notification_reports(notice)
    if noted:
        return noted
    if report:
        reports = status_reports(parts, notice=notice, original=original)
        if reports:
            return reports
    if not looks_returned(message, notice=notice, original=original):
        return ()
    return notice_reports(message, notice=notice, original=original, ours=_ours(message))


def _ours(message: Message) -> tuple[str, ...]:
    values = [
        str(value)[:2000] for name in ("To", "Delivered-To", "X-Original-To") for value in message.get_all(name, [])
    ]
    return tuple(address.lower() for value in values[:20] for address in addresses(value))
