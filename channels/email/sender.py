"""Email as the outbox sends it: built when it goes, over sessions kept open; a lost answer is sent again under its Message-ID."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from channels.email.mime import BadMessage, build
from channels.email.pace import MailPace
from channels.email.signing import Signer
from channels.email.smtp import SmtpSender
from channels.message import Outcome, OutgoingEmail, Phase, SendResult
from channels.outbox.budgets import Charge
from channels.outbox.delivery import Clock, Delivery, Message
from channels.outbox.returned import SOFT_LIMIT
from channels.sender import Ambiguity, wrong_message
from storage.models import BounceKind, Channel


class EmailSender:
    """`envelope_from` receives the bounces of mail that names no address for its own; `sessions` are kept open at once."""

    channel = Channel.EMAIL
    ambiguous = Ambiguity.RETRY
    reconciles = False
    spacing = 0.0

    def __init__(
        self,
        *,
        url: str,
        envelope_from: str,
        clock: Clock,
        sessions: int = 8,
        signer: Signer | None = None,
        pace: MailPace | None = None,
        soft_limit: int = SOFT_LIMIT,
    ) -> None:
        self.concurrency = sessions
        self._soft_limit = soft_limit
        self._pace = pace or MailPace()
        self._smtp = SmtpSender(url, connections=sessions)
        self._envelope_from = envelope_from
        self._clock = clock
        self._signer = signer

    def ready_in(self, message: Message) -> float:
        return 0.0

    def charges(self, delivery: Delivery, message: Message) -> Sequence[Charge]:
        return self._pace.charges(delivery, message)

    async def send(self, message: Message) -> SendResult:
        if not isinstance(message, OutgoingEmail):
            return wrong_message(message)
        try:
            content = build(message, date=self._clock.now())
        except BadMessage as error:
            return SendResult(Outcome.PERMANENT, Phase.CONNECT, "bad-message", str(error))
        if self._signer is not None:
            content = await self._signer.signed(content)
        result = await self._smtp.send(self._return_path(message), message.to_address, content)
        return replace(result, soft_limit=self._soft_limit) if result.bounce is BounceKind.SOFT else result

    def _return_path(self, message: OutgoingEmail) -> str:
        """RFC 3834: an automatic answer comes from nowhere, so that no machine answers it. Mailings want their bounces."""
        if message.automatic and message.in_reply_to is not None:
            return ""
        return self._envelope_from if message.envelope_from is None else message.envelope_from

    async def reconcile(
        self, delivery: Delivery, message: Message, *, since: datetime, known: Collection[str]
    ) -> SendResult | None:
        return None

    async def close(self) -> None:
        await self._smtp.close()
