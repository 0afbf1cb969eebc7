"""Our calls against Twilio's official description: accepted as they are, and refused when they are spoilt."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from channels.message import Outcome, OutgoingSms
from channels.sms.twilio import TwilioSms, TwilioUnavailable

pytestmark = pytest.mark.counterpart

_SID = "AC" + "0123456789abcdef" * 2
_SMS = OutgoingSms("+66812345678", "Здравствуйте สวัสดี", "https://shop.test/twilio/status")


@pytest.mark.parametrize("sender", ["+15005550006", "MG" + "0123456789abcdef" * 2])
async def test_create_list_and_fetch_are_valid_calls(prism: str, sender: str) -> None:
    twilio = TwilioSms(account_sid=_SID, auth_token="token", sender=sender, api_url=prism)
    try:
        result = await twilio.send(_SMS)
        assert (result.outcome, result.reply) == (Outcome.ACCEPTED, "")
        assert result.provider_id.startswith(("SM", "MM"))
        assert isinstance(
            await twilio.find_since(to=_SMS.to_number, since=datetime(2000, 1, 1, tzinfo=UTC), body=""), list
        )
        assert (await twilio.fetch("SM" + "0123456789abcdef" * 2)).sid
        assert (await twilio.check()).outcome is Outcome.ACCEPTED
    finally:
        await twilio.close()


async def test_spoilt_calls_are_refused(prism: str) -> None:
    twilio = TwilioSms(account_sid="not-a-sid", auth_token="token", sender="+15005550006", api_url=prism)
    try:
        result = await twilio.send(_SMS)
        assert (result.outcome, result.code) == (Outcome.PERMANENT, "422")
    finally:
        await twilio.close()
    twilio = TwilioSms(account_sid=_SID, auth_token="token", sender="+15005550006", api_url=prism)
    try:
        with pytest.raises(TwilioUnavailable):
            await twilio.fetch("XX1")
    finally:
        await twilio.close()
