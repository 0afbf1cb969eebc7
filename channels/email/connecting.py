"""Opening a line to the mail server: connect, greet, secure, log in. aiosmtplib does that; the dialogue then takes the line over."""

from __future__ import annotations

import asyncio
import functools
import re
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import aiosmtplib

from channels.email.dialogue import Dialogue
from channels.email.letter import Offer, Patience
from channels.email.servers import ServerAddress
from channels.email.tokens import NoToken, Tokens, tokens_of
from channels.email.verdicts import Step, verdict
from channels.message import Outcome, Phase, SendResult

_BEFORE_ESMTP = frozenset({500, 501, 502, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpAddress(ServerAddress):
    """Where and how to log in; `helo` is the name we give for ourselves."""

    helo: str | None = None

    @classmethod
    def parse(cls, url: str) -> SmtpAddress:
        """Read SMTP_URL. Ports default to 587 and 465. Raises ValueError naming what is wrong, never the password."""
        return cls._read(url, scheme="smtp", ports=(587, 465), more=("helo",))


class Refused(Exception):
    """No line could be opened; the result says what that means for whatever waits to be sent."""

    def __init__(self, result: SendResult) -> None:
        super().__init__(result.code)
        self.result = result


@dataclass(frozen=True, slots=True)
class Opened:
    """A line ready for mail, and the names of all the server offers."""

    line: Dialogue
    features: str


async def connect(
    address: SmtpAddress, *, patience: Patience, may_follow: bool = True, proved: Callable[[], None] = lambda: None
) -> Opened:
    """A new connection, greeted, secured and logged in; `proved` is called when its first letter was handled. Raises Refused."""
    try:
        tls_context = await asyncio.to_thread(_tls_context, address.cafile)
    except OSError as error:
        reply = f"The file of certificates cannot be read: {error.strerror or type(error).__name__}"
        raise Refused(SendResult(Outcome.HALT, Phase.CONNECT, "tls-cafile", reply)) from None
    client = aiosmtplib.SMTP(
        hostname=address.host,
        port=address.port,
        use_tls=address.implicit_tls,
        start_tls=False,
        timeout=patience.connect,
        tls_context=tls_context,
        local_hostname=address.helo or _own_name(),
    )
    try:
        await client.connect()
        await _greet(client)
        await _secure(client, address)
        await _log_in(client, address)
        return _taken_over(client, patience, may_follow, proved)
    except Refused:
        raise
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        raise Refused(_failure(error)) from None
    finally:
        client.close()  # a line that was taken over is not the client's any more


def _taken_over(client: aiosmtplib.SMTP, patience: Patience, may_follow: bool, proved: Callable[[], None]) -> Opened:
    """The client's own dialogue is one awaited command at a time and tells a drop before the dot from one after it as little
    as a refusal from a reset; from the login on the line is ours."""
    transport = client.transport
    if transport is None or transport.is_closing():
        raise Refused(SendResult(Outcome.RETRY, Phase.CONNECT, "no-connection", "The connection was closed"))
    client.transport = client.protocol = None
    size = client.esmtp_extensions.get("size", "")
    offer = Offer(
        pipelining=client.supports_extension("pipelining"),
        size=(int(size) if size.isdigit() else 0) if client.supports_extension("size") else None,
        eight_bit=client.supports_extension("8bitmime"),
        smtputf8=client.supports_extension("smtputf8"),
    )
    line = Dialogue(cast(asyncio.Transport, transport), offer, patience=patience, may_follow=may_follow, proved=proved)
    return Opened(line, ", ".join(sorted(client.esmtp_extensions)))


async def _greet(client: aiosmtplib.SMTP) -> None:
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError as error:
        if error.code not in _BEFORE_ESMTP:
            raise
        await client.helo()


async def _secure(client: aiosmtplib.SMTP, address: SmtpAddress) -> None:
    if address.implicit_tls or address.starttls == "never":
        return
    if client.supports_extension("starttls"):
        await client.starttls()
        await client.ehlo()
    elif address.starttls == "always":
        raise Refused(SendResult(Outcome.HALT, Phase.CONNECT, "no-tls", "The server offers no STARTTLS"))
    elif address.username and not address.is_loopback:
        # A line that could be secured yesterday and cannot today is an attack as often as a fault.
        reply = "The server offers no STARTTLS; the password is not sent in the clear"
        raise Refused(SendResult(Outcome.HALT, Phase.CONNECT, "no-tls", reply))


async def _log_in(client: aiosmtplib.SMTP, address: SmtpAddress) -> None:
    if not address.username:
        return
    try:
        if address.oauth is None:
            await client.login(address.username, address.password)
        else:
            await _log_in_by_token(client, address.username, tokens_of(address.oauth))
    except NoToken as error:
        outcome = Outcome.RETRY if error.passing else Outcome.HALT
        raise Refused(SendResult(outcome, Phase.CONNECT, "oauth", error.said)) from None
    except aiosmtplib.SMTPResponseException as error:
        raise Refused(verdict(step=Step.AUTH, code=error.code, text=error.message)) from None
    except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError):
        raise
    except aiosmtplib.SMTPException:
        reply = "The server offers no way to log in that we know"
        raise Refused(SendResult(Outcome.HALT, Phase.CONNECT, "no-auth", reply)) from None


async def _log_in_by_token(client: aiosmtplib.SMTP, username: str, tokens: Tokens) -> None:
    """A token that is refused may have been taken back: once more with a new one."""
    token = await tokens.get()
    try:
        await client.auth_xoauth2(username, token)
    except aiosmtplib.SMTPAuthenticationError:
        await client.auth_xoauth2(username, await tokens.get(instead_of=token))


@functools.lru_cache(maxsize=8)
def _tls_context(cafile: str | None) -> ssl.SSLContext:
    return ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=cafile)


def _own_name() -> str:
    name = socket.gethostname()
    return name if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]{0,200}", name) else "localhost"


def _failure(error: Exception) -> SendResult:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            reply = f"The server's certificate was not accepted: {cause.verify_message}"
            return SendResult(Outcome.HALT, Phase.CONNECT, "tls-certificate", reply)
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return verdict(step=Step.GREETING, code=error.code, text=error.message)
    return SendResult(Outcome.RETRY, Phase.CONNECT, "connect", type(error).__name__)
