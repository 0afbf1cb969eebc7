"""The Bot API over HTTP: `/bot<token>/<method>` and `/file/bot<token>/<path>`, as Telegram serves them.

JSON, form and multipart bodies are accepted; parameters may be JSON-encoded strings, as at Telegram.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web

from sandbox import telegram_editing as editing
from sandbox import telegram_sending as sending
from sandbox import telegram_settings as settings
from sandbox.faults import Faults, Harm, Verdict, cut_connection
from sandbox.telegram_bot import Params, TelegramBot, Upload
from sandbox.telegram_errors import BotApiError, bad_request, too_many_requests
from sandbox.telegram_spec import BotApiSpec

Method = Callable[[TelegramBot, Params], Awaitable[Any]]

METHODS: dict[str, Method] = {
    "getMe": settings.get_me,
    "getUpdates": settings.get_updates,
    "setWebhook": settings.set_webhook,
    "deleteWebhook": settings.delete_webhook,
    "getWebhookInfo": settings.get_webhook_info,
    "setMyCommands": settings.set_my_commands,
    "getMyCommands": settings.get_my_commands,
    "deleteMyCommands": settings.delete_my_commands,
    "setMyName": settings.set_my_name,
    "getMyName": settings.get_my_name,
    "setMyDescription": settings.set_my_description,
    "getMyDescription": settings.get_my_description,
    "setMyShortDescription": settings.set_my_short_description,
    "getMyShortDescription": settings.get_my_short_description,
    "setChatMenuButton": settings.set_chat_menu_button,
    "getChatMenuButton": settings.get_chat_menu_button,
    "getChat": settings.get_chat,
    "getFile": settings.get_file,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "sendDocument": sending.send_document,
    "sendVoice": sending.send_voice,
    "sendLocation": sending.send_location,
    "sendContact": sending.send_contact,
    "sendMediaGroup": sending.send_media_group,
    "sendChatAction": sending.send_chat_action,
    "editMessageText": editing.edit_message_text,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageMedia": editing.edit_message_media,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "deleteMessage": editing.delete_message,
    "deleteMessages": editing.delete_messages,
    "pinChatMessage": editing.pin_chat_message,
    "unpinChatMessage": editing.unpin_chat_message,
    "answerCallbackQuery": editing.answer_callback_query,
    "answerInlineQuery": editing.answer_inline_query,
}
_BY_LOWER_NAME = {name.lower(): (name, method) for name, method in METHODS.items()}
_REFUSALS = {
    400: "chat not found",
    401: "Unauthorized",
    403: "bot was blocked by the user",
    404: "Not Found",
    409: "terminated by other getUpdates request; make sure that only one bot instance is running",
    500: "Internal Server Error",
    502: "Bad Gateway",
    504: "Gateway Timeout",
}


class TelegramServer:
    """Routes of the Bot API for `bot`; with a `spec` every call is also held against the published description."""

    def __init__(self, *, bot: TelegramBot, faults: Faults, spec: BotApiSpec | None = None) -> None:
        self.bot = bot
        self._faults = faults
        self._spec = spec

    def add_routes(self, application: web.Application) -> None:
        application.router.add_route("*", "/bot{token:[^/]+}/{method}", self._on_call)
        application.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self._on_download)

    async def _on_call(self, request: web.Request) -> web.StreamResponse:
        name, method = _BY_LOWER_NAME.get(request.match_info["method"].lower(), (request.match_info["method"], None))
        if request.match_info["token"] != self.bot.token:
            return self._answer(name, BotApiError(401, "Unauthorized").answer())
        params = await _read_params(request)
        to = str(params.values.get("chat_id", ""))
        verdict = self._faults.telegram.judge(name, to)
        if verdict.delay:
            await asyncio.sleep(verdict.delay)
        if verdict.harm is Harm.DROP:
            return self._cut(request, name, to)
        try:
            _refuse(verdict)
            if method is None:
                raise BotApiError(404, "Not Found")
            self._hold_against_spec(name, params)
            answer: dict[str, Any] = {"ok": True, "result": await method(self.bot, params)}
        except BotApiError as error:
            answer = error.answer()
        if verdict.harm is Harm.ACCEPT_THEN_DROP:
            return self._cut(request, name, to)
        return self._answer(name, answer, to)

    def _hold_against_spec(self, name: str, params: Params) -> None:
        if self._spec is None:
            return
        values = {key: value for key, value in params.values.items() if not isinstance(value, Upload)}
        faults = self._spec.faults(name, values, set(params.uploads))
        if faults:
            self.bot.world.violations.append(
                {"server": "telegram", "method": name, "faults": faults, "params": sorted(params.values)}
            )
            raise bad_request(f"invalid parameters: {'; '.join(faults)}")

    def _answer(self, name: str, answer: dict[str, Any], to: str = "") -> web.Response:
        status = 200 if answer["ok"] else answer["error_code"]
        self.bot.world.record_call("telegram", name, status, to=to)
        return web.Response(body=json.dumps(answer).encode(), status=status, content_type="application/json")

    def _cut(self, request: web.Request, name: str, to: str) -> web.Response:
        self.bot.world.record_call("telegram", name, "dropped", to=to)
        return cut_connection(request)

    async def _on_download(self, request: web.Request) -> web.StreamResponse:
        verdict = self._faults.telegram.judge("download")
        if verdict.delay:
            await asyncio.sleep(verdict.delay)
        if verdict.harm is Harm.DROP:
            return self._cut(request, "download", "")
        stored = self.bot.files.by_path(request.match_info["path"])
        if request.match_info["token"] != self.bot.token or stored is None:
            return self._answer("download", BotApiError(404, "Not Found").answer())
        self.bot.world.record_call("telegram", "download", 200)
        return web.Response(body=stored.content, content_type="application/octet-stream")


def _refuse(verdict: Verdict) -> None:
    if verdict.harm is Harm.RATE_LIMIT:
        raise too_many_requests(verdict.retry_after)
    if verdict.harm is Harm.REFUSE:
        if verdict.code == 429:
            raise too_many_requests(1)
        raise BotApiError(verdict.code, verdict.text or _REFUSALS.get(verdict.code, "Internal Server Error"))


async def _read_params(request: web.Request) -> Params:
    values: dict[str, Any] = dict(request.query)
    content_type = request.content_type
    if content_type == "multipart/form-data":
        return await _read_multipart(request, values)
    body = await request.read()
    if content_type == "application/json":
        try:
            loaded = json.loads(body) if body else {}
        except ValueError:
            loaded = None
        if isinstance(loaded, dict):
            values |= {name: value for name, value in loaded.items() if value is not None}
    elif body:
        values |= dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return Params(values)


async def _read_multipart(request: web.Request, values: dict[str, Any]) -> Params:
    uploads: dict[str, Upload] = {}
    reader = await request.multipart()
    async for part in reader:
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        content = bytes(await part.read(decode=True))
        if part.filename is None:
            values[part.name] = content.decode("utf-8", "replace")
        else:
            upload = Upload(part.filename, part.headers.get("Content-Type", ""), content)
            uploads[part.name] = values[part.name] = upload
    return Params(values, uploads)
