"""Templates in answers: the company's and one's own, filled for a client before they are sent; a sent text kept as one's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import conversations, events, templates
from crm.access import Action, Reach, check
from crm.errors import NotAllowed
from crm.merge_fields import pieces_of, render, values_of
from storage.models import (
    Channel,
    Client,
    Direction,
    Interaction,
    Staff,
    Template,
    TemplateVersion,
)

# What whoever only answers for a colleague may see of the client: what the conversation shows them anyhow.
_OPEN_FIELDS = frozenset({"name", "company", "owner"})


@dataclass(frozen=True)
class Filled:
    """A template as it goes into a letter: to be read and changed before it is sent."""

    subject: str
    text: str
    missing: tuple[str, ...]


async def choices(
    session: AsyncSession, *, actor: Staff, channel: Channel, limit: int, offset: int = 0
) -> tuple[list[Template], int]:
    """Templates with a text for a channel, one's own first, and how many there are. Raises NotAllowed."""
    check(actor, Action.WRITE_TO_CLIENTS)
    conditions = (
        Template.channel == channel,
        Template.archived_at.is_(None),
        templates.within_sight(actor),
        Template.id.in_(select(TemplateVersion.template_id)),
    )
    total = (await session.execute(select(func.count()).select_from(Template).where(*conditions))).scalar_one()
    query = select(Template).where(*conditions).order_by(Template.owner_id.is_(None), Template.name, Template.id)
    return list((await session.execute(query.limit(limit).offset(offset))).scalars()), total


async def filled(
    session: AsyncSession, *, actor: Staff, template_id: int, client: Client | None, reach: Reach = Reach.OWNS
) -> Filled:
    """A template with a client's values, in the client's language where it has one. Without a client all fields are empty.

    Raises NotAllowed, NotFound.
    """
    template = await templates.get(session, actor=actor, template_id=template_id)
    versions = await templates.newest_versions(session, template_id=template.id)
    if not versions:
        raise NotAllowed(action=Action.WRITE_TO_CLIENTS.value)
    version = templates.variant_for(versions, client.language if client is not None else actor.language)
    values: dict[str, str] = {}
    if client is not None:
        owner = await session.get(Staff, client.owner_id) if client.owner_id is not None else None
        values = values_of(client, owner, zone_name=actor.timezone)
    if reach < Reach.OWNS:
        values = {name: value for name, value in values.items() if name in _OPEN_FIELDS}
    subject, text = (render(pieces_of(part), values) for part in (version.subject, version.text))
    return Filled(subject.text, text.text, tuple(dict.fromkeys(subject.missing + text.missing)))


async def keep(session: AsyncSession, *, actor: Staff, interaction_id: int, name: str, now: datetime) -> Template:
    """Keeps the text of a sent message as the actor's own template; the client's name becomes a field.

    Raises NotAllowed, Missing, TooLong, NameTaken, and what a template's text may be refused for.
    """
    sent = await conversations.message(session, actor=actor, interaction_id=interaction_id, now=now)
    if sent.interaction.direction is not Direction.OUT:
        raise NotAllowed(action=Action.WRITE_TO_CLIENTS.value)
    template = await templates.create(session, actor=actor, name=name, channel=sent.thread.channel, now=now, own=True)
    language = sent.client.language if sent.client is not None else actor.language
    subject, text = _as_template(sent.interaction, sent.client)
    await templates.write_version(
        session,
        actor=actor,
        template_id=template.id,
        language=language,
        subject=subject or template.name,
        text=text,
        now=now,
    )
    events.record(
        session, "template.kept", now=now, staff_id=actor.id, template_id=template.id, interaction_id=interaction_id
    )
    return template


def _as_template(sent: Interaction, client: Client | None) -> tuple[str, str]:
    """Its subject without Re:, and its text, with fields where the client is named; or every client would be greeted as this one."""
    subject = sent.subject
    while subject.lower().startswith(("re:", "fwd:")):
        subject = subject.partition(":")[2].strip()
    named = {client.name: "{name}", client.company: "{company}"} if client is not None else {}
    values = sorted((value for value in named if len(value) > 2), key=len, reverse=True)  # shorter ones stand in words
    if not values:
        return subject, sent.text
    pattern = re.compile("|".join(map(re.escape, values)))
    return pattern.sub(lambda found: named[found[0]], subject), pattern.sub(lambda found: named[found[0]], sent.text)
