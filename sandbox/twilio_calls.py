"""Calls between people's phones and the company's number, as Twilio carries them: TwiML fetched, legs rung, news posted.

Nobody talks here: a phone picks up, is busy or rings in vain as it was told, and a conversation lasts as long as it says.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

from sandbox.twilio_phones import PhoneNetwork, new_sid
from sandbox.world import Person

STEP_SECONDS = 0.03
_ENDS = {"busy": "busy", "no-answer": "no-answer", "fail": "failed"}


@dataclass(frozen=True, slots=True)
class Manner:
    """What a phone does when it rings: `answer` (for `seconds`), `busy`, `no-answer` or `fail`."""

    does: str = "answer"
    seconds: int = 42

    @classmethod
    def read(cls, wanted: Mapping[str, Any]) -> Manner:
        does = str(wanted.get("answer", "answer"))
        if does not in ("answer", *_ENDS):
            raise ValueError(f"a phone can answer, busy, no-answer or fail, not {does!r}")
        return cls(does, int(wanted.get("seconds", 42)))


@dataclass(slots=True)
class Leg:
    """One call resource."""

    sid: str
    to: str
    from_: str
    direction: str
    created_at: datetime
    parent: str = ""
    status: str = "queued"
    duration: int | None = None


@dataclass(slots=True)
class Exchange:
    """The calls of one account. `voice_url` is the company number's webhook."""

    network: PhoneNetwork
    voice_url: str | None = None
    legs: dict[str, Leg] = field(default_factory=dict)
    manners: dict[str, Manner] = field(default_factory=dict)
    spoken: list[str] = field(default_factory=list)  # what <Say> said, in order
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def place(self, *, to: str, from_: str, url: str, status_callback: str | None) -> Leg:
        """The product asks for a call; it runs by itself."""
        leg = self._leg(to=to, from_=from_, direction="outbound-api")
        self._begin(self._run_placed(leg, url, status_callback))
        return leg

    async def dial_in(self, person: Person, *, leaves_message: bool = False) -> Leg:
        """A person calls the company; returns when it is over. Where nobody answers the webhook, it is over at once."""
        if person.phone is None:
            raise LookupError(f"{person.id} has no phone")
        if self.voice_url is None:
            raise LookupError("nobody has told Twilio what to do with calls")
        leg = self._leg(to=self.network.number, from_=person.phone, direction="inbound")
        leg.status = "ringing"
        document = await self._ask(self.voice_url, self._fields(leg))
        await self._obey(leg, self.voice_url, document, leaves_message=leaves_message)
        leg.status = "completed"
        return leg

    async def settle(self) -> None:
        """Wait until every call is over."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run_placed(self, leg: Leg, url: str, callback: str | None) -> None:
        manner = self.manners.get(leg.to, Manner())
        await asyncio.sleep(STEP_SECONDS)
        if manner.does == "answer":
            leg.status = "in-progress"
            await self._obey(leg, url, await self._ask(url, self._fields(leg)))
            leg.status, leg.duration = "completed", manner.seconds
        else:
            leg.status = _ENDS[manner.does]
        if callback:
            await self._ask(callback, self._fields(leg))

    async def _obey(self, leg: Leg, url: str, document: Element | None, *, leaves_message: bool = False) -> None:
        """Walks through the TwiML document from `url`; the action of a Dial or a Record replaces the rest of it."""
        for verb in document if document is not None else ():
            if verb.tag == "Say":
                self.spoken.append(verb.text or "")
            elif verb.tag == "Hangup":
                return
            elif verb.tag == "Record" and leaves_message:
                told = await self._recorded(leg, verb.get("recordingStatusCallback"))
                following = verb.get("action") or url  # without one, the same document is asked for again
                await self._obey(leg, following, await self._ask(following, self._fields(leg) | told))
                return
            elif verb.tag == "Dial":
                status, duration = await self._dial(leg, verb)
                action = verb.get("action")
                if action:
                    told = {"DialCallStatus": status, **({"DialCallDuration": str(duration)} if duration else {})}
                    after = await self._ask(action, self._fields(leg) | told)
                    await self._obey(leg, action, after, leaves_message=leaves_message)
                    return

    async def _dial(self, leg: Leg, verb: Element) -> tuple[str, int]:
        number = verb.find("Number")
        if number is None:
            return "failed", 0
        to = (number.text or "").strip()
        child = self._leg(to=to, from_=verb.get("callerId") or leg.from_, direction="outbound-dial", parent=leg.sid)
        manner = self.manners.get(to, Manner())
        told = number.get("statusCallback")
        for status in ("initiated", "ringing", *(["in-progress"] if manner.does == "answer" else [])):
            child.status = status
            await self._tell(told, child)
            await asyncio.sleep(STEP_SECONDS)
        if manner.does == "answer":
            child.status, child.duration = "completed", manner.seconds
            if verb.get("record"):
                await self._recorded(leg, verb.get("recordingStatusCallback"))
        else:
            child.status = _ENDS[manner.does]
        await self._tell(told, child)
        return child.status, child.duration or 0

    async def _recorded(self, leg: Leg, callback: str | None) -> dict[str, str]:
        sid = new_sid("RE")
        fields = {
            "RecordingSid": sid,
            "RecordingUrl": f"https://api.twilio.example/2010-04-01/Recordings/{sid}",
            "RecordingStatus": "completed",
            "RecordingDuration": "7",
        }
        if callback:
            await self._ask(callback, self._fields(leg) | fields)
        return fields

    async def _tell(self, callback: str | None, leg: Leg) -> None:
        if callback:
            await self._ask(callback, self._fields(leg))

    async def _ask(self, url: str, fields: Mapping[str, str]) -> Element | None:
        answer = await self.network.post(url, fields)
        if not answer:
            return None
        document: Element = ElementTree.fromstring(answer)
        return document

    def _fields(self, leg: Leg) -> dict[str, str]:
        """What Twilio posts about a leg."""
        fields = {
            "AccountSid": self.network.account_sid,
            "ApiVersion": "2010-04-01",
            "CallSid": leg.sid,
            "CallStatus": leg.status,
            "Direction": leg.direction,
            "From": leg.from_,
            "To": leg.to,
        }
        if leg.parent:
            fields["ParentCallSid"] = leg.parent
        if leg.duration is not None:
            fields["CallDuration"] = str(leg.duration)
        return fields

    def _leg(self, *, to: str, from_: str, direction: str, parent: str = "") -> Leg:
        leg = Leg(new_sid("CA"), to, from_, direction, self.network.world.clock.now(), parent)
        self.legs[leg.sid] = leg
        return leg

    def _begin(self, journey: Any) -> None:
        task = asyncio.get_running_loop().create_task(journey)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def describe(leg: Leg, *, account_sid: str) -> dict[str, Any]:
    """A leg as Twilio's Call resource."""
    return {
        "sid": leg.sid,
        "account_sid": account_sid,
        "api_version": "2010-04-01",
        "to": leg.to,
        "from": leg.from_,
        "parent_call_sid": leg.parent or None,
        "status": leg.status,
        "direction": leg.direction,
        "duration": str(leg.duration) if leg.duration is not None else None,
        "date_created": format_datetime(leg.created_at),
        "date_updated": format_datetime(leg.created_at),
        "start_time": format_datetime(leg.created_at),
        "end_time": None,
        "uri": f"/2010-04-01/Accounts/{account_sid}/Calls/{leg.sid}.json",
        "subresource_uris": {},
    }
