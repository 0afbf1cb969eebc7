"""An automation written down: YAML that a sales manager reads and edits, and the definition it means.

`read(write(definition)) == definition` in every language. What cannot be read is refused with its line, its column and what
was likely meant. Templates, topics, colleagues and segments are looked up by `crm.automations.checking`, not here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, time, timedelta
from urllib.parse import urlsplit

from crm import merge_fields
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
from crm.automations.errors import DocumentRefused
from crm.automations.markup import Listed, Mapped, Node, Scalar, parse
from crm.automations.writing import write as write
from crm.errors import CrmError
from crm.segments.rules import parse as parse_rule
from storage.spelling import closest

MOST_STEPS = 100
DEEPEST = 10
NAME_LIMIT = 120
TEXT_LIMIT = 1_000
TAG_LIMIT = 60
_ANY_DAY = date(2026, 1, 1)  # a rule is only read here; it is asked with the day it is then
_EVENT = re.compile(r"[a-z][a-z0-9_]{0,28}(\.[a-z][a-z0-9_]{0,28}){1,3}")
_FACT = re.compile(r"[a-z][a-z0-9_]{0,39}")
_HOUR = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")
_DAYS = re.compile(r"(?:(?P<early>\D+?)\s+)?(?P<count>[+-]?\d{1,5})(?P<rest>\D*)")


def read(text: str, *, is_written: bool = False) -> Definition:
    """The definition a document means. Raises DocumentRefused.

    `is_written`: somebody writes it just now, so that what is only likely to be a typing error is refused as well. What is
    kept already is walked as it stands.
    """
    root = parse(text)
    if not isinstance(root, Mapped):
        raise DocumentRefused("not-a-map", line=root.line, column=root.column)
    fields = _Fields(root, _TOP)
    event = fields.need("when")
    name = _event(event)
    trigger = Trigger(
        event=name,
        facts=_facts(fields.get("where"), name),
        days=_days(fields.get("days")) if fields.get("days") else None,
    )
    if trigger.days is not None and not triggers.is_date(trigger):
        raise _refused("days-of-an-event", fields.get("days") or event, found=trigger.event)
    if trigger.event == triggers.QUIET and not (trigger.days or 0) > 0:
        raise _refused("quiet-days", event)
    steps = _Steps(is_written=is_written)
    return Definition(
        name=_line(fields.need("name"), NAME_LIMIT),
        trigger=trigger,
        steps=steps.read(fields.need("steps"), 1),
        only=_rule(only) if (only := fields.get("only")) else "",
        reentry=_reentry(again) if (again := fields.get("again")) else Reentry(),
        exits=_exits(exits) if (exits := fields.get("ends_on")) else frozenset(ExitOn),
        expires=_length(expires) if (expires := fields.get("expires")) else timedelta(days=90),
        cap=_number(cap, 1, 1_000_000) if (cap := fields.get("cap")) else None,
        topic=_line(topic, NAME_LIMIT) if (topic := fields.get("topic")) else "",
    )


class _Table:
    """The words a mapping may begin its lines with."""

    def __init__(self, said: Mapping[str, tuple[str, str, str]]) -> None:
        self.said = said
        self.meanings = words.meanings(said)


class _Fields:
    """The pairs of a mapping by what their keys mean. Raises DocumentRefused for keys nobody knows, or said twice."""

    def __init__(self, node: Mapped, table: _Table) -> None:
        self._node = node
        self._table = table
        self.found: dict[str, Node] = {}
        self.keys: dict[str, Scalar] = {}
        for key, value in node.pairs:
            meaning = table.meanings.get(words.normal(key.text))
            if meaning is None:
                raise _refused("unknown-key", key, found=key.text, hint=_near(key.text, table.meanings))
            if meaning in self.found:
                raise _refused("twice", key, found=key.text)
            self.found[meaning], self.keys[meaning] = value, key

    def get(self, meaning: str) -> Node | None:
        return self.found.get(meaning)

    def need(self, meaning: str) -> Node:
        value = self.found.get(meaning)
        if value is None:
            said = " / ".join(one.split("|")[0].strip() for one in self._table.said[meaning])
            raise DocumentRefused("lacks", line=self._node.line, column=self._node.column, found=said)
        return value


class _Steps:
    """Reads lists of steps, counting them."""

    def __init__(self, *, is_written: bool) -> None:
        self._count = 0
        self._is_written = is_written

    def read(self, node: Node, depth: int) -> tuple[Step, ...]:
        if isinstance(node, Scalar) and not node.text and not node.is_quoted:
            return ()
        if not isinstance(node, Listed):
            raise _refused("not-a-list", node)
        if depth > DEEPEST:
            raise _refused("too-deep", node)
        return tuple(self._step(item, depth) for item in node.items)

    def _step(self, node: Node, depth: int) -> Step:
        self._count += 1
        if self._count > MOST_STEPS:
            raise _refused("too-many-steps", node)
        if isinstance(node, Scalar):
            if _STEP_WORDS.get(words.normal(node.text)) == "stop":
                return Stop()
            raise _refused("unknown-step", node, found=node.text, hint=_near(node.text, _STEP_WORDS))
        if not isinstance(node, Mapped):
            raise _refused("not-a-map", node)
        head = node.pairs[0][0] if node.pairs else Scalar("", node.line, node.column)
        kind = _STEP_WORDS.get(words.normal(head.text))
        if kind is None or kind == "stop":
            raise _refused("unknown-step", head, found=head.text, hint=_near(head.text, _STEP_WORDS))
        return self._made(kind, _Fields(node, _STEP_TABLES[kind]), depth)

    def _made(self, kind: str, fields: _Fields, depth: int) -> Step:
        main = fields.need(kind)
        if kind == "wait_for":
            event = _event(main, is_date_fine=False)
            return WaitFor(
                event=event,
                timeout=_length(fields.need("at_most")),
                facts=_facts(fields.get("where"), event),
                came=self._inner(fields, "came", depth),
                missed=self._inner(fields, "missed", depth),
            )
        if kind == "if":
            yes, no = self._inner(fields, "yes", depth), self._inner(fields, "no", depth)
            return Branch(rule=_rule(main), yes=yes, no=no)
        if kind == "follow_up" and self._is_written:
            _checked(main, merge_fields.check_typing)
        return _SIMPLE[kind](main, fields)

    def _inner(self, fields: _Fields, meaning: str, depth: int) -> tuple[Step, ...]:
        inner = fields.get(meaning)
        return self.read(inner, depth + 1) if inner is not None else ()


_TOP = _Table(words.TOP)
_STEP_WORDS = words.meanings(words.STEPS)
_BESIDE: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(words.STEPS, ()),
    "wait_until": ("working_days",),
    "wait_for": ("at_most", "where", "came", "missed"),
    "if": ("yes", "no"),
    "send_email": ("marketing",),
    "send_sms": ("marketing",),
    "send_cheapest": ("marketing",),
    "follow_up": ("due_in",),
    "set": ("to",),
}
_STEP_TABLES = {
    kind: _Table({kind: words.STEPS[kind], **{name: words.BESIDE[name] for name in beside}})
    for kind, beside in _BESIDE.items()
}
_POSTED, _AGAIN, _NOTHING, _EXITS, _YES_NO, _SIDES = (
    words.meanings(table)
    for table in (words.POSTED, words.AGAIN, words.NOTHING, words.EXITS, words.YES_NO, words.SIDES)
)
_DAY_WORDS = sorted(words.meanings({"day": words.UNITS[timedelta(days=1)]}), key=len, reverse=True)


def _wait_until(main: Node, fields: _Fields) -> Step:
    said = _text(main)
    found = _HOUR.fullmatch(said)
    if found is None:
        raise _refused("hour", main, found=said)
    working = fields.get("working_days")
    return WaitUntil(time(int(found.group(1)), int(found.group(2))), working is not None and _yes(working))


def _send(by: SendBy) -> Callable[[Node, _Fields], Step]:
    def made(main: Node, fields: _Fields) -> Step:
        marketing = fields.get("marketing")
        return Send(by, _line(main, NAME_LIMIT), marketing is None or _yes(marketing))

    return made


def _tell(main: Node, _fields: _Fields) -> Step:
    _checked(main, merge_fields.parse)
    return TellOwner(_long(main))


def _checked(main: Node, check: Callable[[str], object]) -> None:
    """Raises DocumentRefused for the fields of a text."""
    try:
        check(_long(main))
    except CrmError as error:
        raise _refused("text", main, cause=error) from None


def _set(main: Node, fields: _Fields) -> Step:
    return SetField(_line(main, TAG_LIMIT), _line(fields.need("to"), 200, may_be_empty=True))


def _call_out(main: Node, _fields: _Fields) -> Step:
    url = _text(main)
    try:
        parts = urlsplit(url)
        # A password in it would stand on cards and in stories; the signature says who calls.
        is_plain = parts.username is None and len(url) <= 500 and not re.search(r"\s", url)
        is_fine = parts.scheme in ("https", "http") and bool(parts.hostname) and is_plain
    except ValueError:
        is_fine = False
    if not is_fine:
        raise _refused("url", main, found=url)
    return CallOut(url)


_SIMPLE: Mapping[str, Callable[[Node, _Fields], Step]] = {
    "wait": lambda main, _fields: Wait(_length(main)),
    "wait_until": _wait_until,
    "send_email": _send(SendBy.EMAIL),
    "send_sms": _send(SendBy.SMS),
    "send_cheapest": _send(SendBy.CHEAPEST),
    "tell": _tell,
    "assign": lambda main, _fields: Assign(_line(main, NAME_LIMIT)),
    "follow_up": lambda main, fields: MakeFollowUp(_line(main, 500), _length(fields.need("due_in"))),
    "set": _set,
    "add_tag": lambda main, _fields: ChangeTag(_line(main, TAG_LIMIT), add=True),
    "remove_tag": lambda main, _fields: ChangeTag(_line(main, TAG_LIMIT), add=False),
    "start": lambda main, _fields: Start(_line(main, NAME_LIMIT)),
    "call_out": _call_out,
}


def _event(node: Node, *, is_date_fine: bool = True) -> str:
    """An event's name; one that only other programs tell of has `posted` before it, so that a typing error is seen."""
    said = _text(node)
    first, _, rest = said.partition(" ")
    is_posted = words.normal(first) in _POSTED
    name = (rest if is_posted else said).strip()
    kind = triggers.REGISTRY.get(name)
    if kind is not None and kind.origin is triggers.Origin.DATE and not is_date_fine:
        raise _refused("date-as-event", node, found=name)
    if kind is not None:
        return name
    if not is_posted:
        raise _refused("unknown-event", node, found=name, hint=_near(name, triggers.REGISTRY))
    if not _EVENT.fullmatch(name):
        raise _refused("event-name", node, found=name)
    return name


def _facts(node: Node | None, event: str) -> Facts:
    """What an event must say. Of our own events it is known what they can say at all; of others it is not."""
    if node is None:
        return ()
    if not isinstance(node, Mapped):
        raise _refused("not-a-map", node)
    kind = triggers.REGISTRY.get(event)
    known = kind.facts if kind is not None else ()
    for key, _ in node.pairs:
        hint = _near(key.text, known) or ", ".join(known)
        if kind is not None and kind.origin is not triggers.Origin.POSTED and key.text not in known:
            raise _refused("unknown-fact", key, found=key.text, hint=hint)
        if not _FACT.fullmatch(key.text):
            raise _refused("fact-name", key, found=key.text, hint=hint)
    return tuple(sorted((key.text, _line(value, 200)) for key, value in node.pairs))


def _days(node: Node | None) -> int | None:
    """`7 days before`, `3 days`, `-7`."""
    if node is None:
        return None
    said = words.normal(_text(node))
    found = _DAYS.fullmatch(said)
    if found is not None:
        count = int(found["count"])
        rest = found["rest"].strip()
        early = found["early"] or ""
        unit = next((one for one in _DAY_WORDS if rest.startswith(one)), "")
        tail = rest.removeprefix(unit).strip()
        side = _SIDES.get(early) or _SIDES.get(tail)
        is_read = (not tail or tail in _SIDES) and (not early or early in _SIDES)
        if is_read and abs(count) <= 3_660 and not (side and count < 0):
            return -count if side == "before" else count
    raise _refused("days", node, found=said)


def _reentry(node: Node) -> Reentry:
    said = words.normal(_text(node))
    if _AGAIN.get(said) == "never":
        return Reentry()
    if _AGAIN.get(said) == "always":
        return Reentry(timedelta())
    for word, meaning in _AGAIN.items():
        if meaning == "after" and said.startswith(word):
            length = words.length_of(said.removeprefix(word))
            if length:
                return Reentry(length)
    raise _refused("again", node, found=said)


def _exits(node: Node) -> frozenset[ExitOn]:
    if isinstance(node, Scalar) and words.normal(node.text) in _NOTHING:
        return frozenset()
    items = node.items if isinstance(node, Listed) else (node,)
    found: set[ExitOn] = set()
    for item in items:
        said = _text(item)
        meaning = _EXITS.get(words.normal(said))
        if meaning is None:
            raise _refused("exit", item, found=said, hint=_near(said, _EXITS))
        found.add(ExitOn(meaning))
    return frozenset(found)


def _rule(node: Node) -> str:
    said = _text(node)
    try:
        parse_rule(said, today=_ANY_DAY)
    except CrmError as error:
        position = error.params.get("position")
        column = node.column + (int(position) - 1 if isinstance(position, int) and "\n" not in said else 0)
        raise DocumentRefused("rule", line=node.line, column=column, found=said, cause=error) from None
    return said


def _length(node: Node) -> timedelta:
    said = _text(node)
    length = words.length_of(said)
    if not length:
        raise _refused("duration", node, found=said)
    return length


def _number(node: Node, least: int, most: int) -> int:
    said = _text(node)
    if not re.fullmatch(r"[0-9]{1,9}", said) or not least <= int(said) <= most:
        raise _refused("number", node, found=said)
    return int(said)


def _yes(node: Node) -> bool:
    said = _text(node)
    meaning = _YES_NO.get(words.normal(said))
    if meaning is None:
        raise _refused("yes-or-no", node, found=said)
    return meaning == "yes"


def _line(node: Node, limit: int, *, may_be_empty: bool = False) -> str:
    if may_be_empty and isinstance(node, Scalar) and not node.text.strip():
        return ""
    said = _text(node)
    if "\n" in said or "\t" in said:
        raise _refused("one-line", node)
    if len(said) > limit:
        raise _refused("too-long", node, found=str(limit))
    return said


def _long(node: Node) -> str:
    said = _text(node)
    if len(said) > TEXT_LIMIT:
        raise _refused("too-long", node, found=str(TEXT_LIMIT))
    return said


def _text(node: Node) -> str:
    if not isinstance(node, Scalar):
        raise _refused("not-a-text", node)
    if not node.text.strip():
        raise _refused("no-value", node)
    return node.text.strip()


def _near(said: str, names: Iterable[str]) -> str:
    close = closest(words.normal(said), names, at_least=65)
    return close[0] if close else ""


def _refused(
    problem: str, node: Node, *, found: str = "", hint: str = "", cause: CrmError | None = None
) -> DocumentRefused:
    return DocumentRefused(problem, line=node.line, column=node.column, found=found, hint=hint, cause=cause)
