"""The Twilio account of the settings, for whoever asks it something; sending has its own (app/outgoing.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.settings import Settings
    from channels.sms.twilio import TwilioSms


def twilio_account(settings: Settings) -> TwilioSms | None:
    """None where SMS is off. Whoever takes it closes it."""
    if settings.twilio_auth_token is None:
        return None
    from channels.sms.twilio import TwilioSms

    return TwilioSms(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token.get_secret_value(),
        sender=settings.twilio_from,
        api_url=settings.twilio_api_url,
    )
