"""Definitions of automations: any that a document can say."""

from __future__ import annotations

from datetime import time, timedelta

from hypothesis import strategies as st

from crm.automations.definition import (
    Assign,
    Branch,
    CallOut,
    ChangeTag,
    Definition,
    ExitOn,
    MakeFollowUp,
    Reentry,
    Send,
    SendBy,
    SetField,
    Start,
    Step,
    Stop,
    TellOwner,
    Trigger,
    Wait,
    WaitFor,
    WaitUntil,
)

RULES = ("lifecycle = lead", 'city = "Rock, and (roll)"', "ติดต่อล่าสุด > 30 วันที่แล้ว", "тег = опт и нет email", "has email")
_SIGNS = "abyz AB01'\"\\:#-[]{},&*!|>%@`?~.;нетдаяПüßไทยก้า→🙂=()"


def lines(limit: int) -> st.SearchStrategy[str]:
    """One line without space at its ends, with every sign that means something to YAML."""
    text = st.text(st.sampled_from(_SIGNS), min_size=1, max_size=limit).map(lambda said: said.strip())
    words = st.sampled_from(
        ["yes", "no", "on", "null", "10:00", "1e3", "- a", "a: b", "a #b", "~", "|", "нет", "ไม่", "stop"]
    )
    return st.one_of(text, words).filter(bool)


durations = st.integers(min_value=1, max_value=525_600).map(lambda minutes: timedelta(minutes=minutes))
posted = st.from_regex(r"[a-z]{1,8}\.[a-z][a-z_]{0,7}", fullmatch=True)
facts = st.dictionaries(st.from_regex(r"[a-z][a-z_]{0,6}", fullmatch=True), lines(12), max_size=3).map(
    lambda found: tuple(sorted(found.items()))
)
# An event with what it says: of our own it is known what they can say.
events = st.one_of(
    st.tuples(st.just("client.created"), st.just(())),
    st.tuples(st.just("client.tagged"), lines(12).map(lambda tag: (("tag", tag),))),
    st.tuples(st.one_of(posted, st.just("invoice.due")), facts),
)
# The text of a card may hold fields in braces; loose ones are refused, so none are made here.
told = st.lists(lines(20), min_size=1, max_size=3).map(
    lambda said: "\n".join(said).replace("{", "(").replace("}", ")").strip()
)
simple_steps: st.SearchStrategy[Step] = st.one_of(
    st.builds(Wait, durations),
    st.builds(WaitUntil, st.times().map(lambda at: time(at.hour, at.minute)), st.booleans()),
    st.builds(Send, st.sampled_from(SendBy), lines(20), st.booleans()),
    st.builds(TellOwner, told),
    st.builds(Assign, lines(20)),
    st.builds(MakeFollowUp, lines(20), durations),
    st.builds(SetField, lines(10), st.one_of(st.just(""), lines(10))),
    st.builds(ChangeTag, lines(10), st.booleans()),
    st.builds(Start, lines(10)),
    st.builds(CallOut, st.sampled_from(["https://hooks.example.com/a?b=c#d", "http://10.0.0.1:8080/x"])),
    st.builds(Stop),
)


def _with_branches(inner: st.SearchStrategy[Step]) -> st.SearchStrategy[Step]:
    some = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Branch, st.sampled_from(RULES), some, some),
        st.builds(
            lambda event, timeout, came, missed: WaitFor(event[0], timeout, event[1], came, missed),
            events,
            durations,
            some,
            some,
        ),
    )


steps = st.recursive(simple_steps, _with_branches, max_leaves=12)
triggers = st.one_of(
    events.map(lambda event: Trigger(*event)),
    st.builds(Trigger, st.just("birthday"), st.just(()), st.integers(-400, 400)),
    st.builds(Trigger, st.just("quiet"), st.just(()), st.integers(1, 400)),
)
definitions = st.builds(
    Definition,
    name=lines(40),
    trigger=triggers,
    steps=st.lists(steps, max_size=5).map(tuple),
    only=st.one_of(st.just(""), st.sampled_from(RULES)),
    reentry=st.builds(Reentry, st.one_of(st.none(), st.just(timedelta()), durations)),
    exits=st.frozensets(st.sampled_from(ExitOn)),
    expires=durations,
    cap=st.one_of(st.none(), st.integers(1, 10_000)),
    topic=st.one_of(st.just(""), lines(20)),
)
