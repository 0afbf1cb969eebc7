"""What automations that are on or paused name: segments, templates, other automations. It may not be put away under them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from crm import segments, usage
from crm.automations import looping, places, triggers, versions
from crm.automations.definition import Branch, Definition, Facts, Send, Start, WaitFor
from crm.automations.errors import AutomationNamesIt, AutomationStartsIt
from crm.errors import CrmError
from crm.usage import Thing
from storage.models import Automation
from storage.queries import automation_figures as queries
from storage.search import fold


@usage.asks
async def check_unnamed(session: AsyncSession, thing: Thing, name: str, now: datetime) -> None:
    """Raises AutomationNamesIt where a document that newcomers, or somebody inside, walk names a segment or template."""
    for automation, definition in await _in_use(session):
        if thing is Thing.TEMPLATE:
            named = name in {step.template for _, step in places.every(definition) if isinstance(step, Send)}
        else:
            named = fold(name) in set(_segments(definition, now))
        if named:
            raise AutomationNamesIt(name=automation.name)


async def check_unstarted(session: AsyncSession, automation: Automation) -> None:
    """Raises AutomationStartsIt where another starts this one, by the name it has now."""
    for other, definition in await _in_use(session):
        started = {step.automation for _, step in places.every(definition) if isinstance(step, Start)}
        if other.id != automation.id and automation.name in started:
            raise AutomationStartsIt(name=other.name)


async def _in_use(session: AsyncSession) -> list[tuple[Automation, Definition]]:
    found = []
    for automation, document in await queries.documents_in_use(session):
        definition = versions.readable(document)
        if definition is not None:
            found.append((automation, definition))
    return found


def _segments(definition: Definition, now: datetime) -> Iterator[str]:
    """The folded names of the segments a definition names itself."""
    steps = [step for _, step in places.every(definition)]
    for rule in (definition.only, *(step.rule for step in steps if isinstance(step, Branch))):
        if rule:
            yield from _in_rule(rule, now)
    waits = ((step.event, step.facts) for step in steps if isinstance(step, WaitFor))
    for event, facts in ((definition.trigger.event, definition.trigger.facts), *waits):
        yield from _in_facts(event, facts)


def _in_rule(rule: str, now: datetime) -> set[str]:
    try:
        return looping.named(segments.parse(rule, today=now.date()))
    except CrmError:
        return set()  # what cannot be read names nothing


def _in_facts(event: str, facts: Facts) -> Iterator[str]:
    if event in (triggers.SEGMENT_ENTERED, triggers.SEGMENT_LEFT):
        yield fold(dict(facts).get("segment", ""))
