"""A definition in words: when it starts, for whom, its steps, what ends it; for cards and for pictures alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.automations.facts import fact_words
from bot.automations.wrapping import shortened
from bot.render import Html, Reader, escape, fold, lines, plain, translate
from crm import segments
from crm.automations import triggers
from crm.automations.definition import (
    Assign,
    Branch,
    CallOut,
    ChangeTag,
    Definition,
    ExitOn,
    Facts,
    MakeFollowUp,
    Send,
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
from crm.automations.words import length_said
from crm.errors import CrmError
from crm.segments.rules import today_in
from storage.models import Language

TEXT = 80


@dataclass(frozen=True, slots=True)
class Line:
    """A step, or the head of one of its branches, `depth` steps inside others."""

    depth: int
    text: str
    place: str = ""
    is_head: bool = False


def about(reader: Reader, definition: Definition) -> Html:
    """The terms and the steps as the body of a card."""
    language, today = reader.language, today_in(reader.zone, reader.now)
    return lines(
        Html(translate(language, "automations-when", what=trigger_words(language, definition.trigger))),
        translate(language, "automations-only", rule=rule_words(language, definition.only, today))
        if definition.only
        else None,
        translate(language, "automations-topic", topic=definition.topic) if definition.topic else None,
        again_words(language, definition),
        exit_words(language, definition),
        quoted(step_lines(language, definition.steps, today)),
    )


def quoted(steps: Sequence[Line]) -> Html:
    """Steps as a quote that opens on a tap."""
    rows = [Html("\u2003" * line.depth + ("" if line.is_head else "▸ ") + escape(line.text)) for line in steps]
    return Html(f"<blockquote expandable>{fold(Html(chr(10).join(rows)), 2_000)}</blockquote>") if rows else Html("")


def starters(language: Language) -> Html:
    """What can start an automation, each by the word a document takes, as a quote that opens on a tap."""
    rows = []
    for kind in triggers.REGISTRY.values():
        asked = f" ({', '.join(kind.facts)})" if kind.facts else ""
        rows.append(f"<code>{kind.name}</code> {escape(event_words(language, kind.name))}{asked}")
    return Html(f"<blockquote expandable>{chr(10).join(rows)}</blockquote>")


def trigger_words(language: Language, trigger: Trigger) -> str:
    if trigger.event == triggers.QUIET:
        return plain(translate(language, "automations-when-quiet", days=trigger.days or 0))
    said = event_words(language, trigger.event, trigger.facts)
    if trigger.days:
        side = "before" if trigger.days < 0 else "after"
        return plain(translate(language, "automations-when-days", days=abs(trigger.days), side=side, what=said))
    return said


def event_words(language: Language, event: str, facts: Facts = ()) -> str:
    kind = triggers.REGISTRY.get(event)
    key, arguments = (kind.key, {}) if kind is not None else ("automations-event-posted", {"name": event})
    said = plain(translate(language, key, **arguments))
    asked = [fact_words(language, event, name, value) or f"{name}: {value}" for name, value in facts]
    return said + (f" ({', '.join(asked)})" if asked else "")


def rule_words(language: Language, rule: str, today: date) -> str:
    """A rule said back, "yesterday" as the day it is by now; as it was typed where it cannot be read any more."""
    try:
        return segments.describe(segments.parse(rule, today=today), language)
    except CrmError:
        return rule


def again_words(language: Language, definition: Definition) -> Html:
    after = definition.reentry.again_after
    again = "never" if after is None else "after" if after else "always"
    length = length_said(after, language) if after else ""
    return translate(language, "automations-again", again=again, length=length, cap=definition.cap or 0)


def exit_words(language: Language, definition: Definition) -> Html:
    if not definition.exits:
        return translate(language, "automations-exits-none")
    said = [translate(language, f"automations-exit-{one.value}") for one in ExitOn if one in definition.exits]
    return translate(language, "automations-exits", exits=Html(", ".join(said)))


def because_words(language: Language, reason: str) -> Html:
    if reason in set(ExitOn):
        return translate(language, f"automations-exit-{reason}")
    if reason in ("expired", "archived", "stopped"):
        return translate(language, f"automations-because-{reason}")
    return translate(language, "automations-because-other", reason=reason)


def step_lines(language: Language, steps: Sequence[Step], today: date, depth: int = 0, before: str = "") -> list[Line]:
    """Every step on a line, branches below theirs."""
    found: list[Line] = []
    for number, step in enumerate(steps):
        place = f"{before}{number}"
        found.append(Line(depth, step_words(language, step, today), place))
        for branch, inner in branches(step):
            if inner:
                head = plain(translate(language, f"automations-step-{branch}"))
                found.append(Line(depth + 1, f"{head}:", is_head=True))
                found += step_lines(language, inner, today, depth + 1, f"{place}.{branch}.")
    return found


def branches(step: Step) -> list[tuple[str, Sequence[Step]]]:
    if isinstance(step, Branch):
        return [("yes", step.yes), ("no", step.no)]
    if isinstance(step, WaitFor):
        return [("came", step.came), ("missed", step.missed)]
    return []


def step_words(language: Language, step: Step, today: date) -> str:
    key, arguments = _said(language, step, today)
    short = {name: shortened(value, TEXT) for name, value in arguments.items()}
    return plain(translate(language, f"automations-step-{key}", **short))


def _said(language: Language, step: Step, today: date) -> tuple[str, dict[str, str]]:
    match step:
        case Wait():
            return "wait", {"length": length_said(step.length, language)}
        case WaitUntil():
            return "until", {"hour": f"{step.hour:%H:%M}", "working": "yes" if step.working_days else "no"}
        case WaitFor():
            event = event_words(language, step.event, step.facts)
            return "for", {"event": event, "length": length_said(step.timeout, language)}
        case Branch():
            return "if", {"rule": rule_words(language, step.rule, today)}
        case Send():
            return step.by.value, {"template": step.template}
        case MakeFollowUp():
            return "follow-up", {"length": length_said(step.due_in, language), "text": step.text}
    return _said_shortly(step)


def _said_shortly(step: Step) -> tuple[str, dict[str, str]]:
    match step:
        case TellOwner():
            return "tell", {"text": " ".join(step.text.split())}
        case Assign():
            return "assign", {"name": step.to}
        case SetField():
            return "set", {"field": step.name, "value": step.value}
        case ChangeTag():
            return "tag" if step.add else "untag", {"tag": step.tag}
        case Start():
            return "start", {"name": step.automation}
        case CallOut():
            return "call-out", {"url": step.url}
        case Stop():
            return "stop", {}
    raise TypeError(type(step).__name__)
