"""What Telegram's refusals mean for a message."""

from __future__ import annotations

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from channels.message import Outcome, Phase
from channels.telegram.errors import ConnectTimedOut, NotSent, result_of


@pytest.mark.parametrize(
    ("error", "outcome", "code"),
    [
        (Forbidden("Forbidden: bot was blocked by the user"), Outcome.PERMANENT, "blocked"),
        (Forbidden("Forbidden: user is deactivated"), Outcome.PERMANENT, "deactivated"),
        (Forbidden("Forbidden: bot can't initiate conversation with a user"), Outcome.PERMANENT, "never-started"),
        (Forbidden("Forbidden: something new"), Outcome.PERMANENT, "forbidden"),
        (BadRequest("Bad Request: message is not modified: specified new…"), Outcome.ACCEPTED, "not-modified"),
        (BadRequest("Bad Request: message to edit not found"), Outcome.PERMANENT, "edit-gone"),
        (BadRequest("Can't parse entities: unsupported start tag"), Outcome.PERMANENT, "markup"),
        (BadRequest("Bad Request: chat not found"), Outcome.PERMANENT, "chat-gone"),
        (BadRequest("Bad Request: something new"), Outcome.PERMANENT, "bad-request"),
        (InvalidToken(), Outcome.HALT, "token"),
        (Conflict("Conflict: terminated by other getUpdates request"), Outcome.RETRY, "conflict"),
        (TimedOut(), Outcome.UNKNOWN, "timeout"),
        (NetworkError("Bad Gateway (502)"), Outcome.UNKNOWN, "network"),
        (NotSent("Could not connect"), Outcome.RETRY, "connect"),
        (ConnectTimedOut("No connection in time"), Outcome.RETRY, "connect"),
        (TelegramError("Invalid server response"), Outcome.UNKNOWN, "network"),
    ],
)
def test_the_table(error: TelegramError, outcome: Outcome, code: str) -> None:
    result = result_of(error)
    assert (result.outcome, result.code) == (outcome, code)


def test_a_flood_limit_says_how_long_without_a_warning() -> None:
    result = result_of(RetryAfter(37))
    assert (result.outcome, result.retry_after) == (Outcome.RATE_LIMITED, 37.0)


def test_a_moved_group_hands_over_its_new_id() -> None:
    assert result_of(ChatMigrated(-100123)).provider_id == "-100123"


def test_an_edit_may_be_repeated_where_a_message_may_not() -> None:
    assert result_of(TimedOut()).outcome is Outcome.UNKNOWN
    assert result_of(TimedOut(), repeatable=True).outcome is Outcome.RETRY
    assert result_of(TimedOut(), repeatable=True).phase is Phase.AFTER_DATA
