"""Designed mails sent to the template wizard: an .mjml or .html file, or its source as a message."""

from __future__ import annotations

import asyncio

from bot.context import BotContext
from crm.template_markup import SOURCE_LIMIT, Design, NotADesign, TooLarge, design, is_mjml

_ENDINGS = (".mjml", ".html", ".htm")
_BEGINNINGS = ("<!doctype html", "<html")


async def design_in(context: BotContext) -> Design | None:
    """What the person sent as a design; None: they typed plain text. Raises NotADesign and what `design` does."""
    source = await _source(context)
    # Some tenths of a second for a large one: beside the event loop, where others wait for their answers.
    return await asyncio.to_thread(design, source) if source is not None else None


async def _source(context: BotContext) -> str | None:
    if not context.files:
        text = context.text
        return text if is_mjml(text) or text.lower().startswith(_BEGINNINGS) else None
    file = next((file for file in context.files if file.name.lower().endswith(_ENDINGS)), None)
    if file is None:
        raise NotADesign
    if file.size > 4 * SOURCE_LIMIT:
        raise TooLarge(limit=SOURCE_LIMIT // 1000)
    try:
        return (await context.store.get(file.sha256)).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotADesign from None
