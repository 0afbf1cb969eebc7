"""Refusals of the Bot API, worded as Telegram words them."""

from __future__ import annotations

from typing import Any

_PREFIXES = {400: "Bad Request: ", 403: "Forbidden: ", 409: "Conflict: ", 404: "", 401: "", 429: "Too Many Requests: "}


class BotApiError(Exception):
    """One refusal: the code, Telegram's sentence for it, and its response parameters."""

    def __init__(self, code: int, description: str, *, retry_after: int | None = None) -> None:
        self.code = code
        self.description = _PREFIXES.get(code, "") + description
        self.retry_after = retry_after
        super().__init__(self.description)

    def answer(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after is not None:
            answer["parameters"] = {"retry_after": self.retry_after}
        return answer


def bad_request(description: str) -> BotApiError:
    return BotApiError(400, description)


def too_many_requests(retry_after: int) -> BotApiError:
    return BotApiError(429, f"retry after {retry_after}", retry_after=retry_after)
