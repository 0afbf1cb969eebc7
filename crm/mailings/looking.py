"""A look at a mailing before it goes: how many get it, who does not and why, what is missing, and the hardest cases as they would read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox import suppression
from channels.sms import segments as sms_segments
from channels.sms.terms import SmsTerms
from crm import merge_fields, templates
from crm.access import Action, check
from crm.mailings.aiming import Aim, aim
from crm.mailings.billing import Text, bill, standing_for
from crm.mailings.composing import link_out, with_stop
from crm.mailings.pacing import Load
from crm.mailings.sampling import some_of
from storage.models import Channel, Client, ConsentState, Language, Mailing, MailingTrial, Staff, TemplateVersion
from storage.queries import consents, topics, trials
from storage.queries import mailings as queries
from storage.queries.mailings import Member
from storage.queries.routes import Route

SAMPLE = 2_000  # members looked at one by one before a launch, about
RENDERS = 3
NAMED = 200  # of whom lacks a field; all of them are counted

Versions = Mapping[Language, TemplateVersion]


class Hard(StrEnum):
    """What makes somebody one of the hardest cases."""

    MISSING = "missing"
    LONGEST = "longest"
    SEGMENTS = "segments"
    LETTERS = "letters"
    LANGUAGE = "language"
    PLAIN = "plain"


@dataclass(frozen=True)
class Render:
    """The message one real person would get."""

    client_id: int
    client_name: str
    channel: Channel
    language: Language
    address: str
    subject: str
    text: str
    missing: tuple[str, ...]
    parts: int = 0  # SMS it is billed as
    hard: Hard = Hard.PLAIN
    foreign: int = 0  # letters outside ASCII in the person's values
    other: str | None = None  # what version B of a trial would say instead


@dataclass(frozen=True)
class Gap:
    """A field without value or fallback: of how many, and the first of them."""

    field: str
    count: int
    names: tuple[str, ...]


@dataclass(frozen=True)
class Fallback:
    """Clients whose language the template does not have, and which they get."""

    wanted: Language
    given: Language
    count: int


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
    missing: tuple[Render, ...]  # the first of those who lack something
    looked_at: int
    parts: int  # SMS the longest of them is billed as; 0 for email
    barred: int = 0  # SMS may not go to their country, or to such a number at all
    load: Load | None = None  # of SMS: segments and money in all, from everybody's real text
    estimated: bool = False  # only a sample was looked at one by one, or a trial decides between two texts
    gaps: tuple[Gap, ...] = ()
    fallbacks: tuple[Fallback, ...] = ()
    texts: int = 0  # how many of those with an address get an SMS
    had_it: int = 0  # left out and no members: an earlier mailing reached them
    unfilled: int = 0  # who would get a letter with a hole in it, and so get none

    @property
    def reached(self) -> int:
        left_out = self.no_address + self.duplicates + self.suppressed + self.refused + self.no_consent + self.barred
        left_out += self.unfilled
        return self.members - left_out


@dataclass(frozen=True)
class _Seen:
    """What one look is made of."""

    mailing: Mailing
    aim: Aim
    versions: Mapping[Channel, Versions]
    terms: SmsTerms
    other: Versions  # of a trial's other text
    share: int = 100  # per cent of all that are in the trial


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
    return await foresee(session, mailing=mailing, now=now, sms=sms, consent_required=consent_required)


async def foresee(
    session: AsyncSession,
    *,
    mailing: Mailing,
    now: datetime,
    sms: SmsTerms | None = None,
    consent_required: bool = False,
) -> Check:
    """`look` for the product itself, of a mailing it begins in its maker's name."""
    some, seen = await _see(session, mailing, now, sms or SmsTerms(), consent_required=consent_required)
    aimed = seen.aim
    condition, route = aimed.condition, aimed.route
    needs, others, main = _needs(seen), _others(seen), _needs(replace(seen, other={}))
    # Asked of everybody, not of the sample: who lacks a field is not sent the mailing, and may be the last of a million.
    spoken = list(Language) if Channel.SMS in route.channels else []
    texted = [and_(_by(route, Channel.SMS), Client.language == language) for language in spoken]
    kinds = [or_(false(), *main.values()), *texted, *needs.values(), *others.values()]
    survey = await queries.survey(session, condition=condition, route=route, kinds=kinds)
    reach, (lack, *counted) = survey.reach, survey.counts
    by_text, counted = dict(zip(spoken, counted, strict=False)), counted[len(spoken) :]
    gaps, fallbacks = counted[: len(needs)], counted[len(needs) :]
    sample = await _members(session, aimed, true() if some is None else some, limit=2 * SAMPLE)
    looked_at = len(sample)
    sample, stopped, refused, silent = await _kept_out(session, mailing, sample, consent_required=consent_required)
    lacking = await _members(session, aimed, or_(*needs.values()), limit=NAMED) if any(gaps) else []
    odd = await _members(session, aimed, Client.id.in_(survey.odd), limit=len(survey.odd))
    renders = await _rendered(session, seen, [*sample, *lacking, *odd])
    unfilled = [renders[one.client.id] for one in lacking]
    kept_out = stopped | {one.address for one in sample if one.client.id in refused | silent}
    looked = [renders[one.client.id] for one in sample]
    texts = [one for one in looked if one.channel is Channel.SMS and one.address not in kept_out and not one.missing]
    twice = sum(1 for one in looked if one.missing and one.address in kept_out)  # kept out for another reason already
    billed = bill([_text(one, seen) for one in texts], seen.terms) if Channel.SMS in route.channels else None
    found = Check(
        members=reach.members,
        no_address=reach.members - reach.addressed,
        duplicates=reach.addressed - reach.addresses,
        suppressed=sum(1 for one in sample if one.address in stopped),
        refused=sum(1 for one in sample if one.client.id in refused and one.address not in stopped),
        no_consent=sum(1 for one in sample if one.client.id in silent and one.address not in stopped),
        renders=_hardest(list(renders.values())),
        missing=tuple(render for render in unfilled if render.missing),
        looked_at=looked_at,
        parts=billed.most if billed else 0,
        barred=billed.barred if billed else 0,
        estimated=some is not None or (billed is not None and billed.is_open),
        gaps=tuple(
            Gap(field, count, tuple(one.client_name for one in unfilled if field in one.missing))
            for field, count in zip(needs, gaps, strict=True)
            if count
        ),
        fallbacks=tuple(Fallback(*pair, count) for pair, count in zip(others, fallbacks, strict=True) if count),
        texts=reach.texts,
        unfilled=lack - twice,
        had_it=await queries.count(session, condition=aimed.had_it) if aimed.had_it is not None else 0,
    )
    if billed is None:
        return found
    stands_for = standing_for(by_text, [one.language for one in looked if one.channel is Channel.SMS])
    return replace(found, load=billed.for_all(_texts_reached(found, seen), stands_for=stands_for))


async def lacking(
    session: AsyncSession,
    *,
    actor: Staff,
    mailing: Mailing,
    now: datetime,
    limit: int,
    offset: int = 0,
    consent_required: bool = False,
) -> tuple[list[Render], int]:
    """Who lacks a value the text needs, a page of them, and how many they are in all. Raises NotAllowed."""
    check(actor, Action.RUN_MAILINGS)
    _, seen = await _see(session, mailing, now, SmsTerms(), consent_required=consent_required)
    aimed, needs = seen.aim, _needs(seen)
    if not needs:
        return [], 0
    anything = or_(*needs.values())
    condition = aimed.condition & anything
    count = (await queries.reach(session, condition=condition, route=aimed.route)).addressed
    people = await queries.members(session, condition=condition, route=aimed.route, limit=limit, offset=offset)
    renders = await _rendered(session, seen, people)
    return [renders[one.client.id] for one in people], count


async def _see(
    session: AsyncSession, mailing: Mailing, now: datetime, terms: SmsTerms, *, consent_required: bool
) -> tuple[ColumnElement[bool] | None, _Seen]:
    """Whom of many to look at one by one (None: everybody), and what the look is made of."""
    some = await some_of(session, mailing=mailing, now=now, size=SAMPLE)
    aimed = await aim(
        session, mailing=mailing, now=now, consent_required=consent_required, within=some, first=2 * SAMPLE
    )
    trial = await session.get(MailingTrial, mailing.id)
    versions, other = await versions_of(session, mailing), await other_text(session, mailing)
    return some, _Seen(mailing, aimed, versions, terms, other, trial.share if trial is not None else 100)


async def versions_of(session: AsyncSession, mailing: Mailing) -> dict[Channel, Versions]:
    """The newest texts of a mailing by channel and language."""
    chosen = {mailing.channel: mailing.template_id}
    if mailing.sms_template_id is not None:
        chosen[Channel.SMS] = mailing.sms_template_id
    return {
        channel: await templates.newest_versions(session, template_id=template_id)
        for channel, template_id in chosen.items()
    }


async def _members(session: AsyncSession, aimed: Aim, kind: ColumnElement[bool], *, limit: int) -> list[Member]:
    return await queries.members(session, condition=aimed.condition & kind, route=aimed.route, limit=limit)


async def other_text(session: AsyncSession, mailing: Mailing) -> Versions:
    """What version B of a trial says, where it is another text."""
    trial = await session.get(MailingTrial, mailing.id)
    if trial is None or trial.template_b_id is None:
        return {}
    return await templates.newest_versions(session, template_id=trial.template_b_id)


async def _kept_out(
    session: AsyncSession, mailing: Mailing, sample: Sequence[Member], *, consent_required: bool
) -> tuple[list[Member], set[str], set[int], set[int]]:
    """Of the sample one for each address, the first who did not say no; suppressed addresses, clients who said no (to this
    topic too), clients who never said anything where a yes is required."""
    one_each: dict[str, Member] = {}
    stopped: set[str] = set()
    refused: set[int] = set()
    silent: set[int] = set()
    for channel in (Channel.EMAIL, Channel.SMS):
        group = [one for one in sample if one.channel is channel]
        if not group:
            continue
        addresses = {one.address for one in group}
        stopped |= (await suppression.is_suppressed(session, channel=channel, addresses=addresses)).keys()
        words = await consents.words_of(session, client_ids=[one.client.id for one in group], channel=channel)
        refused |= {one for one, state in words.items() if state is ConsentState.WITHDRAWN}
        for one in group:
            first = one_each.setdefault(one.address, one)
            if first.client.id in refused and one.client.id not in refused:
                one_each[one.address] = one
        if consent_required:
            silent |= {one.client.id for one in group if one.client.id not in words}
    if mailing.topic_id is not None:
        refused |= await topics.without(
            session, topic_id=mailing.topic_id, client_ids=[one.client.id for one in sample]
        )
    return list(one_each.values()), stopped, refused, silent


def _served(versions: Versions) -> list[tuple[TemplateVersion, list[Language]]]:
    """Each version with the languages whose clients get it."""
    given: dict[int, tuple[TemplateVersion, list[Language]]] = {}
    for language in Language if versions else ():
        version = templates.variant_for(versions, language)
        given.setdefault(version.id, (version, []))[1].append(language)
    return list(given.values())


def _needs(seen: _Seen) -> dict[str, ColumnElement[bool]]:
    """Per field that some version needs: the clients who would get that version and have no value for it."""
    needs: dict[str, list[ColumnElement[bool]]] = {}
    for channel, versions in (*seen.versions.items(), (seen.mailing.channel, seen.other)):
        for version, languages in _served(versions):
            theirs = and_(_by(seen.aim.route, channel), Client.language.in_(languages))
            for field in templates.gaps(version, {}):
                needs.setdefault(field, []).append(and_(theirs, merge_fields.IS_EMPTY[field]))
    return {field: or_(*parts) for field, parts in needs.items()}


def _others(seen: _Seen) -> dict[tuple[Language, Language], ColumnElement[bool]]:
    """Per language that some text lacks, and the one given instead: the clients who get it so."""
    pairs: dict[tuple[Language, Language], list[ColumnElement[bool]]] = {}
    for channel, versions in seen.versions.items():
        for version, languages in _served(versions):
            for language in languages:
                if language is not version.language:
                    theirs = and_(_by(seen.aim.route, channel), Client.language == language)
                    pairs.setdefault((language, version.language), []).append(theirs)
    return {pair: or_(*parts) for pair, parts in pairs.items()}


def _by(route: Route, channel: Channel) -> ColumnElement[bool]:
    return route.channel == channel.value


async def _rendered(session: AsyncSession, seen: _Seen, members: Sequence[Member]) -> dict[int, Render]:
    """The message of each, by client."""
    people = await queries.owners(session, {one.client.owner_id for one in members if one.client.owner_id})
    zone = seen.aim.owner.timezone
    link = link_out(seen.terms)
    renders: dict[int, Render] = {}
    for client, channel, address in members:
        if client.id in renders:
            continue
        version = templates.variant_for(seen.versions[channel], client.language)
        values = merge_fields.values_of(client, people.get(client.owner_id or 0), zone_name=zone)
        subject, text = (
            merge_fields.render(merge_fields.pieces_of(part), values).text for part in (version.subject, version.text)
        )
        whole = with_stop(text, client.language, link) if channel is Channel.SMS else ""
        renders[client.id] = Render(
            client.id,
            client.name,
            channel,
            client.language,
            address,
            subject,
            text,
            templates.gaps(version, values),
            parts=sms_segments.count(whole).segments if whole else 0,
            foreign=sum(1 for value in values.values() for letter in value if ord(letter) > 127),
            other=_other(seen, client, channel, values),
        )
    return renders


def _other(seen: _Seen, client: Client, channel: Channel, values: dict[str, str]) -> str | None:
    if not seen.other or channel is not seen.mailing.channel:
        return None
    version = templates.variant_for(seen.other, client.language)
    return merge_fields.render(merge_fields.pieces_of(version.text), values).text


def _text(render: Render, seen: _Seen) -> Text:
    side = trials.side_of(render.client_id, mailing_id=seen.mailing.id, share=seen.share)
    return Text(render.address, render.language, render.text, render.other, side)


def _texts_reached(found: Check, seen: _Seen) -> int:
    """How many of the reached get an SMS."""
    return found.reached if seen.mailing.channel is Channel.SMS else min(found.texts, found.reached)


def _hardest(renders: Collection[Render]) -> tuple[Render, ...]:
    """Three real people: one with something missing, the longest message (or most SMS), the one furthest from plain letters.

    Where none is special in such a way, the rarest language, and then whoever comes first.
    """
    by_language = {language: sum(1 for one in renders if one.language is language) for language in Language}
    longest = Hard.SEGMENTS if any(one.parts > 1 for one in renders) else Hard.LONGEST
    order: list[tuple[Render, Hard]] = []
    if any(one.missing for one in renders):
        order.append((max(renders, key=lambda one: len(one.missing)), Hard.MISSING))
    if renders:
        order += [
            (max(renders, key=lambda one: (one.parts, len(one.text) + len(one.subject))), longest),
            (max(renders, key=lambda one: one.foreign), Hard.LETTERS),
            (min(renders, key=lambda one: by_language[one.language]), Hard.LANGUAGE),
            *((one, Hard.PLAIN) for one in renders),
        ]
    chosen: dict[int, Render] = {}
    for render, hard in order:
        if hard is Hard.LETTERS and not render.foreign:
            continue
        if hard is Hard.LANGUAGE and by_language[render.language] == len(renders):
            continue
        chosen.setdefault(render.client_id, replace(render, hard=hard))
        if len(chosen) == RENDERS:
            break
    return tuple(chosen.values())
