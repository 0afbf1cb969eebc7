"""Mail out over SMTP: sessions kept open, one recipient per transaction, and how far each attempt got.

Provider faults never raise: every attempt ends in a SendResult.
"""

from __future__ import annotations

import asyncio
import functools
import re
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import aiosmtplib
import structlog

from channels.email.address import BadAddress, wire_form
from channels.email.servers import ServerAddress
from channels.email.verdicts import Step, verdict
from channels.message import Outcome, Phase, SendResult
from storage.database import assert_no_transaction

_log = structlog.get_logger(__name__)

# RFC 5321 section 4.5.3.2: ten minutes for the answer to the final dot. Giving up sooner makes duplicates.
_DOT_TIMEOUT: Final = 600.0
_BLOCK_TIMEOUT: Final = 180.0  # the server must take the next block of a message within this
_COMMAND_TIMEOUT: Final = 60.0
_CONNECT_TIMEOUT: Final = 30.0
_DEAD_HOST_PAUSE: Final = 30.0
_IDLE_LIMIT: Final = 240.0  # servers close idle sessions after five minutes
_ONE_WRITE: Final = 64 * 1024  # larger messages go block by block, so that a drop within them is known as such
_BARE_LINE_END = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpAddress(ServerAddress):
    """Where and how to log in; `helo` is the name we give for ourselves."""

    helo: str | None = None

    @classmethod
    def parse(cls, url: str) -> SmtpAddress:
        """Read SMTP_URL. Ports default to 587 and 465. Raises ValueError naming what is wrong, never the password."""
        return cls._read(url, scheme="smtp", ports=(587, 465), more=("helo",))


class _Refused(Exception):
    """An attempt that ended before the message was handed over."""

    def __init__(self, result: SendResult) -> None:
        super().__init__(result.code)
        self.result = result


class SmtpSession:
    """One connection, used by one task at a time; it connects when needed and forgets the line on any doubt."""

    def __init__(self, address: SmtpAddress, *, dot_timeout: float = _DOT_TIMEOUT) -> None:
        self._address = address
        self._dot_timeout = dot_timeout
        self._client: aiosmtplib.SMTP | None = None
        self._used_at = 0.0
        self._sent = 0
        self._needs_reset = False

    @property
    def is_open(self) -> bool:
        """Whether a connection stands that may be used once more."""
        fresh_enough = time.monotonic() - self._used_at < _IDLE_LIMIT
        return self._client is not None and self._client.is_connected and fresh_enough

    async def open(self) -> None:
        """Connect, greet, secure and log in. Raises _Refused."""
        self.drop()
        address = self._address
        client = aiosmtplib.SMTP(
            hostname=address.host,
            port=address.port,
            use_tls=address.implicit_tls,
            start_tls=False,
            timeout=_CONNECT_TIMEOUT,
            tls_context=await asyncio.to_thread(_tls_context, address.cafile),
            local_hostname=address.helo or _own_name(),
        )
        self._client = client
        try:
            await client.connect()
            await _greet(client)
            await self._secure(client)
            await self._log_in(client)
        except _Refused:
            self.drop()
            raise
        except BaseException as error:
            self.drop()
            if not isinstance(error, Exception):
                raise
            raise _Refused(_connect_failure(error)) from None
        self._used_at, self._sent, self._needs_reset = time.monotonic(), 0, False

    async def deliver(self, *, envelope_from: str, recipient: str, message: bytes) -> SendResult:
        """Hand one message over on the open connection. Raises nothing but cancellation."""
        client = self._client
        if client is None:
            return SendResult(Outcome.RETRY, Phase.CONNECT, "disconnected", "The connection was closed")
        step = Step.MAIL
        try:
            if self._needs_reset:
                await client.rset(timeout=_COMMAND_TIMEOUT)
            self._needs_reset = True
            options, encoding = _mail_options(client, envelope_from, recipient, message)
            await client.mail(envelope_from, options=options, encoding=encoding, timeout=_COMMAND_TIMEOUT)
            step = Step.RCPT
            await client.rcpt(recipient, encoding=encoding, timeout=_COMMAND_TIMEOUT)
            step = Step.DATA
            result = await self._hand_over(client, message)
        except _Refused as refused:
            return refused.result
        except aiosmtplib.SMTPResponseException as error:
            if error.code == 421 or error.code < 0:
                self.drop()
            return verdict(step=step, code=error.code, text=error.message)
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            self.drop()
            phase = Phase.DATA if step is Step.DATA else Phase.ENVELOPE
            return SendResult(Outcome.RETRY, phase, "dropped", type(error).__name__)
        except BaseException:
            self.drop()
            raise
        self._used_at = time.monotonic()
        self._sent += 1
        if result.outcome is Outcome.ACCEPTED:
            self._needs_reset = False
        return result

    @property
    def is_fresh(self) -> bool:
        """Whether nothing was sent on this connection yet."""
        return self._sent == 0

    async def close(self) -> None:
        """Say goodbye and close; a server that does not answer is simply left."""
        client = self._client
        if client is not None and client.is_connected:
            try:
                await client.quit(timeout=5.0)
            except (aiosmtplib.SMTPException, OSError) as error:
                _log.debug("The mail server did not say goodbye", error=type(error).__name__)
        self.drop()

    def drop(self) -> None:
        """Forget the connection at once."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    @property
    def features(self) -> str:
        """What the server offers, for the doctor."""
        return ", ".join(sorted(self._client.esmtp_extensions)) if self._client is not None else ""

    async def _secure(self, client: aiosmtplib.SMTP) -> None:
        address = self._address
        if address.implicit_tls or address.starttls == "never":
            return
        if client.supports_extension("starttls"):
            await client.starttls(timeout=_CONNECT_TIMEOUT)
            await client.ehlo(timeout=_COMMAND_TIMEOUT)
        elif address.starttls == "always":
            raise _Refused(SendResult(Outcome.HALT, Phase.CONNECT, "no-tls", "The server offers no STARTTLS"))
        elif address.username and not address.is_loopback:
            # A line that could be secured yesterday and cannot today is an attack as often as a fault.
            reply = "The server offers no STARTTLS; the password is not sent in the clear"
            raise _Refused(SendResult(Outcome.HALT, Phase.CONNECT, "no-tls", reply))

    async def _log_in(self, client: aiosmtplib.SMTP) -> None:
        address = self._address
        if not address.username:
            return
        try:
            await client.login(address.username, address.password, timeout=_COMMAND_TIMEOUT)
        except aiosmtplib.SMTPResponseException as error:
            raise _Refused(verdict(step=Step.AUTH, code=error.code, text=error.message)) from None
        except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError):
            raise
        except aiosmtplib.SMTPException:
            reply = "The server offers no way to log in that we know"
            raise _Refused(SendResult(Outcome.HALT, Phase.CONNECT, "no-auth", reply)) from None

    async def _hand_over(self, client: aiosmtplib.SMTP, message: bytes) -> SendResult:
        """DATA, the message, the final dot, and the answer to it.

        1. A small message goes out in one write with its dot. From there on a lost answer is ambiguous.
        2. A large one goes block by block as the server takes it, then the dot: a drop noticed before the dot is
           certain to have delivered nothing.
        """
        answer = await client.execute_command(b"DATA", timeout=_COMMAND_TIMEOUT)
        if answer.code != 354:
            return verdict(step=Step.DATA, code=answer.code, text=answer.message)
        # aiosmtplib's own data() writes everything at once and reports a drop before and after the dot alike.
        protocol: Any = client.protocol
        body = _stuffed(message)
        if len(body) > _ONE_WRITE:
            await _write_blocks(protocol, body)
            body = b""
        try:
            protocol._response_pending = True
            protocol.write(body + b".\r\n")
            answer = await protocol.read_response(timeout=self._dot_timeout)
        except aiosmtplib.SMTPResponseException as error:
            self.drop()
            return verdict(step=Step.DOT, code=error.code, text=error.message)
        except (aiosmtplib.SMTPException, OSError) as error:
            self.drop()
            return SendResult(Outcome.UNKNOWN, Phase.AFTER_DATA, "dropped", type(error).__name__)
        if answer.code == 421:
            self.drop()
        return verdict(step=Step.DOT, code=answer.code, text=answer.message)


class SmtpSender:
    """Sends mail over up to `connections` sessions to one server; safe to call from many tasks at once."""

    def __init__(
        self,
        url: str,
        *,
        connections: int = 4,
        dot_timeout: float = _DOT_TIMEOUT,
        dead_host_pause: float = _DEAD_HOST_PAUSE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._address = SmtpAddress.parse(url)
        self._pause = dead_host_pause
        self._clock = clock
        self._dead_until = 0.0
        self._connecting = asyncio.Lock()
        self._slots = asyncio.Semaphore(connections)
        self._dot_timeout = dot_timeout
        self._sessions: set[SmtpSession] = set()
        self._free: list[SmtpSession] = []

    async def send(self, envelope_from: str, recipient: str, message_bytes: bytes) -> SendResult:
        """One message to one recipient. An empty `envelope_from` is the null return path of automatic mail.

        A session that went stale between two messages is replaced once, silently; nothing was sent on it.
        """
        assert_no_transaction()
        try:
            sender = wire_form(envelope_from) if envelope_from else ""
        except BadAddress as error:
            return SendResult(Outcome.HALT, Phase.CONNECT, "bad-sender", str(error))
        try:
            to = wire_form(recipient)
        except BadAddress as error:
            return SendResult(Outcome.SUPPRESS, Phase.CONNECT, "bad-address", str(error))
        async with self._slots:
            session = self._free.pop() if self._free else SmtpSession(self._address, dot_timeout=self._dot_timeout)
            self._sessions.add(session)
            try:
                return await self._send_on(session, sender, to, message_bytes)
            finally:
                self._free.append(session)

    async def check(self) -> SendResult:
        """Log in on a connection of its own and leave again; `reply` names what the server offers."""
        assert_no_transaction()
        session = SmtpSession(self._address, dot_timeout=self._dot_timeout)
        try:
            await session.open()
            return SendResult(Outcome.ACCEPTED, Phase.DONE, "ok", session.features)
        except _Refused as refused:
            return refused.result
        finally:
            await session.close()

    async def close(self) -> None:
        """Close every session."""
        sessions, self._free = list(self._sessions), []
        self._sessions.clear()
        await asyncio.gather(*(session.close() for session in sessions))

    async def _send_on(self, session: SmtpSession, sender: str, recipient: str, message: bytes) -> SendResult:
        for _ in range(2):
            reused = session.is_open
            if not reused:
                refusal = await self._open(session)
                if refusal is not None:
                    return refusal
            first_use = session.is_fresh
            result = await session.deliver(envelope_from=sender, recipient=recipient, message=message)
            stale = not first_use and not session.is_open and result.phase is Phase.ENVELOPE
            if not (stale and result.outcome in {Outcome.RETRY, Outcome.RATE_LIMITED}):
                return result
        return result

    async def _open(self, session: SmtpSession) -> SendResult | None:
        """Connect, unless the host was found dead a moment ago: then nobody tries before the pause is over."""
        async with self._connecting:
            left = self._dead_until - self._clock()
            if left > 0:
                reply = "The mail server could not be reached a moment ago"
                return SendResult(Outcome.RATE_LIMITED, Phase.CONNECT, "connect-paused", reply, retry_after=left)
            try:
                await session.open()
            except _Refused as refused:
                self._dead_until = self._clock() + self._pause
                _log.warning("The mail server was not reached", host=self._address.host, code=refused.result.code)
                if refused.result.outcome is Outcome.HALT:
                    return refused.result
                return replace(refused.result, retry_after=refused.result.retry_after or self._pause)
        return None


@functools.lru_cache(maxsize=8)
def _tls_context(cafile: str | None) -> ssl.SSLContext:
    return ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=cafile)


async def _greet(client: aiosmtplib.SMTP) -> None:
    try:
        await client.ehlo(timeout=_COMMAND_TIMEOUT)
    except aiosmtplib.SMTPHeloError as error:
        if error.code not in {500, 501, 502, 504}:  # a server from before ESMTP
            raise
        await client.helo(timeout=_COMMAND_TIMEOUT)


def _own_name() -> str:
    name = socket.gethostname()
    return name if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]{0,200}", name) else "localhost"


def _connect_failure(error: Exception) -> SendResult:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            reply = f"The server's certificate was not accepted: {cause.verify_message}"
            return SendResult(Outcome.HALT, Phase.CONNECT, "tls-certificate", reply)
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return verdict(step=Step.GREETING, code=error.code, text=error.message)
    if isinstance(error, aiosmtplib.SMTPException | OSError | TimeoutError):
        return SendResult(Outcome.RETRY, Phase.CONNECT, "connect", type(error).__name__)
    raise error


def _mail_options(client: aiosmtplib.SMTP, sender: str, to: str, message: bytes) -> tuple[list[str], str]:
    options: list[str] = []
    limit = client.esmtp_extensions.get("size", "")
    if client.supports_extension("size"):
        options.append(f"SIZE={len(message)}")
        if limit.isdigit() and 0 < int(limit) < len(message):
            reply = f"The message is larger than the server takes ({limit} bytes)"
            raise _Refused(SendResult(Outcome.PERMANENT, Phase.ENVELOPE, "too-big", reply))
    if not message.isascii() and client.supports_extension("8bitmime"):
        options.append("BODY=8BITMIME")
    if sender.isascii() and to.isascii():
        return options, "ascii"
    if not client.supports_extension("smtputf8"):
        reply = "The mail server cannot send to addresses with letters outside ASCII"
        raise _Refused(SendResult(Outcome.PERMANENT, Phase.ENVELOPE, "no-smtputf8", reply))
    return [*options, "SMTPUTF8"], "utf-8"


def _stuffed(message: bytes) -> bytes:
    """Line ends as CRLF only (anything else smuggles a second mail into some servers), dots doubled."""
    body = _BARE_LINE_END.sub(b"\r\n", message)
    if not body.endswith(b"\r\n"):
        body += b"\r\n"
    body = body.replace(b"\r\n.", b"\r\n..")
    return b"." + body if body.startswith(b".") else body


async def _write_blocks(protocol: Any, body: bytes) -> None:
    view = memoryview(body)
    for start in range(0, len(body), _ONE_WRITE):
        protocol.write(bytes(view[start : start + _ONE_WRITE]))
        # The library offers no way to wait for the socket but its own flow control.
        await asyncio.wait_for(protocol._drain_helper(), _BLOCK_TIMEOUT)
