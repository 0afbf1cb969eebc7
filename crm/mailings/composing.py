"""A mailing's message to one person, made at the moment it is sent: their language, their values, their unsubscribe link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.email.compiled import CompiledBody, Filled, Slot
from channels.message import OutgoingEmail, OutgoingSms
from channels.outbox.delivery import Composed, Delivery, Drop
from crm import consent, templates
from crm.merge_fields import Piece, filled, html_of, missing, pieces_of, render, values_of
from crm.template_markup import html_pieces, with_footer
from crm.wording import Wording
from crm.writing import Sender
from storage.models import Channel, Language, Mailing, Staff, TemplateVersion
from storage.queries import mailings as queries
from storage.queries.mailings import Reader

_UNSUBSCRIBE = "unsubscribe"
_KEPT = 64  # compiled letters: a version in each reader's language
_FOOTER_STYLE = "font-family:sans-serif;font-size:12px;line-height:1.5;color:#666666;text-align:center;margin:16px"


@dataclass(frozen=True)
class Links:
    """What unsubscribe links are made of."""

    public_url: str
    key: bytes


@dataclass(frozen=True)
class _Letter:
    """A version with its footer in one language, compiled; `fields` are those it uses, `needed` those without a fallback."""

    subject: tuple[Piece, ...]
    body: CompiledBody
    fields: frozenset[str]
    needed: tuple[str, ...]


@dataclass(frozen=True)
class _Material:
    """What one batch needs, read at once."""

    mailings: dict[int, Mailing]
    versions: dict[int, dict[Language, TemplateVersion]]
    clients: dict[int, Reader]
    people: dict[int, Staff]


class MailingComposer:
    """Composes the ledger rows of kinds `mailing` and `mailing_test`; reads a whole batch at once."""

    def __init__(self, sender: Sender, links: Links, *, takes_replies: bool = True) -> None:
        """`takes_replies`: whether STOP can come back; to a name shown instead of a number nobody can answer."""
        self._sender = sender
        self._links = links
        self._letters: dict[tuple[int, Language], _Letter] = {}
        self._takes_replies = takes_replies

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
        zone_name = creator.timezone if creator else "UTC"
        if delivery.channel is Channel.SMS:
            pieces = pieces_of(version.text)
            values = values_of(client, owner, zone_name=zone_name, wanted=_fields(pieces))
            if gaps := missing(pieces, values):
                return _unfilled(gaps)
            return self._sms(delivery, client, mailing.id, render(pieces, values).text)
        letter = self._letter(version, client.language)
        values = values_of(client, owner, zone_name=zone_name, wanted=letter.fields)
        if unfilled := [name for name in letter.needed if not values[name]]:
            return _unfilled(unfilled)
        return self._email(delivery, client, mailing, letter, values)

    def _email(
        self, delivery: Delivery, client: Reader, mailing: Mailing, letter: _Letter, values: dict[str, str]
    ) -> OutgoingEmail:
        url = values[_UNSUBSCRIBE] = self._leaving(delivery, client, mailing.id)
        return OutgoingEmail(
            to_address=delivery.address,
            to_name=client.name,
            subject=filled(letter.subject, values),
            text="",
            body=Filled(letter.body, values),
            message_id=delivery.message_id or f"<t{delivery.id}@{self._sender.mail_from.rpartition('@')[2]}>",
            from_address=self._sender.mail_from,
            from_name=self._sender.name,
            unsubscribe_url=url,
            automatic=True,
            envelope_from=self._sender.return_path_of(delivery.id),
            feedback_id=self._feedback_id(mailing),
        )

    def _letter(self, version: TemplateVersion, language: Language) -> _Letter:
        """The compiled version with its footer; a version never changes, so it is compiled once."""
        found = self._letters.get((version.id, language))
        if found is None:
            if len(self._letters) >= _KEPT:
                self._letters.clear()
            found = self._letters[version.id, language] = compiled(version, language, company=self._sender.name)
        return found

    def _feedback_id(self, mailing: Mailing) -> str:
        """Campaign, segment, kind of mail, sender: what Gmail's Postmaster Tools count complaints by."""
        sender = self._sender.feedback_id
        return f"m{mailing.id}:s{mailing.segment_id}:mailing:{sender}" if sender else ""

    def _sms(self, delivery: Delivery, client: Reader, mailing_id: int, text: str) -> OutgoingSms:
        link = "" if self._takes_replies else self._leaving(delivery, client, mailing_id)
        whole = with_stop(text, client.language, link)
        return OutgoingSms(to_number=delivery.address, text=whole, status_callback=self._sender.status_url(delivery.id))

    def _leaving(self, delivery: Delivery, client: Reader, mailing_id: int) -> str:
        """The person's own link that unsubscribes this address."""
        token = consent.unsubscribe_token(
            key=self._links.key,
            channel=delivery.channel,
            address=delivery.address,
            client_id=client.id,
            mailing_id=mailing_id,
        )
        return f"{self._links.public_url}/u/{token}"


def compiled(version: TemplateVersion, language: Language, *, company: str) -> _Letter:
    """A version as a letter: the text and the HTML, each with who writes and how to stop it."""
    subject, text = pieces_of(version.subject), pieces_of(version.text)
    before, _, after = say(language, "mailings-footer", company=company, url="\x00").partition("\x00")
    link = Piece(field=_UNSUBSCRIBE)
    words = (*text, Piece(text=f"\n\n-- \n{before}"), link, Piece(text=after))
    style = f' style="{_FOOTER_STYLE}"' if version.html is not None else ""
    footer = (
        Piece(text=f'<p{style}>{_lines(before)}<a href="'),
        link,
        Piece(text='">'),
        link,
        Piece(text=f"</a>{_lines(after)}</p>\n"),
    )
    markup = with_footer(html_of(text) if version.html is None else html_pieces(version.html), footer)
    body = CompiledBody(text=_slots(words), html=_slots(markup))
    used = (*subject, *text, *markup)
    needed = dict.fromkeys(piece.field for piece in used if piece.field and piece.fallback is None)
    needed.pop(_UNSUBSCRIBE, None)
    return _Letter(subject, body, _fields(used) - {_UNSUBSCRIBE}, tuple(needed))


def with_stop(text: str, language: Language, link: str = "") -> str:
    """An SMS with the line that says how to stop: by an answer, or by a link where none can come back."""
    line = say(language, "mailings-stop-link", url=link) if link else say(language, "mailings-stop")
    return f"{text.rstrip()}\n{line}"


def say(language: Language, key: str, **arguments: object) -> str:
    """What customers read from us, in their language."""
    return _catalogue().text(language, key, arguments)


@cache
def _catalogue() -> Wording:
    return Wording(Path(__file__).parent.parent / "locale")


def _unfilled(fields: Sequence[str]) -> Drop:
    """A letter with a hole in it helps nobody: it is not sent, and its reason says what the client lacks."""
    return Drop(f"missing-field: {', '.join(fields)}", failed=True)


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>\n")


def _slots(pieces: Sequence[Piece]) -> list[str | Slot]:
    return [Slot(one.field, one.fallback or "", one.in_link) if one.field else one.text for one in pieces]


def _fields(pieces: Sequence[Piece]) -> frozenset[str]:
    return frozenset(piece.field for piece in pieces if piece.field)


def _subject_of(delivery: Delivery) -> tuple[int, int]:
    """(mailing, client) of a delivery; a test names them in its payload."""
    if delivery.mailing_id is not None:
        return delivery.mailing_id, delivery.client_id or 0
    return int(delivery.payload["mailing_id"]), int(delivery.payload["client_id"])


async def _read(session: AsyncSession, deliveries: Sequence[Delivery]) -> _Material:
    subjects = [_subject_of(delivery) for delivery in deliveries]
    mailing_rows = await session.execute(select(Mailing).where(Mailing.id.in_({subject[0] for subject in subjects})))
    mailings = {mailing.id: mailing for mailing in mailing_rows.scalars()}
    clients = await queries.readers(session, {subject[1] for subject in subjects})
    versions = {
        mailing.template_id: await templates.newest_versions(session, template_id=mailing.template_id)
        for mailing in mailings.values()
    }
    wanted = {client.owner_id for client in clients.values() if client.owner_id}
    wanted |= {mailing.created_by_id for mailing in mailings.values()}
    return _Material(mailings, versions, clients, await queries.owners(session, wanted))
