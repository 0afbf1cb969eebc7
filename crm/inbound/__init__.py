"""What customers write to us: found its conversation and its client, put on the timeline, shown to the right colleague.

`From:` proves nothing. A message joins a conversation by our reply address or by answering a Message-ID of ours, both
random; by its sender's address alone it only opens a new one.
"""

from crm.inbound.email import Received, keep_unread, receive_email, receive_emails
from crm.inbound.media import MOST_MEDIA, attach_media, media_of, refresh_card
from crm.inbound.sms import receive_sms
from crm.inbound.timeline import ANNOUNCED_OF_CLIENT, ANNOUNCED_OF_UNKNOWN, ANNOUNCED_WITHIN, Arrival, readers

__all__ = [
    "ANNOUNCED_OF_CLIENT",
    "ANNOUNCED_OF_UNKNOWN",
    "ANNOUNCED_WITHIN",
    "MOST_MEDIA",
    "Arrival",
    "Received",
    "attach_media",
    "keep_unread",
    "media_of",
    "readers",
    "receive_email",
    "receive_emails",
    "receive_sms",
    "refresh_card",
]
