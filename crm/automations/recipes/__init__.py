"""Ready automations: a file each, with its document, its messages and what colleagues read, in three languages.

In a recipe's document `$key` stands for a text of that key in the language of whoever switches it on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from crm.automations import document
from crm.automations.definition import Definition
from crm.automations.markup import Mapped, Node, Scalar, parse
from storage.models import Channel, Language

# In the order they are offered.
SLUGS = (
    "welcome",
    "after_meeting",
    "quote_not_answered",
    "invoice_due",
    "invoice_overdue",
    "win_back",
    "birthday",
    "back_in_stock",
    "after_delivery",
    "after_complaint",
    "price_change",
    "event_invitation",
    "expired_reservation",
)

Said = Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class Message:
    """A template it sends, made when it is switched on; `subject` is empty for an SMS."""

    key: str
    channel: Channel
    name: Said
    subject: Said
    text: Said


@dataclass(frozen=True, slots=True)
class Recipe:
    slug: str
    title: Said
    messages: tuple[Message, ...]
    texts: Mapping[str, Said]
    document: str

    def definition(
        self, language: Language, *, name: str | None = None, templates: Mapping[str, str] | None = None
    ) -> Definition:
        """What it does, in a colleague's language. `templates` are the names its messages came to have, by key."""
        said = {key: text[language] for key, text in self.texts.items()}
        said |= {message.key: message.name[language] for message in self.messages}
        said |= {**(templates or {}), "title": name or self.title[language]}
        # A text in double quotes is the same to JSON and to YAML.
        filled = re.sub(
            r"\$([a-z_]+)", lambda found: json.dumps(said[found.group(1)], ensure_ascii=False), self.document
        )
        return document.read(filled)


@lru_cache(maxsize=32)
def get(slug: str) -> Recipe | None:
    """The recipe, or None where this version has none of that name."""
    if slug not in SLUGS:
        return None
    pairs = _pairs(parse((Path(__file__).parent / f"{slug}.yaml").read_text(encoding="utf-8")))
    return Recipe(
        slug=slug,
        title=_said(pairs["title"]),
        messages=tuple(_message(key, node) for key, node in _pairs(pairs["templates"]).items()),
        texts={key: _said(node) for key, node in _pairs(pairs["texts"]).items()},
        document=_text(pairs["automation"]),
    )


def every() -> list[Recipe]:
    return [recipe for slug in SLUGS if (recipe := get(slug)) is not None]


def _message(key: str, node: Node) -> Message:
    pairs = _pairs(node)
    subject = _said(pairs["subject"]) if "subject" in pairs else dict.fromkeys(Language, "")
    return Message(key, Channel(_text(pairs["channel"])), _said(pairs["name"]), subject, _said(pairs["text"]))


def _said(node: Node) -> Said:
    pairs = _pairs(node)
    return {language: _text(pairs[language.value]) for language in Language}


def _pairs(node: Node) -> dict[str, Node]:
    if not isinstance(node, Mapped):
        raise TypeError(f"line {node.line} of a recipe is no mapping")
    return {key.text: value for key, value in node.pairs}


def _text(node: Node) -> str:
    if not isinstance(node, Scalar):
        raise TypeError(f"line {node.line} of a recipe is no text")
    return node.text
