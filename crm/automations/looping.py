"""Whether automations could set one another off without end: who causes what, and a way back to where one began.

A way counts when nothing from outside is waited for on it and everybody on it may be entered again. A rule of who may enter
could break it too, but nobody can tell beforehand, so it does not count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from crm.automations import triggers
from crm.automations.definition import (
    Assign,
    Branch,
    ChangeTag,
    Definition,
    MakeFollowUp,
    Send,
    SetField,
    Start,
    Step,
    Stop,
    Trigger,
    WaitFor,
)
from storage.filters import Node, Test, comparisons
from storage.search import fold

# What automations bring about by themselves: waiting for one of these is not waiting for somebody outside.
CAUSED: Final = frozenset(
    {
        "client.tagged",
        "client.untagged",
        "client.edited",
        "client.assigned",
        "followup.scheduled",
        "followup.late",
        "followup.escalated",
        "message.bounced",
        "message.failed",
        triggers.SEGMENT_ENTERED,
        triggers.SEGMENT_LEFT,
    }
)


@dataclass(frozen=True, slots=True)
class Link:
    """How one automation brings a client into the next: by an event, or (empty) by starting it."""

    into: str
    event: str = ""


def loop(
    draft: Definition, others: Sequence[Definition], segments: Mapping[str, Node | None]
) -> tuple[Link, ...] | None:
    """The shortest way from a draft back into it; None: there is none. `segments` are the rules of watched ones, and of those they
    stand on, by folded name."""
    if draft.reentry.again_after is None:
        return None
    known = {one.name: one for one in others if one.name != draft.name and one.reentry.again_after is not None}
    known[draft.name] = draft
    ways: list[tuple[Link, ...]] = [()]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        here = known[way[-1].into] if way else draft
        for link in _links(here, known, segments):
            if link.into == draft.name:
                return (*way, link)
            if link.into not in seen:
                seen.add(link.into)
                ways.append((*way, link))
    return None


def _links(here: Definition, known: Mapping[str, Definition], segments: Mapping[str, Node | None]) -> Iterator[Link]:
    for step in _walked(here.steps):
        if isinstance(step, Start):
            if step.automation in known:
                yield Link(step.automation)
            continue
        for name, other in known.items():
            if event := _brings(step, other.trigger, segments):
                yield Link(name, event)


def _walked(steps: Sequence[Step]) -> Iterator[Step]:
    """The steps that come to be done without anything from outside."""
    for step in steps:
        if isinstance(step, Stop):
            return
        yield step
        if isinstance(step, Branch):
            yield from _walked(step.yes)
            yield from _walked(step.no)
        elif isinstance(step, WaitFor):
            yield from _walked(step.missed)
            if step.event in CAUSED:
                yield from _walked(step.came)


def _brings(step: Step, trigger: Trigger, segments: Mapping[str, Node | None]) -> str:
    """The event by which a step could set off what has this trigger; empty when it cannot."""
    facts = dict(trigger.facts)
    if trigger.event in (triggers.SEGMENT_ENTERED, triggers.SEGMENT_LEFT):
        return trigger.event if _moves(step, facts.get("segment", ""), segments) else ""
    for event, said in _causes(step):
        if event == trigger.event and all(
            name not in said or triggers.is_same(name, said[name], facts[name]) for name in facts
        ):
            return event
    return ""


def _causes(step: Step) -> list[tuple[str, Mapping[str, str]]]:
    match step:
        case ChangeTag():
            return [("client.tagged" if step.add else "client.untagged", {"tag": step.tag})]
        case SetField():
            return [("client.edited", {"field": step.name, "after": step.value})]
        case Assign():
            return [("client.assigned", {})]
        case MakeFollowUp():
            return [("followup.scheduled", {}), ("followup.late", {}), ("followup.escalated", {})]
        case Send():
            return [("message.bounced", {}), ("message.failed", {})]
    return []


def named(rule: Node) -> set[str]:
    """The other segments a rule names, folded."""
    return {fold(str(value)) for test in comparisons(rule) if test.field == "segment" for value in test.values}


def _moves(step: Step, name: str, segments: Mapping[str, Node | None]) -> bool:
    """Whether a step could take somebody into or out of a segment, or of one it stands on."""
    todo, seen = [fold(name)], set[str]()
    while todo:
        one = todo.pop()
        rule = segments.get(one)
        if rule is None or one in seen:
            continue
        seen.add(one)
        if any(_touches(step, test) for test in comparisons(rule)):
            return True
        todo.extend(named(rule))
    return False


def _touches(step: Step, test: Test) -> bool:
    match step:
        case ChangeTag():
            return test.field == "tag" and (
                not test.values or any(triggers.is_same("tag", str(value), step.tag) for value in test.values)
            )
        case SetField():
            return step.name in (test.field, test.name)  # one of ours, or a field of the company's own
        case Assign():
            return test.field == "owner"
        case MakeFollowUp():
            return test.field == "followup"
    return False
