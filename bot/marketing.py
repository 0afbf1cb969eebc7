"""Where clients come from, as people read it."""

from __future__ import annotations

from bot.render import Reader, bot_wording


def source_name(reader: Reader, code: str, name: str) -> str:
    """A standard source in the reader's language, a company's own by its name."""
    key = f"marketing-source-{code}"
    return reader.t(key) if bot_wording().has(key) else name
