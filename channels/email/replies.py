"""What is new in an answer: the text without the quoted history and without the signature.

Line by line, linear in the text's length, in English, Russian, Thai and the commonest other languages of mail programs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from channels.email import reply_marks as marks

# What plaintext.py puts on lines of their own where the HTML itself says so. No mail program writes them.
HISTORY_MARK: Final = "\x01"  # an older mail begins
ATTRIBUTION_MARK: Final = "\x02"  # the next line says who wrote what is quoted below it
SIGN_OFF_MARK: Final = "\x03"  # the program's signature begins
_MARKS = frozenset({HISTORY_MARK, ATTRIBUTION_MARK, SIGN_OFF_MARK})
_INVISIBLE = re.compile("[\ufeff\u200b\u2060]")

_MOST_CANDIDATES = 300  # lines that might open an attribution; letters have a few, only an attack has hundreds
_ATTRIBUTION_LINES = 5  # "On … wrote:" is wrapped over at most so many lines
_LONGEST_SIGNATURE = 15
_LONGEST_SIGNATURE_LINE = 100
_WRAPPED_AT = 60  # a quoted line this long may go on unmarked on the next: some programs wrap what they quote


@dataclass(frozen=True, slots=True)
class Trimmed:
    """`new` is what the person wrote now; `quoted` is what was cut away behind it."""

    new: str
    quoted: str


@dataclass(frozen=True, slots=True)
class _History:
    """Where the history begins, and where its heading ends (`begin` where there is none)."""

    begin: int
    end: int
    by_attribution: bool = False


def trim(text: str) -> Trimmed:
    """Cut the quoted history and the signature off `text`; text that is nothing but a quotation is kept whole.

    Answers written between or below marked quotations are new text, and those between keep the quotes they answer.
    """
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = [line.rstrip() for line in text.split("\n")]
    new, rest = _split(lines)
    signature = _signature_start(new)
    kept, sign_off = new[:signature], new[signature:]
    if not _has_words(kept):
        kept, sign_off, rest = lines, [], []
    return Trimmed(_joined(kept), _joined([*sign_off, *rest]))


def new_text(text: str) -> str:
    """Only what the person wrote now."""
    return trim(text).new


def without_marks(text: str) -> str:
    """`text` as people see it."""
    return "\n".join(line for line in text.split("\n") if line not in _MARKS).strip("\n")


def _split(lines: list[str]) -> tuple[list[str], list[str]]:
    """New text and history, the signature still in the new text."""
    history = _history(lines, _fenced(lines))
    above, body = lines[: history.begin], lines[history.end :]
    heading = lines[history.begin : history.end]
    if history.by_attribution:
        answers = _answers(body, alone=not _has_words(above))
        if answers is not None:
            written, left = answers
            while above and not above[-1].strip():
                above.pop()
            return [*above, "", *written] if above else written, [*heading, *left]
    return above, [*heading, *body]


def _joined(lines: list[str]) -> str:
    shown = [line for line in lines if line not in _MARKS]
    first = next((index for index, line in enumerate(shown) if line.strip()), len(shown))
    return "\n".join(shown[first:]).rstrip()


def _has_words(lines: Sequence[str]) -> bool:
    return any(map(str.strip, lines))


def _fenced(lines: list[str]) -> set[int]:
    """Numbers of the lines within ``` fences; an unclosed fence protects nothing."""
    fences = [index for index, line in enumerate(lines) if "```" in line and line.lstrip().startswith("```")]
    protected: set[int] = set()
    for opening, closing in zip(fences[::2], fences[1::2], strict=False):
        protected.update(range(opening, closing + 1))
    return protected


def _history(lines: list[str], code: set[int]) -> _History:
    """The first sign of history: the HTML's own mark, a separator, a header block, an attribution, else trailing quotes."""
    candidates = 0
    for index, line in enumerate(lines):
        if index in code or not line.strip() or len(line) > marks.LONGEST_LINE:
            continue
        if line == HISTORY_MARK or marks.is_separator(line):
            return _History(index, index)
        if line == ATTRIBUTION_MARK and not marks.is_separator(_line_at(lines, index + 1)):
            return _History(index, index + 2, by_attribution=True)
        if _is_header_block(lines, index):
            begin = index - 1 if index and marks.is_rule(lines[index - 1]) else index
            return _History(begin, begin)
        bare = marks.unquoted(line)
        if candidates < _MOST_CANDIDATES and (marks.may_open_attribution(bare) or line.endswith((":", "："))):
            candidates += 1
            end = _attribution_end(lines, index)
            if end is not None:
                return _History(_heading_start(lines, index), end, by_attribution=True)
    begin = _trailing_quotes(lines, code)
    return _History(begin, begin)


def _attribution_end(lines: list[str], index: int) -> int | None:
    """The number of the line after "On … wrote:" that begins at `index`; None where none does."""
    bare = marks.unquoted(lines[index])
    if marks.is_dated_address(bare):
        return index + 1
    if marks.introduces_quote(bare) and _quote_follows(lines, index + 1):
        return index + 1
    if not marks.may_open_attribution(bare):
        return None
    joined = ""
    for number in range(index, min(len(lines), index + _ATTRIBUTION_LINES * 2)):
        line = lines[number]
        if not line.strip() and not joined.rstrip().endswith((",", "<")) and "<" not in line:
            # Only an attribution that stopped at an address goes on behind an empty line.
            if not _opens_address(lines, index):
                return None
            continue
        joined = f"{joined} {marks.unquoted(line)}".strip()
        if len(joined) > 500:
            return None
        if marks.ends_attribution(joined):
            # Without an address or a time of day it may be a sentence of the letter, unless a quotation follows.
            sure = "@" in joined or re.search(r"\d{1,2}:\d{2}\b", joined)
            return number + 1 if sure or _quote_follows(lines, number + 1) else None
    return None


def _line_at(lines: list[str], number: int) -> str:
    return lines[number] if number < len(lines) else ""


def _heading_start(lines: list[str], attribution: int) -> int:
    """The attribution with the "To:" and "Subject:" and the rule that some programs put above it."""
    start = attribution
    while start > 0 and attribution - start < 5 and marks.header_name(lines[start - 1]):
        start -= 1
    return start - 1 if start > 0 and marks.is_rule(lines[start - 1]) else start


def _quote_follows(lines: list[str], start: int) -> bool:
    following = next((line for line in lines[start : start + 4] if line.strip()), "")
    return marks.is_quote(following)


def _opens_address(lines: list[str], index: int) -> bool:
    following = [line for line in lines[index + 1 : index + 4] if line.strip()]
    return bool(following) and following[0].lstrip().startswith("<")


def _is_header_block(lines: list[str], index: int) -> bool:
    """A "From:" with at least two more header lines right below it, as Outlook puts above what it quotes."""
    first = marks.header_name(lines[index])
    if not marks.names_sender(first):
        return False
    names = {first}
    for line in lines[index + 1 : index + 8]:
        name = marks.header_name(line)
        if name:
            names.add(name)
        elif line.strip() and not line.startswith((" ", "\t", "<", ">")):
            break
    return len(names) >= 3


def _trailing_quotes(lines: list[str], code: set[int]) -> int:
    """Where the quotation at the very end begins; quotes with an answer beneath them are part of the answer."""
    end = len(lines)
    signature = _dashes(lines)
    if signature is not None and not any(marks.is_quote(line) for line in lines[signature:]):
        end = signature
    start = end
    while start > 0 and start - 1 not in code:
        line = lines[start - 1]
        if line.strip() and not marks.is_quote(line):
            break
        start -= 1
    has_quote = any(marks.is_quote(line) for line in lines[start:end])
    return start if has_quote else len(lines)


def _answers(body: list[str], *, alone: bool) -> tuple[list[str], list[str]] | None:
    """What was written among or below the quotation that an attribution opened, and the rest of it; None where nothing was.

    1. Between marked quotes: everything up to the last answer, quotes included, so that it stays clear what is answered.
    2. Below them only: that.
    3. `alone` (nothing above the attribution) and nothing marked as quoted: what follows may be the answer itself.
    """
    marked = [marks.is_quote(line) for line in body]
    quoted = [number for number, is_quote in enumerate(marked) if is_quote]
    if not quoted:
        return (body, []) if alone and _has_words(body) else None
    if _has_words(body[: quoted[0]]) and not alone:
        return None  # the older mail itself is unmarked, and only what it quoted in turn is marked
    last = quoted[-1] + 1
    below = body[last : _end_of_letter(body, last)]
    between = [
        number
        for number in range(quoted[0], last)
        if not marked[number] and body[number].strip() and not _is_wrapped(body, number)
    ]
    if between:
        end = len(body) if _has_written(below) else between[-1] + 1
        return body[quoted[0] : end], body[end:]
    if _has_written(below):
        first = next(number for number in range(last, len(body)) if body[number].strip())
        return body[first:], body[:first]
    return None


def _is_wrapped(lines: list[str], number: int) -> bool:
    """The unmarked end of a quoted line that was too long."""
    before, after = lines[number - 1], lines[number + 1]
    return marks.is_quote(before) and len(before) >= _WRAPPED_AT and marks.is_quote(after)


def _end_of_letter(lines: list[str], start: int) -> int:
    """Where what may still be an answer ends: a list's footer below a rule is none, nor is an older mail."""
    for number in range(start, len(lines)):
        line = lines[number]
        if line == HISTORY_MARK or marks.is_rule(line) or marks.is_separator(line) or marks.is_signature_mark(line):
            return number
    return len(lines)


def _has_written(lines: list[str]) -> bool:
    return any(line.strip(" \t\x01\x02\x03") and not marks.is_device_line(line) for line in lines)


def _dashes(lines: list[str]) -> int | None:
    return next(
        (i for i, line in enumerate(lines) if i and (marks.is_signature_mark(line) or line == SIGN_OFF_MARK)), None
    )


def _signature_start(lines: list[str]) -> int:
    """The number of the first line of the signature: a "--" line, device lines, or a closing with what it closes with."""
    end = len(lines)
    mark = _dashes(lines)
    if mark is not None and _has_words(lines[:mark]):
        end = mark
    start = end
    while start > 0 and (not lines[start - 1].strip() or marks.is_device_line(lines[start - 1])):
        start -= 1
    if any(marks.is_device_line(line) for line in lines[start:end]):
        end = start
    for index in range(max(1, end - _LONGEST_SIGNATURE), end):
        if _opens_signature(lines[index], lines[index + 1 : end]) and _has_words(lines[:index]):
            return index
    return end


def _opens_signature(line: str, below: list[str]) -> bool:
    formula = marks.is_formula(line)
    if not formula and not marks.is_closing(line):
        return False
    tail = [one for one in below if one.strip()]
    if any(len(one) > _LONGEST_SIGNATURE_LINE or one.endswith("?") or marks.is_afterthought(one) for one in tail):
        return False
    # A closing with a name alone is what people type; with their firm and number below it their program put it there.
    return formula or len(tail) >= 3 or any(marks.has_contact(one) for one in tail)
