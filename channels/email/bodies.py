"""Which parts of a mail are its text: of alternatives one, of what stands side by side all, in order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from email.message import Message
from itertools import groupby
from typing import Final

from channels.email.decoding import Described

Branches = tuple[tuple[int, int], ...]

_SHORT: Final = 400
# A text that only says where the real one is: that the program shows no HTML, or that there is a page in the browser.
_PLACEHOLDER: Final = re.compile(r"html|browser|браузер|เบราว์เซอร์|mime", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Body:
    """A part that is to be read; `text` of plain ones. `branches`: the alternatives it lies in, the outermost first,
    each by its number and the part's place in it.
    """

    part: Message
    said: Described
    branches: Branches = ()
    text: str = ""

    @property
    def is_page(self) -> bool:
        """Whether it is HTML."""
        return self.said.kind == "text/html"


def chosen(bodies: Sequence[Body]) -> list[Body]:
    """What is read of a mail, in order.

    Of a container of alternatives it is the plain text, unless that is empty or only a placeholder for the page. The
    innermost are decided first.
    """
    left = list(bodies)
    while depth := max((len(one.branches) for one in left), default=0):
        left = _decided(left, depth)
    return left


def runs(bodies: Sequence[Body]) -> list[tuple[bool, list[Body]]]:
    """Neighbours of one kind together, each with whether they are pages."""
    return [(is_page, list(some)) for is_page, some in groupby(bodies, key=lambda one: one.is_page)]


def says_again(text: str, *, before: str) -> bool:
    """Whether all of a text stood there already: programs that know no alternatives send both versions side by side."""
    return "".join(text.split()) in "".join(before.split())


def _decided(bodies: Sequence[Body], depth: int) -> list[Body]:
    deepest = [one for one in bodies if len(one.branches) == depth]
    with_pages = {one.branches[-1] for one in deepest if one.is_page}
    plain: dict[int, list[str]] = {}
    for one in deepest:
        if one.branches[-1] not in with_pages:
            plain.setdefault(one.branches[-1][0], []).append(one.text)
    pages = {number for number, _ in with_pages}
    by_text = {number for number, texts in plain.items() if number not in pages or _is_text("\n".join(texts))}
    return [
        one if len(one.branches) < depth else replace(one, branches=one.branches[:-1])
        for one in bodies
        if len(one.branches) < depth or (one.branches[-1][0] in by_text) != (one.branches[-1] in with_pages)
    ]


def _is_text(text: str) -> bool:
    """Whether a plain version says something itself."""
    if not any(map(str.isalnum, text)):
        return False
    return len(text) > _SHORT or not _PLACEHOLDER.search(text)
