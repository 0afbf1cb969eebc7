"""Twilio's Messages API (2010-04-01) over HTTP: create, list, fetch, update, delete, and the account.

Refusals carry Twilio's own codes; the magic numbers of its test credentials behave as documented.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import re
from email.utils import format_datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from sandbox.faults import Faults, Harm, Verdict, cut_connection
from sandbox.twilio_calls import Exchange, describe
from sandbox.twilio_lists import is_within, page, says
from sandbox.twilio_phones import PhoneNetwork, Picture, Text

_E164 = re.compile(r"\+[1-9]\d{7,14}")
_ROOT = "/2010-04-01/Accounts"
_INVALID, _UNSUBSCRIBED, _NOT_MOBILE = "+15005550001", "+15005550004", "+15005550009"


class TwilioError(Exception):
    """One refusal with Twilio's code and HTTP status."""

    def __init__(self, code: int, status: int, message: str) -> None:
        self.code, self.status, self.message = code, status, message
        super().__init__(message)

    def answer(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


class TwilioServer:
    """Routes of the API for one account."""

    def __init__(self, *, network: PhoneNetwork, exchange: Exchange, faults: Faults) -> None:
        self._exchange = exchange
        self._network = network
        self._faults = faults

    def add_routes(self, application: web.Application) -> None:
        router = application.router
        router.add_get(_ROOT + "/{account}.json", self._on_account)
        router.add_get(_ROOT + "/{account}/Messages.json", self._on_list)
        router.add_post(_ROOT + "/{account}/Messages.json", self._on_create)
        router.add_get(_ROOT + "/{account}/Messages/{sid}.json", self._on_fetch)
        router.add_post(_ROOT + "/{account}/Messages/{sid}.json", self._on_update)
        router.add_get(_ROOT + "/{account}/Messages/{sid}/Media.json", self._on_media_list)
        router.add_get(_ROOT + "/{account}/Messages/{sid}/Media/{media}", self._on_media)
        router.add_get("/twilio-media/{sid}/{media}", self._on_stored_media)
        router.add_delete(_ROOT + "/{account}/Messages/{sid}.json", self._on_delete)

        router.add_post(_ROOT + "/{account}/Calls.json", self._on_call)
        router.add_get(_ROOT + "/{account}/Calls.json", self._on_calls)

    async def _on_call(self, request: web.Request) -> web.StreamResponse:
        fields = dict(parse_qsl((await request.read()).decode("utf-8", "replace"), keep_blank_values=True))

        async def answer() -> tuple[int, dict[str, Any]]:
            self._check_access(request)
            if not _E164.fullmatch(fields.get("To", "")):
                raise TwilioError(21217, 400, "Phone number does not appear to be valid")
            if fields.get("From") != self._network.number:
                raise TwilioError(21210, 400, "'From' phone number not verified")
            if not re.match(r"https?://\S+$", fields.get("Url", "")):
                raise TwilioError(21205, 400, "Url is not a valid URL")
            callback = fields.get("StatusCallback")
            leg = self._exchange.place(
                to=fields["To"], from_=fields["From"], url=fields["Url"], status_callback=callback
            )
            return 201, describe(leg, account_sid=self._network.account_sid)

        return await self._serve(request, "calls.create", answer, to=fields.get("To", ""))

    async def _on_calls(self, request: web.Request) -> web.StreamResponse:
        async def answer() -> tuple[int, dict[str, Any]]:
            self._check_access(request)
            query = request.query
            legs = [
                leg
                for leg in reversed(self._exchange.legs.values())
                if says(query, To=leg.to, From=leg.from_, Status=leg.status, ParentCallSid=leg.parent)
                and is_within(query, "StartTime", leg.created_at)
            ]
            return 200, page(request, "calls", legs, partial(describe, account_sid=self._network.account_sid))

        return await self._serve(request, "calls.list", answer, to=request.query.get("To", ""))

    async def _on_account(self, request: web.Request) -> web.StreamResponse:
        async def answer() -> tuple[int, dict[str, Any]]:
            self._check_access(request)
            sid = self._network.account_sid
            return 200, {
                "sid": sid,
                "friendly_name": "Sandbox",
                "status": "active",
                "type": "Full",
                "owner_account_sid": sid,
                "auth_token": "",
                "date_created": "Mon, 01 Jan 2024 00:00:00 +0000",
                "date_updated": "Mon, 01 Jan 2024 00:00:00 +0000",
                "uri": f"{_ROOT}/{sid}.json",
                "subresource_uris": {"messages": f"{_ROOT}/{sid}/Messages.json"},
            }

        return await self._serve(request, "account", answer)

    async def _on_create(self, request: web.Request) -> web.StreamResponse:
        fields = dict(parse_qsl((await request.read()).decode("utf-8", "replace"), keep_blank_values=True))

        async def answer() -> tuple[int, dict[str, Any]]:
            self._check_access(request)
            self._check_message(fields)
            text = self._network.send(
                to=fields["To"],
                body=fields["Body"],
                callback_url=fields.get("StatusCallback") or None,
                messaging_service_sid=fields.get("MessagingServiceSid") or None,
                validity_s=int(fields["ValidityPeriod"]) if fields.get("ValidityPeriod") else None,
            )
            return 201, self._describe(text, created=True)

        return await self._serve(request, "messages.create", answer, to=fields.get("To", ""))

    async def _on_list(self, request: web.Request) -> web.StreamResponse:
        async def answer() -> tuple[int, dict[str, Any]]:
            self._check_access(request)
            return 200, self._list(request)

        return await self._serve(request, "messages.list", answer, to=request.query.get("To", ""))

    async def _on_fetch(self, request: web.Request) -> web.StreamResponse:
        async def answer() -> tuple[int, dict[str, Any]]:
            self._check_access(request)
            return 200, self._describe(self._find(request))

        return await self._serve(request, "messages.fetch", answer)

    async def _on_update(self, request: web.Request) -> web.StreamResponse:
        fields = dict(parse_qsl((await request.read()).decode("utf-8", "replace"), keep_blank_values=True))

        async def answer() -> tuple[int, dict[str, Any]]:
            self._check_access(request)
            text = self._find(request)
            if fields.get("Body") == "":
                text.body = ""
            if fields.get("Status") == "canceled":
                raise TwilioError(30409, 400, "Message is not in a cancelable state")
            return 200, self._describe(text)

        return await self._serve(request, "messages.update", answer)

    async def _on_delete(self, request: web.Request) -> web.StreamResponse:
        async def answer() -> tuple[int, None]:
            self._check_access(request)
            del self._network.texts[self._find(request).sid]
            return 204, None

        return await self._serve(request, "messages.delete", answer)

    async def _on_media_list(self, request: web.Request) -> web.StreamResponse:
        async def answer() -> tuple[int, dict[str, Any]]:
            self._check_access(request)
            text = self._find(request)
            return 200, page(request, "media_list", text.media, lambda one: self._describe_media(text, one))

        return await self._serve(request, "media.list", answer)

    async def _on_media(self, request: web.Request) -> web.StreamResponse:
        """As at Twilio: with credentials one is told where the file lies."""
        try:
            self._check_access(request)
            text = self._find(request)
        except TwilioError as error:
            return web.json_response(error.answer(), status=error.status)
        verdict = self._faults.twilio.judge("media.fetch", text.from_number)
        self._network.world.record_call("twilio", "media.fetch", verdict.code if verdict.harm is Harm.REFUSE else 307)
        if verdict.harm is Harm.REFUSE:
            return web.Response(status=verdict.code)
        if verdict.harm is not Harm.NONE:
            return cut_connection(request)
        place = f"/twilio-media/{text.sid}/{request.match_info['media']}"
        return web.Response(status=307, headers={"Location": place})

    async def _on_stored_media(self, request: web.Request) -> web.StreamResponse:
        text = self._network.texts.get(request.match_info["sid"])
        sid = request.match_info["media"]
        picture = next((one for one in (text.media if text else ()) if one.sid == sid), None)
        if picture is None:
            return web.Response(status=404)
        response = web.Response(body=picture.content, headers={"X-Content-Type-Options": "nosniff"})
        response.content_type = picture.media_type
        return response

    async def _serve(self, request: web.Request, name: str, answer: Any, *, to: str = "") -> web.StreamResponse:
        verdict = self._faults.twilio.judge(name, to)
        if verdict.delay:
            await asyncio.sleep(verdict.delay)
        record = self._network.world.record_call
        if verdict.harm is Harm.DROP:
            record("twilio", name, "dropped", to=to)
            return cut_connection(request)
        try:
            _refuse(verdict)
            status, body = await answer()
        except TwilioError as error:
            status, body = error.status, error.answer()
        if verdict.harm is Harm.ACCEPT_THEN_DROP:
            record("twilio", name, "dropped", to=to)
            return cut_connection(request)
        record("twilio", name, status, to=to)
        if body is None:
            return web.Response(status=status)
        headers = {"Retry-After": str(verdict.retry_after)} if verdict.retry_after else None
        return web.json_response(body, status=status, headers=headers)

    def _check_access(self, request: web.Request) -> None:
        kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
        try:
            given = base64.b64decode(encoded, validate=True) if kind.lower() == "basic" else b""
        except binascii.Error:
            given = b""
        wanted = f"{self._network.account_sid}:{self._network.auth_token}".encode()
        if not hmac.compare_digest(given, wanted):
            raise TwilioError(20003, 401, "Authenticate")
        if request.match_info["account"] != self._network.account_sid:
            raise TwilioError(20404, 404, f"The requested resource {request.path} was not found")

    def _check_message(self, fields: dict[str, str]) -> None:
        to, sender = fields.get("To", ""), fields.get("From", "")
        if not to:
            raise TwilioError(21604, 400, "A 'To' phone number is required.")
        if not sender and not fields.get("MessagingServiceSid"):
            raise TwilioError(21603, 400, "A 'From' phone number is required.")
        if not fields.get("Body") and not fields.get("MediaUrl"):
            raise TwilioError(21602, 400, "Message body is required.")
        if len(fields.get("Body", "")) > 1600:
            raise TwilioError(21617, 400, "The concatenated message body exceeds the 1600 character limit")
        if not _E164.fullmatch(to) or to == _INVALID:
            raise TwilioError(21211, 400, f"Invalid 'To' Phone Number: {to[:-4]}XXXX")
        if sender and sender != self._network.number:
            raise TwilioError(
                21606,
                400,
                f"The 'From' phone number {sender} is not a valid message-capable Twilio phone number for this destination",
            )
        if to == sender:
            raise TwilioError(21266, 400, "'To' and 'From' number cannot be the same")
        if to in self._network.stopped or to == _UNSUBSCRIBED:
            raise TwilioError(21610, 400, "Attempt to send to unsubscribed recipient")
        if to in self._network.landlines or to == _NOT_MOBILE:
            raise TwilioError(21614, 400, f"'To' number is not a valid mobile number: {to}")
        validity = fields.get("ValidityPeriod", "1")
        if not validity.isdigit() or not 1 <= int(validity) <= 36_000:
            raise TwilioError(21627, 400, "Validity Period must be an integer between 1 and 36000")
        callback = fields.get("StatusCallback")
        if callback and not re.match(r"https?://\S+$", callback):
            raise TwilioError(21609, 400, f"Invalid 'StatusCallback' URL: {callback}")

    def _find(self, request: web.Request) -> Text:
        text = self._network.texts.get(request.match_info["sid"])
        if text is None:
            raise TwilioError(20404, 404, f"The requested resource {request.path} was not found")
        return text

    def _list(self, request: web.Request) -> dict[str, Any]:
        query = request.query
        found = [
            text
            for text in reversed(self._network.texts.values())
            if says(query, To=text.to_number, From=text.from_number) and is_within(query, "DateSent", text.sent_at)
        ]
        return page(request, "messages", found, self._describe)

    def _describe_media(self, text: Text, one: Picture) -> dict[str, Any]:
        account = self._network.account_sid
        return {
            "sid": one.sid,
            "parent_sid": text.sid,
            "content_type": one.media_type,
            "account_sid": account,
            "date_created": format_datetime(text.created_at),
            "date_updated": format_datetime(text.updated_at),
            "uri": f"{_ROOT}/{account}/Messages/{text.sid}/Media/{one.sid}.json",
        }

    def _describe(self, text: Text, *, created: bool = False) -> dict[str, Any]:
        uri = f"{_ROOT}/{self._network.account_sid}/Messages/{text.sid}"
        return {
            "account_sid": self._network.account_sid,
            "api_version": "2010-04-01",
            "body": text.body,
            "date_created": format_datetime(text.created_at),
            "date_updated": format_datetime(text.updated_at),
            "date_sent": format_datetime(text.sent_at) if text.sent_at and not created else None,
            "direction": text.direction,
            "error_code": text.error_code,
            "error_message": text.error_message,
            "from": text.from_number,
            "messaging_service_sid": text.messaging_service_sid,
            "num_media": str(len(text.media)),
            "num_segments": str(text.segments),
            "price": None if created else f"-{0.0079 * text.segments:.5f}",
            "price_unit": "USD",
            "sid": text.sid,
            "status": "queued" if created else text.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": text.to_number,
            "uri": f"{uri}.json",
        }


def _refuse(verdict: Verdict) -> None:
    """`refuse` takes an HTTP status (500, 503) or one of Twilio's codes (21610, 20429, 30001 …)."""
    if verdict.harm is Harm.RATE_LIMIT:
        raise TwilioError(20429, 429, "Too Many Requests")
    if verdict.harm is not Harm.REFUSE:
        return
    if verdict.code < 1000:
        raise TwilioError(20000 + verdict.code, verdict.code, verdict.text or "Internal Server Error")
    status = {20003: 401, 20404: 404, 20429: 429, 20500: 500, 20503: 503}.get(verdict.code, 400)
    raise TwilioError(verdict.code, status, verdict.text or "Refused")
