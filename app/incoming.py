"""Where customers' mail is read: one loop per folder of each mailbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.wiring import Product
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
