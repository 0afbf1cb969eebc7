"""What came back about emails: delivery reports, notices, complaints; what they mean for the delivery, the address and its client.

Anybody can write a report. It is believed only of the delivery whose envelope sender it came to (a token only our mail
carries), else of the one whose Message-ID it quotes; and what it costs, it costs the address we wrote to. Of a mail to
several people each knows the Message-ID: one of them must not stop another's address.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.email import reasons
from channels.email.bounces import Action, DeliveryReport
from channels.email.reasons import KINDS, Reason
from channels.email.verp import read_bounce_address
from channels.outbox import returned, status
from channels.outbox.enqueue import PRIORITY_PERSON, enqueue_card
from channels.outbox.status import News
from channels.outbox.suppression import normalise
from crm import consent, events, interactions, keys
from storage.models import BounceKind, Channel, DeliveryEvent, Outbox, Staff

TOLD: Final = 300  # characters of the server's words that are kept in the story
# A code that says the reason, where a report gives a wrong one or none: the ledger's readers word the code.
_CODES: Final[dict[Reason, str]] = {
    Reason.NO_SUCH_ADDRESS: "5.1.1",
    Reason.DOUBTED_ADDRESS: "5.1.1",
    Reason.CLOSED: "5.1.1",
    Reason.NO_SUCH_DOMAIN: "5.1.2",
    Reason.MOVED: "5.1.6",
    Reason.TAKES_NO_MAIL: "5.1.10",
    Reason.DISABLED: "5.2.1",
    Reason.FULL: "5.2.2",
    Reason.TOO_BIG: "5.3.4",
    Reason.EXPIRED: "4.4.7",
    Reason.NETWORK: "4.4.1",
    **dict.fromkeys((reason for reason, kind in KINDS.items() if kind is BounceKind.BLOCK), "5.7.1"),
    Reason.TOO_BIG: "5.3.4",
}


@dataclass(frozen=True, slots=True)
class Returns:
    """How returned mail is recognised and what it costs: the key of our envelope senders, how many soft ones end an address."""

    key: bytes = b""
    soft_limit: int = returned.SOFT_LIMIT


@dataclass(frozen=True, slots=True)
class _Told:
    """A report, and whether only who got our mail could have written it."""

    report: DeliveryReport
    proven: bool


NOTHING_KNOWN: Final = Returns()  # no key: reports are known by the Message-ID they quote alone


async def record_reports(
    session: AsyncSession,
    *,
    reports: Sequence[DeliveryReport],
    now: datetime,
    came_to: Sequence[str] = (),
    returns: Returns = NOTHING_KNOWN,
) -> int | None:
    """Takes the reports of one mail in; `came_to` are the addresses it was sent to. Returns how many brought news.

    None where no delivery of ours is meant, or where it asks for somebody's look at our own house (who we are was
    doubted): what the mail is otherwise, its reader has to see.
    """
    by_delivery: dict[int, list[_Told]] = {}
    for report in reports:
        outbox_id, proven = await _believed(session, report, came_to, returns.key)
        if outbox_id is not None:
            by_delivery.setdefault(outbox_id, []).append(_Told(report, proven))
    if not by_delivery:
        return None
    changed = 0
    for outbox_id, told in sorted(by_delivery.items()):
        query = select(Outbox).where(Outbox.id == outbox_id).with_for_update()
        delivery = (await session.execute(query)).scalar_one()
        one = _about(delivery, told)
        take = _TAKE.get(one.report.action)
        if take is not None:
            changed += await take(session, delivery, one, returns, now)
    return None if all(report.action is Action.UNPROVEN for report in reports) else changed


async def _believed(
    session: AsyncSession, report: DeliveryReport, came_to: Sequence[str], key: bytes
) -> tuple[int | None, bool]:
    """The delivery a report speaks of, where it shows that it saw our mail, and whether nobody else's mail shows the same."""
    named = [read_bounce_address(address, key) for address in (*came_to, report.original_sender) if address and key]
    which = Outbox.id == next((one for one in named if one is not None), -1)
    query = select(Outbox.id, Outbox.address).where(Outbox.channel == Channel.EMAIL).order_by(Outbox.id)
    rows = (await session.execute(query.where(which))).all()
    if not rows and report.original_message_id:
        rows = (await session.execute(query.where(Outbox.message_id == report.original_message_id))).all()
    if len(rows) == 1:
        return rows[0].id, True
    return next((row.id for row in rows if _is_on(report, row.address)), None), False


def _is_on(report: DeliveryReport, address: str) -> bool:
    """Whether a report is on that address, which may have sent the mail on to another."""
    named = {normalise(Channel.EMAIL, one) for one in (report.recipient, *report.also_named)}
    return normalise(Channel.EMAIL, address) in named


def _about(delivery: Outbox, told: Sequence[_Told]) -> _Told:
    """The report on our own recipient, else the gravest one: servers name whom the mail went on to."""
    mine = [one for one in told if _is_on(one.report, delivery.address)]
    return max(mine or told, key=lambda one: (one.report.action is not Action.DELAYED, _GRAVITY.index(one.report.kind)))


_GRAVITY: Final = (None, BounceKind.SOFT, BounceKind.BLOCK, BounceKind.HARD, BounceKind.COMPLAINT)


async def _came_back(session: AsyncSession, delivery: Outbox, told: _Told, returns: Returns, now: datetime) -> bool:
    report = told.report
    kind = report.kind or BounceKind.SOFT
    before = delivery.bounce
    news = await status.record_bounce(
        session,
        outbox_id=delivery.id,
        kind=kind,
        now=now,
        code=_code(report),
        reason=report.diagnostic or report.status or report.reason.value,
    )
    await session.refresh(delivery)
    if news is not News.CHANGED and delivery.bounce is before:
        return False  # a second notice of what we know
    if told.proven:
        await returned.hold_against(
            session,
            channel=Channel.EMAIL,
            address=delivery.address,
            kind=kind,
            client_id=delivery.client_id,
            soft_limit=returns.soft_limit,
            source=f"delivery {delivery.id}: {report.status or report.reason.value}",
            now=now,
        )
    _tell(session, delivery, "bounced", report, now, kind=kind.value)
    events.record(
        session,
        "message.bounced",
        now=now,
        client_id=delivery.client_id,
        outbox_id=delivery.id,
        status=report.status,
        kind=kind.value,
        hard=kind is BounceKind.HARD,
    )
    await _tell_writer(session, delivery, now)
    return True


async def _is_late(session: AsyncSession, delivery: Outbox, told: _Told, _returns: Returns, now: datetime) -> bool:
    """Not yet: their server goes on trying, and the delivery stays what it is."""
    _tell(session, delivery, "delayed", told.report, now)
    return True


async def _arrived(session: AsyncSession, delivery: Outbox, told: _Told, _returns: Returns, now: datetime) -> bool:
    if told.proven:
        await returned.got_through(session, channel=Channel.EMAIL, addresses=[delivery.address])
    return await status.record_delivered(session, outbox_id=delivery.id, now=now) is News.CHANGED


async def _complained(session: AsyncSession, delivery: Outbox, told: _Told, returns: Returns, now: datetime) -> bool:
    """They called it spam: no more mailings, by no channel. A letter that answers them may still be sent."""
    report = told.report
    if not told.proven or not await status.note_bounce(session, outbox_id=delivery.id, kind=BounceKind.COMPLAINT):
        return False
    await returned.hold_against(
        session,
        channel=Channel.EMAIL,
        address=delivery.address,
        kind=BounceKind.COMPLAINT,
        source=f"delivery {delivery.id}: {report.diagnostic}",
        now=now,
    )
    if delivery.client_id is not None:
        await consent.withdraw(
            session, client_id=delivery.client_id, channels=consent.MARKETING_CHANNELS, how="complaint", now=now
        )
    _tell(session, delivery, "complained", report, now)
    events.record(session, "message.complained", now=now, client_id=delivery.client_id, outbox_id=delivery.id)
    return True


async def _is_doubted(session: AsyncSession, delivery: Outbox, told: _Told, _returns: Returns, now: datetime) -> bool:
    """It arrived somewhere that could not prove it is ours: said in the story, and costs the address nothing."""
    _tell(session, delivery, "unproven", told.report, now)
    return True


_Take = Callable[[AsyncSession, Outbox, _Told, Returns, datetime], Awaitable[bool]]
_TAKE: Final[dict[Action, _Take]] = {
    Action.FAILED: _came_back,
    Action.DELAYED: _is_late,
    Action.DELIVERED: _arrived,
    Action.COMPLAINED: _complained,
    Action.UNPROVEN: _is_doubted,
}


async def _tell_writer(session: AsyncSession, delivery: Outbox, now: datetime) -> None:
    """Who wrote a letter themselves gets its card again: an edit far up in the chat is seen by nobody."""
    interaction_id = delivery.payload.get("interaction_id")
    writer = await session.get(Staff, delivery.staff_id) if delivery.staff_id is not None else None
    if interaction_id is None or writer is None or not writer.active or writer.telegram_id is None:
        return
    await enqueue_card(
        session,
        chat_id=writer.telegram_id,
        staff_id=writer.id,
        card=interactions.CARD,
        card_id=int(interaction_id),
        dedupe_key=keys.returned_notice(delivery.id, writer.id),
        priority=PRIORITY_PERSON,
        now=now,
    )


def _code(report: DeliveryReport) -> str:
    """The server's code where it means what the report says, else one that does."""
    if report.status and reasons.read("", enhanced=report.status) is report.reason:
        return report.status
    return _CODES.get(report.reason, report.status)


def _tell(
    session: AsyncSession, delivery: Outbox, what: str, report: DeliveryReport, now: datetime, **more: str
) -> None:
    facts = {"reason": report.reason.value, "status": report.status, "diagnostic": report.diagnostic[:TOLD], **more}
    session.add(DeliveryEvent(outbox_id=delivery.id, what=what, facts=facts, at=now))
