"""How many clients a segment has, and who they are, in words."""

from __future__ import annotations

from collections.abc import Sequence

from bot.context import BotContext
from bot.render import Html, Reader, lines


def person(name: str, company: str) -> Html:
    return lines(f"{name} · {company}" if company and company != name else name)


def counted(speaker: BotContext | Reader, count: int, names: Sequence[str]) -> Html:
    return speaker.t("segments-count", count=count, names=named(speaker, names, count))


def named(speaker: BotContext | Reader, names: Sequence[str], count: int) -> Html:
    told = lines(", ".join(names))
    return speaker.t("segments-more", names=told) if count > len(names) else told
