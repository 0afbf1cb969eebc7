"""A definition as its document, in the words of the reader's language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from crm.automations import triggers, words
from crm.automations.definition import (
    Assign,
    Branch,
    CallOut,
    ChangeTag,
    Definition,
    ExitOn,
    Facts,
    MakeFollowUp,
    Reentry,
    Send,
    SetField,
    Start,
    Step,
    Stop,
    TellOwner,
    Wait,
    WaitFor,
    WaitUntil,
)
from storage.models import Language

# Texts that need no quotes, here or for any reader of YAML: they begin with a letter and hold nothing that means more.
_BARE = re.compile(r"[^\W\d_][^\n\t:?#\[\]{},\"'\\&*!|>%@`]*")
_NOT_TEXT = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"})


def write(definition: Definition, language: Language = Language.EN) -> str:
    """The document `crm.automations.document.read` makes this definition of."""
    return "\n".join(_Writer(language).document(definition)) + "\n"


class _Writer:
    def __init__(self, language: Language) -> None:
        self._language = language

    def document(self, definition: Definition) -> list[str]:
        trigger = definition.trigger
        lines = [self._top("name", _quoted(definition.name)), self._top("when", self._event(trigger.event))]
        if trigger.facts:
            lines.append(self._top("where", _facts(trigger.facts)))
        if trigger.days is not None:
            lines.append(self._top("days", self._days(trigger.days)))
        if definition.only:
            lines.append(self._top("only", _quoted(definition.only)))
        if definition.topic:
            lines.append(self._top("topic", _quoted(definition.topic)))
        lines += [
            self._top("again", self._again(definition.reentry)),
            self._top("ends_on", self._exits(definition.exits)),
            self._top("expires", words.length_said(definition.expires, self._language)),
        ]
        if definition.cap is not None:
            lines.append(self._top("cap", str(definition.cap)))
        steps = words.word(words.TOP, "steps", self._language)
        return [*lines, f"{steps}:", *self._steps(definition.steps, "  ")]

    def _top(self, meaning: str, value: str) -> str:
        return f"{words.word(words.TOP, meaning, self._language)}: {value}"

    def _steps(self, steps: Sequence[Step], indent: str) -> list[str]:
        return [line for step in steps for line in self._step(step, indent)]

    def _step(self, step: Step, indent: str) -> list[str]:
        if isinstance(step, Stop):
            return [f"{indent}- {self._head('stop')}"]
        if isinstance(step, WaitFor):
            return [
                f"{indent}- {self._head('wait_for')}: {self._event(step.event)}",
                *([self._side(indent, "where", _facts(step.facts))] if step.facts else []),
                self._side(indent, "at_most", words.length_said(step.timeout, self._language)),
                *self._branch(indent, "came", step.came),
                *self._branch(indent, "missed", step.missed),
            ]
        if isinstance(step, Branch):
            return [
                f"{indent}- {self._head('if')}: {_quoted(step.rule)}",
                *self._branch(indent, "yes", step.yes),
                *self._branch(indent, "no", step.no),
            ]
        head, value, beside = self._simple(step)
        return [
            f"{indent}- {self._head(head)}: {value}",
            *(self._side(indent, meaning, said) for meaning, said in beside),
        ]

    def _simple(self, step: Step) -> tuple[str, str, list[tuple[str, str]]]:
        """The first word, its value, and what stands beside it."""
        match step:
            case Wait():
                return "wait", words.length_said(step.length, self._language), []
            case WaitUntil():
                hour = f'"{step.hour:%H:%M}"'
                return "wait_until", hour, [("working_days", self._yes())] if step.working_days else []
            case Send():
                return (
                    f"send_{step.by.value}",
                    _quoted(step.template),
                    [] if step.marketing else [("marketing", self._no())],
                )
            case MakeFollowUp():
                return "follow_up", _quoted(step.text), [("due_in", words.length_said(step.due_in, self._language))]
            case SetField():
                return "set", _quoted(step.name), [("to", _quoted(step.value))]
            case ChangeTag():
                return "add_tag" if step.add else "remove_tag", _quoted(step.tag), []
        return (*_one_value(step), [])

    def _branch(self, indent: str, meaning: str, steps: Sequence[Step]) -> list[str]:
        if not steps:
            return []
        head = words.word(words.BESIDE, meaning, self._language)
        return [f"{indent}  {head}:", *self._steps(steps, indent + "    ")]

    def _side(self, indent: str, meaning: str, value: str) -> str:
        return f"{indent}  {words.word(words.BESIDE, meaning, self._language)}: {value}"

    def _head(self, kind: str) -> str:
        return words.word(words.STEPS, kind, self._language)

    def _event(self, name: str) -> str:
        return name if name in triggers.REGISTRY else f"{words.word(words.POSTED, 'posted', self._language)} {name}"

    def _days(self, days: int) -> str:
        count = abs(days)
        said = f"{count} {words.unit_word(timedelta(days=1), count, self._language)}"
        return f"{said} {words.word(words.SIDES, 'before', self._language)}" if days < 0 else said

    def _again(self, reentry: Reentry) -> str:
        if reentry.again_after is None:
            return words.word(words.AGAIN, "never", self._language)
        if not reentry.again_after:
            return words.word(words.AGAIN, "always", self._language)
        after = words.word(words.AGAIN, "after", self._language)
        return f"{after} {words.length_said(reentry.again_after, self._language)}"

    def _exits(self, exits: frozenset[ExitOn]) -> str:
        if not exits:
            return words.word(words.NOTHING, "nothing", self._language)
        return f"[{', '.join(words.word(words.EXITS, one, self._language) for one in ExitOn if one in exits)}]"

    def _yes(self) -> str:
        return words.word(words.YES_NO, "yes", self._language)

    def _no(self) -> str:
        return words.word(words.YES_NO, "no", self._language)


def _one_value(step: Step) -> tuple[str, str]:
    match step:
        case TellOwner():
            return "tell", _quoted(step.text)
        case Assign():
            return "assign", _quoted(step.to)
        case Start():
            return "start", _quoted(step.automation)
        case CallOut():
            return "call_out", _quoted(step.url)
    raise TypeError(type(step).__name__)


def _facts(facts: Facts) -> str:
    return "{" + ", ".join(f"{name}: {_quoted(value)}" for name, value in facts) + "}"


def _quoted(text: str) -> str:
    """Bare where that is read back as it is, else in double quotes."""
    if _BARE.fullmatch(text) and not text.endswith(" ") and text.casefold() not in _NOT_TEXT:
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'
