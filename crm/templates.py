"""Message templates: fields in braces with fallbacks, versions that never change, a variant per language.

A template is text, not a program: `{name}` and `{city|your city}` from a closed list of plain values. There are no
expressions, attributes or loops, so nothing a manager types can read or run anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import events
from crm.access import Action, check, client_scope
from crm.errors import CrmError, Missing, NotFound, TooLong
from crm.wording import day, zone_of
from storage.models import Channel, Client, Language, Staff, Template, TemplateVersion
from storage.queries import mailings as mailing_queries

NAME_LIMIT = 120
SUBJECT_LIMIT = 300
TEXT_LIMIT = 20_000
SMS_LIMIT = 1_600
FALLBACK_LIMIT = 200

FIELDS = ("name", "company", "city", "owner", "last_purchase", "last_contact")
_FIELD = re.compile(r"\{([^{}\n]{1,260})\}")
_URL = re.compile(r"https?://[^\s<>\"']{1,2000}")


class UnknownField(CrmError):
    """A field in braces that does not exist. Parameters: field, known (how the existing ones are spelled)."""

    code = "templates.unknown_field"


class LooseBrace(CrmError):
    """A brace without its other half. Parameters: near."""

    code = "templates.loose_brace"


class NameTaken(CrmError):
    """Another template is called so. Parameters: name."""

    code = "templates.name_taken"


class TemplateInUse(CrmError):
    """A mailing that was launched goes out with this template: what was looked at and approved is what is sent."""

    code = "templates.in_use"


@dataclass(frozen=True)
class Piece:
    """Literal text, or a field with its fallback (None: there is none)."""

    text: str = ""
    field: str = ""
    fallback: str | None = None


@dataclass(frozen=True)
class Rendered:
    """A text filled for one person, and the fields that had neither value nor fallback."""

    text: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """A template as one client would read it; `clients` is how many the actor could look through."""

    client_name: str
    written_in: Language
    subject: str
    text: str
    missing: tuple[str, ...]
    clients: int


def parse(text: str) -> tuple[Piece, ...]:
    """The pieces of a template's text. Raises UnknownField, LooseBrace, TooLong."""
    pieces: list[Piece] = []
    position = 0
    for match in _FIELD.finditer(text):
        _check_literal(text[position : match.start()])
        pieces.append(Piece(text=text[position : match.start()]))
        name, bar, fallback = match.group(1).partition("|")
        name = name.strip().lower()
        if name not in FIELDS:
            raise UnknownField(field=match.group(1)[:60], known=", ".join(f"{{{known}}}" for known in FIELDS))
        if len(fallback) > FALLBACK_LIMIT:
            raise TooLong(field="fallback", limit=FALLBACK_LIMIT)
        pieces.append(Piece(field=name, fallback=fallback.strip() if bar else None))
        position = match.end()
    _check_literal(text[position:])
    pieces.append(Piece(text=text[position:]))
    return tuple(piece for piece in pieces if piece.text or piece.field)


def render(pieces: Sequence[Piece], values: Mapping[str, str]) -> Rendered:
    """Fills the pieces. A field without value and fallback is left out of the text and named."""
    parts: list[str] = []
    missing: list[str] = []
    for piece in pieces:
        if not piece.field:
            parts.append(piece.text)
            continue
        value = values.get(piece.field, "")
        if not value and piece.fallback is None:
            missing.append(piece.field)
        parts.append(value or piece.fallback or "")
    return Rendered("".join(parts), tuple(dict.fromkeys(missing)))


def as_html(text: str) -> str:
    """The text as simple HTML: paragraphs, line breaks and links; everything else escaped."""
    paragraphs = [_linked(paragraph) for paragraph in re.split(r"\n{2,}", text.strip())]
    body = "".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs if paragraph)
    return f'<!doctype html>\n<html><body style="font-family:sans-serif;line-height:1.5">\n{body}</body></html>\n'


def values_of(client: Client, owner: Staff | None, *, zone_name: str) -> dict[str, str]:
    """What the fields of a client are filled with: plain strings, nothing else."""
    zone = zone_of(client.timezone or zone_name)
    moments = {"last_purchase": client.last_purchase_at, "last_contact": client.last_contact_at}
    return {
        "name": client.name,
        "company": client.company,
        "city": client.city,
        "owner": owner.name if owner else "",
        **{name: day(at, zone=zone, language=client.language) if at else "" for name, at in moments.items()},
    }


async def create(session: AsyncSession, *, actor: Staff, name: str, channel: Channel, now: datetime) -> Template:
    """A new template without text yet. Raises NotAllowed, Missing, TooLong, NameTaken."""
    check(actor, Action.RUN_MAILINGS)
    name = " ".join(name.split())
    if not name:
        raise Missing(field="name")
    if len(name) > NAME_LIMIT:
        raise TooLong(field="name", limit=NAME_LIMIT)
    if (await session.execute(select(Template.id).where(Template.name == name))).first() is not None:
        raise NameTaken(name=name)
    template = Template(name=name, channel=channel, created_by_id=actor.id, created_at=now)
    session.add(template)
    await session.flush()
    events.record(session, "template.created", now=now, staff_id=actor.id, template_id=template.id)
    return template


async def write_version(
    session: AsyncSession,
    *,
    actor: Staff,
    template_id: int,
    language: Language,
    text: str,
    now: datetime,
    subject: str = "",
) -> TemplateVersion:
    """A new version in one language; earlier ones stay as they were.

    Raises NotAllowed, NotFound, TemplateInUse and what `parse` does.
    """
    check(actor, Action.RUN_MAILINGS)
    template = await get(session, actor=actor, template_id=template_id)
    if await mailing_queries.template_goes_out(session, template_id=template.id):
        raise TemplateInUse
    text, subject = text.strip(), " ".join(subject.split())
    limit = SMS_LIMIT if template.channel is Channel.SMS else TEXT_LIMIT
    if not text:
        raise Missing(field="text")
    if template.channel is Channel.EMAIL and not subject:
        raise Missing(field="subject")
    if len(text) > limit:
        raise TooLong(field="text", limit=limit)
    if len(subject) > SUBJECT_LIMIT:
        raise TooLong(field="subject", limit=SUBJECT_LIMIT)
    parse(text)
    parse(subject)
    newest = select(func.max(TemplateVersion.number)).where(
        TemplateVersion.template_id == template.id, TemplateVersion.language == language
    )
    version = TemplateVersion(
        template_id=template.id,
        language=language,
        number=((await session.execute(newest)).scalar_one() or 0) + 1,
        subject=subject,
        text=text,
        created_by_id=actor.id,
        created_at=now,
    )
    session.add(version)
    await session.flush()
    events.record(session, "template.written", now=now, staff_id=actor.id, template_id=template.id)
    return version


async def get(session: AsyncSession, *, actor: Staff, template_id: int) -> Template:
    """A template that is in use. Raises NotAllowed, NotFound."""
    check(actor, Action.RUN_MAILINGS)
    template = await session.get(Template, template_id)
    if template is None or template.archived_at is not None:
        raise NotFound(what="template")
    return template


async def page(
    session: AsyncSession, *, actor: Staff, limit: int, offset: int = 0, channel: Channel | None = None
) -> tuple[list[Template], int]:
    """Templates by name, those with a text only where a channel is asked for, and how many there are."""
    check(actor, Action.RUN_MAILINGS)
    conditions: list[ColumnElement[bool]] = [Template.archived_at.is_(None)]
    if channel is not None:
        conditions += [Template.channel == channel, Template.id.in_(select(TemplateVersion.template_id))]
    total = (await session.execute(select(func.count()).select_from(Template).where(*conditions))).scalar_one()
    query = select(Template).where(*conditions).order_by(Template.name).limit(limit).offset(offset)
    return list((await session.execute(query)).scalars()), total


async def archive(session: AsyncSession, *, actor: Staff, template_id: int, now: datetime) -> Template:
    """Puts a template away; mailings that use it keep their versions."""
    template = await get(session, actor=actor, template_id=template_id)
    template.archived_at = now
    return template


async def newest_versions(session: AsyncSession, *, template_id: int) -> dict[Language, TemplateVersion]:
    """The newest version in each language the template has."""
    query = select(TemplateVersion).where(TemplateVersion.template_id == template_id).order_by(TemplateVersion.number)
    return {version.language: version for version in (await session.execute(query)).scalars()}


async def preview(session: AsyncSession, *, actor: Staff, template_id: int, place: int = 0) -> Preview | None:
    """What one of the actor's clients would read, the `place`-th by newest contact; None: there is nobody or no text.

    Raises NotAllowed, NotFound.
    """
    template = await get(session, actor=actor, template_id=template_id)
    versions = await newest_versions(session, template_id=template.id)
    seen = [Client.archived_at.is_(None), client_scope(actor)]
    total = (await session.execute(select(func.count()).select_from(Client).where(*seen))).scalar_one()
    newest = func.coalesce(Client.last_contact_at, Client.created_at)
    query = select(Client).where(*seen).order_by(newest.desc(), Client.id).limit(1).offset(max(place, 0))
    client = (await session.execute(query)).scalar_one_or_none()
    if client is None or not versions:
        return None
    owner = await session.get(Staff, client.owner_id) if client.owner_id else None
    version = variant_for(versions, client.language)
    values = values_of(client, owner, zone_name=actor.timezone)
    subject, text = (render(parse(part), values) for part in (version.subject, version.text))
    missing = tuple(dict.fromkeys(subject.missing + text.missing))
    return Preview(client.name, version.language, subject.text, text.text, missing, total)


def variant_for(versions: Mapping[Language, TemplateVersion], language: Language) -> TemplateVersion:
    """The client's language, else English, else whatever there is."""
    return versions.get(language) or versions.get(Language.EN) or next(iter(versions.values()))


def _check_literal(text: str) -> None:
    for place, letter in enumerate(text):
        if letter in "{}":
            raise LooseBrace(near=text[max(0, place - 10) : place + 20])


def _linked(paragraph: str) -> str:
    parts: list[str] = []
    position = 0
    for match in _URL.finditer(paragraph):
        parts.append(escape(paragraph[position : match.start()]))
        url = match.group(0).rstrip(".,;:!?)")
        parts.append(f'<a href="{escape(url)}">{escape(url)}</a>')
        position = match.start() + len(url)
    parts.append(escape(paragraph[position:]))
    return "".join(parts).replace("\n", "<br>\n")
