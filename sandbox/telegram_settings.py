"""Bot API methods about the bot itself: who it is, its commands and texts, updates, files, chats."""

from __future__ import annotations

import json
import re
from typing import Any

from sandbox.telegram_bot import Params, TelegramBot
from sandbox.telegram_chats import Chat
from sandbox.telegram_errors import BotApiError, bad_request
from sandbox.telegram_files import DOWNLOAD_LIMIT
from sandbox.telegram_updates import Webhook

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_WEBHOOK_URL = re.compile(r"https://\S+|http://(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?(?:/\S*)?")
_DEFAULT_SCOPE = {"type": "default"}


async def get_me(bot: TelegramBot, params: Params) -> dict[str, Any]:
    return {
        **bot.user(),
        "can_join_groups": False,
        "can_read_all_group_messages": False,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def get_updates(bot: TelegramBot, params: Params) -> list[dict[str, Any]]:
    limit = params.number("limit", 100)
    return await bot.updates.poll(
        offset=params.number("offset") or None,
        limit=limit if 1 <= limit <= 100 else 100,
        timeout_s=min(params.number("timeout"), 50),
        allowed=params.structure("allowed_updates"),
    )


async def set_webhook(bot: TelegramBot, params: Params) -> bool:
    url, secret = params.text("url"), params.text("secret_token")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    if not url:
        return await delete_webhook(bot, params)
    # Telegram insists on HTTPS; its self-hosted server, like this one, takes plain HTTP on the same machine.
    if not _WEBHOOK_URL.fullmatch(url):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    hook = Webhook(
        url=url,
        secret_token=secret or None,
        max_connections=params.number("max_connections", 40),
        allowed_updates=params.structure("allowed_updates") or None,
    )
    bot.updates.set_webhook(hook, drop_pending=params.flag("drop_pending_updates"))
    return True


async def delete_webhook(bot: TelegramBot, params: Params) -> bool:
    bot.updates.set_webhook(None, drop_pending=params.flag("drop_pending_updates"))
    return True


async def get_webhook_info(bot: TelegramBot, params: Params) -> dict[str, Any]:
    return bot.updates.webhook_wire()


async def set_my_commands(bot: TelegramBot, params: Params) -> bool:
    commands = params.structure("commands")
    if not isinstance(commands, list) or len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.fullmatch(str(command.get("command", ""))):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    bot.commands[_scope_key(bot, params)] = [
        {"command": command["command"], "description": command["description"]} for command in commands
    ]
    return True


async def get_my_commands(bot: TelegramBot, params: Params) -> list[dict[str, Any]]:
    return bot.commands.get(_scope_key(bot, params), [])


async def delete_my_commands(bot: TelegramBot, params: Params) -> bool:
    bot.commands.pop(_scope_key(bot, params), None)
    return True


def commands_seen_by(bot: TelegramBot, chat: Chat) -> list[dict[str, Any]]:
    """The command list on that person's screen: narrowest scope first, their language before the common one."""
    scopes: list[dict[str, Any]] = [
        {"type": "chat", "chat_id": chat.telegram_id},
        {"type": "all_private_chats"},
        _DEFAULT_SCOPE,
    ]
    for scope in scopes:
        for language in (chat.person.language, ""):
            found = bot.commands.get((_canonical(scope), language))
            if found:
                return found
    return []


async def set_my_name(bot: TelegramBot, params: Params) -> bool:
    return _set_text(bot, params, "name", limit=64)


async def get_my_name(bot: TelegramBot, params: Params) -> dict[str, str]:
    return {"name": _get_text(bot, params, "name") or bot.name}


async def set_my_description(bot: TelegramBot, params: Params) -> bool:
    return _set_text(bot, params, "description", limit=512)


async def get_my_description(bot: TelegramBot, params: Params) -> dict[str, str]:
    return {"description": _get_text(bot, params, "description")}


async def set_my_short_description(bot: TelegramBot, params: Params) -> bool:
    return _set_text(bot, params, "short_description", limit=120)


async def get_my_short_description(bot: TelegramBot, params: Params) -> dict[str, str]:
    return {"short_description": _get_text(bot, params, "short_description")}


async def set_chat_menu_button(bot: TelegramBot, params: Params) -> bool:
    button = params.structure("menu_button") or {"type": "default"}
    if params.values.get("chat_id"):
        bot.chat(params, to_write=False).menu_button = button
    else:
        bot.menu_button = button
    return True


async def get_chat_menu_button(bot: TelegramBot, params: Params) -> dict[str, Any]:
    if params.values.get("chat_id"):
        return bot.chat(params, to_write=False).menu_button
    return bot.menu_button


async def get_chat(bot: TelegramBot, params: Params) -> dict[str, Any]:
    chat = bot.chat(params, to_write=False)
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    return {
        **chat.wire(),
        "accent_color_id": chat.telegram_id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


async def get_file(bot: TelegramBot, params: Params) -> dict[str, Any]:
    try:
        stored = bot.files.by_id(params.text("file_id"))
    except BotApiError:
        raise bad_request("wrong file_id or the file is temporarily unavailable") from None
    if len(stored.content) > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    return {**stored.wire(), "file_path": stored.path}


def _scope_key(bot: TelegramBot, params: Params) -> tuple[str, str]:
    scope = params.structure("scope") or _DEFAULT_SCOPE
    if scope.get("type") == "chat":
        bot.chat(Params({"chat_id": scope.get("chat_id")}), to_write=False)
        scope = {**scope, "chat_id": int(scope["chat_id"])}
    return _canonical(scope), params.text("language_code")


def _canonical(scope: dict[str, Any]) -> str:
    return json.dumps(scope, sort_keys=True)


def _set_text(bot: TelegramBot, params: Params, kind: str, *, limit: int) -> bool:
    text = params.text(kind)
    if len(text) > limit:
        raise bad_request(f"{kind.replace('_', ' ')} is too long")
    bot.texts[kind, params.text("language_code")] = text
    return True


def _get_text(bot: TelegramBot, params: Params, kind: str) -> str:
    return bot.texts.get((kind, params.text("language_code"))) or bot.texts.get((kind, ""), "")
