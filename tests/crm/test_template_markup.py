"""Designed mails: what managers send in comes out as mail programs need it, or is refused with its line."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.errors import CrmError
from crm.merge_fields import LooseBrace, Piece, UnknownField
from crm.template_markup import (
    BrokenMarkup,
    MisplacedTag,
    NotRendered,
    TooIntricate,
    TooLarge,
    UnknownTag,
    design,
    html_pieces,
    is_mjml,
    with_footer,
)

MJML = """<mjml>
  <mj-head>
    <mj-title>Offer</mj-title>
    <mj-preview>Only today</mj-preview>
    <mj-style inline="inline">.loud { color: #ff0000 } .loud:hover { color: #00ff00 }</mj-style>
    <mj-style>@media (max-width: 300px) { .loud { font-size: 9px } }</mj-style>
  </mj-head>
  <mj-body>
    <mj-section>
      <mj-column>
        <mj-text><p class="loud">Dear {name|friend &amp; partner},<br>bolts are back in {city|your town}</p></mj-text>
        <mj-button href="https://shop.test/?who={company}&amp;x=1">To the offer</mj-button>
        <mj-image src="https://shop.test/logo.png" alt="Logo">
        </mj-image>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>
"""


def _mjml(inside: str, head: str = "") -> str:
    return (
        f"<mjml>\n<mj-head>{head}</mj-head>\n<mj-body><mj-section><mj-column>\n{inside}"
        "\n</mj-column></mj-section></mj-body></mjml>"
    )


def test_mjml_becomes_html_with_its_rules_in_the_tags_and_a_text() -> None:
    made = design(MJML)
    assert made.mjml == MJML
    assert "<mj-" not in made.html
    assert 'class="loud" style="' in made.html
    assert "color: #ff0000" in made.html.partition('class="loud"')[2][:80]
    head = made.html.partition("</head>")[0]
    assert "@media (max-width: 300px)" in head
    assert ".loud:hover" in head
    assert ".loud { color: #ff0000" not in head
    assert "googleapis" not in made.html  # nobody else learns who opens it
    assert made.text == (
        "Dear {name|friend & partner},\nbolts are back in {city|your town}\n\n"
        "To the offer <https://shop.test/?who={company}&x=1>"
    )


def test_fields_keep_their_places_fallbacks_and_links() -> None:
    fields = [piece for piece in html_pieces(design(MJML).html) if piece.field]
    assert fields == [
        Piece(field="name", fallback="friend & partner"),
        Piece(field="city", fallback="your town"),
        Piece(field="company", in_link=True),
    ]


def test_html_gets_its_rules_inlined_and_keeps_what_only_a_sheet_can_say() -> None:
    made = design(
        "<html><head><style>p { margin: 0 } @media print { p { color: black } }</style></head>"
        "<body><p>Hello {name}</p></body></html>"
    )
    assert made.mjml is None
    assert '<p style="margin: 0;">Hello {name}</p>' in made.html
    assert "@media print" in made.html.partition("</head>")[0]
    assert made.text == "Hello {name}"


def test_a_sheet_elsewhere_is_not_fetched(tmp_path: object) -> None:
    sheet = tmp_path / "x.css"  # type: ignore[operator]
    sheet.write_text("p { color: red }")
    made = design(f'<link rel="stylesheet" href="{sheet.as_uri()}"><link rel="stylesheet" href="{sheet}"><p>Hi</p>')
    assert "red" not in made.html


@pytest.mark.parametrize(
    ("source", "error", "params"),
    [
        (_mjml("<mj-txt>Hello</mj-txt>"), UnknownTag, {"tag": "mj-txt", "line": 4}),
        (_mjml('<mj-include path="/etc/passwd" />'), UnknownTag, {"tag": "mj-include", "line": 4}),
        (_mjml("<mj-text>\n<mj-button>x</mj-button></mj-text>"), MisplacedTag, {"tag": "mj-button", "line": 5}),
        (_mjml("<p>\n\n<mj-text>x</mj-text></p>"), MisplacedTag, {"tag": "mj-text", "line": 6}),
        (_mjml("<mj-text>x"), BrokenMarkup, {"tag": "mj-text", "line": 4}),
        (_mjml("<mj-text><b>x</mj-text>"), BrokenMarkup, {"tag": "b", "line": 4}),
        ("<mj-body>x</mj-body>", MisplacedTag, {"tag": "mj-body", "line": 1}),
        (_mjml("</mj-text>"), BrokenMarkup, {"tag": "mj-column", "line": 3}),
        (_mjml('<mj-text class="x>Hello</mj-text>'), BrokenMarkup, {"tag": "mj-text", "line": 4}),
        (_mjml("<mj-text>x</mj-text>\n<!-- never closed"), BrokenMarkup, {"tag": "!--", "line": 5}),
        (_mjml('\n<mj-image src="x">inside</mj-image>'), NotRendered, {"line": 5}),
        (_mjml("<mj-text>{nmae}</mj-text>"), UnknownField, {"field": "nmae"}),
        (_mjml("<mj-text>{name</mj-text>"), LooseBrace, {}),
        ("<p>{nmae}</p>", UnknownField, {"field": "nmae"}),
        ("<p>" + "x" * 120_000, TooLarge, {"limit": 100}),
        ("x" * 300_000, TooLarge, {"limit": 200}),
    ],
)
def test_what_is_wrong_is_said_with_its_line(source: str, error: type[CrmError], params: dict[str, object]) -> None:
    with pytest.raises(error) as caught:
        design(source)
    assert {name: caught.value.params[name] for name in params} == params


@pytest.mark.parametrize(
    "source",
    [
        "<b>" * 40_000,
        "<table><td>" * 15_000,
        "<div>\n" * 3_001,
        _mjml("<mj-text>" + "<b>" * 3_000 + "x" + "</b>" * 3_000 + "</mj-text>"),
        "<mjml><mj-body>" + "<mj-wrapper>" * 500 + "</mj-wrapper>" * 500 + "</mj-body></mjml>",
    ],
)
def test_nesting_that_would_end_the_process_is_refused(source: str) -> None:
    with pytest.raises(TooIntricate):
        design(source)


@pytest.mark.parametrize("source", ["<table><td>" * 1_500, "<b>" * 3_000, "<p><i><u>" * 1_000])
def test_the_deepest_that_passes_is_borne(source: str) -> None:
    assert design(source + "x").text == "x"


@pytest.mark.parametrize(
    "piece", ["<style ", "<style>", "<script>", "<!--", "<a '", '<a "', "{", "<mjml><", "<!-->", "</style", "<title>"]
)
def test_no_repetition_takes_long(piece: str) -> None:
    started = time.monotonic()
    for source in (piece * (199_000 // len(piece)), "<mjml>" + piece * (199_000 // len(piece))):
        try:
            design(source)
        except CrmError:
            continue
    assert time.monotonic() - started < 10


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<style>", "</style>", "p{color:red}", "{name}", "{city|x}", "<!--", "-->", "<br>", "<mj-text>",
             "</mj-text>", "<mjml>", "</mjml>", "<mj-body>", "</mj-body>", '"', "'", "<", "&amp;", "ж", "\n", "\x00"]
        ),
        max_size=40,
    ).map("".join)
)  # fmt: skip
def test_anything_is_a_design_or_a_refusal(source: str) -> None:
    try:
        made = design(source)
    except CrmError:
        return
    assert "<mj-" not in made.html
    assert html_pieces(made.html)


def test_braces_of_sheets_and_scripts_are_their_own() -> None:
    html = "<STYLE>p{color:red}</STYLE><p>{name}</p><script>{}</script>{city}<style>{"
    assert [piece.field or piece.text for piece in html_pieces(html)] == [
        "<STYLE>p{color:red}", "</STYLE><p>", "name", "</p>", "<script>{}", "</script>", "city", "<style>{",
    ]  # fmt: skip


def test_a_footer_stands_before_the_body_ends() -> None:
    footer = (Piece(text="<p>bye</p>"),)
    pieces = with_footer((Piece(text="<body>Hi "), Piece(field="name"), Piece(text=" x</BODY></html>")), footer)
    assert "".join(piece.field or piece.text for piece in pieces) == "<body>Hi name x<p>bye</p></BODY></html>"
    assert with_footer((Piece(field="name"),), footer) == (Piece(field="name"), *footer)


def test_the_kind_is_seen_from_the_root() -> None:
    assert is_mjml("<!-- news -->\n<mjml>")
    assert not is_mjml("<html><p>mjml")
