"""Telegram's HTML parse mode: read as strictly as Telegram reads it, kept as text with entities.

Offsets and lengths are UTF-16 code units, as everywhere in the Bot API.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.telegram_errors import BotApiError, bad_request

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_HTML_OF = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "spoiler": ("<tg-spoiler>", "</tg-spoiler>"),
    "code": ("<code>", "</code>"),
    "pre": ("<pre>", "</pre>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ("<blockquote expandable>", "</blockquote>"),
}
_OPENING = re.compile(r"<([a-zA-Z][a-zA-Z0-9-]*)((?:\s+[^<>]*?)?)\s*/?>")
_TAG_NAME = re.compile(r"[^\s<>/]*")
_CLOSING = re.compile(r"</\s*([a-zA-Z][a-zA-Z0-9-]*)?\s*>")
_ATTRIBUTE = re.compile(r"""([a-zA-Z][a-zA-Z0-9-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_REFERENCE = re.compile(r"&(?:lt|gt|amp|quot|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});")
_FOUND_BY_SERVER = (
    ("url", re.compile(r"\bhttps?://[^\s<>]+[^\s<>.,;:!?)\]]")),
    ("email", re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")),
    ("bot_command", re.compile(r"(?<!\S)/[a-zA-Z0-9_]{1,32}(?:@\w+)?(?![\w/])")),
    ("phone_number", re.compile(r"(?<![\w+])\+\d[\d ()-]{7,16}\d(?!\w)")),
)


@dataclass(frozen=True, slots=True)
class Formatted:
    """Visible text with its entities."""

    text: str
    entities: tuple[dict[str, Any], ...] = ()

    @property
    def html(self) -> str:
        return to_html(self)


@dataclass(slots=True)
class _Open:
    tag: str
    kind: str | None
    start: int
    at_byte: int
    extra: dict[str, Any] = field(default_factory=dict)


def utf16_length(text: str) -> int:
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


def read_text(
    text: str, *, parse_mode: str | None, entities: list[dict[str, Any]] | None = None, limit: int = TEXT_LIMIT
) -> Formatted:
    """Check and format what a bot sends. Raises BotApiError in Telegram's words."""
    if not parse_mode:
        formatted = Formatted(text, tuple(entities or ()))
    elif parse_mode.lower() == "html":
        formatted = parse_html(text) if "<" in text or "&" in text else Formatted(text)
    else:
        # The Markdown modes exist at Telegram; this stand-in speaks the one mode that can be escaped safely.
        raise bad_request("unsupported parse_mode")
    formatted = _trimmed(formatted)
    if utf16_length(formatted.text) > limit:
        raise bad_request("message caption is too long" if limit == CAPTION_LIMIT else "message is too long")
    return with_found_entities(formatted)


def parse_html(source: str) -> Formatted:
    """Read HTML parse mode. Raises BotApiError 400 "can't parse entities: …" as Telegram does."""
    pieces: list[str] = []
    entities: list[dict[str, Any]] = []
    stack: list[_Open] = []
    position = length = 0
    while position < len(source):
        character = source[position]
        if character == "<":
            position = _read_tag(source, position, length, stack, entities)
            continue
        end = position + 1
        if character == "&":
            reference = _REFERENCE.match(source, position)
            if reference:
                end = reference.end()
                character = html.unescape(reference[0])
        else:
            while end < len(source) and source[end] not in "<&":
                end += 1
            character = source[position:end]
        pieces.append(character)
        length += utf16_length(character)
        position = end
    if stack:
        raise _cannot_parse(f'Can\'t find end tag corresponding to start tag "{stack[-1].tag}"')
    # The outer of two that cover the same text was closed last, and belongs first.
    entities.reverse()
    entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return Formatted("".join(pieces), tuple(entities))


def with_found_entities(formatted: Formatted) -> Formatted:
    """Add the links, addresses and commands that Telegram finds by itself."""
    if not any(mark in formatted.text for mark in ("/", "@", "+")):
        return formatted
    found = list(formatted.entities)
    for kind, pattern in _FOUND_BY_SERVER:
        for match in pattern.finditer(formatted.text):
            offset, length = utf16_length(formatted.text[: match.start()]), utf16_length(match[0])
            if not any(_overlap(entity, offset, length) for entity in found if entity["type"] in _EXCLUSIVE):
                found.append({"type": kind, "offset": offset, "length": length})
    found.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return Formatted(formatted.text, tuple(found))


_EXCLUSIVE = frozenset({"code", "pre", "text_link", "text_mention", *(kind for kind, _ in _FOUND_BY_SERVER)})


def to_html(formatted: Formatted) -> str:
    """Write the text back as HTML with nothing in it but the tags of its entities."""
    if not formatted.entities:
        return html.escape(formatted.text, quote=False)
    units = _units(formatted.text)
    opens: dict[int, list[str]] = {}
    closes: dict[int, list[str]] = {}
    ends: list[int] = []
    for entity in formatted.entities:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        while ends and ends[-1] <= start:
            ends.pop()
        tags = _tags_of(entity, units)
        # HTML cannot say that two overlap without one holding the other; the later one stays unmarked.
        if tags is None or (ends and end > ends[-1]):
            continue
        ends.append(end)
        opens.setdefault(entity["offset"], []).append(tags[0])
        closes.setdefault(entity["offset"] + entity["length"], []).insert(0, tags[1])
    written: list[str] = []
    for index, unit in enumerate(units):
        written += closes.get(index, [])
        written += opens.get(index, [])
        written.append(html.escape(unit, quote=False))
    written += closes.get(len(units), [])
    return "".join(written)


def _read_tag(source: str, position: int, length: int, stack: list[_Open], entities: list[dict[str, Any]]) -> int:
    at_byte = len(source[:position].encode())
    closing = _CLOSING.match(source, position)
    if closing:
        if not stack:
            raise _cannot_parse(f"Unexpected end tag at byte offset {at_byte}")
        opened, name = stack.pop(), (closing[1] or "").lower()
        if name and name != opened.tag:
            raise _cannot_parse(
                f'Unmatched end tag at byte offset {at_byte}, expected "</{opened.tag}>", found "</{name}>"'
            )
        if opened.kind is not None and length > opened.start:
            entities.append(
                {"type": opened.kind, "offset": opened.start, "length": length - opened.start, **opened.extra}
            )
        return closing.end()
    # Telegram reads the name first, so that is what it complains about first.
    tag = _TAG_NAME.match(source, position + 1)[0].lower()  # type: ignore[index]  # it matches nothing at least
    if tag not in _TAGS:
        raise _cannot_parse(f'Unsupported start tag "{tag}" at byte offset {at_byte}')
    opening = _OPENING.match(source, position)
    if not opening:
        raise _cannot_parse(f"Unclosed start tag at byte offset {at_byte}")
    stack.append(_opened(tag, _attributes(opening[2]), start=length, at_byte=at_byte, inside=stack))
    return opening.end()


def _attributes(text: str) -> dict[str, str]:
    return {
        name.lower(): html.unescape(double or single or bare)
        for name, double, single, bare in _ATTRIBUTE.findall(text or "")
    }


def _opened(tag: str, attributes: dict[str, str], *, start: int, at_byte: int, inside: list[_Open]) -> _Open:
    kind: str | None = _TAGS[tag]
    extra: dict[str, Any] = {}
    if tag == "span" and attributes.get("class") != "tg-spoiler":
        raise _cannot_parse(f'Tag "span" must have class "tg-spoiler" at byte offset {at_byte}')
    if tag == "a":
        url = attributes.get("href", "")
        kind, extra = (kind, {"url": url}) if _is_link(url) else (None, {})
    elif tag == "tg-emoji":
        if not attributes.get("emoji-id"):
            raise _cannot_parse(f'Tag "tg-emoji" must have attribute "emoji-id" at byte offset {at_byte}')
        extra = {"custom_emoji_id": attributes["emoji-id"]}
    elif tag == "blockquote" and "expandable" in attributes:
        kind = "expandable_blockquote"
    elif tag == "code" and inside and inside[-1].tag == "pre" and attributes.get("class", "").startswith("language-"):
        inside[-1].extra["language"] = attributes["class"].removeprefix("language-")
        kind = None
    return _Open(tag=tag, kind=kind, start=start, at_byte=at_byte, extra=extra)


def _is_link(url: str) -> bool:
    return bool(re.match(r"(?:https?|tg|mailto|tel|ton)://?\S+|[\w-]+(?:\.[\w-]+)+(?:[/?#]\S*)?$", url))


def _trimmed(formatted: Formatted) -> Formatted:
    text = formatted.text
    stripped = text.strip(" \n\r\t")
    if stripped == text:
        return formatted
    lead = len(text) - len(text.lstrip(" \n\r\t"))
    total = utf16_length(stripped)
    kept = []
    for entity in formatted.entities:
        start = max(0, entity["offset"] - lead)
        end = min(total, entity["offset"] + entity["length"] - lead)
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    return Formatted(stripped, tuple(kept))


def _units(text: str) -> list[str]:
    # A surrogate pair is one character and one empty place, so that list indices are UTF-16 offsets.
    units: list[str] = []
    for character in text:
        units.append(character)
        if ord(character) > 0xFFFF:
            units.append("")
    return units


def _tags_of(entity: dict[str, Any], units: list[str]) -> tuple[str, str] | None:
    kind = entity["type"]
    if kind == "text_link":
        return f'<a href="{html.escape(entity["url"])}">', "</a>"
    if kind == "url":
        address = "".join(units[entity["offset"] : entity["offset"] + entity["length"]])
        return f'<a href="{html.escape(address)}">', "</a>"
    return _HTML_OF.get(kind)


def _overlap(entity: dict[str, Any], offset: int, length: int) -> bool:
    return bool(entity["offset"] < offset + length and offset < entity["offset"] + entity["length"])


def _cannot_parse(reason: str) -> BotApiError:
    return bad_request(f"can't parse entities: {reason}")
