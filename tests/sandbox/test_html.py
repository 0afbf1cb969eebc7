"""Telegram's HTML read and written back: whatever is typed and escaped comes out as typed."""

from __future__ import annotations

import html
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.telegram_errors import BotApiError
from sandbox.telegram_html import parse_html, utf16_length

TAGS = st.sampled_from(["b", "i", "u", "s", "code", "pre", "blockquote", "tg-spoiler"])
TYPED = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(TYPED)
def test_escaped_text_comes_out_as_it_was(text: str) -> None:
    read = parse_html(html.escape(text))
    # One exception, as at Telegram: it knows four names and numbers, and html.escape writes ' as a number.
    assert (read.text, read.entities) == (text, ())


@given(st.lists(st.tuples(TAGS, TYPED, TAGS, TYPED), max_size=4))
def test_written_back_it_reads_the_same(parts: list[tuple[str, str, str, str]]) -> None:
    source = "".join(
        f"<{outer}>{html.escape(text)}<{inner}>{html.escape(more)}</{inner}></{outer}>"
        for outer, text, inner, more in parts
    )
    read = parse_html(source)
    assert read.text == "".join(text + more for _, text, _, more in parts)
    for entity in read.entities:
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= utf16_length(read.text)
    assert parse_html(read.html).text == read.text
    again = parse_html(parse_html(read.html).html)
    assert again.html == parse_html(read.html).html


@given(st.text("<>/&;ab \"'=#x1", max_size=40))
def test_nonsense_is_refused_and_nothing_worse(source: str) -> None:
    with suppress(BotApiError):
        parse_html(source)


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ('<a href="https://example.com/?a=1&amp;b=2">x</a>', [("text_link", "https://example.com/?a=1&b=2")]),
        ('<a href="javascript:alert(1)">x</a>', []),
        ('<pre><code class="language-python">x</code></pre>', [("pre", None)]),
        ("<blockquote expandable>x</blockquote>", [("expandable_blockquote", None)]),
        ('<span class="tg-spoiler">x</span>', [("spoiler", None)]),
    ],
)
def test_special_tags(source: str, kinds: list[tuple[str, str | None]]) -> None:
    assert [(entity["type"], entity.get("url")) for entity in parse_html(source).entities] == kinds
