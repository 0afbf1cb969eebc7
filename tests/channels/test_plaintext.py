"""HTML of mail as text."""

from __future__ import annotations

import time

import pytest

from channels.email.plaintext import from_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("plain &amp; simple", "plain & simple"),
        ("<p>One</p><p>Two<br>Three</p>", "One\n\nTwo\nThree"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<section>a</section><main>b</main>", "a\nb"),
        ("<ul><li>раз<li>два</ul>", "- раз\n- два"),
        ("<a href='https://s.test/x'>прайс</a>", "прайс <https://s.test/x>"),
        ("<a href='https://s.test/x'>https://s.test/x</a>", "https://s.test/x"),
        ("<a href='javascript:alert(1)'>x</a>", "x"),
        ("<a href='mailto:a@b.test'>Анна</a>", "Анна <a@b.test>"),
        ("<title>t</title><style>p{}</style><script>alert(1)</script>видно<!-- нет -->", "видно"),
        ("да<blockquote>цена?<blockquote>раньше</blockquote></blockquote>", "да\n\n> цена?\n>\n> > раньше"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("1 < 2 &lt;b&gt;", "1 < 2 <b>"),
        ("a\x00b", "ab"),
    ],
)
def test_what_a_reader_sees(html: str, text: str) -> None:
    assert from_html(html) == text


@pytest.mark.parametrize("piece", ["<", "<a ", "&", "<!--", "<![CDATA[", "<a href='", "<table><tr><td>x", "</p>", "<?"])
def test_broken_markup_is_read_in_reasonable_time(piece: str) -> None:
    started = time.process_time()
    from_html(piece * (50_000 // len(piece)))
    assert time.process_time() - started < 2.0
