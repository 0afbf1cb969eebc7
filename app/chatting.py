"""What the bot is told of the installation: its addresses, its prices, its rules."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parseaddr
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from app.settings import Settings
    from app.wiring import Product
    from bot.settings import BotSettings
    from crm.mailboxes import OwnMailbox


def bot_settings(product: Product) -> BotSettings:
    """From the settings of the process."""
    from bot.settings import BotSettings

    settings = product.settings
    return BotSettings(
        mail_domain=product.mail_domain,
        ours=product.own_addresses,
        mailboxes=tuple(mailboxes(settings)),
        public_url=settings.public_url,
        email_on=settings.has_email,
        sms_on=settings.has_sms,
        currency=settings.currency,
        sms=settings.sms_terms,
        calls=product.call_terms,
        contact=product.contact_rules,
        counted=settings.counted,
        attribution_days=settings.attribution_days,
        approval=settings.approval_rules(),
    )


def mailboxes(settings: Settings) -> Iterator[OwnMailbox]:
    """What mail is sent from, and the mailboxes that are read, shared and personal."""
    from crm.mailboxes import OwnMailbox
    from crm.writing import Ours

    named: list[tuple[str, str | int | None]] = [(parseaddr(settings.mail_from)[1], None)]
    named += [
        (unquote(urlsplit(one.url.get_secret_value()).username or ""), one.staff) for one in settings.mailbox_list
    ]
    for said, owner in named:
        for address in Ours.of(said).addresses:
            yield OwnMailbox(address, owner)
