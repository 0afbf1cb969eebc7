"""SMS as the outbox sends it: on our terms, paced in segments, never sent twice blindly; Twilio is asked what became of a
lost answer."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from channels.message import Outcome, OutgoingCall, OutgoingSms, Phase, SendResult
from channels.outbox.budgets import Charge
from channels.outbox.delivery import Delivery, Message
from channels.outbox.limits import Bucket, Monotonic
from channels.sender import Ambiguity, wrong_message
from channels.sms import segments
from channels.sms.terms import SmsTerms
from channels.sms.twilio import TwilioSms, TwilioUnavailable
from storage.database import real_now
from storage.models import Channel

# Clocks differ, and the product's may have been moved: look back from whichever is earlier.
_CLOCK_SLACK: Final = timedelta(minutes=5)
# A message Twilio has taken is in its list within seconds; not there after this long, it never came.
_SURELY_LISTED_S: Final = 60.0
# After a question that found nobody, the others of the round need not wait for their own time limits.
_LEFT_ALONE_S: Final = 10.0


class SmsSender:
    """`terms` name the number, messaging service or name it is sent from, and every limit."""

    channel = Channel.SMS
    ambiguous = Ambiguity.PARK
    concurrency = 4
    reconciles = True
    spacing = 0.0

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        terms: SmsTerms,
        api_url: str | None = None,
        monotonic: Monotonic = time.monotonic,
    ) -> None:
        self._twilio = TwilioSms(
            account_sid=account_sid,
            auth_token=auth_token,
            sender=terms.sender,
            validity=terms.validity,
            api_url=api_url,
        )
        self._terms = terms
        self._pace = Bucket(rate=terms.rate, burst=max(1.0, terms.rate), monotonic=monotonic)
        self._monotonic = monotonic
        self._missing_since: dict[tuple[int, int], float] = {}  # by delivery and number of the attempt
        self._ask_after = 0.0

    def ready_in(self, message: Message) -> float:
        return self._pace.ready_in(_segments(message))

    def charges(self, delivery: Delivery, message: Message) -> Sequence[Charge]:
        """Nothing for what `send` will refuse without asking anybody."""
        if not isinstance(message, OutgoingSms) or self._terms.refusal(message.to_number, message.text):
            return ()
        return self._terms.charges(message.to_number, message.text)

    async def send(self, message: Message) -> SendResult:
        if isinstance(message, OutgoingCall):
            return await self._twilio.call(message)
        if not isinstance(message, OutgoingSms):
            return wrong_message(message)
        refused = self._terms.refusal(message.to_number, message.text)
        if refused is not None:
            return SendResult(Outcome.PERMANENT, Phase.CONNECT, refused.value)
        self._pace.take(_segments(message))
        return await self._twilio.send(message)

    async def reconcile(
        self, delivery: Delivery, message: Message, *, since: datetime, known: Collection[str]
    ) -> SendResult | None:
        """Found in Twilio's list it was sent; missing there for a minute it never was.

        The text asked for is made anew, and a name in it may have changed since: a message to this number that no
        delivery of ours knows may be this one under its old words, so that nobody can say.
        """
        if isinstance(message, OutgoingCall):
            return await self._reconcile_call(message, since=since, known=known)
        if not isinstance(message, OutgoingSms) or self._monotonic() < self._ask_after:
            return None
        earliest = min(since, real_now()) - _CLOCK_SLACK
        try:
            listed = await self._twilio.find_since(to=message.to_number, since=earliest)
        except TwilioUnavailable as error:
            self._ask_after = self._monotonic() + _LEFT_ALONE_S
            return error.result if error.result.outcome is Outcome.RATE_LIMITED else None
        unclaimed = [one for one in listed if one.sid not in known]
        attempt = (delivery.id, delivery.attempts)
        if unclaimed:
            self._missing_since.pop(attempt, None)
            found = [one for one in unclaimed if one.says(message.text)]
            if not found:
                return None
            return SendResult(Outcome.ACCEPTED, Phase.DONE, found[-1].status, provider_id=found[-1].sid)
        first_missed = self._missing_since.setdefault(attempt, self._monotonic())
        if self._monotonic() - first_missed < _SURELY_LISTED_S:
            return None
        del self._missing_since[attempt]
        return SendResult(Outcome.RETRY, Phase.DONE, "not-listed")

    async def _reconcile_call(
        self, call: OutgoingCall, *, since: datetime, known: Collection[str]
    ) -> SendResult | None:
        """A call that was asked for rings or rang; one that never came is not wanted by now, which its composer says."""
        try:
            listed = await self._twilio.find_calls_since(to=call.to_number, since=min(since, real_now()) - _CLOCK_SLACK)
        except TwilioUnavailable:
            return None
        found = [sid for sid in listed if sid not in known]
        return SendResult(Outcome.ACCEPTED, Phase.DONE, "listed", provider_id=found[-1]) if found else None

    async def close(self) -> None:
        await self._twilio.close()


def _segments(message: Message) -> int:
    return segments.count(message.text).segments if isinstance(message, OutgoingSms) else 1
