"""A mailing's message to one person, made at the moment it is sent: their language, their values, their unsubscribe link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.message import OutgoingEmail, OutgoingSms
from channels.outbox.delivery import Composed, Delivery, Drop
from crm import consent, templates
from crm.templates import Piece
from crm.wording import Wording
from crm.writing import Sender
from storage.models import Channel, Client, Language, Mailing, Staff, TemplateVersion
from storage.queries import mailings as queries


@dataclass(frozen=True)
class Links:
    """What unsubscribe links are made of."""

    public_url: str
    key: bytes


@dataclass(frozen=True)
class _Material:
    """What one batch needs, read at once."""

    mailings: dict[int, Mailing]
    versions: dict[int, dict[Language, TemplateVersion]]
    clients: dict[int, Client]
    people: dict[int, Staff]


class MailingComposer:
    """Composes the ledger rows of kinds `mailing` and `mailing_test`; reads a whole batch at once."""

    def __init__(self, sender: Sender, links: Links) -> None:
        self._sender = sender
        self._links = links

    async def __call__(self, session: AsyncSession, delivery: Delivery, /) -> Composed:
        material = await _read(session, [delivery])
        return self._compose(delivery, material)

    async def many(self, session: AsyncSession, deliveries: Sequence[Delivery], /) -> Mapping[int, Composed]:
        material = await _read(session, deliveries)
        return {delivery.id: self._compose(delivery, material) for delivery in deliveries}

    def _compose(self, delivery: Delivery, material: _Material) -> Composed:
        mailing_id, client_id = _subject_of(delivery)
        mailing, client = material.mailings.get(mailing_id), material.clients.get(client_id)
        if mailing is None or client is None:
            return Drop("gone")
        versions = material.versions.get(mailing.template_id)
        if not versions:
            return Drop("template-empty")
        version = templates.variant_for(versions, client.language)
        creator = material.people.get(mailing.created_by_id)
        owner = material.people.get(client.owner_id or 0)
        values = templates.values_of(client, owner, zone_name=creator.timezone if creator else "UTC")
        text = templates.render(pieces(version.text), values).text
        if delivery.channel is Channel.SMS:
            return self._sms(delivery, text, client.language)
        subject = templates.render(pieces(version.subject), values).text
        return self._email(delivery, client, mailing_id, subject, text)

    def _email(self, delivery: Delivery, client: Client, mailing_id: int, subject: str, text: str) -> OutgoingEmail:
        token = consent.unsubscribe_token(
            key=self._links.key,
            channel=Channel.EMAIL,
            address=delivery.address,
            client_id=client.id,
            mailing_id=mailing_id,
        )
        url = f"{self._links.public_url}/u/{token}"
        footer = say(client.language, "mailings-footer", company=self._sender.name, url=url)
        whole = f"{text.rstrip()}\n\n-- \n{footer}"
        return OutgoingEmail(
            to_address=delivery.address,
            to_name=client.name,
            subject=subject,
            text=whole,
            html=templates.as_html(f"{text.rstrip()}\n\n{footer}"),
            message_id=delivery.message_id or f"<t{delivery.id}@{self._sender.mail_from.rpartition('@')[2]}>",
            from_address=self._sender.mail_from,
            from_name=self._sender.name,
            unsubscribe_url=url,
        )

    def _sms(self, delivery: Delivery, text: str, language: Language) -> OutgoingSms:
        whole = with_stop(text, language)
        return OutgoingSms(to_number=delivery.address, text=whole, status_callback=self._sender.status_callback)


@lru_cache(maxsize=512)
def pieces(text: str) -> tuple[Piece, ...]:
    """The parsed template text; a version never changes, so its pieces are kept."""
    return templates.parse(text)


def with_stop(text: str, language: Language) -> str:
    """An SMS with the line that says how to stop."""
    return f"{text.rstrip()}\n{say(language, 'mailings-stop')}"


def say(language: Language, key: str, **arguments: object) -> str:
    """What customers read from us, in their language."""
    return _catalogue().text(language, key, arguments)


@cache
def _catalogue() -> Wording:
    return Wording(Path(__file__).parent.parent / "locale")


def _subject_of(delivery: Delivery) -> tuple[int, int]:
    """(mailing, client) of a delivery; a test names them in its payload."""
    if delivery.mailing_id is not None:
        return delivery.mailing_id, delivery.client_id or 0
    return int(delivery.payload["mailing_id"]), int(delivery.payload["client_id"])


async def _read(session: AsyncSession, deliveries: Sequence[Delivery]) -> _Material:
    subjects = [_subject_of(delivery) for delivery in deliveries]
    mailing_rows = await session.execute(select(Mailing).where(Mailing.id.in_({subject[0] for subject in subjects})))
    mailings = {mailing.id: mailing for mailing in mailing_rows.scalars()}
    client_rows = await session.execute(select(Client).where(Client.id.in_({subject[1] for subject in subjects})))
    clients = {client.id: client for client in client_rows.scalars()}
    versions = {
        mailing.template_id: await templates.newest_versions(session, template_id=mailing.template_id)
        for mailing in mailings.values()
    }
    wanted = {client.owner_id for client in clients.values() if client.owner_id}
    wanted |= {mailing.created_by_id for mailing in mailings.values()}
    return _Material(mailings, versions, clients, await queries.owners(session, wanted))
