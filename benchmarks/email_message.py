"""The peer of our mail builder: the same mail made by the standard library's EmailMessage, as a careful program does it.

It changes some of what it is given: text that merely looks like an encoded word is decoded, and long names lose or gain
spaces where they are folded. Those who compare must know what was meant.
"""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from channels.email.encoding import clean_line, encodable
from channels.email.plaintext import from_html
from channels.email.reading import safe_file_name
from channels.message import Correspondent, OutgoingEmail

_POLICY = SMTP.clone(cte_type="7bit")


def by_email_message(email: OutgoingEmail, *, date: datetime) -> bytes:
    """`email` by way of EmailMessage, its headers cleaned as ours are. `email.body` is not looked at."""
    message = EmailMessage(policy=_POLICY)
    message["Message-ID"] = email.message_id
    message["Date"] = format_datetime(date)
    message["From"] = _people([Correspondent(email.from_address, email.from_name)])
    message["To"] = _people(email.shown_to or [Correspondent(email.to_address, email.to_name)])
    if email.shown_cc:
        message["Cc"] = _people(email.shown_cc)
    message["Subject"] = clean_line(email.subject)[:400]
    if email.reply_to:
        message["Reply-To"] = _people([Correspondent(email.reply_to)])
    if email.in_reply_to:
        message["In-Reply-To"] = email.in_reply_to
    if email.references:
        message["References"] = " ".join(email.references)
    if email.unsubscribe_url:
        message["List-Unsubscribe"] = f"<{email.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if email.feedback_id:
        message["Feedback-ID"] = email.feedback_id
    if email.automatic:
        message["Auto-Submitted"] = "auto-replied" if email.in_reply_to else "auto-generated"
        message["X-Auto-Response-Suppress"] = "DR, RN, NRN, OOF, AutoReply"
    _fill(message, email)
    return message.as_bytes()


def _fill(message: EmailMessage, email: OutgoingEmail) -> None:
    text = email.text if email.text.strip() or email.html is None else from_html(email.html)
    message.set_content(encodable(text), charset="utf-8")
    inside = [file for file in email.files if email.html is not None and file.content_id]
    if email.html is not None:
        message.add_alternative(encodable(email.html), subtype="html", charset="utf-8")
        html = message.get_body(("html",))
        for file in inside:
            main, _, sub = file.media_type.partition("/")
            html.add_related(  # type: ignore[union-attr]
                file.content,
                main,
                sub,
                cid=f"<{file.content_id}>",
                disposition="inline",
                filename=safe_file_name(clean_line(file.name), file.media_type),
            )
    for file in email.files:
        if file not in inside:
            main, _, sub = file.media_type.partition("/")
            message.add_attachment(
                file.content, main, sub, filename=safe_file_name(clean_line(file.name), file.media_type)
            )


def _people(people: object) -> tuple[Address, ...]:
    return tuple(
        Address(display_name=clean_line(one.name)[:200].rstrip(), addr_spec=one.address)
        for one in people  # type: ignore[attr-defined]
    )
