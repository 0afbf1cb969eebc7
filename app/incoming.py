"""Where customers' mail is read: one loop per folder of each mailbox, its receipts, and copies of what we send.

And where the pictures of their SMS are fetched, and what Twilio's webhooks missed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from app.twilio import twilio_account

if TYPE_CHECKING:
    from app.settings import Settings
    from app.settings.mailboxes import MailboxSettings
    from app.wiring import Product
    from channels.email.imap import MailboxReader
    from channels.sms.media import MediaFetcher
    from scheduler.folders import FolderSettings, Surroundings


class Loop(Protocol):
    """Something that runs until it is told to stop."""

    async def run(self, stop: asyncio.Event) -> None: ...


def loops(product: Product) -> dict[str, Loop]:
    """Everything that goes and looks what customers sent, by name. It works where the scheduler leads."""
    return mailbox_loops(product) | missed_loops(product)


def mailbox_loops(product: Product) -> dict[str, Loop]:
    """The loops of all mailboxes by name; none where no mailbox is set. They work where the scheduler leads."""
    mailboxes = product.settings.mailbox_list
    if not mailboxes:
        return {}
    from scheduler.folders import Surroundings
    from scheduler.mailbox import MailboxLoop
    from scheduler.receipts import ReceiptLoop

    around = Surroundings(
        database=product.database,
        clock=product.clock,
        zone=ZoneInfo(product.settings.default_timezone),
        leads=lambda: product.ticker.leading,
        expected=product.inbound.expect,
        stored=product.inbound.wake,
        files=product.files,
    )
    readers = {
        folder: _opener(mailbox, folder.folder)
        for mailbox in mailboxes
        for folder in _folders(mailbox)
        if not folder.copies
    }
    loops: dict[str, Loop] = {
        f"mailbox {folder.label}": MailboxLoop(around=around, reader=reader(), settings=folder)
        for folder, reader in readers.items()
    }
    every = [folder for mailbox in mailboxes for folder in _folders(mailbox)]
    loops["receipts"] = ReceiptLoop(around=around, folders=every, readers=readers)
    return loops | _copy_loops(product, around)


def _copy_loops(product: Product, around: Surroundings) -> dict[str, Loop]:
    """What belongs to no other mailbox is copied into the first shared one that gets copies."""
    from app import outgoing
    from channels.email.imap import SENT
    from scheduler.filing import CopyLoop

    wanted = [mailbox for mailbox in product.settings.mailbox_list if mailbox.sent_folder]
    if not wanted or not product.settings.has_email:
        return {}
    compose = outgoing.composers(product)["email"]
    default = next((mailbox.name for mailbox in wanted if mailbox.staff is None), None)
    loops: dict[str, Loop] = {}
    for mailbox in wanted:
        folder = next(one for one in _folders(mailbox) if one.copies)
        reader = _opener(mailbox, SENT if mailbox.sent_folder == "auto" else mailbox.sent_folder)()
        loops[f"copies {folder.label}"] = CopyLoop(
            around=around, reader=reader, settings=folder, compose=compose, default=default
        )
    return loops


def _folders(mailbox: MailboxSettings) -> list[FolderSettings]:
    from scheduler.folders import FolderSettings

    named = [(folder, False) for folder in mailbox.folders]
    if mailbox.sent_folder:
        named.append((mailbox.sent_folder, True))
    return [FolderSettings(mailbox.name, mailbox.title, folder, mailbox.staff, copies) for folder, copies in named]


def _opener(mailbox: MailboxSettings, folder: str) -> Callable[[], MailboxReader]:
    from channels.email.imap import MailboxReader

    return lambda: MailboxReader(mailbox.url.get_secret_value(), folder)


def missed_loops(product: Product) -> dict[str, Loop]:
    """The loop that asks Twilio for what its webhooks missed; none where SMS is off.

    A messaging service or a name says no number: texts are then asked about by the numbers they came in to.
    """
    settings = product.settings
    twilio = twilio_account(settings)
    if twilio is None:
        return {}
    from channels.sms.terms import is_number
    from scheduler.missed import MissedLoop
    from scheduler.missed_calls import MissedCalls
    from scheduler.missed_statuses import MissedStatuses
    from scheduler.missed_texts import MissedTexts

    database, clock = product.database, product.clock
    texts = MissedTexts(
        database=database,
        twilio=twilio,
        numbers=[one for one in (settings.twilio_from, settings.voice_number) if is_number(one)],
        follows=not is_number(settings.twilio_from),
    )
    calls = MissedCalls(database=database, twilio=twilio)
    statuses = MissedStatuses(database=database, clock=clock, twilio=twilio)
    loop = MissedLoop(
        database=database,
        clock=clock,
        twilio=twilio,
        kinds=[texts, calls, statuses],
        leads=lambda: product.ticker.leading,
        stored=product.inbound.wake,
    )
    return {"missed": loop}


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
