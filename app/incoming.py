"""Where customers' mail is read, one loop per folder of each mailbox, and where the pictures of their SMS are fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.settings import Settings
    from app.wiring import Product
    from channels.sms.media import MediaFetcher
    from scheduler.mailbox import MailboxLoop


def mailbox_loops(product: Product) -> dict[str, MailboxLoop]:
    """The loops of all mailboxes by name; none where no mailbox is set."""
    settings = product.settings
    if settings.imap_url is None:
        return {}
    from channels.email.imap import MailboxReader
    from channels.email.mailbox import ImapAddress
    from scheduler.mailbox import MailboxLoop

    url = settings.imap_url.get_secret_value()
    address = ImapAddress.parse(url)
    loop = MailboxLoop(
        database=product.database,
        reader=MailboxReader(url),
        name=f"{address.username}@{address.host}",
        clock=product.clock,
        stored=product.inbound.wake,
    )
    return {"mailbox": loop}


def media_fetcher(settings: Settings) -> MediaFetcher | None:
    """Fetches the files of received messages; None where SMS is off."""
    if settings.twilio_auth_token is None:
        return None
    from channels.sms.media import MediaFetcher

    return MediaFetcher(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token.get_secret_value(),
        api_url=settings.twilio_api_url,
    )
