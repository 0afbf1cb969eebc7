"""Clicks and opens of mailings: off until somebody switches them on, and told apart from what machines do.

A click's link names a delivery and a stored link, nothing else: where it leads is looked up, never read from the link. Mail
servers open every link, and many a mail program loads pictures by a proxy: what is known to be theirs is marked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from crm import events
from crm.access import Action, check
from crm.consent import topics
from crm.errors import CrmError
from crm.mailings.drafting import NotADraft, get
from crm.mailings.linking import keep_links
from crm.mailings.trials import measures
from crm.touch_tokens import Counted
from storage.models import Channel, Mailing, MailingState, MailingTrial, Staff, TouchKind, TrialMeasure
from storage.queries import tracking as queries
from storage.queries.tracking import Target

# Mail servers look into a mail's links as it arrives; nobody reads that fast.
TOO_SOON = timedelta(seconds=10)
# How link scanners, previews and picture proxies call themselves; those that pose as browsers are told by their haste.
_MACHINES = re.compile(
    r"(?<!cu)bot\b|crawl|spider|scan|preview|prefetch|monitor|proxy|curl/|wget/|python|java/|go-http|okhttp|libwww|headless|"
    r"barracuda|mimecast|proofpoint|safelinks|symantec|trendmicro|fortinet|sophos|microsoft office|skypeuri|slack|"
    r"whatsapp|telegrambot|facebookexternalhit|ggpht",
    re.IGNORECASE,
)
# Apple's proxy says no more than this; no browser says so little.
_TOO_SHORT = re.compile(r"\s*(Mozilla/5\.0)?\s*")
_PREFETCH = ("prefetch", "preview")


class TrackingOff(CrmError):
    """Clicks and opens are not counted in this installation. Parameters: kind (clicks, opens)."""

    code = "mailings.tracking_off"


@dataclass(frozen=True, slots=True)
class Visit:
    """How somebody came: the method, and what their program says of itself."""

    method: str = "GET"
    agent: str = ""
    purpose: str = ""  # Sec-Purpose, Purpose, X-Moz, X-Purpose: set by browsers that only prepare a page


def is_machine(visit: Visit, *, sent_at: datetime | None, now: datetime) -> bool:
    """Whether a program did it, as far as can be known. Before it counts as sent nobody can have read it."""
    return (
        visit.method != "GET"
        or any(word in visit.purpose.lower() for word in _PREFETCH)
        or _TOO_SHORT.fullmatch(visit.agent) is not None
        or _MACHINES.search(visit.agent) is not None
        or sent_at is None
        or now - sent_at < TOO_SOON
    )


async def address_of(session: AsyncSession, *, link_id: int) -> str | None:
    """Where a link leads; None when its template is gone."""
    return await queries.address_of(session, link_id=link_id)


async def news_in(
    session: AsyncSession, *, outbox_id: int, kind: TouchKind, visit: Visit, now: datetime, link_id: int | None = None
) -> bool:
    """Whether `record` would write anything: a look that takes no lock, for links are opened again and again."""
    by_machine = await queries.known(session, outbox_id=outbox_id, kind=kind, link_id=link_id)
    if by_machine is None:
        return await queries.target_of(session, outbox_id=outbox_id) is not None
    if not by_machine:
        return False
    target = await queries.target_of(session, outbox_id=outbox_id)
    return target is not None and not is_machine(visit, sent_at=target.sent_at, now=now)


async def record(
    session: AsyncSession, *, outbox_id: int, kind: TouchKind, visit: Visit, now: datetime, link_id: int | None = None
) -> bool:
    """Counts a click or an opening, once per delivery and link; a person after a machine makes it theirs. True when new."""
    target = await queries.target_of(session, outbox_id=outbox_id)
    if target is None:
        return False
    by_machine = is_machine(visit, sent_at=target.sent_at, now=now)
    changed = await queries.touch(session, target=target, kind=kind, by_machine=by_machine, link_id=link_id, now=now)
    if changed and not by_machine:
        _tell(session, _EVENTS[kind], target, now, link_id=link_id)
    return changed


async def answered(session: AsyncSession, *, outbox_id: int, interaction_id: int, now: datetime) -> None:
    """A message that came in answers this delivery."""
    target = await queries.target_of(session, outbox_id=outbox_id)
    if target is None:
        return
    if await queries.touch(
        session, target=target, kind=TouchKind.ANSWER, by_machine=False, interaction_id=interaction_id, now=now
    ):
        _tell(session, "mailing.answered", target, now, interaction_id=interaction_id)


async def choose(
    session: AsyncSession,
    *,
    actor: Staff,
    mailing_id: int,
    counted: Counted,
    clicks: bool | None = None,
    opens: bool | None = None,
) -> Mailing:
    """Switches counting on or off for a draft. Raises NotAllowed, NotADraft, TrackingOff."""
    check(actor, Action.RUN_MAILINGS)
    mailing = await get(session, actor=actor, mailing_id=mailing_id, lock=True)
    if mailing.state is not MailingState.DRAFT or mailing.channel is not Channel.EMAIL:
        raise NotADraft
    if clicks and not counted.clicks:
        raise TrackingOff(kind="clicks")
    if opens and not counted.opens:
        raise TrackingOff(kind="opens")
    mailing.track_clicks = mailing.track_clicks if clicks is None else clicks
    mailing.track_opens = mailing.track_opens if opens is None else opens
    trial = await session.get(MailingTrial, mailing.id)
    if trial is not None and trial.measure not in measures(mailing):
        trial.measure = TrialMeasure.ANSWERED  # by what is not counted nobody could win
    await session.flush()
    await keep_links(session, mailing)
    return mailing


async def choose_topic(session: AsyncSession, *, actor: Staff, mailing_id: int, topic_id: int | None) -> Mailing:
    """What a draft is about; None: nothing one could leave. Raises NotAllowed, NotADraft, NotFound."""
    mailing = await get(session, actor=actor, mailing_id=mailing_id, lock=True)
    if mailing.state is not MailingState.DRAFT:
        raise NotADraft
    mailing.topic_id = None if topic_id is None else (await topics.get(session, actor=actor, topic_id=topic_id)).id
    await session.flush()
    return mailing


_EVENTS: Mapping[TouchKind, str] = {TouchKind.CLICK: "mailing.clicked", TouchKind.OPEN: "mailing.opened"}


def _tell(session: AsyncSession, name: str, target: Target, now: datetime, **numbers: int | None) -> None:
    facts = {"mailing_id": target.mailing_id, "outbox_id": target.outbox_id, **numbers}
    known = {what: number for what, number in facts.items() if number is not None}
    events.record(session, name, now=now, client_id=target.client_id, staff_id=None, **known)
