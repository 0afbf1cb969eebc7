"""The demo company's segments and templates as rows, and one finished mailing whose ledger adds up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy.ext.asyncio import AsyncSession

from channels.message import Phase
from channels.outbox.enqueue import PRIORITY_MAILING
from channels.outbox.suppression import address_hash
from crm import keys
from sandbox.company.clients import Sketch
from sandbox.company.mailings import FAIR, FAIR_VISITORS, SEGMENTS, TEMPLATES, TOPICS
from sandbox.seed_history import attempt
from sandbox.seed_rows import Row, add, add_numbered
from storage.models import (
    BounceKind,
    Channel,
    Consent,
    ConsentState,
    DeliveryAttempt,
    DeliveryState,
    Mailing,
    MailingState,
    Outbox,
    Segment,
    SegmentMember,
    Suppression,
    SuppressionReason,
    Template,
    TemplateVersion,
    Topic,
)

_DAYS_AGO = 6
_UNSUBSCRIBED = 3  # before the mailing: written down as suppressed
_BOUNCED = 2
_GONE = "550 5.1.1 No such user here"


@dataclass(frozen=True, slots=True)
class _Member:
    client: int
    address: str


async def write_mailings(
    session: AsyncSession,
    sketches: Sequence[Sketch],
    *,
    clients: Sequence[int],
    staff: Mapping[str, int],
    now: datetime,
    random: Random,
) -> None:
    """Segments, templates, and last week's mailing to the visitors of the fair."""
    manager = staff["manager"]
    members = _visitors(sketches, clients, random)
    segments = await _write_segments(session, members, manager=manager, now=now)
    templates = await _write_templates(session, manager=manager, now=now)
    topics = await add_numbered(
        session,
        Topic,
        [
            {
                "name": name,
                "titles": {language.value: title for language, title in titles.items()},
                "created_by_id": manager,
                "created_at": now - timedelta(days=20),
            }
            for name, titles in TOPICS
        ],
    )
    started = now - timedelta(days=_DAYS_AGO)
    (mailing,) = await add_numbered(
        session,
        Mailing,
        [
            {
                "name": f"{TEMPLATES[0].name}: {FAIR.name}",
                "channel": Channel.EMAIL,
                "segment_id": segments[FAIR.name],
                "template_id": templates[0],
                "topic_id": topics[0],
                "state": MailingState.FINISHED,
                "starts_at": started,
                "cursor": max(member.client for member in members),
                "planned": len(members),
                "created_by_id": manager,
                "created_at": started - timedelta(minutes=20),
                "started_at": started,
                "finished_at": started + timedelta(minutes=4),
            }
        ],
    )
    await _write_ledger(session, members, mailing=mailing, started=started, random=random)


def _visitors(sketches: Sequence[Sketch], clients: Sequence[int], random: Random) -> list[_Member]:
    reachable = [
        _Member(client, sketch.email)
        for sketch, client in zip(sketches, clients, strict=True)
        # Those whom examples write to stay out of it: nothing of theirs is suppressed.
        if sketch.email and not sketch.key
    ]
    return sorted(random.sample(reachable, k=FAIR_VISITORS), key=lambda member: member.client)


async def _write_segments(
    session: AsyncSession, members: Sequence[_Member], *, manager: int, now: datetime
) -> dict[str, int]:
    rows = [
        {
            "name": one.name,
            "kind": one.kind,
            "rule": one.rule,
            "created_by_id": manager,
            "created_at": now - timedelta(days=20),
        }
        for one in SEGMENTS
    ]
    ids = dict(zip((one.name for one in SEGMENTS), await add_numbered(session, Segment, rows), strict=True))
    await add(session, SegmentMember, [{"segment_id": ids[FAIR.name], "client_id": one.client} for one in members])
    return ids


async def _write_templates(session: AsyncSession, *, manager: int, now: datetime) -> list[int]:
    at = now - timedelta(days=21)
    ids = await add_numbered(
        session,
        Template,
        [{"name": one.name, "channel": one.channel, "created_by_id": manager, "created_at": at} for one in TEMPLATES],
    )
    await add(
        session,
        TemplateVersion,
        [
            {
                "template_id": template,
                "language": language,
                "number": 1,
                "subject": words.subject,
                "text": words.text,
                "created_by_id": manager,
                "created_at": at,
            }
            for one, template in zip(TEMPLATES, ids, strict=True)
            for language, words in one.words.items()
        ],
    )
    return ids


async def _write_ledger(
    session: AsyncSession, members: Sequence[_Member], *, mailing: int, started: datetime, random: Random
) -> None:
    special = random.sample(range(len(members)), k=_UNSUBSCRIBED + _BOUNCED)
    unsubscribed, bounced = set(special[:_UNSUBSCRIBED]), set(special[_UNSUBSCRIBED:])
    rows: list[Row] = []
    for place, member in enumerate(members):
        row = _planned(member, mailing, started)
        settled = started + timedelta(seconds=3 * place + random.randint(1, 3))
        if place in unsubscribed:
            row |= {
                "state": DeliveryState.SUPPRESSED,
                "reason": SuppressionReason.UNSUBSCRIBE.value,
                "settled_at": started,
            }
        elif place in bounced:
            row |= {"state": DeliveryState.FAILED, "attempts": 1, "phase": Phase.ENVELOPE.value, "code": "550"}
            row |= {"reason": _GONE, "settled_at": settled, "bounce": BounceKind.HARD}
        else:
            row |= {"state": DeliveryState.SENT, "attempts": 1, "phase": Phase.DONE.value, "code": "250"}
            row |= {"sent_at": settled, "settled_at": settled}
        rows.append(row)
    numbers = await add_numbered(session, Outbox, rows)
    tried = [(number, row) for number, row in zip(numbers, rows, strict=True) if row["attempts"]]
    await add(session, DeliveryAttempt, [attempt(number, row, random) for number, row in tried])
    await _write_refusals(session, members, unsubscribed, bounced, started)


def _planned(member: _Member, mailing: int, started: datetime) -> Row:
    return {
        "channel": Channel.EMAIL,
        "kind": "mailing",
        "dedupe_key": keys.mailing_member(mailing, member.client),
        "priority": PRIORITY_MAILING,
        "due_at": started,
        "address": member.address,
        "payload": {},
        "marketing": True,
        "client_id": member.client,
        "mailing_id": mailing,
        "message_id": f"<mailing-{mailing}-{member.client}@touchline.example>",
        "attempts": 0,
        "phase": None,
        "code": None,
        "reason": None,
        "created_at": started,
        "sent_at": None,
        "settled_at": None,
        "bounce": None,
    }


async def _write_refusals(
    session: AsyncSession, members: Sequence[_Member], unsubscribed: set[int], bounced: set[int], started: datetime
) -> None:
    """Whom nobody writes to any more: those who left a week before, and the addresses that do not exist."""
    left = started - timedelta(days=7)
    suppressions: list[Row] = []
    for place in sorted(unsubscribed | bounced):
        gone = place in bounced
        suppressions.append(
            {
                "channel": Channel.EMAIL,
                "address_hash": address_hash(Channel.EMAIL, members[place].address),
                "reason": SuppressionReason.HARD_BOUNCE if gone else SuppressionReason.UNSUBSCRIBE,
                "marketing_only": not gone,
                "source": _GONE if gone else "link",
                "at": started + timedelta(minutes=3) if gone else left,
            }
        )
    await add(session, Suppression, suppressions)
    await add(
        session,
        Consent,
        [
            {
                "client_id": members[place].client,
                "channel": Channel.EMAIL,
                "state": ConsentState.WITHDRAWN,
                "how": "link",
                "at": left,
            }
            for place in sorted(unsubscribed)
        ],
    )
