"""Logs: a sentence plus fields, for people or as JSON, with every secret taken out at the last step before writing.

Redaction works on the finished line, so it covers fields, tracebacks, warnings and other libraries' messages alike.
"""

from __future__ import annotations

import base64
import json
import logging
import re
import sys
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Any, TextIO
from urllib.parse import quote, quote_plus

import structlog
from structlog.typing import EventDict, WrappedLogger

HIDDEN = "[hidden]"
SHORTEST = 6  # shorter values would hide parts of ordinary words
QUIET = (
    "aiosqlite",
    "sqlalchemy",
    "asyncpg",
    "httpx",
    "httpcore",
    "aiohttp",
    "telegram",
    "twilio",
    "aioimaplib",
    "asyncio",
    "urllib3",
)
SILENT = ("apscheduler",)  # a tick still at work when the next is due is how the table is meant

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\d{5,15}:[A-Za-z0-9_-]{30,64}"), HIDDEN),  # a bot token wherever it stands
    (re.compile(r"(?i)(authorization['\"]?\s*[:=]\s*['\"]?)(?:(?:basic|bearer)\s+)?[^\s'\",}]+"), rf"\1{HIDDEN}"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9+/=_.~-]{12,}"), rf"\1 {HIDDEN}"),
    (re.compile(r"(?i)(AUTH\s+(?:PLAIN|LOGIN)\s+)[A-Za-z0-9+/=]+"), rf"\1{HIDDEN}"),
    (re.compile(r"([a-z][a-z0-9+.-]{1,20}://[^\s:/@]{0,200}:)[^\s@/]{1,300}@"), rf"\1{HIDDEN}@"),
)


class Redactor:
    """Takes known secrets and what looks like one out of a text."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        spellings: set[str] = set()
        for secret in known:
            if len(secret) >= SHORTEST:
                spellings |= _spellings(secret)
        ordered = sorted(spellings, key=len, reverse=True)
        self._known = re.compile("|".join(re.escape(one) for one in ordered)) if ordered else None

    def __call__(self, text: str) -> str:
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text


class RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """Renders a record and takes the secrets out of the finished line."""

    def __init__(self, redact: Redactor, **options: Any) -> None:
        super().__init__(**options)
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


def configure(
    *, level: str = "INFO", as_json: bool = False, secrets: Iterable[str] = (), stream: TextIO | None = None
) -> Redactor:
    """Sets up structlog and the standard library's logging for this process; returns the redactor for other outputs.

    Uncaught exceptions and warnings go through the same line.
    """
    redact = Redactor(secrets)
    target = stream if stream is not None else sys.stderr
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _sentence_first,
    ]
    formatter = RedactingFormatter(
        redact, foreign_pre_chain=shared, processors=_rendering(as_json=as_json, colors=_is_terminal(target))
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.ERROR)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers[:], logger.propagate = [], True
    logging.captureWarnings(True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread
    return redact


def _spellings(secret: str) -> set[str]:
    """The ways a secret shows up: as it is, escaped for URLs, in base64, and escaped once or twice for Python and JSON."""
    raw = secret.encode()
    found = {
        secret,
        quote(secret, safe=""),
        quote_plus(secret),
        base64.b64encode(raw).decode().rstrip("="),
        base64.urlsafe_b64encode(raw).decode().rstrip("="),
    }
    for _ in range(2):  # a field's repr inside a JSON line is escaped twice
        for one in tuple(found):
            found |= {json.dumps(one)[1:-1], json.dumps(one, ensure_ascii=False)[1:-1], repr(one)[1:-1]}
    return found


def _rendering(*, as_json: bool, colors: bool) -> list[Any]:
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if as_json:
        return [
            remove,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ]
    # Locals of a traceback may hold whole messages: plain tracebacks only.
    plain = structlog.dev.plain_traceback
    return [remove, structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain)]


def _sentence_first(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Bytes and other odd events become text here, so that the redactor sees what will be written."""
    if not isinstance(event.get("event"), str):
        event["event"] = str(event.get("event", ""))
    return event


def _is_terminal(stream: TextIO) -> bool:
    return hasattr(stream, "isatty") and stream.isatty()


def _log_uncaught(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("touchline").critical("Stopped by an unexpected error", exc_info=(kind, error, traceback))


def _log_uncaught_in_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None:
        _log_uncaught(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
