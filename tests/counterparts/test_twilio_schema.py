"""Our calls against Twilio's official description: accepted as they are, and refused when they are spoilt."""

from __future__ import annotations

from contextlib import aclosing
from datetime import UTC, datetime

import pytest

from channels.message import Outcome, OutgoingCall, OutgoingSms
from channels.sms.sender import SmsSender
from channels.sms.terms import SmsTerms
from channels.sms.twilio import TwilioSms, TwilioUnavailable
from storage.models import Channel, DeliveryState
from storage.queries.outbox import Delivery

pytestmark = pytest.mark.counterpart

_SID = "AC" + "0123456789abcdef" * 2
_SMS = OutgoingSms("+66812345678", "Здравствуйте สวัสดี", "https://shop.test/twilio/status")


@pytest.mark.parametrize("sender", ["+15005550006", "MG" + "0123456789abcdef" * 2, "24681", "TOUCHLINE"])
async def test_create_list_and_fetch_are_valid_calls(prism: str, sender: str) -> None:
    twilio = TwilioSms(account_sid=_SID, auth_token="token", sender=sender, validity=36_000, api_url=prism)
    try:
        result = await twilio.send(_SMS)
        assert (result.outcome, result.reply) == (Outcome.ACCEPTED, "")
        assert result.provider_id.startswith(("SM", "MM"))
        assert isinstance(await twilio.find_since(to=_SMS.to_number, since=datetime(2000, 1, 1, tzinfo=UTC)), list)
        assert (await twilio.fetch("SM" + "0123456789abcdef" * 2)).sid
        assert (await twilio.check()).outcome is Outcome.ACCEPTED
    finally:
        await twilio.close()


async def test_what_came_in_is_asked_for_by_valid_calls(prism: str) -> None:
    """Twilio's own example of a page: one of its two messages came in, with three files, and another page follows."""
    twilio = TwilioSms(account_sid=_SID, auth_token="token", sender="+15005550006", api_url=prism)
    try:
        since = datetime(2019, 5, 24, 12, tzinfo=UTC)
        async with aclosing(twilio.received_since(to="+18182008801", since=since)) as pages:
            (text,) = await anext(pages)
            assert (text.sid[:2], text.body, text.media_count) == ("MM", "look mom I have media!", 3)
            assert await anext(pages)
        assert [one.media_type for one in await twilio.media_of(text)] == ["image/jpeg"]
    finally:
        await twilio.close()


async def test_how_texts_ended_is_asked_for_by_valid_calls(prism: str) -> None:
    """Of the two messages of Twilio's example one came in and one is still under way."""
    twilio = TwilioSms(account_sid=_SID, auth_token="token", sender="+15005550006", api_url=prism)
    try:
        async with aclosing(twilio.ended_since(since=datetime(2019, 5, 24, 12, tzinfo=UTC))) as pages:
            assert [await anext(pages), await anext(pages)] == [[], []]
    finally:
        await twilio.close()


async def test_calls_are_placed_and_asked_for_by_valid_calls(whole_prism: str) -> None:
    """Both calls of Twilio's example have a parent: they are legs, and no news. (Its next page breaks its own rules.)"""
    twilio = TwilioSms(account_sid=_SID, auth_token="token", sender="+15005550006", api_url=whole_prism)
    number, since = "+15005550006", datetime(2019, 10, 18, 12, tzinfo=UTC)
    asked = OutgoingCall("+66812345678", number, "https://shop.test/twilio/voice", "https://shop.test/twilio/told")
    try:
        assert (await twilio.call(asked)).outcome is Outcome.ACCEPTED
        async with aclosing(twilio.calls_since(to=number, since=since)) as pages:
            assert await anext(pages) == []
    finally:
        await twilio.close()


async def test_spoilt_lists_are_refused(whole_prism: str) -> None:
    twilio = TwilioSms(account_sid="not-a-sid", auth_token="token", sender="+15005550006", api_url=whole_prism)
    since = datetime(2019, 10, 18, tzinfo=UTC)
    try:
        for pages in (twilio.calls_since(to="+15005550006", since=since), twilio.ended_since(since=since)):
            with pytest.raises(TwilioUnavailable):
                await anext(pages)
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


async def test_a_delivery_goes_out_and_is_asked_about_by_valid_calls(prism: str, now: datetime) -> None:
    """The whole sender as the outbox drives it: sent, then looked up as if the answer had been lost."""
    terms = SmsTerms(sender="+15005550006", validity=14_400)
    sender = SmsSender(account_sid=_SID, auth_token="token", terms=terms, api_url=prism)
    delivery = Delivery(
        1, Channel.SMS, "sms", DeliveryState.UNKNOWN, 0, now, _SMS.to_number, {}, False, 1, 1, None, None, None, 1, None, now
    )  # fmt: skip
    try:
        assert (await sender.send(_SMS)).outcome is Outcome.ACCEPTED
        # The mock's messages are not ours: not listed, so nobody can say yet.
        assert await sender.reconcile(delivery, _SMS, since=now, known=()) is None
    finally:
        await sender.close()


async def test_an_odd_validity_is_refused(prism: str) -> None:
    twilio = TwilioSms(account_sid=_SID, auth_token="token", sender="+15005550006", api_url=prism)
    twilio._validity = "soon"  # type: ignore[assignment]
    try:
        assert (await twilio.send(_SMS)).code == "422"
    finally:
        await twilio.close()
