"""Mailings before they run: what goes to whom, and a look at the hardest cases first."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox import suppression
from channels.sms.terms import Quote, SmsTerms
from crm import events, merge_fields, segments, templates
from crm.access import SEES_EVERYTHING, Action, check, client_scope
from crm.errors import CrmError, NotAllowed
from crm.mailings.composing import with_stop
from crm.mailings.pacing import Load
from storage.models import (
    Channel,
    Client,
    ConsentState,
    ContactKind,
    Language,
    Mailing,
    MailingState,
    Segment,
    Staff,
    TemplateVersion,
)
from storage.queries import consents, topics
from storage.queries import mailings as queries

SAMPLE = 2_000  # members looked at one by one before a launch
RENDERS = 3
_TYPICAL_LINK = f"https://crm.example.com/u/{'x' * 87}"  # as long as a real one, of which every person has another
POINTS = {Channel.EMAIL: ContactKind.EMAIL, Channel.SMS: ContactKind.PHONE}


class NotADraft(CrmError):
    """The mailing was launched already."""

    code = "mailings.not_a_draft"


class TemplateEmpty(CrmError):
    """The template has no text yet."""

    code = "mailings.template_empty"


@dataclass(frozen=True)
class Render:
    """The message one real person would get."""

    client_id: int
    client_name: str
    address: str
    subject: str
    text: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Check:
    """What a launch would do: `reached` get it; the others do not, by reason. `looked_at` members were rendered."""

    members: int
    no_address: int
    duplicates: int
    suppressed: int
    refused: int
    no_consent: int  # where a yes is required
    renders: tuple[Render, ...]
    missing: tuple[Render, ...]
    looked_at: int
    parts: int  # SMS the longest of them is billed as; 0 for email
    barred: int = 0  # SMS may not go to their country, or to such a number at all
    load: Load | None = None  # of an SMS mailing: segments and money in all, from everybody's real text
    estimated: bool = False  # of which only the first were looked at one by one

    @property
    def reached(self) -> int:
        left_out = self.no_address + self.duplicates + self.suppressed + self.refused + self.no_consent + self.barred
        return self.members - left_out


async def draft(
    session: AsyncSession, *, actor: Staff, segment_id: int, template_id: int, now: datetime, name: str = ""
) -> Mailing:
    """A mailing of a template to a segment, not launched. Raises NotAllowed, NotFound, TemplateEmpty."""
    check(actor, Action.RUN_MAILINGS)
    segment = await segments.get(session, actor=actor, segment_id=segment_id)
    template = await templates.get(session, actor=actor, template_id=template_id)
    if not await templates.newest_versions(session, template_id=template.id):
        raise TemplateEmpty
    mailing = Mailing(
        name=(name or f"{template.name} → {segment.name}")[:120],
        channel=template.channel,
        segment_id=segment.id,
        template_id=template.id,
        state=MailingState.DRAFT,
        created_by_id=actor.id,
        created_at=now,
    )
    session.add(mailing)
    await session.flush()
    events.record(session, "mailing.drafted", now=now, staff_id=actor.id, mailing_id=mailing.id)
    return mailing


async def get(session: AsyncSession, *, actor: Staff, mailing_id: int, lock: bool = False) -> Mailing:
    """A mailing of one's own, or anybody's for managers. Raises NotAllowed."""
    check(actor, Action.RUN_MAILINGS)
    query = select(Mailing).where(Mailing.id == mailing_id)
    mailing = (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()
    if mailing is None or (mailing.created_by_id != actor.id and actor.role not in SEES_EVERYTHING):
        raise NotAllowed(action=Action.RUN_MAILINGS.value)
    return mailing


async def page(session: AsyncSession, *, actor: Staff, limit: int, offset: int = 0) -> tuple[list[Mailing], int]:
    """The actor's mailings (managers: everybody's), the newest first, and how many there are."""
    check(actor, Action.RUN_MAILINGS)
    conditions = [] if actor.role in SEES_EVERYTHING else [Mailing.created_by_id == actor.id]
    total = (await session.execute(select(func.count()).select_from(Mailing).where(*conditions))).scalar_one()
    query = select(Mailing).where(*conditions).order_by(Mailing.id.desc()).limit(limit).offset(offset)
    return list((await session.execute(query)).scalars()), total


async def look(
    session: AsyncSession,
    *,
    actor: Staff,
    mailing: Mailing,
    now: datetime,
    sms: SmsTerms | None = None,
    consent_required: bool = False,
) -> Check:
    """Counts the members, says who would be left out and why, and renders the hardest cases. Raises NotAllowed."""
    check(actor, Action.RUN_MAILINGS)
    owner = await session.get_one(Staff, mailing.created_by_id)
    segment = await session.get_one(Segment, mailing.segment_id)
    chosen = await segments.condition(session, actor=owner, segment=segment, now=now)
    condition = chosen & client_scope(owner)
    reach = await queries.reach(session, condition=condition, kind=POINTS[mailing.channel])
    versions = await templates.newest_versions(session, template_id=mailing.template_id)
    sample = await queries.members(session, condition=condition, kind=POINTS[mailing.channel], limit=SAMPLE)
    stopped = await suppression.is_suppressed(
        session, channel=mailing.channel, addresses={address for _, address in sample}, marketing=True
    )
    words = await consents.words_of(session, client_ids=[one.id for one, _ in sample], channel=mailing.channel)
    refused = {one for one, state in words.items() if state is ConsentState.WITHDRAWN}
    if mailing.topic_id is not None:
        refused |= await topics.without(session, topic_id=mailing.topic_id, client_ids=[one.id for one, _ in sample])
    silent = {one.id for one, _ in sample if consent_required and one.id not in words}
    # Asked of everybody, not of the sample: who lacks a field is not sent the mailing, and may be the last of a million.
    lacking = await queries.members(
        session, condition=condition & _lacks_something(versions), kind=POINTS[mailing.channel], limit=SAMPLE
    )
    everyone = [client for client, _ in (*sample, *lacking)]
    people = await queries.owners(session, {client.owner_id for client in everyone if client.owner_id})
    unfilled = [
        _render(versions, client, people.get(client.owner_id or 0), address, owner.timezone)
        for client, address in lacking
    ]
    renders = [
        _render(versions, client, people.get(client.owner_id or 0), address, owner.timezone)
        for client, address in sample
    ]
    languages = {client.id: client.language for client, _ in sample}
    kept_out = stopped.keys() | {address for client, address in sample if client.id in refused | silent}
    billed = _billed(renders, languages, kept_out, sms or SmsTerms()) if mailing.channel is Channel.SMS else None
    found = Check(
        members=reach.members,
        no_address=reach.members - reach.addressed,
        duplicates=reach.addressed - reach.addresses,
        suppressed=sum(1 for _, address in sample if address in stopped),
        refused=sum(1 for client, address in sample if client.id in refused and address not in stopped),
        no_consent=sum(1 for client, address in sample if client.id in silent and address not in stopped),
        renders=_hardest(renders, languages),
        missing=tuple(render for render in unfilled if render.missing),
        looked_at=len(sample),
        parts=billed.most if billed else 0,
        barred=billed.barred if billed else 0,
        estimated=len(sample) < reach.addresses,
    )
    return replace(found, load=billed.for_all(found.reached)) if billed else found


def _lacks_something(versions: Mapping[Language, TemplateVersion]) -> ColumnElement[bool]:
    """Clients without a value for a field that some version needs; an owner is there or not, whatever their name."""
    needed = {field for version in versions.values() for field in templates.gaps(version, {})}
    return or_(false(), *(merge_fields.IS_EMPTY[field] for field in sorted(needed)))


def _render(
    versions: dict[Language, TemplateVersion], client: Client, owner: Staff | None, address: str, zone_name: str
) -> Render:
    version = templates.variant_for(versions, client.language)
    values = merge_fields.values_of(client, owner, zone_name=zone_name)
    subject, text = (
        merge_fields.render(merge_fields.pieces_of(part), values).text for part in (version.subject, version.text)
    )
    return Render(client.id, client.name, address, subject, text, templates.gaps(version, values))


@dataclass(frozen=True)
class _Billed:
    """What those looked at are billed as, how to stop included."""

    quotes: tuple[Quote, ...]
    barred: int

    @property
    def most(self) -> int:
        return max((quote.segments for quote in self.quotes), default=0)

    def for_all(self, reached: int) -> Load:
        """The sum; of more people than were looked at, as if the others wrote alike."""
        count = len(self.quotes)
        share = max(1.0, reached / count) if count else 0.0
        segments = math.ceil(sum(quote.segments for quote in self.quotes) * share)
        known = [quote.money for quote in self.quotes if quote.money is not None]
        money = math.ceil(sum(known) * share) if count and len(known) == count else None
        return Load(segments, money)


def _billed(
    renders: Sequence[Render], languages: dict[int, Language], kept_out: Collection[str], terms: SmsTerms
) -> _Billed:
    link = "" if terms.takes_replies else _TYPICAL_LINK
    texts = {
        render.address: with_stop(render.text, languages[render.client_id], link)
        for render in renders
        if render.address not in kept_out
    }
    barred = {address for address, text in texts.items() if terms.refusal(address, text) is not None}
    quotes = [terms.quote(address, text) for address, text in texts.items() if address not in barred]
    return _Billed(tuple(quotes), len(barred))


def _hardest(renders: Sequence[Render], languages: dict[int, Language]) -> tuple[Render, ...]:
    """Three real people: one with something missing, the longest text, and one in the rarest language."""
    if not renders:
        return ()
    common = Counter(languages.values())
    order = [
        max(renders, key=lambda render: len(render.missing)),
        max(renders, key=lambda render: len(render.text) + len(render.subject)),
        min(renders, key=lambda render: common[languages[render.client_id]]),
        *renders,
    ]
    chosen: dict[int, Render] = {}
    for render in order:
        chosen.setdefault(render.client_id, render)
        if len(chosen) == RENDERS:
            break
    return tuple(chosen.values())
