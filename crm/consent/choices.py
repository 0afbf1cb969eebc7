"""What a client chooses on their own page: the language they read, the channels mailings come by, the topics they hear of."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox import suppression
from crm import cards, events
from crm.consent.links import Leaving
from crm.consent.words import MARKETING_CHANNELS, OWN, POINTS, grant, left_by, unsubscribe, withdraw
from storage.models import Channel, Client, ConsentState, Language, SuppressionReason, Topic
from storage.queries import consents, contacts
from storage.queries import topics as queries

HOW = "page"
MOST_TOPICS = 50  # nobody reads a longer list


@dataclass(frozen=True)
class TopicChoice:
    topic_id: int
    title: str
    wanted: bool


@dataclass(frozen=True)
class Choices:
    """What stands now. A channel is there when the client has an address for it that still takes mail."""

    language: Language
    channels: dict[Channel, bool]
    topics: tuple[TopicChoice, ...]


@dataclass(frozen=True)
class Chosen:
    """What the page says it shall be: all of it, as it stood on the page."""

    language: Language
    channels: Collection[Channel]
    topics: Collection[int]


async def choices(session: AsyncSession, *, leaving: Leaving) -> Choices | None:
    """What a client of a link may choose; None when they are known no more."""
    client = await session.get(Client, leaving.client_id) if leaving.client_id is not None else None
    if client is None:
        return None
    closed = await queries.closed_to(session, client_id=client.id)
    topics = await queries.page(session, limit=MOST_TOPICS)
    return Choices(
        language=client.language,
        channels=await _channels(session, client.id),
        topics=tuple(TopicChoice(one.id, title_of(one, client.language), one.id not in closed) for one in topics),
    )


async def choose(session: AsyncSession, *, leaving: Leaving, chosen: Chosen, now: datetime) -> bool:
    """Makes true what the page says; what stands already is not said again. False when the client is known no more."""
    before = await choices(session, leaving=leaving)
    client = await session.get(Client, leaving.client_id) if leaving.client_id is not None else None
    if before is None or client is None:
        return False
    if chosen.language is not client.language:
        events.record(
            session, "client.language_chosen", now=now, client_id=client.id, before=client.language.value, how=HOW
        )
        client.language = chosen.language
    for channel, gets in before.channels.items():
        if gets and channel not in chosen.channels:
            await _close(session, client, channel, now)
            if channel is leaving.channel:
                await left_by(session, leaving=leaving, now=now)
        elif not gets and channel in chosen.channels:
            await _open(session, client, channel, now)
    for topic in before.topics:
        wanted = topic.topic_id in chosen.topics
        if wanted != topic.wanted:
            await _turn(session, client, topic.topic_id, wanted=wanted, now=now)
    await session.flush()
    await cards.refresh(session, "client", client.id, now=now)
    return True


async def leave_all(session: AsyncSession, *, leaving: Leaving, now: datetime) -> None:
    """No mailings any more by any channel; works for an address whose client is known no more."""
    await unsubscribe(session, leaving=leaving, now=now)
    client = await session.get(Client, leaving.client_id) if leaving.client_id is not None else None
    if client is not None:
        for channel in MARKETING_CHANNELS:
            await _close(session, client, channel, now)


def title_of(topic: Topic, language: Language) -> str:
    """What customers read for a topic: in their language, else in any, else the name."""
    return topic.titles.get(language.value) or next(iter(topic.titles.values()), "") or topic.name


async def _channels(session: AsyncSession, client_id: int) -> dict[Channel, bool]:
    newest = await consents.newest(session, client_id=client_id)
    points = await contacts.points_of(session, client_id)
    found = {}
    for channel in MARKETING_CHANNELS:
        addresses = [point.value for point in points if point.kind is POINTS[channel]]
        stopped = await suppression.found(session, channel=channel, addresses=addresses)
        alive = [one for one in addresses if one not in stopped or stopped[one].reason in OWN]
        if alive:
            said_no = channel in newest and newest[channel].state is ConsentState.WITHDRAWN
            found[channel] = not said_no and any(one not in stopped for one in alive)
    return found


async def _close(session: AsyncSession, client: Client, channel: Channel, now: datetime) -> None:
    for address in await _addresses(session, client.id, channel):
        await suppression.suppress(
            session,
            channel=channel,
            address=address,
            reason=SuppressionReason.UNSUBSCRIBE,
            marketing_only=True,
            source="page of preferences",
            now=now,
        )
    await withdraw(session, client_id=client.id, channels=(channel,), how=HOW, now=now)


async def _open(session: AsyncSession, client: Client, channel: Channel, now: datetime) -> None:
    addresses = await _addresses(session, client.id, channel)
    kept = [reason for reason in SuppressionReason if reason not in OWN]
    for address in addresses:
        await suppression.lift(session, channel=channel, address=address, keep=kept)
    await grant(session, client_id=client.id, channel=channel, address=addresses[0], how=HOW, now=now)


async def _turn(session: AsyncSession, client: Client, topic_id: int, *, wanted: bool, now: datetime) -> None:
    if wanted:
        await queries.open_again(session, client_id=client.id, topic_id=topic_id)
    else:
        await queries.close(session, client_id=client.id, topic_id=topic_id, now=now)
    name = "topic.wanted" if wanted else "topic.refused"
    events.record(session, name, now=now, client_id=client.id, topic_id=topic_id, how=HOW)


async def _addresses(session: AsyncSession, client_id: int, channel: Channel) -> Sequence[str]:
    points = await contacts.points_of(session, client_id)
    return [point.value for point in points if point.kind is POINTS[channel]]
