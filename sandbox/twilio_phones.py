"""Messages between the company's number and people's phones, as Twilio's network carries them.

Sent messages run queued → sent → delivered with a signed status callback for each step; incoming ones are posted to
the number's webhook once, as Twilio does: a webhook that fails is not called again.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import logging
import math
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp
from defusedxml import ElementTree

from sandbox.faults import Faults
from sandbox.world import Person, World

logger = logging.getLogger(__name__)

_STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPTOUT", "REVOKE"})
_START = frozenset({"START", "UNSTOP", "YES"})
_HELP = frozenset({"HELP", "INFO"})
_ANSWERS = {
    "STOP": "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe.",
    "START": "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe.",
    "HELP": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENDED = frozenset("^{}\\[~]|€")
_WEBHOOK_TIMEOUT = aiohttp.ClientTimeout(total=15)
STEP_SECONDS = 0.03


@dataclass(frozen=True, slots=True)
class Picture:
    """A file sent along with a text (MMS)."""

    sid: str
    content: bytes
    media_type: str


@dataclass(slots=True)
class Text:
    """One SMS, with the fields of Twilio's Message resource."""

    sid: str
    from_number: str
    to_number: str
    body: str
    direction: str
    status: str
    created_at: datetime
    updated_at: datetime
    sent_at: datetime | None = None
    callback_url: str | None = None
    messaging_service_sid: str | None = None
    error_code: int | None = None
    error_message: str | None = None
    media: tuple[Picture, ...] = ()
    validity_s: int | None = None

    @property
    def segments(self) -> int:
        return count_segments(self.body)

    def seen_by(self, person: Person) -> dict[str, Any]:
        """The text on the person's phone; `direction` is theirs."""
        return {
            "sid": self.sid,
            "from": self.from_number,
            "to": self.to_number,
            "body": self.body,
            "direction": "out" if self.from_number == person.phone else "in",
            "at": self.created_at.isoformat(),
            "status": self.status,
            "media": [{"sid": one.sid, "media_type": one.media_type, "size": len(one.content)} for one in self.media],
        }


@dataclass(slots=True)
class PhoneNetwork:
    """The company's number, everybody's phones, and the webhooks between them and the product."""

    world: World
    faults: Faults
    account_sid: str
    auth_token: str
    number: str
    sms_url: str | None = None
    api_url: str = ""  # where media are fetched from
    texts: dict[str, Text] = field(default_factory=dict)
    stopped: set[str] = field(default_factory=set)
    landlines: set[str] = field(default_factory=set)
    failed_webhooks: list[dict[str, Any]] = field(default_factory=list)
    step_s: float = STEP_SECONDS
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _http: aiohttp.ClientSession | None = None

    def send(
        self,
        *,
        to: str,
        body: str,
        callback_url: str | None,
        messaging_service_sid: str | None = None,
        validity_s: int | None = None,
    ) -> Text:
        """Take a message from the product; its further way runs by itself."""
        now = self.world.clock.now()
        text = Text(
            sid=new_sid("SM"),
            from_number=self.number,
            to_number=to,
            body=body,
            direction="outbound-api",
            status="queued",
            created_at=now,
            updated_at=now,
            callback_url=callback_url,
            messaging_service_sid=messaging_service_sid,
            validity_s=validity_s,
        )
        self.texts[text.sid] = text
        self._touch(to)
        self._begin(self._travel(text, undelivered=self.faults.twilio.undelivered))
        return text

    def on_phone(self, person: Person) -> list[dict[str, Any]]:
        """What that phone shows: texts that reached it, and those written on it."""
        return [
            text.seen_by(person)
            for text in self.texts.values()
            if (text.to_number == person.phone and text.status in ("sent", "delivered"))
            or text.from_number == person.phone
        ]

    async def write(self, person: Person, body: str, pictures: Sequence[tuple[str, bytes]] = ()) -> Text:
        """A person texts the company; returns when the webhook has been called (or when there is none).

        `pictures` are (media type, content); with any it is an MMS.
        """
        if person.phone is None:
            raise LookupError(f"{person.id} has no phone")
        now = self.world.clock.now()
        text = Text(
            sid=new_sid("MM" if pictures else "SM"),
            from_number=person.phone,
            to_number=self.number,
            body=body,
            direction="inbound",
            status="received",
            created_at=now,
            updated_at=now,
            sent_at=now,
            media=tuple(Picture(new_sid("ME"), content, kind) for kind, content in pictures),
        )
        self.texts[text.sid] = text
        self._touch(person.phone)
        keyword = self._keyword(body)
        if keyword == "STOP":
            self.stopped.add(person.phone)
        elif keyword == "START":
            self.stopped.discard(person.phone)
        if self.sms_url is not None:
            answer = await self.post(self.sms_url, inbound_parameters(text, self.account_sid, self.api_url))
            self._obey(answer, to=person.phone)
        if keyword:
            self._answer(person.phone, _ANSWERS[keyword])
        return text

    async def close(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def settle(self) -> None:
        """Wait until every message on its way has arrived and every callback has been made."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    def _begin(self, journey: Any) -> None:
        task = asyncio.get_running_loop().create_task(journey)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def carry(self, text: Text, status: str, *, error_code: int | None = None) -> None:
        """One step of a message's way, told to its callback once; one that failed was never sent."""
        text.status, text.updated_at = status, self.world.clock.now()
        if status == "sent":
            text.sent_at = text.updated_at
        if error_code is not None:
            text.error_code, text.error_message = error_code, status.capitalize()
        self._touch(text.to_number)
        if text.callback_url:
            await self.post(text.callback_url, self._status_parameters(text))

    async def _travel(self, text: Text, *, undelivered: int) -> None:
        if text.callback_url:
            await self.post(text.callback_url, self._status_parameters(text))
        await asyncio.sleep(self.step_s)
        await self.carry(text, "sent")
        await asyncio.sleep(self.step_s)
        if undelivered:
            await self.carry(text, "undelivered", error_code=undelivered)
        else:
            await self.carry(text, "delivered")

    def _status_parameters(self, text: Text) -> dict[str, str]:
        parameters = {
            "AccountSid": self.account_sid,
            "ApiVersion": "2010-04-01",
            "From": text.from_number,
            "To": text.to_number,
            "MessageSid": text.sid,
            "MessageStatus": text.status,
            "SmsSid": text.sid,
            "SmsStatus": text.status,
        }
        if text.messaging_service_sid:
            parameters["MessagingServiceSid"] = text.messaging_service_sid
        if text.error_code is not None:
            parameters["ErrorCode"] = str(text.error_code)
        if text.status in ("delivered", "undelivered"):
            parameters["RawDlrDoneDate"] = f"{text.updated_at:%y%m%d%H%M}"
        return parameters

    async def post(self, url: str, parameters: Mapping[str, str]) -> str:
        """Call a webhook once, signed; a failure is noted in `failed_webhooks`, like Twilio's error 11200."""
        headers = {"X-Twilio-Signature": sign(url, parameters, self.auth_token), "User-Agent": "TwilioProxy/1.1"}
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=_WEBHOOK_TIMEOUT)
        try:
            async with self._http.post(url, data=dict(parameters), headers=headers) as response:
                body = await response.text()
                if response.status < 400:
                    return body
                failure = f"status {response.status}"
        except (aiohttp.ClientError, TimeoutError) as error:
            failure = type(error).__name__
        logger.info("A Twilio webhook failed: %s", failure)
        self.failed_webhooks.append(
            {
                "error": 11200,
                "url": url,
                "failure": failure,
                "sid": parameters.get("MessageSid") or parameters["CallSid"],
            }
        )
        return ""

    def _keyword(self, body: str) -> str | None:
        word = body.strip().upper()
        for name, words in (("STOP", _STOP), ("START", _START), ("HELP", _HELP)):
            if word in words:
                return name
        return None

    def _obey(self, twiml: str, *, to: str) -> None:
        if "<Message" not in twiml:
            return
        try:
            root = ElementTree.fromstring(twiml)
        except ElementTree.ParseError:
            self.failed_webhooks.append({"error": 12100, "url": self.sms_url, "failure": "document parse failure"})
            return
        for element in root.iter("Message"):
            body = (element.findtext("Body") or element.text or "").strip()
            if body and to not in self.stopped:
                self._answer(to, body)

    def _answer(self, to: str, body: str) -> None:
        now = self.world.clock.now()
        sid = new_sid("SM")
        self.texts[sid] = Text(
            sid, self.number, to, body, "outbound-reply", "delivered", created_at=now, updated_at=now, sent_at=now
        )
        self._touch(to)

    def _touch(self, number: str) -> None:
        person = self.world.by_phone(number)
        if person is not None:
            self.world.touch(person)


def sign(url: str, parameters: Mapping[str, str], auth_token: str) -> str:
    """X-Twilio-Signature: HMAC-SHA1 over the URL and the sorted parameters, in base64."""
    signed = url + "".join(name + parameters[name] for name in sorted(parameters))
    return base64.b64encode(hmac.new(auth_token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def new_sid(prefix: str) -> str:
    return prefix + secrets.token_hex(16)


def inbound_parameters(text: Text, account_sid: str, api_url: str) -> dict[str, str]:
    """What Twilio posts for an incoming SMS."""
    country = _country(text.from_number)
    parameters = {
        "ToCountry": _country(text.to_number),
        "ToState": "",
        "SmsMessageSid": text.sid,
        "NumMedia": str(len(text.media)),
        "ToCity": "",
        "FromZip": "",
        "SmsSid": text.sid,
        "FromState": "",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": text.body,
        "FromCountry": country,
        "To": text.to_number,
        "ToZip": "",
        "NumSegments": str(text.segments),
        "MessageSid": text.sid,
        "AccountSid": account_sid,
        "From": text.from_number,
        "ApiVersion": "2010-04-01",
    }
    for number, picture in enumerate(text.media):
        path = f"/2010-04-01/Accounts/{account_sid}/Messages/{text.sid}/Media/{picture.sid}"
        parameters[f"MediaUrl{number}"] = api_url + path
        parameters[f"MediaContentType{number}"] = picture.media_type
    word = text.body.strip().upper()
    for kind, words in (("STOP", _STOP), ("START", _START), ("HELP", _HELP)):
        if word in words:
            parameters["OptOutType"] = kind
    return parameters


def count_segments(body: str) -> int:
    """Segments as Twilio bills them: 160/153 septets in GSM-7, 70/67 units in UCS-2."""
    if all(character in _GSM or character in _GSM_EXTENDED for character in body):
        length = len(body) + sum(character in _GSM_EXTENDED for character in body)
        single, joined = 160, 153
    else:
        length = len(body.encode("utf-16-le")) // 2
        single, joined = 70, 67
    return 1 if length <= single else math.ceil(length / joined)


def _country(number: str) -> str:
    for prefix, country in (("+66", "TH"), ("+7", "RU"), ("+49", "DE"), ("+44", "GB"), ("+1", "US")):
        if number.startswith(prefix):
            return country
    return ""
