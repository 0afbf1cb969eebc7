"""SMS as the outbox sends it: paced in segments, never sent twice blindly; Twilio is asked what became of a lost answer."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from channels.message import Outcome, OutgoingSms, Phase, SendResult
from channels.outbox.budgets import Charge
from channels.outbox.delivery import Delivery, Message
from channels.outbox.limits import Bucket, Monotonic
from channels.sender import Ambiguity, wrong_message
from channels.sms import segments
from channels.sms.twilio import TwilioSms, TwilioUnavailable
from storage.database import real_now
from storage.models import Channel

SEGMENTS_PER_SECOND = 10.0
# Clocks differ, and the product's may have been moved: look back from whichever is earlier.
_CLOCK_SLACK = timedelta(minutes=5)
# A message Twilio has taken is in its list within seconds; not there after this long, it never came.
_SURELY_LISTED_S = 60.0


class SmsSender:
    """`segments_per_second` is the sender number's own pace (a US long code has 1)."""

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
        sender: str,
        api_url: str | None = None,
        segments_per_second: float = SEGMENTS_PER_SECOND,
        monotonic: Monotonic = time.monotonic,
    ) -> None:
        self._twilio = TwilioSms(account_sid=account_sid, auth_token=auth_token, sender=sender, api_url=api_url)
        self._pace = Bucket(rate=segments_per_second, burst=segments_per_second, monotonic=monotonic)
        self._monotonic = monotonic
        self._missing_since: dict[int, float] = {}

    def ready_in(self, message: Message) -> float:
        return self._pace.ready_in(_segments(message))

    def charges(self, delivery: Delivery, message: Message) -> Sequence[Charge]:
        return ()

    async def send(self, message: Message) -> SendResult:
        if not isinstance(message, OutgoingSms):
            return wrong_message(message)
        self._pace.take(_segments(message))
        return await self._twilio.send(message)

    async def reconcile(
        self, delivery: Delivery, message: Message, *, since: datetime, known: Collection[str]
    ) -> SendResult | None:
        """Found in Twilio's list it was sent; missing there for a minute it never was."""
        if not isinstance(message, OutgoingSms):
            return None
        earliest = min(since, real_now()) - _CLOCK_SLACK
        try:
            listed = await self._twilio.find_since(to=message.to_number, since=earliest, body=message.text)
        except TwilioUnavailable:
            return None
        found = [one for one in listed if one.sid not in known]
        if found:
            self._missing_since.pop(delivery.id, None)
            return SendResult(Outcome.ACCEPTED, Phase.DONE, found[-1].status, provider_id=found[-1].sid)
        first_missed = self._missing_since.setdefault(delivery.id, self._monotonic())
        if self._monotonic() - first_missed < _SURELY_LISTED_S:
            return None
        del self._missing_since[delivery.id]
        return SendResult(Outcome.RETRY, Phase.DONE, "not-listed")

    async def close(self) -> None:
        await self._twilio.close()


def _segments(message: Message) -> int:
    return segments.count(message.text).segments if isinstance(message, OutgoingSms) else 1
