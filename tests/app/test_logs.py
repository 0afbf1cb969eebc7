"""A canary secret never reaches a log line, whoever writes it and however."""

from __future__ import annotations

import base64
import io
import json
import logging
import sys
import warnings
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import structlog

from app.logs import Redactor, configure

TOKEN = "987654321:AAF" + "canaryCanaryCanaryCanary12345678"
PASSWORD = 'p4ss "w/ord\\ü'
UNKNOWN_TOKEN = "111222333:BBB" + "neverToldToTheRedactor_0123456789"


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    root = logging.getLogger()
    kept, level, hook, config = root.handlers[:], root.level, sys.excepthook, structlog.get_config()
    yield
    root.handlers[:], sys.excepthook = kept, hook
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.configure(**config)


def writings() -> None:
    """Every road a secret may take into a log."""
    log = structlog.get_logger("touchline.test")
    log.info("Sent with %s", TOKEN)
    log.info("Calling", url=f"https://api.telegram.org/bot{UNKNOWN_TOKEN}/getMe", password=PASSWORD)
    log.warning("Nested", facts={"a": [PASSWORD, {"Authorization": "Basic " + _b64("user:" + PASSWORD)}]})
    logging.getLogger("httpx").warning("HTTP Request: POST %s", f"https://x/bot{TOKEN}/sendMessage")
    logging.getLogger("other").error("AUTH PLAIN %s", _b64("\0user\0" + PASSWORD))
    logging.getLogger("other").error("smtp://user:another-pw@host/ and %s", quote(PASSWORD, safe=""))
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"old call with {TOKEN}", stacklevel=1)
    try:
        raise ValueError(f"could not log in with {PASSWORD}") from RuntimeError(TOKEN)
    except ValueError:
        log.exception("It failed")
        logging.getLogger("other").exception("It failed here too")
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize("as_json", [False, True])
def test_no_canary_in_any_line(as_json: bool) -> None:
    stream = io.StringIO()
    configure(level="DEBUG", as_json=as_json, secrets=[TOKEN, PASSWORD], stream=stream)
    writings()
    written = stream.getvalue()
    canaries = [
        TOKEN,
        UNKNOWN_TOKEN,
        PASSWORD,
        json.dumps(PASSWORD)[1:-1],
        json.dumps(PASSWORD, ensure_ascii=False)[1:-1],
        quote(PASSWORD, safe=""),
        "another-pw",
        _b64("user:" + PASSWORD),
        _b64("\0user\0" + PASSWORD),
        "canaryCanary",
    ]
    assert [canary for canary in canaries if canary in written] == []
    assert "could not log in" in written
    assert "Stopped by an unexpected error" in written
    if as_json:
        assert all(json.loads(line)["event"] for line in written.splitlines())


def test_chatty_libraries_are_quiet() -> None:
    stream = io.StringIO()
    configure(level="INFO", stream=stream)
    logging.getLogger("httpx").info("HTTP Request")
    logging.getLogger("telegram.ext").info("starting")
    logging.getLogger("touchline").info("ready")
    assert "HTTP Request" not in stream.getvalue()
    assert "starting" not in stream.getvalue()
    assert "ready" in stream.getvalue()


def test_hostile_text_is_redacted_quickly() -> None:
    redact = Redactor([TOKEN])
    for text in ("a://" * 25_000, "1" * 100_000, "authorization:" * 8_000, "x://" + "u" * 100_000 + ":"):
        assert isinstance(redact(text), str)
