"""By which channel clients could be reached now, and what their SMS would cost: of many at once, nothing is sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox import suppression
from channels.sms.terms import SmsTerms
from crm import merge_fields, templates
from crm.automations import places
from crm.automations.definition import Definition, Send, SendBy
from crm.automations.foreseeing import Did
from crm.consent.topics import TOPIC
from crm.mailings.composing import link_out, with_stop
from storage.models import Channel, Client, ConsentState, ContactKind, Language, Staff, Template, TemplateVersion
from storage.queries import automation_replays, consents, topics
from storage.queries import mailings as people
from storage.queries.mailings import Reader

_KINDS = {Channel.EMAIL: ContactKind.EMAIL, Channel.SMS: ContactKind.PHONE}
_CHANNELS = {
    SendBy.EMAIL: (Channel.EMAIL,),
    SendBy.SMS: (Channel.SMS,),
    SendBy.CHEAPEST: (Channel.EMAIL, Channel.SMS),
}


@dataclass(frozen=True, slots=True)
class Texts:
    """The messages an automation sends, in their languages, and who the clients' owners are."""

    versions: Mapping[str, Mapping[Language, TemplateVersion]]
    owners: Mapping[int, Staff]

    def lacks(self, step: Send, channel: Channel, client: Client | Reader) -> tuple[str, ...]:
        """The fields without which the message is not sent, and for which this client has nothing."""
        written = self.versions.get(step.template)
        if not written:
            return ()
        version = templates.variant_for(written, client.language)
        text = merge_fields.pieces_of(version.text)
        needed = templates.gaps(version, {}) if channel is Channel.EMAIL else merge_fields.missing(text, {})
        owner = self.owners.get(client.owner_id or 0)
        values = merge_fields.values_of(client, owner, zone_name="UTC", wanted=needed)
        return tuple(field for field in needed if not values[field])

    def quote(
        self, did: Did, client: Reader, addresses: Mapping[Channel, str], terms: SmsTerms
    ) -> tuple[int, int | None]:
        """Parts and money (millionths) of a message sent by SMS; nothing for an email, or for a text nobody wrote yet."""
        if did.channel is not Channel.SMS or not isinstance(did.step, Send):
            return 0, None
        written = self.versions.get(did.step.template)
        if not written:
            return 0, None
        values = merge_fields.values_of(
            client, self.owners.get(client.owner_id or 0), zone_name=client.timezone or "UTC"
        )
        pieces = merge_fields.pieces_of(templates.variant_for(written, client.language).text)
        text = merge_fields.render(pieces, values).text
        if did.step.marketing:
            text = with_stop(text, client.language, link_out(terms))
        quoted = terms.quote(addresses[Channel.SMS], text)
        return quoted.segments, quoted.money


@dataclass(frozen=True, slots=True)
class Reaching:
    """Addresses of some clients, and which of them are closed."""

    _addresses: Mapping[int, Mapping[Channel, str]]
    _stopped: Mapping[tuple[Channel, bool], Collection[str]]  # whether for marketing
    _refused: Mapping[Channel, Collection[int]]
    _left: Collection[int] = ()  # who does not want to hear of the automation's topic

    @classmethod
    async def load(cls, session: AsyncSession, clients: Sequence[Client | Reader], definition: Definition) -> Reaching:
        if not any(isinstance(step, Send) for _, step in places.every(definition)):
            return cls({}, {}, {})
        ids = [client.id for client in clients]
        points = await automation_replays.addresses(session, client_ids=ids)
        found = {
            client_id: {channel: of[kind] for channel, kind in _KINDS.items() if kind in of}
            for client_id, of in points.items()
        }
        stopped: dict[tuple[Channel, bool], Collection[str]] = {}
        refused: dict[Channel, Collection[int]] = {}
        for channel in _KINDS:
            there = [of[channel] for of in found.values() if channel in of]
            for marketing in (True, False):
                stopped[channel, marketing] = set(
                    await suppression.is_suppressed(session, channel=channel, addresses=there, marketing=marketing)
                )
            said = await consents.words_of(session, client_ids=ids, channel=channel)
            refused[channel] = {one for one, state in said.items() if state is ConsentState.WITHDRAWN}
        topic = await topics.by_name(session, definition.topic) if definition.topic else None
        left = await topics.without(session, topic_id=topic.id, client_ids=ids) if topic is not None else set()
        return cls(found, stopped, refused, left)

    @staticmethod
    async def texts(session: AsyncSession, definition: Definition) -> Texts:
        names = sorted({step.template for _, step in places.every(definition) if isinstance(step, Send)})
        query = select(Template).where(
            Template.name.in_(names), Template.owner_id.is_(None), Template.archived_at.is_(None)
        )
        found = {one.name: one.id for one in (await session.execute(query)).scalars()}
        written = {
            name: await templates.newest_versions(session, template_id=template_id)
            for name, template_id in found.items()
        }
        staff = (await session.execute(select(Staff.id))).scalars().all() if written else []
        return Texts(written, await people.owners(session, set(staff)))

    def addresses(self, client_id: int) -> Mapping[Channel, str]:
        return self._addresses.get(client_id, {})

    def sends(self, client: Client | Reader, step: Send, texts: Texts) -> tuple[Channel | None, str]:
        """`of`, unless a field of the text would stay empty: such a message is not sent."""
        channel, because = self.of(client.id, step)
        if channel is not None and texts.lacks(step, channel, client):
            return None, "missing-field"
        return channel, because

    def of(self, client_id: int, step: Send) -> tuple[Channel | None, str]:
        """The channel a message would go by; else why by none."""
        because = "no-address"
        for channel in _CHANNELS[step.by]:
            address = self.addresses(client_id).get(channel)
            if address is None:
                continue
            if address in self._stopped[channel, step.marketing]:
                because = "suppressed"
            elif step.marketing and client_id in self._refused[channel]:
                because = "unsubscribe"
            elif step.marketing and client_id in self._left:
                because = TOPIC
            else:
                return channel, ""
        return None, because
