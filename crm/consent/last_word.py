"""The outbox worker's last question before sending: may this still go to them, by this channel, now?

One look for all channels: suppressed addresses, stopped mailings, clients put away, topics, consents, then (for marketing only)
quiet hours where they are and the cap over all channels. A no for good comes before a not yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox import suppression
from channels.outbox.delivery import Cancel, Delivery, Hold, Suppress, Verdict
from crm import frequency
from crm.consent.topics import TOPIC
from crm.consent.words import MARKETING_CHANNELS
from crm.contact_hours import SendWindow, Zones, quiet_until, window_from, zones_of
from crm.contact_rules import ContactRules
from storage.models import (
    Automation,
    AutomationState,
    Channel,
    ConsentState,
    Enrolment,
    EnrolmentState,
    Mailing,
    MailingState,
    MailingTrial,
    SuppressionReason,
    TrialSide,
)
from storage.queries import consents
from storage.queries import topics as topic_rows
from storage.queries.consents import Standing

QUIET = "quiet-hours"
WINDOW = "send-window"
TRIAL = "trial-open"
NO_CONSENT = "no-consent"
AUTOMATION = "automation"  # the kind of row an automation's messages are
TOPIC_ID = "topic_id"  # in the payload of such a row: what it is about
_SOON = timedelta(minutes=1)
_MOST_STEPS = 10  # from quiet hours to a window and back


@dataclass(frozen=True, slots=True)
class Gate:
    """Answers for one batch; deliveries it does not mention may go. It only reads, a statement per thing it looks at."""

    rules: ContactRules

    async def __call__(
        self, session: AsyncSession, deliveries: Sequence[Delivery], now: datetime
    ) -> Mapping[int, Verdict]:
        verdicts = await _left_automations(session, deliveries, now)
        for channel in MARKETING_CHANNELS:
            batch = [one for one in deliveries if one.channel is channel]
            if batch:
                await self._judge(session, channel, batch, now, verdicts)
        return verdicts

    async def _judge(
        self,
        session: AsyncSession,
        channel: Channel,
        batch: Sequence[Delivery],
        now: datetime,
        verdicts: dict[int, Verdict],
    ) -> None:
        marketing = [one for one in batch if one.marketing]
        stopped, windows, topics = await _mailings(session, marketing, now)
        for one in marketing:
            if one.kind == AUTOMATION and TOPIC_ID in one.payload:
                topics.setdefault(int(one.payload[TOPIC_ID]), []).append(one)
        verdicts |= stopped
        people = await consents.standing(
            session,
            client_ids={one.client_id for one in marketing if one.client_id is not None},
            channel=channel,
            since=now - self.rules.cap.period if self.rules.cap else None,
        )
        for one in marketing:
            person = people.get(one.client_id or 0)
            if person is not None and person.archived:
                verdicts.setdefault(one.id, Cancel("client-archived"))
        verdicts |= await _suppressed(session, channel, batch)
        for topic_id, about in topics.items():
            clients = {one.client_id for one in about if one.client_id is not None}
            closed = await topic_rows.without(session, topic_id=topic_id, client_ids=clients)
            for one in about:
                if one.client_id in closed:
                    verdicts.setdefault(one.id, Suppress(TOPIC))
        for one in marketing:
            refusal = self._refusal(people.get(one.client_id or 0))
            if refusal is not None:
                verdicts.setdefault(one.id, refusal)
        free = [one for one in marketing if one.id not in verdicts]
        verdicts |= await self._not_yet(session, free, _Place(people, windows), now)

    def _refusal(self, person: Standing | None) -> Suppress | None:
        """What the client said last, or never said where they must have."""
        if person is not None and person.consent is ConsentState.WITHDRAWN:
            return Suppress(SuppressionReason.UNSUBSCRIBE)
        if self.rules.consent_required and (person is None or person.consent is None):
            return Suppress(NO_CONSENT)
        return None

    async def _not_yet(
        self, session: AsyncSession, free: Sequence[Delivery], place: _Place, now: datetime
    ) -> dict[int, Verdict]:
        people = place.people
        verdicts: dict[int, Verdict] = {}
        for one in free:
            closed = self._closed(one, place, now)
            if closed is not None:
                verdicts[one.id] = closed
        cap = self.rules.cap
        # Whoever's count leaves room for what is on its way, their own rows included, needs no closer look.
        crowded = {person.client_id for person in people.values() if cap is not None and person.reached > cap.limit}
        awake = [one for one in free if one.id not in verdicts and one.client_id in crowded]
        if cap is None or not awake:
            return verdicts
        rows = await consents.reached(
            session, client_ids={one.client_id for one in awake if one.client_id is not None}, since=now - cap.period
        )
        for one, verdict in zip(awake, _in_turn(cap, awake, rows, now), strict=True):
            if isinstance(verdict, Hold):
                later = self._closed(one, place, verdict.until)
                verdicts[one.id] = Hold(until=later.until if later else verdict.until, reason=verdict.reason)
            elif verdict is not None:
                verdicts[one.id] = verdict
        return verdicts

    def _closed(self, delivery: Delivery, place: _Place, at: datetime) -> Hold | None:
        """Until when it is quiet, or outside the mailing's own hours, where the recipient is; None when neither is."""
        window = place.windows.get(delivery.mailing_id or 0)
        if self.rules.quiet is None and window is None:
            return None
        zones = _whereabouts(delivery, place.people.get(delivery.client_id or 0))
        asleep = self._day_from(zones, at)
        if window is None:
            return Hold(until=asleep, reason=QUIET) if asleep else None
        until = asleep or at
        for _ in range(_MOST_STEPS):
            opens = window_from(window, zones, default_zone=self.rules.zone, now=until)
            until = opens or until
            later = self._day_from(zones, until)
            if later is None:
                break
            until = later
        if until == at:
            return None
        return Hold(until=until, reason=QUIET if asleep else WINDOW)

    def _day_from(self, zones: Zones, at: datetime) -> datetime | None:
        """When quiet hours end for somebody there; None when it is day."""
        if self.rules.quiet is None:
            return None
        return quiet_until(self.rules.quiet, zones, default_zone=self.rules.zone, now=at)


@dataclass(frozen=True, slots=True)
class _Place:
    """What is known of the people of a batch and of the hours their mailings keep to."""

    people: Mapping[int, Standing]
    windows: Mapping[int, SendWindow]


gate = Gate(ContactRules())
"""The gate of an installation without rules of contact."""


def _in_turn(
    cap: frequency.FrequencyCap,
    deliveries: Sequence[Delivery],
    rows: Mapping[int, Sequence[consents.Reached]],
    now: datetime,
) -> list[Verdict | None]:
    judged = frequency.judge(cap, deliveries, rows, now=now)
    return [judged.get(one.id) for one in deliveries]


def _whereabouts(delivery: Delivery, person: Standing | None) -> Zones:
    """An SMS rings at the number it goes to; of whom an email reaches, any of their numbers may tell."""
    numbers = (delivery.address,) if delivery.channel is Channel.SMS else (person.phones if person else ())
    return zones_of(person.timezone if person else None, numbers)


async def _mailings(
    session: AsyncSession, marketing: Sequence[Delivery], now: datetime
) -> tuple[dict[int, Verdict], dict[int, SendWindow], dict[int, list[Delivery]]]:
    """What the mailings of a batch say: which deliveries stop or wait with theirs, the hours some keep to, and their topics."""
    wanted = {one.mailing_id for one in marketing if one.mailing_id is not None}
    if not wanted:
        return {}, {}, {}
    stopped: dict[MailingState, Verdict] = {
        MailingState.CANCELLED: Cancel("mailing-cancelled"),
        MailingState.PAUSED: Hold(until=now, reason="mailing-paused"),
    }
    query = select(
        Mailing.id, Mailing.state, Mailing.window_days, Mailing.window_from, Mailing.window_until, Mailing.topic_id
    ).where(
        Mailing.id.in_(wanted),
        or_(Mailing.state.in_(stopped), Mailing.window_days.is_not(None), Mailing.topic_id.is_not(None)),
    )
    found = {row.id: row for row in await session.execute(query)}
    verdicts: dict[int, Verdict] = {}
    topics: dict[int, list[Delivery]] = {}
    for one in marketing:
        row = found.get(one.mailing_id or 0)
        if row is not None and row.state in stopped:
            verdicts[one.id] = stopped[row.state]
        elif row is not None and row.topic_id is not None:
            topics.setdefault(row.topic_id, []).append(one)
    windows = {
        row.id: SendWindow(row.window_days, row.window_from, row.window_until)
        for row in found.values()
        if row.window_days is not None
    }
    verdicts |= await _undecided(session, [one for one in marketing if one.id not in verdicts], now)
    return verdicts, windows, topics


async def _undecided(session: AsyncSession, deliveries: Sequence[Delivery], now: datetime) -> dict[int, Verdict]:
    """The rest of a trial waits until it is known which version they get."""
    rest = [one for one in deliveries if one.payload.get("side") == TrialSide.REST]
    if not rest:
        return {}
    query = select(MailingTrial.mailing_id).where(
        MailingTrial.mailing_id.in_({one.mailing_id for one in rest}), MailingTrial.decided_at.is_(None)
    )
    open_ones = set((await session.execute(query)).scalars())
    return {one.id: Hold(until=now + _SOON, reason=TRIAL) for one in rest if one.mailing_id in open_ones}


async def _left_automations(session: AsyncSession, deliveries: Sequence[Delivery], now: datetime) -> dict[int, Verdict]:
    """Who has answered since gets nothing more of it; what a paused automation planned waits."""
    of = {one.id: int(one.payload.get("enrolment_id", 0)) for one in deliveries if one.kind == AUTOMATION}
    if not of:
        return {}
    query = (
        select(Enrolment.id, Enrolment.state, Automation.state)
        .join(Automation, Automation.id == Enrolment.automation_id)
        .where(Enrolment.id.in_(set(of.values())))
    )
    found = {row[0]: (row[1], row[2]) for row in await session.execute(query)}
    verdicts: dict[int, Verdict] = {}
    for delivery_id, enrolment_id in of.items():
        state, automation = found.get(enrolment_id, (EnrolmentState.LEFT, AutomationState.ON))
        if state is EnrolmentState.LEFT:
            verdicts[delivery_id] = Cancel("automation-left")
        elif automation is AutomationState.PAUSED:
            verdicts[delivery_id] = Hold(until=now + _SOON, reason="automation-paused")
    return verdicts


async def _suppressed(session: AsyncSession, channel: Channel, batch: Sequence[Delivery]) -> dict[int, Verdict]:
    found = await suppression.found(session, channel=channel, addresses={one.address for one in batch})
    return {
        one.id: Suppress(found[one.address].reason)
        for one in batch
        if one.address in found and (one.marketing or not found[one.address].marketing_only)
    }
