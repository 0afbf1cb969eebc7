"""What we know already of the mails that came: asked once for all of them, and kept up with while they are put in place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.email.reading import ParsedEmail
from crm import threads
from crm.inbound.timeline import ID_LIMIT, KINDS, latest
from storage.models import Channel, Client, Direction, Interaction, Outbox, Thread
from storage.queries.contacts import clients_at

_CHUNK = 500  # values in one question


@dataclass(frozen=True)
class Named:
    """What a mail itself says it belongs to."""

    client_id: int | None
    thread: Thread | None = None


@dataclass
class Known:
    """Conversations and clients by what mails name them with. Message identifiers keep the order they came in."""

    by_token: dict[str, Thread] = field(default_factory=dict)
    by_message: dict[str, list[tuple[Thread, Direction | None]]] = field(default_factory=dict)
    mailed: dict[str, int] = field(default_factory=dict)
    deliveries: dict[str, int] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    strangers: dict[str, list[Thread]] = field(default_factory=dict)

    @classmethod
    async def of(cls, session: AsyncSession, mails: Sequence[tuple[ParsedEmail, str]]) -> Known:
        """Of mails with their senders' addresses."""
        known = cls()
        tokens = {token for email, _ in mails for token in _tokens(email)}
        for some in _chunks(tokens):
            for thread in (await session.execute(select(Thread).where(Thread.token.in_(some)))).scalars():
                known.by_token[thread.token] = thread
        identifiers = {one for email, _ in mails for one in (email.message_id[:ID_LIMIT], *email.thread) if one}
        for some in _chunks(identifiers):
            await known._look_up_messages(session, some)
        addresses = {sender for _, sender in mails}
        for some in _chunks(addresses):
            await known._look_up_senders(session, some)
        return known

    def is_copy(self, email: ParsedEmail, sender: str) -> bool:
        """Whether this very message is on the timeline: fetched again from a mailbox numbered anew, or our own, come back."""
        found = self.by_message.get(email.message_id[:ID_LIMIT], ()) if email.message_id else ()
        return any(thread.address == sender or direction is Direction.OUT for thread, direction in found)

    def named(self, email: ParsedEmail) -> Named | None:
        """The conversation our reply address names, else what the message identifiers it answers belong to."""
        for token in _tokens(email):
            if token in self.by_token:
                thread = self.by_token[token]
                return Named(thread.client_id, thread)
        for identifier in email.thread:
            found = self.by_message.get(identifier)
            if found:
                thread = found[-1][0]
                return Named(thread.client_id, thread)
            if identifier in self.mailed:
                return Named(self.mailed[identifier])  # an answer to a mailing: we know whom we wrote to
        return None

    def answered_delivery(self, email: ParsedEmail) -> int | None:
        """The newest delivery of ours whose Message-ID a mail answers, in the conversation it began too."""
        found = [self.deliveries[identifier] for identifier in email.thread if identifier in self.deliveries]
        return max(found) if found else None

    def stranger(self, address: str, assignee_id: int | None) -> Thread | None:
        """The newest conversation with an address that is no client's; in a personal mailbox only its owner's."""
        fitting = (one for one in reversed(self.strangers.get(address, ())) if assignee_id in (None, one.assignee_id))
        return next(fitting, None)

    def opened(self, thread: Thread) -> None:
        """A conversation was begun."""
        self.by_token[thread.token] = thread
        if thread.client_id is None:
            self.strangers.setdefault(thread.address, []).append(thread)

    def logged(self, email: ParsedEmail, thread: Thread) -> None:
        """A mail was put on the timeline."""
        if email.message_id:
            self.by_message.setdefault(email.message_id[:ID_LIMIT], []).append((thread, Direction.IN))

    async def _look_up_messages(self, session: AsyncSession, identifiers: Sequence[str]) -> None:
        query = (
            select(Interaction.message_id, Thread, Interaction.direction)
            .join(Thread, Thread.id == Interaction.thread_id)
            .where(Interaction.message_id.in_(identifiers))
            .order_by(Interaction.id)
        )
        for identifier, thread, direction in await session.execute(query):
            self.by_message.setdefault(str(identifier), []).append((thread, direction))
        sent = select(Outbox.message_id, Outbox.client_id, Outbox.id, Outbox.marketing).where(
            Outbox.message_id.in_(identifiers), Outbox.client_id.is_not(None)
        )
        for identifier, client_id, number, is_marketing in await session.execute(sent):
            self.mailed.setdefault(str(identifier), int(client_id or 0))
            if is_marketing:
                self.deliveries.setdefault(str(identifier), number)

    async def _look_up_senders(self, session: AsyncSession, addresses: Sequence[str]) -> None:
        found: dict[str, list[Client]] = {}
        for point, client in await clients_at(session, KINDS[Channel.EMAIL], addresses):
            found.setdefault(point.value, []).append(client)
        self.clients |= {address: latest(clients) for address, clients in found.items()}
        query = (
            select(Thread)
            .where(Thread.channel == Channel.EMAIL, Thread.address.in_(addresses), Thread.client_id.is_(None))
            .order_by(Thread.id)
        )
        for thread in (await session.execute(query)).scalars():
            self.strangers.setdefault(thread.address, []).append(thread)


def _tokens(email: ParsedEmail) -> list[str]:
    found = (threads.token_of(address) for address in (*email.to, *email.cc, *email.delivered_to))
    return [token for token in found if token]


def _chunks(values: Iterable[str]) -> Iterable[list[str]]:
    ordered = sorted(values)
    return (ordered[start : start + _CHUNK] for start in range(0, len(ordered), _CHUNK))
