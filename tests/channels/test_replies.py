"""New text against quotations and signatures, by a corpus and in our customers' languages."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email import plaintext, reply_marks
from channels.email.replies import new_text, trim

_CORPUS = (
    Path(os.environ.get("TOUCHLINE_COUNTERPARTS", Path(__file__).parents[3] / "shared" / "counterparts"))
    / "email"
    / "reply-trimmer"
)


@pytest.mark.counterpart
def test_the_corpus_is_cut_exactly() -> None:
    if not _CORPUS.is_dir():
        pytest.skip(f"left out: no reply corpus at {_CORPUS}")
    files = sorted((_CORPUS / "emails").iterdir())
    exact = sum(
        _plain(new_text(path.read_text())) == _plain((_CORPUS / "trimmed" / path.name).read_text()) for path in files
    )
    assert len(files) == 32
    assert exact == len(files)


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _samples(language: str) -> dict[str, tuple[str, str]]:
    """Mails and what is new in them, from `reply_samples`: `@@ name`, the mail, `@@ new`, what a person would keep."""
    samples: dict[str, tuple[list[str], list[str]]] = {}
    into: list[str] = []
    name = ""
    for line in (Path(__file__).parent / "reply_samples" / f"{language}.txt").read_text(encoding="utf-8").split("\n"):
        if line == "@@ new":
            into = samples[name][1]
        elif line.startswith("@@ "):
            name = line[3:]
            assert name not in samples
            into = samples.setdefault(name, ([], []))[0]
        else:
            into.append(line)
    return {name: ("\n".join(mail), "\n".join(new)) for name, (mail, new) in samples.items()}


@pytest.mark.parametrize("language", ["en", "ru", "th"])
def test_the_programs_our_customers_use(language: str) -> None:
    samples = _samples(language)
    assert len(samples) >= {"en": 20, "ru": 40, "th": 40}[language]
    wrong = {name: new_text(mail) for name, (mail, new) in samples.items() if _plain(new_text(mail)) != _plain(new)}
    assert wrong == {}


_HTML = {
    "gmail, in a language nobody listed": (
        '<div>Igen.</div><div class="gmail_quote"><div class="gmail_attr">Anna &lt;a@shop.test&gt; ezt ekként:<br></div>'
        '<blockquote class="gmail_quote"><div>Jó napot!</div></blockquote></div>',
        "Igen.",
    ),
    "gmail, answers among the quotes": (
        '<div>Hi Anna,</div><div class="gmail_quote"><div class="gmail_attr">On Fri, Nov 20, 2026 at 7:37 PM Anna '
        "&lt;a@shop.test&gt; wrote:<br></div><blockquote>How many?</blockquote><div>20</div>"
        "<blockquote>Where to?</blockquote><div>The usual place</div></div>",
        "Hi Anna,\n\n> How many?\n\n20\n\n> Where to?\n\nThe usual place",
    ),
    "outlook, in a language nobody listed": (
        "<div class=WordSection1><p>Rendben.</p><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in'>"
        "<p><b>Feladó:</b> Anna<br><b>Elküldve:</b> péntek</p></div><p>régi</p></div>",
        "Rendben.",
    ),
    "outlook on the web, with its signature": (
        '<div>Ok then</div><div id="Signature">Ben<br>Baltic</div><div id="appendonsend"></div><hr>'
        '<div id="divRplyFwdMsg"><b>From:</b> Anna<br></div><div>old</div>',
        "Ok then",
    ),
    "passed on through outlook, whose names get an x": (
        '<div>Ok</div><div id="x_divRplyFwdMsg">Feladó: Anna</div><div>old</div>',
        "Ok",
    ),
    "yahoo": ('<div>Next week</div><div id="yq1" class="yahoo_quoted"><div>A pénteki:</div><div>Monday?</div></div>', "Next week"),
    "thunderbird, answer below": (
        '<div class="moz-cite-prefix">20.11.2026 19:37, Анна пишет:<br></div><blockquote type="cite">Сколько?</blockquote>'
        '<p>20</p><div class="moz-signature">-- <br>Иван</div>',
        "20",
    ),
    "forwarded": (
        '<div>see</div><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>'
        "From: C &lt;c@d.test&gt;<br></div>Prices</div>",
        "see",
    ),
    "a line of preview nobody sees": ('<div style="display: none">Preview <b>x</b><br></div><p>Seen</p>', "Seen"),
}  # fmt: skip


@pytest.mark.parametrize("case", _HTML)
def test_what_the_html_itself_says_is_cut(case: str) -> None:
    html, new = _HTML[case]
    assert trim(plaintext.marked(html)).new == new


def test_inventions_of_a_sender_hide_nothing_from_the_folded_part() -> None:
    forged = trim(plaintext.marked("<p>seen</p>&#1;<p>hidden</p>"))
    assert "hidden" in forged.new + forged.quoted


def test_what_was_cut_is_kept() -> None:
    trimmed = trim("Yes\n\n--\nAnn\n\nOn Fri, Nov 20, 2026 at 7:37 PM Shop <a@b.test> wrote:\n> Hello")
    assert trimmed.new == "Yes"
    assert trimmed.quoted.startswith("--\nAnn")
    assert trimmed.quoted.endswith("> Hello")


@pytest.mark.parametrize(
    "line",
    ["on 1:\n", "> ", ">\n", "From: a\n", "x", "1(", "on 12:30 <", "On 2026 wrote ", "\n", "<", "С уважением\n", "sent from ",
     "--\n", "```\n", "on 2026 " + "a" * 400 + "\n", "От: " + " " * 400 + "\n", "เมื่อ 2026 <", "=" * 50, "(mon "],
)  # fmt: skip
def test_hostile_text_is_read_in_linear_time(line: str) -> None:
    def seconds(size: int) -> float:
        text = line * (size // len(line))
        started = time.process_time()
        trim(text)
        return time.process_time() - started

    assert seconds(100_000) < 1.0


@given(
    st.text(st.sampled_from(" -—–_\t\n\u00a0"), max_size=8)
    | st.sampled_from(("с уважением", "С УВАЖЕНИЕМ, Анна", "ขอแสดงความนับถือ", "regards", "c yвaжeниeм", "regards,"))
)
def test_what_is_told_at_a_glance_is_what_the_pattern_tells(line: str) -> None:
    assert reply_marks.is_signature_mark(line) == bool(reply_marks._SIGNATURE_MARK.match(line))
    assert not (line.isascii() and reply_marks._FORMULA.match(line))
