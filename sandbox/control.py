"""The control API of the sandbox (`/sandbox/…`, JSON): play people, move the clock, cause faults, see the wire.

Whatever a person does here reaches the product through the real protocols only.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from itertools import islice
from typing import Any

from aiohttp import web

from sandbox.clock import MovableClock, parse_duration
from sandbox.faults import Faults
from sandbox.letters import Attachment
from sandbox.mail_imap import ImapServer
from sandbox.mailboxes import NoSuchMailError, PostOffice
from sandbox.telegram_bot import TelegramBot
from sandbox.telegram_errors import BotApiError
from sandbox.telegram_people import TAP_TIMEOUT_S, ImpossibleActionError, ask_inline, say, set_blocked, tap
from sandbox.telegram_settings import commands_seen_by
from sandbox.twilio_calls import Exchange, Manner
from sandbox.twilio_phones import PhoneNetwork
from sandbox.world import Person, UnknownPersonError, World

LONGEST_POLL_S = 60.0
_DEFAULT_CALLS = 500

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Control:
    """Routes of the control API over the stand-ins' state."""

    def __init__(
        self,
        *,
        world: World,
        clock: MovableClock,
        bot: TelegramBot,
        office: PostOffice,
        network: PhoneNetwork,
        exchange: Exchange,
        faults: Faults,
        imap: ImapServer,
    ) -> None:
        self._world = world
        self._clock = clock
        self._bot = bot
        self._office = office
        self._network = network
        self._exchange = exchange
        self._faults = faults
        self._imap = imap

    def add_routes(self, application: web.Application) -> None:
        person = "/sandbox/people/{person}"
        for method, path, handler in (
            ("GET", "/sandbox/people", self._people),
            ("GET", "/sandbox/changes", self._changes),
            ("POST", person + "/say", self._say),
            ("POST", person + "/tap", self._tap),
            ("POST", person + "/inline", self._inline),
            ("POST", person + "/block", self._block),
            ("GET", person + "/chat", self._chat),
            ("GET", person + "/commands", self._commands),
            ("GET", person + "/mailbox", self._mailbox),
            ("POST", person + "/mailbox/reply", self._mail_reply),
            ("POST", person + "/mailbox/send", self._mail_send),
            ("POST", person + "/mailbox/unsubscribe", self._mail_unsubscribe),
            ("GET", person + "/phone", self._phone),
            ("POST", person + "/phone/text", self._phone_text),
            ("POST", person + "/phone/call", self._phone_call),
            ("POST", person + "/phone/manner", self._phone_manner),
            ("GET", "/sandbox/clock", self._clock_now),
            ("POST", "/sandbox/clock", self._clock_move),
            ("GET", "/sandbox/faults", self._faults_now),
            ("POST", "/sandbox/faults", self._faults_set),
            ("GET", "/sandbox/calls", self._calls),
            ("GET", "/sandbox/violations", self._violations),
            ("GET", "/sandbox/files/{file_id}", self._file),
            ("GET", "/sandbox/attachments/{number}/{index}", self._attachment),
        ):
            application.router.add_route(method, path, _guarded(handler))

    # People

    async def _people(self, request: web.Request) -> web.StreamResponse:
        return web.json_response([person.describe() for person in self._world.people.values()])

    async def _changes(self, request: web.Request) -> web.StreamResponse:
        after = int(request.query.get("after", 0))
        timeout = min(float(request.query.get("timeout", 25)), LONGEST_POLL_S)
        # A number from before a restart of the sandbox: everything is new.
        after = 0 if after > self._world.seq else after
        await self._world.wait_for_change(after=after, timeout_s=timeout)
        answer = {"seq": self._world.seq, "changed": self._world.changed_after(after), "now": self._now()}
        return web.json_response(answer)

    # Telegram

    async def _say(self, request: web.Request) -> web.StreamResponse:
        sent = await say(self._bot, self._person(request), await _body(request))
        return web.json_response({"message_id": sent[-1], "message_ids": sent})

    async def _tap(self, request: web.Request) -> web.StreamResponse:
        wanted = await _body(request)
        message_id = wanted.get("message_id")
        pressed = await tap(
            self._bot,
            self._person(request),
            button=str(wanted.get("button", "")),
            message_id=None if message_id is None else int(message_id),
            patience=min(float(wanted.get("timeout", TAP_TIMEOUT_S)), LONGEST_POLL_S),
        )
        return web.json_response(pressed)

    async def _inline(self, request: web.Request) -> web.StreamResponse:
        wanted = await _body(request)
        results = await ask_inline(self._bot, self._person(request), query=str(wanted.get("query", "")))
        return web.json_response({"results": results})

    async def _block(self, request: web.Request) -> web.StreamResponse:
        wanted = await _body(request)
        set_blocked(self._bot, self._person(request), blocked=bool(wanted.get("blocked", True)))
        return web.json_response({"blocked": bool(wanted.get("blocked", True))})

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        chat = self._bot.chat_of(self._person(request))
        after = int(request.query.get("after", 0))
        return web.json_response([chat.messages[key].seen() for key in sorted(chat.messages) if key > after])

    async def _commands(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(commands_seen_by(self._bot, self._bot.chat_of(self._person(request))))

    async def _file(self, request: web.Request) -> web.StreamResponse:
        stored = self._bot.files.by_id(request.match_info["file_id"])
        return _download(stored.content, name=stored.name, media_type=stored.media_type)

    # Mail and phone

    async def _mailbox(self, request: web.Request) -> web.StreamResponse:
        return web.json_response([letter.describe() for letter in self._office.mailbox(self._person(request))])

    async def _mail_reply(self, request: web.Request) -> web.StreamResponse:
        wanted = await _body(request)
        letter = self._office.reply(
            self._mail_user(request),
            message_id=str(wanted.get("message_id", "")),
            text=_required_text(wanted, "text"),
            attachments=_attachments(wanted),
        )
        return web.json_response(letter.describe())

    async def _mail_send(self, request: web.Request) -> web.StreamResponse:
        wanted = await _body(request)
        letter = self._office.send(
            self._mail_user(request),
            subject=str(wanted.get("subject", "")),
            text=_required_text(wanted, "text"),
            attachments=_attachments(wanted),
            cc=_optional_text(wanted, "cc"),
        )
        return web.json_response(letter.describe())

    async def _mail_unsubscribe(self, request: web.Request) -> web.StreamResponse:
        """Press the mail program's own "unsubscribe" button: RFC 8058's one POST."""
        wanted = await _body(request)
        letter = self._office.find(self._mail_user(request), str(wanted.get("message_id", "")))
        status = await self._office.unsubscribe(letter)
        return web.json_response({"status": status})

    async def _attachment(self, request: web.Request) -> web.StreamResponse:
        found = self._office.attachment(int(request.match_info["number"]), int(request.match_info["index"]))
        return _download(found.content, name=found.name, media_type=found.media_type)

    async def _phone(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(self._network.on_phone(self._person(request)))

    async def _phone_text(self, request: web.Request) -> web.StreamResponse:
        wanted, person = await _body(request), self._person(request)
        pictures = [(one.media_type, one.content) for one in _pictures(wanted)]
        body = str(wanted.get("text") or "").strip() if pictures else _required_text(wanted, "text")
        text = await self._network.write(person, body, pictures)
        return web.json_response(text.seen_by(person))

    async def _phone_call(self, request: web.Request) -> web.StreamResponse:
        """Calls the company; `message` says whether they speak after the tone when nobody picks up."""
        wanted, person = await _body(request), self._person(request)
        leg = await self._exchange.dial_in(person, leaves_message=bool(wanted.get("message")))
        return web.json_response({"sid": leg.sid, "status": leg.status})

    async def _phone_manner(self, request: web.Request) -> web.StreamResponse:
        """What this phone does when it rings: {"answer": "answer|busy|no-answer|fail", "seconds": 42}."""
        wanted, person = await _body(request), self._person(request)
        if person.phone is None:
            raise LookupError(f"{person.id} has no phone")
        self._exchange.manners[person.phone] = Manner.read(wanted)
        return web.json_response({})

    # The clock, the faults, the wire

    async def _clock_now(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(self._describe_clock())

    async def _clock_move(self, request: web.Request) -> web.StreamResponse:
        wanted = await _body(request)
        if "to" in wanted:
            moment = datetime.fromisoformat(str(wanted["to"]).replace("Z", "+00:00"))
            if moment.tzinfo is None:
                raise ValueError("say the time with its zone, like 2026-11-25T09:00+00:00")
            self._clock.advance_to(moment)
        else:
            self._clock.advance(parse_duration(str(wanted.get("advance", ""))))
        self._world.touch()
        return web.json_response(self._describe_clock())

    async def _faults_now(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(self._faults.describe())

    async def _faults_set(self, request: web.Request) -> web.StreamResponse:
        self._faults.change(await _body(request))
        if self._faults.imap.drop:
            # Those who are idling call nothing that could be dropped.
            self._imap.disconnect_all()
        self._world.touch()
        return web.json_response(self._faults.describe())

    async def _calls(self, request: web.Request) -> web.StreamResponse:
        if "count" in request.query:
            return web.json_response(list(self._world.counts()))
        limit = int(request.query.get("limit", _DEFAULT_CALLS))
        server = request.query.get("server")
        latest = (call for call in reversed(self._world.calls) if server in (None, call.server))
        return web.json_response([call.describe() for call in reversed(list(islice(latest, limit)))])

    async def _violations(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(list(self._world.violations))

    def _person(self, request: web.Request) -> Person:
        return self._world.person(request.match_info["person"])

    def _mail_user(self, request: web.Request) -> Person:
        person = self._person(request)
        if person.email is None:
            raise LookupError(f"{person.id} has no mailbox")
        return person

    def _now(self) -> str:
        return self._clock.now().isoformat()

    def _describe_clock(self) -> dict[str, Any]:
        return {"now": self._now(), "offset_seconds": self._clock.offset.total_seconds()}


def _guarded(handler: Handler) -> Handler:
    async def guard(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except (UnknownPersonError, NoSuchMailError) as error:
            return web.json_response({"error": str(error)}, status=404)
        except (BotApiError, ImpossibleActionError, LookupError, ValueError, TypeError) as error:
            return web.json_response({"error": str(error)}, status=400)

    return guard


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        loaded = json.loads(await request.read() or b"{}")
    except ValueError:
        raise ValueError("the body is no JSON") from None
    if not isinstance(loaded, dict):
        raise TypeError("the body must be a JSON object")
    return loaded


def _optional_text(wanted: dict[str, Any], name: str) -> str:
    value = wanted.get(name, "")
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a text")
    return value


def _required_text(wanted: dict[str, Any], name: str) -> str:
    text = str(wanted.get(name) or "").strip()
    if not text:
        raise ValueError(f"{name} is missing")
    return text


def _pictures(wanted: dict[str, Any]) -> list[Attachment]:
    """`file` of a text: one, or several."""
    given = wanted.get("file") or []
    return _attachments({"attachments": given if isinstance(given, list) else [given]})


def _attachments(wanted: dict[str, Any]) -> list[Attachment]:
    found = []
    for item in wanted.get("attachments") or []:
        try:
            content = base64.b64decode(str(item.get("content_base64", "")), validate=True)
        except binascii.Error:
            raise ValueError("content_base64 is no base64") from None
        media_type = str(item.get("media_type") or "application/octet-stream")
        found.append(Attachment(name=str(item.get("name") or "file"), media_type=media_type, content=content))
    return found


def _download(content: bytes, *, name: str, media_type: str) -> web.Response:
    # Somebody else's bytes under the page's own address: never to be run.
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}
    response = web.Response(body=content, headers=headers)
    response.content_type = media_type.partition(";")[0].strip() if "/" in media_type else "application/octet-stream"
    response.headers["Content-Disposition"] = (
        f'inline; filename="{name.encode("ascii", "replace").decode()}"'.translate({10: "", 13: ""})
    )
    return response
