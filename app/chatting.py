"""What the bot is told of the installation: its addresses, its prices, its rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.wiring import Product
    from bot.settings import BotSettings


def bot_settings(product: Product) -> BotSettings:
    """From the settings of the process."""
    from bot.settings import BotSettings

    settings = product.settings
    return BotSettings(
        mail_domain=product.mail_domain,
        ours=product.own_addresses,
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
