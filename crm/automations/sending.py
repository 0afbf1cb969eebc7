"""An automation's message to a client: by which channel, to which address, as a row of the ledger."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox import suppression
from channels.outbox.enqueue import PRIORITY_MAILING, PRIORITY_REMINDER, enqueue
from crm import consent, keys
from crm.automations.definition import Send, SendBy
from crm.consent.last_word import AUTOMATION, TOPIC_ID
from crm.errors import CrmError
from storage.models import Channel, Client, ContactKind, Template
from storage.queries import contacts, topics

KIND: Final = AUTOMATION
_POINTS: Final = {Channel.EMAIL: ContactKind.EMAIL, Channel.SMS: ContactKind.PHONE}
# In the order they are tried: an email costs nothing.
_CHANNELS: Final = {
    SendBy.EMAIL: (Channel.EMAIL,),
    SendBy.SMS: (Channel.SMS,),
    SendBy.CHEAPEST: (Channel.EMAIL, Channel.SMS),
}


class TemplateGone(CrmError):
    """The company has no template of that name in use. Parameters: name."""

    code = "automations.template_gone"


class TemplateByOther(CrmError):
    """An SMS template has no subject: it cannot go as an email. Parameters: name."""

    code = "automations.template_channel"


class TopicGone(CrmError):
    """There is no topic of that name: nobody could tell who left it. Parameters: name."""

    code = "automations.topic_gone"


@dataclass(frozen=True, slots=True)
class Sent:
    """The ledger row that was planned; without one, `because` says why nothing goes to this client."""

    outbox_id: int | None
    channel: Channel | None = None
    because: str = ""


async def plan(
    session: AsyncSession,
    *,
    step: Send,
    topic: str,
    enrolment_id: int,
    place: str,
    client: Client,
    domain: str,
    now: datetime,
) -> Sent:
    """Plans the message by the first channel that is permitted and has an address.

    `topic` is what marketing is about, empty for nothing one could leave. Raises TemplateGone, TemplateByOther, TopicGone.
    The last word is the gate's, when it is sent; only where there is a choice is it asked here what is permitted. One place
    of an enrolment sends once.
    """
    template = await _template(session, step)
    about = await _about(session, topic) if step.marketing else {}
    because = "no-address"
    for channel in _CHANNELS[step.by]:
        if channel is Channel.EMAIL and template.channel is not Channel.EMAIL:
            continue
        address = await _address(session, client.id, channel)
        if address is None:
            continue
        if len(_CHANNELS[step.by]) > 1:
            because = await _refused(session, client.id, channel, address, marketing=step.marketing)
            if because:
                continue
        outbox_id = await enqueue(
            session,
            channel=channel,
            kind=KIND,
            address=address,
            now=now,
            priority=PRIORITY_MAILING if step.marketing else PRIORITY_REMINDER,
            dedupe_key=keys.automation_message(enrolment_id, place),
            payload={"enrolment_id": enrolment_id, "place": place, "template_id": template.id, **about},
            client_id=client.id,
            marketing=step.marketing,
            message_id=f"<a{enrolment_id}.{client.id}.{secrets.token_hex(16)}@{domain}>"
            if channel is Channel.EMAIL
            else None,
        )
        return Sent(outbox_id, channel)
    return Sent(None, because=because)


async def _template(session: AsyncSession, step: Send) -> Template:
    query = select(Template).where(
        Template.name == step.template, Template.owner_id.is_(None), Template.archived_at.is_(None)
    )
    found = (await session.execute(query)).scalar_one_or_none()
    if found is None:
        raise TemplateGone(name=step.template)
    if step.by is SendBy.EMAIL and found.channel is not Channel.EMAIL:
        raise TemplateByOther(name=step.template)
    return found


async def _about(session: AsyncSession, topic: str) -> dict[str, int]:
    """The topic as the gate looks it up; who left one that was put away since is left alone still."""
    if not topic:
        return {}
    found = await topics.by_name(session, topic)
    if found is None:
        raise TopicGone(name=topic)
    return {TOPIC_ID: found.id}


async def _address(session: AsyncSession, client_id: int, channel: Channel) -> str | None:
    points = await contacts.points_of(session, client_id)
    return next((point.value for point in points if point.kind is _POINTS[channel]), None)


async def _refused(session: AsyncSession, client_id: int, channel: Channel, address: str, *, marketing: bool) -> str:
    """Why the channel is closed to this client; empty when it is not."""
    stopped = await suppression.is_suppressed(session, channel=channel, addresses=[address], marketing=marketing)
    if address in stopped:
        return stopped[address].value
    if marketing and await consent.withdrawn(session, client_ids=[client_id], channel=channel):
        return "unsubscribe"
    return ""
