"""How a rep's plain message is read: what was done and to whom, what is promised, what is asked of the warehouse."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.quickline import Certainty, Kind, Line, read_line
from tests.bot.quick_lines import CODES, INTERACTIONS, SEARCHES, STOCK, Done

ZONE = ZoneInfo("Asia/Bangkok")
NOW = datetime(2026, 11, 24, 3, 15, tzinfo=UTC)


def read(text: str) -> Line:
    return read_line(text, language="en", now=NOW, zone=ZONE)


def test_the_tables_are_large_enough() -> None:
    assert len(INTERACTIONS) + len(STOCK) + len(CODES) + len(SEARCHES) >= 90


@pytest.mark.parametrize("expected", INTERACTIONS, ids=[case.line for case in INTERACTIONS])
def test_something_done(expected: Done) -> None:
    line = read(expected.line)
    assert line.kind is Kind.INTERACTION
    assert " ".join(filter(None, [line.verb, line.direction])) == expected.what
    assert expected.name in line.names
    span = line.name_spans[line.names.index(expected.name)]
    assert line.outcome == expected.outcome
    assert line.duration == (timedelta(minutes=expected.minutes) if expected.minutes else None)
    promised = line.follow_up
    when = promised.moment.at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") if promised else None
    assert (when, promised.text if promised else None) == (expected.when, expected.todo)
    assert line.body_without(span) == expected.body
    assert line.planned is expected.planned


@pytest.mark.parametrize("expected", INTERACTIONS, ids=[case.line for case in INTERACTIONS])
def test_the_name_is_among_the_first_places_tried(expected: Done) -> None:
    assert expected.name in read(expected.line).names[:8]


@pytest.mark.parametrize(("text", "query"), STOCK, ids=[text for text, _ in STOCK])
def test_a_question_about_stock(text: str, query: str) -> None:
    line = read(text)
    assert (line.kind, line.query, line.certainty) == (Kind.STOCK, query, Certainty.HIGH)


@pytest.mark.parametrize("code", CODES)
def test_a_bare_article_code_is_probably_about_stock(code: str) -> None:
    line = read(code)
    assert (line.kind, line.query, line.certainty) == (Kind.STOCK, code, Certainty.LOW)


@pytest.mark.parametrize("text", SEARCHES)
def test_anything_else_is_a_search(text: str) -> None:
    line = read(text)
    assert (line.kind, line.query) == (Kind.SEARCH, text)
    assert line.follow_up is None


@settings(max_examples=300, deadline=None)
@given(
    text=st.one_of(
        st.text(max_size=300),
        st.lists(
            st.sampled_from(sorted({word for case in INTERACTIONS for word in case.line.split()})), max_size=15
        ).map(" ".join),
        st.lists(
            st.sampled_from(sorted({word for case in INTERACTIONS for word in case.line.split()})), max_size=8
        ).map("".join),
    )
)
def test_whatever_is_typed_is_read_and_its_places_hold(text: str) -> None:
    line = read(text)
    assert line.text == text.strip()
    for start, end in line.name_spans:
        assert 0 <= start < end <= len(line.subject)
        assert line.subject[start:end].strip() == line.subject[start:end]
        line.body_without((start, end))
    assert len(line.name_spans) <= 24
    if line.follow_up:
        assert line.follow_up.moment.at > NOW
        assert line.follow_up.moment.phrase in text


@pytest.mark.parametrize(
    "hostile",
    [
        "call " * 20_000,
        "call " + "a." * 50_000,
        "โทร" * 33_000,
        "звонил " + "а" * 100_000,
        "มี" * 50_000,
        "5 " * 50_000,
        "a-1" * 33_000,
        "call " + "A " * 50_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_hostile_text_costs_no_time(hostile: str) -> None:
    def cost() -> float:
        begin = time.thread_time()
        read(hostile)
        return time.thread_time() - begin

    assert min(cost() for _ in range(5)) <= 0.05
