"""No text, whatever a person typed, breaks Telegram's limits or its HTML."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from bot.render import TEXT_LIMIT, Html, bold, escape, fold, length, lines

hostile = st.text(alphabet=st.characters(codec="utf-8"), max_size=300) | st.sampled_from(
    ["<b>", "</b>", "&amp;", "<a href='x'>y</a>", "\u202eevil", "😀" * 50, "a&b<c>d\"e'"]
)


class Checker(HTMLParser):
    """Follows the tags: each must be closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        assert tag in ("b", "i", "code", "blockquote")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def checked(html: str) -> str:
    checker = Checker()
    checker.feed(html)
    checker.close()
    assert checker.open == []
    return checker.text


@given(hostile)
def test_typed_text_is_only_ever_text(text: str) -> None:
    assert "<" not in checked(escape(text)) or "<" in text
    Checker().feed(bold(text))


@given(st.lists(hostile, max_size=40), st.integers(2, 600))
def test_folding_keeps_tags_whole_and_the_limit(parts: list[str], limit: int) -> None:
    html = lines(*(Html(f"<blockquote>{bold(part)} {escape(part)}</blockquote>") for part in parts))
    folded = fold(html, limit)
    checked(folded)
    assert length(folded) <= limit
    if length(html) <= limit:
        assert folded == html


def test_a_very_long_text_folds_quickly() -> None:
    html = escape("<&>" * 200_000)
    assert length(fold(html)) <= TEXT_LIMIT
