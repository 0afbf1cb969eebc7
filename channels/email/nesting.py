"""HTML nested deeper than anybody writes, made flat: what puts markup in order takes the square of its depth."""

from __future__ import annotations

import re
from typing import Final

DEEPEST: Final = 300
_FEW: Final = 2 * DEEPEST  # so few tags cannot matter, however they nest
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})(?:\s[^<>]*)?/?>")
# They hold nothing, or are ended by the next of their kind: mails are full of them, and they nest in nothing.
_SHALLOW: Final = frozenset(
    {"area", "base", "br", "col", "dd", "dt", "hr", "img", "input", "li", "link", "meta", "option", "p", "source"}
    | {"tbody", "td", "tfoot", "th", "thead", "tr", "wbr"}
)


def flattened(html: str) -> str:
    """The page without the tags that lie deeper than DEEPEST; its words stay."""
    if html.count("<") <= _FEW:
        return html
    depth = 0

    def kept(tag: re.Match[str]) -> str:
        nonlocal depth
        if tag.group(2).lower() in _SHALLOW:
            return tag.group()
        if tag.group(1):
            depth = max(0, depth - 1)
            return tag.group() if depth < DEEPEST else ""
        depth += 1
        return tag.group() if depth <= DEEPEST else ""

    return _TAG.sub(kept, html)
