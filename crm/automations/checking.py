"""What is looked at before an automation is switched on: whether everything it names is there, and whether it would end.

What must be mended stops it; what one should know beforehand is only said.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import segments, templates
from crm.access import Action, check
from crm.automations import looping, places, presence, triggers, versions
from crm.automations.definition import Assign, Branch, Definition, ExitOn, Send, SendBy, SetField, Start, Step, WaitFor
from crm.automations.errors import NotReady
from crm.clients.editing import Field
from crm.errors import CrmError
from storage.filters import Node
from storage.models import (
    Automation,
    AutomationState,
    Channel,
    Language,
    Lifecycle,
    Segment,
    SegmentKind,
    Staff,
    Template,
    Topic,
)
from storage.queries import automation_figures as figures
from storage.queries import topics
from storage.search import fold
from storage.spelling import closest

_CHOICES: Final = {"language": frozenset(Language), "lifecycle": frozenset(Lifecycle)}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: `code` is a message of the chat's words (`automations-found-…`), `detail` and `more` fill it."""

    code: str
    detail: str = ""
    more: str = ""
    cause: CrmError | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """`stops` keep it from being switched on; `notes` are good to know. `means` is how many clients `only` means now.

    `turn` says when these enter, as `triggers.turn` has it.
    """

    stops: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    means: int | None = None
    turn: str = "event"


async def look(
    session: AsyncSession, *, actor: Staff, definition: Definition, now: datetime, automation_id: int | None = None
) -> Checked:
    """Everything there is to say of a draft. `automation_id` is the one it would replace. Raises NotAllowed."""
    check(actor, Action.RUN_AUTOMATIONS)
    findings = [found async for found in _all(session, actor, definition, automation_id, now)]
    means = None
    if definition.only and not any(one.code == "rule" and one.detail == definition.only for one in findings):
        means = (await segments.preview(session, actor=actor, rule=definition.only, now=now, first=0)).count
    stops = tuple(dict.fromkeys(one for one in findings if one.code not in _NOTES))
    notes = tuple(dict.fromkeys(one for one in findings if one.code in _NOTES))
    return Checked(stops, notes, means, triggers.turn(definition.trigger))


async def demand(
    session: AsyncSession, *, actor: Staff, definition: Definition, now: datetime, automation_id: int | None = None
) -> Checked:
    """`look`, refusing a draft that cannot be switched on. Raises NotReady, NotAllowed."""
    found = await look(session, actor=actor, definition=definition, now=now, automation_id=automation_id)
    if found.stops:
        raise NotReady(found.stops)
    return found


_NOTES: Final = frozenset({"posted", "languages", "own-field", "started-is-off", "reply-ends-first"})


async def _all(
    session: AsyncSession, actor: Staff, definition: Definition, automation_id: int | None, now: datetime
) -> AsyncIterator[Finding]:
    if not definition.steps:
        yield Finding("no-steps")
    if triggers.needs_rule(definition.trigger) and not definition.only:
        yield Finding("needs-rule", definition.trigger.event)
    for event in _events(definition):
        kind = triggers.REGISTRY.get(event)
        if kind is None or kind.origin is triggers.Origin.POSTED:
            yield Finding("posted", event)
    for lacking in await _watched(session, definition):
        yield lacking
    if definition.only and (found := await _rule(session, actor, definition.only, now)):
        yield found
    if (waits := places.longest_wait(definition.steps)) > definition.expires:
        yield Finding("outlasts", str(waits.days), str(definition.expires.days))
    if definition.topic and await _topic(session, definition.topic) is None:
        yield Finding("topic", definition.topic)
    for _, step in places.every(definition):
        if found := await _of_step(session, actor, step, definition, now):
            yield found
    if way := await _loop(session, definition, automation_id, now):
        yield Finding("loop", " → ".join((definition.name, *(link.into for link in way))), way[-1].event)


async def _of_step(
    session: AsyncSession, actor: Staff, step: Step, definition: Definition, now: datetime
) -> Finding | None:
    match step:
        case Send():
            return await _template(session, step)
        case Assign():
            return None if await _colleague(session, step.to) else Finding("colleague", step.to)
        case Branch():
            return await _rule(session, actor, step.rule, now)
        case Start():
            return await _started(session, step, definition)
        case SetField():
            return _field(step)
        case WaitFor() if step.event == "message.received" and ExitOn.REPLY in definition.exits and step.came:
            return Finding("reply-ends-first")
    return None


async def _watched(session: AsyncSession, definition: Definition) -> list[Finding]:
    """What is wrong with the segments whose comings and goings it listens for."""
    watched = presence.watched(definition)
    nameless = [Finding("needs-segment", event) for event, name in watched if not name]
    names = [name for _, name in watched if name]
    return nameless + [Finding("segment", name) for name in names if not await presence.called(session, [name])]


async def _topic(session: AsyncSession, name: str) -> Topic | None:
    """The topic in use of that name."""
    found = await topics.by_name(session, name)
    return found if found is not None and found.archived_at is None else None


def _field(step: SetField) -> Finding | None:
    """A name that is not one of ours is a field of the company's own; one that looks like ours is likely a slip."""
    allowed = _CHOICES.get(step.name)
    if allowed is not None and step.value not in {str(one) for one in allowed}:
        return Finding("field-value", step.name, step.value)
    names = [str(one) for one in Field]
    if step.name in names:
        return None
    close = closest(step.name.casefold(), names, at_least=75)
    return Finding("own-field", step.name, close[0]) if close else None


async def _rule(session: AsyncSession, actor: Staff, rule: str, now: datetime) -> Finding | None:
    try:
        await segments.preview(session, actor=actor, rule=rule, now=now, first=0)
    except CrmError as error:
        return Finding("rule", rule, cause=error)
    return None


def _events(definition: Definition) -> list[str]:
    waited = [step.event for _, step in places.every(definition) if isinstance(step, WaitFor)]
    named = [definition.trigger.event, *waited]
    return [event for event in dict.fromkeys(named) if "." in event]


async def _template(session: AsyncSession, step: Send) -> Finding | None:
    query = select(Template).where(
        Template.name == step.template, Template.owner_id.is_(None), Template.archived_at.is_(None)
    )
    template = (await session.execute(query)).scalar_one_or_none()
    if template is None:
        return Finding("template", step.template)
    if {SendBy.EMAIL: Channel.EMAIL, SendBy.SMS: Channel.SMS}.get(step.by, template.channel) is not template.channel:
        return Finding("template-channel", step.template)
    written = await templates.newest_versions(session, template_id=template.id)
    if not written:
        return Finding("template-empty", step.template)
    lacking = [language.value for language in Language if language not in written]
    return Finding("languages", step.template, " ".join(lacking)) if lacking else None


async def _colleague(session: AsyncSession, name: str) -> bool:
    """Whether exactly one who works here is called so: the step would not choose among two."""
    names = (await session.execute(select(Staff.name).where(Staff.active.is_(True)))).scalars()
    return sum(fold(one) == fold(name) for one in names) == 1


async def _started(session: AsyncSession, step: Start, definition: Definition) -> Finding | None:
    if step.automation == definition.name:
        return None
    query = select(Automation).where(Automation.name == step.automation, Automation.archived_at.is_(None))
    other = (await session.execute(query)).scalar_one_or_none()
    if other is None:
        return Finding("automation", step.automation)
    return None if other.state is AutomationState.ON else Finding("started-is-off", step.automation)


async def _loop(
    session: AsyncSession, definition: Definition, automation_id: int | None, now: datetime
) -> tuple[looping.Link, ...] | None:
    """With everything that is on, and what it starts: paused ones may be resumed any day, so they count too."""
    others: list[Definition] = []
    for automation, version in await figures.with_documents(session):
        other = versions.readable(version.document)
        if other is not None and automation.id != automation_id and automation.state is not AutomationState.DRAFT:
            others.append(other)
    watched = {name for one in (definition, *others) for _, name in presence.watched(one)}
    return looping.loop(definition, others, await _rules(session, sorted(watched), now))


async def _rules(session: AsyncSession, names: Sequence[str], now: datetime) -> dict[str, Node | None]:
    """The rules of segments and of those they stand on, by folded name; a list, or what cannot be read, has none."""
    query = select(Segment).where(Segment.kind == SegmentKind.RULE, Segment.archived_at.is_(None))
    kept = {fold(one.name): one for one in (await session.execute(query)).scalars()} if any(names) else {}
    found: dict[str, Node | None] = {}
    todo = [fold(name) for name in names]
    while todo:
        name = todo.pop()
        segment = kept.get(name)
        if segment is None or name in found:
            continue
        try:
            found[name] = rule = segments.parse(segment.rule, today=now.date())
        except CrmError:
            found[name] = None
        else:
            todo += looping.named(rule)
    return found
