"""Email as the outbox sends it: built when it goes, over sessions kept open; a lost answer is sent again under its Message-ID."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from math import inf

from channels.email.letter import never
from channels.email.mime import BadMessage, build
from channels.email.pace import MailPace
from channels.email.signing import Signer
from channels.email.smtp import Letter, SmtpSender, addressed
from channels.message import Outcome, OutgoingEmail, Phase, SendResult
from channels.outbox.budgets import Charge
from channels.outbox.delivery import Clock, Delivery, Message
from channels.outbox.returned import SOFT_LIMIT
from channels.sender import Ambiguity, Handover, Supply, wrong_message
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

    async def stream(self, supply: Supply) -> None:
        letters = _Letters(self, supply)
        if self._signer is None:
            await self._smtp.stream(letters)
            return
        # A signature takes far longer than a letter does on the wire: each is signed, then sent.
        while (letter := letters.take()) is not None:
            await self._deliver(letter)

    async def send(self, message: Message) -> SendResult:
        ended: asyncio.Future[SendResult] = asyncio.get_running_loop().create_future()
        made = self.letter(Handover(message, inf, ended=ended.set_result, returned=never))
        if isinstance(made, SendResult):
            return made
        await self._deliver(made)
        return ended.result()

    def letter(self, handover: Handover) -> Letter | SendResult:
        """The message as bytes with its envelope; or why it can never be one."""
        message = handover.message
        if not isinstance(message, OutgoingEmail):
            return wrong_message(message)
        try:
            content = build(message, date=self._clock.now())
        except BadMessage as error:
            return SendResult(Outcome.PERMANENT, Phase.CONNECT, "bad-message", str(error))
        return addressed(
            self._return_path(message),
            message.to_address,
            content,
            ended=lambda result: handover.ended(self._counted(result)),
            good_until=handover.good_until,
            returned=handover.returned,
        )

    async def _deliver(self, letter: Letter) -> None:
        if self._signer is not None:
            letter.content = await self._signer.signed(letter.content)
        await self._smtp.deliver(letter)

    def _counted(self, result: SendResult) -> SendResult:
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


class _Letters:
    """The pump's messages as letters; what can be none ends here."""

    def __init__(self, sender: EmailSender, supply: Supply) -> None:
        self._sender = sender
        self._supply = supply
        self.waiting = supply.waiting

    def take(self) -> Letter | None:
        while (handover := self._supply.take()) is not None:
            made = self._sender.letter(handover)
            if isinstance(made, Letter):
                return made
            handover.ended(made)
        return None
