"""What a refusal by Telegram means for the message: one table from telegram.error to SendResult.

Also the two errors our own transport adds, so that "never left this machine" can be told from "perhaps delivered".
"""

from __future__ import annotations

import os
from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from channels.message import Outcome, Phase, SendResult

# Without this, python-telegram-bot warns each time a flood limit is met, and hands out plain seconds.
os.environ.setdefault("PTB_TIMEDELTA", "true")

_REPLY_LIMIT = 500


class NotSent(NetworkError):
    """The request never left: no address, no connection, no TLS. Sending again cannot double anything."""


class ConnectTimedOut(NotSent, TimedOut):
    """No connection within the time allowed (the pool's wait included)."""


# The first phrase found in the refusal decides. (phrase, outcome, code)
_BAD_REQUESTS: tuple[tuple[str, Outcome, str], ...] = (
    ("message is not modified", Outcome.ACCEPTED, "not-modified"),  # it says already what we wanted it to say
    ("message to edit not found", Outcome.PERMANENT, "edit-gone"),
    ("message can't be edited", Outcome.PERMANENT, "edit-gone"),
    ("message_id_invalid", Outcome.PERMANENT, "edit-gone"),
    ("message to be replied not found", Outcome.PERMANENT, "reply-gone"),
    ("replied message not found", Outcome.PERMANENT, "reply-gone"),
    ("can't parse entities", Outcome.PERMANENT, "markup"),
    ("message is too long", Outcome.PERMANENT, "too-long"),
    ("caption is too long", Outcome.PERMANENT, "too-long"),
    ("message text is empty", Outcome.PERMANENT, "empty"),
    ("query is too old", Outcome.PERMANENT, "query-expired"),
    ("button_data_invalid", Outcome.PERMANENT, "button"),
    ("button_url_invalid", Outcome.PERMANENT, "button"),
    ("chat not found", Outcome.PERMANENT, "chat-gone"),
    ("peer_id_invalid", Outcome.PERMANENT, "chat-gone"),
    ("group chat was deactivated", Outcome.PERMANENT, "chat-gone"),
    ("file is too big", Outcome.PERMANENT, "too-big"),
    ("request entity too large", Outcome.PERMANENT, "too-big"),
)

_FORBIDDEN: tuple[tuple[str, str], ...] = (
    ("blocked by the user", "blocked"),
    ("user is deactivated", "deactivated"),
    ("can't initiate conversation", "never-started"),
    ("kicked", "kicked"),
    ("not a member", "kicked"),
)


def result_of(error: TelegramError, *, repeatable: bool = False) -> SendResult:
    """What `error`, raised by one call of the Bot API, says about the message.

    `repeatable` is for calls that may be made twice without harm (edits, deletions): what would be UNKNOWN is RETRY.
    """
    reply = error.message[:_REPLY_LIMIT]
    if isinstance(error, RetryAfter):
        return SendResult(Outcome.RATE_LIMITED, Phase.ENVELOPE, "429", reply, retry_after=_seconds(error.retry_after))
    if isinstance(error, ChatMigrated):
        return SendResult(Outcome.PERMANENT, Phase.ENVELOPE, "migrated", reply, provider_id=str(error.new_chat_id))
    if isinstance(error, InvalidToken | EndPointNotFound):
        return SendResult(Outcome.HALT, Phase.ENVELOPE, "token", "The bot token was refused")
    if isinstance(error, Forbidden):
        return SendResult(Outcome.PERMANENT, Phase.ENVELOPE, _forbidden_code(reply), reply)
    if isinstance(error, Conflict):
        return SendResult(Outcome.RETRY, Phase.ENVELOPE, "conflict", reply)
    if isinstance(error, BadRequest):
        outcome, code = _bad_request(reply)
        return SendResult(outcome, Phase.DONE if outcome is Outcome.ACCEPTED else Phase.ENVELOPE, code, reply)
    if isinstance(error, NotSent):
        return SendResult(Outcome.RETRY, Phase.CONNECT, "connect", reply)
    # A timeout, a broken line or a 5xx after the request went out: Telegram may have delivered it.
    code = "timeout" if isinstance(error, TimedOut) else "network"
    outcome = Outcome.RETRY if repeatable else Outcome.UNKNOWN
    return SendResult(outcome, Phase.AFTER_DATA, code, reply)


def _bad_request(reply: str) -> tuple[Outcome, str]:
    lowered = reply.lower()
    for phrase, outcome, code in _BAD_REQUESTS:
        if phrase in lowered:
            return outcome, code
    return Outcome.PERMANENT, "bad-request"


def _forbidden_code(reply: str) -> str:
    lowered = reply.lower()
    return next((code for phrase, code in _FORBIDDEN if phrase in lowered), "forbidden")


def _seconds(value: int | timedelta) -> float:
    return value.total_seconds() if isinstance(value, timedelta) else float(value)
