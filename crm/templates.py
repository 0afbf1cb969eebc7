"""Message templates: texts with fields, or designs beside them; versions that never change, a variant per language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import events, template_links, usage
from crm.access import SEES_EVERYTHING, Action, check, client_scope
from crm.errors import CrmError, Missing, NotAllowed, NotFound, TooLong
from crm.merge_fields import as_html as as_html  # writers of single mails know it from here
from crm.merge_fields import missing, parse, pieces_of, render, values_of
from crm.naming import naming
from crm.template_markup import Design, html_pieces
from crm.usage import Thing
from storage.models import Channel, Client, Language, Staff, Template, TemplateVersion
from storage.queries import mailings as mailing_queries

NAME_LIMIT = 120
SUBJECT_LIMIT = 300
TEXT_LIMIT = 20_000
SMS_LIMIT = 1_600


class NameTaken(CrmError):
    """Another template is called so. Parameters: name."""

    code = "templates.name_taken"


class OnlyByEmail(CrmError):
    """A design is HTML; an SMS has none."""

    code = "templates.only_by_email"


class TemplateInUse(CrmError):
    """A mailing that was launched goes out with this template: what was looked at and approved is what is sent."""

    code = "templates.in_use"


@dataclass(frozen=True)
class Preview:
    """A template as one client would read it; `clients` is how many the actor could look through."""

    client_name: str
    written_in: Language
    subject: str
    text: str
    missing: tuple[str, ...]
    clients: int


async def create(
    session: AsyncSession, *, actor: Staff, name: str, channel: Channel, now: datetime, own: bool | None = None
) -> Template:
    """A new template without text yet: the company's where a manager makes it, a rep's own otherwise (or as `own` says).

    Raises NotAllowed, Missing, TooLong, NameTaken.
    """
    check(actor, Action.RUN_MAILINGS)
    name = " ".join(name.split())
    if not name:
        raise Missing(field="name")
    if len(name) > NAME_LIMIT:
        raise TooLong(field="name", limit=NAME_LIMIT)
    is_own = actor.role not in SEES_EVERYTHING if own is None else own
    whose = Template.owner_id == actor.id if is_own else Template.owner_id.is_(None)

    async def check_free() -> None:
        if (await session.execute(select(Template.id).where(Template.name == name, whose))).first() is not None:
            raise NameTaken(name=name)

    owner_id = actor.id if is_own else None
    template = Template(name=name, channel=channel, owner_id=owner_id, created_by_id=actor.id, created_at=now)
    async with naming(session, check_free):
        session.add(template)
    events.record(session, "template.created", now=now, staff_id=actor.id, template_id=template.id)
    return template


async def write_version(
    session: AsyncSession,
    *,
    actor: Staff,
    template_id: int,
    language: Language,
    now: datetime,
    text: str = "",
    subject: str = "",
    design: Design | None = None,
) -> TemplateVersion:
    """A new version in one language; earlier ones stay as they were. Without a `text` a design's own stands beside it.

    Raises NotAllowed, NotFound, TemplateInUse, OnlyByEmail and what `parse` does.
    """
    template = await to_edit(session, actor=actor, template_id=template_id)
    await session.refresh(template, with_for_update=True)  # of two who write at once each gets a number of their own
    if await mailing_queries.template_goes_out(session, template_id=template.id):
        raise TemplateInUse
    if design is not None and template.channel is not Channel.EMAIL:
        raise OnlyByEmail
    text, subject = text.strip() or (design.text if design else ""), " ".join(subject.split())
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
        html=design.html if design else None,
        mjml=design.mjml if design else None,
        created_by_id=actor.id,
        created_at=now,
    )
    session.add(version)
    await session.flush()
    if template.channel is Channel.EMAIL:
        await template_links.register(session, version)
    events.record(session, "template.written", now=now, staff_id=actor.id, template_id=template.id)
    return version


async def get(session: AsyncSession, *, actor: Staff, template_id: int) -> Template:
    """A template of the company or of one's own that is in use. Raises NotAllowed, NotFound."""
    check(actor, Action.RUN_MAILINGS)
    query = select(Template).where(Template.id == template_id, Template.archived_at.is_(None), within_sight(actor))
    template = (await session.execute(query)).scalar_one_or_none()
    if template is None:
        raise NotFound(what="template")
    return template


async def to_edit(session: AsyncSession, *, actor: Staff, template_id: int) -> Template:
    """A template the actor may change. Raises NotAllowed, NotFound."""
    template = await get(session, actor=actor, template_id=template_id)
    if not may_edit(actor, template):
        raise NotAllowed(action=Action.RUN_MAILINGS.value)
    return template


def within_sight(actor: Staff) -> ColumnElement[bool]:
    """The templates a person sees: the company's and their own."""
    return or_(Template.owner_id.is_(None), Template.owner_id == actor.id)


def may_edit(actor: Staff, template: Template) -> bool:
    """One's own everybody; the company's those who see everything."""
    return template.owner_id == actor.id or (template.owner_id is None and actor.role in SEES_EVERYTHING)


async def page(
    session: AsyncSession, *, actor: Staff, limit: int, offset: int = 0, channel: Channel | None = None
) -> tuple[list[Template], int]:
    """Templates by name, those with a text only where a channel is asked for, and how many there are."""
    check(actor, Action.RUN_MAILINGS)
    conditions: list[ColumnElement[bool]] = [Template.archived_at.is_(None), within_sight(actor)]
    if channel is not None:
        conditions += [Template.channel == channel, Template.id.in_(select(TemplateVersion.template_id))]
    total = (await session.execute(select(func.count()).select_from(Template).where(*conditions))).scalar_one()
    query = select(Template).where(*conditions).order_by(Template.name).limit(limit).offset(offset)
    return list((await session.execute(query)).scalars()), total


async def archive(session: AsyncSession, *, actor: Staff, template_id: int, now: datetime) -> Template:
    """Puts a template away and frees its name; mailings that use it keep their versions.

    Raises NotAllowed, NotFound, and for the company's what `usage.check_unused` raises.
    """
    template = await to_edit(session, actor=actor, template_id=template_id)
    if template.owner_id is None:
        await usage.check_unused(session, Thing.TEMPLATE, name=template.name, now=now)
    template.archived_at = now
    template.name = f"{template.name[:90]} · {template.id} · {now:%Y-%m-%d}"
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
    subject, text = (render(pieces_of(part), values).text for part in (version.subject, version.text))
    return Preview(client.name, version.language, subject, text, gaps(version, values), total)


def gaps(version: TemplateVersion, values: Mapping[str, str]) -> tuple[str, ...]:
    """The fields of a version, those of its design included, for which there is neither a value nor a fallback."""
    pieces = [*pieces_of(version.subject), *pieces_of(version.text), *html_pieces(version.html or "")]
    return missing(pieces, values)


def variant_for(versions: Mapping[Language, TemplateVersion], language: Language) -> TemplateVersion:
    """The client's language, else English, else whatever there is."""
    return versions.get(language) or versions.get(Language.EN) or next(iter(versions.values()))
