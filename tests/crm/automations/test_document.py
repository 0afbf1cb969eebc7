"""An automation's document: what is written is what was meant, in three languages, and what is wrong is named where it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.render import bot_wording
from crm.automations import triggers, words
from crm.automations.definition import (
    Branch,
    ChangeTag,
    Definition,
    ExitOn,
    Reentry,
    Send,
    SendBy,
    Stop,
    TellOwner,
    Trigger,
    Wait,
    WaitFor,
    WaitUntil,
)
from crm.automations.document import DEEPEST, MOST_STEPS, read, write
from crm.automations.errors import DocumentRefused
from storage.models import Language
from tests.factories.automations import definitions
from tests.laws.sources import ROOT
from tests.pace import is_linear

WELCOME = """\
name: Welcome
when: client.created
only: lifecycle = lead
again: never            # never | after 30 days | always
ends on: [reply, purchase, unsubscribe, bounce]
steps:
  - wait: 1 day
  - wait until: "10:00"
  - send email: Welcome letter
  - wait for: message.received
    at most: 3 days
    if it comes: [stop]
    if not:
      - tell owner: |
          {name} is silent.
          Call them.
  - if: 'not tag = vip'
    then:
    - add tag: cold
"""
MEANT = Definition(
    name="Welcome",
    trigger=Trigger("client.created"),
    only="lifecycle = lead",
    reentry=Reentry(),
    exits=frozenset({ExitOn.REPLY, ExitOn.PURCHASE, ExitOn.UNSUBSCRIBE, ExitOn.BOUNCE}),
    steps=(
        Wait(timedelta(days=1)),
        WaitUntil(time(10)),
        Send(SendBy.EMAIL, "Welcome letter"),
        WaitFor(
            "message.received", timedelta(days=3), came=(Stop(),), missed=(TellOwner("{name} is silent.\nCall them."),)
        ),
        Branch("not tag = vip", yes=(ChangeTag("cold"),)),
    ),
)


def refused(text: str) -> DocumentRefused:
    with pytest.raises(DocumentRefused) as caught:
        read(text)
    return caught.value


def steps(text: str) -> str:
    return f"name: A\nwhen: client.created\nsteps:\n{text}"


def test_what_a_manager_writes_is_what_is_meant() -> None:
    assert read(WELCOME) == MEANT


def test_it_is_read_in_russian_and_thai() -> None:
    russian = """
название: Счёт
когда: извне invoice.due
где: {state: open}
снова: через 2 недели
завершает: ничего
шаги:
  - ждать: 1 день 4 часа
  - отправить письмо или sms: Напоминание о счёте
    реклама: нет
  - ждать событие: извне payment.received
    не дольше: 5 дней
    если пришло: [стоп]
"""
    read_russian = read(russian)
    assert read_russian.trigger == Trigger("invoice.due", (("state", "open"),))
    assert read_russian.reentry == Reentry(timedelta(days=14))
    assert read_russian.exits == frozenset()
    assert read_russian.steps == (
        Wait(timedelta(hours=28)),
        Send(SendBy.CHEAPEST, "Напоминание о счёте", marketing=False),
        WaitFor("payment.received", timedelta(days=5), came=(Stop(),)),
    )
    thai = "ชื่อ: วันเกิด\nเมื่อ: birthday\nวัน: 7 วัน ก่อน\nซ้ำ: ทุกครั้ง\nขั้นตอน:\n  - รอ: 2 ชั่วโมง\n"
    assert read(thai).trigger == Trigger("birthday", days=-7)
    assert read(thai).reentry == Reentry(timedelta())
    assert read(thai).steps == (Wait(timedelta(hours=2)),)


@pytest.mark.long
@given(definition=definitions, language=st.sampled_from(Language))
@settings(max_examples=300, deadline=None)
def test_what_is_written_is_read_back(definition: Definition, language: Language) -> None:
    assert read(write(definition, language)) == definition


@given(st.text(max_size=200))
@settings(max_examples=500, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    _read_or_refuse(text)


@given(st.integers(0, len(WELCOME)), st.text("\t \n-:#[]{}\"'|>&*!%@`,ab1ё\x00\u2028", max_size=6), st.integers(0, 8))
@settings(max_examples=1_000, deadline=None)
def test_a_document_with_a_slip_is_read_or_refused(place: int, slip: str, lost: int) -> None:
    _read_or_refuse(WELCOME[:place] + slip + WELCOME[place + lost :])


def _read_or_refuse(text: str) -> None:
    refusal: DocumentRefused | None = None
    try:
        read(text)
    except DocumentRefused as error:
        refusal = error
    if refusal is not None:
        assert 1 <= int(str(refusal.params["line"])) <= max(len(text.splitlines()), 1) + 1
        assert int(str(refusal.params["column"])) >= 1


@pytest.mark.parametrize(
    ("text", "problem", "line", "column", "hint"),
    [
        ("", "empty", 1, 1, ""),
        ("# nothing\n", "empty", 1, 1, ""),
        ("- a\n", "not-a-map", 1, 1, ""),
        ("when: client.created\nsteps: []\n", "lacks", 1, 1, ""),
        ("name: A\nwhn: client.created\nsteps: []\n", "unknown-key", 2, 1, "when"),
        ("name: A\nназвание: B\nwhen: client.created\n", "twice", 2, 1, ""),
        ("name: A\nwhen: client.creatd\nsteps: []\n", "unknown-event", 2, 7, "client.created"),
        ("name: A\nwhen: posted Invoice\nsteps: []\n", "event-name", 2, 7, ""),
        ("name: A\nwhen: client.created\ndays: 3\nsteps: []\n", "days-of-an-event", 3, 7, ""),
        ("name: A\nwhen: quiet\nsteps: []\n", "quiet-days", 2, 7, ""),
        ("name: A\nwhen: birthday\ndays: soon\nsteps: []\n", "days", 3, 7, ""),
        ("name: A\nwhen: client.created\nagain: sometimes\nsteps: []\n", "again", 3, 8, ""),
        ("name: A\nwhen: client.created\nends on: [reply, purchse]\nsteps: []\n", "exit", 3, 18, "purchase"),
        ("name: A\nwhen: client.created\nmost a day: none\nsteps: []\n", "number", 3, 13, ""),
        ("name: A\nwhen: client.created\nonly: city >\nsteps: []\n", "rule", 3, 13, ""),
        ("name: A\nwhen: client.created\nwhere: [a]\nsteps: []\n", "not-a-map", 3, 8, ""),
        ("name: A\nwhen: client.tagged\nwhere: {tga: hot}\nsteps: []\n", "unknown-fact", 3, 9, "tag"),
        ("название: A\nкогда: client.tagged\nгде: {тег: hot}\nшаги: []\n", "unknown-fact", 3, 7, "tag"),
        ("ชื่อ: A\nเมื่อ: call.ended\nโดยที่: {ทิศ: out}\nขั้นตอน: []\n", "unknown-fact", 3, 10, "direction, seconds"),
        ("name: A\nwhen: order.paid\nwhere: {номер: 7}\nsteps: []\n", "fact-name", 3, 9, "number"),
        ("name: A\nwhen: posted till.shut\nwhere: {номер: 7}\nsteps: []\n", "fact-name", 3, 9, ""),
        ("name: A\nwhen: birthday\nwhere: {year: x}\nsteps: []\n", "unknown-fact", 3, 9, ""),
        ("name: [A]\nwhen: client.created\nsteps: []\n", "not-a-text", 1, 7, ""),
        ("name:\nwhen: client.created\nsteps: []\n", "no-value", 1, 1, ""),
        ("name: A\nwhen: client.created\nsteps: none\n", "not-a-list", 3, 8, ""),
        (steps("  - wait: soon\n"), "duration", 4, 11, ""),
        (steps("  - wait: 0 days\n"), "duration", 4, 11, ""),
        (steps("  - wait: " + "999999 weeks " * 300 + "\n"), "duration", 4, 11, ""),
        (steps('  - wait until: "25:00"\n'), "hour", 4, 18, ""),
        (steps("  - wait untl: 10:00\n"), "unknown-step", 4, 5, "wait until"),
        (steps("  - dance\n"), "unknown-step", 4, 5, ""),
        (steps("  - wait for: birthday\n    at most: 1 day\n"), "date-as-event", 4, 15, ""),
        (steps("  - wait for: message.received\n"), "lacks", 4, 5, ""),
        (steps("  - follow-up: Call\n    in: 1 day\n    at most: 2 days\n"), "unknown-key", 6, 5, ""),
        (steps("  - send email: A\n    marketing: perhaps\n"), "yes-or-no", 5, 16, ""),
        (steps('  - tell owner: "{nmae}"\n'), "text", 4, 18, ""),
        (steps("  - call url: ftp://x\n"), "url", 4, 15, ""),
        (steps("  - call url: https://me:secret@erp.example/hook\n"), "url", 4, 15, ""),
        (steps("  - add tag: a: b\n"), "colon-inside", 4, 15, ""),
        (steps("  - wait: &a 1 day\n"), "sign", 4, 11, ""),
        (steps("  - *a\n"), "sign", 4, 5, ""),
        (steps("  - !!python/object:os.system x\n"), "sign", 4, 5, ""),
        (steps("\t- wait: 1 day\n"), "tab", 4, 1, ""),
        (steps("  - wait: 1 day\n   - wait: 1 day\n"), "indent", 5, 4, ""),
        (steps('  - add tag: "a\n'), "quote", 4, 14, ""),
        (steps("  - if: has email\n    then: [stop\n"), "bracket", 5, 16, ""),
        (steps('  - add tag: "a" b\n'), "after-value", 4, 17, ""),
        (steps('  - add tag: "\\q"\n'), "escape", 4, 14, ""),
        (steps("  -\n"), "empty-item", 4, 3, ""),
        (steps("  - add tag: a\x07\n"), "character", 4, 15, ""),
    ],
)
def test_what_is_wrong_is_named_where_it_stands(text: str, problem: str, line: int, column: int, hint: str) -> None:
    error = refused(text)
    assert (error.params["problem"], error.params["line"], error.params["column"], error.params["hint"]) == (
        problem,
        line,
        column,
        hint,
    )
    for language in Language:
        said = bot_wording().text(language, error.key, error.params)
        unknown = bot_wording().text(language, error.key, {**error.params, "problem": "?"})
        assert said != unknown, "this problem has no words of its own"


def test_it_stays_small() -> None:
    assert refused("#" * 70_000).params["problem"] == "too-large"
    assert refused("# ก\n" * 20_000).params["problem"] == "too-large"
    assert refused(steps("  - stop\n" * (MOST_STEPS + 1))).params["problem"] == "too-many-steps"
    assert len(read(steps("  - stop\n" * MOST_STEPS)).steps) == MOST_STEPS
    assert refused(steps("  - wait: " + "[" * 5_000 + "\n")).params["problem"] == "too-deep"


def _nested(levels: int) -> str:
    text = ""
    for level in range(levels):
        pad = "  " + "    " * level
        text += f"{pad}- if: has email\n{pad}  then:\n"
    return steps(text + "  " + "    " * levels + "- stop\n")


@pytest.mark.parametrize(
    "items",
    [
        lambda most: "[" + ",".join(["a"] * most) + "]",
        lambda most: "{" + ",".join(f"a{n}: b" for n in range(most)) + "}",
    ],
)
@pytest.mark.parametrize("most", [1_100, 4_900])
def test_full_of_brackets_it_is_read_at_once(items: Callable[[int], str], most: int) -> None:
    """As large as it may be; to look through the rest of each line for every item took two seconds."""

    def reading(size: int) -> None:
        with pytest.raises(DocumentRefused):
            read("name: x\nwhen: client.created\nsteps:\n" + f"  - {items(size)}\n" * 6)

    assert is_linear(reading, size=most, quick=0.6)


def test_branches_go_ten_levels_deep() -> None:
    read(_nested(DEEPEST - 1))
    assert refused(_nested(DEEPEST)).params["problem"] == "too-deep"
    assert refused(_nested(60)).params["problem"] == "too-deep"


def test_the_handbook_shows_documents_that_are_read_and_words_that_are_known() -> None:
    handbook = (ROOT / "docs/automations.md").read_text(encoding="utf-8")
    shown = re.findall(r"```yaml\n(.*?)```", handbook, re.DOTALL)
    assert [read(text).name for text in shown] == ["Quotation not answered", "Просроченный счёт"]
    tables = "\n".join(line for line in handbook.splitlines() if line.startswith("|"))
    for table in (words.TOP, words.STEPS, words.BESIDE):
        for said in table.values():
            for word in said:
                assert word.split("|")[0].strip() in tables
    for kind in triggers.REGISTRY.values():
        asked = ", ".join(f"`{fact}`" for fact in kind.facts)
        assert re.search(rf"^\| `{re.escape(kind.name)}` \| [^|]+ \| {re.escape(asked)} \|$", tables, re.MULTILINE)
