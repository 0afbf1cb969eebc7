"""An automation's message, made at the moment it is sent: the client's language and values, and the link that ends it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from channels.email.compiled import CompiledBody, Filled, Slot
from channels.message import OutgoingEmail, OutgoingSms
from channels.outbox.delivery import Composed, Delivery, Drop
from crm import consent, templates
from crm.mailings.composing import Links, compiled, with_stop
from crm.merge_fields import Piece, html_of, missing, pieces_of, render, values_of
from crm.template_markup import html_pieces
from crm.writing import Sender
from storage.models import Automation, Channel, Enrolment, Staff, TemplateVersion
from storage.queries import mailings as queries
from storage.queries.mailings import Reader


class AutomationComposer:
    """Composes the ledger rows of kind `automation`. Only marketing carries the way out of marketing."""

    def __init__(self, sender: Sender, links: Links, *, takes_replies: bool = True) -> None:
        """`takes_replies`: whether STOP can come back; to a name shown instead of a number nobody can answer."""
        self._sender = sender
        self._links = links
        self._takes_replies = takes_replies

    async def __call__(self, session: AsyncSession, delivery: Delivery, /) -> Composed:
        client = (await queries.readers(session, [delivery.client_id or 0])).get(delivery.client_id or 0)
        enrolment = await session.get(Enrolment, int(delivery.payload["enrolment_id"]))
        if client is None or enrolment is None:
            return Drop("gone")
        versions = await templates.newest_versions(session, template_id=int(delivery.payload["template_id"]))
        if not versions:
            return Drop("template-empty")
        version = templates.variant_for(versions, client.language)
        automation = await session.get_one(Automation, enrolment.automation_id)
        people = await queries.owners(session, {one for one in (client.owner_id, automation.created_by_id) if one})
        maker = people.get(automation.created_by_id or 0)
        values = self._values(client, people.get(client.owner_id or 0), maker)
        if delivery.channel is Channel.SMS:
            return self._sms(delivery, client, version, values)
        if delivery.marketing:
            return self._letter(delivery, client, version, values, automation.id)
        return self._note(delivery, client, version, values)

    def _values(self, client: Reader, owner: Staff | None, maker: Staff | None) -> dict[str, str]:
        return values_of(client, owner, zone_name=maker.timezone if maker else "UTC")

    def _sms(self, delivery: Delivery, client: Reader, version: TemplateVersion, values: dict[str, str]) -> Composed:
        pieces = pieces_of(version.text)
        if gaps := missing(pieces, values):
            return _unfilled(gaps)
        text = render(pieces, values).text
        if delivery.marketing:
            text = with_stop(text, client.language, "" if self._takes_replies else self._leaving(delivery, client))
        return OutgoingSms(to_number=delivery.address, text=text, status_callback=self._sender.status_url(delivery.id))

    def _letter(
        self,
        delivery: Delivery,
        client: Reader,
        version: TemplateVersion,
        values: dict[str, str],
        automation_id: int,
    ) -> Composed:
        letter = compiled(version, client.language, company=self._sender.name)
        if unfilled := tuple(name for name in letter.needed if not values[name]):
            return _unfilled(unfilled)
        url, ways_out = self._links.ways_out(channel=delivery.channel, address=delivery.address, client_id=client.id)
        sender = self._sender.feedback_id
        return OutgoingEmail(
            to_address=delivery.address,
            to_name=client.name,
            subject=render(letter.subject, values).text,
            text="",
            body=Filled(letter.body, values | ways_out),
            message_id=delivery.message_id or "",
            from_address=self._sender.mail_from,
            from_name=self._sender.name,
            unsubscribe_url=url,
            automatic=True,
            envelope_from=self._sender.return_path_of(delivery.id),
            reply_to=self._sender.answers_to(delivery.id),
            feedback_id=f"a{automation_id}:0:automation:{sender}" if sender else "",
        )

    def _note(self, delivery: Delivery, client: Reader, version: TemplateVersion, values: dict[str, str]) -> Composed:
        """What somebody has to be told (an invoice is due): no footer, nothing to unsubscribe from."""
        subject, text = pieces_of(version.subject), pieces_of(version.text)
        markup = html_of(text) if version.html is None else html_pieces(version.html)
        if gaps := missing((*subject, *text, *markup), values):
            return _unfilled(gaps)
        return OutgoingEmail(
            to_address=delivery.address,
            to_name=client.name,
            subject=render(subject, values).text,
            text="",
            body=Filled(CompiledBody(text=_slots(text), html=_slots(markup)), values),
            message_id=delivery.message_id or "",
            from_address=self._sender.mail_from,
            from_name=self._sender.name,
            automatic=True,
            envelope_from=self._sender.return_path_of(delivery.id),
            reply_to=self._sender.answers_to(delivery.id),
        )

    def _leaving(self, delivery: Delivery, client: Reader) -> str:
        """The person's own link that unsubscribes this address."""
        token = consent.unsubscribe_token(
            key=self._links.key, channel=delivery.channel, address=delivery.address, client_id=client.id
        )
        return f"{self._links.public_url}/u/{token}"


def _slots(pieces: Sequence[Piece]) -> list[str | Slot]:
    return [Slot(one.field, one.fallback or "", one.in_link) if one.field else one.text for one in pieces]


def _unfilled(fields: tuple[str, ...]) -> Drop:
    """A letter with a hole in it helps nobody: it is not sent, and its reason says what the client lacks."""
    return Drop(f"missing-field: {', '.join(fields)}", failed=True)
