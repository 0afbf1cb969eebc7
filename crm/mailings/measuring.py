"""How large and dear a mailing is as it begins, and whether what a second person said yes to covers it.

A launch measures what is there then; by the time it begins the segment, its rule and the text may be others.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from channels.sms.terms import SmsTerms
from crm import segments
from crm.mailings.aiming import aim
from crm.mailings.approving import ApprovalRules
from crm.mailings.looking import foresee, other_text, versions_of
from storage.models import Channel, Mailing, MailingSeries, Segment
from storage.queries import mailings as queries

_GROWN: Final = 3, 2  # half as many again as were approved: somebody looks once more


@dataclass(frozen=True)
class Terms:
    """The installation's: when a second person is asked, what SMS cost, and whether people must have said yes."""

    approval: ApprovalRules = field(default_factory=ApprovalRules)
    sms: SmsTerms = field(default_factory=SmsTerms)
    consent_required: bool = False


@dataclass(frozen=True)
class Measure:
    """How many addresses a mailing reaches at most, what its SMS cost in millionths of the currency, and a print of its
    texts and of the rules of its segment and of those it stands on."""

    people: int
    money: int | None
    print: str


async def measure(session: AsyncSession, *, mailing: Mailing, terms: Terms, now: datetime) -> Measure:
    """What a second person says yes to, as it is now. Raises what reading the segment raises."""
    people, money = await _size(session, mailing, terms, now)
    return Measure(people, money, await _print(session, mailing, now))


async def approved_as(session: AsyncSession, *, mailing: Mailing) -> Measure | None:
    """What a second person said yes to: of an occurrence, the last yes to its series or to one of it."""
    if mailing.pattern_id is not None:
        series = await session.get_one(MailingSeries, mailing.pattern_id)
        if series.approved_for is None or series.approved_print is None:
            return None
        return Measure(series.approved_for, series.approved_cost, series.approved_print)
    facts = await queries.approval_of(session, mailing_id=mailing.id) if mailing.approved_by_id is not None else {}
    return Measure(facts["people"], facts["money"], facts["print"]) if "print" in facts else None


@dataclass(frozen=True)
class Weighed:
    """Whether a mailing needs a second person's yes, and the print of the texts and rules this was said of."""

    needs_another: bool
    print: str


async def weigh(
    session: AsyncSession, *, mailings: Sequence[Mailing], terms: Terms, now: datetime
) -> dict[int, Weighed]:
    """By mailing, for a read unit: counting many people takes long, and nobody's writing should wait for it.

    Those that cannot be read are left out.
    """
    weighed: dict[int, Weighed] = {}
    for mailing in mailings:
        with contextlib.suppress(*segments.UNREADABLE):
            needs = await needs_another(session, mailing=mailing, terms=terms, now=now)
            weighed[mailing.id] = Weighed(needs, await _print(session, mailing, now))
    return weighed


async def still_as(session: AsyncSession, *, mailing: Mailing, weighed: Weighed, now: datetime) -> bool:
    """Whether its texts and rules are those that were weighed. Raises what reading the segment raises."""
    return weighed.print == await _print(session, mailing, now)


async def needs_another(session: AsyncSession, *, mailing: Mailing, terms: Terms, now: datetime) -> bool:
    """Whether it is large or dear, and nobody said yes to the same texts and rules for about as much.

    Raises what reading the segment raises.
    """
    members: int | None = None
    if not _asks_cost(mailing, terms):
        # There are no more addresses than members, and members are counted many times as fast.
        aimed = await aim(session, mailing=mailing, now=now, first=0)
        members = await queries.count(session, condition=aimed.condition)
        if members <= terms.approval.over:
            return False
    approved = await approved_as(session, mailing=mailing)
    holds = approved is not None and approved.print == await _print(session, mailing, now)
    if approved is not None and holds and members is not None and not _grown(members, approved.people):
        return False
    people, money = await _size(session, mailing, terms, now)
    is_large, is_dear = people > terms.approval.over, terms.approval.too_dear(money)
    if not is_large and not is_dear:
        return False
    if approved is None:
        # Those whom it cannot reach do not count, just as at the launch.
        found = await foresee(session, mailing=mailing, now=now, sms=terms.sms, consent_required=terms.consent_required)
        return terms.approval.needed(found) is not None
    if not holds or (is_large and _grown(people, approved.people)):
        return True
    return is_dear and (approved.money is None or _grown(money or 0, approved.money))


def _grown(now: int, approved: int) -> bool:
    return now * _GROWN[1] > approved * _GROWN[0]


def _asks_cost(mailing: Mailing, terms: Terms) -> bool:
    by_sms = mailing.channel is Channel.SMS or mailing.sms_template_id is not None
    return terms.approval.cost is not None and by_sms


async def _size(session: AsyncSession, mailing: Mailing, terms: Terms, now: datetime) -> tuple[int, int | None]:
    aimed = await aim(session, mailing=mailing, now=now, first=0)
    people = (await queries.reach(session, condition=aimed.condition, route=aimed.route)).addresses
    if not _asks_cost(mailing, terms):
        return people, None
    found = await foresee(session, mailing=mailing, now=now, sms=terms.sms, consent_required=terms.consent_required)
    return people, found.load.money if found.load is not None else None


async def _print(session: AsyncSession, mailing: Mailing, now: datetime) -> str:
    """What changes when a text, a trial's other one included, or the rule of the segment or of one it stands on does."""
    segment = await session.get_one(Segment, mailing.segment_id)
    rules = [f"{one.id}|{one.rule}" for one in await segments.stands_on(session, segment=segment, now=now)]
    versions = await versions_of(session, mailing)
    texts = [f"{channel.value}:{one.id}" for channel, group in versions.items() for one in group.values()]
    texts += [f"other:{one.id}" for one in (await other_text(session, mailing)).values()]
    return hashlib.sha256(f"{'|'.join(rules)}|{'|'.join(sorted(texts))}".encode()).hexdigest()
