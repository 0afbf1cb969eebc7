"""A mailing's message to one person, made at the moment it is sent: their language, their values, their links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.email.compiled import CompiledBody, Filled, Slot
from channels.message import MailFile, OutgoingEmail, OutgoingSms
from channels.outbox.delivery import Composed, Delivery, Drop
from channels.sms.terms import SmsTerms
from crm import consent, templates
from crm.mailings.enclosing import MailingFiles, placed, shown_in, with_pictures, without_names
from crm.merge_fields import FIELDS, Piece, filled, missing, pieces_of, render, values_of
from crm.template_links import led_through, markup_of
from crm.template_markup import with_footer
from crm.touch_tokens import NOTHING_COUNTED, Counted, click_token, open_token
from crm.wording import Wording
from crm.writing import Sender
from storage.models import Channel, Language, Mailing, MailingTrial, Staff, TemplateVersion, TrialSide
from storage.queries import mailings as queries
from storage.queries import tracking as touches
from storage.queries.mailings import Reader

_UNSUBSCRIBE, _PREFERENCES, _PIXEL = "unsubscribe", "preferences", "pixel"
_LINK = "link:"  # and the id of a stored link
_NOTHING: frozenset[str] = frozenset()
_TOKEN = "x" * 87  # as long as a real one, of which every person has another
_KEPT = 64  # compiled letters: a version in each reader's language
_FOOTER_STYLE = "font-family:sans-serif;font-size:12px;line-height:1.5;color:#666666;text-align:center;margin:16px"


@dataclass(frozen=True)
class Links:
    """What the links of a mailing are made of, and whether clicks and opens are counted."""

    public_url: str
    key: bytes
    touch_key: bytes = b""
    counted: Counted = NOTHING_COUNTED

    def ways_out(
        self, *, channel: Channel, address: str, client_id: int, mailing_id: int | None = None
    ) -> tuple[str, dict[str, str]]:
        """The link that unsubscribes, and what fills the footer of a compiled letter."""
        leave, choose = consent.ways_out(
            key=self.key, channel=channel, address=address, client_id=client_id, mailing_id=mailing_id
        )
        url = f"{self.public_url}/u/{leave}"
        return url, {_UNSUBSCRIBE: url, _PREFERENCES: f"{self.public_url}/p/{choose}"}


@dataclass(frozen=True)
class _Form:
    """What makes two letters of one version and language differ. Tests count nothing."""

    shown: frozenset[str]
    subject: str
    clicks: bool
    opens: bool


@dataclass(frozen=True)
class _Letter:
    """A version with its footer in one language, compiled; `fields` are those it uses, `needed` those without a fallback.

    `links` are the stored links it leads through us, empty where clicks are not counted; `pixel`: openings are.
    """

    subject: tuple[Piece, ...]
    body: CompiledBody
    fields: frozenset[str]
    needed: tuple[str, ...]
    shown: frozenset[str]  # the files that stand inside it
    links: tuple[int, ...] = ()
    pixel: bool = False


@dataclass(frozen=True)
class _Material:
    """What one batch needs, read at once."""

    mailings: dict[int, Mailing]
    versions: dict[int, dict[Language, TemplateVersion]]
    clients: dict[int, Reader]
    people: dict[int, Staff]
    files: dict[int, tuple[MailFile, ...]]
    trials: dict[int, MailingTrial]
    links: Mapping[int, Mapping[str, int]]  # of versions whose clicks are counted: stored links by address


class MailingComposer:
    """Composes the ledger rows of kinds `mailing` and `mailing_test`; reads a whole batch at once."""

    def __init__(self, sender: Sender, links: Links, *, takes_replies: bool = True) -> None:
        """`takes_replies`: whether STOP can come back; to a name shown instead of a number nobody can answer."""
        self._sender = sender
        self._links = links
        self._letters: dict[tuple[int, Language, _Form], _Letter] = {}
        self._files = MailingFiles(sender.files)
        self._takes_replies = takes_replies

    async def __call__(self, session: AsyncSession, delivery: Delivery, /) -> Composed:
        material = await self._read(session, [delivery])
        return self._compose(delivery, material)

    async def many(self, session: AsyncSession, deliveries: Sequence[Delivery], /) -> Mapping[int, Composed]:
        material = await self._read(session, deliveries)
        return {delivery.id: self._compose(delivery, material) for delivery in deliveries}

    async def _read(self, session: AsyncSession, deliveries: Sequence[Delivery]) -> _Material:
        """What the batch needs."""
        subjects = [_subject_of(delivery) for delivery in deliveries]
        mailing_rows = await session.execute(
            select(Mailing).where(Mailing.id.in_({subject[0] for subject in subjects}))
        )
        mailings = {mailing.id: mailing for mailing in mailing_rows.scalars()}
        clients = await queries.readers(session, {subject[1] for subject in subjects})
        used = {one for mailing in mailings.values() for one in (mailing.template_id, mailing.sms_template_id) if one}
        trial_rows = await session.execute(select(MailingTrial).where(MailingTrial.mailing_id.in_(mailings)))
        trials = {trial.mailing_id: trial for trial in trial_rows.scalars()}
        used |= {trial.template_b_id for trial in trials.values() if trial.template_b_id}
        versions = {number: await templates.newest_versions(session, template_id=number) for number in sorted(used)}
        wanted = {client.owner_id for client in clients.values() if client.owner_id}
        wanted |= {mailing.created_by_id for mailing in mailings.values()}
        counts = any(_counts(self._links.counted, mailing)[0] for mailing in mailings.values())
        read = {version.id for number in used for version in versions[number].values()} if counts else set()
        return _Material(
            mailings,
            versions,
            clients,
            await queries.owners(session, wanted),
            await self._files.of(session, mailings),
            trials,
            await touches.links_of(session, read) if read else {},
        )

    def _compose(self, delivery: Delivery, material: _Material) -> Composed:
        mailing_id, client_id = _subject_of(delivery)
        mailing, client = material.mailings.get(mailing_id), material.clients.get(client_id)
        if mailing is None or client is None:
            return Drop("gone")
        trial = _b_of(material.trials.get(mailing.id), delivery)
        by_text = delivery.channel is Channel.SMS and mailing.sms_template_id is not None
        other = mailing.sms_template_id if by_text else trial.template_b_id if trial is not None else None
        versions = material.versions.get(other or mailing.template_id)
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
        files = material.files.get(mailing.id, ())
        clicks, opens = _counts(self._links.counted, mailing) if delivery.mailing_id is not None else (False, False)
        form = _Form(
            shown=shown_in(version, files) if files else _NOTHING,
            subject=str(trial.subjects.get(version.language.value, "")) if trial is not None else "",
            clicks=clicks,
            opens=opens,
        )
        letter = self._letter(version, client.language, form, material)
        values = values_of(client, owner, zone_name=zone_name, wanted=letter.fields)
        if unfilled := [name for name in letter.needed if not values[name]]:
            return _unfilled(unfilled)
        return self._email(delivery, client, mailing, letter, values, placed(files, letter.shown) if files else ())

    def _email(
        self,
        delivery: Delivery,
        client: Reader,
        mailing: Mailing,
        letter: _Letter,
        values: dict[str, str],
        files: tuple[MailFile, ...],
    ) -> OutgoingEmail:
        url, ways_out = self._links.ways_out(
            channel=delivery.channel, address=delivery.address, client_id=client.id, mailing_id=mailing.id
        )
        values |= ways_out
        if letter.links or letter.pixel:
            values |= self._touching(delivery, letter)
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
            reply_to=self._sender.answers_to(delivery.id),
            feedback_id=self._feedback_id(mailing),
            files=files,
        )

    def _letter(self, version: TemplateVersion, language: Language, form: _Form, material: _Material) -> _Letter:
        """The compiled version with its footer; a version never changes, so it is compiled once."""
        key = (version.id, language, form)
        found = self._letters.get(key)
        if found is None:
            if len(self._letters) >= _KEPT:
                self._letters.clear()
            ours, known = self._links.public_url, material.links.get(version.id, {})
            links = {url: number for url, number in known.items() if form.clicks and not url.startswith(ours)}
            found = self._letters[key] = compiled(
                version,
                language,
                company=self._sender.name,
                shown=form.shown,
                subject=form.subject,
                links=links,
                pixel=form.opens,
            )
        return found

    def _feedback_id(self, mailing: Mailing) -> str:
        """Campaign, segment, kind of mail, sender: what Gmail's Postmaster Tools count complaints by."""
        sender = self._sender.feedback_id
        return f"m{mailing.id}:s{mailing.segment_id}:mailing:{sender}" if sender else ""

    def _sms(self, delivery: Delivery, client: Reader, mailing_id: int, text: str) -> OutgoingSms:
        link = "" if self._takes_replies else self._leaving(delivery, client, mailing_id)
        whole = with_stop(text, client.language, link)
        return OutgoingSms(to_number=delivery.address, text=whole, status_callback=self._sender.status_url(delivery.id))

    def _touching(self, delivery: Delivery, letter: _Letter) -> dict[str, str]:
        """The ways by which clicks and openings of this delivery come back to us."""
        url, key = self._links.public_url, self._links.touch_key
        values = {
            f"{_LINK}{number}": f"{url}/c/{click_token(key=key, outbox_id=delivery.id, link_id=number)}"
            for number in letter.links
        }
        if letter.pixel:
            values[_PIXEL] = f"{url}/o/{open_token(key=key, outbox_id=delivery.id)}.gif"
        return values

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


def compiled(
    version: TemplateVersion,
    language: Language,
    *,
    company: str,
    shown: frozenset[str] = _NOTHING,
    subject: str = "",
    links: Mapping[str, int] | None = None,
    pixel: bool = False,
) -> _Letter:
    """A version as a letter: the text and the HTML, each with who writes, how to stop it and how to choose.

    The ways out are words in HTML and addresses in the text. With the pictures `shown`; with a `subject` it has that
    one instead of its own. `links` are led through us, by address; the ways out never are.
    """
    heading, text = pieces_of(subject or version.subject), pieces_of(version.text)
    page = markup_of(version)
    if shown and version.html is None:
        page, text = with_pictures(page, shown), without_names(text, shown)
    who = say(language, "mailings-footer", company=company)
    before, _, after = say(language, "mailings-footer-stop", url="\x00").partition("\x00")
    stop, choose = say(language, "mailings-footer-unsubscribe"), say(language, "mailings-footer-choose")
    leave, prefer = Piece(field=_UNSUBSCRIBE), Piece(field=_PREFERENCES)
    words = (*text, Piece(text=f"\n\n-- \n{who}\n{before}"), leave, Piece(text=f"{after}\n{choose}: "), prefer)
    style = f' style="{_FOOTER_STYLE}"' if version.html is not None else ""
    footer: tuple[Piece, ...] = (
        Piece(text=f'<p{style}>{_lines(who)}<br>\n<a href="'),
        leave,
        Piece(text=f'">{escape(stop)}</a><br>\n<a href="'),
        prefer,
        Piece(text=f'">{escape(choose)}</a></p>\n'),
    )
    if pixel:
        footer += (Piece(text='<img src="'), Piece(field=_PIXEL), Piece(text='" width="1" height="1" alt="">\n'))
    if links:
        page = led_through(page, lambda url: f"{_LINK}{links[url]}" if url in links else "")
    markup = with_footer(page, footer)
    body = CompiledBody(text=_slots(words), html=_slots(markup))
    used = (*heading, *text, *markup)
    needed = dict.fromkeys(piece.field for piece in used if piece.field in FIELDS and piece.fallback is None)
    led = sorted(int(one.removeprefix(_LINK)) for one in _fields(page) if one.startswith(_LINK))
    return _Letter(heading, body, _fields(used) & set(FIELDS), tuple(needed), shown, tuple(led), pixel)


def _b_of(trial: MailingTrial | None, delivery: Delivery) -> MailingTrial | None:
    """The trial when the delivery gets its version B: by its side, or by the winner for the rest; else None."""
    if trial is None:
        return None
    side = delivery.payload.get("side")
    if side == TrialSide.REST:
        side = trial.winner
    return trial if side == TrialSide.B else None


def with_stop(text: str, language: Language, link: str = "") -> str:
    """An SMS with the line that says how to stop: by an answer, or by a link where none can come back."""
    line = say(language, "mailings-stop-link", url=link) if link else say(language, "mailings-stop")
    return f"{text.rstrip()}\n{line}"


def link_out(terms: SmsTerms) -> str:
    """A link as long as those that let people out where no answer can come back; empty where one can."""
    return "" if terms.takes_replies else f"{terms.public_url}/u/{_TOKEN}"


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


def _counts(counted: Counted, mailing: Mailing) -> tuple[bool, bool]:
    """Whether clicks and opens of a mailing are counted: only where both it and the installation say so."""
    return counted.clicks and mailing.track_clicks, counted.opens and mailing.track_opens
