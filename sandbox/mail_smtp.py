"""The outgoing mail server: SMTP with AUTH (and STARTTLS where a certificate is given), by aiosmtpd.

It accepts mail for anybody and hands it to the post office; faults strike at the stage they name.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import logging
import ssl
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from sandbox.faults import FINE, Faults, Harm, Verdict
from sandbox.mailboxes import PostOffice

# aiosmtpd warns of its own deprecated attribute at every login.
logging.getLogger("mail.log").setLevel(logging.ERROR)

SIZE_LIMIT = 30 * 1024 * 1024
_WORDS = {
    421: "4.3.2 Service not available, closing transmission channel",
    450: "4.2.0 Mailbox busy, try again later",
    451: "4.3.0 Temporary local problem, try again later",
    452: "4.2.2 Mailbox full",
    550: "5.1.1 Recipient address rejected: User unknown",
    552: "5.2.2 Mailbox full",
    553: "5.1.3 Mailbox name not allowed",
    554: "5.7.1 Message rejected",
}


class SmtpServer:
    """One listening SMTP server on 127.0.0.1."""

    def __init__(
        self, *, office: PostOffice, faults: Faults, user: str, password: str, tls: ssl.SSLContext | None = None
    ) -> None:
        self._office = office
        self._faults = faults
        self._user, self._password = user, password
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._sessions: set[_Session] = set()
        self.port = 0

    async def start(self, port: int = 0) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._new_session, "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is None:
            return
        self._server.close()
        for session in tuple(self._sessions):
            session.abort()
        await asyncio.sleep(0)
        await self._server.wait_closed()

    def _new_session(self) -> asyncio.BaseProtocol:
        verdict = self.judge("connect", "connect")
        if verdict.harm is not Harm.NONE:
            self._office.world.record_call("smtp", "connect", verdict.code or "dropped")
            return _ClosedDoor(verdict)
        session = _Session(self, tls=self._tls)
        self._sessions.add(session)
        return session

    def forget(self, session: _Session) -> None:
        self._sessions.discard(session)

    def judge(self, stage: str, *labels: str) -> Verdict:
        """The fault due at `stage`; without a stage of its own it strikes at RCPT, a lost answer after the final dot."""
        fault = self._faults.smtp
        due = fault.stage or ("data" if fault.accept_then_drop else "rcpt")
        return fault.judge(*labels, stage=stage) if due == stage else FINE

    # aiosmtpd calls what follows.

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, credentials: LoginPassword
    ) -> AuthResult:
        given = [bytes(credentials.login or b""), bytes(credentials.password or b"")]
        wanted = [self._user.encode(), self._password.encode()]
        fine = hmac.compare_digest(b"\0".join(given), b"\0".join(wanted))
        self._office.world.record_call("smtp", "AUTH", 235 if fine else 535)
        return AuthResult(success=fine, handled=False)

    async def handle_MAIL(  # noqa: N802 - the name is aiosmtpd's
        self, server: _Session, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not session.authenticated:
            return self._record("MAIL", "530 5.7.0 Authentication required")
        refusal = await self._harm(server, "mail", address)
        if refusal is not None:
            return self._record("MAIL", refusal)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Ok"

    async def handle_RCPT(  # noqa: N802
        self, server: _Session, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = await self._harm(server, "rcpt", address)
        if refusal is None and ("@" not in address or address.startswith("@") or address.endswith("@")):
            refusal = "501 5.1.3 Bad recipient address syntax"
        if refusal is not None:
            return self._record("RCPT", refusal, to=address)
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: _Session, session: Session, envelope: Envelope) -> str:  # noqa: N802
        verdict = self.judge("data", *envelope.rcpt_tos)
        if verdict.harm is not Harm.ACCEPT_THEN_DROP:
            refusal = await self._harm(server, "data", *envelope.rcpt_tos, verdict=verdict)
            if refusal is not None:
                return self._record("DATA", refusal, to=", ".join(envelope.rcpt_tos))
        elif verdict.delay:
            await asyncio.sleep(verdict.delay)
        content = envelope.content
        self._office.accept(
            content if isinstance(content, bytes) else str(content).encode(),
            sender=(envelope.mail_from or "").removeprefix("<>"),  # the null path: nobody to return mail to
            recipients=list(envelope.rcpt_tos),
        )
        if verdict.harm is Harm.ACCEPT_THEN_DROP:
            self._record("DATA", "dropped", to=", ".join(envelope.rcpt_tos))
            await server.cut()
        return self._record("DATA", "250 2.0.0 Ok: queued", to=", ".join(envelope.rcpt_tos))

    async def _harm(self, server: _Session, stage: str, *labels: str, verdict: Verdict | None = None) -> str | None:
        verdict = verdict if verdict is not None else self.judge(stage, *labels)
        if verdict.delay:
            await asyncio.sleep(verdict.delay)
        if verdict.harm is Harm.DROP:
            self._record(stage.upper(), "dropped", to=", ".join(labels))
            await server.cut()
        if verdict.harm is Harm.RATE_LIMIT:
            return f"450 4.7.1 Rate limit exceeded, try again in {verdict.retry_after} seconds"
        if verdict.harm is Harm.REFUSE:
            if verdict.code == 421:
                server.close_soon()
            return refusal_line(verdict)
        return None

    def _record(self, method: str, reply: str, *, to: str = "") -> str:
        status: int | str = int(reply[:3]) if reply[:3].isdigit() else reply
        self._office.world.record_call("smtp", method, status, to=to)
        return reply


def refusal_line(verdict: Verdict) -> str:
    code = verdict.code if 400 <= verdict.code <= 599 else 451
    return f"{code} {verdict.text or _WORDS.get(code, '4.0.0 Refused' if code < 500 else '5.0.0 Refused')}"


class _Session(SMTP):
    """One connection."""

    def __init__(self, owner: SmtpServer, *, tls: ssl.SSLContext | None) -> None:
        super().__init__(
            owner,
            hostname="mx.sandbox.example",
            ident="ESMTP",
            data_size_limit=SIZE_LIMIT,
            enable_SMTPUTF8=True,
            tls_context=tls,
            auth_require_tls=False,
            authenticator=owner.authenticate,
            loop=asyncio.get_running_loop(),
        )
        self._owner = owner

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self._owner.forget(self)

    def abort(self) -> None:
        if isinstance(self.transport, asyncio.WriteTransport):
            # A TLS transport that was closed twice has forgotten its line, and early Pythons 3.11 do not look before they abort.
            with contextlib.suppress(AttributeError):
                self.transport.abort()

    async def cut(self) -> None:
        """Break the line and never answer: losing the connection cancels this very task."""
        self.abort()
        await asyncio.get_running_loop().create_future()

    def close_soon(self) -> None:
        if self.transport is not None:
            asyncio.get_running_loop().call_later(0.05, self.transport.close)


class _ClosedDoor(asyncio.Protocol):
    """A connection that is refused at once."""

    def __init__(self, verdict: Verdict) -> None:
        self._verdict = verdict

    def connection_made(self, transport: Any) -> None:
        if self._verdict.harm is Harm.DROP:
            transport.abort()
            return
        transport.write(refusal_line(self._verdict).encode() + b"\r\n")
        transport.close()
