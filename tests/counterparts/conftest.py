"""Servers nobody here wrote, started once for a run; a test that cannot have them says why it was left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from tests.counterparts import mail_servers, twilio_mock


@pytest.fixture(scope="session")
def mail() -> Iterator[mail_servers.MailServers]:
    """Postfix, Dovecot and three sinks."""
    reason = mail_servers.missing()
    if reason:
        pytest.skip(f"left out: Postfix and Dovecot ({reason})")
    with mail_servers.running() as servers:
        yield servers


@pytest.fixture
def sink() -> Callable[..., AbstractContextManager[int]]:
    """Starts an smtp-sink with the given flags; gives its port."""
    reason = mail_servers.missing()
    if reason:
        pytest.skip(f"left out: smtp-sink ({reason})")
    return mail_servers.sink


@pytest.fixture(scope="session")
def prism() -> Iterator[str]:
    """The base URL of Twilio's official OpenAPI description, mocked and checking every call."""
    reason = twilio_mock.missing()
    if reason:
        pytest.skip(f"left out: Twilio's OpenAPI description ({reason})")
    with twilio_mock.running() as url:
        yield url


@pytest.fixture(scope="session")
def whole_prism() -> Iterator[str]:
    """The same of the whole description: calls beside messages."""
    reason = twilio_mock.whole_missing()
    if reason:
        pytest.skip(f"left out: Twilio's whole OpenAPI description ({reason})")
    with twilio_mock.running(whole=True) as url:
        yield url
