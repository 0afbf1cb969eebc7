"""What we know already of the mails that came: asked once for all of them, and kept up with while they are put in place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from channels.email.reading import ParsedEmail
from crm import threads
from crm.inbound.timeline import ID_LIMIT, KINDS
from crm.interactions import KeptFile
from storage.models import Channel, Direction
from storage.queries import arrivals as rows
from storage.queries.arrivals import Answered, Conversation, Sender

_CHUNK = 500  # values in one question


@dataclass(frozen=True)
class Named:
    """What a mail itself says it belongs to."""

    client_id: int | None
    thread: Conversation | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """A conversation that is to be written down, with what its first mail calls its sender and its subject."""

    thread: Conversation
    name: str
    subject: str


@dataclass(slots=True)
class Said:
    """A message of a conversation that mails name by its identifier. `files`, by what is in them, of possible copies."""

    thread: Conversation
    direction: Direction | None
    text: str
    id: int = 0
    files: set[str] = field(default_factory=set)


@dataclass
class Known:
    """Conversations and clients by what mails name them with. Message identifiers keep the order they came in."""

    house: threads.House
    by_token: dict[str, Conversation] = field(default_factory=dict)
    by_delivery: dict[int, Answered] = field(default_factory=dict)
    by_message: dict[str, list[Said]] = field(default_factory=dict)
    mailed: dict[str, int] = field(default_factory=dict)
    deliveries: dict[str, int] = field(default_factory=dict)
    clients: dict[str, list[Sender]] = field(default_factory=dict)
    strangers: dict[str, list[Conversation]] = field(default_factory=dict)
    begun: list[Begun] = field(default_factory=list)
    _has_tokens: bool = False  # some mail came to a reply address; of most groups none did
    _newest: dict[tuple[int, str], Conversation | None] = field(default_factory=dict)
    _by_id: dict[int, Conversation] = field(default_factory=dict)

    @classmethod
    async def of(
        cls, unit: AsyncConnection, mails: Sequence[tuple[ParsedEmail, str]], *, house: threads.House
    ) -> Known:
        """Of mails with their senders' addresses."""
        known = cls(house=house)
        tokens = {token for email, _ in mails for token in _tokens(email)}
        known._has_tokens = bool(tokens)
        for some in _chunks(tokens):
            for found in await rows.by_token(unit, some):
                known.by_token[found.token] = known._one(found)
        deliveries = {one for email, _ in mails for one in known._named_deliveries(email)}
        if deliveries:
            known.by_delivery = {one.id: one for one in await rows.deliveries(unit, deliveries)}
        identifiers = {one for email, _ in mails for one in (email.message_id[:ID_LIMIT], *email.thread) if one}
        for some in _chunks(identifiers):
            await known._look_up_messages(unit, some)
        await known._look_up_files(unit, {email.message_id[:ID_LIMIT] for email, _ in mails})
        addresses = {sender for _, sender in mails}
        for some in _chunks(addresses):
            await known._look_up_senders(unit, some)
        return known

    def is_copy(self, email: ParsedEmail, sender: str, *, files: Sequence[KeptFile]) -> bool:
        """Whether this very message is on the timeline: changed on its way to another mailbox, or our own, come back.

        Scanners and shops name all their mails alike: with other words, or with other files, it is another one.
        """
        contents = {one.sha256 for one in files}
        found = self.by_message.get(email.message_id[:ID_LIMIT], ()) if email.message_id else ()
        return any(
            one.direction is Direction.OUT
            or (one.thread.address == sender and one.text == email.new_text and one.files == contents)
            for one in found
        )

    def named(self, email: ParsedEmail) -> Named | None:
        """The conversation our reply address names, else what the message identifiers it answers belong to."""
        for token in _tokens(email) if self._has_tokens else ():
            if token in self.by_token:
                thread = self.by_token[token]
                return Named(thread.client_id, thread)
        for identifier in email.thread:
            found = self.by_message.get(identifier)
            if found:
                thread = found[-1].thread
                return Named(thread.client_id, thread)
            if identifier in self.mailed:
                return Named(self.mailed[identifier])  # an answer to a mailing: we know whom we wrote to
        # Answered by hand, or by a program that names nothing.
        return next((Named(answered.client_id) for answered in self._answered(email)), None)

    def answered_delivery(self, email: ParsedEmail) -> int | None:
        """The newest delivery of ours whose Message-ID a mail answers, in the conversation it began too."""
        found = [self.deliveries[identifier] for identifier in email.thread if identifier in self.deliveries]
        found += [one.id for one in self._answered(email) if one.marketing]
        return max(found) if found else None

    def answers_at(self, email: ParsedEmail, sender: str) -> bool:
        """Whether a mail came to a reply address of ours that only its sender's address was given."""
        tokens = _tokens(email) if self._has_tokens else ()
        if any(one in self.by_token and self.by_token[one].address == sender for one in tokens):
            return True
        answered = self._answered(email)
        theirs = {one.id for one in self.clients.get(sender, ())} if answered else set()
        return any(one.client_id in theirs for one in answered)

    def _answered(self, email: ParsedEmail) -> list[Answered]:
        """The deliveries a mail answers by the addresses it came to, in the addresses' order."""
        if not self.by_delivery:
            return []
        return [self.by_delivery[one] for one in self._named_deliveries(email) if one in self.by_delivery]

    def _named_deliveries(self, email: ParsedEmail) -> list[int]:
        """By the addresses it came to."""
        return [named for one in _plus_addresses(email) if (named := self.house.delivery_of(one)) is not None]

    def stranger(self, address: str, assignee_id: int | None) -> Conversation | None:
        """The newest conversation with an address that is no client's; in a personal mailbox only its owner's."""
        fitting = (one for one in reversed(self.strangers.get(address, ())) if assignee_id in (None, one.assignee_id))
        return next(fitting, None)

    async def beside(self, unit: AsyncConnection, client_id: int, address: str) -> Conversation | None:
        """The newest conversation with a client at another address than the one that was written to. Few mails ask."""
        key = client_id, address
        if key not in self._newest:
            found = await rows.newest_with(unit, Channel.EMAIL, client_id=client_id, address=address)
            self._newest[key] = None if found is None else self._one(found)
        return self._newest[key]

    def opened(self, thread: Conversation, *, name: str, subject: str) -> None:
        """A conversation was begun."""
        self.begun.append(Begun(thread, name, subject))
        self.by_token[thread.token] = thread
        if thread.client_id is None:
            self.strangers.setdefault(thread.address, []).append(thread)
        else:
            self._newest[thread.client_id, thread.address] = thread

    def logged(self, email: ParsedEmail, thread: Conversation, *, files: Sequence[KeptFile]) -> None:
        """A mail was put on the timeline."""
        if email.message_id:
            said = Said(thread, Direction.IN, email.new_text, files={one.sha256 for one in files})
            self.by_message.setdefault(email.message_id[:ID_LIMIT], []).append(said)

    async def _look_up_messages(self, unit: AsyncConnection, identifiers: Sequence[str]) -> None:
        for identifier, number, direction, text, found in await rows.by_message(unit, identifiers):
            self.by_message.setdefault(identifier, []).append(Said(self._one(found), direction, text, number))
        for identifier, client_id, delivery in await rows.mailed(unit, identifiers):
            self.mailed.setdefault(identifier, client_id)
            if delivery is not None:
                self.deliveries.setdefault(identifier, delivery)

    async def _look_up_files(self, unit: AsyncConnection, identifiers: Iterable[str]) -> None:
        """Of the messages that have an arriving mail's own name already: hardly ever any."""
        namesakes = {one.id: one for name in identifiers for one in self.by_message.get(name, ())}
        if namesakes:
            for number, sha256 in await rows.contents(unit, namesakes):
                namesakes[number].files.add(sha256)

    async def _look_up_senders(self, unit: AsyncConnection, addresses: Sequence[str]) -> None:
        for address, client in await rows.senders(unit, KINDS[Channel.EMAIL], addresses):
            self.clients.setdefault(address, []).append(client)
        for thread in await rows.with_strangers(unit, Channel.EMAIL, addresses):
            self.strangers.setdefault(thread.address, []).append(self._one(thread))

    def _one(self, found: Conversation) -> Conversation:
        """The same conversation once, however it was found: what a mail changes in it the next one sees."""
        return self._by_id.setdefault(found.id, found)


def _tokens(email: ParsedEmail) -> list[str]:
    return [token for one in _plus_addresses(email) if (token := threads.token_of(one))]


def _plus_addresses(email: ParsedEmail) -> list[str]:
    """Of those it came to: no others name what is answered, and all of every mail are looked at, several times."""
    return [one for one in (*email.to, *email.cc, *email.delivered_to) if "+" in one]


def _chunks(values: Iterable[str]) -> Iterable[list[str]]:
    ordered = sorted(values)
    return (ordered[start : start + _CHUNK] for start in range(0, len(ordered), _CHUNK))
