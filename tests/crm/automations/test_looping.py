"""Whatever is let on comes to an end: automations accepted one by one, then everything that could happen, happens."""

from __future__ import annotations

from collections import deque
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from crm.automations.definition import (
    Branch,
    ChangeTag,
    Definition,
    Reentry,
    Start,
    Step,
    Stop,
    Trigger,
    Wait,
    WaitFor,
)
from crm.automations.looping import loop

TAGS, NAMES = ("a", "b", "c"), ("One", "Two", "Three", "Four")
HOUR = timedelta(hours=1)

simple: st.SearchStrategy[Step] = st.one_of(
    st.builds(ChangeTag, st.sampled_from(TAGS), st.booleans()),
    st.builds(Start, st.sampled_from(NAMES)),
    st.just(Stop()),
    st.just(Wait(HOUR)),
)
some = st.lists(simple, max_size=2).map(tuple)
steps: st.SearchStrategy[Step] = st.one_of(
    simple,
    st.builds(Branch, st.just("has email"), some, some),
    st.builds(lambda came, missed: WaitFor("message.received", HOUR, (), came, missed), some, some),
)
triggers = st.builds(
    lambda tag, added: Trigger("client.tagged" if added else "client.untagged", (("tag", tag),)),
    st.sampled_from(TAGS),
    st.booleans(),
)
sets = st.lists(st.tuples(triggers, st.lists(steps, max_size=3).map(tuple)), min_size=1, max_size=4)


def done(walked: tuple[Step, ...]) -> list[Step]:
    """Every step that may come to be done while nobody from outside does anything: both ways of every branch."""
    found: list[Step] = []
    for step in walked:
        if isinstance(step, Stop):
            break
        found.append(step)
        if isinstance(step, Branch):
            found += done(step.yes) + done(step.no)
        elif isinstance(step, WaitFor):
            found += done(step.missed)
    return found


def entered_by(step: Step, on: list[Definition]) -> list[Definition]:
    if isinstance(step, Start):
        return [one for one in on if one.name == step.automation]
    if isinstance(step, ChangeTag):
        event = Trigger("client.tagged" if step.add else "client.untagged", (("tag", step.tag),))
        return [one for one in on if one.trigger == event]
    return []


@given(sets)
@settings(max_examples=400, deadline=None)
def test_what_was_let_on_comes_to_an_end(wanted: list[tuple[Trigger, tuple[Step, ...]]]) -> None:
    on: list[Definition] = []
    for name, (trigger, made) in zip(NAMES, wanted, strict=False):
        draft = Definition(name, trigger, made, reentry=Reentry(timedelta()))
        if loop(draft, on, {}) is None:
            on.append(draft)
    for first in on:
        waiting, entered = deque([first]), 0
        while waiting:
            entered += 1
            assert entered < 20_000, "it never ends"
            for step in done(waiting.popleft().steps):
                waiting.extend(entered_by(step, on))


@given(sets)
@settings(max_examples=200, deadline=None)
def test_what_is_refused_really_leads_back(wanted: list[tuple[Trigger, tuple[Step, ...]]]) -> None:
    made = [
        Definition(name, trigger, walked, reentry=Reentry(timedelta()))
        for name, (trigger, walked) in zip(NAMES, wanted, strict=False)
    ]
    draft, others = made[-1], made[:-1]
    way = loop(draft, others, {})
    if way is None:
        return
    known = {one.name: one for one in made}
    here = draft
    for link in way:
        assert link.into in {one.name for step in done(here.steps) for one in entered_by(step, made)}
        here = known[link.into]
    assert here is draft
